"""Summary of the network as text."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.views.parts.theme import STEP


class SummaryView(QWidget):
    """Text like that of Keras' `model.summary()`, with a button to copy it."""

    def __init__(self) -> None:
        """Create an empty view."""
        super().__init__()
        self._text, copy = QPlainTextEdit(), QPushButton(self.tr("Copy"))
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(self.tr("Summary of the network"))
        self._text.setTabChangesFocus(True)
        copy.setToolTip(self.tr("Copy the summary to the clipboard"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text.toPlainText()))
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._text, 1)
        layout.addLayout(foot)

    def set_text(self, text: str) -> None:
        """Show a summary; an equal one keeps the selection."""
        if text != self._text.toPlainText():
            self._text.setPlainText(text)

    def text(self) -> str:
        """Return the text."""
        return self._text.toPlainText()
