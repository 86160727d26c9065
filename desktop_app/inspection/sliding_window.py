"""A window that slides over a few numbers: the examples of the tutorial.

Rows of numbers are images of one row. As in Keras, the kernel is not flipped: mathematically, this
is a cross-correlation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Box
from desktop_app.networks.layers.windows import Windows, make_windows

Values: TypeAlias = NDArray[np.float32]

SUM, MAXIMUM, MEAN = "sum", "largest", "mean"
"""Operations on the numbers in a window: weighted sum with a kernel, or pooling."""


@dataclass(frozen=True, eq=False)
class WindowStep:
    """The window at one position.

    Attributes:
        row, column: of the result.
        box: the numbers that the window covers, padding included.
        patch: float32 (height, width), 0 in the padding.
        inside: bool (height, width), False in the padding, which pooling ignores.
        products: float32 (height, width), patch times kernel; the patch itself for pooling.
        maximum: row and column of the largest number in the patch; None unless it is the result.
        result: one number.
    """

    row: int
    column: int
    box: Box
    patch: Values
    inside: NDArray[np.bool_]
    products: Values
    maximum: tuple[int, int] | None
    result: float


@dataclass(frozen=True, eq=False)
class SlidingWindow:
    """Numbers and the operation of a window that slides over them.

    Attributes:
        operation: SUM, MAXIMUM or MEAN.
        values: float32 (height, width); height 1 for a row of numbers.
        kernel: float32 (height, width), no larger than values; pooling uses only its shape.
        stride: of the window, 1 or more.
        padding: "valid" or "same", as in Keras.
    """

    operation: str
    values: Values
    kernel: Values
    stride: int = 1
    padding: str = "valid"

    @property
    def is_row(self) -> bool:
        """Whether the numbers are a single row."""
        return len(self.values) == 1

    @cached_property
    def windows(self) -> Windows:
        """The positions of the window."""
        height, width = self.values.shape
        rows, columns = self.kernel.shape
        vertical_stride = 1 if self.is_row else self.stride
        strides = vertical_stride, self.stride
        return make_windows((height, width), (rows, columns), strides, (1, 1), self.padding)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the result."""
        return self.windows.count

    @property
    def count(self) -> int:
        """Number of steps."""
        rows, columns = self.shape
        return rows * columns

    def step(self, index: int) -> WindowStep:
        """Return the window at one position; index 0..count - 1, row by row."""
        row, column = divmod(index, self.shape[1])
        patches, inside = self.windows.patch(self.values[..., None], row, column)
        patch = patches[0]
        maximum = None
        if self.operation == SUM:
            products = patch * self.kernel
            result = float(products.sum(dtype=np.float64))
        else:
            products = patch
            result = float(patch[inside].mean(dtype=np.float64))
        if self.operation == MAXIMUM:
            maximum = divmod(int(np.where(inside, patch, -np.inf).argmax()), patch.shape[1])
            result = float(patch[maximum])
        box = self.windows.input_box(Box(row, column, row + 1, column + 1))
        return WindowStep(row, column, box, patch, inside, products, maximum, result)

    @cached_property
    def result(self) -> Values:
        """All results, float32 of `shape`."""
        results = [self.step(index).result for index in range(self.count)]
        return np.array(results, dtype=np.float32).reshape(self.shape)


def with_value(values: Values, row: int, column: int, value: float) -> Values:
    """Return a copy of the numbers with one of them changed."""
    changed = values.copy()
    changed[row, column] = value
    return changed
