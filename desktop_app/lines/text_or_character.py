"""Whether a page is a text or one character."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_reading import TextReading
from desktop_app.tasks.ink_lines import Interval, gap_of_two, is_column, lines_of_intervals, lines_of_mask
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.verdict import INK, SEVERAL

_CONFIDENCE_OF_SEVERAL = 0.8
"""Smallest confidence of a text where it is not clear from the ink that there are several characters."""

_LEAST_GAP, _CLEAR_GAP = 0.05, 0.3
"""Smallest gap between two lines of a character each, and one that is no gap within most characters, as
shares of their height."""

_HALVES = MappingProxyType({"8": ("0Oo", 0.45), "1": ("1Il", 0.25)})
"""What the halves of some characters look like, and the largest gap between them."""

_SLIM = 1.2
"""Height of the halves of an 8 relative to their width, from which they are no rings of one character."""

_MOST_STROKES = 12
"""Largest number of strokes of one character; lines of many characters may look like one from afar."""


_FEWEST_STROKES_OF_LINE, _LEAST_ASPECT_OF_LINE = 4, 2.0
"""Ink of so many strokes that is so much wider than high is a line, even if it looks like a letter."""


@dataclass(frozen=True)
class Layout:
    """How the ink lies on a page.

    Attributes:
        is_drawn: whether the page is ink and not an image.
        is_line: whether drawn ink has too many strokes for one character, or is a wide line or a column.
        gap: between two lines, as a share of their height; 0 unless there are two.
    """

    is_drawn: bool
    is_line: bool
    gap: float


def layout_of(page: Page) -> Layout:
    """Return how the ink lies on a page."""
    lines, width = _lines_and_width(page)
    if not isinstance(page, Ink):
        return Layout(False, False, gap_of_two(lines, width))
    return Layout(True, _is_line(page) or is_column(lines, width), gap_of_two(lines, width))


def may_be_text(reading: Reading, layout: Layout) -> bool:
    """Return whether a page may be a text, so that its text is to be read; reading: as one character."""
    return not _is_single(reading, layout) or layout.gap >= _LEAST_GAP


def is_text(text: TextReading, reading: Reading, layout: Layout) -> bool:
    """Return whether a page is a text rather than one character.

    Args:
        text: reading of the page as a text.
        reading: reading of the page as one character.
        layout: of the page.
    """
    is_several = sum(not each.is_mark for each in text.characters) > 1
    is_clear = reading.remark is SEVERAL or layout.is_line
    if is_several and (is_clear or _are_two_lines(text, reading, layout.gap)):
        return True
    has_marks = any(each.is_mark for each in text.characters)
    if _is_single(reading, layout) or not (is_several or has_marks) or (has_marks and not layout.is_drawn):
        return False
    return _is_probable(text)


def _is_single(reading: Reading, layout: Layout) -> bool:
    """Return whether ink is one character by its reading, and no line."""
    return reading.verdict is not Verdict.NOT_A_CHARACTER and not layout.is_line


def _is_line(ink: Ink) -> bool:
    """Return whether ink has too many strokes for one character, or is a wide line of some strokes."""
    bounds, count = ink.bounds(), len(ink.strokes)
    if bounds is None or count < _FEWEST_STROKES_OF_LINE:
        return False
    left, top, right, bottom = bounds
    return count > _MOST_STROKES or right - left >= _LEAST_ASPECT_OF_LINE * (bottom - top)


def _lines_and_width(page: Page) -> tuple[list[Interval], float]:
    """Return the lines of the ink of a page, and the width of all ink; in a model input gaps may be lost."""
    if isinstance(page, Ink):
        left, _, right, _ = page.bounds() or (0.0, 0.0, 0.0, 0.0)
        ends = ((stroke.points[:, 1].min(), stroke.points[:, 1].max()) for stroke in page.strokes)
        return lines_of_intervals((float(top), float(bottom)) for top, bottom in ends), right - left
    inked = page.ink_map > INK
    lines = lines_of_mask(inked)
    return lines, float(np.count_nonzero(inked.any(axis=0))) if len(lines) > 1 else 0.0


def _are_two_lines(text: TextReading, reading: Reading, gap: float) -> bool:
    """Return whether ink is two lines of a character each rather than one character.

    Args:
        text: its reading as a text.
        reading: its reading as one character.
        gap: between the lines, as a share of their height.
    """
    if len(text.lines) < 2 or gap < _LEAST_GAP:
        return False
    if _are_halves(text, reading, gap):
        return False
    if reading.verdict is Verdict.NOT_A_CHARACTER and gap >= _CLEAR_GAP:
        return True
    return text.confidence >= _CONFIDENCE_OF_SEVERAL


def _are_halves(text: TextReading, reading: Reading, gap: float) -> bool:
    """Return whether two lines look like an 8 of two rings, or a 1 that is broken; arguments as above."""
    labels, largest_gap = _HALVES.get(reading.label or "", ("", 0.0))
    if gap >= largest_gap or not all(each.label in labels for each in text.characters):
        return False
    sides = np.array([line.box for line in text.lines])
    slimness = (sides[:, 3] - sides[:, 1]) / np.maximum(sides[:, 2] - sides[:, 0], 1.0)
    return reading.label != "8" or bool(slimness.mean() < _SLIM)


def _is_probable(text: TextReading) -> bool:
    """Return whether ink that the network rejects is text rather than an unknown character, e.g. a letter."""
    left, top, right, bottom = text.lines[0].box
    is_wide_line = len(text.lines) == 1 and right - left >= bottom - top
    return is_wide_line and text.confidence >= _CONFIDENCE_OF_SEVERAL and _are_marks_apart(text)


def _are_marks_apart(text: TextReading) -> bool:
    """Return whether there is a character, and all marks are beside all characters; few parts of letters are.

    Two bars of an H are ones, if the third is a mark.
    """
    marks = [each.box for each in text.characters if each.is_mark]
    characters = [each.box for each in text.characters if not each.is_mark]
    return bool(characters) and all(
        mark[0] >= character[2] or mark[2] <= character[0] for mark in marks for character in characters
    )
