"""Tests of the right and wrong candidates of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.data.number_candidates import Number, image_candidates, ink_candidates, separate
from desktop_app.ink.strokes import Ink
from tests.synthetic_numbers import number


def test_characters_that_stand_apart_are_separated():
    found = separate("4750", number("4750"))
    assert found is not None
    counts = [len(number(digit).strokes) for digit in "4750"]
    assert found.characters.tolist() == np.repeat(np.arange(4), counts).tolist()


@pytest.mark.parametrize(
    "ink",
    [number("475"), number("4750", gap=-20), number("475").with_stroke(number("1").strokes[0])],
    ids=["fewer", "touching", "on top"],
)
def test_other_numbers_are_not_separated(ink):
    assert separate("4750", ink) is None


def test_flat_strokes_are_not_separated():
    flat = Ink.from_points([[(0, 0), (50, 0)], [(100, 0), (150, 0)]])
    assert separate("11", flat) is None


@pytest.mark.parametrize("find", [ink_candidates, None], ids=["ink", "image"])
def test_each_character_is_found_once_and_the_others_are_wrong(find):
    found = separate("4750", number("4750"))
    assert found is not None
    if find is None:
        pieces, candidates = image_candidates(found, np.random.default_rng(2))
    else:
        pieces, candidates = find(found)
    right = {each.character: each.numbers for each in candidates if each.character is not None}
    assert sorted(right) == [0, 1, 2, 3]
    lefts = [min(pieces.items[number].box[0] for number in right[place]) for place in range(4)]
    assert lefts == sorted(lefts)
    wrong = [each.numbers for each in candidates if each.character is None]
    assert len(wrong) > 3
    pair = tuple(sorted((*right[0], *right[1])))
    assert pair in wrong
    assert not set(right.values()) & set(wrong)


def test_upright_strokes_of_characters_are_no_wrong_candidates():
    """They look like a 1."""
    strokes = [[(0, 0), (0, 50), (40, 50)], [(30, 20), (31, 100)], [(80, 0), (82, 100)]]
    found = separate("41", Ink.from_points(strokes))
    assert found is not None
    _, candidates = ink_candidates(found)
    wrong = {each.numbers for each in candidates if each.character is None}
    assert (0,) in wrong
    assert (1,) not in wrong
    assert (1, 2) in wrong


def test_parts_of_a_7_are_no_wrong_candidates():
    """Without its bar it is still a 7, and so is its upper half; the bar alone belongs to the 7."""
    bar = [(20, 50), (60, 50)]
    seven = [[(0, 0), (60, 0), (30, 100)], bar]
    four = [[(130, 0), (100, 60), (170, 60)], [(150, 30), (150, 100)]]
    for text, strokes, is_wrong in (("74", seven + four, False), ("44", seven + four, True)):
        found = separate(text, Ink.from_points(strokes))
        assert found is not None
        _, candidates = ink_candidates(found)
        wrong = {each.numbers for each in candidates if each.character is None}
        assert ((1,) in wrong) == is_wrong


def test_characters_that_touch_in_an_image_are_their_best_candidates():
    """A cut of touching characters leaves a part of one with the other."""
    ink = number("3838", gap=-8)
    owners = np.repeat(np.arange(4), [len(number(digit).strokes) for digit in "3838"])
    found: set[int | None] = set()
    for seed in range(5):
        _, candidates = image_candidates(Number("3838", ink, owners), np.random.default_rng(seed))
        right = [each for each in candidates if each.character is not None]
        found |= {each.character for each in right}
        assert len({each.numbers for each in right}) == len(right)
        assert any(each.character is None for each in candidates)
    assert found == {0, 1, 2, 3}
