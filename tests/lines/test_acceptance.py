"""Tests of verdicts on whole texts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from desktop_app.lines.acceptance import judge_text
from desktop_app.lines.line_model import DEFAULT_LEVEL, LEVELS, AcceptanceLevel
from desktop_app.lines.text_reading import CharacterReading, Line, TextPath, TextReading
from desktop_app.tasks.reading import Verdict

LEVEL = AcceptanceLevel(0.98, 0.7, 0.01)


def text_reading(confidence, of_characters):
    characters = tuple(
        CharacterReading(str(number), value, (0.0, 0.0, 1.0, 1.0), (), (number,))
        for number, value in enumerate(of_characters)
    )
    text = "".join(character.label for character in characters)
    return TextReading((Line((0.0, 0.0, 1.0, 1.0), (TextPath(text, confidence, characters),)),))


def test_accepted_text_has_nothing_to_check():
    verdict = judge_text(text_reading(0.985, [0.99, 0.995]), LEVEL)
    assert (verdict.verdict, verdict.confidence, verdict.to_check) == (Verdict.READ, 0.985, ())


@pytest.mark.parametrize(
    ("of_characters", "to_check"),
    [
        ([0.9999, 0.5, 0.9999], (1,)),
        ([0.6, 0.9999, 0.7], (0, 2)),
        ([0.96, 0.96], (0, 1)),
        ([0.97], (0,)),
        ([0.9999, 0.9999], (1,)),
    ],
)
def test_characters_to_check_are_those_that_the_others_do_not_need(of_characters, to_check):
    verdict = judge_text(text_reading(0.4, of_characters), LEVEL)
    assert (verdict.verdict, verdict.to_check) == (Verdict.UNSURE, to_check)


def test_empty_page_has_no_text():
    verdict = judge_text(TextReading(()), LEVEL)
    assert (verdict.verdict, verdict.to_check) == (Verdict.NO_INK, ())


def test_level_decides_what_is_accepted():
    reading = text_reading(0.9, [0.95, 0.95])
    assert judge_text(reading, AcceptanceLevel(0.95, 0.8, 0.01)).verdict is Verdict.UNSURE
    assert judge_text(reading, AcceptanceLevel(0.85, 0.9, 0.02)).verdict is Verdict.READ


def test_levels_trade_checking_against_errors():
    for strict, lenient in pairwise(LEVELS):
        assert strict.confidence > lenient.confidence
        assert strict.accepted < lenient.accepted
        assert strict.wrong < lenient.wrong
    assert DEFAULT_LEVEL in LEVELS
