"""Summary of a data source, and the task that suits it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.text_labels import has_words
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import MOST_LABELS, Task

_PICTURE_SIDE = 32


@dataclass(frozen=True)
class SourceSummary:
    """Summary of a data source.

    Attributes:
        title: name shown to the user.
        samples: number of samples.
        labels: distinct labels.
        writers: number of writers; 0 if unknown.
        own_validation, own_test: number of samples in the source's own validation or test part; 0 if it has
            none.
        needs_normalizing: whether it has images that are not normalized.
        is_colour: whether it has images in colour.
        is_colour_array: whether it is an array of images in colour.
        seems_transposed: whether its digits seem to be transposed.
    """

    title: str
    samples: int
    labels: tuple[str, ...]
    writers: int
    own_validation: int
    own_test: int
    needs_normalizing: bool
    is_colour: bool
    is_colour_array: bool = False
    seems_transposed: bool = False


def summarize_source(source: SourceSet) -> SourceSummary:
    """Return the summary of a source."""
    # Imported here, in a worker thread, because importing Pillow takes long.
    from desktop_app.data.orientation import seems_transposed

    return SourceSummary(
        title=source.title,
        samples=len(source),
        labels=tuple(source.kinds()),
        writers=0 if source.writers is None else len(np.unique(source.writers)),
        own_validation=_count(source.is_validation),
        own_test=_count(source.is_test),
        needs_normalizing=source.inks is None and not source.is_normalized,
        is_colour=source.is_colour,
        is_colour_array=source.is_colour and not source.has_colour_files,
        seems_transposed=seems_transposed(source),
    )


def _count(mask: NDArray[np.bool_] | None) -> int:
    return 0 if mask is None else int(mask.sum())


def suggest_task(recipe: Recipe, sources: Sequence[SourceSummary]) -> Task | None:
    """Return the task that a recipe should have for data; None if its own is suitable.

    Arrays of colour images, e.g. of Keras, are pictures, not characters; so are colour files with words as
    labels. See also `suggest_labels`.

    Raises:
        UserError: see `suggest_labels`.
    """
    kinds = {label for source in sources for label in source.labels}
    task = recipe.task
    are_words = has_words(kinds)
    are_pictures = all(each.is_colour_array or (each.is_colour and are_words) for each in sources)
    if task.kind == "character" and are_pictures:
        task = Task("picture", _PICTURE_SIDE, _PICTURE_SIDE, 3, "fit", ())
    labels = suggest_labels(replace(recipe, task=replace(task, labels=recipe.task.labels)), kinds)
    suggested = replace(task, labels=recipe.task.labels if labels is None else labels)
    return None if suggested == recipe.task else suggested


def suggest_labels(recipe: Recipe, kinds: Iterable[str]) -> tuple[str, ...] | None:
    """Return the labels, numbers first, that a recipe should use for data; None if its labels are suitable.

    All labels of the data should be used; with negatives, the recipe's labels are suitable if the data has
    them.

    Args:
        recipe: the recipe.
        kinds: distinct labels of the data.

    Raises:
        UserError: there are too many labels, or fewer than two.
    """
    known = set(kinds)
    if not task_kind(recipe.task).has_labels:
        return None
    if recipe.task.rejects:
        if known.issuperset(recipe.task.labels):
            return None
        known -= set(recipe.negatives.look_alikes)
    if known == set(recipe.task.labels) or known == recipe.task.label_index.keys():
        return None
    if len(known) == 1:
        raise UserError(
            "All samples have the label {label}; choose data with at least two labels.", label=min(known)
        )
    if not 2 <= len(known) <= MOST_LABELS:
        raise UserError(
            "The number of labels ({count}) is not between 2 and {limit}; choose other data or labels.",
            count=len(known),
            limit=MOST_LABELS,
        )
    return tuple(sorted(known, key=_label_key))


def _label_key(label: str) -> tuple[bool, int, str]:
    """Return a key that sorts numbers by value, before all other labels."""
    is_number = label.isascii() and label.isdecimal()
    return not is_number, int(label) if is_number else 0, label
