"""A progress bar that shows any text."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """A progress bar with a text as it is; in its format Qt would replace %p, %v and %m."""

    def __init__(self) -> None:
        """Start without text."""
        super().__init__()
        self._text = ""

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how much is done, and a text; a total of 0 means unknown, without text."""
        self._text = text
        self.setRange(0, total)
        self.setValue(done)
        self.update()

    def text(self) -> str:
        """Return the text."""
        return self._text if self.maximum() else ""
