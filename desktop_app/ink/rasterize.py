"""Rasterization of ink at a fixed size.

The pen width is a share of the size of the drawing and does not depend on the width on screen, so that
small and large characters give the same model input.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from desktop_app.core.placement import Placement
from desktop_app.ink.strokes import Ink, Points

WORKING_SIZE = 160
"""Longer side of the drawn ink in pixels: eight times that of the 20-pixel box of a model input."""

PEN_SHARE = 0.1
"""Pen width as a share of the longer side of the drawing; small loops stay open."""


@dataclass(frozen=True)
class _Frame:
    """Map from canvas to pixels (coordinates times scale plus offset), image size and pen width in pixels."""

    scale: float
    offset: tuple[float, float]
    size: tuple[int, int]
    pen: float


def rasterize(ink: Ink, pen_share: float = PEN_SHARE) -> NDArray[np.float32]:
    """Draw ink with round caps and joins, scaled to the working size.

    Args:
        ink: any ink; its scale and position do not matter.
        pen_share: pen width as a share of the longer side, 0..1 exclusive; augmented only in training.

    Returns:
        Ink map, float32 (height, width) in 0..1, 1 where there is ink; shape (0, 0) without ink.
    """
    if not ink:
        return np.zeros((0, 0), dtype=np.float32)
    frame = _frame(ink, pen_share)
    image = Image.new("L", frame.size, 0)
    draw = ImageDraw.Draw(image)
    offset = np.array(frame.offset, dtype=np.float32)
    strokes = [_without_repeats(stroke.points * np.float32(frame.scale) + offset) for stroke in ink.strokes]
    # Odd, since Pillow shifts lines of even width by an amount that depends on their direction.
    line_width = 2 * round(frame.pen / 2) + 1
    for points in strokes:
        if len(points) > 1:
            draw.line(points.ravel().tolist(), fill=255, width=line_width)
    _draw_dots(draw, np.concatenate(strokes), frame.pen / 2)
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def ink_map_placement(ink: Ink) -> Placement | None:
    """Return the placement of the pixels of `rasterize` on the canvas; None without ink."""
    if not ink:
        return None
    frame = _frame(ink, PEN_SHARE)
    # Pillow counts from the centre of the first pixel, a placement from its corner.
    left, top = (-(shift + 0.5) / frame.scale for shift in frame.offset)
    return Placement(1 / frame.scale, 1 / frame.scale, left, top)


def _frame(ink: Ink, pen_share: float) -> _Frame:
    """Fit ink of at least one stroke, with its pen, into the working size."""
    bounds, extent = ink.bounds(), ink.extent()
    assert bounds is not None
    left, top, right, bottom = bounds
    pen = pen_share * WORKING_SIZE
    # A tap has no extent and is drawn as one dot.
    scale = (WORKING_SIZE - pen) / extent if extent > 0 else 1.0
    margin = pen / 2 + 1
    width = int(np.ceil((right - left) * scale + 2 * margin))
    height = int(np.ceil((bottom - top) * scale + 2 * margin))
    return _Frame(scale, (margin - left * scale, margin - top * scale), (width, height), pen)


def _without_repeats(points: Points) -> Points:
    """Remove points in the same pixel as the point before, so that the time depends on the image size."""
    grid = np.rint(points)
    keep = np.ones(len(grid), dtype=bool)
    keep[1:] = (grid[1:] != grid[:-1]).any(axis=1)
    return points[keep]


def _draw_dots(draw: ImageDraw.ImageDraw, points: Points, radius: float) -> None:
    """Draw a round dot at each point, once per pixel: the joins and caps of the lines."""
    pixels = np.rint(points).astype(np.int64) @ (1, 4 * WORKING_SIZE)
    _, first = np.unique(pixels, return_index=True)
    for x, y in points[first].tolist():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
