"""Composition of lines from images of single characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.data.compose_numbers import is_alongside
from desktop_app.ink.picture import InkMap

_TOUCHING = 0.25
"""Share of neighbouring characters that touch."""

_SPACING = 0.08, 0.3
"""Distances between characters, as shares of their height, that a line may have."""

_SIZE = 0.08
"""Standard deviation of the logarithm of the size of a character."""

_LEVEL = 0.04
"""Standard deviation of the height of a character on the line, as a share of its height."""

_INK = 0.2
"""Smallest ink value that is a part of a character."""


def compose_images(characters: Sequence[NDArray[np.uint8]], rng: np.random.Generator) -> InkMap:
    """Place images of characters side by side, on one line and with natural spacing; a quarter of them touch.

    Args:
        characters: (height, width) of each, light ink on black; characters of the same size are written at
            the same size. At least one, each with ink.
        rng: random numbers.

    Returns:
        Float32 (height, width) in 0..1, 1 where there is ink.
    """
    spacing = rng.uniform(*_SPACING)
    boxes = [_resized(_box(character), float(np.exp(rng.normal(0.0, _SIZE)))) for character in characters]
    size = max(len(box) for box in boxes)
    line = np.zeros((2 * size, sum(box.shape[1] + size for box in boxes)), np.float32)
    right = np.full(len(line), -np.inf)
    end = 0
    for number, box in enumerate(boxes):
        top = round(size - len(box) / 2 + size * rng.normal(0.0, _LEVEL))
        top = min(max(top, 0), len(line) - len(box))
        rows = slice(top, top + len(box))
        touches = rng.random() < _TOUCHING
        gap = -1.0 if touches else size * max(0.05, spacing + rng.normal(0.0, 0.05))
        left_edge, right_edge = _edges(box)
        apart = left_edge - right[rows]
        least = apart[np.isfinite(apart)].min(initial=np.inf)
        if touches and is_alongside(apart / size):
            gap = size * spacing
        x = 0 if number == 0 else round(gap - least) if np.isfinite(least) else round(end + gap)
        x = max(x, 0)
        columns = slice(x, x + box.shape[1])
        line[rows, columns] = np.maximum(line[rows, columns], box)
        right[rows] = np.maximum(right[rows], right_edge + x)
        end = max(end, columns.stop)
    return line[:, :end]


def _box(character: NDArray[np.uint8]) -> InkMap:
    """Return the part of an image with ink, in 0..1."""
    ink = character.astype(np.float32) / np.float32(255)
    rows, columns = (np.flatnonzero((ink > _INK).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _resized(image: InkMap, factor: float) -> InkMap:
    height, width = (max(1, round(side * factor)) for side in image.shape)
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC)).clip(0, 1)


def _edges(box: InkMap) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first column with ink of each row and the one after the last; infinite without ink."""
    is_ink = box > _INK
    has_ink, width = is_ink.any(axis=1), box.shape[1]
    left = np.where(has_ink, is_ink.argmax(axis=1), np.inf)
    right = np.where(has_ink, width - is_ink[:, ::-1].argmax(axis=1), -np.inf)
    return left, right
