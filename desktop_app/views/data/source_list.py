"""The list of the sources of a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.core.errors import UserError
from desktop_app.data.source_summary import SourceSummary
from desktop_app.data.sources.built_in import describe
from desktop_app.runs.recipe import DataPart
from desktop_app.tasks.task import Task
from desktop_app.views.data.source_row import SourceRow
from desktop_app.views.parts.theme import STEP

_MAX_SOURCES = 20
_MAX_HEIGHT = 16 * STEP
"""Maximum height of the list, which can be scrolled."""


class SourceList(QScrollArea):
    """A row for each source, in which the user changes, replaces and removes it."""

    data_changed = Signal(object)
    """The sources, a tuple of DataPart, as changed by the user."""
    refused = Signal(object)
    """A UserError with the reason why a source was not added."""
    file_requested = Signal()
    """The user wants to choose a file, for add_chosen()."""
    folder_requested = Signal()
    """The user wants to choose a folder, for add_chosen()."""

    def __init__(self) -> None:
        """Create a list without sources."""
        super().__init__()
        self._data: tuple[DataPart, ...] = ()
        self._rows: list[SourceRow] = []
        self._replaced: int | None = None
        rows = QWidget()
        self._layout = QVBoxLayout(rows)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(STEP // 2)
        self.setWidget(rows)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # --- content ---

    def set_data(self, data: Sequence[DataPart], summaries: Mapping[str, SourceSummary], task: Task) -> None:
        """Show the sources of a recipe, and the summaries of those that are open by their names."""
        self._data = tuple(data)
        while len(self._rows) > len(data):
            row = self._rows.pop()
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(data):
            self._add_row(len(self._rows))
        is_of_ink = task.preparation.startswith("mnist")
        for row, part in zip(self._rows, data, strict=True):
            row.set_part(part)
            row.set_summaries(summaries.get(part.source), is_of_ink=is_of_ink)
            row.set_can_remove(len(data) > 1)
        widest = max((row.name_width() for row in self._rows), default=0)
        for row in self._rows:
            row.set_name_width(widest)

    @property
    def can_add(self) -> bool:
        """Whether another source can be added."""
        return 0 < len(self._data) < _MAX_SOURCES

    def controls(self) -> list[QWidget]:
        """Return the controls of all rows in tab order."""
        return [control for row in self._rows for control in row.controls()]

    def fit_height(self, width: int) -> None:
        """Set the height to that of the rows in a width, up to a limit."""
        needed = sum(row.heightForWidth(width) for row in self._rows)
        needed += max(0, len(self._rows) - 1) * (STEP // 2)
        self.setFixedHeight(min(needed, _MAX_HEIGHT))

    # --- changes by the user ---

    def add(self, source: str) -> None:
        """Add a source by its name."""
        self._use(source, None)

    def add_chosen(self, path: Path) -> None:
        """Use the file or folder that was requested: as a new source, or instead of that of a row."""
        self._use(str(path), self._replaced)
        self._replaced = None

    def request_file(self) -> None:
        """Request a file for a new source."""
        self._request(None, self.file_requested)

    def request_folder(self) -> None:
        """Request a folder for a new source."""
        self._request(None, self.folder_requested)

    def _add_row(self, number: int) -> None:
        row = SourceRow()
        row.part_changed.connect(lambda part: self._set_part(part, number))
        row.file_requested.connect(lambda: self._request(number, self.file_requested))
        row.folder_requested.connect(lambda: self._request(number, self.folder_requested))
        row.remove_requested.connect(lambda: self._remove(number))
        self._rows.append(row)
        self._layout.addWidget(row)
        row.show()

    def _set_part(self, part: DataPart, number: int) -> None:
        self.data_changed.emit((*self._data[:number], part, *self._data[number + 1 :]))

    def _remove(self, number: int) -> None:
        self.data_changed.emit(self._data[:number] + self._data[number + 1 :])

    def _request(self, number: int | None, signal: SignalInstance) -> None:
        self._replaced = number
        signal.emit()

    def _use(self, source: str, number: int | None) -> None:
        """Add a source, or replace the one with this number."""
        if any(part.source == source for part in self._data):
            self.refused.emit(
                UserError("{name} is a source already; choose other data.", name=describe(source))
            )
        elif number is not None and number < len(self._data):
            self._set_part(DataPart(source), number)
        elif len(self._data) < _MAX_SOURCES:
            self.data_changed.emit((*self._data, DataPart(source)))
        else:
            self.refused.emit(
                UserError(
                    "{name} was not added: a recipe has at most {limit} sources. Remove one first.",
                    name=describe(source),
                    limit=_MAX_SOURCES,
                )
            )
