"""Layout of a band of stacked probabilities: which labels are shown, and where their names fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OTHERS = -1
"""Column of all labels that are not shown separately."""

MOST_LABELS = 6
"""Largest number of labels that are shown separately."""

_WORTH_A_BAND = 0.1
"""Labels that never reach this probability are among the others."""

_NEARLY_BEST = 0.9

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stack:
    """Probabilities stacked to a height of 1.

    Attributes:
        columns: from the bottom: indices of labels, OTHERS, and the index after the last label for
            "not a character" if the network rejects.
        edges: float32 (samples, columns + 1), ascending from 0 to 1: boundaries of the columns.
    """

    columns: tuple[int, ...]
    edges: Values


def stack_probabilities(probabilities: Values, labels: int) -> Stack:
    """Choose the most probable labels and stack them.

    Args:
        probabilities: float32 (samples, labels) or (samples, labels + 1), samples >= 1.
        labels: number of columns that are labels.
    """
    peaks = probabilities[:, :labels].max(axis=0)
    order = np.argsort(-peaks, kind="stable")[:MOST_LABELS]
    chosen = sorted(int(column) for column in order if peaks[column] >= _WORTH_A_BAND)
    rejected = list(range(labels, probabilities.shape[1]))
    shown = probabilities[:, chosen + rejected]
    others = (1 - shown.sum(axis=1)).clip(0, 1)
    shares = np.insert(shown, len(chosen), others, axis=1)
    edges = np.zeros((len(shares), shares.shape[1] + 1), dtype=np.float32)
    np.cumsum(shares, axis=1, out=edges[:, 1:])
    edges[:, 1:] /= edges[:, -1:]
    return Stack((*chosen, OTHERS, *rejected), edges)


def label_position(low: Values, high: Values, width: int, height: float) -> tuple[int, float] | None:
    """Return the position between two edges where a text fits best.

    Args:
        low, high: float32 (pixels,), the edges at each pixel, low <= high.
        width: of the text in pixels, 1 or more.
        height: of the text, in the unit of the edges.

    Returns:
        Left pixel and vertical middle of the text; None if it fits nowhere.
    """
    if len(low) < width:
        return None
    windows = np.lib.stride_tricks.sliding_window_view
    floor, ceiling = windows(low, width).max(axis=1), windows(high, width).min(axis=1)
    gaps = ceiling - floor
    best = float(gaps.max())
    if best < height:
        return None
    # The middle of the longest stretch among positions with nearly as much room.
    ends = np.flatnonzero(np.diff(np.concatenate([[False], gaps >= _NEARLY_BEST * best, [False]])))
    starts, lengths = ends[::2], np.diff(ends)[::2]
    longest = int(lengths.argmax())
    middle = int(starts[longest] + lengths[longest] // 2)
    return middle, float(floor[middle] + ceiling[middle]) / 2
