from __future__ import annotations

import numpy as np

from desktop_app.inspection.colour_settings import ColourSettings, Contrast, measure
from desktop_app.inspection.three_channels import rgb_image, strongest_channels


def argb(colour: int) -> tuple[int, int, int, int]:
    return colour >> 24 & 255, colour >> 16 & 255, colour >> 8 & 255, colour & 255


def test_strongest_channels_have_the_largest_absolute_sums() -> None:
    activation = np.zeros((2, 2, 5), dtype=np.float32)
    activation[:, :, 1] = -3
    activation[0, 0, 3] = 9
    activation[:, :, 4] = 1
    assert strongest_channels(measure(activation)) == (1, 3, 4)
    assert strongest_channels(measure(activation[:, :, :2])) == (1, 0, 0)
    assert strongest_channels(measure(activation[:, :, :1])) == (0, 0, 0)


def test_each_channel_is_a_colour() -> None:
    activation = np.array([[[4.0, 0.0, 2.0, 1.0]]], dtype=np.float32).repeat(2, axis=1)
    activation[0, 1] = 0
    image = rgb_image(measure(activation), (0, 2, 3), ColourSettings())
    assert argb(int(image[0, 0])) == (255, 255, 128, 64)
    assert argb(int(image[0, 1])) == (255, 0, 0, 0)


def test_colours_follow_contrast_and_gamma() -> None:
    activation = np.array([[[4.0, 2.0, 1.0], [2.0, 1.0, 0.0]]], dtype=np.float32)
    maps = measure(activation)
    assert argb(int(rgb_image(maps, (0, 1, 2), ColourSettings(Contrast.MAP))[0, 0])) == (255, 255, 255, 255)
    assert argb(int(rgb_image(maps, (0, 1, 2), ColourSettings(Contrast.FIXED, 0, 2))[0, 0])) == (
        255,
        255,
        255,
        128,
    )
    weak = argb(int(rgb_image(maps, (0, 1, 2), ColourSettings(gamma=0.5))[0, 0]))
    assert weak == (255, 255, round(255 * 0.5**0.5), round(255 * 0.25**0.5))


def test_zero_is_the_middle_of_layers_with_negative_values() -> None:
    activation = np.array([[[2.0, -2.0, 0.0]]], dtype=np.float32).repeat(2, axis=0)
    activation[1] = -1
    for gamma in (1.0, 0.5):
        alpha, red, green, blue = argb(
            int(rgb_image(measure(activation), (0, 1, 2), ColourSettings(gamma=gamma))[0, 0])
        )
        assert (alpha, red, green) == (255, 255, 0)
        assert blue in (127, 128)
