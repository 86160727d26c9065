"""Tests of the augmentation of lines."""

from __future__ import annotations

import numpy as np

from desktop_app.lines.line_image import line_image
from desktop_app.tasks.augment_lines import augment_line
from tests.synthetic_numbers import number


def test_lines_change_in_size_and_ink_but_keep_their_height_and_most_ink():
    line = line_image(number("2047"))
    assert line is not None
    augmented = [augment_line(line, np.random.default_rng(seed)) for seed in range(12)]
    widths = [each.shape[1] for each in augmented]
    assert min(widths) < line.shape[1] < max(widths)
    for each in augmented:
        assert each.dtype == np.float32
        assert each.shape[::2] == line.shape[::2]
        ink = each[..., 0]
        assert ink.min() >= 0
        assert 0.9 < ink.max() <= 1
        # Neither end is cut off.
        assert ink[:, [0, -1]].max() < 0.5
        assert 0.5 < ink.sum() / line[..., 0].sum() < 2.5


def test_some_lines_lose_their_directions():
    line = line_image(number("2047"))
    assert line is not None
    augmented = [augment_line(line, np.random.default_rng(seed)) for seed in range(60)]
    directed = [bool(each[..., 1:].any()) for each in augmented]
    assert 0.7 < np.mean(directed) < 1
    assert all(np.abs(each[..., 1:]).max() <= 1.01 for each in augmented)


def test_same_random_numbers_give_the_same_line():
    line = line_image(number("31"))
    assert line is not None
    first, second = (augment_line(line, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_line_without_ink_stays_empty():
    assert not augment_line(np.zeros((32, 40, 3), np.float32), np.random.default_rng(1)).any()
