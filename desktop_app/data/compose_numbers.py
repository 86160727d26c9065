"""Composition of numbers and words from single characters of one writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.ink_set import InkSet
from desktop_app.data.number_marks import Mark, draw_marks
from desktop_app.ink.strokes import Ink, Points
from desktop_app.lines.letter_shapes import extent_on_line

_TOUCHING = 0.25
"""Share of neighbouring characters that touch."""

_ALONGSIDE, _LARGEST_SHARE = 0.08, 0.5
"""Edges that are that close, in heights of characters, in more than that share of their rows do not touch.

Nobody sees more than one bar where two touch over their height.
"""

_SIMILAR = 0.6, 1.6
"""Heights of capitals in the same units, relative to their median."""

_FEWEST_LABELS = 10
"""Different characters that a writer must have written."""

_MARK_GAPS = 0.05, 0.3
"""Distances of marks from the characters before them, in heights of characters."""

_ROWS = 24
"""Rows per height of a character in which distances are measured."""


def compose(
    characters: Sequence[Ink], labels: Sequence[str], rng: np.random.Generator, marks: Sequence[Mark] = ()
) -> Ink:
    """Write characters side by side, on one line and with natural spacing; a quarter of them touch.

    Args:
        characters: ink of each character, of one writer, in any units; not empty.
        labels: what each of them is; small letters are lower than others or reach below the line.
        rng: random numbers.
        marks: between and after the characters, from left to right.

    Returns:
        Ink; digits and capitals of median height are 100 tall.
    """
    return _written(characters, labels, rng, marks).ink()


def _written(
    characters: Sequence[Ink], labels: Sequence[str], rng: np.random.Generator, marks: Sequence[Mark]
) -> _Line:
    """Write characters and marks; arguments as in `compose`."""
    extents = [extent_on_line(label) for label in labels]
    scales = _scales(characters, [top - bottom for top, bottom in extents])
    spacing, slope = rng.uniform(0.08, 0.3), rng.normal(0.0, 0.02)
    line = _Line(slope)
    for number, (character, scale, extent) in enumerate(zip(characters, scales, extents, strict=True)):
        for mark in marks:
            if mark.place == number:
                line.add_mark(mark, rng)
        own = [_on_line(stroke.points, character, scale) for stroke in character.strokes]
        below = (1.0 - sum(extent)) / 2
        level = np.array([0.0, below + slope * line.x + rng.normal(0.0, 0.03)], np.float32)
        touches = bool(line.strokes) and rng.random() < _TOUCHING
        gap = -0.02 if touches else max(0.05, spacing + rng.normal(0.0, 0.05)) if line.strokes else 0.0
        line.add([points + level for points in own], gap, spacing)
    for mark in marks:
        if mark.place >= len(characters):
            line.add_mark(mark, rng)
    return line


class _Line:
    """Strokes of a line that is being written, in heights of capitals."""

    def __init__(self, slope: float) -> None:
        """Begin a line that rises or falls."""
        self.strokes: list[Points] = []
        self.marks: list[int] = []
        self.x = 0.0
        self._slope = slope
        self._right = np.full(3 * _ROWS, -np.inf)

    def ink(self) -> Ink:
        """Return the ink; digits and capitals of median height are 100 tall."""
        return Ink.from_points(points * 100 for points in self.strokes)

    def add(self, strokes: Sequence[Points], gap: float, spacing: float) -> None:
        """Add strokes at a distance from those before; in the row in which they are closest.

        Strokes that would touch alongside one another are moved away, to the spacing of the line.
        """
        left_edge, right_edge = _edges(strokes)
        if self.strokes:
            apart = left_edge - self._right
            least = apart[np.isfinite(apart)].min(initial=np.inf)
            if gap < 0 and is_alongside(apart):
                gap = spacing
            self.x = gap - float(least) if np.isfinite(least) else float(self._right.max()) + gap
        self.strokes += [points + np.array([self.x, 0.0], np.float32) for points in strokes]
        self._right = np.maximum(self._right, right_edge + self.x)

    def add_mark(self, mark: Mark, rng: np.random.Generator) -> None:
        """Add a mark, which touches nothing."""
        if not mark.strokes:
            self._right += mark.width
            return
        level = np.array([0.0, self._slope * self.x], np.float32)
        self.marks += range(len(self.strokes), len(self.strokes) + len(mark.strokes))
        gap = float(rng.uniform(*_MARK_GAPS))
        self.add([points + level for points in mark.strokes], gap, gap)


@dataclass(frozen=True, eq=False)
class ComposedText:
    """Ink with its text.

    Attributes:
        ink: of the characters and marks.
        text: the labels of the characters.
        marks: numbers of the strokes that are marks.
    """

    ink: Ink
    text: str
    marks: tuple[int, ...] = ()


def compose_texts(
    characters: InkSet, labels: Sequence[str], length: int, count: int, seed: int, *, is_marked: bool = False
) -> list[ComposedText]:
    """Compose texts of random characters, each of one random writer.

    Args:
        characters: ink of single characters; writers with fewer than ten of the labels are not used.
        labels: labels of the characters, at least ten.
        length: characters of each text.
        count: number of texts.
        seed: of the random numbers.
        is_marked: whether there are marks or spaces between the characters.

    Raises:
        ValueError: no writer has ten of the labels.
    """
    rng = np.random.default_rng(seed)
    rows: dict[str, dict[str, NDArray[np.int64]]] = {}
    for writer in np.unique(characters.writers).tolist():
        is_own = characters.writers == writer
        found = {label: np.flatnonzero(is_own & (characters.labels == label)) for label in labels}
        of_writer = {label: numbers for label, numbers in found.items() if len(numbers)}
        if len(of_writer) >= _FEWEST_LABELS:
            rows[writer] = of_writer
    if not rows:
        raise ValueError("no writer has ten of the labels")
    composed = []
    for _ in range(count):
        of_writer = rows[str(rng.choice(list(rows)))]
        text = "".join(rng.choice(list(of_writer), length).tolist())
        chosen = [characters.ink(int(rng.choice(of_writer[label]))) for label in text]
        line = _written(chosen, text, rng, draw_marks(length, rng) if is_marked else ())
        composed.append(ComposedText(line.ink(), text, tuple(line.marks)))
    return composed


def is_alongside(apart: NDArray[np.float64]) -> bool:
    """Return whether two edges run alongside one another, so that characters that touch there look like one.

    Args:
        apart: distance of the edges in each row, in heights of characters; infinite where one has no ink.
    """
    common = apart[np.isfinite(apart)]
    return len(common) > 0 and float((common < common.min() + _ALONGSIDE).mean()) > _LARGEST_SHARE


def _scales(characters: Sequence[Ink], heights: Sequence[float]) -> list[float]:
    """Return for each character the number of its units in a height of capitals.

    A character that is much smaller or larger than the others was recorded in other units.

    Args:
        characters: their ink.
        heights: what they usually have, in heights of capitals.
    """
    bounds = [character.bounds() or (0.0, 0.0, 0.0, 0.0) for character in characters]
    # A flat stroke has no height to go by.
    tall = [max(bottom - top, (right - left) / 2, 1e-6) for left, top, right, bottom in bounds]
    scales = [own / usual for own, usual in zip(tall, heights, strict=True)]
    median = float(np.median(scales))
    return [median if _SIMILAR[0] < scale / median < _SIMILAR[1] else scale for scale in scales]


def _on_line(points: Points, character: Ink, height: float) -> Points:
    """Return points in heights of capitals, left at 0 and the centre of the character at 0."""
    left, top, _, bottom = character.bounds() or (0.0, 0.0, 0.0, 0.0)
    moved: Points = (points - np.array([left, (top + bottom) / 2], np.float32)) / np.float32(height)
    return moved


def _edges(strokes: Sequence[Points]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the leftmost and rightmost ink in each row, infinite where there is none."""
    left, right = np.full(3 * _ROWS, np.inf), np.full(3 * _ROWS, -np.inf)
    for points in strokes:
        steps = np.maximum(1, np.ceil(np.abs(np.diff(points, axis=0)).max(axis=1, initial=0) * 2 * _ROWS))
        parts = [
            start + (end - start) * np.linspace(0, 1, int(count) + 1)[:, None]
            for start, end, count in zip(points, points[1:], steps, strict=False)
        ]
        dense = np.concatenate(parts) if parts else points
        rows = np.clip(((dense[:, 1] + 1.5) * _ROWS).astype(np.int64), 1, 3 * _ROWS - 2)
        for shift in (-1, 0, 1):
            np.minimum.at(left, rows + shift, dense[:, 0])
            np.maximum.at(right, rows + shift, dense[:, 0])
    return left, right
