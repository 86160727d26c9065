"""Tests of marks in lines: ink that is no character."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_edits import FixedCharacter, TextEdits
from desktop_app.lines.text_reading import TextReading
from desktop_app.networks.recognizer import Recognizer
from tests.synthetic_numbers import MARKS, image_of, number, number_with_mark


@pytest.mark.parametrize(
    ("mark", "kind"), [(mark, kind) for mark in sorted(MARKS) for kind in ("ink", "image")]
)
def test_digits_beside_a_mark_are_read(recognizer: Recognizer, mark: str, kind: str) -> None:
    ink = number_with_mark("30", mark, "26")
    page: Page = ink
    if kind == "image":
        page = picture_from_pixels(np.asarray(image_of(ink).convert("RGB")), "image")
    reading = recognizer.read_text(page)
    assert reading.text.replace(" ", "") == "3026"
    if (mark, kind) == ("stop", "image"):
        # A dot of few pixels may be a part of the digit beside it.
        return
    assert reading.text == "30 26"
    assert [each.label for each in reading.characters] == ["3", "0", "", "2", "6"]
    assert [each.is_mark for each in reading.characters] == [False, False, True, False, False]


def test_a_mark_can_be_corrected_to_a_character_and_back(recognizer: Recognizer) -> None:
    ink = number_with_mark("30", "comma", "26")
    mark = recognizer.read_text(ink).characters[2]
    edits = TextEdits().with_characters(FixedCharacter(mark.ranges, "1"))
    assert recognizer.read_text(ink, edits).text == "30126"
    again = recognizer.read_text(ink, edits.with_characters(FixedCharacter(mark.ranges, "")))
    assert again.text == "30 26"
    assert again.characters[2].confidence == 1.0


def test_a_character_can_be_corrected_to_a_mark(recognizer: Recognizer) -> None:
    ink = number("4726")
    first = recognizer.read_text(ink).characters[0]
    edits = TextEdits().with_characters(FixedCharacter(first.ranges, ""))
    reading = recognizer.read_text(ink, edits)
    assert reading.text == "726"
    assert reading.characters[0].is_corrected


def test_a_line_may_consist_of_marks_only_if_the_user_says_so(recognizer: Recognizer) -> None:
    ink = number("47")
    edits = TextEdits()
    for character in recognizer.read_text(ink).characters:
        edits = edits.with_characters(FixedCharacter(character.ranges, ""))
    reading = recognizer.read_text(ink, edits)
    assert reading.text == ""
    assert all(each.is_mark for each in reading.characters)


def test_bars_of_a_letter_are_no_number(recognizer: Recognizer) -> None:
    bars = Ink.from_points([[(0, 0), (0, 100)], [(60, 0), (60, 100)], [(0, 50), (60, 52)]])
    assert recognizer.find_text(bars, recognizer.read(bars)) is None


@pytest.mark.parametrize(
    ("first", "mark", "second"), [("30", "dash", "26"), ("7", "dash", "29"), ("30", "comma", "26")]
)
def test_a_mark_that_is_confirmed_changes_no_neighbour(
    recognizer: Recognizer, first: str, mark: str, second: str
) -> None:
    ink = number_with_mark(first, mark, second)
    before = recognizer.read_text(ink)
    (own,) = (each for each in before.characters if each.is_mark)
    after = recognizer.read_text(ink, TextEdits().with_characters(FixedCharacter(own.ranges, "")))
    assert after.text == before.text == f"{first} {second}"
    assert after.confidence > 0.9


def test_marks_stay_if_the_user_says_that_all_others_are_marks(recognizer: Recognizer) -> None:
    ink = number_with_mark("3", "dash", "2")
    edits = TextEdits()
    for character in recognizer.read_text(ink).characters:
        if not character.is_mark:
            edits = edits.with_characters(FixedCharacter(character.ranges, ""))
    assert recognizer.read_text(ink, edits).text == ""


def with_strokes(text: str, *strokes: list[tuple[float, float]]) -> Ink:
    """A number of 140 units in height with strokes around."""
    ink = number(text)
    return Ink.from_points([*(each.points for each in ink.strokes), *map(np.array, strokes)])


def dash(left: float) -> list[tuple[float, float]]:
    return [(left + 8 * n, 70 + n % 2) for n in range(6)]


def comma(left: float) -> list[tuple[float, float]]:
    return [(left, 130), (left - 1, 138), (left - 3, 146), (left - 8, 154)]


@pytest.mark.parametrize(
    ("ink", "text"),
    [
        (with_strokes("5", dash(-70), dash(130)), "5"),
        (with_strokes("30", comma(-40), comma(250)), "30"),
    ],
)
def test_a_short_line_with_marks_is_a_text(recognizer: Recognizer, ink: Ink, text: str) -> None:
    found = recognizer.read_page(ink)
    assert isinstance(found, TextReading)
    assert found.text.strip() == text
    assert sum(each.is_mark for each in found.characters) == 2


def test_a_letter_of_bars_is_no_text(recognizer: Recognizer) -> None:
    bars = [[(x, float(y)) for y in range(0, 140, 10)] for x in (0.0, 90.0)]
    crossbar = [(float(x), 70.0) for x in range(0, 91, 10)]
    assert not isinstance(recognizer.read_page(Ink.from_points([*bars, crossbar])), TextReading)
