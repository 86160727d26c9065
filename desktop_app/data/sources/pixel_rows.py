"""A growing table of pixels that takes little memory."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.data.sources.checks import SampleName
from desktop_app.data.sources.pixels import scale_in_place

COLUMN_ROWS = 1000
"""Rows of which a column is changed at once."""

_GROWTH = 1 << 25
"""Bytes by which a table grows."""


class PixelRows:
    """A growing table of pixels: bytes, or float16 from the first value on that is not a byte.

    Attributes:
        parsed_bytes: size of all rows as they were added.
    """

    def __init__(self, columns: int) -> None:
        """Start without rows."""
        self._table: AnyArray = np.empty((0, columns), np.uint8)
        self._used = 0
        self.parsed_bytes = 0

    def add(self, block: AnyArray) -> None:
        """Add rows; missing columns at the end are to be set later."""
        self._take_type(block)
        end = self._used + len(block)
        if end > len(self._table):
            grown = max(end, self._used + max(1, _GROWTH // self._table[:1].nbytes)) if self._used else end
            # Changes the array in place: large memory is moved without a copy.
            self._table.resize((grown, self._table.shape[1]), refcheck=False)
        self._table[self._used : end, : block.shape[1]] = block
        self._used = end
        self.parsed_bytes += block.nbytes

    def take_bytes(self, name_of: SampleName) -> NDArray[np.uint8]:
        """Return all rows scaled to bytes, in the memory of the table, which is empty afterwards."""
        table, self._table = self._table, np.empty((0, 0), np.uint8)
        shape = (self._used, table.shape[1])
        table.resize(shape, refcheck=False)
        scaled = scale_in_place(table, name_of)
        if table.dtype == np.uint8:
            return scaled
        del scaled
        table.resize((table.size + 1) // 2, refcheck=False)
        return table.view(np.uint8)[: math.prod(shape)].reshape(shape)

    def clear_negative_rows(self) -> list[int]:
        """Set rows with negative values to 0 and return their numbers, if other values are above 1."""
        table = self._table[: self._used]
        if table.dtype == np.uint8 or not len(table) or table.min() >= 0 or table.max() <= 1:
            return []
        rows = np.flatnonzero([row.min() < 0 for row in table])
        table[rows] = 0
        return [int(row) for row in rows]

    def move_right(self) -> None:
        """Move all columns to the right by one."""
        for first in range(0, self._used, COLUMN_ROWS):
            rows = self._table[first : min(self._used, first + COLUMN_ROWS)]
            rows[:, 1:] = rows[:, :-1].copy()

    def set_column(self, column: int, first: int, values: AnyArray) -> None:
        """Set the values of a column from a row on."""
        self._take_type(values)
        self._table[first : first + len(values), column] = values

    def _take_type(self, values: AnyArray) -> None:
        if values.dtype != np.uint8 and self._table.dtype == np.uint8:
            self._table = self._table.astype(np.float16)
