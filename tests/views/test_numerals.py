"""Numbers as text."""

from __future__ import annotations

import pytest

from desktop_app.tasks.reading import probability_text
from desktop_app.views.feature_maps.map_marks import short_number
from desktop_app.views.parts.numerals import numeral


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "<0.1 %"),
        (0.0004, "<0.1 %"),
        (0.0123, "1.2 %"),
        (0.9971, "99.7 %"),
        (0.9998, ">99.9 %"),
        (1.0, ">99.9 %"),
    ],
)
def test_probabilities_are_never_rounded_to_0_or_100(probability: float, text: str) -> None:
    assert probability_text(probability) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.998, "0.998"), (-0.998, "\N{MINUS SIGN}0.998"), (1.0, "1"), (1200.0, "1200")]
)
def test_short_numbers_below_1_are_not_rounded_to_1(value: float, text: str) -> None:
    assert short_number(value) == text


def test_numbers_below_1_are_not_rounded_to_1() -> None:
    assert numeral(0.99998) == "0.99998"
    assert numeral(0.4127) == "0.4127"
    assert numeral(0.0) == "0"
