"""Splits: nobody whose hand is trained on is asked again; where writers are unknown, labels evenly."""

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
    """Which rows of a source train, are chosen by, and measure.

    Attributes:
        training, validation, test: int64, rising; they share no row.
        writers: the same by writer; None where writers are not known.
    """

    training: Rows
    validation: Rows
    test: Rows
    writers: WriterSplit | None = None


def split_source(source: SourceSet, part: DataPart, seed: int) -> Split:
    """Share out a source's samples.

    By writer where writers are known; else at random, each label as evenly as can be. A test part
    of the source's own stays what it is.

    Args:
        source: the samples.
        part: the amounts: shares below 1 are of all samples (or writers) that the source does not
            keep for its own test; from 1 on they are numbers of samples (or writers).
        seed: of the choice.

    Raises:
        UserError: nothing would be left to train on.
    """
    parts = _by_writer(source, part, seed) if source.writers is not None else _by_label(source, part, seed)
    if len(parts.training) == 0:
        raise UserError(f"Of {source.title} nothing would be left to train on; keep less for other parts.")
    return parts


def split_writers(writers: NDArray[np.str_], part: DataPart, seed: int) -> WriterSplit:
    """Share out the distinct writers at random.

    Args:
        writers: str (n,), the writer of each sample; repeats are expected.
        part: the shares of writers, rounded to whole writers, or their numbers.
        seed: of the choice.

    Returns:
        The three parts, each sorted.
    """
    names = np.unique(writers)
    shuffled = np.random.default_rng(seed).permutation(names)
    tests = _count(part.test, len(names))
    validations = _count(part.validation, len(names))

    def named(chosen: NDArray[np.str_]) -> tuple[str, ...]:
        return tuple(sorted(str(name) for name in chosen))

    return WriterSplit(
        training=named(shuffled[tests + validations :]),
        validation=named(shuffled[tests : tests + validations]),
        test=named(shuffled[:tests]),
    )


def _by_writer(source: SourceSet, part: DataPart, seed: int) -> Split:
    hands = source.writers
    assert hands is not None
    writers = split_writers(hands, part, seed)

    def rows(names: tuple[str, ...]) -> Rows:
        return np.flatnonzero(np.isin(hands, names))

    return Split(rows(writers.training), rows(writers.validation), rows(writers.test), writers)


def _by_label(source: SourceSet, part: DataPart, seed: int) -> Split:
    rng = np.random.default_rng(seed)
    rows: Rows = np.arange(len(source), dtype=np.int64)
    if source.is_test is not None:
        test, rows = rows[source.is_test], rows[~source.is_test]
        count = _count(part.validation, len(rows))
    else:
        count = _count(part.validation, len(rows))
        test, rows = _taken(rows, source.labels, _count(part.test, len(rows)), rng)
    validation, training = _taken(rows, source.labels, min(count, len(rows)), rng)
    return Split(training, validation, test)


def _count(amount: float, total: int) -> int:
    return min(total, round(amount * total if amount < 1 else amount))


def _taken(rows: Rows, labels: NDArray[np.str_], count: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Some rows, with labels as frequent as among all of them, and the others; both rising."""
    order = rng.permutation(rows)
    _, kinds = np.unique(labels[order], return_inverse=True)
    sizes = np.bincount(kinds)
    exact = sizes * (count / max(1, len(rows)))
    shares = np.floor(exact).astype(np.int64)
    # What rounding has left over goes to the labels that it took most from.
    missing = count - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:missing]] += 1
    # The position of each row among those of its label, in the random order.
    by_kind = np.argsort(kinds, kind="stable")
    places = np.empty(len(rows), np.int64)
    places[by_kind] = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_taken = places < shares[kinds]
    return np.sort(order[is_taken]), np.sort(order[~is_taken])
