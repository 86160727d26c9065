"""The choice of samples: built-in ones, a data set, or a folder of files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QPushButton

from desktop_app.core.errors import shown_name
from desktop_app.core.text import shortened
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task
from desktop_app.views.parts.menu import Menu

_MAX_NAME_LENGTH = 24


class SampleChoice(QPushButton):
    """A button with the name of the current samples, and a menu to choose others."""

    chosen = Signal(object)
    """Path of a data set or folder; None for the built-in samples."""

    def __init__(self) -> None:
        """Start with the built-in samples."""
        super().__init__()
        self.setToolTip(self.tr("Samples that the model runs on"))
        self._folder = ""
        self._path: Path | None = None
        menu = Menu(self)
        self._built_in = menu.addAction(self.tr("Built-in samples"))
        self._built_in.triggered.connect(lambda: self.chosen.emit(None))
        menu.addSeparator()
        menu.addAction(self.tr("Open data set…")).triggered.connect(self._choose_file)
        menu.addAction(self.tr("Open folder of images and ink…")).triggered.connect(self._choose_folder)
        self.setMenu(menu)
        self.set_path(None)

    def set_task(self, task: Task) -> None:
        """Offer the built-in samples if they suit a task."""
        self._built_in.setEnabled(task_kind(task).has_built_in_samples)
        self.set_path(self._path)

    def set_path(self, path: Path | None) -> None:
        """Show which samples are used."""
        self._path = path
        if path is not None:
            name = shown_name(path)
        else:
            name = self.tr("built-in") if self._built_in.isEnabled() else self.tr("none")
        text = self.tr("Samples: {name}").format(name=shortened(name, _MAX_NAME_LENGTH))
        self.setAccessibleName(text)
        # An ampersand in a name is no mnemonic.
        self.setText(text.replace("&", "&&"))
        if path is not None:
            self._folder = str(path.parent)

    def _choose_file(self) -> None:
        # Imported late: importing Pillow slows down the start.
        from desktop_app.data.sources.formats import PATTERNS

        dialog = QFileDialog(self, self.tr("Open data set"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        tables = self.tr("Data sets and tables ({patterns})").format(patterns=" ".join(PATTERNS))
        dialog.setNameFilters([tables, self.tr("All files (*)")])
        self._open(dialog)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Open folder of images and ink"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
