"""State shown instead of the samples while there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.data.sources.built_in import SourceInfo
from desktop_app.views.parts.theme import STEP

_WIDEST = 50 * STEP


class StateView(QWidget):
    """A sentence, a progress bar, and buttons to download, cancel or retry."""

    download_requested = Signal()
    """The user wants to download what is missing."""
    cancel_requested = Signal()
    """The user wants to cancel the download."""
    retry_requested = Signal()
    """The user wants to repeat what failed."""

    def __init__(self) -> None:
        """Create an empty view."""
        super().__init__()
        self._label, self._progress = QLabel(), QProgressBar()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(30 * STEP)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._download = QPushButton()
        self._cancel = QPushButton(self.tr("Cancel"))
        self._retry = QPushButton(self.tr("Try again"))
        self._download.setToolTip(self.tr("Download the missing data set"))
        self._cancel.setToolTip(self.tr("Stop reading the data"))
        self._retry.setToolTip(self.tr("Read the data again"))
        self._download.clicked.connect(self.download_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._retry.clicked.connect(self.retry_requested)
        self._lay_out()
        self.show_text("")

    def text(self) -> str:
        """Return the sentence."""
        return self._label.text()

    def show_text(self, text: str) -> None:
        """Show only a sentence."""
        self._show(text)

    def show_progress(self, text: str, done: int, total: int, *, can_cancel: bool) -> None:
        """Show progress; a total of 0 means unknown."""
        self._progress.setRange(0, max(0, total))
        self._progress.setValue(done)
        self._show(text, self._progress, *([self._cancel] if can_cancel else []))

    def show_error(self, text: str, missing: SourceInfo | None) -> None:
        """Show an error with a button to download a missing data set, or else to retry."""
        if missing is None or missing.download is None:
            self._show(text, self._retry)
            return
        label = self.tr("Download {title} ({size})")
        self._download.setText(label.format(title=missing.title, size=missing.download.size_text))
        self._show(text, self._download)

    def _show(self, text: str, *visible: QWidget) -> None:
        self._label.setText(text)
        for widget in (self._progress, self._download, self._cancel, self._retry):
            widget.setVisible(widget in visible)

    def _lay_out(self) -> None:
        self._label.setMaximumWidth(_WIDEST)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addStretch()
        for widget in (self._progress, self._cancel, self._download, self._retry):
            row.addWidget(widget)
        row.addStretch()
        text = QHBoxLayout()
        text.addStretch()
        text.addWidget(self._label, 100)
        text.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * STEP)
        layout.addStretch()
        layout.addLayout(text)
        layout.addLayout(row)
        layout.addStretch()
