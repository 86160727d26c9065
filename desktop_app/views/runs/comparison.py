"""Comparison of runs: curves of one metric in one plot, and the differences between their recipes."""

from __future__ import annotations

from collections import Counter
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
from desktop_app.runs.run_queue import text_without_seed, title_without_seed
from desktop_app.runs.run_store import Run
from desktop_app.tasks.metric import ACCURACY, LOSS
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, Kind, PlotData
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.theme import STEP
from desktop_app.views.runs.differences import Difference, differences
from desktop_app.views.runs.run_titles import distinct_titles, shortened_titles, wrapped_title

_METRICS = {metric.name: metric for metric in (LOSS, ACCURACY, LEARNING_RATE)}

MOST_COMPARED = 8
"""Number of runs with distinct colours."""

_WIDE = 100 * STEP
_WIDEST_COLUMN, _NARROWEST_COLUMN = 22 * STEP, 13 * STEP
_LONGEST = 32
_LEAST_TABLE = 9 * STEP
_ANY_HEIGHT = 16_777_215  # what Qt calls QWIDGETSIZE_MAX


class Comparison(QWidget):
    """The curves of the selected runs, and a table of the fields in which their recipes differ.

    Runs of one recipe with different seeds are one curve: their median, in a band from the lowest to the
    highest value.
    """

    def __init__(self) -> None:
        """Create an empty comparison."""
        super().__init__()
        self._all: tuple[Run, ...] = ()
        self._groups: tuple[tuple[Run, ...], ...] = ()
        self._histories: Mapping[str, RunHistory] = {}
        self._has_user_metric, self._headed = False, list[str]()
        self._metric, self._curves = ComboBox(), CurvesView()
        self._combine = CheckBox(self.tr("Combine seeds"))
        self._count_label, self._table = QLabel(), QTableWidget()
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._set_up()
        self._lay_out()

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Compare runs; only the first MOST_COMPARED curves are shown."""
        self._all = tuple(runs)
        groups = seed_groups(runs)
        self._combine.setVisible(len(groups) < len(runs))
        if not self._combine.isChecked():
            groups = [(run,) for run in runs]
        before = [run.recipe for run in self._runs]
        self._groups = tuple(groups[:MOST_COMPARED])
        text = self.tr("The first {number} of {all} runs").format(number=MOST_COMPARED, all=len(groups))
        self._count_label.setText(text if len(groups) > MOST_COMPARED else "")
        self._show_curves()
        if [run.recipe for run in self._runs] != before or self._headed != self._titles():
            self._show_differences()

    def set_histories(self, histories: Mapping[str, RunHistory]) -> None:
        """Set the histories of the runs by name."""
        self._histories = dict(histories)
        self._choose_metric()
        self._show_curves()

    @property
    def _runs(self) -> tuple[Run, ...]:
        """The first run of each curve."""
        return tuple(group[0] for group in self._groups)

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
        self._combine.setChecked(True)
        self._combine.setToolTip(
            self.tr(
                "Show runs that differ only in their seed as their median, from the lowest to the highest"
            )
        )
        self._combine.toggled.connect(lambda _: self.set_runs(self._all))
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
        # Titles are wrapped; Qt would elide them in their first line.
        table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideNone)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self._metric)
        head.addWidget(self._combine)
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
        shown = [run for group in self._groups for run in group]
        histories = [self._histories[run.name] for run in shown if run.name in self._histories]
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
        curves = []
        for number, (group, titles) in enumerate(zip(self._groups, self._curve_titles(), strict=True), 1):
            known = [run for run in group if run.name in self._histories]
            if len(group) > 1 and known:
                histories = [self._histories[run.name] for run in known]
                curves.append(_band(group[0].name, titles, histories, metric, number))
            elif known:
                history = self._histories[group[0].name]
                curves.append(_curve(group[0], titles, history, metric, number))
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

    def _curve_titles(self) -> list[tuple[str, str]]:
        """Return the title of each curve, and a short one."""
        whole = [self._group_title(group) if len(group) > 1 else group[0].title for group in self._groups]
        both = (whole, shortened_titles(whole, _LONGEST))
        return list(zip(*(distinct_titles(self._runs, titles) for titles in both), strict=True))

    def _group_title(self, group: Sequence[Run]) -> str:
        recipe = group[0].recipe
        title = title_without_seed(recipe.title if recipe is not None else group[0].title)
        return self.tr("{title}, %n seed(s)", "", len(group)).format(title=title)

    def _show_differences(self) -> None:
        recipes = [run.recipe for run in self._runs if run.recipe is not None]
        found = differences(recipes) if len(recipes) > 1 else ()
        if len(recipes) > 1 and not found:
            found = (Difference(self.tr("Same recipe"), ("",) * len(recipes)),)
        self._table.setVisible(bool(found))
        self._table.setRowCount(len(found))
        self._headed = self._titles()
        self._table.setColumnCount(1 + len(recipes) if found else 0)
        # Beside the curves columns are narrow, so that every run is visible.
        beside = self.width() >= _WIDE
        available = self.width() * 2 // 5 - 2 * STEP if beside else self.width()
        widest = _NARROWEST_COLUMN if beside else _WIDEST_COLUMN
        widest = max(widest, available // max(1, self._table.columnCount()))
        self._show_heads(widest)
        for row, difference in enumerate(found):
            for column, text in enumerate((difference.field, *difference.values)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._table.setItem(row, column, item)
        self._table.resizeColumnsToContents()
        for column in range(self._table.columnCount()):
            self._table.setColumnWidth(column, min(self._table.columnWidth(column), widest))
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.verticalHeader().setDefaultSectionSize(3 * STEP)
        self._limit_table()

    def _show_heads(self, width: int) -> None:
        """Show the titles above the columns, in as many lines as they need in columns of a width."""
        metrics = self._table.horizontalHeader().fontMetrics()
        letters = (width - STEP) // metrics.horizontalAdvance("n")
        whole = [run.title for run in self._runs if run.recipe is not None]
        short = [wrapped_title(title, letters) for title in self._headed]
        heads = [(self.tr("Field"), ""), *zip(short, whole, strict=True)]
        for column, (text, tip) in enumerate(heads[: self._table.columnCount()]):
            item = QTableWidgetItem(text)
            item.setToolTip(tip)
            self._table.setHorizontalHeaderItem(column, item)

    def _limit_table(self) -> None:
        """Limit the table below the plot to the height of its rows."""
        rows = self._table.verticalHeader().length() + self._table.horizontalHeader().height()
        needed = rows + self._table.horizontalScrollBar().sizeHint().height() + 4
        below = self._splitter.orientation() == Qt.Orientation.Vertical
        self._table.setMaximumHeight(max(needed, _LEAST_TABLE) if below else _ANY_HEIGHT)
        self._table.setMinimumHeight(_LEAST_TABLE)

    def _titles(self) -> list[str]:
        """Return the titles of the runs whose recipes are compared."""
        known = [run for run in self._runs if run.recipe is not None]
        return distinct_titles(known, shortened_titles([run.title for run in known], _LONGEST))


def seed_groups(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Return the runs in their order, those together whose recipes differ only in seed and title."""
    groups: dict[tuple[str, int], list[Run]] = {}
    repetitions: Counter[tuple[str, int]] = Counter()
    for run in runs:
        key = run.name, 0
        if run.recipe is not None:
            text, seed = text_without_seed(run.recipe), run.recipe.seed
            # Runs with the same seed are in different groups.
            key = text, repetitions[text, seed]
            repetitions[text, seed] += 1
        groups.setdefault(key, []).append(run)
    return [tuple(group) for group in groups.values()]


