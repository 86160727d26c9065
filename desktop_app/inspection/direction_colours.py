"""Colours of ink by the direction in which the pen moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import Colours, oklab_to_argb

_PAPER = 0.20, 0.015, -0.042
"""OKLab colour without ink, the darkest of the sequential map."""

_LIGHTNESS, _CHROMA, _HUE = 0.82, 0.125, 62.0
"""OKLCH colour of ink of a pen that moved to the right; other directions differ in hue, in degrees."""


def direction_colours(
    ink: NDArray[np.float32], horizontal: NDArray[np.float32], vertical: NDArray[np.float32]
) -> Colours:
    """Return ink as colours: the hue is the direction of the pen, ink without a direction is grey.

    Args:
        ink: float32 of any shape in 0..1.
        horizontal: cosine of the angle in which the pen moved, times the ink; the same shape.
        vertical: its sine, positive downwards, times the ink.

    Returns:
        Uint32 of the same shape, 0xAARRGGBB.
    """
    # Adding the angles of a direction and of the first hue turns the vector of the direction.
    cosine, sine = np.cos(np.radians(_HUE)), np.sin(np.radians(_HUE))
    shares = ink.astype(np.float64)[..., None]
    inked = np.stack(
        [
            np.full(ink.shape, _LIGHTNESS) * ink,
            _CHROMA * (horizontal * cosine - vertical * sine),
            _CHROMA * (horizontal * sine + vertical * cosine),
        ],
        axis=-1,
    )
    lab = inked + (1 - shares) * np.array(_PAPER)
    return oklab_to_argb(lab.reshape(-1, 3)).reshape(ink.shape)
