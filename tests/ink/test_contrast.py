"""Contrast with the paper."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.ink.contrast import contrast_with_paper, image_length

Grey = NDArray[np.float32]


def image(levels: int, *, light_on_dark: bool) -> Grey:
    """Return paper with weak noise and a bar, with values of k / levels."""
    brightness = np.random.default_rng(1).normal(0.9, 0.004, (60, 80))
    brightness[10:50, 30:36] = 0.2
    if light_on_dark:
        brightness = 1 - brightness
    return (np.rint(brightness * levels).astype(np.float32) / np.float32(levels)).astype(np.float32)


@pytest.mark.parametrize("light_on_dark", [False, True])
@pytest.mark.parametrize("levels", [255, 4095])
@pytest.mark.parametrize("paper", [np.full((1, 1), 0.9), np.linspace(0.8, 1, 8)[None].repeat(6, axis=0)])
def test_contrasts_are_in_ascending_order(paper: Grey, levels: int, light_on_dark: bool) -> None:
    grey = image(levels, light_on_dark=light_on_dark)
    found = contrast_with_paper(grey, paper.astype(np.float32), light_on_dark=light_on_dark)
    np.testing.assert_array_equal(found.ordered, np.sort(found.values, axis=None))
    assert found.values[20, 32] > 0.7
    assert np.abs(found.values[:10]).max() < 0.2


def test_light_ink_adds_light_to_dark_paper() -> None:
    grey = np.full((20, 20), 0.25, np.float32)
    grey[5:15, 9:11] = 1
    found = contrast_with_paper(grey, np.full((1, 1), 0.75, np.float32), light_on_dark=True)
    assert found.values[10, 10] == 1
    assert found.ordered[0] == found.values[0, 0] == 0


def test_noise_is_the_standard_deviation_on_paper() -> None:
    rng = np.random.default_rng(2)
    grey = np.clip(rng.normal(0.5, 0.02, (200, 200)), 0, 1).astype(np.float32)
    grey[80:120, 80:90] = 0.1
    found = contrast_with_paper(grey, np.full((1, 1), 0.5, np.float32), light_on_dark=False)
    assert found.is_noisy
    assert found.noise < 0.04
    np.testing.assert_array_equal(found.ordered, np.sort(found.values, axis=None))


def test_length_of_long_strips_is_limited() -> None:
    assert image_length((30, 50)) == image_length((50, 30)) == 50
    assert image_length((30, 5000)) == 120
