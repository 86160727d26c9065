"""Splits by writer: nobody whose hand is trained on is ever asked again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.training.recipe import Split


@dataclass(frozen=True)
class WriterSplit:
    """The writers of one data set, in three parts that share no one."""

    training: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]


def split_writers(writers: NDArray[np.str_], split: Split) -> WriterSplit:
    """Share out the distinct writers at random, by the split's seed.

    Args:
        writers: str (n,), the writer of each sample; repeats are expected.
        split: the shares of writers, rounded to whole writers.

    Returns:
        The three parts, each sorted.
    """
    names = np.unique(writers)
    shuffled = np.random.default_rng(split.seed).permutation(names)
    tests = round(len(names) * split.test_share)
    validations = round(len(names) * split.validation_share)

    def part(chosen: NDArray[np.str_]) -> tuple[str, ...]:
        return tuple(sorted(str(name) for name in chosen))

    return WriterSplit(
        training=part(shuffled[tests + validations :]),
        validation=part(shuffled[tests : tests + validations]),
        test=part(shuffled[:tests]),
    )
