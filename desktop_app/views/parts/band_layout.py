"""What a band of probabilities shows, as plain numbers: which shares are stacked, and where words fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OTHERS = -1
"""Stands for the labels that are not told apart."""

MOST_LABELS = 6
"""More labels than these are more than an eye can follow."""

_WORTH_A_BAND = 0.1
"""A label that never reaches this probability is one of the others."""

_AS_ROOMY = 0.9

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stack:
    """Shares that are stacked upon each other and fill a height of 1.

    Attributes:
        columns: from below: labels by their numbers, OTHERS, and, where the network rejects, the
            number after the last label for "not a character".
        edges: float32 (moments, columns + 1), ascending from 0 to 1: between which heights each lies.
    """

    columns: tuple[int, ...]
    edges: Values


def stack_probabilities(probabilities: Values, labels: int) -> Stack:
    """Tell apart the labels that matter and stack their shares.

    Args:
        probabilities: float32 (moments, labels) or (moments, labels + 1), moments >= 1.
        labels: how many columns are labels.
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
    """Where words of a size fit best between two edges.

    Args:
        low, high: float32 (n,): for each pixel across, what lies between the edges, low <= high.
        width: of the words in pixels, 1 or more.
        height: of the words, in the unit of the edges.

    Returns:
        The first pixel and the middle height of the roomiest place; None where there is none.
    """
    if len(low) < width:
        return None
    windows = np.lib.stride_tricks.sliding_window_view
    floor, ceiling = windows(low, width).max(axis=1), windows(high, width).min(axis=1)
    room = ceiling - floor
    best = float(room.max())
    if best < height:
        return None
    # Of all places that are about as roomy, the middle of the longest stretch.
    ends = np.flatnonzero(np.diff(np.concatenate([[False], room >= _AS_ROOMY * best, [False]])))
    starts, lengths = ends[::2], np.diff(ends)[::2]
    longest = int(lengths.argmax())
    middle = int(starts[longest] + lengths[longest] // 2)
    return middle, float(floor[middle] + ceiling[middle]) / 2
