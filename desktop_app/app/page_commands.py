"""Opening, saving, copying and pasting of the page on the canvas."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication

from desktop_app.app.page_files import PageFiles, inkml_of, png_of
from desktop_app.app.settings_store import SettingsStore
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import shown_name
from desktop_app.core.settings import MOST_RECENT_FILES
from desktop_app.ink.page import Page, pages_of_file
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.background import Background
from desktop_app.views.canvas.paint_ink import page_image
from desktop_app.views.parts.file_drop import FileDrop
from desktop_app.views.parts.mime_data import files_in, image_in, is_model_file
from desktop_app.views.view_export import PICTURE

_SAVED_SIDE = 1000
_COPIED_SIDE = 800


class PageCommands(QObject):
    """Opens what is chosen, pasted or dropped, saves the page, and remembers the files."""

    model_opened = Signal(Path)
    """A model file to import."""

    def __init__(self, window: MainWindow, files: PageFiles, store: SettingsStore) -> None:
        """Connect a window.

        Args:
            window: shows the pages.
            files: loads and writes in the background.
            store: keeps the recent files.
        """
        super().__init__(window)
        self._window, self._files, self._store = window, files, store
        self._canvas, self._dialogs = window.canvas, window.context.dialogs
        self._background = Background(self)
        self._name = ""
        self._others: Sequence[Path] = ()
        self._saved_pages: set[Path] = set()
        self._show_recent_files()
        actions, context = window.menu_actions, window.context
        actions.open.triggered.connect(self._ask_for_file)
        actions.save_ink.triggered.connect(
            lambda: self._ask_where_to_save(self.tr("Save ink"), "inkml", self.save_ink)
        )
        actions.save_image.triggered.connect(
            lambda: self._ask_where_to_save(self.tr("Save image"), PICTURE, self.save_image)
        )
        actions.copy.triggered.connect(self._copy)
        actions.paste.triggered.connect(self._paste)
        drop = FileDrop(window, self.tr("Drop to open"), _is_page, window.canvas)
        drop.dropped.connect(self._open_dropped)
        window.recent_files.file_chosen.connect(self._load)
        window.recent_files.aboutToShow.connect(self._check_recent_files)
        context.file_requested.connect(self._load)
        context.image_requested.connect(files.open_image)
        context.file_shown.connect(self._show)
        files.opened.connect(self._opened)
        files.saved.connect(self._saved)
        window.closed.connect(self._background.close)

    def save_ink(self, path: Path) -> None:
        """Save the page as InkML if it is ink."""
        page = self._canvas.page
        if isinstance(page, Ink):
            self._saved_pages.add(path)
            self._files.save(path, lambda: inkml_of(page))

    def save_image(self, path: Path) -> None:
        """Save the page as a PNG image."""
        page, units = self._canvas.page, self._canvas.area.units
        self._saved_pages.add(path)
        self._files.save(path, lambda: png_of(page_image(page, _SAVED_SIDE, units)))

    # --- opening ---

    def _ask_for_file(self) -> None:
        from desktop_app.ink.open_page import FILE_SUFFIXES

        self._dialogs.open(FILE_SUFFIXES, lambda path: self._open([path]))

    def _paste(self) -> None:
        # Qt returns nothing if the clipboard cannot be read or is empty on some systems.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if data is None or not self._open_data(data):
            self._window.messages.show(self.tr("The clipboard has no image or file. Copy one first."))

    def _open_data(self, data: QMimeData) -> bool:
        """Open a file or an image; return False if there is neither."""
        if files := files_in(data):
            self._open(files)
        elif image := image_in(data):
            self._files.open_image(image)
        else:
            return False
        return True

    def _open_dropped(self, data: QMimeData) -> None:
        if not self._open_data(data):
            self._window.messages.show(
                self.tr("Web addresses cannot be opened. Save the image, then drop its file here.")
            )

    def _open(self, files: list[Path]) -> None:
        """Open one of the files that were chosen, dropped or pasted together: the first page or model."""
        first, *others = files
        if others:
            first = next((file for file in files if is_model_file(file) or _is_page_file(file)), first)
            others = [file for file in files if file != first]
        if _is_data_file(first):
            text = self.tr("{name} is no image or drawing. If it is a data set, add it in Train > Data.")
            self._window.messages.show(text.format(name=shown_name(first)))
            return
        if not is_model_file(first):
            self._load(first, others)
            return
        if others:
            text = self.tr("Only {name} is imported. Open the other files one by one.")
            self._window.messages.show(text.format(name=shown_name(first)))
        self.model_opened.emit(first)

    def _load(self, path: Path, others: Sequence[Path] = ()) -> None:
        """Load a page; other pages become recent files once it is shown."""
        self._others = others
        self._files.open_path(path)

    def _show(self, page: Page, path: Path | None) -> None:
        self._window.show_page(page)
        self._name = "" if path is None else path.stem
        if remark := self._remark_on(page):
            self._window.messages.show(remark)

    def _opened(self, page: Page, path: Path | None) -> None:
        self._show(page, path)
        if path is None:
            return
        others, self._others = self._others, ()
        pages = [other for other in others if _is_page_file(other)]
        self._remember([*reversed(pages[: MOST_RECENT_FILES - 1]), path])
        if others:
            opened = self._opened_text(len(pages)).format(name=shown_name(path))
            self._window.messages.show(f"{opened} {self._remark_on(page)}".rstrip())

    def _remark_on(self, page: Page) -> str:
        """Say that a file has more pages than the one that is shown; empty: it has not."""
        count = pages_of_file(page)
        if count == 1:
            return ""
        return self.tr(
            "Only the first of %n page(s) is shown. Save the others as files of their own.", "", count
        )

    def _opened_text(self, count: int) -> str:
        """Say that one of several files was opened; count: the others that are pages."""
        if not count:
            return self.tr("Only {name} is opened; the other files are no images or drawings.")
        if count < MOST_RECENT_FILES:
            return self.tr("Opened {name}. See File > Open recent for %n other file(s).", "", count)
        return self.tr("Opened {name}. To read all files, drop them on the workspace Batch (Ctrl+4).")

    # --- saving ---

    def _ask_where_to_save(self, title: str, suffix: str, save: Callable[[Path], None]) -> None:
        name = self._name or self.tr("drawing")
        self._dialogs.save(title, suffix, save, f"{name}.{suffix}")

    def _saved(self, path: Path) -> None:
        if path in self._saved_pages:
            self._saved_pages.remove(path)
            self._name = path.stem
            self._remember([path])

    def _copy(self) -> None:
        image = page_image(self._canvas.page, _COPIED_SIDE, self._canvas.area.units)
        QGuiApplication.clipboard().setImage(image)

    # --- recent files ---

    def _remember(self, paths: list[Path]) -> None:
        """Make files the most recent ones, the last one first."""
        for path in paths:
            self._store.set(self._store.value.with_recent_file(path))
        self._show_recent_files()

    def _show_recent_files(self) -> None:
        """List the recent files; dialogs start in the folder of the last one, else in the documents."""
        files = self._store.value.recent_files
        self._window.recent_files.set_files(files)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._dialogs.set_folder(Path(files[0]).parent if files else Path(documents))

    def _check_recent_files(self) -> None:
        """List the recent files that exist; they may be on a slow disk."""
        files = self._store.value.recent_files

        def show(existing: tuple[str, ...]) -> None:
            if files == self._store.value.recent_files:
                self._window.recent_files.set_files(existing)

        self._background.run(lambda: tuple(filter(os.path.exists, files)), show, lambda _: None)


def _is_page(data: QMimeData) -> bool:
    """Return whether data are files, web addresses or an image."""
    return data.hasUrls() or image_in(data) is not None


def _is_page_file(path: Path) -> bool:
    """Return whether a file is an image or a drawing, by its suffix."""
    from desktop_app.ink.open_page import FILE_SUFFIXES

    return path.suffix.lower() in FILE_SUFFIXES


def _is_data_file(path: Path) -> bool:
    """Return whether a file is of a format of data sets, by its name."""
    # Imported here: Pillow is slow to import.
    from desktop_app.data.sources.formats import format_of

    return not _is_page_file(path) and format_of(path) is not None
