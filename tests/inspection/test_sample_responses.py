from __future__ import annotations

import numpy as np

from desktop_app.inspection.sample_responses import (
    label_order,
    most_variable_channels,
    response_maps,
    rgb_images,
    samples_per_page,
)


def test_label_order_sorts_numbers_by_value() -> None:
    labels = ("10", "2", "b", "a", "2", "", "1")
    assert [labels[i] for i in label_order(labels)] == ["", "a", "b", "1", "2", "2", "10"]
    assert label_order(("7", "7")) == [0, 1]


def test_large_layers_have_fewer_samples_per_page() -> None:
    assert samples_per_page((4, 4, 128)) == 64
    assert samples_per_page((128, 128, 100)) == 19
    assert samples_per_page((4096, 4096, 4)) == 1


def test_response_maps_of_sequences_and_units() -> None:
    assert response_maps(np.zeros((2, 3, 4, 5), dtype=np.float32)) is not None
    steps = response_maps(np.zeros((2, 7, 5), dtype=np.float32))
    assert steps is not None
    assert steps.shape == (2, 7, 5, 1)
    assert response_maps(np.zeros((2, 7), dtype=np.float32)) is None


def test_channels_with_the_largest_variance_come_first() -> None:
    random = np.random.default_rng(1)
    maps = random.normal(size=(6, 4, 4, 5)).astype(np.float32) * np.array([1, 5, 0.1, 3, 2], dtype=np.float32)
    # Large values do not mean a large variance.
    maps[..., 2] += 100
    assert most_variable_channels(maps) == (1, 3, 4)
    assert most_variable_channels(maps[..., :2]) == (1, 0)


def test_each_colour_has_one_range_for_all_samples() -> None:
    maps = np.zeros((2, 1, 2, 3), dtype=np.float32)
    maps[0, 0, :, 0] = 1, 2
    maps[1, 0, :, 0] = 4, 0
    maps[0, 0, :, 1] = -1, 0.5
    images, ranges = rgb_images(maps, (0, 1, 2))
    assert list(ranges) == [(0, 4), (-1, 1), (0, 1)]
    assert images[..., 0].tolist() == [[[64, 128]], [[255, 0]]]
    assert images[..., 1].tolist() == [[[0, 191]], [[128, 128]]]
    assert not np.count_nonzero(images[..., 2])


def test_outlier_does_not_darken_the_rest() -> None:
    maps = np.random.default_rng(0).random((10, 10, 10, 3)).astype(np.float32)
    maps[3, 4, 5, 0] = 1000
    maps[..., 1] = 0
    maps[1, 1, 1, 1] = 8
    images, ranges = rgb_images(maps, (0, 1, 2))
    assert [high <= 1 for _, high in ranges] == [True, False, True]
    assert ranges[1][1] == 8
    assert images[3, 4, 5, 0] == 255
    assert images[..., 0].mean() > 100
