"""Candidates of numbers with known characters: what the segmentation finds, right and wrong.

They teach a network which parts and neighbours of characters are not a character, as the segmentation offers
them when it reads a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.render_page import on_page, render_page
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.strokes import Ink, Points
from desktop_app.lines.candidates import find_candidates
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.ink_pieces import InkPieces, ink_pieces
from desktop_app.lines.picture_pieces import PicturePieces, picture_pieces
from desktop_app.lines.piece import Pieces

Values = NDArray[np.float64]

_WHOLE, _EXTRA = 0.93, 0.05
"""Least share of a character and most of others, in shares of a character, of a candidate that is one."""

_READABLE = 0.6
"""Least share of a character less that of others, in the best candidate of a character, that people can read.

Where characters touch, every cut takes a part from one of them or leaves ink of the other.
"""

_CLOSE = 0.1
"""Smallest difference to the best candidate of a character from which a candidate can be wrong."""

_FRAGMENT, _WITH_NEIGHBOUR = 0.55, 0.12
"""Most share of a character in a fragment, and least share of others in a candidate with a neighbour's ink.

What lies between is neither: people would still read it.
"""

_MOST = 2.3
"""Most characters in a wrong candidate; longer ones are easily recognized as wrong."""

_SAME_IN_PART = "17"
"""Labels whose parts mostly look like them."""

_STRAIGHTEST = 0.12
"""Smallest spread of an upright fragment across its direction, relative to along: less looks like a 1."""

_IMAGE_HEIGHTS = 28, 80
"""Heights of rendered numbers in pixels."""

_RULED = 0.25
"""Share of images with ruled lines."""


@dataclass(frozen=True, eq=False)
class Number:
    """The ink of a number, and the position in its text of the character of each stroke, int64 (strokes,)."""

    text: str
    ink: Ink
    characters: NDArray[np.int64]


@dataclass(frozen=True)
class NumberCandidate:
    """Numbers of pieces, and the position of the character that they are; None if they are not one."""

    numbers: tuple[int, ...]
    character: int | None


def separate(text: str, ink: Ink) -> Number | None:
    """Find the characters of a number whose strokes stand side by side; None if they are not as many."""
    bounds = np.array([[*stroke.points.min(axis=0), *stroke.points.max(axis=0)] for stroke in ink.strokes])
    heights = bounds[:, 3] - bounds[:, 1]
    characters = np.zeros(len(bounds), np.int64)
    end, group = -np.inf, -1
    for row in np.argsort(bounds[:, 0], kind="stable").tolist():
        if bounds[row, 0] > end:
            group += 1
        characters[row], end = group, max(end, bounds[row, 2])
    if group + 1 != len(text):
        return None
    tallest = [heights[characters == number].max() for number in range(group + 1)]
    height = float(np.median(tallest))
    if min(tallest) < 0.5 * height or float(np.ptp(bounds[:, [0, 2]])) >= 3 * len(text) * height:
        return None
    scale = 100 / height
    return Number(text, Ink.from_points(stroke.points * scale for stroke in ink.strokes), characters)


def ink_candidates(number: Number) -> tuple[InkPieces, list[NumberCandidate]]:
    """Return the pieces and candidates of the ink of a number."""
    pieces = ink_pieces(number.ink)
    strokes = [
        (number.ink.strokes[part.stroke].points[part.first : part.last + 1], number.characters[part.stroke])
        for (part,) in pieces.parts
    ]
    dots = _dots(strokes)
    owners = np.repeat(np.arange(len(strokes)), dots.counts)
    return pieces, list(_judged(pieces, dots, owners, number.text))


def image_candidates(number: Number, rng: np.random.Generator) -> tuple[PicturePieces, list[NumberCandidate]]:
    """Return the pieces and candidates of an image of a number."""
    height = int(rng.integers(*_IMAGE_HEIGHTS))
    pixels = render_page(number.ink, rng, height=height, is_ruled=rng.random() < _RULED)
    pieces = picture_pieces(picture_from_pixels(pixels, "number"))
    ink = on_page(number.ink, height)
    dots = _dots(list(zip([stroke.points for stroke in ink.strokes], number.characters, strict=True)))
    limits = np.array(pieces.parts.shape[::-1]) - 1
    columns, rows = np.clip(np.floor(dots.points).astype(np.int64), 0, limits).T
    return pieces, list(_judged(pieces, dots, pieces.parts[rows, columns] - 1, number.text))


@dataclass(frozen=True, eq=False)
class _Dots:
    """Evenly spaced points (n, 2) on strokes, the character of each, and the number on each stroke."""

    points: Values
    characters: NDArray[np.int64]
    counts: list[int]


def _dots(strokes: Sequence[tuple[Points, int]]) -> _Dots:
    points = [_evenly(points) for points, _ in strokes]
    counts = [len(each) for each in points]
    return _Dots(np.concatenate(points), np.repeat([character for _, character in strokes], counts), counts)


def _evenly(points: Points) -> Values:
    """Return points along a stroke, at most one unit apart."""
    positions = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    sampled = np.linspace(0, positions[-1], int(positions[-1]) + 2)
    return np.stack([np.interp(sampled, positions, points[:, axis]) for axis in (0, 1)], axis=1)


def _judged(pieces: Pieces, dots: _Dots, owners: NDArray[np.int64], text: str) -> Iterator[NumberCandidate]:
    """Yield the candidates that are one character, as far as the pieces allow, or clearly not.

    Args:
        pieces: pieces of a number.
        dots: points on its strokes.
        owners: the piece of each point, or -1.
        text: of the number.
    """
    count = len(text)
    amounts = np.zeros((len(pieces.items) + 1, count))
    np.add.at(amounts, (owners, dots.characters), 1.0)
    shares = amounts[:-1] / np.maximum(amounts.sum(axis=0), 1.0)
    found = [
        tuple(sorted(line.numbers[start : start + length + 1]))
        for line in find_lines(pieces.items)
        for start, length in np.argwhere(find_candidates(line, pieces.items).is_valid).tolist()
    ]
    of_characters = np.array([shares[list(numbers)].sum(axis=0) for numbers in found]).reshape(-1, count)
    characters, own = of_characters.argmax(axis=1), of_characters.max(axis=1)
    totals = of_characters.sum(axis=1)
    others = totals - own
    scores = own - others
    best = np.full(count, -np.inf)
    np.maximum.at(best, characters, scores)
    is_whole = (own >= _WHOLE) & (others <= _EXTRA)
    is_right = is_whole | ((scores == best[characters]) & (scores >= _READABLE))
    is_apart = scores <= best[characters] - _CLOSE
    has_neighbour = (others >= _WITH_NEIGHBOUR) & (totals <= _MOST)
    for row, numbers in enumerate(found):
        if is_right[row]:
            yield NumberCandidate(numbers, int(characters[row]))
        elif is_apart[row] and (
            has_neighbour[row]
            or (
                totals[row] <= _FRAGMENT
                and text[characters[row]] not in _SAME_IN_PART
                and not _is_upright_line(dots.points[np.isin(owners, numbers)])
            )
        ):
            yield NumberCandidate(numbers, None)


def _is_upright_line(points: Values) -> bool:
    """Return whether points, (n, 2), could be a 1."""
    if len(points) < 2:
        return False
    spreads, directions = np.linalg.eigh(np.cov(points.T))
    along = directions[:, 1]
    return bool(abs(along[1]) > 0.5 and spreads[0] < _STRAIGHTEST**2 * spreads[1])
