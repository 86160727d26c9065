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
        self._text = self._short_text = ""

    def text(self) -> str:
        """Return the text."""
        return self._text

    def set_text(self, text: str, short_text: str = "") -> None:
        """Set the text, and one that is shown where there is no room for it."""
        if (text, short_text) != (self._text, self._short_text):
            self._text, self._short_text = text, short_text
            self.setAccessibleName(text)
            self.update()

    def shown_text(self) -> str:
        """Return what is shown: the text, or what there is room for."""
        small = self.text_style.small
        is_short = bool(self._short_text) and small.width(self._text) > self.width()
        return small.elided(self._short_text if is_short else self._text, self.width())

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
        at = QPointF(0, self.height() / 2)
        self.text_style.small.write(painter, at, self.shown_text(), self.text_style.quiet)
