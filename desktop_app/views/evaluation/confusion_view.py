"""Confusion matrix: true classes by row, answers by column."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen

from desktop_app.inspection.colour_settings import Scale
from desktop_app.views.evaluation.error_colours import error_colour, error_scale
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.evaluation.shares import compact
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

Cell: TypeAlias = tuple[int, int]
"""True class and answer."""

_AXIS = 2 * STEP + 2
"""Height of a line of text along an edge."""
_LARGEST_PITCH = 6 * STEP
_WIDEST_LABEL = 7 * STEP
"""Room for long names; more in a wide view."""
_MIN_PITCH_FOR_GAPS = 8
_MIN_NAME_DISTANCE = 12.0
"""Minimum distance between the names of rows or columns."""


class ConfusionView(PointedView):
    """Paints counts as cells: correct answers grey, errors coloured by their number."""

    is_focusable = True
    preferred_size = QSize(44 * STEP, 44 * STEP)
    minimum_size = QSize(24 * STEP, 18 * STEP)
    minimum_lines = 10

    cell_chosen = Signal(int, int)
    """True class and answer of the selected cell."""
    pointed_at = Signal(object)

    scale_changed = Signal()
    """The colour scale has changed."""

    def __init__(self) -> None:
        """Create an empty view."""
        super().__init__()
        self.setObjectName("confusion")
        self.setAccessibleName(self.tr("Confusion matrix"))
        self._counts: NDArray[np.int64] | None = None
        self._names = ClassNames((), "")
        self._cursor: Cell = (0, 0)
        self._chosen: Cell | None = None
        self._scale: Scale | None = None

    def set_counts(self, counts: NDArray[np.int64], names: ClassNames) -> None:
        """Show a matrix.

        Args:
            counts: int64 (classes, classes), true class by row and answer by column.
            names: of the classes.
        """
        self._counts, self._names = counts, names
        self._chosen, self._scale = None, None
        self._cursor = self.most_frequent_error() or (0, 0)
        self.scale_changed.emit()
        self.update()

    def update_counts(self, counts: NDArray[np.int64]) -> None:
        """Show other counts of the same classes; the selection stays."""
        self._counts, self._scale = counts, None
        self.scale_changed.emit()
        self.update()

    def most_frequent_error(self) -> Cell | None:
        """Return the cell of the most frequent error; None if there are no errors."""
        if self._counts is None:
            return None
        errors = self._errors(self._counts)
        row, column = divmod(int(errors.argmax()), len(errors))
        return (row, column) if errors[row, column] else None

    def set_chosen(self, cell: Cell | None) -> None:
        """Set the selected cell."""
        self._chosen = cell
        if cell is not None:
            self._cursor = cell
        self.update()

    @property
    def scale(self) -> Scale | None:
        """Colour scale of the errors for the legend; None without a matrix."""
        if self._scale is None and self._counts is not None:
            self._scale = error_scale(self.palette(), int(self._errors(self._counts).max()))
        return self._scale

    def description(self, cell: Cell) -> str:
        """Return the text of a cell, e.g. "4 answered as 9: 12 of 982"."""
        assert self._counts is not None
        true, answer = cell
        text = self.tr("{true} answered as {answer}: {count} of {all}")
        return text.format(
            true=self._names[true],
            answer=self._names[answer],
            count=f"{self._counts[true, answer]:,}",
            all=f"{self._counts[true].sum():,}",
        )

    def area_of(self, cell: Cell) -> QRectF:
        """Return the area of a cell."""
        return _cell_in(self._grid(), len(self._names), cell)

    def locate(self, position: QPointF) -> Cell | None:
        """Return the cell at a position; None outside the cells."""
        if self._counts is None:
            return None
        grid = self._grid()
        point, pitch = position - grid.topLeft(), grid.width() / len(self._counts)
        row, column = int(point.y() // pitch), int(point.x() // pitch)
        inside = 0 <= row < len(self._counts) and 0 <= column < len(self._counts)
        return (row, column) if inside else None

    # --- events ---

    def press(self, cell: Cell) -> None:
        """Select a cell."""
        self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrow keys, select with Enter."""
        if self._counts is None:
            super().keyPressEvent(event)
            return
        row, column = self._cursor
        last = len(self._counts) - 1
        targets = {
            Qt.Key.Key_Left: (row, max(column - 1, 0)),
            Qt.Key.Key_Right: (row, min(column + 1, last)),
            Qt.Key.Key_Up: (max(row - 1, 0), column),
            Qt.Key.Key_Down: (min(row + 1, last), column),
            Qt.Key.Key_Home: (row, 0),
            Qt.Key.Key_End: (row, last),
        }
        key = Qt.Key(event.key())
        if key in targets:
            self._move_to(targets[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._cursor)
        else:
            super().keyPressEvent(event)

    def _move_to(self, cell: Cell) -> None:
        self._cursor = cell
        text = self.description(cell)
        self.setAccessibleDescription(text)
        self.pointed_at.emit(cell)
        self.update()

    def _choose(self, cell: Cell) -> None:
        self._move_to(cell)
        self.set_chosen(cell)
        self.cell_chosen.emit(*cell)

    # --- painting ---

    def style_changed(self) -> None:
        """Follow the palette."""
        self._scale = None
        self.scale_changed.emit()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint cells with counts, names along two edges, and frames."""
        style = self.text_style
        if self._counts is None:
            return
        self._paint_cells(painter, style, self._counts)
        self._paint_names(painter, style)
        if self._chosen is not None:
            self._frame(painter, style, self._chosen, Qt.PenStyle.SolidLine)
        if self.hasFocus():
            self._frame(painter, style, self._cursor, Qt.PenStyle.DotLine)

    def _errors(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        errors = counts.copy()
        np.fill_diagonal(errors, 0)
        return errors

    @property
    def _axis(self) -> float:
        """Height of a line of names."""
        return max(float(_AXIS), self.text_style.small.height)

    @property
    def _name_width(self) -> float:
        """Width of the names of rows."""
        small = self.text_style.small
        widest = max((small.width(self._names.short(i)) for i in range(len(self._names))), default=0.0)
        return min(widest, max(_WIDEST_LABEL, self.width() / 5))

    def _stride(self, pitch: float) -> int:
        """Return the distance, in classes, between names."""
        return max(1, int(np.ceil(max(_MIN_NAME_DISTANCE, 0.9 * self.text_style.small.height) / pitch)))

    @property
    def _has_vertical_names(self) -> bool:
        """Whether the names of columns are too long to be written horizontally."""
        pitch = self._grid_below(2 * self._axis).width() / max(len(self._names), 1)
        return self._name_width > max(pitch * self._stride(pitch) - 2, _MIN_NAME_DISTANCE)

    def _grid(self) -> QRectF:
        """Return the area of all cells; cells have whole pixels unless they are very small."""
        names = self._name_width + STEP if self._has_vertical_names else self._axis
        return self._grid_below(self._axis + names)

    def _grid_below(self, top: float) -> QRectF:
        count = max(len(self._names), 1)
        left = self._axis + self._name_width + STEP
        pitch = max(min(self.width() - left - 1, self.height() - top - 1) / count, 1.0)
        if pitch >= _MIN_PITCH_FOR_GAPS:
            pitch = min(float(int(pitch)), _LARGEST_PITCH)
        return QRectF(left, top, count * pitch, count * pitch)

    def _paint_cells(self, painter: QPainter, style: TextStyle, counts: NDArray[np.int64]) -> None:
        scale, grid = self.scale, self._grid()
        assert scale is not None
        pitch = grid.width() / len(counts)
        gap = 1.0 if pitch >= _MIN_PITCH_FOR_GAPS else 0.0
        available = pitch - 3 if pitch >= style.small.height else 0.0
        shows_correct = (
            max(style.small.width(compact(hits)) for hits in counts.diagonal().tolist()) <= available
        )
        shows_errors = style.small.width(f"{scale.high:.0f}") <= available
        correct_colour = mixed(style.window, style.line, 0.6)
        error_colours = {
            count: error_colour(scale, count) for count in np.unique(self._errors(counts)).tolist()
        }
        painter.fillRect(grid, style.base)
        for number in range(len(counts) if gap else 0):
            end = (number + 1) * pitch - gap
            painter.fillRect(QRectF(grid.left() + end, grid.top(), gap, grid.height()), style.window)
            painter.fillRect(QRectF(grid.left(), grid.top() + end, grid.width(), gap), style.window)
        for row, column in np.argwhere((counts > 0) | np.eye(len(counts), dtype=bool)).tolist():
            cell = _cell_in(grid, len(counts), (row, column)).adjusted(0, 0, -gap, -gap)
            count = int(counts[row, column])
            colour = correct_colour if row == column else error_colours[count]
            painter.fillRect(cell, colour)
            if row == column and shows_correct:
                style.small.write(painter, cell.center(), compact(count), style.quiet, MIDDLE)
            elif row != column and shows_errors:
                style.small.write(painter, cell.center(), f"{count}", text_colour_on(colour), MIDDLE)

    def _paint_names(self, painter: QPainter, style: TextStyle) -> None:
        area, small = self._grid(), style.small
        pitch = area.height() / len(self._names)
        small.write(painter, QPointF(area.left(), self._axis / 2), self.tr("answer"), style.quiet, LEFT)
        painter.save()
        painter.translate(self._axis / 2, area.top())
        painter.rotate(-90)
        title = self.tr("true label")
        overflow = max(0.0, small.width(title) - (self.height() - area.top()))
        small.write(painter, QPointF(overflow, 0), title, style.quiet, RIGHT)
        painter.restore()
        is_vertical = self._has_vertical_names
        for number in range(0, len(self._names), self._stride(pitch)):
            middle = (number + 0.5) * pitch
            name = small.elided(self._names.short(number), self._name_width + 1)
            point = QPointF(area.left() - STEP / 2, area.top() + middle)
            small.write(painter, point, name, style.text, RIGHT)
            if is_vertical:
                painter.save()
                painter.translate(area.left() + middle, area.top() - STEP / 2)
                painter.rotate(-90)
                small.write(painter, QPointF(0, 0), name, style.text, LEFT)
                painter.restore()
            else:
                above = QPointF(area.left() + middle, 1.5 * self._axis)
                small.write(painter, above, name, style.text, MIDDLE)

    def _frame(self, painter: QPainter, style: TextStyle, cell: Cell, line_style: Qt.PenStyle) -> None:
        """Paint a frame of two colours, which is visible on every background."""
        box = self.area_of(cell).adjusted(-1.5, -1.5, 0.5, 0.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width, line in ((style.base, 4, Qt.PenStyle.SolidLine), (style.text, 2, line_style)):
            pen = QPen(colour, width, line)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(box)


def _cell_in(grid: QRectF, count: int, cell: Cell) -> QRectF:
    """Return the area of a cell in a grid of count by count cells."""
    pitch = grid.width() / count
    return QRectF(grid.left() + cell[1] * pitch, grid.top() + cell[0] * pitch, pitch, pitch)
