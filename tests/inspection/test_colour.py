from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.inspection.colour import (
    DIVERGING,
    GREYS,
    SEQUENTIAL,
    Colours,
    Palette,
    colour_indices,
    colour_table,
    colours_for,
    contrast,
    luminance,
    value_range,
)


def lightness(colours: Colours) -> NDArray[np.float64]:
    """CIE L* of packed colours, 0..100; the maps are computed with another measure."""
    srgb = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(116 * np.cbrt(luminance) - 16)


def test_sequential_map_gets_lighter() -> None:
    levels = lightness(SEQUENTIAL)
    assert (np.diff(levels[::4]) > 0).all()
    assert levels[0] < 15
    assert levels[-1] > 85


@pytest.mark.parametrize("colours", [SEQUENTIAL, GREYS])
def test_steps_of_lightness_are_similar(colours: Colours) -> None:
    steps = np.diff(lightness(colours)[::16])
    assert steps.min() > 0
    assert steps.max() < 2 * steps.min()


def test_greys_are_neutral_and_centred() -> None:
    channels = [GREYS >> shift & 255 for shift in (16, 8, 0)]
    assert (channels[0] == channels[1]).all()
    assert (channels[1] == channels[2]).all()
    levels = lightness(GREYS)
    assert abs(levels[128] - (levels[0] + levels[-1]) / 2) < 6


def test_diverging_map_is_symmetric_with_dark_zero() -> None:
    levels = lightness(DIVERGING)
    assert abs(levels - levels[::-1]).max() < 12
    assert levels[127:129].max() < 15
    assert (np.diff(levels[128::4]) > 0).all()
    assert DIVERGING[0] != DIVERGING[-1]


def test_all_colours_are_opaque() -> None:
    for colours in (SEQUENTIAL, DIVERGING, GREYS):
        assert colours.dtype == np.uint32
        assert (colours >> 24 == 255).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 3.0], (0.0, 3.0)), ([-1.0, 3.0], (-3.0, 3.0)), ([-4.0, 3.0], (-4.0, 4.0)), ([0.0], (0.0, 1.0))],
)
def test_value_range_is_symmetric_for_negative_values(
    values: list[float], expected: tuple[float, float]
) -> None:
    assert value_range(np.array(values, dtype=np.float32)) == expected


def test_colour_indices_are_clipped_to_the_map() -> None:
    values = np.array([-9.0, 0.0, 0.5, 1.0, 9.0, np.nan, np.inf], dtype=np.float32)
    assert colour_indices(values, 0.0, 1.0).tolist() == [0, 0, 128, 255, 255, 0, 255]


def test_negative_values_have_the_diverging_map() -> None:
    assert colours_for(0.0) is SEQUENTIAL
    assert colours_for(-0.1) is DIVERGING


def test_table_without_gamma_is_the_colour_map() -> None:
    assert (colour_table(Palette.COLOURS, 0.0, 3.0, 1.0) == SEQUENTIAL).all()
    assert (colour_table(Palette.COLOURS, -2.0, 2.0, 1.0) == DIVERGING).all()
    assert (colour_table(Palette.GREYS, -2.0, 2.0, 1.0) == GREYS).all()


@pytest.mark.parametrize("gamma", [0.3, 0.5, 2.0])
def test_gamma_applies_to_both_sides_of_zero_and_keeps_the_ends(gamma: float) -> None:
    table = colour_table(Palette.COLOURS, -1.0, 1.0, gamma)
    assert (table[0], table[128], table[255]) == (DIVERGING[0], DIVERGING[128], DIVERGING[255])
    for step in (40, 90, 150, 230):
        position = step / 127.5 - 1
        adjusted = np.sign(position) * abs(position) ** gamma
        assert table[step] == DIVERGING[round(127.5 + 127.5 * adjusted)]
    rising = colour_table(Palette.COLOURS, 0.0, 1.0, gamma)
    assert rising[64] == SEQUENTIAL[round(255 * (64 / 255) ** gamma)]


def test_asymmetric_range_diverges_about_zero() -> None:
    table = colour_table(Palette.COLOURS, -1.0, 3.0, 1.0)
    zero = round(255 / 4)
    assert table[zero] == DIVERGING[128]
    assert table[255] == DIVERGING[255]
    # -1 is a third of the largest magnitude.
    assert table[0] == DIVERGING[round(127.5 - 127.5 / 3)]


def test_positive_range_uses_the_whole_map() -> None:
    assert (colour_table(Palette.COLOURS, 2.0, 3.0, 1.0) == SEQUENTIAL).all()


def test_negative_range_has_the_colours_of_negative_values() -> None:
    table = colour_table(Palette.COLOURS, -4.0, -2.0, 1.0)
    assert table[0] == DIVERGING[0]
    assert table[254] == DIVERGING[round(127.5 - 127.5 * (4 - 254 * 2 / 255) / 4)]


def test_luminance_and_contrast_follow_wcag() -> None:
    luminances = luminance(np.array([0xFF000000, 0xFFFFFFFF, 0xFF777777, 0xFFFF0000], dtype=np.uint32))
    np.testing.assert_allclose(luminances, [0, 1, 0.1845, 0.2126], atol=5e-5)
    np.testing.assert_allclose(contrast(luminances[1], luminances), [21, 1, 4.478, 3.998], atol=2e-3)
