from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.inspection.colour import DIVERGING, GREYS, SEQUENTIAL, Palette
from desktop_app.inspection.colour_settings import (
    ColourSettings,
    Contrast,
    as_maps,
    finite,
    measure,
    scale_of,
)


def activation_of(*maps: list[list[float]]) -> NDArray[np.float32]:
    return np.array(maps, dtype=np.float32).transpose(1, 2, 0)


POSITIVE = activation_of([[0, 1], [2, 4]], [[0, 0], [0, 1]])
SIGNED = activation_of([[-1, 0], [0.5, 4]], [[-2, 0], [0, 1]])


def test_measure_returns_the_range_of_each_map() -> None:
    maps = measure(SIGNED)
    assert maps.planes.tolist() == [[[-1, 0], [0.5, 4]], [[-2, 0], [0, 1]]]
    assert maps.lows.tolist() == [-1, -2]
    assert maps.highs.tolist() == [4, 1]
    assert maps.span == (-2, 4)


def test_constant_channels() -> None:
    maps = measure(activation_of([[0, 0], [0, 0]], [[3, 3], [3, 3]], [[0, 0], [0, 1]]))
    assert maps.constant_channels().tolist() == [True, True, False]
    units = measure(np.array([0, 3, -1], dtype=np.float32)[None, None, :])
    assert units.constant_channels().tolist() == [True, False, False]


def test_layer_contrast_has_one_range() -> None:
    scale = scale_of(measure(POSITIVE), ColourSettings())
    assert (scale.low, scale.high) == (0, 4)
    colours = scale.colours(measure(POSITIVE).planes)
    assert colours[0].tolist() == [
        [int(SEQUENTIAL[0]), int(SEQUENTIAL[64])],
        [int(SEQUENTIAL[128]), int(SEQUENTIAL[255])],
    ]
    assert colours[1, 1, 1] == SEQUENTIAL[64]
    assert scale.range_of(1) == (0, 4)


def test_map_contrast_has_a_range_for_each_map() -> None:
    maps = measure(POSITIVE)
    scale = scale_of(maps, ColourSettings(Contrast.MAP))
    colours = scale.colours(maps.planes)
    assert colours[0, 1, 1] == colours[1, 1, 1] == SEQUENTIAL[255]
    assert scale.range_of(0) == pytest.approx((0, 4))
    assert scale.range_of(1) == pytest.approx((0, 1))
    assert (scale.for_channel(1).colours(maps.planes[1]) == colours[1]).all()


def test_negative_values_make_all_maps_diverge() -> None:
    maps = measure(SIGNED)
    layer_scale = scale_of(maps, ColourSettings())
    scale = scale_of(maps, ColourSettings(Contrast.MAP))
    colours = scale.colours(maps.planes)
    for painted in (layer_scale.colours(maps.planes), colours):
        assert painted[0, 0, 1] == painted[1, 0, 1] == DIVERGING[128]
    assert scale.range_of(1) == pytest.approx((-2, 2))
    assert colours[1, 0, 0] == DIVERGING[0]
    assert colours[1, 1, 1] == DIVERGING[round(127.5 + 127.5 / 2 + 0.01)]


def test_fixed_range_clips_and_is_mirrored_for_negative_values() -> None:
    maps = measure(POSITIVE)
    colours = scale_of(maps, ColourSettings(Contrast.FIXED, 1, 2)).colours(maps.planes)
    assert colours[0].tolist() == [[int(SEQUENTIAL[0])] * 2, [int(SEQUENTIAL[255])] * 2]
    maps = measure(SIGNED)
    scale = scale_of(maps, ColourSettings(Contrast.FIXED, 0, 2))
    assert (scale.low, scale.high) == (-2, 2)
    colours = scale.colours(maps.planes)
    assert colours[0, 0, 0] == DIVERGING[64]
    assert colours[0, 1, 1] == DIVERGING[255]
    assert colours[1, 0, 1] == DIVERGING[128]


def test_maps_of_one_value_share_the_range_of_the_layer() -> None:
    units = np.array([1, 2, 4], dtype=np.float32)[None, None, :]
    maps = measure(units)
    scale = scale_of(maps, ColourSettings(Contrast.MAP))
    assert not scale.is_per_map
    assert scale.colours(maps.planes).ravel().tolist() == [int(SEQUENTIAL[i]) for i in (64, 128, 255)]


def test_greys_are_darker_below_zero() -> None:
    maps = measure(SIGNED)
    colours = scale_of(maps, ColourSettings(palette=Palette.GREYS)).colours(maps.planes)
    assert colours[0, 0, 1] == GREYS[128]
    assert colours[1, 0, 0] < colours[0, 0, 0] < colours[0, 0, 1] < colours[0, 1, 0]


def test_zero_maps_have_a_range() -> None:
    maps = measure(np.zeros((3, 3, 2), dtype=np.float32))
    for contrast in (Contrast.LAYER, Contrast.MAP):
        scale = scale_of(maps, ColourSettings(contrast))
        assert (scale.low, scale.high) == (0, 1)
        assert (scale.colours(maps.planes) == SEQUENTIAL[0]).all()


def test_finite_replaces_nan_and_infinities() -> None:
    values = np.array([1, np.nan, np.inf, -np.inf, -3], dtype=np.float32)
    assert finite(values).tolist() == [1, 0, 1, -3, -3]
    assert finite(np.full(2, np.nan, dtype=np.float32)).tolist() == [0, 0]
    plain = np.ones(3, dtype=np.float32)
    assert finite(plain) is plain


@given(
    seed=st.integers(0, 1000),
    contrast=st.sampled_from([Contrast.LAYER, Contrast.MAP]),
    size=st.sampled_from([1e-25, 1e-3, 1.0, 1e6, 1e30]),
    signed=st.booleans(),
)
def test_position_in_the_table_is_proportional_to_the_value(
    seed: int, contrast: Contrast, size: float, signed: bool
) -> None:
    activation = (np.random.default_rng(seed).normal(size=(3, 4, 5)) * size).astype(np.float32)
    if not signed:
        activation = np.abs(activation)
    maps = measure(activation)
    scale = scale_of(maps, ColourSettings(contrast))
    for channel in range(5):
        compared = activation[:, :, channel] if contrast is Contrast.MAP else activation
        magnitude = float(np.abs(compared).max())
        ratio = activation[:, :, channel].astype(np.float64) / magnitude
        expected = 127.5 + 127.5 * ratio if signed else 255 * ratio
        assert np.abs(scale.positions(maps.planes)[channel] - expected).max() < 0.01


def test_as_maps_of_each_rank() -> None:
    assert as_maps(np.zeros((2, 3, 4), dtype=np.float32)) is not None
    sequence = np.arange(6, dtype=np.float32).reshape(3, 2)
    maps = as_maps(sequence)
    assert maps is not None
    assert maps[:, :, 0].tolist() == sequence.tolist()
    units = as_maps(np.arange(4, dtype=np.float32))
    assert units is not None
    assert units.shape == (1, 1, 4)
    for shape in ((), (2, 2, 2, 2), (0,), (4, 0, 2)):
        assert as_maps(np.zeros(shape, dtype=np.float32)) is None


@pytest.mark.parametrize("size", [1e-42, 3e38])
def test_extreme_values_have_colours(size: float) -> None:
    maps = measure(np.array([[[size, -size, 0]]], dtype=np.float32).repeat(2, axis=0))
    for contrast in (Contrast.LAYER, Contrast.MAP):
        colours = scale_of(maps, ColourSettings(contrast)).colours(maps.planes)
        assert colours[2, 0, 0] == DIVERGING[128]
