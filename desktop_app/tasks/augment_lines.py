"""Augmentation of images of lines: size, slant, slope, bends, thickness, tone, and lost directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.augment_images import warp

Values = NDArray[np.float32]

_WIDTH, _HEIGHT = 0.22, 0.12
"""Largest changes of the size, as logarithms."""

_SHEAR = 0.3
"""Largest slant: columns per row."""

_SLOPE = 0.02
"""Largest slope of the line: rows per column."""

_SHIFT = 1.5
"""Largest vertical shift in rows."""

_BEND = 0.6
"""Standard deviation of the displacements of a coarse grid, in pixels."""

_GRID_ROWS, _GRID_WIDTH = 5, 12
"""Rows of that grid, and pixels between its columns."""

_THICKER_SHARE, _THICKER = 0.25, 0.8
"""Share of lines with thicker strokes, and the ink value of what is added."""

_UNDIRECTED_SHARE = 0.15
"""Share of lines of ink that lose the directions of the pen, as if they were from an image."""

_GAMMA = 0.5
"""Largest change of the tone: logarithm of an exponent."""


def augment_line(line: Values, rng: np.random.Generator) -> Values:
    """Augment the image of a line at random.

    Args:
        line: float32 (height, width, channels): ink in 0..1, 1 where there is ink, and the directions of the
            pen in -1..1.
        rng: random numbers.

    Returns:
        Float32 (height, other width, channels).
    """
    rows, columns = _positions(line.shape[0], line.shape[1], rng)
    warped: Values = warp(line[None], rows[None], columns[None])[0]
    ink = warped[..., 0]
    if rng.random() < _THICKER_SHARE:
        neighbours = np.maximum(np.roll(ink, 1, axis=1), np.roll(ink, -1, axis=0))
        ink = np.maximum(ink, np.float32(_THICKER) * neighbours)
    exponent = np.float32(np.exp(rng.uniform(-_GAMMA, _GAMMA)))
    warped[..., 0] = np.clip(ink, 0.0, 1.0) ** exponent
    if rng.random() < _UNDIRECTED_SHARE:
        warped[..., 1:] = 0.0
    return warped


def _positions(height: int, width: int, rng: np.random.Generator) -> tuple[Values, Values]:
    """Draw the rows and columns of the line to sample, (height, new width) each."""
    scale_x, scale_y = np.exp(rng.uniform(-_WIDTH, _WIDTH)), np.exp(rng.uniform(-_HEIGHT, _HEIGHT))
    shear, slope = rng.uniform(-_SHEAR, _SHEAR), rng.uniform(-_SLOPE, _SLOPE)
    shift = rng.uniform(-_SHIFT, _SHIFT)
    # Slanted ink reaches beyond the sides.
    margin = round(abs(shear) * height / 2) + 3
    size = height, int(width * scale_x) + 2 * margin
    grids = rng.normal(0.0, _BEND, (2, _GRID_ROWS, max(3, size[1] // _GRID_WIDTH)))
    bend_x, bend_y = (_stretched(grid, *size) for grid in grids)
    middle = (height - 1) / 2
    y, x = np.arange(height)[:, None] - middle, np.arange(size[1])
    rows = y / scale_y + middle + shift + slope * (x - size[1] / 2) + bend_y
    columns = (x - margin) / scale_x + shear * y + bend_x
    return rows.astype(np.float32), columns.astype(np.float32)


def _stretched(grid: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """Interpolate a grid to (height, width), linearly."""
    vertical, horizontal = (
        np.stack([np.interp(np.linspace(0, count - 1, size), np.arange(count), row) for row in np.eye(count)])
        for count, size in zip(grid.shape, (height, width), strict=True)
    )
    stretched: NDArray[np.float64] = vertical.T @ grid @ horizontal
    return stretched
