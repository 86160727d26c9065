"""Asking the user for files: which one to open, and where to save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

Chosen: TypeAlias = Callable[[Path], None]
"""Called with the file that the user has chosen; not called where they change their mind."""


class FileDialogs(QObject):
    """The dialogs of one window. The window is not blocked while one is open."""

    def __init__(self, window: QWidget) -> None:
        """Start in the folder of the process, until set_folder() says another."""
        super().__init__(window)
        self._window = window
        self._folder = ""

    def set_folder(self, folder: Path) -> None:
        """Where the user is first asked for a file."""
        self._folder = str(folder)

    def open(self, suffixes: tuple[str, ...], chosen: Chosen) -> None:
        """Let the user choose a file to open, among those with a suffix such as ".png"."""
        self.open_one_of(self.tr("Open an image or ink"), self.tr("Images and ink"), suffixes, chosen)

    def open_one_of(self, title: str, kinds: str, suffixes: tuple[str, ...], chosen: Chosen) -> None:
        """Let the user choose a file of some kinds, in words, among those with a suffix such as ".png"."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        dialog.setNameFilters([f"{kinds} ({patterns})", self.tr("All files (*)")])
        self._show(dialog, chosen)

    def folder(self, title: str, chosen: Chosen) -> None:
        """Let the user choose a folder."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._show(dialog, chosen)

    def save_one_of(self, title: str, kinds: Mapping[str, str], chosen: Chosen, name: str) -> None:
        """Let the user choose where to save, and as what: suffixes without a dot, and their names."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{words} (*.{suffix})": suffix for suffix, words in kinds.items()}
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(lambda chosen_filter: dialog.setDefaultSuffix(filters[chosen_filter]))
        dialog.setDefaultSuffix(next(iter(kinds)))
        dialog.selectFile(name)
        self._show(dialog, chosen)

    def save(self, title: str, suffix: str, chosen: Chosen, name: str = "") -> None:
        """Let the user choose where to save.

        Args:
            title: what is being saved, in words.
            suffix: of the file, without a dot; added to a name that has none.
            chosen: called with the place.
            name: what to propose as the file's name, if anything.
        """
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        if name:
            dialog.selectFile(name)
        self._show(dialog, chosen)

    def _show(self, dialog: QFileDialog, chosen: Chosen) -> None:
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
