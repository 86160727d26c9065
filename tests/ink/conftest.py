"""Drawn digits for the tests of ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

SEVEN = [(30, 30), (110, 30), (60, 150)]

# The ten digits as polylines in a square of 20 by 20.
DIGITS = [
    [[(10, 1), (4, 6), (4, 14), (10, 19), (16, 14), (16, 6), (10, 1)]],
    [[(6, 5), (11, 1), (11, 19)]],
    [[(4, 5), (9, 1), (15, 5), (13, 10), (4, 19), (17, 19)]],
    [[(4, 2), (14, 2), (9, 9), (15, 13), (10, 19), (4, 17)]],
    [[(12, 1), (4, 12), (17, 12)], [(14, 6), (13, 19)]],
    [[(15, 1), (6, 1), (5, 9), (14, 9), (15, 16), (5, 19)]],
    [[(13, 1), (5, 10), (6, 18), (14, 18), (15, 11), (6, 11)]],
    [[(3, 2), (16, 2), (9, 19)]],
    [[(10, 10), (5, 5), (10, 1), (15, 5), (5, 15), (10, 19), (15, 15), (10, 10)]],
    [[(14, 8), (6, 9), (6, 2), (14, 2), (14, 8), (11, 19)]],
]


@pytest.fixture
def seven():
    """Ink map of an anti-aliased seven, float32 (180, 150)."""
    large = Image.new("L", (600, 720), 0)
    ImageDraw.Draw(large).line([(4 * x, 4 * y) for x, y in SEVEN], fill=255, width=52, joint="curve")
    return np.asarray(large.reduce(4), dtype=np.float32) / np.float32(255)


@pytest.fixture(scope="session", params=[1.6, 2.4, 3.2], ids=lambda pen: f"pen {pen}")
def small_digits(request):
    """The ten digits in the format of MNIST: float32 (10, 28, 28), 8-bit values in 0..1, anti-aliased."""
    sheets = []
    for strokes in DIGITS:
        large = Image.new("L", (28 * 16, 28 * 16), 0)
        for stroke in strokes:
            points = [((x + 4) * 16, (y + 4) * 16) for x, y in stroke]
            ImageDraw.Draw(large).line(points, fill=255, width=round(request.param * 16), joint="curve")
        sheets.append(np.asarray(large.reduce(16), dtype=np.float32) / np.float32(255))
    return np.stack(sheets)
