"""The title of a layer: its name, and in quiet letters what else there is to know."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.lettering import Look, look_of
from desktop_app.views.parts.theme import STEP


class LayerTitle(QWidget):
    """One line in a place that keeps its size, whatever it says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without words."""
        super().__init__(parent)
        self.setObjectName("layer_title")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = ""
        self._about = ""
        self._look: Look | None = None

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
        return QSize(0, round(self._letters().strong.height) + 2)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        self._look = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much as there is room for."""
        painter = QPainter(self)
        look = self._letters()
        middle = self.height() / 2
        name = look.strong.elided(self._name, self.width())
        look.strong.write(painter, QPointF(0, middle), name, look.text)
        left = look.strong.width(name) + STEP
        about = look.small.elided(self._about, self.width() - left)
        look.small.write(painter, QPointF(left, middle), about, look.quiet)

    def _letters(self) -> Look:
        if self._look is None:
            self._look = look_of(self)
        return self._look
