"""Rasterization of ink at a fixed size.

The mean pen width is a share of the size of the drawing and does not depend on the width on screen, so
that small and large characters give the same model input. Strokes with other widths than the mean are
thinner or thicker in proportion.
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
    """Map from canvas to pixels (coordinates times scale plus offset), size and pen widths in pixels."""

    scale: float
    offset: tuple[float, float]
    size: tuple[int, int]
    pens: list[float]


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
    for points, pen in zip(strokes, frame.pens, strict=True):
        if len(points) > 1:
            # Odd, since Pillow shifts lines of even width by an amount that depends on their direction.
            draw.line(points.ravel().tolist(), fill=255, width=2 * round(pen / 2) + 1)
    for pen in dict.fromkeys(frame.pens):
        same = [points for points, own in zip(strokes, frame.pens, strict=True) if own == pen]
        _draw_dots(draw, np.concatenate(same), pen / 2)
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
    pens = [pen_share * WORKING_SIZE * share for share in _relative_widths(ink)]
    # A tap has no extent and is drawn as one dot.
    scale = (WORKING_SIZE - pen_share * WORKING_SIZE) / extent if extent > 0 else 1.0
    margin = max(pens) / 2 + 1
    width = int(np.ceil((right - left) * scale + 2 * margin))
    height = int(np.ceil((bottom - top) * scale + 2 * margin))
    return _Frame(scale, (margin - left * scale, margin - top * scale), (width, height), pens)


def _relative_widths(ink: Ink) -> list[float]:
    """Return the widths of the strokes in relation to their mean, to which each point contributes."""
    widths = [stroke.width for stroke in ink.strokes]
    if len(set(widths)) == 1:
        return [1.0] * len(widths)
    lengths = [len(stroke.points) for stroke in ink.strokes]
    mean = float(np.average(widths, weights=lengths))
    return [width / mean for width in widths]


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
