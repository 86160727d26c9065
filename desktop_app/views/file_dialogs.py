"""File dialogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QDir, QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

OnChosen: TypeAlias = Callable[[Path], None]
"""Called with the chosen path; not called if the user cancels."""


class Content(Enum):
    """What files contain; each kind has a folder of its own."""

    PAGES = auto()
    """Ink, images, and what was read in them."""
    DATA = auto()
    MODEL = auto()


class FileDialogs(QObject):
    """File dialogs of one window, which they do not block.

    They start in the folder of the last file with such content, else in that of the last page.
    """

    def __init__(self, window: QWidget) -> None:
        """Start in the current folder of the process."""
        super().__init__(window)
        self._window = window
        self._folders = {Content.PAGES: ""}

    def set_folder(self, folder: Path, content: Content = Content.PAGES) -> None:
        """Set the folder in which dialogs start; if it does not exist, they start in its nearest parent."""
        candidates = (str(each) for each in (folder, *folder.parents))
        # With a missing folder, Qt suggests its name as the name of a file.
        self._folders[content] = next((each for each in candidates if QDir(each).exists()), "")

    def open(self, suffixes: tuple[str, ...], chosen: OnChosen) -> None:
        """Ask for a file with ink or an image, with a suffix such as ".png"."""
        self.open_one_of(self.tr("Open an image or ink"), self.tr("Images and ink"), suffixes, chosen)

    def open_one_of(
        self,
        title: str,
        kinds: str,
        suffixes: tuple[str, ...],
        chosen: OnChosen,
        content: Content = Content.PAGES,
    ) -> None:
        """Ask for a file with a suffix such as ".png"; kinds: description of these files."""
        self._show(self._opening(title, kinds, suffixes, content), chosen, content)

    def open_many(
        self, title: str, kinds: str, suffixes: tuple[str, ...], chosen: Callable[[tuple[Path, ...]], None]
    ) -> None:
        """Ask for one or more files with pages; see `open_one_of`."""
        dialog = self._opening(title, kinds, suffixes, Content.PAGES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)

        def files_selected(names: list[str]) -> None:
            paths = tuple(map(Path, names))
            self.set_folder(paths[0].parent)
            chosen(paths)

        dialog.filesSelected.connect(files_selected)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _dialog(self, title: str, content: Content) -> QFileDialog:
        """Return a dialog that starts in the folder of the last file with such content."""
        folder = self._folders.get(content, self._folders[Content.PAGES])
        return QFileDialog(self._window, title, folder)

    def _opening(self, title: str, kinds: str, suffixes: tuple[str, ...], content: Content) -> QFileDialog:
        """Return a dialog that asks for a file with one of some suffixes, or any other."""
        dialog = self._dialog(title, content)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        dialog.setNameFilters([f"{kinds} ({patterns})", self.tr("All files (*)")])
        return dialog

    def data_file(self, chosen: OnChosen) -> None:
        """Ask for a file with samples, of any format that can be read."""
        # Imported here: Pillow is slow to import.
        from desktop_app.data.sources.formats import PATTERNS

        suffixes = tuple(pattern.removeprefix("*") for pattern in PATTERNS)
        title, kinds = self.tr("Open data set"), self.tr("Data sets and tables")
        self.open_one_of(title, kinds, suffixes, chosen, Content.DATA)

    def data_folder(self, chosen: OnChosen) -> None:
        """Ask for a folder with samples."""
        title = self.tr("Open a folder with a subfolder of images for each class")
        self.folder(title, chosen, Content.DATA)

    def folder(self, title: str, chosen: OnChosen, content: Content = Content.PAGES) -> None:
        """Ask for a folder."""
        dialog = self._dialog(title, content)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._show(dialog, chosen, content)

    def save_one_of(
        self,
        title: str,
        kinds: Mapping[str, str],
        chosen: OnChosen,
        name: str,
        content: Content = Content.PAGES,
    ) -> None:
        """Ask for a file to save and its format; kinds: suffixes without a dot, and names of the formats."""
        dialog = self._dialog(title, content)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{kind} (*.{suffix})": suffix for suffix, kind in kinds.items()}
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(lambda chosen_filter: dialog.setDefaultSuffix(filters[chosen_filter]))
        dialog.setDefaultSuffix(next(iter(kinds)))
        if name:
            dialog.selectFile(name)
        self._show(dialog, chosen, content)

    def save(self, title: str, suffix: str, chosen: OnChosen, name: str = "") -> None:
        """Ask for a file to save.

        Args:
            title: of the dialog.
            suffix: of the file, without a dot; appended if the user enters none.
            chosen: called with the path.
            name: suggested name of the file.
        """
        self.save_one_of(title, {suffix: suffix.upper()}, chosen, name)

    def _show(self, dialog: QFileDialog, chosen: OnChosen, content: Content) -> None:
        def file_selected(name: str) -> None:
            self.set_folder(Path(name).parent, content)
            chosen(Path(name))

        dialog.fileSelected.connect(file_selected)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
