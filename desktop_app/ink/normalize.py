"""Normalization of an ink map to a model input, as in MNIST.

Method of LeCun, Cortes and Burges: the bounding box of the ink is scaled to fit 20x20 with its aspect
ratio kept, anti-aliased, then placed in 28x28 with its centre of mass at the centre. Other sizes have
the same proportions. An MNIST image stays unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.placement import Placement

NORMALIZATION_VERSION = 1
"""Stored in every model card; a model of another version cannot be loaded."""

INPUT_SIZE = 28
BOX_SIZE = 20

SIZES = range(8, 129)
"""Allowed sides of a model input."""

CHANNELS = (1, 3)
"""Allowed numbers of channels of a model input; all channels are equal."""

INK_THRESHOLD = 0.1
"""Smallest ink value inside the bounding box; fainter values come from anti-aliasing or paper grain."""


@dataclass(frozen=True, eq=False)
class Normalized:
    """A model input with intermediate results.

    Attributes:
        ink_map: float32 (height, width) in 0..1, the argument of `normalize`.
        box: left, top, right, bottom of the ink in pixels of the ink map, right and bottom exclusive.
        centre_of_mass: x, y in pixels of the ink map (0.5 is the centre of the first pixel).
        model_input: float32 (size, size, channels) in 0..1, light ink on a dark background, read-only.
        placement: from pixels of the model input to pixels of the ink map.
    """

    ink_map: NDArray[np.float32]
    box: tuple[int, int, int, int]
    centre_of_mass: tuple[float, float]
    model_input: NDArray[np.float32]
    placement: Placement


class DrawnInput(NamedTuple):
    """A model input of drawn ink.

    Attributes:
        model_input: see `Normalized`.
        placement: from pixels of the model input to pixels of the drawing.
    """

    model_input: NDArray[np.float32]
    placement: Placement


def normalize(ink_map: NDArray[np.float32], size: int, channels: int) -> Normalized | None:
    """Scale the bounding box of the ink to 20/28 of the size and centre its mass.

    Args:
        ink_map: float32 (height, width) in 0..1, 1 where there is ink; any size, also empty.
        size: side of the model input, one of SIZES.
        channels: of the model input, one of CHANNELS.

    Returns:
        The model input with intermediate results, or None without ink.
    """
    box = _ink_box(ink_map)
    if box is None:
        return None
    small = _stretched(_scaled(_cropped(ink_map, box), size))
    mass = _centre_of_mass(small)
    corner = _corner(small, mass, size)
    on_map = _placement(box, small, (0, 0))
    placement = _placement(box, small, corner)
    return Normalized(ink_map, box, on_map.point(*mass), _placed(small, corner, size, channels), placement)


def normalize_drawn(images: Sequence[Image.Image], size: int, channels: int) -> list[DrawnInput]:
    """Return the model inputs of drawn ink, in less time for each than with `normalize`.

    Args:
        images: of mode "L", 1 where there is ink and 0 elsewhere, each with ink.
        size: see `normalize`.
        channels: see `normalize`.
    """
    boxes = [_drawn_box(image) for image in images]
    inks = [image.crop(box).convert("F") for image, box in zip(images, boxes, strict=True)]
    placed = _centred([_scaled(ink, size) for ink in inks], size, channels)
    return [
        DrawnInput(model_input, _placement(box, small, corner))
        for box, (small, corner, model_input) in zip(boxes, placed, strict=True)
    ]


def normalize_maps(
    ink_maps: Iterable[NDArray[np.float32]], size: int, channels: int
) -> list[NDArray[np.float32]]:
    """Return the model inputs of ink maps that have ink, in less time for each than with `normalize`.

    Args:
        ink_maps: only one of them is kept at a time.
        size: see `normalize`.
        channels: see `normalize`.
    """
    boxes = ((ink_map, _ink_box(ink_map)) for ink_map in ink_maps)
    inks = [_scaled(_cropped(ink_map, box), size) for ink_map, box in boxes if box is not None]
    return [model_input for _, _, model_input in _centred(inks, size, channels)]


def _centred(
    inks: Sequence[NDArray[np.float32]], size: int, channels: int
) -> list[tuple[NDArray[np.float32], tuple[int, int], NDArray[np.float32]]]:
    """Return scaled inks stretched, their first column and row in their model inputs, and these."""
    # One step for all inks after the other: the code of a step stays in the cache of the processor.
    smalls = [_stretched(ink) for ink in inks]
    corners = [_corner(small, _centre_of_mass(small), size) for small in smalls]
    return [
        (small, corner, _placed(small, corner, size, channels))
        for small, corner in zip(smalls, corners, strict=True)
    ]


def _placement(
    box: tuple[int, int, int, int], small: NDArray[np.float32], corner: tuple[int, int]
) -> Placement:
    """Return the placement of the pixels of an image in which ink of a box, scaled, starts at a corner."""
    (left, top, right, bottom), (height, width), (column, row) = box, small.shape, corner
    scale_x, scale_y = (right - left) / width, (bottom - top) / height
    return Placement(scale_x, scale_y, left - column * scale_x, top - row * scale_y)


def _drawn_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the bounding box of drawn ink."""
    box = image.getbbox()
    assert box is not None, "there is ink"
    return box


