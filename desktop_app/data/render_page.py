"""Images of ink as a camera or scanner would take them: paper, noise and ruled lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from desktop_app.ink.strokes import Ink

_OVERSAMPLING = 3


def render_page(
    ink: Ink, rng: np.random.Generator, *, height: int = 64, is_ruled: bool = False
) -> NDArray[np.uint8]:
    """Return an image of ink on paper.

    Args:
        ink: not empty.
        rng: random numbers for pen, tone, shadow, noise, blur and lines.
        height: height of the ink in pixels.
        is_ruled: whether the paper has ruled lines, which cross the ink.

    Returns:
        uint8 (height, width, 3), dark ink on light paper.
    """
    bounds, moved = ink.bounds(), on_page(ink, height)
    assert bounds is not None
    left, top, right, bottom = bounds
    scale, margin = height / max(bottom - top, 1e-6), _margin(height)
    size = round((right - left) * scale) + 2 * margin, height + 2 * margin
    drawn = _drawn(moved, scale, size, rng)
    paper = _paper(size, rng)
    if is_ruled:
        paper = paper - _ruled_lines(size, height, rng) * rng.uniform(0.12, 0.3)
    grey = paper * (1 - drawn * rng.uniform(0.6, 0.9))
    grey = grey + rng.normal(0.0, rng.uniform(0.005, 0.03), grey.shape)
    image = Image.fromarray(np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0.0, 0.8))))
    return np.repeat(blurred[..., None], 3, axis=2)


def on_page(ink: Ink, height: int) -> Ink:
    """Return ink where `render_page` draws it, in pixels."""
    bounds = ink.bounds()
    assert bounds is not None
    left, top, _, bottom = bounds
    scale = height / max(bottom - top, 1e-6)
    offset = _margin(height) - np.array([left, top]) * scale
    return Ink.from_points(stroke.points * scale + offset for stroke in ink.strokes)


def _margin(height: int) -> int:
    return round(0.6 * height)


def _drawn(ink: Ink, scale: float, size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the share of each pixel that ink covers, (height, width)."""
    width = max(1, round(_OVERSAMPLING * scale * 100 * rng.uniform(0.045, 0.09)))
    image = Image.new("L", (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING), 0)
    draw = ImageDraw.Draw(image)
    for stroke in ink.strokes:
        points = stroke.points * _OVERSAMPLING
        draw.line(points.ravel().tolist(), fill=255, width=width, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(image.reduce(_OVERSAMPLING), dtype=np.float64) / 255


def _paper(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return paper with uneven light and grain, (height, width)."""
    width, height = size
    rows, columns = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)
    light = rng.uniform(0.75, 0.97) + rng.normal(0, 0.04) * rows + rng.normal(0, 0.06) * columns
    grain = Image.fromarray(rng.normal(0.5, 0.2, (height // 3 + 1, width // 3 + 1)).astype(np.float32))
    smooth = np.asarray(grain.resize(size, Image.Resampling.BICUBIC))
    paper: NDArray[np.float64] = light + (smooth - 0.5) * 0.04
    return paper


def _ruled_lines(size: tuple[int, int], height: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the share of each pixel that ruled lines cover, (height, width)."""
    width, rows = size
    spacing, thickness = height * rng.uniform(1.0, 1.6), max(1.0, height * rng.uniform(0.015, 0.03))
    first, slope = rng.uniform(0, spacing), rng.normal(0.0, 0.004)
    levels = np.arange(rows)[:, None] - first - slope * np.arange(width)
    from_line = np.abs((levels + spacing / 2) % spacing - spacing / 2)
    return np.clip(thickness / 2 + 0.5 - from_line, 0, 1)
