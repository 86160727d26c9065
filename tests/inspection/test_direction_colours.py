"""Tests of the colours of directions."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.inspection.colour import SEQUENTIAL, luminance
from desktop_app.inspection.direction_colours import direction_colours

ANGLES = np.radians(np.arange(0, 360, 45))


def colours(ink: float, angles: np.ndarray = ANGLES) -> np.ndarray:
    inks = np.full(len(angles), ink, np.float32)
    return direction_colours(inks, ink * np.cos(angles), ink * np.sin(angles))


def test_directions_differ_in_hue_and_hardly_in_luminance() -> None:
    found = colours(1.0)
    assert len(set(found.tolist())) == len(ANGLES)
    assert np.ptp(luminance(found)) < 0.15
    assert luminance(found).min() > 0.3


def test_less_ink_is_darker_and_none_is_as_dark_as_zero() -> None:
    full, half, none = (luminance(colours(ink)).mean() for ink in (1.0, 0.5, 0.0))
    assert full > half > none
    assert none == pytest.approx(luminance(SEQUENTIAL[:1])[0], abs=0.005)


def test_ink_without_direction_is_grey() -> None:
    zero = np.zeros((2, 3), np.float32)
    grey = direction_colours(zero + 1, zero, zero)
    assert grey.shape == (2, 3)
    red, green, blue = ((int(grey[0, 0]) >> shift) & 255 for shift in (16, 8, 0))
    assert red == pytest.approx(green, abs=2)
    assert red == pytest.approx(blue, abs=2)
