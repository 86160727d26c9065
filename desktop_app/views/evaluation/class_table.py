"""How each class fares, as a table that can be put in order."""

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
    """The figures of all classes, by row in any order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._figures: tuple[ClassFigures, ...] = ()
        self._names = ClassNames((), "")
        self._order: list[int] = []

    def set_figures(self, figures: tuple[ClassFigures, ...], names: ClassNames) -> None:
        """Show other figures, in the order of the network's answers."""
        self.beginResetModel()
        self._figures, self._names = figures, names
        self._order = list(range(len(figures)))
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """Number of classes."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """Class, three shares, and samples."""
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What the columns are, and in the tooltip what that means."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        names = (self.tr("Class"), self.tr("Precision"), self.tr("Recall"), self.tr("F1"), self.tr("Samples"))
        if role == Qt.ItemDataRole.DisplayRole:
            return names[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._meanings()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell."""
        number = self._order[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(number, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Put the classes in order; where there is no figure, they come last."""
        self.layoutAboutToBeChanged.emit()
        known = [number for number in range(len(self._figures)) if self._value(number, column) is not None]
        missing = [number for number in range(len(self._figures)) if self._value(number, column) is None]
        known.sort(key=lambda number: self._value(number, column) or 0, reverse=order == _DESCENDING)
        self._order = known + missing
        self.layoutChanged.emit()

    def _value(self, number: int, column: int) -> float | None:
        """What a column is put in order by."""
        of = self._figures[number]
        return (float(number), of.precision, of.recall, of.f1, float(of.support))[column]

    def _text(self, number: int, column: int) -> str:
        if column == _CLASS:
            return self._names[number]
        of = self._figures[number]
        if column == _SUPPORT:
            return f"{of.support:,}"
        share = self._value(number, column)
        return "\N{EN DASH}" if share is None else self.tr("{share} %").format(share=f"{100 * share:.1f}")

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column == _CLASS else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def _meanings(self) -> tuple[str, ...]:
        return (
            self.tr("In the order of the network's answers"),
            self.tr("Of all answers with this class, how many are right"),
            self.tr("Of all samples of this class, how many are answered rightly"),
            self.tr("The harmonic mean of precision and recall"),
            self.tr("Samples of this class"),
        )


class _Header(QHeaderView):
    """Quiet words over a line; the column that puts the rows in order is strong and has an arrow."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def sizeHint(self) -> QSize:
        """A line of words."""
        return QSize(super().sizeHint().width(), 3 * STEP)

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        """The words of one column, and its part of the line."""
        style, model = text_style_of(self), self.model()
        painter.fillRect(rect, style.window)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), style.line)
        words = model.headerData(column, self.orientation())
        lettering, colour = style.plain, style.quiet
        if column == self.sortIndicatorSection():
            arrow = "\N{UPWARDS ARROW}" if self.sortIndicatorOrder() == _ASCENDING else "\N{DOWNWARDS ARROW}"
            words, lettering, colour = f"{words} {arrow}", style.strong, style.text
        is_left = column == _CLASS
        at = QPointF(rect.left() + _INSET if is_left else rect.right() - _INSET, rect.center().y())
        lettering.write(painter, at, words, colour, LEFT if is_left else RIGHT)


class ClassTable(QTableView):
    """A row for each class, the one that fares worst first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without rows."""
        super().__init__(parent)
        self._figures = _Figures(self)
        self.setModel(self._figures)
        self.setAccessibleName(self.tr("Classes"))
        self.setAccessibleDescription(
            self.tr("Left and Right go from column to column, Enter puts the rows in its order.")
        )
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
        """Show the figures of all classes, in the order of the network's answers."""
        self._figures.set_figures(figures, names)
        self.sortByColumn(_F1, _ASCENDING)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter puts the rows in the order of the column, and another time the other way round."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)
            return
        column, header = max(self.currentIndex().column(), 0), self.horizontalHeader()
        again = column == header.sortIndicatorSection() and header.sortIndicatorOrder() == _ASCENDING
        self.sortByColumn(column, _DESCENDING if again else _ASCENDING)
