"""A caption whose text changes often."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip

from desktop_app.views.parts.painted import PaintedView


class Caption(PaintedView):
    """One line of small text. Unlike a QLabel it keeps its size, so a new text needs no new layout."""

    def __init__(self) -> None:
        """Start without text."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = ""

    def text(self) -> str:
        """Return the text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Set the text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def event(self, event: QEvent) -> bool:
        """Show the whole text as tooltip if it is shortened."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.toolTip():
            is_shortened = self.text_style.small.width(self._text) > self.width()
            QToolTip.showText(event.globalPos(), self._text if is_shortened else "", self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(0, round(self.text_style.small.height))

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the text from the left edge, as much as fits."""
        small = self.text_style.small
        text = small.elided(self._text, self.width())
        small.write(painter, QPointF(0, self.height() / 2), text, self.text_style.quiet)
