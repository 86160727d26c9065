from __future__ import annotations

import numpy as np

from desktop_app.inspection.colour_settings import ColourSettings, Contrast, measure
from desktop_app.inspection.three_channels import rgb_image, strongest_channels


def parts(picture: int) -> tuple[int, int, int, int]:
    return picture >> 24 & 255, picture >> 16 & 255, picture >> 8 & 255, picture & 255


def test_the_strongest_channels_have_the_most_in_them_of_either_sign() -> None:
    activation = np.zeros((2, 2, 5), dtype=np.float32)
    activation[:, :, 1] = -3
    activation[0, 0, 3] = 9
    activation[:, :, 4] = 1
    assert strongest_channels(measure(activation)) == (1, 3, 4)
    assert strongest_channels(measure(activation[:, :, :2])) == (1, 0, 0)
    assert strongest_channels(measure(activation[:, :, :1])) == (0, 0, 0)


def test_each_channel_is_one_colour() -> None:
    activation = np.array([[[4.0, 0.0, 2.0, 1.0]]], dtype=np.float32).repeat(2, axis=1)
    activation[0, 1] = 0
    picture = rgb_image(measure(activation), (0, 2, 3), ColourSettings())
    assert parts(int(picture[0, 0])) == (255, 255, 128, 64)
    assert parts(int(picture[0, 1])) == (255, 0, 0, 0)


def test_colours_follow_the_look() -> None:
    activation = np.array([[[4.0, 2.0, 1.0], [2.0, 1.0, 0.0]]], dtype=np.float32)
    maps = measure(activation)
    assert parts(int(rgb_image(maps, (0, 1, 2), ColourSettings(Contrast.MAP))[0, 0])) == (255, 255, 255, 255)
    assert parts(int(rgb_image(maps, (0, 1, 2), ColourSettings(Contrast.FIXED, 0, 2))[0, 0])) == (
        255,
        255,
        255,
        128,
    )
    weak = parts(int(rgb_image(maps, (0, 1, 2), ColourSettings(gamma=0.5))[0, 0]))
    assert weak == (255, 255, round(255 * 0.5**0.5), round(255 * 0.25**0.5))


def test_zero_is_the_middle_where_values_have_a_sign() -> None:
    activation = np.array([[[2.0, -2.0, 0.0]]], dtype=np.float32).repeat(2, axis=0)
    activation[1] = -1
    for gamma in (1.0, 0.5):
        alpha, red, green, blue = parts(
            int(rgb_image(measure(activation), (0, 1, 2), ColourSettings(gamma=gamma))[0, 0])
        )
        assert (alpha, red, green) == (255, 255, 0)
        assert blue in (127, 128)
