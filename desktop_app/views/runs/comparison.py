"""Comparison of runs: curves of one metric in one plot, and the differences between their recipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.messages import Message
from desktop_app.runs.run_folder import RunHistory
from desktop_app.runs.run_store import Run
from desktop_app.tasks.metric import ACCURACY, LOSS
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, Kind, PlotData
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.theme import STEP
from desktop_app.views.runs.differences import Difference, differences

_METRICS = {metric.name: metric for metric in (LOSS, ACCURACY, LEARNING_RATE)}

MOST_COMPARED = 8
"""Number of runs with distinct colours."""

_WIDE = 100 * STEP
_WIDEST_COLUMN, _NARROWEST_COLUMN = 22 * STEP, 11 * STEP
_SEPARATOR = " · "
_LONGEST = 32
_LEAST_TABLE = 9 * STEP
_ANY_HEIGHT = 16_777_215  # what Qt calls QWIDGETSIZE_MAX


class Comparison(QWidget):
    """The curves of the selected runs, and a table of the fields in which their recipes differ."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Create an empty comparison."""
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()
        self._histories: Mapping[str, RunHistory] = {}
        self._has_user_metric = False
        self._metric, self._curves = ComboBox(), CurvesView()
        self._count_label, self._table = QLabel(), QTableWidget()
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._set_up()
        self._lay_out()

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Compare runs; only the first MOST_COMPARED are shown."""
        before = [run.recipe for run in self._runs]
        self._runs = tuple(runs[:MOST_COMPARED])
        text = self.tr("The first {number} of {all} runs").format(number=MOST_COMPARED, all=len(runs))
        self._count_label.setText(text if len(runs) > MOST_COMPARED else "")
        self._show_curves()
        if [run.recipe for run in self._runs] != before or self._shown_titles() != self._titles():
            self._show_differences()

    def set_histories(self, histories: Mapping[str, RunHistory]) -> None:
        """Set the histories of the runs by name."""
        self._histories = dict(histories)
        self._choose_metric()
        self._show_curves()

    @property
    def curves(self) -> CurvesView:
        """Plot of the curves."""
        return self._curves

    @property
    def table(self) -> QTableWidget:
        """Table of the differences: a row for each field, a column for each run."""
        return self._table

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return epochs and values of the curves."""
        return self._curves.numbers()

    # --- Qt ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the table beside the plot, or below it in a narrow panel."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if orientation != self._splitter.orientation():
            self._splitter.setOrientation(orientation)
            if wide:
                self._splitter.setSizes([self.width() * 3 // 5, self.width() * 2 // 5])
        self._limit_table()

    # --- building ---

    def _set_up(self) -> None:
        for text, metric in (
            (self.tr("Validation accuracy"), "val_accuracy"),
            (self.tr("Validation loss"), "val_loss"),
            (self.tr("Training accuracy"), "accuracy"),
            (self.tr("Training loss"), "loss"),
            (self.tr("Learning rate"), "learning_rate"),
        ):
            self._metric.addItem(text, metric)
        self._metric.setAccessibleName(self.tr("Metric to compare"))
        self._metric.setToolTip(self._metric.accessibleName())
        self._metric.currentIndexChanged.connect(self._show_curves)
        self._metric.activated.connect(self._keep_metric)
        self._count_label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._count_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        table = self._table
        table.setAccessibleName(self.tr("Differences between the recipes"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self._metric)
        head.addWidget(self._count_label, 1)
        plot = QWidget()
        layout = QVBoxLayout(plot)
        layout.setContentsMargins(0, STEP // 2, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._curves, 1)
        self._splitter.addWidget(plot)
        self._splitter.addWidget(self._table)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)
        self._table.hide()

    # --- showing ---

    def _keep_metric(self) -> None:
        self._has_user_metric = True

    def _choose_metric(self) -> None:
        """Unless the user has chosen a metric, choose the one that most runs have."""
        histories = [self._histories[run.name] for run in self._runs if run.name in self._histories]
        if self._has_user_metric or not histories:
            return
        metrics = [str(self._metric.itemData(row)) for row in range(self._metric.count())]
        counts = [
            sum(metric in epoch for each in histories for epoch in each.epochs[:1]) for metric in metrics
        ]
        with QSignalBlocker(self._metric):
            self._metric.setCurrentIndex(counts.index(max(counts)))

    def _show_curves(self) -> None:
        metric = str(self._metric.currentData())
        titles = distinct_titles(self._runs)
        curves = [
            _curve(run, titles[number - 1], self._histories[run.name], metric, number)
            for number, run in enumerate(self._runs, 1)
            if run.name in self._histories
        ]
        curves = [curve for curve in curves if np.isfinite(curve.y).any()]
        self._curves.set_hint(
            self.tr("These runs have no completed epoch, or their history is missing.")
            if self._runs
            else self.tr("Select runs to compare their curves.")
        )
        base = _METRICS[metric.removeprefix("val_")]
        self._curves.show_curves(
            (PlotData(replace(base, title=Message(self._metric.currentText())), curves),)
        )

    def _show_differences(self) -> None:
        recipes = [run.recipe for run in self._runs if run.recipe is not None]
        found = differences(recipes) if len(recipes) > 1 else ()
        if len(recipes) > 1 and not found:
            found = (Difference(self.tr("No differences"), ("",) * len(recipes)),)
        self._table.setVisible(bool(found))
        self._table.setRowCount(len(found))
        heads = [self.tr("Field"), *self._titles()] if found else []
        self._table.setColumnCount(len(heads))
        # The start time below the title: beside a long title it would be cut.
        self._table.setHorizontalHeaderLabels([head.replace(_SEPARATOR, "\n") for head in heads])
        for row, difference in enumerate(found):
            for column, text in enumerate((difference.field, *difference.values)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._table.setItem(row, column, item)
        self._table.resizeColumnsToContents()
        # Beside the curves columns are narrow, so that every run is visible.
        beside = self.width() >= _WIDE
        available = self.width() * 2 // 5 - 2 * STEP if beside else self.width()
        widest = max(_NARROWEST_COLUMN if beside else _WIDEST_COLUMN, available // max(1, len(heads)))
        for column in range(len(heads)):
            self._table.setColumnWidth(column, min(self._table.columnWidth(column), widest))
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(3 * STEP)
        self._limit_table()

    def _limit_table(self) -> None:
        """Limit the table below the plot to the height of its rows."""
        rows = self._table.verticalHeader().length() + self._table.horizontalHeader().height()
        needed = rows + self._table.horizontalScrollBar().sizeHint().height() + 4
        below = self._splitter.orientation() == Qt.Orientation.Vertical
        self._table.setMaximumHeight(max(needed, _LEAST_TABLE) if below else _ANY_HEIGHT)
        self._table.setMinimumHeight(_LEAST_TABLE)

    def _shown_titles(self) -> list[str]:

        items = (self._table.horizontalHeaderItem(column) for column in range(1, self._table.columnCount()))
        return [item.text().replace("\n", _SEPARATOR) for item in items if item is not None]

    def _titles(self) -> list[str]:
        known = distinct_titles([run for run in self._runs if run.recipe is not None])
        return known if len(known) > 1 else []


def distinct_titles(runs: Sequence[Run]) -> list[str]:
    """Return short, distinct titles: equal ones get the start time, or else the folder name."""
    short = [run.title if len(run.title) <= _LONGEST else f"{run.title[: _LONGEST - 1]}…" for run in runs]
    titles = short
    for suffix in (_time_of, _name_of):
        repeated = {title for title in titles if titles.count(title) > 1}
        titles = [
            f"{short_title}{_SEPARATOR}{suffix(run)}" if title in repeated else title
            for run, short_title, title in zip(runs, short, titles, strict=True)
        ]
    return titles


def _time_of(run: Run) -> str:
    return run.record.started[:16].replace("T", " ") or run.name


def _name_of(run: Run) -> str:
    return run.name


def _curve(run: Run, title: str, history: RunHistory, metric: str, group: int) -> Curve:
    """Return the curve of a metric of a run by epoch."""
    values = [epoch.get(metric, np.nan) for epoch in history.epochs]
    kind: Kind = "validation" if metric.startswith("val_") else "training"
    best = float(run.record.best_epoch) if run.record.best_epoch else None
    epochs = np.arange(1, len(values) + 1, dtype=np.float64)
    return Curve(run.name, title, epochs, np.array(values, dtype=np.float64), kind, group=group, best=best)
