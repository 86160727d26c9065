"""The numbers of an example, painted and edited in place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit

from desktop_app.core.text import with_latin_digits
from desktop_app.inspection.colour import value_range
from desktop_app.inspection.sliding_window import SUM, SlidingWindow, WindowStep
from desktop_app.views.parts.number_grid import NumberGrid, outline, paint_grid, paint_padding, ring
from desktop_app.views.parts.numerals import TIMES
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP
from desktop_app.views.tutorial.exercises import formula, parsed, written
from desktop_app.views.tutorial.layout import KERNEL, RESULT, VALUES, Cell, Layout, arrange

Values = NDArray[np.float32]

_NUMBER_CHARACTERS = "0123456789-.,/"
_FINE, _COARSE = 0.5, 1.0
"""Step of a key or of the wheel for weights and for numbers."""


class NumberEntry(QLineEdit):
    """A text field over a cell. It consumes the keys that end the input."""

    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept with Return, cancel with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        super().keyPressEvent(event)
        event.accept()


class TutorialView(PaintedView):
    """Paints an example. Cells are selected with the mouse or the arrow keys and can be edited."""

    is_focusable = True
    preferred_size = QSize(90 * STEP, 22 * STEP)
    minimum_size = QSize(36 * STEP, 14 * STEP)
    minimum_lines = 6

    value_requested = Signal(str, int, int, float)
    """VALUES or KERNEL, row and column, and the new number."""
    step_requested = Signal(int)
    """Step of the result that was clicked."""

    def __init__(self, example: SlidingWindow) -> None:
        """Show an example at its first step."""
        super().__init__()
        self.setObjectName("example")
        self.setAccessibleName(self.tr("Example"))
        self._example, self._index = example, 0
        self._selected: Cell = (VALUES, 0, 0)
        self._entry = NumberEntry(self)
        self._entry.setAccessibleName(self.tr("Number"))
        self._entry.setToolTip(self.tr("Enter another number; Esc keeps the old one"))
        self._entry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._entry.setFrame(False)
        self._entry.hide()
        self._entry.editingFinished.connect(self._accept_entry)
        self._entry.cancelled.connect(self._close_entry)

    def set_example(self, example: SlidingWindow, index: int) -> None:
        """Show an example at one of its steps."""
        self._example, self._index = example, index
        grid, row, column = self._selected
        shape = self._shape(grid)
        self._selected = (
            (grid, min(row, shape[0] - 1), min(column, shape[1] - 1)) if shape else (VALUES, 0, 0)
        )
        self._describe()
        self.update()

    def chosen(self) -> Cell:
        """Return the selected cell."""
        return self._selected

    def choose(self, cell: Cell) -> None:
        """Select a cell."""
        self._selected = cell
        self._describe()
        self.update()

    def area_of(self, cell: Cell) -> QRectF:
        """Return the area of a cell."""
        box = self._step().box
        margins = self._example.windows.margins
        window = (
            (box.top, box.left) if self._example.is_row else (box.top + margins[0], box.left + margins[1])
        )
        return self._layout().cell(self._example, cell, window)

    def cell_at(self, position: QPointF) -> Cell | None:
        """Return the cell at a position, or None."""
        for grid in (KERNEL, VALUES, RESULT):
            shape = self._example.shape if grid == RESULT else self._shape(grid)
            for row, column in np.ndindex(shape or (0, 0)):
                if self.area_of((grid, row, column)).contains(position):
                    return grid, row, column
        return None

    # --- painting ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Close the text field."""
        super().resizeEvent(event)
        self._entry.hide()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint numbers, window, formula and the results so far."""
        layout, step = self._layout(), self._step()
        self._paint_values(painter, self.text_style, layout, step)
        if self._example.is_row:
            self._paint_row(painter, self.text_style, layout, step)
        else:
            self._paint_image(painter, self.text_style, layout, step)
        self._paint_results(painter, self.text_style, layout)
        if self.hasFocus():
            self._paint_selection(painter)

    def _paint_values(self, painter: QPainter, style: TextStyle, layout: Layout, step: WindowStep) -> None:
        """Paint the numbers with their padding, and the window."""
        side, padding, values = layout.side, layout.padding, layout.values
        for row in range(round(padding.height() / side)):
            for column in range(round(padding.width() / side)):
                cell = QRectF(padding.left() + column * side, padding.top() + row * side, side, side)
                if not values.contains(cell.center()):
                    paint_padding(painter, style, cell.adjusted(0, 0, -1, -1))
        paint_grid(painter, style, _grid(self._example.values), values)
        box = step.box
        window = QRectF(
            values.left() + box.left * side,
            values.top() + box.top * side,
            (box.right - box.left) * side,
            (box.bottom - box.top) * side,
        )
        if step.maximum is not None:
            row, column = step.maximum
            ring(painter, style, QRectF(window.left() + column * side, window.top() + row * side, side, side))
        outline(painter, style, window.adjusted(-1, -1, 0, 0))

    def _paint_row(self, painter: QPainter, style: TextStyle, layout: Layout, step: WindowStep) -> None:
        """Paint the kernel below its numbers, and the formula."""
        if self._example.operation == SUM:
            first = self.area_of((KERNEL, 0, 0))
            area = QRectF(first)
            area.setWidth(first.width() * self._example.kernel.shape[1])
            paint_grid(painter, style, _grid(self._example.kernel, signed=True), area)
            at = QPointF(area.left() - STEP, area.center().y())
            style.plain.write(painter, at, TIMES, style.quiet, RIGHT)
        text = formula(self._example, step)
        lettering = style.plain if style.plain.width(text) <= layout.formula.width() else style.small
        text = lettering.elided(text, layout.formula.width())
        result = self.area_of((RESULT, step.row, step.column)).center().x()
        half = lettering.width(text) / 2
        x = min(max(result, layout.formula.left() + half), layout.formula.right() - half)
        lettering.write(painter, QPointF(x, layout.formula.center().y()), text, style.text, MIDDLE)
        if layout.names:
            self._paint_names(painter, style, layout)

    def _paint_names(self, painter: QPainter, style: TextStyle, layout: Layout) -> None:
        names = [(layout.values, self.tr("numbers")), (layout.result, self.tr("result"))]
        if layout.kernel is not None:
            names.append((layout.kernel, self.tr("kernel")))
        for area, name in names:
            at = QPointF(layout.padding.left() - 3 * STEP, area.center().y())
            style.small.write(painter, at, name, style.quiet, RIGHT)

    def _paint_image(self, painter: QPainter, style: TextStyle, layout: Layout, step: WindowStep) -> None:
        """Paint kernel, products and signs between image and result."""
        kernel, products = layout.kernel, layout.products
        assert kernel is not None
        assert products is not None
        paint_grid(painter, style, _grid(self._example.kernel, signed=True), kernel)
        paint_grid(painter, style, _grid(step.products, signed=True, inside=step.inside), products)
        total = self.tr("products, sum {sum}").format(sum=written(step.result))
        if style.small.width(total) > products.width() + 2 * STEP:
            total = self.tr("sum {sum}").format(sum=written(step.result))
        titles = [
            (layout.padding, self.tr("image")),
            (kernel, self.tr("kernel")),
            (products, total),
            (layout.result, self.tr("result")),
        ]
        for area, title in titles:
            at = QPointF(area.center().x(), area.top() - 1.25 * STEP)
            style.small.write(painter, at, title, style.quiet, MIDDLE)
        between = ((layout.padding, kernel, TIMES), (kernel, products, "="), (products, layout.result, "→"))
        for left, right, sign in between:
            if abs(left.center().y() - right.center().y()) < 1:
                at = QPointF((left.right() + right.left()) / 2, left.center().y())
                style.plain.write(painter, at, sign, style.quiet, MIDDLE)

    def _paint_results(self, painter: QPainter, style: TextStyle, layout: Layout) -> None:
        """Paint the results up to the current step, and empty cells for the others."""
        example = self._example
        for index in range(example.count):
            row, column = divmod(index, example.shape[1])
            cell = layout.result_cell(example, row, column)
            if index <= self._index:
                low, high = value_range(example.result)
                value = example.result[row : row + 1, column : column + 1]
                text = (written(float(value[0, 0])),)
                paint_grid(painter, style, NumberGrid(value, low, high, texts=text), cell)
            else:
                painter.setPen(QPen(style.outline, 1))
                painter.setBrush(style.base)
                painter.drawRect(cell.adjusted(0.5, 0.5, -1.5, -1.5))

        present = layout.result_cell(example, *divmod(self._index, example.shape[1]))
        outline(painter, style, present.adjusted(-1, -1, 0, 0))

    def _paint_selection(self, painter: QPainter) -> None:
        """Paint a frame inside the selected cell; the frame of the window is outside."""
        cell = self.area_of(self._selected).adjusted(2.5, 2.5, -3.5, -3.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, line_style in (("#ffffff", Qt.PenStyle.SolidLine), ("#10141a", Qt.PenStyle.DotLine)):
            painter.setPen(QPen(QColor(colour), 1.5, line_style))
            painter.drawRect(cell)

    # --- editing ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a cell, or go to the step of a result."""
        cell = self.cell_at(event.position())
        if cell is None:
            return
        if cell[0] == RESULT:
            self.step_requested.emit(cell[1] * self._example.shape[1] + cell[2])
        else:
            self.choose(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit a cell."""
        cell = self.cell_at(event.position())
        if cell is not None and cell[0] != RESULT:
            self.choose(cell)
            self._open_entry(written(self._value()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the number under the mouse."""
        cell = self.cell_at(event.position())
        if cell is None or cell[0] == RESULT or not event.angleDelta().y():
            event.ignore()
            return
        self.choose(cell)
        self._change(1 if event.angleDelta().y() > 0 else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select with the arrow keys, change numbers with plus and minus, edit with digits."""
        key, text = event.key(), with_latin_digits(event.text())
        directions = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._example.is_row:
            self._change(1 if key == Qt.Key.Key_Up else -1)
        elif key in directions:
            self._move(*directions[Qt.Key(key)])
        elif key == Qt.Key.Key_Plus:
            self._change(1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._open_entry(written(self._value()))
        elif text and text in _NUMBER_CHARACTERS:
            self._open_entry(text, replacing=False)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Describe the selected cell and repaint."""
        super().focusInEvent(event)
        self._describe()
        self.update()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Move from the numbers to the kernel, then to the next widget."""
        grid = KERNEL if forwards else VALUES
        if self.hasFocus() and self._selected[0] != grid and self._example.operation == SUM:
            self.choose((grid, 0, 0))
            return True
        return super().focusNextPrevChild(forwards)

    def _move(self, rows: int, columns: int) -> None:
        grid, row, column = self._selected
        shape = self._shape(grid) or (1, 1)
        self.choose(
            (grid, min(max(row + rows, 0), shape[0] - 1), min(max(column + columns, 0), shape[1] - 1))
        )

    def _change(self, direction: int) -> None:
        step = _FINE if self._selected[0] == KERNEL else _COARSE
        self.value_requested.emit(*self._selected, self._value() + direction * step)

    def _open_entry(self, text: str, *, replacing: bool = True) -> None:
        """Edit the selected cell."""
        area = self.area_of(self._selected).toRect()
        least = 7 * STEP
        area.adjust(-max(0, least - area.width()) // 2, 0, max(0, least - area.width()) // 2, 0)
        self._entry.setGeometry(area)
        self._entry.setText(text)
        self._entry.show()
        self._entry.setFocus()
        if replacing:
            self._entry.selectAll()

    def _accept_entry(self) -> None:
        """Change the number if the text is one."""
        if self._entry.isHidden():
            return
        value = parsed(self._entry.text())
        self._close_entry()
        if value is not None:
            self.value_requested.emit(*self._selected, value)

    def _close_entry(self) -> None:
        self._entry.hide()
        self.setFocus()

    # --- numbers ---

    def _value(self) -> float:
        grid, row, column = self._selected
        return float((self._example.kernel if grid == KERNEL else self._example.values)[row, column])

    def _shape(self, grid: str) -> tuple[int, int] | None:
        """Return rows and columns of the cells that can be edited; None if there are none."""
        if grid == KERNEL:
            rows, columns = self._example.kernel.shape
            return (rows, columns) if self._example.operation == SUM else None
        rows, columns = self._example.values.shape
        return rows, columns

    def _step(self) -> WindowStep:
        return self._example.step(self._index)

    def _layout(self) -> Layout:
        return arrange(self._example, QRectF(self.rect()).adjusted(STEP, STEP / 2, -STEP, -STEP / 2))

    def _describe(self) -> None:
        grid, row, column = self._selected
        name = self.tr("kernel") if grid == KERNEL else self.tr("numbers")
        text = self.tr("{grid}, row {row}, column {column}: {value}. {formula}")
        self.setAccessibleDescription(
            text.format(
                grid=name,
                row=row,
                column=column,
                value=written(self._value()),
                formula=formula(self._example, self._step()),
            )
        )


def _grid(values: Values, *, signed: bool = False, inside: NDArray[np.bool_] | None = None) -> NumberGrid:
    """Return a grid of numbers with their own range of colours."""
    low, high = value_range(values)
    if signed:
        extreme = max(abs(low), high)
        low, high = -extreme, extreme
    return NumberGrid(values, low, high, inside, tuple(written(value) for value in values.ravel().tolist()))
