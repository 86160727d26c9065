"""File dialogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QDir, QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

OnChosen: TypeAlias = Callable[[Path], None]
"""Called with the chosen path; not called if the user cancels."""


class FileDialogs(QObject):
    """File dialogs of one window, which they do not block."""

    def __init__(self, window: QWidget) -> None:
        """Start in the current folder of the process."""
        super().__init__(window)
        self._window = window
        self._folder = ""

    def set_folder(self, folder: Path) -> None:
        """Set the folder in which dialogs start; if it does not exist, they start in its nearest parent."""
        candidates = (str(each) for each in (folder, *folder.parents))
        # With a missing folder, Qt suggests its name as the name of a file.
        self._folder = next((each for each in candidates if QDir(each).exists()), "")

    def open(self, suffixes: tuple[str, ...], chosen: OnChosen) -> None:
        """Ask for a file with ink or an image, with a suffix such as ".png"."""
        self.open_one_of(self.tr("Open an image or ink"), self.tr("Images and ink"), suffixes, chosen)

    def open_one_of(self, title: str, kinds: str, suffixes: tuple[str, ...], chosen: OnChosen) -> None:
        """Ask for a file with a suffix such as ".png"; kinds: description of these files."""
        self._show(self._opening(title, kinds, suffixes), chosen)

    def open_many(
        self, title: str, kinds: str, suffixes: tuple[str, ...], chosen: Callable[[tuple[Path, ...]], None]
    ) -> None:
        """Ask for one or more files; see `open_one_of`."""
        dialog = self._opening(title, kinds, suffixes)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

        def files_selected(names: list[str]) -> None:
            paths = tuple(map(Path, names))
            self.set_folder(paths[0].parent)
            chosen(paths)

        dialog.filesSelected.connect(files_selected)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _opening(self, title: str, kinds: str, suffixes: tuple[str, ...]) -> QFileDialog:
        """Return a dialog that asks for a file with one of some suffixes, or any other."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        dialog.setNameFilters([f"{kinds} ({patterns})", self.tr("All files (*)")])
        return dialog

    def data_file(self, chosen: OnChosen) -> None:
        """Ask for a file with samples, of any format that can be read."""
        # Imported here: Pillow is slow to import.
        from desktop_app.data.sources.formats import PATTERNS

        suffixes = tuple(pattern.removeprefix("*") for pattern in PATTERNS)
        self.open_one_of(self.tr("Open data set"), self.tr("Data sets and tables"), suffixes, chosen)

    def data_folder(self, chosen: OnChosen) -> None:
        """Ask for a folder with samples."""
        self.folder(self.tr("Open a folder with a subfolder of images for each class"), chosen)

    def folder(self, title: str, chosen: OnChosen) -> None:
        """Ask for a folder."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._show(dialog, chosen)

    def save_one_of(self, title: str, kinds: Mapping[str, str], chosen: OnChosen, name: str) -> None:
        """Ask for a file to save and its format; kinds: suffixes without a dot, and names of the formats."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{kind} (*.{suffix})": suffix for suffix, kind in kinds.items()}
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(lambda chosen_filter: dialog.setDefaultSuffix(filters[chosen_filter]))
        dialog.setDefaultSuffix(next(iter(kinds)))
        if name:
            dialog.selectFile(name)
        self._show(dialog, chosen)

    def save(self, title: str, suffix: str, chosen: OnChosen, name: str = "") -> None:
        """Ask for a file to save.

        Args:
            title: of the dialog.
            suffix: of the file, without a dot; appended if the user enters none.
            chosen: called with the path.
            name: suggested name of the file.
        """
        self.save_one_of(title, {suffix: suffix.upper()}, chosen, name)

    def _choose(self, path: Path, chosen: OnChosen) -> None:
        """Start in the same folder next time."""
        self.set_folder(path.parent)
        chosen(path)

    def _show(self, dialog: QFileDialog, chosen: OnChosen) -> None:
        dialog.fileSelected.connect(lambda name: self._choose(Path(name), chosen))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
