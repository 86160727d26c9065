"""Candidates for characters: one to eight neighbouring pieces of a line, and their geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.find_lines import PieceLine
from desktop_app.lines.piece import Piece

MOST_PIECES = 8
"""Largest number of pieces of a candidate."""

_MOST_OF_SEVERAL = 5
"""Largest number of pieces of a candidate with ink of several strokes or connected parts.

One part has more: a wide digit in an image is often cut into six pieces or more.
"""

_WIDEST = 2.5
"""Largest width of a candidate of several pieces, as a share of the height of the line."""

_LARGEST_GAP = 1.0
"""Largest horizontal gap between pieces of a candidate, as a share of the height of the line."""

_LARGEST_FEATURE = 1e6
"""Largest value of a feature; scores of larger ones have no digits left in which labels differ."""

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Candidates:
    """All candidates of a line; the candidate [i, k] consists of the k + 1 pieces from the i-th on.

    All lengths are shares of the height of the line.

    Attributes:
        numbers: numbers of the pieces, from left to right; n of them.
        items: these pieces.
        height: height of the line.
        boxes: (n, 8, 4), left, top, right and bottom on the page.
        is_valid: bool (n, 8), which candidates exist.
        is_cut: bool (n + 1,), whether a stroke or connected part is cut before the i-th piece.
        features: (n, 8, CANDIDATE_FEATURES).
        transitions: (n, 8, 8, TRANSITION_FEATURES): of [i, j, k], the transition from the candidate of j + 1
            pieces that ends before the i-th piece to the candidate [i, k].
    """

    numbers: tuple[int, ...]
    items: tuple[Piece, ...]
    height: float
    boxes: Values
    is_valid: NDArray[np.bool_]
    is_cut: NDArray[np.bool_]
    features: Values
    transitions: Values


CANDIDATE_FEATURES = (
    *("character", "low", "tall", "wide", "gap", "offset", "merged"),
    *("cuts", "low_cut", "width", "aspect", "height", "pieces"),
)
TRANSITION_FEATURES = ("overlap", "touch", "cut", "bottoms", "tops")


def find_candidates(line: PieceLine, items: Sequence[Piece]) -> Candidates:
    """Return the candidates of a line; items: all pieces of the page."""
    pieces = np.array([items[number].box for number in line.numbers], dtype=np.float64)
    wholes = np.array([items[number].whole for number in line.numbers], dtype=np.int64)
    count = len(pieces)
    merged = np.zeros((count, MOST_PIECES, 4))
    gaps = np.zeros((count, MOST_PIECES))
    is_valid = np.zeros((count, MOST_PIECES), dtype=np.bool_)
    parts = _merged(wholes)
    for length in range(MOST_PIECES):
        whole = count - length
        if whole <= 0:
            break
        last = pieces[length:]
        if length == 0:
            merged[:, 0], is_valid[:, 0] = pieces, True
            continue
        before = merged[:whole, length - 1]
        gap = np.maximum(last[:, 0] - before[:, 2], 0) / line.height
        gaps[:whole, length] = gaps[:whole, length - 1] + gap
        merged[:whole, length] = np.concatenate(
            (np.minimum(before[:, :2], last[:, :2]), np.maximum(before[:, 2:], last[:, 2:])), axis=1
        )
        width = (merged[:whole, length, 2] - merged[:whole, length, 0]) / line.height
        is_valid[:whole, length] = is_valid[:whole, length - 1] & (width <= _WIDEST) & (gap <= _LARGEST_GAP)
        if length >= _MOST_OF_SEVERAL:
            is_valid[:whole, length] &= parts[:whole, length] == 0
    is_cut = np.zeros(count + 1, dtype=np.bool_)
    is_cut[1:-1] = wholes[1:] == wholes[:-1]
    features = np.minimum(_candidate_features(line, merged, gaps, parts, is_cut), _LARGEST_FEATURE)
    transitions = np.minimum(_transition_features(line, merged, is_cut), _LARGEST_FEATURE)
    _keep_fixed(is_valid, [items[number].fixed is not None for number in line.numbers])
    own = tuple(items[number] for number in line.numbers)
    return Candidates(line.numbers, own, line.height, merged, is_valid, is_cut, features, transitions)


def _keep_fixed(is_valid: NDArray[np.bool_], is_fixed: Sequence[bool]) -> None:
    """Remove the candidates of a character that the user has fixed and other pieces."""
    for number in np.flatnonzero(is_fixed).tolist():
        is_valid[number, 1:] = False
        for length in range(1, min(MOST_PIECES, number + 1)):
            is_valid[number - length, length:] = False


def _candidate_features(
    line: PieceLine,
    boxes: Values,
    gaps: Values,
    parts: Values,
    is_cut: NDArray[np.bool_],
) -> Values:
    left, top, right, bottom = np.moveaxis(boxes, 2, 0)
    width, height = (right - left) / line.height, (bottom - top) / line.height
    offset = np.abs((top + bottom) / 2 - line.centre((left + right) / 2)) / line.height
    low, cuts = np.maximum(0.75 - height, 0), _cuts(is_cut)
    return np.stack(
        (
            np.ones_like(width),
            low,
            np.maximum(height - 1.3, 0),
            np.maximum(width - 0.9, 0),
            gaps,
            offset,
            parts,
            cuts,
            np.where(cuts > 0, low, 0),
            width,
            width / np.maximum(height, 0.2),
            np.log(np.maximum(height, 0.1)),
            np.broadcast_to(np.arange(float(MOST_PIECES)), width.shape),
        ),
        axis=2,
    )


def _cuts(is_cut: NDArray[np.bool_]) -> Values:
    """Return on how many sides a stroke or connected part is cut, 0 to 2, (n, 8)."""
    ends = np.pad(is_cut, (0, MOST_PIECES))[
        np.arange(len(is_cut) - 1)[:, None] + np.arange(1, MOST_PIECES + 1)
    ]
    cuts: Values = is_cut[:-1, None].astype(np.float64) + ends
    return cuts


def _merged(wholes: NDArray[np.int64]) -> Values:
    """Return the number of strokes or connected parts of each candidate less 1, (n, 8)."""
    counts = np.zeros((len(wholes), MOST_PIECES))
    for start in range(len(wholes)):
        for length in range(1, min(MOST_PIECES, len(wholes) - start)):
            counts[start, length] = len(set(wholes[start : start + length + 1].tolist())) - 1
    return counts


def _transition_features(line: PieceLine, boxes: Values, is_cut: NDArray[np.bool_]) -> Values:
    """Return the features of the transitions between neighbouring candidates.

    They are the overlap relative to the narrower candidate, how close the candidates are, whether a stroke or
    connected part is cut between them, and the distances of their lower and upper ends across the line.
    """
    count, height = len(boxes), line.height
    across = boxes[..., [3, 1]] - line.slope * boxes[..., [0, 2]].mean(axis=2, keepdims=True)
    features = np.zeros((count, MOST_PIECES, MOST_PIECES, len(TRANSITION_FEATURES)))
    for length in range(MOST_PIECES):
        starts = np.arange(length + 1, count)
        if len(starts) == 0:
            break
        before, after = boxes[starts - length - 1, length], boxes[starts]
        gap = (after[..., 0] - before[:, None, 2]) / height
        widths = (boxes[..., 2] - boxes[..., 0]) / height
        narrow = np.minimum(widths[starts - length - 1, length][:, None], widths[starts])
        overlap = np.maximum(-gap, 0) / np.maximum(narrow, 0.15)
        features[length + 1 :, length, :, 0] = np.minimum(overlap, 2)
        features[length + 1 :, length, :, 1] = np.clip(0.15 - gap, 0, 0.15)
        apart = across[starts] - across[starts - length - 1, length][:, None]
        features[length + 1 :, length, :, 3:] = np.abs(apart) / height
    features[..., 2] = is_cut[:-1, None, None]
    return features
