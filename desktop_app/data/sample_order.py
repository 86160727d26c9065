"""Order of samples in which labels alternate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SEED = 7


def balanced_order(labels: ArrayLike, limit: int) -> NDArray[np.int64]:
    """Return rows of samples in an order in which labels alternate, with a fixed random seed.

    Args:
        labels: text (n,), labels of all samples.
        limit: maximum number of rows.

    Returns:
        int64 (min(n, limit),).
    """
    names, number = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    shuffled = np.random.default_rng(_SEED).permutation(len(number))
    by_label = shuffled[np.argsort(number[shuffled], kind="stable")]
    counts = np.bincount(number, minlength=len(names))
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    rank = np.arange(len(number)) - starts
    order: NDArray[np.int64] = by_label[np.argsort(rank, kind="stable")][:limit]
    return order
