"""The confusion matrix: what was shown by row, what was answered by column."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

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
"""Height of a line of words along an edge."""
_LARGEST_PITCH = 6 * STEP
_WIDEST_LABEL = 7 * STEP
_WITH_GAPS = 8
_CLOSE = 12.0
"""Least distance between the names of rows or columns."""


class ConfusionView(PointedView):
    """Paints counts as cells: right answers are quiet, errors the louder the more there are."""

    is_focusable = True
    preferred_size = QSize(44 * STEP, 44 * STEP)
    minimum_size = QSize(24 * STEP, 18 * STEP)

    cell_chosen = Signal(int, int)
    """True class and answer of the cell whose samples the user wants to see."""
    pointed_at = Signal(object)
    """The cell under the mouse or the keyboard's, as a pair; or None."""

    scale_changed = Signal()
    """scale has other colours, or another range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a matrix."""
        super().__init__(parent)
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
        self._cursor = self.worst() or (0, 0)
        self.scale_changed.emit()
        self.update()

    def worst(self) -> Cell | None:
        """The error that is made most often; None where there is none."""
        if self._counts is None:
            return None
        errors = self._errors(self._counts)
        row, column = divmod(int(errors.argmax()), len(errors))
        return (row, column) if errors[row, column] else None

    def set_chosen(self, cell: Cell | None) -> None:
        """Frame the cell whose samples are shown, or none."""
        self._chosen = cell
        if cell is not None:
            self._cursor = cell
        self.update()

    @property
    def scale(self) -> Scale | None:
        """From numbers of errors to colours, for the legend; None without a matrix."""
        if self._scale is None and self._counts is not None:
            self._scale = error_scale(self.palette(), int(self._errors(self._counts).max()))
        return self._scale

    def words_of(self, cell: Cell) -> str:
        """What a cell says, e.g. "4 answered as 9: 12 of 982"."""
        assert self._counts is not None
        true, answer = cell
        words = self.tr("{true} answered as {answer}: {count} of {all}")
        return words.format(
            true=self._names[true],
            answer=self._names[answer],
            count=f"{self._counts[true, answer]:,}",
            all=f"{self._counts[true].sum():,}",
        )

    def area_of(self, cell: Cell) -> QRectF:
        """Where a cell is painted."""
        return _cell_in(self._grid(), len(self._names), cell)

    def locate(self, position: QPointF) -> Cell | None:
        """The cell at a place of the widget; None beside the cells."""
        if self._counts is None:
            return None
        grid = self._grid()
        at, pitch = position - grid.topLeft(), grid.width() / len(self._counts)
        row, column = int(at.y() // pitch), int(at.x() // pitch)
        inside = 0 <= row < len(self._counts) and 0 <= column < len(self._counts)
        return (row, column) if inside else None

    # --- what the user wants ---

    def press(self, found: Cell) -> None:
        """Chooses a cell."""
        self._choose(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from cell to cell, Enter shows its samples."""
        if self._counts is None:
            super().keyPressEvent(event)
            return
        row, column = self._cursor
        last = len(self._counts) - 1
        places = {
            Qt.Key.Key_Left: (row, max(column - 1, 0)),
            Qt.Key.Key_Right: (row, min(column + 1, last)),
            Qt.Key.Key_Up: (max(row - 1, 0), column),
            Qt.Key.Key_Down: (min(row + 1, last), column),
            Qt.Key.Key_Home: (row, 0),
            Qt.Key.Key_End: (row, last),
        }
        key = Qt.Key(event.key())
        if key in places:
            self._go_to(places[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._cursor)
        else:
            super().keyPressEvent(event)

    def _go_to(self, cell: Cell) -> None:
        self._cursor = cell
        words = self.words_of(cell)
        self.setAccessibleDescription(words)
        self.pointed_at.emit(cell)
        self.update()

    def _choose(self, cell: Cell) -> None:
        self._go_to(cell)
        self.set_chosen(cell)
        self.cell_chosen.emit(*cell)

    # --- look ---

    def style_changed(self) -> None:
        """The scale takes the colours of a new palette."""
        self._scale = None
        self.scale_changed.emit()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Cells with their counts, names along two edges, frames."""
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

    def _grid(self) -> QRectF:
        """Where the cells lie together: whole pixels each, unless that would leave much of the view empty."""
        small, count = self.text_style.small, max(len(self._names), 1)
        widest = max((small.width(self._names.short(i)) for i in range(len(self._names))), default=0.0)
        left, top = _AXIS + min(widest, _WIDEST_LABEL) + STEP, float(2 * _AXIS)
        pitch = max(min(self.width() - left - 1, self.height() - top - 1) / count, 1.0)
        if pitch >= _WITH_GAPS:
            pitch = min(float(int(pitch)), _LARGEST_PITCH)
        return QRectF(left, top, count * pitch, count * pitch)

    def _paint_cells(self, painter: QPainter, style: TextStyle, counts: NDArray[np.int64]) -> None:
        scale, grid = self.scale, self._grid()
        assert scale is not None
        pitch = grid.width() / len(counts)
        gap = 1.0 if pitch >= _WITH_GAPS else 0.0
        room = pitch - 3 if pitch >= style.small.height else 0.0
        has_right = max(style.small.width(compact(hits)) for hits in counts.diagonal().tolist()) <= room
        has_wrong = style.small.width(f"{scale.high:.0f}") <= room
        right = mixed(style.window, style.line, 0.6)
        grounds = {count: error_colour(scale, count) for count in np.unique(self._errors(counts)).tolist()}
        painter.fillRect(grid, style.base)
        for number in range(len(counts) if gap else 0):
            end = (number + 1) * pitch - gap
            painter.fillRect(QRectF(grid.left() + end, grid.top(), gap, grid.height()), style.window)
            painter.fillRect(QRectF(grid.left(), grid.top() + end, grid.width(), gap), style.window)
        for row, column in np.argwhere((counts > 0) | np.eye(len(counts), dtype=bool)).tolist():
            cell = _cell_in(grid, len(counts), (row, column)).adjusted(0, 0, -gap, -gap)
            count = int(counts[row, column])
            ground = right if row == column else grounds[count]
            painter.fillRect(cell, ground)
            if row == column and has_right:
                style.small.write(painter, cell.center(), compact(count), style.quiet, MIDDLE)
            elif row != column and has_wrong:
                style.small.write(painter, cell.center(), f"{count}", text_colour_on(ground), MIDDLE)

    def _paint_names(self, painter: QPainter, style: TextStyle) -> None:
        area, small = self._grid(), style.small
        side, pitch = area.height(), area.height() / len(self._names)
        small.write(painter, QPointF(area.left(), _AXIS / 2), self.tr("answer"), style.quiet, LEFT)
        painter.save()
        painter.translate(_AXIS / 2, area.top() + side)
        painter.rotate(-90)
        small.write(painter, QPointF(side, 0), self.tr("true label"), style.quiet, RIGHT)
        painter.restore()
        every = max(1, int(np.ceil(_CLOSE / pitch)))
        for number in range(0, len(self._names), every):
            middle = (number + 0.5) * pitch
            name = small.elided(self._names.short(number), _WIDEST_LABEL)
            at = QPointF(area.left() - STEP / 2, area.top() + middle)
            small.write(painter, at, name, style.text, RIGHT)
            name = small.elided(self._names.short(number), max(pitch * every - 2, _CLOSE))
            small.write(painter, QPointF(area.left() + middle, 1.5 * _AXIS), name, style.text, MIDDLE)

    def _frame(self, painter: QPainter, style: TextStyle, cell: Cell, line_style: Qt.PenStyle) -> None:
        """A line that is seen on every ground: dark within light, or the other way round."""
        box = self.area_of(cell).adjusted(-1.5, -1.5, 0.5, 0.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width, line in ((style.base, 4, Qt.PenStyle.SolidLine), (style.text, 2, line_style)):
            pen = QPen(colour, width, line)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(box)


def _cell_in(grid: QRectF, count: int, cell: Cell) -> QRectF:
    """Where a cell lies in a grid of count by count cells."""
    pitch = grid.width() / count
    return QRectF(grid.left() + cell[1] * pitch, grid.top() + cell[0] * pitch, pitch, pitch)