def _placed(
    small: NDArray[np.float32], corner: tuple[int, int], size: int, channels: int
) -> NDArray[np.float32]:
    """Return a model input, read-only, with ink whose first column and row are given."""
    (height, width), (column, row) = small.shape, corner
    model_input = np.zeros((size, size, channels), dtype=np.float32)
    model_input[row : row + height, column : column + width] = small[..., None]
    model_input.setflags(write=False)
    return model_input


def _ink_box(ink_map: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """Return the bounding box of all ink above the threshold, or None."""
    inked = ink_map > INK_THRESHOLD
    columns = np.flatnonzero(inked.any(axis=0))
    if len(columns) == 0:
        return None
    rows = np.flatnonzero(inked.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _cropped(ink_map: NDArray[np.float32], box: tuple[int, int, int, int]) -> Image.Image:
    """Return a part of an ink map as an image of mode "F"."""
    left, top, right, bottom = box
    return Image.fromarray(np.ascontiguousarray(ink_map[top:bottom, left:right], dtype=np.float32))


def _scaled(ink: Image.Image, size: int) -> NDArray[np.float32]:
    """Scale ink of mode "F" to fit the square box of a model input of a size."""
    longer, box_size = max(ink.size), round(size * BOX_SIZE / INPUT_SIZE)
    width, height = (max(1, round(side * box_size / longer)) for side in ink.size)
    if ink.size != (width, height):
        ink = ink.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(ink)


def _stretched(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Stretch the values of ink so that thin lines stay visible."""
    full = _quantile(ink[ink > INK_THRESHOLD * ink.max()], 0.9)
    stretched: NDArray[np.float32] = np.minimum(ink / full, np.float32(1.0))
    return stretched


def _quantile(values: NDArray[np.float32], share: float) -> np.float32:
    """Return the quantile of at least one value, float32 like that of `np.quantile`, which takes longer."""
    ordered = np.sort(values)
    position = share * (len(ordered) - 1)
    index = int(position)
    rest = position - index
    lower: np.float32 = ordered[index]
    upper: np.float32 = ordered[min(index + 1, len(ordered) - 1)]
    return lower + (upper - lower) * rest if rest < 0.5 else upper - (upper - lower) * (1 - rest)


def _centre_of_mass(ink: NDArray[np.float32]) -> tuple[float, float]:
    """Return x and y of the centre of mass; 0.5 is the centre of the first pixel."""
    total = float(ink.sum())
    x = float(ink.sum(axis=0) @ np.arange(ink.shape[1])) / total
    y = float(ink.sum(axis=1) @ np.arange(ink.shape[0])) / total
    return x + 0.5, y + 0.5


def _corner(ink: NDArray[np.float32], centre: tuple[float, float], size: int) -> tuple[int, int]:
    """Return the first column and row of the ink in a model input for a centred mass."""
    height, width = ink.shape
    return _offset(centre[0], width, size), _offset(centre[1], height, size)


def _offset(centre: float, length: int, size: int) -> int:
    """Return the first row or column of the ink for a centred mass, limited to the input."""
    # MNIST uses pixel 14 of 28, right of and below the exact centre.
    return min(max(size // 2 - int(np.floor(centre)), 0), size - length)
