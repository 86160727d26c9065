"""Images of lines, the inputs of line networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink, Points
from desktop_app.lines.line_columns import LINE_CHANNELS, LINE_HEIGHT, LineImage

_MARGIN, _SIDE = 2, 4
"""Empty rows above and below the ink, and empty columns beside it."""

_INK_HEIGHT = LINE_HEIGHT - 2 * _MARGIN

PEN_SHARE = 0.08
"""Width of the pen as a share of the height of the ink."""

_WIDEST = 4000
"""Largest width of an image; longer lines have none."""

_INK = 0.15
"""Smallest ink value inside the box of the ink."""

_OVERSAMPLING = 4

_NO_DIRECTION, _FULL_DIRECTION = 128, 127
"""How directions are drawn: 128 is 0, 255 is 1."""

_BLANK = 0, _NO_DIRECTION, _NO_DIRECTION
_RANGES = 255, _FULL_DIRECTION, _FULL_DIRECTION


def line_image(page: Page, slope: float = 0.0, pen_share: float = PEN_SHARE) -> LineImage | None:
    """Return the ink of a page as the image of one line.

    Args:
        page: a page with the ink of one line only.
        slope: vertical change of the line per horizontal unit, which is undone.
        pen_share: width of the pen as a share of the height of the ink; images have their own.

    Returns:
        Float32 (LINE_HEIGHT, width, LINE_CHANNELS); None without ink, or if it is very long or flat.
    """
    drawn = _drawn(page, slope, pen_share) if isinstance(page, Ink) else _scaled(page.ink_map, slope)
    if drawn is None:
        return None
    return np.pad(drawn, ((_MARGIN, _MARGIN), (_SIDE, _SIDE), (0, 0)))


def horizontal_scale(page: Page, image: LineImage) -> tuple[float, float]:
    """Return which part of a page the image of a line shows.

    Args:
        page: the page of the line.
        image: its image.

    Returns:
        Horizontal position on the page of the left edge of the image, and pixels of the image per unit.
    """
    if isinstance(page, Ink):
        left, _, right, _ = page.bounds() or (0.0, 0.0, 0.0, 0.0)
        side = _SIDE + PEN_SHARE * _INK_HEIGHT / 2
    else:
        columns = np.flatnonzero((page.ink_map > _INK).any(axis=0))
        left, right = (float(columns[0]), float(columns[-1] + 1)) if len(columns) else (0.0, 0.0)
        side = float(_SIDE)
    scale = max(image.shape[1] - 2 * side, 1.0) / max(right - left, 1e-6)
    return left - side / scale, scale


def _drawn(ink: Ink, slope: float, pen_share: float) -> LineImage | None:
    """Draw ink at the height of a line."""
    level = Ink.from_points(stroke.points - slope * stroke.points[:, :1] * (0, 1) for stroke in ink.strokes)
    bounds = level.bounds()
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    height = _OVERSAMPLING * _INK_HEIGHT
    pen = pen_share * height
    scale = (height - pen) / max(bottom - top, 1e-6)
    if (right - left) * scale > _OVERSAMPLING * _WIDEST:
        return None
    width = int((right - left) * scale + pen) + 1
    image = Image.new("RGB", (width, height), _BLANK)
    draw = ImageDraw.Draw(image)
    for stroke in level.strokes:
        _draw_stroke(draw, (stroke.points - (left, top)) * scale + pen / 2, pen)
    size = max(1, width // _OVERSAMPLING), _INK_HEIGHT
    small = np.asarray(image.resize(size, Image.Resampling.BOX), np.float32)
    blank, ranges = (np.array(values, np.float32) for values in (_BLANK, _RANGES))
    drawn: LineImage = (small - blank) / ranges
    return drawn


def _draw_stroke(draw: ImageDraw.ImageDraw, points: Points, pen: float) -> None:
    """Draw a stroke with round ends; later parts of it and later strokes cover the directions below them."""
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    moves = np.flatnonzero(lengths > 0)
    angles = np.rint(steps[moves] / lengths[moves, None] * _FULL_DIRECTION).astype(np.int64) + _NO_DIRECTION
    fills = [(255, x, y) for x, y in angles.tolist()] or [(255, _NO_DIRECTION, _NO_DIRECTION)]
    ends = np.concatenate([points[moves], points[moves + 1]], axis=1).tolist()
    for (x, y), fill in ((points[0], fills[0]), (points[-1], fills[-1])):
        draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=fill)
    for part, fill in zip(ends, fills, strict=False):
        draw.line(part, fill=fill, width=max(1, round(pen)))


def _scaled(ink: NDArray[np.float32], slope: float) -> LineImage | None:
    """Scale the box of the ink of an image to the height of a line."""
    level = _levelled(ink, slope)
    is_ink = level > _INK
    rows, columns = np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))
    if not len(rows):
        return None
    box = level[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = max(1, round(box.shape[1] * _INK_HEIGHT / box.shape[0]))
    if width > _WIDEST:
        return None
    image = Image.fromarray(np.ascontiguousarray(box))
    small = np.asarray(image.resize((width, _INK_HEIGHT), Image.Resampling.BILINEAR))
    full = float(np.quantile(small[small > 0.1 * small.max()], 0.9))
    scaled = np.zeros((*small.shape, LINE_CHANNELS), np.float32)
    scaled[..., 0] = np.minimum(small / np.float32(full), np.float32(1.0))
    return scaled


def _levelled(ink: NDArray[np.float32], slope: float) -> NDArray[np.float32]:
    """Move the columns of an image up or down, so that a line of a slope becomes level."""
    columns = np.flatnonzero((ink > _INK).any(axis=0))
    if not len(columns) or abs(slope) * len(columns) < 1:
        return ink
    ink = ink[:, columns[0] : columns[-1] + 1]
    shifts = np.rint(slope * np.arange(ink.shape[1])).astype(np.int64)
    shifts -= shifts.min()
    rows = np.arange(ink.shape[0] + int(shifts.max()))[:, None] + shifts - shifts.max()
    inside = (rows >= 0) & (rows < ink.shape[0])
    moved = ink[np.clip(rows, 0, ink.shape[0] - 1), np.arange(ink.shape[1])]
    return np.where(inside, moved, np.float32(0))
