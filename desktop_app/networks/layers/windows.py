"""Windows that slide over pictures: which pixels they cover, taken out and put back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Box
from desktop_app.networks.layers.options import Options, Shape

Pair: TypeAlias = tuple[int, int]
"""A number for rows and one for columns."""

LARGEST = 1024
"""Pixels: no kernel, pool, stride or margin that makes sense is larger."""


def pair(option: Any, least: int = 1) -> Pair:
    """Two whole numbers from an option that may hold one for both.

    Args:
        option: of a layer, as JSON has it.
        least: of either number.

    Raises:
        ValueError: it holds something else, or numbers that make no sense.
    """
    values = [option, option] if isinstance(option, int) else option
    if not isinstance(values, (list, tuple)) or len(values) != 2:
        raise ValueError(f"{option!r} is not a pair of numbers")
    if not all(isinstance(value, int) and least <= value <= LARGEST for value in values):
        raise ValueError(f"{option!r} is not a pair of sizes")
    return values[0], values[1]


@dataclass(frozen=True)
class Windows:
    """Where windows lie on pictures of one size.

    Attributes:
        picture: height and width of the pictures.
        size: rows and columns of a window that take part.
        strides: how far apart neighbouring windows are.
        dilation: how far apart neighbouring pixels of a window are.
        margins: rows of padding above and columns of padding on the left.
        count: rows and columns of windows, which is the size of the output.
    """

    picture: Pair
    size: Pair
    strides: Pair
    dilation: Pair
    margins: Pair
    count: Pair

    @property
    def extent(self) -> Pair:
        """Rows and columns that a window spans."""
        return (self.size[0] - 1) * self.dilation[0] + 1, (self.size[1] - 1) * self.dilation[1] + 1

    @property
    def reach(self) -> Pair:
        """Height and width of the padded pictures, as far as windows reach."""
        extent = self.extent
        return (
            max((self.count[0] - 1) * self.strides[0] + extent[0], self.margins[0] + self.picture[0]),
            max((self.count[1] - 1) * self.strides[1] + extent[1], self.margins[1] + self.picture[1]),
        )

    def box(self, places: Box) -> Box:
        """What the windows of a box of places cover, padding included."""
        (rows, columns), extent, margins = self.strides, self.extent, self.margins
        return Box(
            places.top * rows - margins[0],
            places.left * columns - margins[1],
            (places.bottom - 1) * rows - margins[0] + extent[0],
            (places.right - 1) * columns - margins[1] + extent[1],
        )

    def padded(self, pictures: NDArray[np.float32], value: float = 0.0) -> NDArray[np.float32]:
        """The pictures, (n, height, width, channels), with padding of a value around them."""
        if self.reach == self.picture:
            return pictures
        n, _, _, channels = pictures.shape
        whole = np.full((n, *self.reach, channels), value, dtype=np.float32)
        self.inside(whole)[:] = pictures
        return whole

    def inside(self, padded: NDArray[np.float32]) -> NDArray[np.float32]:
        """The part of padded pictures that is no padding."""
        (top, left), (height, width) = self.margins, self.picture
        return padded[:, top : top + height, left : left + width]

    def taps(self, padded: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """For each pixel of a window, row by row, its view of the padded pictures: one value a window."""
        for row in range(self.size[0]):
            for column in range(self.size[1]):
                yield padded[:, self._under(0, row), self._under(1, column)]

    def _under(self, axis: int, tap: int) -> slice:
        """The rows or columns of padded pictures that lie under a row or column of every window."""
        first, step = tap * self.dilation[axis], self.strides[axis]
        return slice(first, first + (self.count[axis] - 1) * step + 1, step)

    def columns(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """Every window's pixels side by side.

        Args:
            pictures: (n, height, width, channels).

        Returns:
            (n, rows of windows, columns of windows, window height, window width, channels),
            contiguous.
        """
        padded = np.ascontiguousarray(self.padded(pictures))
        n, row, column, channel = padded.strides
        # A view: windows overlap in memory, and reach exactly as far as the padding does.
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

    def put_back(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add every window's pixels to the places where they came from: the transpose of columns()."""
        n, *_, channels = columns.shape
        padded = np.zeros((n, *self.reach, channels), dtype=np.float32)
        pixels = columns.reshape(n, *self.count, -1, channels)
        for index, under in enumerate(self.taps(padded)):
            np.add(under, pixels[:, :, :, index], out=under)
        return self.inside(padded)

    def patch(
        self, activation: NDArray[np.float32], row: int, column: int
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """One window's pixels, (channels, height, width), 0 in the padding, and which are inside."""
        rows = row * self.strides[0] - self.margins[0] + np.arange(self.size[0]) * self.dilation[0]
        columns = column * self.strides[1] - self.margins[1] + np.arange(self.size[1]) * self.dilation[1]
        height, width = self.picture
        inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
        found = activation[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
        return np.where(inside, found.transpose(2, 0, 1), np.float32(0)), inside

    def middle(self, row: int, column: int) -> Pair:
        """The pixel in the middle of a window, or the nearest one that is inside."""
        box = self.box(Box(row, column, row + 1, column + 1))
        middle = (box.top + box.bottom - 1) // 2, (box.left + box.right - 1) // 2
        height, width = self.picture
        return min(max(middle[0], 0), height - 1), min(max(middle[1], 0), width - 1)


def places(shape: Shape, options: Options, size: str = "kernel_size") -> Pair:
    """How many windows a layer has on maps of a shape, down and across; 0 and 0 where they do not fit.

    Args:
        shape: (height, width, channels).
        options: of the layer, all of them.
        size: name of the option that holds the windows' size.
    """
    extent = pair(options[size])
    strides = pair(options[size] if options["strides"] is None else options["strides"])
    dilation = pair(options.get("dilation_rate", 1))
    try:
        return windows((shape[0], shape[1]), extent, strides, dilation, str(options["padding"])).count
    except ValueError:
        return 0, 0


def windows(picture: Pair, size: Pair, strides: Pair, dilation: Pair, padding: str) -> Windows:
    """The windows of a layer with these options, as TensorFlow places them.

    Args:
        picture: height and width of the layer's input.
        size: of the kernel or pool.
        strides: between windows.
        dilation: between pixels of a window.
        padding: "valid" or "same".

    Raises:
        ValueError: another padding, or windows larger than the picture.
    """
    extent = [(s - 1) * d + 1 for s, d in zip(size, dilation, strict=True)]
    if padding == "valid":
        count = [(p - e) // s + 1 for p, e, s in zip(picture, extent, strides, strict=True)]
        margins = [0, 0]
    elif padding == "same":
        count = [-(-p // s) for p, s in zip(picture, strides, strict=True)]
        margins = [
            max((c - 1) * s + e - p, 0) // 2
            for c, s, e, p in zip(count, strides, extent, picture, strict=True)
        ]
    else:
        raise ValueError(f"unknown padding {padding!r}")
    if min(count) < 1:
        raise ValueError("the windows are larger than the picture")
    return Windows(picture, size, strides, dilation, (margins[0], margins[1]), (count[0], count[1]))
