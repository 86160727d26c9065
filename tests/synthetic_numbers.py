"""Synthetic numbers: digits side by side, as ink and as images."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from desktop_app.ink.strokes import Ink
from tests.synthetic_digits import SHAPES, smooth


def number(text: str, shape: int = 0, gap: float = 30.0, space: float = 130.0, slope: float = 0.0) -> Ink:
    """Return the ink of a number; each digit is at most 100 by 140 units."""
    strokes = []
    x = 0.0
    for character in text:
        if character == " ":
            x += space - gap
            continue
        points = [
            [tuple(map(float, point.split(","))) for point in stroke.split()]
            for stroke in SHAPES[character][shape].split(" | ")
        ]
        left = min(px for stroke in points for px, _ in stroke)
        right = max(px for stroke in points for px, _ in stroke)
        strokes += [smooth([(px - left + x, py + slope * x) for px, py in stroke]) for stroke in points]
        x += right - left + gap
    return Ink.from_points(strokes)


def image_of(ink: Ink, height: float = 60.0, pen: int = 5, paper: int = 245) -> Image.Image:
    """Return ink drawn dark on light with a margin; height: of the ink, in pixels."""
    left, top, right, bottom = ink.bounds() or (0.0, 0.0, 1.0, 1.0)
    scale = height / (bottom - top)
    image = Image.new("L", (round((right - left) * scale) + 60, round(height) + 60), paper)
    draw = ImageDraw.Draw(image)
    for stroke in ink.strokes:
        points = (stroke.points - (left, top)) * scale + 30
        draw.line(points.ravel().tolist(), fill=30, width=pen, joint="curve")
    return image


MARKS = {
    "comma": ([(0, 0), (-2, 12), (-8, 24)], 0.95),
    "stop": ([(0, 0), (3, 1)], 0.97),
    "dash": ([(0, 0), (20, 1), (40, 0)], 0.5),
}
"""Points of marks, and their level as a share of the height of the digits from the top."""


def number_with_mark(first: str, mark: str, second: str) -> Ink:
    """Return two numbers with a mark between them."""
    points, level = MARKS[mark]
    left = number(first)
    _, top, right, bottom = left.bounds() or (0.0, 0.0, 0.0, 0.0)
    shift = np.array((right + 26, top + level * (bottom - top)))
    stroke = np.array(points) + shift
    after = number(second).transformed(1, float(stroke[:, 0].max()) + 26, 0)
    return Ink.from_points([*(s.points for s in left.strokes), stroke, *(s.points for s in after.strokes)])
