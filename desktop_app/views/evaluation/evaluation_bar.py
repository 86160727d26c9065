"""Choice of a model and of data to evaluate it on, with the progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.data.sources.built_in import BUILT_IN
from desktop_app.networks.library import LibraryEntry
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.progress_bar import ProgressBar
from desktop_app.views.parts.source_button import SourceButton, source_name
from desktop_app.views.parts.theme import STEP

_LETTERS, _MOST_LETTERS = 14, 28
"""Letters of a model's title that are always visible, and for which there is room in a wide panel."""


class EvaluationBar(QWidget):
    """Starts and stops the evaluation of a model of the library on any data."""

    evaluation_requested = Signal(str, str)
    """Name of a model, and the data source to evaluate it on."""
    stop_requested = Signal()
    """The user wants to stop the evaluation."""
    file_requested = Signal()
    """The user wants to choose a file, for set_source()."""
    folder_requested = Signal()
    """The user wants to choose a folder, for set_source()."""

    def __init__(self) -> None:
        """Create a bar without models; the data are those that ship with the program."""
        super().__init__()
        self._source = next(info.name for info in BUILT_IN if info.is_bundled)
        self._is_running = self._is_chosen = False
        self._model, self._data, self._button = NarrowBox(), SourceButton(), QPushButton()
        self._progress = ProgressBar()
        self._set_up()
        self._lay_out()
        self.set_source(self._source)
        self.set_idle()

    def set_models(self, entries: Sequence[LibraryEntry], current: str) -> None:
        """List the models of the library; the current one is chosen unless the user has chosen another."""
        chosen = self._model.currentData() if self._is_chosen else current
        with QSignalBlocker(self._model):
            self._model.clear()
            for entry in entries:
                self._model.addItem(entry.title, entry.name)
            self._model.setCurrentIndex(max(0, self._model.findData(chosen)))
        longest = max((len(entry.title) for entry in entries), default=0)
        self._model.setMinimumContentsLength(min(max(longest, _LETTERS), _MOST_LETTERS))
        self._show_button()

    def set_source(self, source: str | Path) -> None:
        """Set the data: name of a built-in source, or path of a file or folder."""
        self._source = str(source)
        name = source_name(self._source)
        self._data.show_name(name)
        self._data.setAccessibleName(self.tr("Data to evaluate on: {name}").format(name=name))
        self._data.setToolTip(self.tr("Data to evaluate the model on. If it has a test part, only that."))

    def set_progress(self, text: str, done: int, total: int) -> None:
        """Show a running evaluation; a total of 0 means unknown."""
        self._is_running = True
        self._progress.show_progress(done, total, text)
        self._show_button()

    def set_idle(self) -> None:
        """Show that no evaluation is running."""
        self._is_running = False
        self._show_button()

    def _set_up(self) -> None:
        self._model.setMinimumContentsLength(_LETTERS)
        self._model.setMinimumWidth(self._model.sizeHint().width())
        self._model.setAccessibleName(self.tr("Model to evaluate"))
        self._model.setToolTip(self._model.accessibleName())
        self._model.activated.connect(self._keep_model)
        self._data.source_chosen.connect(self.set_source)
        self._data.file_requested.connect(self.file_requested)
        self._data.folder_requested.connect(self.folder_requested)
        self._button.clicked.connect(self._clicked)
        self._progress.setAccessibleName(self.tr("Progress of the evaluation"))

    def _lay_out(self) -> None:
        choices = FlowLayout()
        for widget in (self._model, QLabel(self.tr("on", "a model on data")), self._data, self._button):
            choices.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(choices)
        layout.addWidget(self._progress)

    def _show_button(self) -> None:
        self._button.setText(self.tr("Stop") if self._is_running else self.tr("Evaluate"))
        self._button.setToolTip(
            self.tr("Stop the evaluation and keep what is shown")
            if self._is_running
            else self.tr("Evaluate the model on this data")
        )
        self._button.setEnabled(self._is_running or self._model.count() > 0)
        self._progress.setVisible(self._is_running)

    def _keep_model(self) -> None:
        self._is_chosen = True

    def _clicked(self) -> None:
        if self._is_running:
            self.stop_requested.emit()
        else:
            self.evaluation_requested.emit(str(self._model.currentData()), self._source)
