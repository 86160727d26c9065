"""Labels of samples that are texts or words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop_app.batch.truth import folder_names
from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.tasks.task import Task


def are_texts(source: SourceSet, labels: Collection[str]) -> bool:
    """Return whether samples are labelled with texts that consist of labels of one character."""
    texts = ["".join(text.split()) for text in source.kinds()]
    known = {label for label in labels if len(label) == 1}
    return any(len(text) > 1 for text in texts) and all(known.issuperset(text) for text in texts)


def has_words(labels: Iterable[str]) -> bool:
    """Return whether a label is neither a single character nor a number."""
    return any(len(label) > 1 and not label.isdecimal() for label in labels)


def with_texts_of_names(source: SourceSet, task: Task) -> SourceSet:
    """Return files in a folder with the texts in their names, see `desktop_app.batch.truth`.

    A text is all before the suffix or the first underscore, or after the last one if the names say so.

    Args:
        source: the files.
        task: task of the model that is to read them.

    Raises:
        UserError: a name begins with an underscore; or the task has labels and no name says what is in its
            file.
    """
    assert source.files is not None
    stems = [Path(file.name).stem for file in source.files]
    names = folder_names(map(Path, stems), task.label_index)
    part = -1 if names.at_end else 0
    texts = [stem.split("_")[part].strip() for stem in stems]
    if "" in texts:
        raise UserError(
            "{name} does not begin with the text in the image; rename it.",
            name=source.files[texts.index("")].name,
        )
    named = replace(source, labels=np.array(texts))
    if task.labels and not _are_labels(named, stems, task, is_numbered=bool(names.numbered)):
        raise UserError(
            "The files in {name} have no labels; begin their names with what they show, e.g. 42_a.png, "
            "or sort them into a folder for each label.",
            name=source.title,
        )
    return named


def _are_labels(source: SourceSet, stems: Sequence[str], task: Task, *, is_numbered: bool) -> bool:
    """Return whether a text in the names is a label or any character, or consists of labels.

    Numbers of files, 1.png, 2.png and so on up to 10.png or more, are none.
    """
    is_numbered = is_numbered and max(int(stem) for stem in stems if stem.isdecimal()) > 9
    known = task.label_index
    return any(
        len(text) == 1 or text in known or known.keys() >= set(text) - {" "}
        for text, stem in zip(source.labels.tolist(), stems, strict=True)
        if not (is_numbered and stem.isdecimal())
    )
