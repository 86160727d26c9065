"""Split of data sources into training, validation and test parts, by writer or stratified by label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.networks.card import WriterSplit
from desktop_app.runs.recipe import DataPart

Rows = NDArray[np.int64]


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


def split_source(source: SourceSet, part: DataPart, seed: int) -> Split:
    """Split the samples of a source.

    The split is by writer if writers are known; otherwise random, stratified by label. If the source has a
    validation or test part, it is kept.

    Args:
        source: the samples.
        part: sizes of the parts: values below 1 are fractions of the samples (or writers) outside of the
            source's own parts, others are numbers of samples (or writers).
        seed: random seed.

    Raises:
        UserError: the training part would be empty.
    """
    parts = _by_writer(source, part, seed) if source.writers is not None else _by_label(source, part, seed)
    if len(parts.training) == 0:
        raise UserError(
            "No training samples of {title} would be left; choose smaller validation and test shares.",
            title=source.title,
        )
    return parts


def split_writers(writers: NDArray[np.str_], part: DataPart, seed: int) -> WriterSplit:
    """Split the distinct writers at random.

    Args:
        writers: text (n,), the writer of each sample.
        part: sizes of the parts, as fractions or numbers of writers.
        seed: random seed.

    Returns:
        The writers of the three parts, each sorted.
    """
    names = np.unique(writers)
    shuffled = np.random.default_rng(seed).permutation(names)
    test_count = _count(part.test, len(names))
    validation_count = _count(part.validation, len(names))

    def sorted_names(chosen: NDArray[np.str_]) -> tuple[str, ...]:
        return tuple(sorted(str(name) for name in chosen))

    return WriterSplit(
        training=sorted_names(shuffled[test_count + validation_count :]),
        validation=sorted_names(shuffled[test_count : test_count + validation_count]),
        test=sorted_names(shuffled[:test_count]),
    )


def _by_writer(source: SourceSet, part: DataPart, seed: int) -> Split:
    assert source.writers is not None
    of_samples = source.writers
    writers = split_writers(of_samples, part, seed)

    def rows(names: tuple[str, ...]) -> Rows:
        return np.flatnonzero(np.isin(of_samples, names))

    return Split(rows(writers.training), rows(writers.validation), rows(writers.test), writers)


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
