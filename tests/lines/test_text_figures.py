"""Tests of the evaluation of texts."""

from __future__ import annotations

import pytest

from desktop_app.lines.text_figures import distance, measure_texts
from desktop_app.lines.text_reading import Line, TextPath, TextReading


def reading(text, confidence):
    return TextReading((Line((0, 0, 1, 1), (TextPath(text, confidence, ()),)),))


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("", "", 0), ("12", "", 2), ("123", "123", 0), ("123", "13", 1), ("123", "923", 1), ("12", "2103", 3)],
)
def test_distance(first, second, count):
    assert distance(first, second) == distance(second, first) == count


def test_figures_of_texts():
    answers = [
        ("0171 2026", reading("01712026", 1.0)),
        ("123", reading("12", 1.0)),
        ("48", reading("46", 0.4)),
        ("5", reading("5", 1.0)),
        ("77", TextReading(())),
    ]
    figures = measure_texts(answers)
    assert figures.count == 5
    assert figures.string_accuracy == pytest.approx(2 / 5)
    assert figures.character_error_rate == pytest.approx(4 / 16)
    assert figures.accepted == pytest.approx(3 / 5)
    assert figures.string_accuracy_of_accepted == pytest.approx(2 / 3)
    assert figures.ece is not None
    assert 0 < figures.ece < 1


def test_figures_without_texts():
    assert measure_texts([]).string_accuracy is None
