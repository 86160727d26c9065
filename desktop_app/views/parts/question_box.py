"""Box with a question."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QMessageBox, QStyle, QWidget

from desktop_app.views.parts.icons import icon_pixmap


class QuestionBox(QMessageBox):
    """Message box whose icon has the colour of the theme; icons of the desktop may be black on dark."""

    def __init__(self, title: str, question: str, parent: QWidget) -> None:
        """Show a question as plain text, without buttons yet."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(question)
        self._set_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._set_icon()

    def _set_icon(self) -> None:
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_MessageBoxIconSize, None, self)
        colour = self.palette().color(QPalette.ColorRole.Accent)
        self.setIconPixmap(icon_pixmap("question", colour, size, self.devicePixelRatioF()))
