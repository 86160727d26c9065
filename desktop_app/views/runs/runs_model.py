"""Qt table model of runs, with texts to show and keys to sort by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPalette

from desktop_app.core.errors import printable, shown_name
from desktop_app.data.sources.built_in import describe
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_store import Run
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.metric import Metric
from desktop_app.views.parts.durations import duration
from desktop_app.views.parts.icons import icon, icon_pixmap
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.numerals import metric_text
from desktop_app.views.runs.differences import MISSING, network_text

SORT_ROLE = int(Qt.ItemDataRole.UserRole)

TITLE, STATE, VALIDATION, TEST, EPOCHS, DURATION, STARTED, NETWORK, DATA, PARAMETERS = range(10)

_ICON_SIZE = 16
_UNKNOWN = float("-inf")
_AT_TOP = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Column:
    """A column of the table.

    Attributes:
        title: heading; tip is its tool tip.
        text: returns the text of a run.
        key: returns the sort key of a run, a text or a number.
        alignment: of texts; only the last column is right-aligned, so that columns stay apart.
    """

    title: str
    tip: str
    text: Callable[[Run], str]
    key: Callable[[Run], str | float]
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft


class RunsModel(QAbstractTableModel):
    """Runs by rows, inserted and removed one by one so that selections are kept."""

    title_edited = Signal(str, str)
    """Name of a run and its new title."""

    def __init__(self, parent: Any = None) -> None:
        """Create an empty model."""
        super().__init__(parent)
        self._runs: list[Run] = []
        self._columns = (*self._first_columns(), *self._more_columns())

    # --- content ---

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Set the runs in any order."""
        now = {run.name: run for run in runs}
        for row in reversed(range(len(self._runs))):
            if self._runs[row].name not in now:
                self.beginRemoveRows(_AT_TOP, row, row)
                del self._runs[row]
                self.endRemoveRows()
        before, self._runs = self._runs, [now.pop(run.name) for run in self._runs]
        if self._runs:
            last = self.index(len(self._runs) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, STATE), last)
        for row, (old, new) in enumerate(zip(before, self._runs, strict=True)):
            # Unchanged titles are not reported: one of them may be being edited.
            if old.title != new.title:
                self.dataChanged.emit(self.index(row, TITLE), self.index(row, TITLE))
        if now:
            first = len(self._runs)
            self.beginInsertRows(_AT_TOP, first, first + len(now) - 1)
            self._runs.extend(now.values())
            self.endInsertRows()

    def run(self, row: int) -> Run:
        """Return the run of a row."""
        return self._runs[row]

    def text(self, run: Run, column: int) -> str:
        """Return the text of a run in a column."""
        return self._columns[column].text(run)

    # --- Qt ---

    def rowCount(self, parent: Index = _AT_TOP) -> int:
        """Return the number of runs."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = _AT_TOP) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return title, tool tip and alignment of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return text, sort key, tool tip, alignment and state icon of a cell."""
        run, column = self._runs[index.row()], self._columns[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return column.text(run)
        if role == SORT_ROLE:
            return column.key(run)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(run, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == STATE:
            return _state_icon(self.state_of(run)[0], QGuiApplication.palette())
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Change a title and emit title_edited."""
        title = printable(" ".join(str(value).split()))
        run = self._runs[index.row()]
        if role != Qt.ItemDataRole.EditRole or not title or title == run.title:
            return False
        self._runs[index.row()] = replace(run, record=replace(run.record, title=title))
        self.dataChanged.emit(index, index)
        self.title_edited.emit(run.name, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make titles of readable runs editable."""
        flags = super().flags(index)
        if index.column() == TITLE and not self._runs[index.row()].problem:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    # --- texts ---

    def state_of(self, run: Run) -> tuple[str, str]:
        """Return icon name and text of the state of a run."""
        if run.problem:
            return "verdict-not-a-character", self.tr("damaged")
        if run.is_interrupted:
            return "pause", self.tr("interrupted")
        if run.is_running:
            return "play", self.tr("running") if run.record.state == "running" else self.tr("measuring")
        if run.record.state == "failed":
            return "verdict-not-a-character", self.tr("failed")
        return {
            "stopped": ("stopped", self.tr("stopped")),
            "patience": ("verdict-read", self.tr("stopped early")),
            "not a number": ("verdict-unsure", self.tr("diverged")),
        }.get(run.record.reason, ("verdict-read", self.tr("finished")))

    def _tip(self, run: Run, column: int) -> str:
        if column == STATE:
            return translated(run.problem) or run.record.remark or self.state_of(run)[1]
        if column == TITLE:
            continues = self.tr("{name}, resumed from {before}")
            before = shown_name(run.record.continues)
            name = continues.format(name=run.name, before=before) if run.record.continues else run.name
            return f"{run.title}\n{name}"
        if column == NETWORK and run.recipe is not None:
            return network_text(run.recipe.layers)
        return self.text(run, column)

    def _first_columns(self) -> tuple[_Column, ...]:
        return (
            _Column(self.tr("Title"), self.tr("Title of the run"), _title, _title_key),
            _Column(
                self.tr("State"),
                self.tr("State of the run"),
                lambda run: self.state_of(run)[1],
                lambda run: self.state_of(run)[1],
            ),
            self._figure_column(self.tr("Validation"), self.tr("{metric} on validation samples"), "val_"),
            self._figure_column(self.tr("Test"), self.tr("{metric} on test samples"), "test_"),
            _Column(
                self.tr("Kept epoch"),
                self.tr("Epoch with the best weights, of all trained epochs"),
                self._epochs,
                lambda run: float(run.record.epochs),
            ),
        )

    def _more_columns(self) -> tuple[_Column, ...]:
        network = self.tr("Network that was trained")
        return (
            _Column(
                self.tr("Duration"),
                self.tr("Training time without pauses"),
                lambda run: duration(run.record.seconds) if run.record.seconds else "",
                lambda run: run.record.seconds,
            ),
            _Column(self.tr("Started"), self.tr("Start of the run"), _started, _started_key),
            _Column(self.tr("Network"), network, _network, lambda run: _network(run).casefold()),
            _Column(self.tr("Data"), self.tr("Source of the samples"), _data, _data),
            _Column(
                self.tr("Parameters"),
                self.tr("Number of parameters of the network"),
                lambda run: f"{run.record.parameters:,}" if run.record.parameters else "",
                lambda run: float(run.record.parameters or _UNKNOWN),
                Qt.AlignmentFlag.AlignRight,
            ),
        )

    def _figure_column(self, title: str, tip: str, samples: str) -> _Column:
        """Return the column of the first metric on some samples; runs without a recipe have accuracy."""

        def text(run: Run) -> str:
            metric = _metric(run)
            value = run.record.figures.get(f"{samples}{metric.name}")
            return "" if value is None else metric_text(metric, value)

        def key(run: Run) -> float:
            return run.record.figures.get(f"{samples}{_metric(run).name}", _UNKNOWN)

        shown = tip.format(metric=translated(Recipe().metrics[1].title))
        return _Column(title, shown, text, key, Qt.AlignmentFlag.AlignHCenter)

    def _epochs(self, run: Run) -> str:
        if not run.record.epochs:
            return ""
        return self.tr("{best} of {all}").format(best=run.record.best_epoch or MISSING, all=run.record.epochs)


def _state_icon(name: str, palette: QPalette) -> QIcon:
    """Return an icon that is visible on selected rows, too."""
    result = icon(name, palette, _ICON_SIZE)
    selected = palette.color(QPalette.ColorRole.HighlightedText)
    for ratio in (1.0, 2.0):
        result.addPixmap(icon_pixmap(name, selected, _ICON_SIZE, ratio), QIcon.Mode.Selected)
    return result


def _alignment(column: _Column) -> int:
    return int(column.alignment | Qt.AlignmentFlag.AlignVCenter)


def _metric(run: Run) -> Metric:
    recipe = run.recipe if run.recipe is not None else Recipe()
    return task_kind(recipe.task).metrics[0]


def _title(run: Run) -> str:
    return printable(run.title)


def _title_key(run: Run) -> str:
    return run.title.casefold()


def _network(run: Run) -> str:
    return "" if run.recipe is None else run.recipe.title


def _data(run: Run) -> str:
    return "" if run.recipe is None else " + ".join(describe(part.source) for part in run.recipe.data)


def _started(run: Run) -> str:
    started = run.started
    try:
        return "" if started is None else f"{started.astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return ""


def _started_key(run: Run) -> float:
    started = run.started
    try:
        return _UNKNOWN if started is None else started.timestamp()
    except (OverflowError, ValueError, OSError):
        return _UNKNOWN
