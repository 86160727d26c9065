"""A caption whose text changes often: a label would ask for a new layout with every text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import caption_font


class Caption(PaintedView):
    """One line of small, quiet text in a place that keeps its size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without text."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = ""

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        """One line; the layout decides on the width."""
        return QSize(0, QFontMetrics(caption_font(self.font())).height())

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The text from the left edge."""
        palette = self.palette()
        painter.setFont(caption_font(self.font()))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        # At a point: text in a rectangle is laid out anew, which takes ten times as long.
        painter.drawText(QPointF(0, painter.fontMetrics().ascent()), self._text)
