"""Random drawings that are no characters: scribbles, dashes, grids, faces, hearts and small print."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.augment_ink import unit_strokes
from desktop_app.ink.strokes import Ink

Values = NDArray[np.float64]

_KINDS = {"scribble": 0.5, "dashes": 0.12, "grid": 0.1, "face": 0.1, "heart": 0.08, "print": 0.1}


def draw_no_character(characters: Sequence[Ink], rng: np.random.Generator) -> Ink:
    """Return a random drawing.

    Args:
        characters: used in rows of small letters; not empty.
        rng: random numbers.
    """
    kind = rng.choice(list(_KINDS), p=list(_KINDS.values()))
    if kind == "scribble":
        return scribble(rng)
    if kind == "print":
        return _rows_of_letters(characters, rng)
    draw = {"dashes": _dashes, "grid": _grid, "face": _face, "heart": _heart}[str(kind)]
    return Ink.from_points(_by_hand(draw(rng), rng))


def _by_hand(strokes: list[Values], rng: np.random.Generator) -> list[Values]:
    """Return strokes that are slightly bent, turned and shifted."""
    angle = rng.normal(0.0, 0.1)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bend = rng.normal(0.0, 0.03, (2, 2))
    phase = rng.uniform(0.0, 6.3, 2)
    return [
        (points + np.sin(points * 4 + phase) @ bend + rng.normal(0.0, 0.015, 2)) @ turn for points in strokes
    ]


def _line(start: Sequence[float], end: Sequence[float]) -> Values:
    return np.linspace(start, end, 12)


def _arc(centre: Sequence[float], radius: Sequence[float], first: float, last: float) -> Values:
    angles = np.linspace(first, last, 40)
    points: Values = np.stack([np.cos(angles), np.sin(angles)], axis=1) * np.array(radius) + np.array(centre)
    return points


def _dashes(rng: np.random.Generator) -> list[Values]:
    """Return one to three flat lines."""
    count = int(rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15]))
    slope = rng.normal(0.0, 0.12)
    levels = np.arange(count) * rng.uniform(0.25, 0.6)
    return [_line((rng.normal(0, 0.05), y), (1 + rng.normal(0, 0.05), y + slope)) for y in levels]


def _grid(rng: np.random.Generator) -> list[Values]:
    rows, columns = rng.integers(2, 6, 2)
    height = rng.uniform(0.5, 1.5)
    across = [_line((0, y), (1, y)) for y in np.linspace(0, height, int(rows))]
    down = [_line((x, 0), (x, height)) for x in np.linspace(0, 1, int(columns))]
    if rng.random() < 0.5:
        # Lines of a hash sign cross those at the border.
        margin = rng.uniform(0.1, 0.4)
        across = [points * [1 + 2 * margin, 1] - [margin, 0] for points in across]
        down = [points * [1, 1 + 2 * margin / height] - [0, margin] for points in down]
    return across + down


def _face(rng: np.random.Generator) -> list[Values]:
    """Return eyes and a mouth, mostly in a circle and sometimes with a nose."""
    apart, level = rng.uniform(0.25, 0.5), rng.uniform(-0.45, -0.15)
    eyes = [(-apart, level), (apart, level)]
    kind = int(rng.integers(3))
    if kind == 0:
        strokes = [_arc(eye, (0.04, 0.06), 0, 6.3) for eye in eyes]
    elif kind == 1:
        strokes = [_line(eye, (eye[0], eye[1] + rng.uniform(0.1, 0.3))) for eye in eyes]
    else:
        strokes = [_arc(eye, (0.13, 0.13), 0, 6.3) for eye in eyes]
    width, depth = rng.uniform(0.3, 0.65), rng.uniform(-0.25, 0.4)
    strokes.append(_arc((0, rng.uniform(0.2, 0.4)), (width, depth), 0.1, np.pi - 0.1))
    if rng.random() < 0.75:
        strokes.insert(0, _arc((0, 0), (1, rng.uniform(0.9, 1.25)), 0, rng.uniform(6.1, 6.6)))
    if rng.random() < 0.35:
        strokes.append(_line((0, -0.1), (rng.normal(0, 0.08), 0.15)))
    return strokes


def _heart(rng: np.random.Generator) -> list[Values]:
    """Return a heart: two Bézier curves from the notch to the tip."""
    t = np.linspace(0, 1, 30)[:, None]
    rise, side, bulge = rng.uniform(0.5, 1.1), rng.uniform(0.3, 0.8), rng.uniform(1.0, 1.8)
    tip = np.array([0, rng.uniform(0.9, 1.6)])
    first, second = np.array([side, -rise]), np.array([bulge, rng.uniform(0.1, 0.6)])
    right = 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * tip
    left = right * [-1, 1]
    return [np.concatenate([left, right[::-1]])] if rng.random() < 0.5 else [left, right]


def _rows_of_letters(characters: Sequence[Ink], rng: np.random.Generator) -> Ink:
    """Return one to four rows of small characters, like a page of print."""
    strokes = []
    rows, columns = int(rng.integers(1, 6)), int(rng.integers(3, 15))
    line_height = rng.uniform(1.2, 2.2)
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.15:
                continue
            character = characters[int(rng.integers(len(characters)))]
            place = np.array([column * 0.85, row * line_height])
            strokes += [points * 0.9 + place for points in unit_strokes(character)]
    return Ink.from_points(strokes) if strokes else scribble(rng)


def scribble(rng: np.random.Generator) -> Ink:
    """Return a random scribble: loops and zigzags, a blot, dots, or short lines."""
    kind = rng.choice(4, p=[0.55, 0.15, 0.15, 0.15])
    if kind == 0:
        return Ink.from_points([_random_line(rng) for _ in range(rng.integers(1, 5))])
    if kind == 1:
        return _blot(rng)
    if kind == 2:
        return Ink.from_points(rng.uniform(-0.5, 0.5, (int(rng.integers(1, 9)), 1, 2)))
    starts = rng.uniform(-0.5, 0.5, (int(rng.integers(3, 9)), 2))
    ends = starts + rng.normal(0.0, 0.25, starts.shape)
    return Ink.from_points(np.stack([starts, ends], axis=1))


def _random_line(rng: np.random.Generator) -> Values:
    """Return a long random line, smooth or jagged."""
    steps = int(rng.integers(60, 200))
    turning = np.cumsum(rng.normal(0.0, rng.uniform(0.1, 0.5), steps)) + rng.uniform(-0.3, 0.3)
    heading = np.cumsum(turning * 0.15) + rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.3:
        heading = np.round(heading / 2.2) * 2.2
    path = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)
    size = np.ptp(path, axis=0).max() or 1.0
    placed: Values = (path - path.mean(axis=0)) / size * rng.uniform(0.5, 1.0)
    return placed + rng.normal(0.0, 0.1, 2)


def _blot(rng: np.random.Generator) -> Ink:
    """Return a filled patch, as from a resting hand or a dark corner of a photo."""
    width, height = rng.uniform(0.4, 1.0, 2)
    rows = np.arange(-height / 2, height / 2, 0.05)
    noise = rng.normal(0.0, 0.04, (len(rows), 2)) * rng.integers(0, 2)
    if rng.random() < 0.5:
        half = width / 2 * np.sqrt(np.clip(1 - (rows / (height / 2)) ** 2, 0.0, 1.0))
    else:
        half = np.full(len(rows), width / 2)
    left = np.stack([-half + noise[:, 0], rows], axis=1)
    right = np.stack([half + noise[:, 1], rows], axis=1)
    return Ink.from_points(np.stack([left, right], axis=1))
