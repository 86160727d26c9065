"""Best paths through the candidates of a line.

Each path divides the pieces of a line into characters. Its score is the sum of the scores of its candidates
and of the transitions between them, as in the segmentation by shortest path of Burges, Matan, LeCun et al.
(1992); probabilities follow from all paths together, as in a semi-Markov conditional random field (Sarawagi
and Cohen, 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.lines.line_model import MARK, Scores
from desktop_app.lines.log_sum import log_sum

Values = NDArray[np.float64]

_KEPT_LABELS = 3
"""Labels of a candidate that paths differ in."""

_HOPELESS = 16.0
"""Difference of the score of a candidate from the best one from which it is not compared."""


@dataclass(frozen=True)
class Step:
    """A character or mark of a path: the candidate [start, length - 1] with a label's number, or MARK."""

    start: int
    length: int
    label: int


@dataclass(frozen=True)
class Path:
    """Characters and marks from left to right, and the score of the path."""

    steps: tuple[Step, ...]
    score: float

    @property
    def labels(self) -> tuple[int, ...]:
        """Labels of the characters."""
        return tuple(step.label for step in self.steps if step.label != MARK)


def forward(scores: Values, transitions: Values) -> Values:
    """Return the log of the summed exponentials of all partial paths that end with each candidate.

    Args:
        scores: (..., n, k), score of the candidate of j + 1 pieces from the i-th on; -inf if there is none.
        transitions: (..., n, k, k), see `Candidates.transitions`.

    Returns:
        (..., n, k), by the first piece and the length of the last candidate.
    """
    sums = np.full(scores.shape, -np.inf)
    count, longest = scores.shape[-2:]
    for start in range(count):
        entering = _entering(sums, transitions, start, longest)
        sums[..., start, :] = scores[..., start, :] + entering
    return sums


def _entering(sums: Values, transitions: Values, start: int, longest: int) -> Values | float:
    """Return the log sum of the paths that end before a piece, by length of the next candidate."""
    if start == 0:
        return 0.0
    lengths = range(min(longest, start))
    before = np.stack([sums[..., start - length - 1, length] for length in lengths], axis=-1)
    moves = transitions[..., start, : len(lengths), :]
    return log_sum(before[..., None] + moves, axis=-2)


def ending(sums: Values) -> Values:
    """Return the log of the summed exponentials of all complete paths, (...)."""
    count, longest = sums.shape[-2:]
    last = [sums[..., count - length - 1, length] for length in range(min(longest, count))]
    return log_sum(np.stack(last, axis=-1), axis=-1)


def marginals(scores: Values, transitions: Values) -> Values:
    """Return the probability that a path contains each candidate, (n, k); arguments as in `forward`."""
    sums = forward(scores, transitions)
    count, longest = scores.shape
    rest = np.full((count, longest), -np.inf)
    for start in reversed(range(count)):
        for length in range(min(longest, count - start)):
            following = start + length + 1
            if following == count:
                rest[start, length] = 0.0
            else:
                after = transitions[following, length] + scores[following] + rest[following]
                rest[start, length] = log_sum(after, axis=-1)
    probabilities: Values = np.exp(sums + rest - ending(sums))
    return probabilities


def best_paths(scores: Scores, most: int) -> tuple[Path, ...]:
    """Return the paths with the highest scores, the best first; at most this number."""
    own, transitions = _options(scores.candidates), scores.transitions.tolist()
    longest = scores.candidates.shape[1]
    partial: list[list[list[Path]]] = []
    for start, of_lengths in enumerate(own):
        before = _last_paths(partial, longest)
        row: list[list[Path]] = []
        for length, options in enumerate(of_lengths):
            if not options:
                row.append([])
                continue
            best = (
                _best([Path(p.steps, p.score + transitions[start][k][length]) for k, p in before], most)
                if start
                else [Path((), 0.0)]
            )
            extended = [
                Path((*path.steps, Step(start, length + 1, label)), path.score + value)
                for label, value in options
                for path in best
            ]
            row.append(_best(extended, most))
        partial.append(row)
    return tuple(_best([path for _, path in _last_paths(partial, longest)], most))


def _options(candidates: Values) -> list[list[list[tuple[int, float]]]]:
    """Return the labels of each candidate that paths differ in, MARK among them, with their scores."""
    order = np.argsort(-candidates[..., :MARK], axis=2, kind="stable")[..., :_KEPT_LABELS]
    marks = np.full((*order.shape[:2], 1), MARK)
    order = np.concatenate((order, marks), axis=2)
    values = np.take_along_axis(candidates, order, axis=2)
    least = values.max(axis=2) - _HOPELESS
    return [
        [
            [(label, value) for label, value in zip(labels, of_labels, strict=True) if value > limit]
            for labels, of_labels, limit in zip(*of_length, strict=True)
        ]
        for of_length in zip(order.tolist(), values.tolist(), least.tolist(), strict=True)
    ]


def best_path_of(scores: Scores, labels: Sequence[int]) -> Path | None:
    """Return the path with the highest score of those with some labels, from left to right; None if none.

    Args:
        scores: of the line.
        labels: numbers of the labels; marks may be anywhere between them.
    """
    count, longest = scores.candidates.shape[:2]
    own, marks = scores.candidates[..., list(labels)], scores.candidates[..., MARK]
    # Best scores of the paths that end before a piece, by length of the last candidate and labels used.
    ends = np.full((count + 1, longest, len(labels) + 1), -np.inf)
    before = np.zeros((count, longest, len(labels) + 1), dtype=np.int64)
    is_mark = np.zeros((count, longest, len(labels) + 1), dtype=np.bool_)
    for start in range(count):
        if start == 0:
            entering = np.full((longest, len(labels) + 1), -np.inf)
            entering[:, 0] = 0.0
        else:
            moves = ends[start][:, None] + scores.transitions[start][..., None]
            before[start] = moves.argmax(axis=0)
            entering = moves.max(axis=0)
        with_mark = entering + marks[start][:, None]
        with_label = np.full_like(with_mark, -np.inf)
        with_label[:, 1:] = entering[:, :-1] + own[start]
        is_mark[start] = with_mark > with_label
        for length in range(min(longest, count - start)):
            ends[start + length + 1, length] = np.maximum(with_mark[length], with_label[length])
    length = int(ends[count, :, -1].argmax())
    best = float(ends[count, length, -1])
    if best == -np.inf:
        return None
    steps: list[Step] = []
    end, number = count, len(labels)
    while end:
        start = end - length - 1
        marked = bool(is_mark[start, length, number])
        number -= not marked
        steps.append(Step(start, length + 1, MARK if marked else labels[number]))
        end, length = start, int(before[start, length, number])
    return Path(tuple(reversed(steps)), best)


def _last_paths(partial: list[list[list[Path]]], longest: int) -> list[tuple[int, Path]]:
    """Return the paths that end with the last piece, with the length of their last candidate less 1."""
    count = len(partial)
    return [
        (length, path)
        for length in range(min(longest, count))
        for path in partial[count - length - 1][length]
    ]


def _best(paths: list[Path], most: int) -> list[Path]:
    return sorted(paths, key=lambda path: -path.score)[:most]
