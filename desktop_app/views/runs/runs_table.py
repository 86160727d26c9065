"""The table of runs: sorted by any column, several rows selected, titles typed over in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop_app.runs.run_store import Run
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

_ROOM = 2 * STEP
_SAMPLES = {
    TITLE: "MLP 300-300 with dropout",
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
"""Texts as wide as most in their columns."""


class RunsTable(QTableView):
    """Runs, the newest first unless the user wants another order."""

    chosen = Signal()
    """Other runs are selected now, or none."""
    title_given = Signal(str, str)
    """The name of a run and the title that the user gave it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without runs."""
        super().__init__(parent)
        self._runs = RunsModel(self)
        self._runs.title_given.connect(self.title_given)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._runs)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self._set_up()
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs; those that were selected and are still there stay so."""
        self._runs.set_runs(runs)

    def selected(self) -> tuple[Run, ...]:
        """The runs that are selected, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.run_at(row) for row in rows)

    def run_at(self, row: int) -> Run:
        """The run in a row as it is seen."""
        return self._runs.run(self._sorted.mapToSource(self._sorted.index(row, TITLE)).row())

    def select(self, names: Iterable[str]) -> None:
        """Select the runs of these names, and no others."""
        wanted, selection = set(names), QItemSelection()
        rows = [row for row in range(self._sorted.rowCount()) if self.run_at(row).name in wanted]
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
        """Let the user type another title for the run that is selected."""
        rows = self.selectionModel().selectedRows(TITLE)
        if len(rows) == 1:
            self.setCurrentIndex(rows[0])
            self.edit(rows[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wider table has wider titles."""
        super().resizeEvent(event)
        self._spread()

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Runs"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSortingEnabled(True)
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)
        heads = self.horizontalHeader()
        heads.setSectionsMovable(True)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(4 * STEP)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + STEP)
        self._set_widths()

    def _set_widths(self) -> None:
        """Give each column what its head and most of its texts need."""
        letters = self.fontMetrics()
        for column, text in _SAMPLES.items():
            head = str(self._runs.headerData(column, Qt.Orientation.Horizontal))
            width = max(letters.horizontalAdvance(text), letters.horizontalAdvance(head) + _ROOM)
            self.setColumnWidth(column, width + (_ROOM if column != STATE else 2 * _ROOM))
        self._title_width = self.columnWidth(TITLE)

    def _spread(self) -> None:
        """Room that is left goes to the titles."""
        others = self.horizontalHeader().length() - self.columnWidth(TITLE)
        self.setColumnWidth(TITLE, max(self._title_width, self.viewport().width() - others))
