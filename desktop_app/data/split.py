"""Split of data sources into training, validation and test parts, by writer or stratified by label.

Of each part a run uses the samples with the labels of its recipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.data.label_classes import is_number, label_classes
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.networks.card import WriterSplit
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.tasks.kinds import task_kind

Rows = NDArray[np.int64]


_NO_WRITERS = WriterSplit()


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of the training, validation and test parts of a source.

    Attributes:
        training, validation, test: int64, increasing and disjoint.
        writers: writers of each part; None if unknown.
    """

    training: Rows
    validation: Rows
    test: Rows
    writers: WriterSplit | None = None


def split_sources(sources: Sequence[SourceSet], parts: Sequence[DataPart], seed: int) -> tuple[Split, ...]:
    """Split the samples of each source.

    The split is by writer if writers are known; otherwise random, stratified by label. A writer of several
    sources is in the same part of each. If a source has a validation or test part, it is kept.

    Args:
        sources: the samples.
        parts: sizes of the parts of each source: values below 1 are fractions of the samples (or writers)
            outside of the source's own parts, others are numbers of samples (or writers).
        seed: random seed.

    Raises:
        UserError: a training part would be empty.
    """
    splits, earlier = [], _NO_WRITERS
    for source, part in zip(sources, parts, strict=True):
        if source.writers is None:
            split = _by_label(source, part, seed)
        else:
            split, earlier = _by_writer(source.writers, part, seed, earlier)
        if len(split.training) == 0:
            if _has_only_parts(source):
                raise UserError(
                    "{title} has no training samples, only a validation or test part; choose other data.",
                    title=source.title,
                )
            raise UserError(
                "No training samples of {title} would be left; choose smaller validation and test shares.",
                title=source.title,
            )
        splits.append(split)
    return tuple(splits)


def _has_only_parts(source: SourceSet) -> bool:
    """Return whether all samples are in the source's own validation and test parts."""
    parts = [part for part in (source.is_validation, source.is_test) if part is not None]
    return bool(parts) and bool(np.logical_or.reduce(parts).all())


def used_rows(source: SourceSet, split: Split, recipe: Recipe) -> Split:
    """Return the rows of a source that the run of a recipe uses: all, or those with a class.

    Raises:
        UserError: no training sample has a label of the recipe or, if the task rejects, is a number.
    """
    task = recipe.task
    if not task_kind(task).has_labels:
        return split
    labels = task.label_index
    if not any(
        label in labels or (task.rejects and is_number(label, labels))
        for label in np.unique(source.labels[split.training]).tolist()
    ):
        raise UserError(
            "{title} has no sample with a label of this recipe; choose other data or labels.",
            title=source.title,
        )
    classes = label_classes(source.labels, recipe)
    training, validation, test = (
        rows[classes[rows] >= 0] for rows in (split.training, split.validation, split.test)
    )
    return Split(training, validation, test, split.writers)


def split_writers(
    writers: NDArray[np.str_], part: DataPart, seed: int, earlier: WriterSplit = _NO_WRITERS
) -> WriterSplit:
    """Split the distinct writers at random.

    Args:
        writers: text (n,), the writer of each sample.
        part: sizes of the parts, as fractions or numbers of writers.
        seed: random seed.
        earlier: parts of writers that were split before; the sizes apply to the others.

    Returns:
        The writers of the three parts, each sorted.
    """
    names = np.unique(writers)
    known = WriterSplit(*(tuple(np.intersect1d(names, each).tolist()) for each in _parts(earlier)))
    names = np.setdiff1d(names, np.concatenate([np.array(each, np.str_) for each in _parts(known)]))
    shuffled = np.random.default_rng(seed).permutation(names)
    test_count = _count(part.test, len(names))
    validation_count = _count(part.validation, len(names))

    chosen = WriterSplit(
        training=tuple(shuffled[test_count + validation_count :].tolist()),
        validation=tuple(shuffled[test_count : test_count + validation_count].tolist()),
        test=tuple(shuffled[:test_count].tolist()),
    )
    return _joined(known, chosen)


def _parts(split: WriterSplit) -> tuple[tuple[str, ...], ...]:
    return split.training, split.validation, split.test


def _joined(first: WriterSplit, second: WriterSplit) -> WriterSplit:
    """Return the writers of two splits, each part sorted."""
    both = zip(_parts(first), _parts(second), strict=True)
    return WriterSplit(*(tuple(sorted({*names, *more})) for names, more in both))


def _by_writer(
    of_samples: NDArray[np.str_], part: DataPart, seed: int, earlier: WriterSplit
) -> tuple[Split, WriterSplit]:
    """Return the split of a source by writer, and all writers that are split by now."""
    writers = split_writers(of_samples, part, seed, earlier)

    def rows(names: tuple[str, ...]) -> Rows:
        return np.flatnonzero(np.isin(of_samples, names))

    split = Split(rows(writers.training), rows(writers.validation), rows(writers.test), writers)
    return split, _joined(earlier, writers)


def _by_label(source: SourceSet, part: DataPart, seed: int) -> Split:
    rng = np.random.default_rng(seed)
    nowhere = np.zeros(len(source), np.bool_)
    is_validation = nowhere if source.is_validation is None else source.is_validation
    is_test = nowhere if source.is_test is None else source.is_test
    validation, test = np.flatnonzero(is_validation), np.flatnonzero(is_test)
    rows: Rows = np.flatnonzero(~(is_validation | is_test))
    count = _count(part.validation, len(rows))
    if source.is_test is None:
        test, rows = _stratified(rows, source.labels, _count(part.test, len(rows)), rng)
    if source.is_validation is None:
        validation, rows = _stratified(rows, source.labels, min(count, len(rows)), rng)
    return Split(rows, validation, test)


def _count(amount: float, total: int) -> int:
    return min(total, round(amount * total if amount < 1 else amount))


def _stratified(
    rows: Rows, labels: NDArray[np.str_], count: int, rng: np.random.Generator
) -> tuple[Rows, Rows]:
    """Choose rows with the same distribution of labels; return them and the others, both increasing."""
    order = rng.permutation(rows)
    _, kinds = np.unique(labels[order], return_inverse=True)
    sizes = np.bincount(kinds)
    exact = sizes * (count / max(1, len(rows)))
    counts = np.floor(exact).astype(np.int64)
    # The remainder goes to the labels with the largest rounding errors.
    missing = count - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    # Rank of each row among those of its label, in random order.
    by_label = np.argsort(kinds, kind="stable")
    ranks = np.empty(len(rows), np.int64)
    ranks[by_label] = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_chosen = ranks < counts[kinds]
    return np.sort(order[is_chosen]), np.sort(order[~is_chosen])