def _curve(run: Run, titles: tuple[str, str], history: RunHistory, metric: str, group: int) -> Curve:
    """Return the curve of a metric of a run by epoch; titles: the whole one, and a short one."""
    best = float(run.record.best_epoch) if run.record.best_epoch else None
    values = np.array([epoch.get(metric, np.nan) for epoch in history.epochs], dtype=np.float64)
    epochs, (title, short_title) = _epochs(len(values)), titles
    return Curve(
        run.name, title, epochs, values, _kind(metric), group=group, best=best, short_title=short_title
    )


def _band(
    name: str, titles: tuple[str, str], histories: Sequence[RunHistory], metric: str, group: int
) -> Curve:
    """Return the median of a metric of several runs by epoch, with the lowest and highest values."""
    values = np.full((len(histories), max(len(history.epochs) for history in histories)), np.nan)
    for row, history in enumerate(histories):
        values[row, : len(history.epochs)] = [epoch.get(metric, np.nan) for epoch in history.epochs]
    known = np.isfinite(values).any(axis=0)
    some = values[:, known]
    summary = np.full((3, values.shape[1]), np.nan)
    summary[:, known] = np.nanmin(some, axis=0), np.nanmedian(some, axis=0), np.nanmax(some, axis=0)
    epochs, (title, short_title) = _epochs(values.shape[1]), titles
    band = summary[[0, 2]]
    return Curve(
        name, title, epochs, summary[1], _kind(metric), group=group, band=band, short_title=short_title
    )


def _epochs(count: int) -> NDArray[np.float64]:
    return np.arange(1, count + 1, dtype=np.float64)


def _kind(metric: str) -> Kind:
    return "validation" if metric.startswith("val_") else "training"
