"""Rasterization of ink at a fixed size.

The mean pen width is a share of the size of the drawing and does not depend on the width on screen, so
that small and large characters give the same model input. Strokes with other widths than the mean are
thinner or thicker in proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from desktop_app.core.placement import Placement
from desktop_app.ink.strokes import Ink, Points

WORKING_SIZE = 160
"""Longer side of the drawn ink in pixels: eight times that of the 20-pixel box of a model input."""

PEN_SHARE = 0.1
"""Pen width as a share of the longer side of the drawing; small loops stay open."""


_MOST_PIXELS = 1 << 32
"""More than the number of pixels of an image."""


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
    return np.asarray(draw_inks([ink], [pen_share])[0], dtype=np.float32)


def draw_inks(inks: Sequence[Ink], pen_shares: Sequence[float]) -> list[Image.Image]:
    """Draw several inks like `rasterize`, in less time for each.

    Args:
        inks: each has at least one stroke.
        pen_shares: one for each ink, see `rasterize`.

    Returns:
        Images of mode "L", 1 where there is ink and 0 elsewhere.
    """
    frames = [_frame(ink, pen_share) for ink, pen_share in zip(inks, pen_shares, strict=True)]
    points, counts = _pixel_positions(inks, frames)
    dots, dot_counts = _dots(points, counts, frames)
    coordinates, boxes = iter(points.ravel().tolist()), iter(dots.tolist())
    lengths = iter(counts.tolist())
    images = []
    for frame, dot_count in zip(frames, dot_counts.tolist(), strict=True):
        image = Image.new("L", frame.size, 0)
        draw = ImageDraw.Draw(image)
        for length, pen in zip(islice(lengths, len(frame.pens)), frame.pens, strict=True):
            line = list(islice(coordinates, 2 * length))
            if length > 1:
                # Odd, since Pillow shifts lines of even width by an amount that depends on their direction.
                draw.line(line, fill=1, width=2 * round(pen / 2) + 1)
        for box in islice(boxes, dot_count):
            draw.ellipse(box, fill=1)
        images.append(image)
    return images


def ink_map_placement(ink: Ink) -> Placement | None:
    """Return the placement of the pixels of `rasterize` on the canvas; None without ink."""
    return drawing_placement(ink) if ink else None


def drawing_placement(ink: Ink, pen_share: float = PEN_SHARE) -> Placement:
    """Return the placement of the pixels of a drawing on the canvas, for ink of at least one stroke."""
    frame = _frame(ink, pen_share)
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


def _pixel_positions(inks: Sequence[Ink], frames: Sequence[_Frame]) -> tuple[Points, NDArray[np.int64]]:
    """Return the points of all strokes in pixels, and the number of points of each stroke.

    Points in the same pixel as the point before are left out, so that the time depends on the image size.
    """
    strokes = [stroke.points for ink in inks for stroke in ink.strokes]
    starts = np.cumsum([0, *map(len, strokes[:-1])])
    amounts = [ink.point_count for ink in inks]
    scales = np.repeat(np.array([frame.scale for frame in frames], dtype=np.float32), amounts)
    offsets = np.repeat(np.array([frame.offset for frame in frames], dtype=np.float32), amounts, axis=0)
    points = np.concatenate(strokes) * scales[:, None] + offsets
    # Points of ink that is tiny for its coordinates may be rounded to positions outside of the image.
    ends = np.repeat(np.array([frame.size for frame in frames], dtype=np.float32), amounts, axis=0) - 1
    points = np.minimum(np.maximum(points, 0), ends)
    pixels = _pixels(points)
    is_kept = np.ones(len(points), dtype=np.bool_)
    is_kept[1:] = pixels[1:] != pixels[:-1]
    is_kept[starts] = True
    return points[is_kept], np.add.reduceat(is_kept, starts, dtype=np.int64)


def _dots(
    points: Points, counts: NDArray[np.int64], frames: Sequence[_Frame]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return round dots at the points, once per pixel and pen: the joins and caps of the lines.

    Args:
        points: of all strokes, in pixels.
        counts: number of points of each stroke.
        frames: of each ink.

    Returns:
        The boxes of the dots, float64 (n, 4), and their number in each ink.
    """
    pens = [(number, pen) for number, frame in enumerate(frames) for pen in frame.pens]
    numbers = {pen: number for number, pen in enumerate(dict.fromkeys(pens))}
    groups = np.repeat([numbers[pen] for pen in pens], counts)
    _, first = np.unique(groups * _MOST_PIXELS + _pixels(points), return_index=True)
    owners, widths = np.array(pens)[np.repeat(np.arange(len(pens)), counts)[first]].T
    middles, radii = points[first].astype(np.float64), widths[:, None] / 2
    boxes = np.concatenate((middles - radii, middles + radii), axis=1)
    return boxes, np.bincount(owners.astype(np.int64), minlength=len(frames))


def _pixels(points: Points) -> NDArray[np.int64]:
    """Return numbers of the pixels of points, different for those of one ink."""
    numbers: NDArray[np.int64] = np.rint(points).astype(np.int64) @ (1, 4 * WORKING_SIZE)
    return numbers
