"""The examples with which textbooks begin: a window that slides over a few numbers, step by step.

Rows of numbers are pictures of one row. As in Keras, a kernel is laid over the numbers as it is
written and not turned around first: what mathematicians call a cross-correlation.
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

SUM, LARGEST, MEAN = "sum", "largest", "mean"
"""What is done with the numbers in a window: times a kernel and added up, or pooled."""


@dataclass(frozen=True, eq=False)
class WindowStep:
    """The window at one place.

    Attributes:
        row, column: of the result.
        box: the numbers that it covers, padding included.
        patch: float32 (height, width), 0 in the padding.
        inside: bool (height, width), False in the padding; pooling leaves the padding out.
        products: float32 (height, width), patch times kernel; the patch itself where it is pooled.
        winner: row and column within the patch of the largest number; None where nothing wins.
        result: one number.
    """

    row: int
    column: int
    box: Box
    patch: Values
    inside: NDArray[np.bool_]
    products: Values
    winner: tuple[int, int] | None
    result: float


@dataclass(frozen=True, eq=False)
class SlidingWindow:
    """Numbers, what slides over them, and how. Immutable: what is changed is another lesson.

    Attributes:
        operation: SUM, LARGEST or MEAN.
        values: float32 (height, width); height 1 for a row of numbers.
        kernel: float32 (height, width), no larger than values; for pooling only its shape counts.
        stride: how far the window moves with every step, 1 or more.
        padding: "valid": the window stays inside; "same": it also reaches over the edges, so that
            with stride 1 there are as many results as numbers.
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
        """Where the window lies at each step."""
        height, width = self.values.shape
        rows, columns = self.kernel.shape
        down = 1 if self.is_row else self.stride
        return make_windows((height, width), (rows, columns), (down, self.stride), (1, 1), self.padding)

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
        """The window at one of its places, row by row; index 0..count - 1."""
        row, column = divmod(index, self.shape[1])
        patches, inside = self.windows.patch(self.values[..., None], row, column)
        patch = patches[0]
        winner = None
        if self.operation == SUM:
            products = patch * self.kernel
            result = float(products.sum(dtype=np.float64))
        else:
            products = patch
            result = float(patch[inside].mean(dtype=np.float64))
        if self.operation == LARGEST:
            place = int(np.where(inside, patch, -np.inf).argmax())
            winner = place // patch.shape[1], place % patch.shape[1]
            result = float(patch[winner])
        box = self.windows.input_box(Box(row, column, row + 1, column + 1))
        return WindowStep(row, column, box, patch, inside, products, winner, result)

    @cached_property
    def result(self) -> Values:
        """All results, float32 of the lesson's shape."""
        results = [self.step(index).result for index in range(self.count)]
        return np.array(results, dtype=np.float32).reshape(self.shape)


def with_value(values: Values, row: int, column: int, value: float) -> Values:
    """The numbers with one of them changed."""
    changed = values.copy()
    changed[row, column] = value
    return changed
