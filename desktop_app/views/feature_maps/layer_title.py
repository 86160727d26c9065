"""The title of a layer: its name, and details in a quiet colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP


class LayerTitle(PaintedView):
    """A line of text whose size does not depend on the text."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setObjectName("layer_title")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = ""
        self._title = ""

    def set_text(self, name: str, about: str) -> None:
        """Show the name of a layer and its details."""
        self._name, self._title = name, about
        self.setAccessibleName(self.text())
        self.setToolTip(self.text())
        self.update()

    def text(self) -> str:
        """Return the whole text."""
        return f"{self._name} · {self._title}" if self._title else self._name

    def sizeHint(self) -> QSize:
        """Return the height of a line; the layout decides on the width."""
        return QSize(0, round(self.text_style.strong.height) + 2)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint as much text as fits."""
        style = self.text_style
        middle = self.height() / 2
        name = style.strong.elided(self._name, self.width())
        style.strong.write(painter, QPointF(0, middle), name, style.text)
        left = style.strong.width(name) + STEP
        about = style.small.elided(self._title, self.width() - left)
        style.small.write(painter, QPointF(left, middle), about, style.quiet)
