"""Table of runs: sortable, with multiple selection and editable titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop_app.runs.run_store import Run
from desktop_app.views.parts.text_cells import TextCells
from desktop_app.views.parts.theme import STEP
from desktop_app.views.runs.runs_model import (
    DATA,
    DURATION,
    EPOCHS,
    NETWORK,
    PARAMETERS,
    SORT_ROLE,
    STARTED,
    STATE,
    TEST,
    TITLE,
    VALIDATION,
    RunsModel,
)

_PADDING = 2 * STEP
_LEAST_ROWS = 2
_SAMPLE_TEXTS = {
    TITLE: "Fast, few samples · UCI digits",
    STATE: "interrupted",
    VALIDATION: "100.00 %",
    TEST: "100.00 %",
    EPOCHS: "100 of 100",
    NETWORK: "Convolutional",
    PARAMETERS: "10,000,000",
    DATA: "mnist + unipen",
    DURATION: "59 min 59 s",
    STARTED: "2026-03-01 14:15",
}
"""Sample texts that set the column widths."""


class RunsTable(QTableView):
    """Runs, the newest first unless the user sorts them otherwise."""

    selection_changed = Signal()
    """The selection has changed."""
    title_edited = Signal(str, str)
    """Name of a run and its new title."""

    def __init__(self) -> None:
        """Create an empty table."""
        super().__init__()
        self._runs = RunsModel(self)
        self._runs.title_edited.connect(self.title_edited)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._runs)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self._set_up()
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Show runs; the selection is kept."""
        self._runs.set_runs(runs)

    def selected(self) -> tuple[Run, ...]:
        """Return the selected runs from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.run_at(row) for row in rows)

    def run_at(self, row: int) -> Run:
        """Return the run of a visible row."""
        return self._runs.run(self._sorted.mapToSource(self._sorted.index(row, TITLE)).row())

    def select(self, names: Iterable[str]) -> None:
        """Select exactly the runs of these names."""
        names_to_select, selection = set(names), QItemSelection()
        rows = [row for row in range(self._sorted.rowCount()) if self.run_at(row).name in names_to_select]
        for row in rows:
            index = self._sorted.index(row, TITLE)
            selection.select(index, index)
        flag = QItemSelectionModel.SelectionFlag
        if rows:
            current = self._sorted.index(rows[0], TITLE)
            self.selectionModel().setCurrentIndex(current, flag.NoUpdate)
            self.scrollTo(current)
        self.selectionModel().select(selection, flag.ClearAndSelect | flag.Rows)

    def edit_title(self) -> None:
        """Start editing the title of the selected run."""
        rows = self.selectionModel().selectedRows(TITLE)
        if len(rows) == 1 and self.state() is not self.State.EditingState:
            self.setCurrentIndex(rows[0])
            self.edit(rows[0])

    def minimumSizeHint(self) -> QSize:
        """Return room for some rows below the header."""
        bars = self.horizontalHeader().sizeHint().height() + self.horizontalScrollBar().sizeHint().height()
        rows = _LEAST_ROWS * self.verticalHeader().defaultSectionSize()
        return QSize(super().minimumSizeHint().width(), bars + rows + 2 * self.frameWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give additional width to the titles."""
        super().resizeEvent(event)
        self._widen_titles()

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Runs"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(TextCells(self))
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        # Titles of runs often differ at their end only.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSortingEnabled(True)
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(4 * STEP)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + STEP)
        self._set_widths()

    def _set_widths(self) -> None:

        metrics = self.fontMetrics()
        for column, text in _SAMPLE_TEXTS.items():
            title = str(self._runs.headerData(column, Qt.Orientation.Horizontal))
            width = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(title) + _PADDING)
            self.setColumnWidth(column, width + (_PADDING if column != STATE else 2 * _PADDING))
        self._title_width = self.columnWidth(TITLE)

    def _widen_titles(self) -> None:

        others = self.horizontalHeader().length() - self.columnWidth(TITLE)
        self.setColumnWidth(TITLE, max(self._title_width, self.viewport().width() - others))
