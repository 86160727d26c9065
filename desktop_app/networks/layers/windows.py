"""Sliding windows of convolutions and pooling: their geometry, extraction and accumulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Box

Pair: TypeAlias = tuple[int, int]
"""A number for rows and one for columns."""

_MAX_SIZE = 1024
"""Largest accepted kernel, pool, stride or margin in pixels; protects against files with absurd sizes."""


def pair(option: Any, least: int = 1) -> Pair:
    """Return two whole numbers from an option that holds either one for both or two.

    Args:
        option: value of a layer's option, as read from JSON.
        least: smallest allowed number.

    Raises:
        ValueError: the option holds something else, or a number that is out of range.
    """
    values = [option, option] if isinstance(option, int) else option
    if not isinstance(values, (list, tuple)) or len(values) != 2:
        raise ValueError(f"{option!r} is not a pair of numbers")
    if not all(isinstance(value, int) and least <= value <= _MAX_SIZE for value in values):
        raise ValueError(f"{option!r} is not a pair of sizes")
    return values[0], values[1]


@dataclass(frozen=True)
class Windows:
    """Positions of sliding windows on images or feature maps of one size.

    Attributes:
        input_size: height and width of the maps.
        size: rows and columns of window pixels, without the gaps of dilation.
        strides: distance between neighbouring windows in pixels.
        dilation: distance between neighbouring pixels of a window.
        margins: rows of padding at the top and columns of padding on the left.
        count: rows and columns of windows, which is the size of the output.
    """

    input_size: Pair
    size: Pair
    strides: Pair
    dilation: Pair
    margins: Pair
    count: Pair

    @property
    def extent(self) -> Pair:
        """Rows and columns that a window spans, with the gaps of dilation."""
        return (self.size[0] - 1) * self.dilation[0] + 1, (self.size[1] - 1) * self.dilation[1] + 1

    @property
    def padded_size(self) -> Pair:
        """Height and width of the padded maps, up to the end of the last window."""
        extent = self.extent
        return (
            max((self.count[0] - 1) * self.strides[0] + extent[0], self.margins[0] + self.input_size[0]),
            max((self.count[1] - 1) * self.strides[1] + extent[1], self.margins[1] + self.input_size[1]),
        )

    def input_box(self, output: Box) -> Box:
        """Return the part of the input that the windows of a box of the output cover, padding included."""
        (rows, columns), extent, margins = self.strides, self.extent, self.margins
        return Box(
            output.top * rows - margins[0],
            output.left * columns - margins[1],
            (output.bottom - 1) * rows - margins[0] + extent[0],
            (output.right - 1) * columns - margins[1] + extent[1],
        )

    def pad(self, maps: NDArray[np.float32], value: float = 0.0) -> NDArray[np.float32]:
        """Return the maps, (n, height, width, channels), with padding of a value around them."""
        if self.padded_size == self.input_size:
            return maps
        n, _, _, channels = maps.shape
        padded = np.full((n, *self.padded_size, channels), value, dtype=np.float32)
        self.crop(padded)[:] = maps
        return padded

    def crop(self, padded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a view of padded maps without their padding."""
        (top, left), (height, width) = self.margins, self.input_size
        return padded[:, top : top + height, left : left + width]

    def pixels(self, padded: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Yield, for each pixel of a window in row order, a view of its value in all windows.

        Args:
            padded: (n, *padded_size, channels).

        Yields:
            (n, rows of windows, columns of windows, channels).
        """
        for row in range(self.size[0]):
            for column in range(self.size[1]):
                yield padded[:, self._slice(0, row), self._slice(1, column)]

    def _slice(self, axis: int, index: int) -> slice:
        """Return the padded rows or columns that all windows have at an index."""
        first, step = index * self.dilation[axis], self.strides[axis]
        return slice(first, first + (self.count[axis] - 1) * step + 1, step)

    def unfold(self, maps: NDArray[np.float32]) -> NDArray[np.float32]:
        """Copy the pixels of every window next to each other.

        Args:
            maps: (n, height, width, channels).

        Returns:
            (n, rows of windows, columns of windows, window height, window width, channels),
            contiguous.
        """
        padded = np.ascontiguousarray(self.pad(maps))
        n, row, column, channel = padded.strides
        # The view stays within its memory: padding ends where the last window ends.
        view = np.lib.stride_tricks.as_strided(
            padded,
            (len(padded), *self.count, *self.size, padded.shape[3]),
            (
                n,
                row * self.strides[0],
                column * self.strides[1],
                row * self.dilation[0],
                column * self.dilation[1],
                channel,
            ),
            writeable=False,
        )
        return np.ascontiguousarray(view)

    def fold(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add the pixels of every window at their positions in the maps: the transpose of unfold()."""
        n, *_, channels = windows.shape
        padded = np.zeros((n, *self.padded_size, channels), dtype=np.float32)
        values = windows.reshape(n, *self.count, -1, channels)
        for index, target in enumerate(self.pixels(padded)):
            np.add(target, values[:, :, :, index], out=target)
        return self.crop(padded)

    def patch(
        self, activation: NDArray[np.float32], row: int, column: int
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the pixels of one window and a mask of those inside the map.

        Args:
            activation: (height, width, channels).
            row, column: position of the window in the output.

        Returns:
            (channels, window height, window width), 0 in the padding, and bool (window height,
            window width), False in the padding.
        """
        rows = row * self.strides[0] - self.margins[0] + np.arange(self.size[0]) * self.dilation[0]
        columns = column * self.strides[1] - self.margins[1] + np.arange(self.size[1]) * self.dilation[1]
        return take_patch(activation, rows, columns)

    def center(self, row: int, column: int) -> Pair:
        """Return the pixel at the center of a window, or the nearest one inside the map."""
        return box_center(self.input_box(Box(row, column, row + 1, column + 1)), self.input_size)


def take_patch(
    activation: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return values at rows and columns, which may lie outside the map, and a mask of those inside.

    Args:
        activation: (height, width, channels).
        rows, columns: indices of the map's rows and columns.

    Returns:
        (channels, rows, columns), 0 outside the map, and bool (rows, columns), False outside.
    """
    height, width, _ = activation.shape
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    values = activation[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
    return np.where(inside, values.transpose(2, 0, 1), np.float32(0)), inside


def box_center(box: Box, size: Pair) -> Pair:
    """Return the pixel at the center of a box, or the nearest one inside a map of this size."""
    row, column = (box.top + box.bottom - 1) // 2, (box.left + box.right - 1) // 2
    return min(max(row, 0), size[0] - 1), min(max(column, 0), size[1] - 1)


def layer_windows(
    input_size: Pair, window: Any, options: Mapping[str, Any], default_strides: Any = 1
) -> Windows:
    """Return the windows of a layer.

    Args:
        input_size: height and width of the layer's input.
        window: value of the option that holds the window's size.
        options: of the layer: "strides" (None: the window's size), "dilation_rate" and "padding".
        default_strides: value of "strides" where it is missing.

    Raises:
        ValueError: an invalid option, or windows larger than the input.
    """
    strides = options.get("strides", default_strides)
    return make_windows(
        input_size,
        pair(window),
        pair(window if strides is None else strides),
        pair(options.get("dilation_rate", 1)),
        options.get("padding", "valid"),
    )


def window_count(input_size: Pair, window: Any, options: Mapping[str, Any]) -> Pair:
    """Return the rows and columns of a layer's windows; (0, 0) where they do not fit.

    Takes the arguments of layer_windows().
    """
    try:
        return layer_windows(input_size, window, options).count
    except ValueError:
        return 0, 0


def make_windows(input_size: Pair, size: Pair, strides: Pair, dilation: Pair, padding: str) -> Windows:
    """Return windows with the same positions as in TensorFlow.

    Args:
        input_size: height and width of the input.
        size: of the kernel or pool.
        strides: between windows.
        dilation: between pixels of a window.
        padding: "valid" or "same".

    Raises:
        ValueError: another padding, or windows larger than the input.
    """
    extent = [(s - 1) * d + 1 for s, d in zip(size, dilation, strict=True)]
    if padding == "valid":
        count = [(p - e) // s + 1 for p, e, s in zip(input_size, extent, strides, strict=True)]
        margins = [0, 0]
    elif padding == "same":
        count = [-(-p // s) for p, s in zip(input_size, strides, strict=True)]
        margins = [
            max((c - 1) * s + e - p, 0) // 2
            for c, s, e, p in zip(count, strides, extent, input_size, strict=True)
        ]
    else:
        raise ValueError(f"unknown padding {padding!r}")
    if min(count) < 1:
        raise ValueError("the windows are larger than the input")
    return Windows(input_size, size, strides, dilation, (margins[0], margins[1]), (count[0], count[1]))
