"""The choice of samples: those that come with the program, a data set, or a folder of files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

_LONGEST_NAME = 24


class SampleChoice(QToolButton):
    """A button with the name of the present samples, and a menu for other ones."""

    chosen = Signal(object)
    """The Path of a data set or folder that the user wants; None for the samples of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the samples of the program."""
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(self.tr("The samples that are shown to the network"))
        self._folder = ""
        menu = QMenu(self)
        menu.addAction(self.tr("Built-in samples")).triggered.connect(lambda: self.chosen.emit(None))
        menu.addSeparator()
        menu.addAction(self.tr("A data set…")).triggered.connect(self._ask_for_file)
        menu.addAction(self.tr("A folder of images and ink…")).triggered.connect(self._ask_for_folder)
        self.setMenu(menu)
        self.set_path(None)

    def set_path(self, path: Path | None) -> None:
        """Say which samples are shown."""
        name = self.tr("built in") if path is None else path.name
        if len(name) > _LONGEST_NAME:
            name = f"{name[: _LONGEST_NAME - 1]}…"
        words = self.tr("Samples: {name}").format(name=name)
        self.setAccessibleName(words)
        # Room for the little arrow, which the style paints over the end of the text.
        self.setText(f"{words}  ")
        if path is not None:
            self._folder = str(path.parent)

    def _ask_for_file(self) -> None:
        # Imported here: Pillow must not keep the window waiting.
        from desktop_app.data.sources.formats import PATTERNS

        dialog = QFileDialog(self, self.tr("Choose a data set"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(PATTERNS)
        dialog.setNameFilters([f"{self.tr('Data sets and tables')} ({patterns})", self.tr("All files (*)")])
        self._open(dialog)

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder of images and ink"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
