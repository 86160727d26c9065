"""What stands in the place of the samples while there are none to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.views.parts.theme import STEP

_WIDEST = 50 * STEP


class StateView(QWidget):
    """A sentence, the progress of what goes on, and what can be done about it."""

    download_requested = Signal()
    """MNIST is to be fetched from the network."""
    cancel_requested = Signal()
    """What goes on is to end."""
    retry_requested = Signal()
    """What has failed is to be tried once more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing to say."""
        super().__init__(parent)
        self._words, self._progress = QLabel(), QProgressBar()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(30 * STEP)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._download = QPushButton(self.tr("Download MNIST (11 MB)"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._retry = QPushButton(self.tr("Try again"))
        self._download.clicked.connect(self.download_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._retry.clicked.connect(self.retry_requested)
        self._lay_out()
        self.say("")

    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, words: str) -> None:
        """A sentence alone."""
        self._show(words)

    def say_progress(self, words: str, done: int, total: int, *, can_cancel: bool) -> None:
        """What goes on, and how far it has come; a total of 0 where nobody knows."""
        self._progress.setRange(0, max(0, total))
        self._progress.setValue(done)
        self._show(words, self._progress, *([self._cancel] if can_cancel else []))

    def say_trouble(self, words: str, *, offers_download: bool) -> None:
        """Why there is nothing to show, with a way on."""
        self._show(words, self._download if offers_download else self._retry)

    def _show(self, words: str, *shown: QWidget) -> None:
        self._words.setText(words)
        for widget in (self._progress, self._download, self._cancel, self._retry):
            widget.setVisible(widget in shown)

    def _lay_out(self) -> None:
        self._words.setMaximumWidth(_WIDEST)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addStretch()
        for widget in (self._progress, self._cancel, self._download, self._retry):
            row.addWidget(widget)
        row.addStretch()
        words = QHBoxLayout()
        words.addStretch()
        words.addWidget(self._words, 100)
        words.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * STEP)
        layout.addStretch()
        layout.addLayout(words)
        layout.addLayout(row)
        layout.addStretch()
