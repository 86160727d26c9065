"""Marks in numbers that are no characters: full stops, commas, dashes, slashes, percent signs and spaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.ink.strokes import Points

_BASELINE = 0.5
"""Lower end of the digits, in heights of digits below their centre."""

_WOBBLE = 0.015
"""Standard deviation of the points of a stroke, in heights of digits."""

_SPACES = 0.4, 1.4
"""Widths of spaces, in heights of digits."""

_SPACE_SHARE = 0.3
"""Share of numbers whose marks are spaces."""

_LAST_SHARE = 0.25
"""Share of numbers with a mark after the last digit only."""

_MOST = 4
"""Largest number of marks between digits."""


@dataclass(frozen=True, eq=False)
class Mark:
    """A mark of a number.

    Attributes:
        place: number of digits before it.
        strokes: in heights of digits, around x = 0, with the centre of the digits at y = 0; none: a space.
        width: of a space, in heights of digits.
    """

    place: int
    strokes: tuple[Points, ...] = ()
    width: float = 0.0


def draw_marks(count: int, rng: np.random.Generator) -> tuple[Mark, ...]:
    """Draw the marks of a number: the same between some digits, or one after the last digit.

    Args:
        count: number of digits.
        rng: random numbers.

    Returns:
        The marks from left to right, at least one.
    """
    if count < 2 or rng.random() < _LAST_SHARE:
        return (Mark(count, _by_hand(_one_of(_LAST, rng), rng)),)
    places = sorted(set(rng.integers(1, count, int(rng.integers(1, _MOST + 1))).tolist()))
    if rng.random() < _SPACE_SHARE:
        return tuple(Mark(place, width=float(rng.uniform(*_SPACES))) for place in places)
    draw = _BETWEEN[int(rng.integers(len(_BETWEEN)))]
    return tuple(Mark(place, _by_hand(draw(rng), rng)) for place in places)


_Strokes = list[Points]
_Draw = Callable[[np.random.Generator], _Strokes]


def _one_of(kinds: Sequence[_Draw], rng: np.random.Generator) -> _Strokes:
    return kinds[int(rng.integers(len(kinds)))](rng)


def _by_hand(strokes: _Strokes, rng: np.random.Generator) -> tuple[Points, ...]:
    """Return strokes that are slightly uneven and slanted."""
    slant = rng.normal(0.0, 0.08)
    return tuple(
        (points + rng.normal(0.0, _WOBBLE, points.shape) - np.outer(points[:, 1], (slant, 0))).astype(
            np.float32
        )
        for points in strokes
    )


def _line(start: tuple[float, float], end: tuple[float, float], bend: float = 0.0) -> Points:
    """Return a line that is bent to its side by a share of its length."""
    first, last = np.array(start), np.array(end)
    along = np.linspace(0, 1, 8)[:, None]
    side = (last - first)[::-1] * (1, -1)
    points: Points = (first + along * (last - first) + 4 * bend * along * (1 - along) * side).astype(
        np.float32
    )
    return points


def _loop(centre: tuple[float, float], radii: tuple[float, float]) -> Points:
    angles = np.linspace(0.3, 6.8, 16)
    points: Points = (np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii + centre).astype(np.float32)
    return points


def _stop(rng: np.random.Generator) -> _Strokes:
    """Return a full stop: a tap, a small stroke or a small loop."""
    size, level = rng.uniform(0.005, 0.05), _BASELINE + rng.normal(0, 0.05)
    if rng.random() < 0.4:
        return [_loop((0, level), (size, size))]
    return [_line((-size, level), (size, level + rng.normal(0, 0.02)))]


def _comma(rng: np.random.Generator) -> _Strokes:
    top, length = _BASELINE + rng.uniform(-0.15, 0.05), rng.uniform(0.12, 0.32)
    return [_line((0, top), (-length * rng.uniform(0, 0.7), top + length), rng.uniform(-0.25, 0.0))]


def _dash(rng: np.random.Generator) -> _Strokes:
    width, level = rng.uniform(0.2, 0.6), rng.normal(0.05, 0.08)
    return [_line((-width / 2, level), (width / 2, level + rng.normal(0, 0.04)), rng.normal(0, 0.05))]


def _colon(rng: np.random.Generator) -> _Strokes:
    above = np.array([0.0, rng.uniform(0.3, 0.6)], np.float32)
    upper = [points - above for points in _stop(rng)]
    return [*upper, *_stop(rng)]


def _slash(rng: np.random.Generator) -> _Strokes:
    """Return a slash, which is taller than the digits and leans more."""
    half, lean = rng.uniform(0.6, 0.8), rng.uniform(0.3, 0.7)
    upper, lower = (lean * half, -half), (-lean * half, half + rng.uniform(-0.1, 0.15))
    return [_line(upper, lower, rng.normal(0, 0.03))]


def _percent(rng: np.random.Generator) -> _Strokes:
    """Return two small loops beside a slash, in any order."""
    half, lean = rng.uniform(0.4, 0.65), rng.uniform(0.4, 0.9)
    radii = rng.uniform(0.08, 0.2), rng.uniform(0.1, 0.22)
    apart = lean * half * 0.7 + radii[0] + rng.uniform(0.02, 0.1)
    strokes = [
        _loop((-apart * rng.uniform(0.6, 1), -half + radii[1]), radii),
        _line((lean * half, -half), (-lean * half, half), rng.normal(0, 0.03)),
        _loop((apart * rng.uniform(0.6, 1), half - radii[1]), radii),
    ]
    order = [(0, 1, 2), (1, 0, 2), (0, 2, 1)][int(rng.integers(3))]
    return [strokes[number] for number in order]


def _plus(rng: np.random.Generator) -> _Strokes:
    half, level = rng.uniform(0.15, 0.3), rng.normal(0.05, 0.08)
    across, down = _line((-half, level), (half, level)), _line((0, level - half), (0, level + half))
    return [across, down]


_BETWEEN: tuple[_Draw, ...] = (_stop, _stop, _comma, _comma, _dash, _dash, _colon, _slash, _plus)
_LAST: tuple[_Draw, ...] = (_stop, _comma, _percent, _percent, _dash)
