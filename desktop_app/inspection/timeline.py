"""Probabilities of a network along a drawing, from its first point to its last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Ink

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Recognizer

_MAX_SNAPSHOTS = 96
"""About as many as a band across a window can show."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """Probabilities at snapshots of one drawing.

    Attributes:
        ink: the drawing.
        points: intp (snapshots,), ascending, 1 or more: number of points drawn at each snapshot.
        probabilities: float32 (snapshots, labels), or (snapshots, labels + 1) where the network
            rejects, the last column for "not a character"; each row sums to 1.
        labels: the characters that the network reads, in the order of the columns.
        is_complete: whether every snapshot up to the whole ink was read.
    """

    ink: Ink
    points: NDArray[np.intp]
    probabilities: NDArray[np.float32]
    labels: tuple[str, ...]
    is_complete: bool

    @property
    def most_probable(self) -> NDArray[np.intp]:
        """The most probable column at each snapshot, intp (snapshots,)."""
        columns: NDArray[np.intp] = self.probabilities.argmax(axis=1)
        return columns


@dataclass(frozen=True)
class AnswerChange:
    """A snapshot at which another answer becomes the most probable one.

    Attributes:
        points: number of points drawn at the first snapshot with the new answer.
        before, after: columns of the timeline.
    """

    points: int
    before: int
    after: int


def compute_timeline(
    recognizer: Recognizer, ink: Ink, earlier: Timeline | None, max_readings: int
) -> Timeline:
    """Read a drawing at snapshots that are evenly spaced along its points.

    Args:
        recognizer: reads the snapshots.
        ink: the drawing.
        earlier: an earlier timeline of the same recognizer; its rows for unchanged ink are reused.
        max_readings: how many snapshots to read at most, 1 or more. If more are needed, the timeline
            is incomplete; pass it as `earlier` to continue.
    """
    info = recognizer.info
    known = _reusable_rows(earlier, ink)
    snapshots = snapshot_points(ink.point_count, _MAX_SNAPSHOTS)
    rows: list[NDArray[np.float32]] = []
    readings = 0
    for points in snapshots.tolist():
        row = known.get(points)
        if row is None:
            if readings == max_readings:
                break
            readings += 1
            row = recognizer.observe(ink.until(points)).activations[info.output]
        rows.append(row)
    columns = info.layer(info.output).shape[0]
    probabilities = np.array(rows, dtype=np.float32).reshape(-1, columns)
    is_complete = len(rows) == len(snapshots)
    return Timeline(ink, snapshots[: len(rows)], probabilities, info.labels, is_complete)


def snapshot_points(points: int, max_snapshots: int) -> NDArray[np.intp]:
    """Return the numbers of points at which to take snapshots, ascending and ending with all points.

    The step is a power of two: while a drawing grows, all snapshots remain, or every second one.

    Args:
        points: of the whole drawing.
        max_snapshots: 2 or more. There are at least half as many if the drawing has enough points.

    Returns:
        intp (snapshots,).
    """
    step = 1
    while points > step * (max_snapshots - 1):
        step *= 2
    even = np.arange(step, points + 1, step, dtype=np.intp)
    return even if points % step == 0 else np.append(even, points)


def answer_changes(timeline: Timeline) -> tuple[AnswerChange, ...]:
    """Return the changes of the most probable answer, in order."""
    columns = timeline.most_probable
    return tuple(
        AnswerChange(int(timeline.points[i]), int(columns[i - 1]), int(columns[i]))
        for i in np.flatnonzero(np.diff(columns)) + 1
    )


def _reusable_rows(earlier: Timeline | None, ink: Ink) -> dict[int, NDArray[np.float32]]:
    """Return the rows of an earlier timeline that are valid for this ink, by number of points."""
    if earlier is None:
        return {}
    common = _common_points(earlier.ink, ink)
    pairs = zip(earlier.points.tolist(), earlier.probabilities, strict=True)
    return {points: row for points, row in pairs if points <= common}


def _common_points(one: Ink, other: Ink) -> int:
    """Return the number of equal points at the start of two drawings."""
    count = 0
    for stroke, other_stroke in zip(one.strokes, other.strokes, strict=False):
        if stroke is not other_stroke:
            shorter = min(len(stroke.points), len(other_stroke.points))
            differs = (stroke.points[:shorter] != other_stroke.points[:shorter]).any(axis=1)
            if differs.any() or len(stroke.points) != len(other_stroke.points):
                return count + int(np.append(differs, True).argmax())
        count += len(stroke.points)
    return count
