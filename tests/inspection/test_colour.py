from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.inspection.colour import (
    DIVERGING,
    SEQUENTIAL,
    Colours,
    colour_indices,
    colours_for,
    value_range,
)


def lightness(colours: Colours) -> NDArray[np.float64]:
    """CIE L* of packed colours, 0..100: a scale other than the one the maps were made with."""
    srgb = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(116 * np.cbrt(luminance) - 16)


def test_more_is_always_lighter() -> None:
    levels = lightness(SEQUENTIAL)
    assert (np.diff(levels[::4]) > 0).all()
    assert levels[0] < 15
    assert levels[-1] > 85


def test_equal_steps_look_equal() -> None:
    steps = np.diff(lightness(SEQUENTIAL)[::16])
    assert steps.max() < 2 * steps.min()


def test_both_signs_are_equally_light_and_zero_is_dark() -> None:
    levels = lightness(DIVERGING)
    assert abs(levels - levels[::-1]).max() < 12
    assert levels[127:129].max() < 15
    assert (np.diff(levels[128::4]) > 0).all()
    assert DIVERGING[0] != DIVERGING[-1]


def test_all_colours_are_opaque() -> None:
    for colours in (SEQUENTIAL, DIVERGING):
        assert colours.dtype == np.uint32
        assert (colours >> 24 == 255).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 3.0], (0.0, 3.0)), ([-1.0, 3.0], (-3.0, 3.0)), ([-4.0, 3.0], (-4.0, 4.0)), ([0.0], (0.0, 1.0))],
)
def test_the_range_keeps_the_colour_of_zero(values: list[float], expected: tuple[float, float]) -> None:
    assert value_range(np.array(values, dtype=np.float32)) == expected


def test_indices_span_the_map_and_stay_inside() -> None:
    values = np.array([-9.0, 0.0, 0.5, 1.0, 9.0, np.nan, np.inf], dtype=np.float32)
    assert colour_indices(values, 0.0, 1.0).tolist() == [0, 0, 128, 255, 255, 0, 255]


def test_only_values_with_a_sign_take_the_diverging_map() -> None:
    assert colours_for(0.0) is SEQUENTIAL
    assert colours_for(-0.1) is DIVERGING
