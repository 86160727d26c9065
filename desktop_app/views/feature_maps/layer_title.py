"""The title of a layer: its name, and in quiet letters what else there is to know."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP


class LayerTitle(PaintedView):
    """One line in a place that keeps its size, whatever it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without words."""
        super().__init__(parent)
        self.setObjectName("layer_title")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = ""
        self._about = ""

    def set_words(self, name: str, about: str) -> None:
        """The name of a layer, and what is said about it."""
        self._name, self._about = name, about
        self.setAccessibleName(self.text())
        self.setToolTip(self.text())
        self.update()

    def text(self) -> str:
        """All that it says."""
        return f"{self._name} · {self._about}" if self._about else self._name

    def sizeHint(self) -> QSize:
        """One line; the layout decides on the width."""
        return QSize(0, round(self.text_style.strong.height) + 2)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """As much as there is room for."""
        style = self.text_style
        middle = self.height() / 2
        name = style.strong.elided(self._name, self.width())
        style.strong.write(painter, QPointF(0, middle), name, style.text)
        left = style.strong.width(name) + STEP
        about = style.small.elided(self._about, self.width() - left)
        style.small.write(painter, QPointF(left, middle), about, style.quiet)
