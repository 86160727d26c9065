"""The layout of an example: a row with its window, or grids side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QRectF

from desktop_app.inspection.sliding_window import SUM, SlidingWindow
from desktop_app.views.parts.theme import STEP

VALUES, KERNEL, RESULT = "values", "kernel", "result"

Cell: TypeAlias = tuple[str, int, int]
"""A cell: VALUES, KERNEL or RESULT, row and column."""

LINE = 3.0 * STEP
"""Height of a line of text."""

_LARGEST_CELL = 44.0
_SMALLEST_CELL = 8.0
_GAP = STEP
_NAMES = 8.0 * STEP
_WIDE = 56.0 * STEP
_SIGN = 3.0 * STEP


@dataclass(frozen=True)
class Layout:
    """Areas in device-independent pixels.

    Attributes:
        side: of a cell.
        values, kernel, products, result: grids without padding; products for images only. The cells of
            the result of a row are not adjacent: see result_cell().
        padding: area of the values with the padding around them.
        formula: line of the formula.
        names: whether there is room for names before the rows.
    """

    side: float
    values: QRectF
    kernel: QRectF | None
    products: QRectF | None
    result: QRectF
    padding: QRectF
    formula: QRectF
    names: bool

    def cell(self, example: SlidingWindow, cell: Cell, window: tuple[int, int]) -> QRectF:
        """Return the area of a cell; window: top left corner of the window in the values."""
        grid, row, column = cell
        if grid == RESULT:
            return self.result_cell(example, row, column)
        area = self.values
        if grid == KERNEL and self.kernel is not None:
            area = self.kernel
            if example.is_row:
                # The kernel is below the numbers that it is multiplied by.
                column += window[1]
        return QRectF(area.left() + column * self.side, area.top() + row * self.side, self.side, self.side)

    def result_cell(self, example: SlidingWindow, row: int, column: int) -> QRectF:
        """Return the area of a result; that of a row is below the middle of its window."""
        left = self.result.left() + column * self.side
        if example.is_row:
            start = column * example.stride + (example.kernel.shape[1] - 1) / 2
            left = self.padding.left() + start * self.side
        return QRectF(round(left), self.result.top() + row * self.side, self.side, self.side)


def arrange(example: SlidingWindow, area: QRectF) -> Layout:
    """Return the largest layout of an example in an area."""
    return _arrange_row(example, area) if example.is_row else _arrange_image(example, area)


def _padded(example: SlidingWindow) -> tuple[int, int]:
    """Return rows and columns with the padding."""
    height, width = example.values.shape
    top, left = example.windows.margins
    rows, columns = example.windows.padded_size
    if example.padding == "valid":
        return height, width
    return max(rows, height + top), max(columns, width + left)


def _arrange_row(example: SlidingWindow, area: QRectF) -> Layout:
    names = area.width() >= _WIDE
    left = area.left() + (_NAMES if names else _SIGN)
    _, columns = _padded(example)
    rows = 3 if example.operation == SUM else 2
    available = (area.height() - LINE - (rows - 1) * _GAP) / rows
    side = float(int(max(_SMALLEST_CELL, min(_LARGEST_CELL, (area.right() - left) / columns, available))))
    x = float(round(left + (area.right() - left - columns * side) / 2))
    y = float(round(area.top() + max(0.0, (area.height() - rows * side - LINE - (rows - 1) * _GAP) / 2)))
    margin = example.windows.margins[1] * side
    values = QRectF(x + margin, y, example.values.shape[1] * side, side)
    y += side + _GAP
    kernel = None
    if example.operation == SUM:
        kernel = QRectF(values.left(), y, values.width(), side)
        y += side + _GAP / 2
    formula = QRectF(area.left(), y, area.width(), LINE)
    result = QRectF(x, y + LINE + _GAP / 2, columns * side, side)
    padding = QRectF(x, values.top(), columns * side, side)
    return Layout(side, values, kernel, None, result, padding, formula, names)


def _arrange_image(example: SlidingWindow, area: QRectF) -> Layout:
    """Arrange all grids in one line, or two above two others, whichever is larger."""
    rows, columns = _padded(example)
    size, (down, across) = example.kernel.shape, example.shape
    height = area.height() - LINE
    flat = min((area.width() - 3 * _SIGN) / (columns + 2 * size[1] + across), height / max(rows, down))
    tall = min(
        (area.width() - _SIGN) / (columns + max(size[1], across)),
        (height - _GAP - LINE) / (rows + max(down, size[0])),
    )
    side = float(int(max(_SMALLEST_CELL, min(_LARGEST_CELL, max(flat, tall)))))
    kernel_size = size[1] * side, size[0] * side
    result_size = across * side, down * side
    if flat >= tall:
        width = (columns + 2 * size[1] + across) * side + 3 * _SIGN
        x, top = round(area.left() + (area.width() - width) / 2), area.top() + LINE
        middle = round(top + (area.height() - LINE) / 2)
        padding = _centred(x, middle, columns * side, rows * side)
        kernel = _centred(padding.right() + _SIGN, middle, *kernel_size)
        products = _centred(kernel.right() + _SIGN, middle, *kernel_size)
        result = _centred(products.right() + _SIGN, middle, *result_size)
    else:
        width = (columns + max(size[1], across)) * side + _SIGN
        x = round(area.left() + (area.width() - width) / 2)
        middle = round(area.top() + LINE + rows * side / 2)
        padding = _centred(x, middle, columns * side, rows * side)
        kernel = _centred(padding.right() + _SIGN, middle, *kernel_size)
        lower = round(padding.bottom() + LINE + _GAP + max(kernel_size[1], result_size[1]) / 2)
        products = _centred(padding.left(), lower, *kernel_size)
        result = _centred(kernel.left(), lower, *result_size)
    top, left = example.windows.margins if example.padding == "same" else (0, 0)
    values = QRectF(
        padding.left() + left * side,
        padding.top() + top * side,
        example.values.shape[1] * side,
        example.values.shape[0] * side,
    )
    return Layout(side, values, kernel, products, result, padding, QRectF(), False)


def _centred(left: float, middle: float, width: float, height: float) -> QRectF:
    """Return an area around a middle line, on whole pixels."""
    return QRectF(round(left), round(middle - height / 2), width, height)
