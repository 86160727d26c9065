"""Works for the panel with a second network."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.app.controller import Controller
from desktop_app.gui.main_window import MainWindow


class CompareController(Controller):
    """Works for the panel with a second network."""

    def __init__(self, window: MainWindow, parent: QObject) -> None:
        """Work for the panel of a window."""
        super().__init__(parent)
        self._panel = window.compare
