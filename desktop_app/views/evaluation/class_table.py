"""Sortable table of precision, recall and F1 by class."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from desktop_app.runs.measures import ClassFigures
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.parts.text_style import LEFT, RIGHT, text_style_of
from desktop_app.views.parts.theme import STEP

_CLASS, _PRECISION, _RECALL, _F1, _SUPPORT = range(5)
_ASCENDING, _DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
_INSET = 4
_Index = QModelIndex | QPersistentModelIndex


class _Figures(QAbstractTableModel):
    """Table model of the figures of all classes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._figures: tuple[ClassFigures, ...] = ()
        self._names = ClassNames((), "")
        self._order: list[int] = []

    def set_figures(self, figures: tuple[ClassFigures, ...], names: ClassNames) -> None:
        """Set the figures in the order of the network's outputs."""
        self.beginResetModel()
        self._figures, self._names = figures, names
        self._order = list(range(len(figures)))
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        """Return the number of classes."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        """Return 5: class, precision, recall, F1, samples."""
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return title, tool tip and alignment of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        names = (self.tr("Class"), self.tr("Precision"), self.tr("Recall"), self.tr("F1"), self.tr("Samples"))
        if role == Qt.ItemDataRole.DisplayRole:
            return names[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._explanations()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text and alignment of a cell."""
        number = self._order[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(number, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Sort the classes; those without a figure are last."""
        self.layoutAboutToBeChanged.emit()
        known = [number for number in range(len(self._figures)) if self._value(number, column) is not None]
        missing = [number for number in range(len(self._figures)) if self._value(number, column) is None]
        known.sort(key=lambda number: self._value(number, column) or 0, reverse=order == _DESCENDING)
        self._order = known + missing
        self.layoutChanged.emit()

    def _value(self, number: int, column: int) -> float | None:
        """Return the sort key of a class in a column."""
        figures = self._figures[number]
        return (float(number), figures.precision, figures.recall, figures.f1, float(figures.support))[column]

    def _text(self, number: int, column: int) -> str:
        if column == _CLASS:
            return self._names[number]
        figures = self._figures[number]
        if column == _SUPPORT:
            return f"{figures.support:,}"
        share = self._value(number, column)
        return "\N{EN DASH}" if share is None else self.tr("{share} %").format(share=f"{100 * share:.1f}")

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        alignment = Qt.AlignmentFlag.AlignLeft if column == _CLASS else Qt.AlignmentFlag.AlignRight
        return alignment | Qt.AlignmentFlag.AlignVCenter

    def _explanations(self) -> tuple[str, ...]:
        return (
            self.tr("Class, in the order of the network's outputs"),
            self.tr("Fraction of the answers with this class that are correct"),
            self.tr("Fraction of the samples of this class that are answered correctly"),
            self.tr("Harmonic mean of precision and recall"),
            self.tr("Number of test samples of this class"),
        )


class _Header(QHeaderView):
    """Header with a line; the sorted column is bold and has an arrow."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(super().sizeHint().width(), 3 * STEP)

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        """Paint title and line of a column."""
        style, model = text_style_of(self), self.model()
        painter.fillRect(rect, style.window)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), style.line)
        text = model.headerData(column, self.orientation())
        font, colour = style.plain, style.quiet
        if column == self.sortIndicatorSection():
            arrow = "\N{UPWARDS ARROW}" if self.sortIndicatorOrder() == _ASCENDING else "\N{DOWNWARDS ARROW}"
            text, font, colour = f"{text} {arrow}", style.strong, style.text
        is_left = column == _CLASS
        position = QPointF(rect.left() + _INSET if is_left else rect.right() - _INSET, rect.center().y())
        font.write(painter, position, text, colour, LEFT if is_left else RIGHT)


class ClassTable(QTableView):
    """Table of classes, the worst one first."""

    def __init__(self) -> None:
        """Create an empty table."""
        super().__init__()
        self._figures = _Figures(self)
        self.setModel(self._figures)
        self.setAccessibleName(self.tr("Classes"))
        self.setAccessibleDescription(self.tr("Left and Right select a column, Enter sorts by it."))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(3 * STEP)
        self.setHorizontalHeader(_Header(self))
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.setSortingEnabled(True)

    def set_figures(self, figures: tuple[ClassFigures, ...], names: ClassNames) -> None:
        """Show the figures of all classes in the order of the network's outputs."""
        self._figures.set_figures(figures, names)
        self.sortByColumn(_F1, _ASCENDING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sort by the current column with Enter; reverse with another Enter."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)
            return
        column, header = max(self.currentIndex().column(), 0), self.horizontalHeader()
        is_reversed = column == header.sortIndicatorSection() and header.sortIndicatorOrder() == _ASCENDING
        self.sortByColumn(column, _DESCENDING if is_reversed else _ASCENDING)
