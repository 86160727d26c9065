"""Conversion of the pixels of all file formats to bytes, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message
from desktop_app.data.sources.checks import SampleName

_BLOCK_VALUES = 4_000_000
_MOST_LEVELS = 16
"""Largest value of images with few levels of grey, e.g. the UCI digits'."""


@dataclass(frozen=True, eq=False)
class StoredPixels:
    """Pixels of images in the order of their file.

    Attributes:
        shape: number, height, width and channels of the images.
        dtype: type of the values.
        blocks: yields the stored array from its start, as blocks along its first axis.
        as_stored: returns a view of images (n, height, width, channels) with the axes of the stored array.
        sample_axis: axis of the samples in the stored array.
        name_of: returns the name of a sample.
    """

    shape: tuple[int, int, int, int]
    dtype: np.dtype[Any]
    blocks: Callable[[], Iterable[AnyArray]]
    as_stored: Callable[[AnyArray], AnyArray]
    sample_axis: int
    name_of: SampleName


def array_pixels(images: AnyArray, name_of: SampleName) -> StoredPixels:
    """Return the pixels of an array in memory, (n, height, width) or (n, height, width, channels)."""

    def blocks() -> Iterator[AnyArray]:
        yield from (images[rows] for rows in _slices(images))

    channels = images.shape[3] if images.ndim == 4 else 1
    shape = (len(images), images.shape[1], images.shape[2], channels)
    return StoredPixels(shape, images.dtype, blocks, lambda all_: all_.reshape(images.shape), 0, name_of)


def pixel_bytes(parts: Sequence[StoredPixels]) -> NDArray[np.uint8]:
    """Convert the pixels of all parts to uint8 with a common scale.

    The range of the values is -1..1 if there are values of at most -0.5; 0 to the largest value if that is at
    most 16, e.g. 0..1 or 0..16; else 0..255. Beside the result, the memory of a few blocks is needed; values
    that are not bytes are read twice.

    Args:
        parts: images of the same size.

    Returns:
        uint8 (n, height, width, channels), the parts one after the other; 1 channel if all pixels are grey.

    Raises:
        UserError: a value is not a number, or outside of these ranges.
    """
    ends = np.cumsum([part.shape[0] for part in parts])
    images = np.empty((int(ends[-1]), *parts[0].shape[1:]), np.uint8)
    views = [part.as_stored(view) for part, view in zip(parts, np.split(images, ends[:-1]), strict=True)]
    if all(part.dtype == np.uint8 for part in parts):
        for part, view in zip(parts, views, strict=True):
            _fill(view, part, np.float32(1), np.float32(0))
        scale = np.float32(
            255.0 / _top(max((int(images[rows].max()) for rows in _slices(images)), default=0))
        )
        if scale != 1:
            for rows in _slices(images):
                images[rows] = np.rint(images[rows] * scale)
    else:
        scale, offset = _scale_and_offset(parts)
        for part, view in zip(parts, views, strict=True):
            _fill(view, part, scale, offset)
    return without_colour(images)


def scale_in_place(values: AnyArray, name_of: SampleName) -> NDArray[np.uint8]:
    """Convert the pixels of an array, (n, pixels), as `pixel_bytes` does, in its own memory.

    Raises:
        UserError: see `pixel_bytes`.
    """
    part = array_pixels(values[..., None], name_of)
    scale, offset = _scale_and_offset([part])
    scaled = values.reshape(-1).view(np.uint8)[: values.size].reshape(values.shape)
    # Bytes are at most as long as the values that they replace, so none is overwritten before it is read.
    for rows in _slices(values):
        scaled[rows] = _scaled(values[rows], scale, offset)
    return scaled


def without_colour(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, height, width, channels) with 1 channel if all pixels are grey."""
    if images.shape[3] == 1:
        return images
    blocks = (images[rows] for rows in _slices(images))
    is_grey = all((block == block[..., :1]).all() for block in blocks)
    return np.ascontiguousarray(images[..., :1]) if is_grey else images


def _invalid_pixel(sample: Message | str) -> UserError:
    """Return the error for a sample with an invalid pixel."""
    return UserError("{sample} has a pixel that is not a number from 0 to 255; correct it.", sample=sample)


def _slices(images: AnyArray) -> list[slice]:
    """Return slices of rows that need little memory when converted to floats."""
    count = max(1, _BLOCK_VALUES // max(1, images[:1].size))
    return [slice(first, first + count) for first in range(0, len(images), count)]


def _scale_and_offset(parts: Sequence[StoredPixels]) -> tuple[np.float32, np.float32]:
    """Return the scale of the values and what is added to them before."""
    extremes = [_extremes(part) for part in parts]
    lowest, highest = min(low for low, _ in extremes), max(high for _, high in extremes)
    if lowest <= -0.5 and highest <= 1:
        return np.float32(127.5), np.float32(1)
    for part, (low, _) in zip(parts, extremes, strict=True):
        if low < 0:
            _check_values(part, 0)
    return np.float32(255.0 / _top(highest)), np.float32(0)


def _top(highest: float) -> float:
    """Return the value of full intensity."""
    return max(1.0, highest) if highest <= _MOST_LEVELS else 255.0


def _extremes(part: StoredPixels) -> tuple[float, float]:
    """Check that all values are numbers in -1..255; return the smallest, at most 0, and the largest."""
    return _check_values(part, -1)


def _check_values(part: StoredPixels, least: float) -> tuple[float, float]:
    lowest, highest, done = 0.0, 0.0, 0
    for block in part.blocks():
        if block.size:
            low, high = float(block.min()), float(block.max())
            if not (low >= least and high <= 255):  # also if a value is not a number
                is_invalid = np.moveaxis(~((block >= least) & (block <= 255)), part.sample_axis, 0)
                sample = int(is_invalid.reshape(len(is_invalid), -1).any(axis=1).argmax())
                raise _invalid_pixel(part.name_of(sample + (0 if part.sample_axis else done)))
            lowest, highest = min(lowest, low), max(highest, high)
        done += len(block)
    return lowest, highest


def _fill(view: AnyArray, part: StoredPixels, scale: np.float32, offset: np.float32) -> None:
    """Write the scaled pixels of a part to a view with the axes of the stored array."""
    done = 0
    for block in part.blocks():
        view[done : done + len(block)] = _scaled(block, scale, offset)
        done += len(block)


def _scaled(values: AnyArray, scale: np.float32, offset: np.float32) -> AnyArray:
    """Return values plus an offset, scaled and rounded; bytes of the scale 1 are not copied."""
    if values.dtype == np.uint8 and scale == 1 and offset == 0:
        return values
    scaled: AnyArray = np.rint((values.astype(np.float32) + offset) * scale)
    return scaled
