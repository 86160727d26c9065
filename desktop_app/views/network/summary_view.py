"""The network as a table of text, to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.views.parts.theme import STEP


class SummaryView(QWidget):
    """`model.summary()` in the program's words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without text."""
        super().__init__(parent)
        self._text, copy = QPlainTextEdit(), QPushButton(self.tr("Copy"))
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(self.tr("Summary of the network"))
        self._text.setTabChangesFocus(True)
        copy.setToolTip(self.tr("Put the summary on the clipboard"))
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
        """Show a summary; where it stays the same, what is selected stays so too."""
        if text != self._text.toPlainText():
            self._text.setPlainText(text)

    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()
