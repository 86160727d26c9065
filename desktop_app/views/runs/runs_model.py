"""The runs as a table for Qt: a row for each, words to read and numbers to sort by."""

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
from desktop_app.views.parts.numerals import metric_text
from desktop_app.views.runs.differences import MISSING, network_words

SORT_ROLE = int(Qt.ItemDataRole.UserRole)

TITLE, STATE, VALIDATION, TEST, EPOCHS, DURATION, STARTED, NETWORK, DATA, PARAMETERS = range(10)

_ICON_SIZE = 16
_UNKNOWN = float("-inf")
_AT_TOP = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Column:
    """One column.

    Attributes:
        head: above it; tip says more.
        text: of a run.
        key: what a run is sorted by, a text or a number.
        side: where it stands. Only the last column stands at the right: no other could be read beside it.
    """

    head: str
    tip: str
    text: Callable[[Run], str]
    key: Callable[[Run], str | float]
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft


class RunsModel(QAbstractTableModel):
    """Runs by rows. What is new is put in and what is gone taken out, so that a selection lasts."""

    title_given = Signal(str, str)
    """The name of a run and the title that the user gave it."""

    def __init__(self, parent: Any = None) -> None:
        """Start without runs."""
        super().__init__(parent)
        self._runs: list[Run] = []
        self._columns = (*self._first_columns(), *self._more_columns())

    # --- what is shown ---

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs, in any order."""
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
            # Not those that stay: somebody may be typing over one.
            if old.title != new.title:
                self.dataChanged.emit(self.index(row, TITLE), self.index(row, TITLE))
        if now:
            first = len(self._runs)
            self.beginInsertRows(_AT_TOP, first, first + len(now) - 1)
            self._runs.extend(now.values())
            self.endInsertRows()

    def run(self, row: int) -> Run:
        """The run in a row."""
        return self._runs[row]

    def text(self, run: Run, column: int) -> str:
        """What stands in a column for a run."""
        return self._columns[column].text(run)

    # --- Qt ---

    def rowCount(self, parent: Index = _AT_TOP) -> int:
        """Number of runs."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = _AT_TOP) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The heads of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.head
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Text, sort key, icon of the state, and all of what is cut off."""
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
        """A title that was typed: shown at once, and told."""
        title = printable(" ".join(str(value).split()))
        run = self._runs[index.row()]
        if role != Qt.ItemDataRole.EditRole or not title or title == run.title:
            return False
        self._runs[index.row()] = replace(run, record=replace(run.record, title=title))
        self.dataChanged.emit(index, index)
        self.title_given.emit(run.name, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Titles can be typed over, where there is a record to hold them."""
        flags = super().flags(index)
        if index.column() == TITLE and not self._runs[index.row()].problem:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    # --- words ---

    def state_of(self, run: Run) -> tuple[str, str]:
        """The name of an icon and a word for how a run stands."""
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
            "patience": ("verdict-read", self.tr("ended early")),
            "not a number": ("verdict-unsure", self.tr("diverged")),
        }.get(run.record.reason, ("verdict-read", self.tr("finished")))

    def _tip(self, run: Run, column: int) -> str:
        if column == STATE:
            return run.problem or run.record.remark or self.state_of(run)[1]
        if column == TITLE:
            continues = self.tr("{name}, which went on from {before}")
            before = shown_name(run.record.continues)
            return continues.format(name=run.name, before=before) if run.record.continues else run.name
        if column == NETWORK and run.recipe is not None:
            return network_words(run.recipe.layers)
        return self.text(run, column)

    def _first_columns(self) -> tuple[_Column, ...]:
        return (
            _Column(self.tr("Title"), self.tr("What you call the run"), _title, _title_key),
            _Column(
                self.tr("State"),
                self.tr("How the run stands"),
                lambda run: self.state_of(run)[1],
                lambda run: self.state_of(run)[1],
            ),
            self._figure(self.tr("Validation"), self.tr("{metric} on validation samples"), "val_"),
            self._figure(self.tr("Test"), self.tr("{metric} on test samples"), "test_"),
            _Column(
                self.tr("Best epoch"),
                self.tr("The epoch whose weights are the best, of all that were learned"),
                self._epochs,
                lambda run: float(run.record.epochs),
            ),
        )

    def _more_columns(self) -> tuple[_Column, ...]:
        network = self.tr("The network that was trained")
        return (
            _Column(
                self.tr("Duration"),
                self.tr("Time of learning, without pauses"),
                lambda run: duration(run.record.seconds) if run.record.seconds else "",
                lambda run: run.record.seconds,
            ),
            _Column(self.tr("Started"), self.tr("When the run began"), _started, _started_key),
            _Column(self.tr("Network"), network, _network, lambda run: _network(run).casefold()),
            _Column(self.tr("Data"), self.tr("Where the samples came from"), _data, _data),
            _Column(
                self.tr("Parameters"),
                self.tr("Numbers that the network learns"),
                lambda run: f"{run.record.parameters:,}" if run.record.parameters else "",
                lambda run: float(run.record.parameters or _UNKNOWN),
                Qt.AlignmentFlag.AlignRight,
            ),
        )

    def _figure(self, head: str, tip: str, samples: str) -> _Column:
        """What says best how good the network of each run is; a run without a recipe reads labels."""

        def text(run: Run) -> str:
            metric = _metric(run)
            value = run.record.figures.get(f"{samples}{metric.name}")
            return "" if value is None else metric_text(metric, value)

        def key(run: Run) -> float:
            return run.record.figures.get(f"{samples}{_metric(run).name}", _UNKNOWN)

        shown = tip.format(metric=Recipe().metrics[1].title)
        return _Column(head, shown, text, key, Qt.AlignmentFlag.AlignHCenter)

    def _epochs(self, run: Run) -> str:
        if not run.record.epochs:
            return ""
        return self.tr("{best} of {all}").format(best=run.record.best_epoch or MISSING, all=run.record.epochs)


def _state_icon(name: str, palette: QPalette) -> QIcon:
    """An icon that can be seen on a selected row too."""
    result = icon(name, palette, _ICON_SIZE)
    selected = palette.color(QPalette.ColorRole.HighlightedText)
    for ratio in (1.0, 2.0):
        result.addPixmap(icon_pixmap(name, selected, _ICON_SIZE, ratio), QIcon.Mode.Selected)
    return result


def _alignment(column: _Column) -> int:
    return int(column.side | Qt.AlignmentFlag.AlignVCenter)


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
    moment = run.started
    try:
        return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return ""


def _started_key(run: Run) -> float:
    moment = run.started
    try:
        return _UNKNOWN if moment is None else moment.timestamp()
    except (OverflowError, ValueError, OSError):
        return _UNKNOWN
