"""Labels of samples that show several characters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import SourceSet


def are_texts(source: SourceSet, labels: Collection[str]) -> bool:
    """Return whether samples are labelled with texts that consist of labels of one character."""
    texts = ["".join(text.split()) for text in source.kinds()]
    known = {label for label in labels if len(label) == 1}
    return any(len(text) > 1 for text in texts) and all(known.issuperset(text) for text in texts)


def with_texts_of_names(source: SourceSet) -> SourceSet:
    """Return files in a folder with the texts in their names: all before the suffix or the first underscore.

    Raises:
        UserError: a name begins with an underscore.
    """
    assert source.files is not None
    texts = [file.name.rpartition(".")[0].partition("_")[0].strip() for file in source.files]
    if "" in texts:
        raise UserError(
            "{name} does not begin with the text in the image; rename it.",
            name=source.files[texts.index("")].name,
        )
    return replace(source, labels=np.array(texts))
