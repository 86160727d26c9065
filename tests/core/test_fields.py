from __future__ import annotations

import pytest

from desktop_app.core.fields import NumberField


@pytest.mark.parametrize(
    ("step", "unit", "value", "text"),
    [
        (0.01, "%", 0.2, "20 %"),
        (0.005, "%", 0.035, "3.5 %"),
        (0.01, "", 0.35, "0.35"),
        (0.1, " px", 1.2, "1.2 px"),
        (0.5, "°", 7, "7.0°"),
        (1, "", 6, "6"),
    ],
)
def test_numbers_have_the_decimals_of_their_step(step: float, unit: str, value: float, text: str) -> None:
    assert NumberField("a", "A", 0.0, 0, 100, step=step, unit=unit).text(value) == text


def test_field_is_whole_if_its_default_is() -> None:
    assert NumberField("a", "A", 1, 0, 10).is_whole
    assert not NumberField("a", "A", 1.0, 0, 10).is_whole
