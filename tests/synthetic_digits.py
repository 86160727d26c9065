"""Synthetic digits: shapes defined here, varied by random writers.

Each writer has a slant, a width and a curvature, with small variations. No real handwriting is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Ink

WRITERS = 28

Points = NDArray[np.float64]

# Several shapes per digit: points x,y in a box of 100 by 140; | separates strokes. A repeated point is a
# corner.
SHAPES: dict[str, tuple[str, ...]] = {
    "0": (
        "54,4 26,14 8,50 9,92 26,128 52,136 78,122 92,84 89,44 74,14 50,5",
        "70,12 44,4 22,20 10,62 14,108 38,136 66,128 86,90 86,46 68,14 52,12",
        "40,6 20,34 18,88 36,132 62,134 80,98 80,44 60,8 36,10",
    ),
    "1": (
        "52,4 50,70 48,136",
        "22,44 40,26 56,4 54,70 54,136",
        "26,38 42,22 54,5 53,70 53,134 | 22,135 52,134 84,134",
    ),
    "2": (
        "12,36 24,12 50,4 78,16 82,44 62,80 34,110 10,133 44,131 90,131",
        "14,30 34,6 64,6 80,30 70,68 44,104 20,130 8,122 20,106 46,118 66,132 92,124",
        "16,22 46,4 76,14 78,46 52,84 14,134 14,134 50,134 86,130",
    ),
    "3": (
        "14,28 34,8 62,6 80,26 70,52 40,64 72,74 86,100 66,128 34,136 10,120",
        "14,10 46,9 82,7 82,7 62,32 42,56 70,64 86,94 68,126 38,136 12,124",
        "20,18 52,5 78,22 66,50 44,60 44,64 74,78 80,110 52,134 16,126",
    ),
    "4": (
        "20,8 16,44 12,82 12,82 50,80 90,76 | 68,34 66,84 64,136",
        "64,4 40,44 10,94 10,94 52,92 94,90 | 66,44 64,90 62,136",
        "72,136 72,70 72,4 72,4 40,48 8,98 8,98 50,97 94,95",
        "28,6 18,46 20,74 48,80 78,66 | 82,10 76,70 66,136",
    ),
    "5": (
        "28,8 26,34 22,62 22,62 52,50 82,68 86,102 58,132 12,126 | 28,8 56,8 86,5",
        "84,6 54,8 26,8 26,8 23,34 20,60 20,60 54,52 84,74 82,112 50,135 12,122",
        "80,4 52,10 30,14 24,52 40,58 68,64 82,90 70,122 38,136 14,126",
    ),
    "6": (
        "74,6 44,30 20,74 16,110 38,134 70,128 84,100 68,76 40,78 20,102",
        "58,4 32,44 14,92 22,126 52,136 80,118 80,90 56,76 28,90 18,108",
        "82,14 58,6 32,32 18,80 24,122 54,136 82,114 74,84 46,74 22,94",
    ),
    "7": (
        "10,12 46,10 86,8 86,8 66,48 48,92 38,136",
        "12,12 48,11 84,8 84,8 64,54 46,98 40,136 | 26,74 52,70 78,66",
        "12,30 14,10 14,10 50,12 88,8 88,8 70,40 56,88 50,136",
        "8,18 36,8 62,16 88,8 66,50 44,94 32,134",
    ),
    "8": (
        "76,22 52,4 24,16 24,44 52,66 80,92 76,124 46,136 18,118 26,88 54,64 76,42 72,18",
        "52,64 26,46 28,16 54,4 78,20 74,48 48,66 22,88 20,120 50,136 80,120 78,88 52,66",
        "54,4 28,16 28,46 52,62 76,46 76,16 52,4 | 52,62 22,82 22,120 52,136 82,118 80,82 54,62",
    ),
    "9": (
        "80,34 58,6 28,12 14,44 30,70 60,66 80,36 82,22 80,80 74,136",
        "82,28 52,4 20,24 18,56 44,72 74,54 84,24 82,70 72,112 46,136 18,128",
        "78,18 46,6 20,30 26,60 54,66 78,44 80,14 72,64 54,104 38,136",
    ),
}


@dataclass(frozen=True)
class Writer:
    """Parameters of a synthetic writer.

    Attributes:
        slant: horizontal shear.
        width: horizontal scale.
        turn: rotation in radians.
        bend: curvature of vertical lines, in units of the shapes.
        sway: standard deviation of points, in units of the shapes.
    """

    slant: float
    width: float
    turn: float
    bend: float
    sway: float


def digits() -> list[tuple[Ink, str, str]]:
    """Return the ten digits by each writer: ink, label and name of the writer."""
    random = np.random.default_rng(11)
    return [
        (_written(SHAPES[label], writer, random), label, f"hand {number}")
        for number, writer in enumerate(_random_writer(random) for _ in range(WRITERS))
        for label in SHAPES
    ]


def smooth(points: Sequence[tuple[float, float]], step: float = 4.0) -> NDArray[np.float32]:
    """Return a Catmull-Rom curve through points, with a point about every step units."""
    ends = [points[0], *points, points[-1]]
    pieces = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        a, b, c, d = (np.array(point, dtype=np.float64) for point in (before, start, end, after))
        count = max(2, round(float(np.hypot(*(c - b))) / step))
        t = np.arange(count)[:, None] / count
        pieces.append(
            b + 0.5 * ((c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack((*pieces, [points[-1]])).astype(np.float32)


def _random_writer(random: np.random.Generator) -> Writer:
    return Writer(
        slant=float(random.normal(0.14, 0.16)),
        width=float(random.uniform(0.74, 1.12)),
        turn=float(random.normal(0, 0.05)),
        bend=float(random.normal(0, 3.5)),
        sway=float(random.uniform(1.0, 3.2)),
    )


def _written(shapes: tuple[str, ...], writer: Writer, random: np.random.Generator) -> Ink:
    """Return a digit by a writer with a random shape, enlarged four times."""
    shape = shapes[int(random.integers(len(shapes)))]
    slant, turn = writer.slant + random.normal(0, 0.03), writer.turn + random.normal(0, 0.02)
    strokes = []
    for stroke in shape.split(" | "):
        shape_points = np.array([point.split(",") for point in stroke.split()], dtype=np.float64)
        moved = shape_points + random.normal(0, 0.6 * writer.sway, 2)
        noise = random.normal(0, writer.sway, shape_points.shape)
        corners = np.flatnonzero((np.diff(shape_points, axis=0) == 0).all(axis=1))
        noise[corners + 1] = noise[corners]
        strokes.append(smooth(_transformed(moved + noise, writer, slant, turn), step=4.5))
    return Ink.from_points(points * 4 for points in strokes)


def _transformed(points: Points, writer: Writer, slant: float, turn: float) -> list[tuple[float, float]]:
    """Return points bent, scaled, slanted and rotated about the centre of the box."""
    x, y = points[:, 0] - 50, points[:, 1] - 70
    x = writer.width * x + writer.bend * np.cos(np.pi * y / 140) - slant * y
    turned = np.column_stack((x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)))
    return [(float(across), float(down)) for across, down in turned + np.array([60, 75])]
