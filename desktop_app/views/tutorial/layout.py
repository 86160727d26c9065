"""Where the numbers of a lesson lie: a row with its window, or grids side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QRectF

from desktop_app.inspection.tutorial import SUM, SlidingWindow
from desktop_app.views.parts.theme import STEP

VALUES, KERNEL, RESULT = "values", "kernel", "result"

Cell: TypeAlias = tuple[str, int, int]
"""VALUES, KERNEL or RESULT, a row and a column of it."""

LINE = 3.0 * STEP
"""Height of a line of words."""

_LARGEST_CELL = 44.0
_SMALLEST_CELL = 8.0
_GAP = STEP
_NAMES = 8.0 * STEP
_WIDE = 56.0 * STEP
_SIGN = 3.0 * STEP


@dataclass(frozen=True)
class Layout:
    """Where everything lies, in pixels.

    Attributes:
        side: of a cell.
        values, kernel, products, result: areas of the grids, without padding; products only of
            pictures. The result of a row has its cells apart: see result_cell().
        padding: the area of values with the padding around them.
        formula: the line for what is computed.
        names: whether there is room for the names of rows before them.
    """

    side: float
    values: QRectF
    kernel: QRectF | None
    products: QRectF | None
    result: QRectF
    padding: QRectF
    formula: QRectF
    names: bool

    def cell(self, lesson: SlidingWindow, cell: Cell, window: tuple[int, int]) -> QRectF:
        """Where a cell lies; window is the top left of the window in values."""
        grid, row, column = cell
        if grid == RESULT:
            return self.result_cell(lesson, row, column)
        area = self.values
        if grid == KERNEL and self.kernel is not None:
            area = self.kernel
            if lesson.is_row:
                # The kernel slides below the numbers that it is multiplied with.
                column += window[1]
        return QRectF(area.left() + column * self.side, area.top() + row * self.side, self.side, self.side)

    def result_cell(self, lesson: SlidingWindow, row: int, column: int) -> QRectF:
        """Where a result lies: of a row, below the middle of its window."""
        left = self.result.left() + column * self.side
        if lesson.is_row:
            start = column * lesson.stride + (lesson.kernel.shape[1] - 1) / 2
            left = self.padding.left() + start * self.side
        return QRectF(round(left), self.result.top() + row * self.side, self.side, self.side)


def arrange(lesson: SlidingWindow, area: QRectF) -> Layout:
    """Lay a lesson out as large as fits into an area."""
    return _arranged_row(lesson, area) if lesson.is_row else _arranged_picture(lesson, area)


def _padded(lesson: SlidingWindow) -> tuple[int, int]:
    """Rows and columns with the padding that windows reach into."""
    height, width = lesson.values.shape
    top, left = lesson.windows.margins
    rows, columns = lesson.windows.reach
    if lesson.padding == "valid":
        return height, width
    return max(rows, height + top), max(columns, width + left)


def _arranged_row(lesson: SlidingWindow, area: QRectF) -> Layout:
    names = area.width() >= _WIDE
    left = area.left() + (_NAMES if names else _SIGN)
    _, columns = _padded(lesson)
    rows = 3 if lesson.operation == SUM else 2
    room = (area.height() - LINE - (rows - 1) * _GAP) / rows
    side = float(int(max(_SMALLEST_CELL, min(_LARGEST_CELL, (area.right() - left) / columns, room))))
    x = float(round(left + (area.right() - left - columns * side) / 2))
    y = float(round(area.top() + max(0.0, (area.height() - rows * side - LINE - (rows - 1) * _GAP) / 2)))
    margin = lesson.windows.margins[1] * side
    values = QRectF(x + margin, y, lesson.values.shape[1] * side, side)
    y += side + _GAP
    kernel = None
    if lesson.operation == SUM:
        kernel = QRectF(values.left(), y, values.width(), side)
        y += side + _GAP / 2
    formula = QRectF(area.left(), y, area.width(), LINE)
    result = QRectF(x, y + LINE + _GAP / 2, columns * side, side)
    padding = QRectF(x, values.top(), columns * side, side)
    return Layout(side, values, kernel, None, result, padding, formula, names)


def _arranged_picture(lesson: SlidingWindow, area: QRectF) -> Layout:
    """All grids in one line, or two above two others, whichever is larger."""
    rows, columns = _padded(lesson)
    size, (down, across) = lesson.kernel.shape, lesson.shape
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
    top, left = lesson.windows.margins if lesson.padding == "same" else (0, 0)
    values = QRectF(
        padding.left() + left * side,
        padding.top() + top * side,
        lesson.values.shape[1] * side,
        lesson.values.shape[0] * side,
    )
    return Layout(side, values, kernel, products, result, padding, QRectF(), False)


def _centred(left: float, middle: float, width: float, height: float) -> QRectF:
    """An area about a middle line, on whole pixels."""
    return QRectF(round(left), round(middle - height / 2), width, height)
