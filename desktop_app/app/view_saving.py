"""Copying and saving of what a view shows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from desktop_app.app.page_files import PageFiles, png_of
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.view_host import ViewHost
from desktop_app.views.panel import Panel
from desktop_app.views.view_export import NUMBERS, PICTURE, PLOT, TABLE, npz_bytes, view_image, view_svg


class ViewSaving(QObject):
    """Copies a view to the clipboard, or asks for a file and saves the view in it."""

    def __init__(self, window: MainWindow, files: PageFiles) -> None:
        """Connect a window; files: writes in the background."""
        super().__init__(window)
        self._dialogs, self._files = window.context.dialogs, files
        window.workspaces.copy_requested.connect(self._copy)
        window.workspaces.save_requested.connect(self._ask_for_file)

    def _copy(self, host: ViewHost) -> None:
        if host.panel is not None:
            QGuiApplication.clipboard().setImage(view_image(host.panel))

    def _ask_for_file(self, host: ViewHost, kind: str) -> None:
        """Ask for a file of a kind of `views.view_export`."""
        panel, view = host.panel, host.view
        if panel is None:
            return
        titles = {
            PICTURE: self.tr("Save image of this view"),
            PLOT: self.tr("Save vector image of this view"),
            NUMBERS: self.tr("Save numbers of this view"),
            TABLE: self.tr("Save table of this view"),
        }
        self._dialogs.save(
            titles[kind],
            kind,
            lambda path: self._files.save(path, _content(panel, view.title, kind)),
            f"{view.name}.{kind}",
        )


def _content(panel: Panel, title: str, kind: str) -> Callable[[], bytes]:
    """Return a function for another thread that makes the content of a file from what a panel shows now."""
    if kind == NUMBERS:
        numbers = panel.numbers()
        return lambda: npz_bytes(numbers)
    if kind == PICTURE:
        image = view_image(panel)
        return lambda: png_of(image)
    content = panel.exported_file(TABLE) if kind == TABLE else view_svg(panel, title)
    return lambda: content
