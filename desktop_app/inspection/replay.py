"""The answer over ink time: what a network says at moments of a drawing, from its first point on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Ink

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Recognizer

MOMENTS = 96
"""As many moments as a band across a window can show."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """The answers at moments of one drawing.

    Attributes:
        ink: the drawing.
        points: intp (moments,), ascending, 1 or more: how many points were drawn at each moment.
        probabilities: float32 (moments, labels), or (moments, labels + 1) where the network rejects,
            the last column for "not a character"; each row sums to 1.
        labels: the characters that the network reads, in the order of the columns.
        is_complete: whether there is an answer for every moment, up to the whole ink.
    """

    ink: Ink
    points: NDArray[np.intp]
    probabilities: NDArray[np.float32]
    labels: tuple[str, ...]
    is_complete: bool

    @property
    def winners(self) -> NDArray[np.intp]:
        """The most probable column at each moment, intp (moments,)."""
        winners: NDArray[np.intp] = self.probabilities.argmax(axis=1)
        return winners


@dataclass(frozen=True)
class AnswerChange:
    """A moment at which another answer became the most probable one.

    Attributes:
        points: drawn at the first moment of the new answer.
        before, after: columns of the timeline.
    """

    points: int
    before: int
    after: int


def replay(
    recognizer: Recognizer,
    ink: Ink,
    moments: int = MOMENTS,
    before: Timeline | None = None,
    at_most: int | None = None,
) -> Timeline:
    """Read a drawing at moments that lie evenly along its points.

    Args:
        recognizer: reads.
        ink: the drawing.
        moments: how many there may be, 2 or more; there are at least half as many where the
            drawing has so many points.
        before: an earlier answer of the same recognizer; what it knows of unchanged ink is not read
            again.
        at_most: readings to make now, 1 or more; with fewer than are needed, the answer is not
            complete, and is what to give as `before` next time. All where it is None.
    """
    info = recognizer.info
    known = _known(before, ink)
    wanted = snapshot_points(ink.point_count, moments)
    rows: list[NDArray[np.float32]] = []
    reads = 0
    for points in wanted.tolist():
        row = known.get(points)
        if row is None:
            if reads == at_most:
                break
            reads += 1
            row = recognizer.observe(ink.until(points)).activations[info.output]
        rows.append(row)
    columns = info.layer(info.output).shape[0]
    answers = np.array(rows, dtype=np.float32).reshape(-1, columns)
    return Timeline(ink, wanted[: len(rows)], answers, info.labels, len(rows) == len(wanted))


def snapshot_points(points: int, most: int) -> NDArray[np.intp]:
    """Numbers of points, intp, ascending: every so many, and all of them.

    The step is a power of two, so that moments stay where they are while a drawing grows, or every
    other of them does.

    Args:
        points: of the whole drawing.
        most: how many moments there may be, 2 or more.
    """
    step = 1
    while points > step * (most - 1):
        step *= 2
    even = np.arange(step, points + 1, step, dtype=np.intp)
    return even if points % step == 0 else np.append(even, points)


def answer_changes(timeline: Timeline) -> tuple[AnswerChange, ...]:
    """Where another answer became the most probable one, in order."""
    winners = timeline.winners
    return tuple(
        AnswerChange(int(timeline.points[i]), int(winners[i - 1]), int(winners[i]))
        for i in np.flatnonzero(np.diff(winners)) + 1
    )


def _known(before: Timeline | None, ink: Ink) -> dict[int, NDArray[np.float32]]:
    """Answers of an earlier timeline, by numbers of points, that hold for this ink too."""
    if before is None:
        return {}
    common = _common_points(before.ink, ink)
    pairs = zip(before.points.tolist(), before.probabilities, strict=True)
    return {points: row for points, row in pairs if points <= common}


def _common_points(one: Ink, other: Ink) -> int:
    """With how many equal points two drawings begin."""
    count = 0
    for mine, theirs in zip(one.strokes, other.strokes, strict=False):
        if mine is not theirs:
            shorter = min(len(mine.points), len(theirs.points))
            differs = (mine.points[:shorter] != theirs.points[:shorter]).any(axis=1)
            if differs.any() or len(mine.points) != len(theirs.points):
                return count + int(np.append(differs, True).argmax())
        count += len(mine.points)
    return count
