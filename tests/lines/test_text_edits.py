"""Tests of merging, splitting and correcting characters with the shipped model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_edits import NO_EDITS, FixedCharacter, InkRange, TextEdits, merged
from tests.synthetic_numbers import image_of, number


def page_of(ink, kind):
    """The ink, or an image of it."""
    if kind == "ink":
        return ink
    grey = np.asarray(image_of(ink))
    return picture_from_pixels(np.repeat(grey[..., None], 3, axis=2), "image")


def boxes(reading):
    return [character.box for character in reading.characters]


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_merged_characters_are_one(recognizer, kind):
    page = page_of(number("7105"), kind)
    before = recognizer.read_text(page)
    edits = TextEdits((merged(character.ranges for character in before.characters[1:3]),))
    after = recognizer.read_text(page, edits)
    assert len(after.characters) == 3
    assert (after.characters[0].label, after.characters[2].label) == ("7", "5")
    left, right = boxes(before)[1:3]
    assert boxes(after)[1] == pytest.approx(
        (left[0], min(left[1], right[1]), right[2], max(left[3], right[3])), abs=2
    )


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_merged_characters_are_split_again(recognizer, kind):
    page = page_of(number("7105"), kind)
    before = recognizer.read_text(page)
    edits = TextEdits((merged(character.ranges for character in before.characters[1:3]),))
    together = recognizer.read_text(page, edits).characters[1]
    split = recognizer.split_character(page, edits, together, None)
    after = recognizer.read_text(page, split)
    assert after.text == "7105"
    assert [character.fixed is None for character in after.characters] == [True, False, False, True]


@pytest.mark.parametrize(("kind", "share"), [("ink", None), ("ink", 0.75), ("image", 0.75)])
def test_connected_characters_are_split(recognizer, kind, share):
    three, one = number("3").strokes[0].points, number("1").strokes[0].points
    joined = np.concatenate([three, one[::-1] - one[-1] + three[-1] + (75, 0)])
    page = page_of(Ink.from_points([joined]), kind)
    first = recognizer.read_text(page)
    whole = TextEdits((merged(character.ranges for character in first.characters),))
    (character,) = recognizer.read_text(page, whole).characters
    left, _, right, _ = character.box
    at = None if share is None else left + share * (right - left)
    after = recognizer.read_text(page, recognizer.split_character(page, whole, character, at))
    assert after.text == "31"


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_corrected_label_replaces_the_answer(recognizer, kind):
    page = page_of(number("7105"), kind)
    before = recognizer.read_text(page)
    edits = TextEdits((FixedCharacter(before.characters[0].ranges, "A"),))
    after = recognizer.read_text(page, edits)
    assert after.text == "A105"
    assert after.characters[0].is_corrected
    assert after.characters[0].confidence == 1.0
    assert after.characters[0].alternatives[0].label == "7"
    assert after.confidence >= before.confidence - 1e-6


def test_decisions_stay_when_ink_is_added(recognizer):
    ink = number("7105")
    character = recognizer.read_text(ink).characters[0]
    edits = TextEdits((FixedCharacter(character.ranges, "1"),))
    assert recognizer.read_text(number("71058"), edits).text == "11058"


def test_decisions_about_ink_that_is_gone_have_no_effect(recognizer):
    character = recognizer.read_text(number("7105")).characters[0]
    edits = TextEdits((FixedCharacter(character.ranges, "1"),))
    eight = number("8")
    assert recognizer.read_text(eight, edits).text == "8"
    assert recognizer.find_text(eight, recognizer.read(eight), edits) is None
    # A damaged drawing of the last session may have characters without ink.
    assert recognizer.read_text(eight, TextEdits((FixedCharacter((), "1"),))).text == "8"


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_decision_about_ink_that_is_gone_in_part_has_no_effect(recognizer, kind):
    page = page_of(number("7105"), kind)
    text = recognizer.read_text(page)
    first = text.characters[0].ranges[0]
    half = replace(first, last=first.last // 2)
    edits = TextEdits((FixedCharacter((half, InkRange(b"gone", 0, 9))),))
    assert recognizer.read_text(page, edits).characters == text.characters


def test_new_decision_replaces_those_about_the_same_ink():
    first, second = InkRange(b"a", 0, 9), InkRange(b"b", 0, 9)
    edits = NO_EDITS.with_characters(FixedCharacter((first,)), FixedCharacter((second,), "2"))
    changed = edits.with_characters(
        FixedCharacter((InkRange(b"a", 0, 4),)), FixedCharacter((InkRange(b"a", 4, 9),))
    )
    assert [character.ranges[0] for character in changed.characters] == [
        second,
        InkRange(b"a", 0, 4),
        InkRange(b"a", 4, 9),
    ]


def test_tap_is_a_piece(recognizer):
    dot = Ink.from_points([[(5, 5)]])
    (piece,) = recognizer.read_text(dot).characters
    assert piece.ranges[0].first == piece.ranges[0].last == 0
    edits = TextEdits((FixedCharacter(piece.ranges, "."),))
    assert recognizer.read_text(dot, edits).text == "."
