"""Button that offers the built-in data sets, My samples, files and folders."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from desktop_app.core.text import shortened
from desktop_app.data.sources.built_in import BUILT_IN, MY_SAMPLES, describe
from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.messages import translated

_LONGEST_NAME = 24


def source_name(source: str) -> str:
    """Return the name of a source as users see it."""
    return shortened(describe(source), _LONGEST_NAME)


class SourceButton(QPushButton):
    """Button whose menu has the built-in sources, files and folders."""

    source_chosen = Signal(str)
    """Name of a built-in source."""
    file_requested = Signal()
    """The user wants to choose a file."""
    folder_requested = Signal()
    """The user wants to choose a folder."""

    def __init__(self) -> None:
        """Create a button without text."""
        super().__init__()
        menu = Menu(self)
        menu.setToolTipsVisible(True)
        for info in BUILT_IN:
            action = menu.addAction(info.title)
            action.setToolTip(f"{translated(info.description)} {info.origin}")
            action.triggered.connect(self._choose_source(info.name))
        menu.addSeparator()
        own = menu.addAction(self.tr("My samples"))
        own.setToolTip(self.tr("Your own handwriting, saved when you correct or confirm a reading."))
        own.triggered.connect(self._choose_source(MY_SAMPLES))
        menu.addSeparator()
        menu.addAction(self.tr("Open file…")).triggered.connect(self.file_requested)
        menu.addAction(self.tr("Open folder…")).triggered.connect(self.folder_requested)
        self.setMenu(menu)

    def show_name(self, name: str) -> None:
        """Show the name of a source, in which an ampersand is no mnemonic."""
        self.setText(name.replace("&", "&&"))

    def _choose_source(self, source: str) -> Callable[[], None]:
        return lambda: self.source_chosen.emit(source)
