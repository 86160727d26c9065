"""The answer in large type."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from desktop_app.views.parts.theme import STEP, display_font

_SMALLEST = 12
"""Pixel size below which a long answer is shortened instead."""


class AnswerLabel(QLabel):
    """Shows one label of a network, in an area that has the same size for all of them.

    Long words are set in smaller type, so that they fit.
    """

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._answer = ""
        self._limits = _SMALLEST, 0
        self.setAccessibleName(self.tr("Answer"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Set the labels of the network, for which there is room."""
        self._labels = labels
        self.fit(*self._limits)

    def set_answer(self, answer: str) -> None:
        """Show a label, or nothing if it is empty."""
        self._answer = answer
        self._show()

    def answer(self) -> str:
        """Return the label shown."""
        return self._answer

    def fit(self, size: int, widest: int) -> None:
        """Set the size of the area in pixels.

        Args:
            size: height of a line of text; the area is lower, since it has room for the labels only.
            widest: largest width of the area.
        """
        self._limits = size, widest
        metrics = QFontMetricsF(self._large_font())
        longest = max(map(metrics.horizontalAdvance, self._labels), default=0.0)
        width = max(STEP, min(math.ceil(longest) + STEP, widest))
        height = self._height_at(size)
        if (width, height) != (self.minimumWidth(), self.minimumHeight()):
            self.setFixedSize(width, height)
        if self._answer:
            self._show()

    def line_height_for(self, height: int) -> int:
        """Return the height of a line of text for an area of a height, both in pixels."""
        trial = 100
        size = trial * (height - STEP) // max(1, self._height_at(trial) - STEP)
        while size > STEP and self._height_at(size) > height:
            size -= 1
        return size

    def _height_at(self, size: int) -> int:
        """Return the height of the area for the height of a line of text."""
        bounds = self._bounds(QFontMetricsF(display_font(self.font(), size)))
        return math.ceil(bounds.height()) + STEP

    def restyle(self, font: QFont) -> None:
        """Use the family of another font."""
        self.setFont(font)
        self.fit(*self._limits)

    def sizeHint(self) -> QSize:
        """Return the size of the text, which is lower than a line."""
        if not self.text():
            return super().sizeHint()
        metrics = QFontMetricsF(self.font())
        height = metrics.tightBoundingRect(self.text()).height()
        return QSize(math.ceil(metrics.horizontalAdvance(self.text())), math.ceil(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the answer in the middle of the height of all labels; a line of text would be higher."""
        if not self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        baseline = self.height() / 2 - self._bounds(QFontMetricsF(self.font())).center().y()
        bearing = self.fontMetrics().leftBearing(self.text()[0])
        painter.drawText(-bearing, round(baseline), self.text())

    def _bounds(self, metrics: QFontMetricsF) -> QRectF:
        """Return the area of all labels one upon another, relative to the start of the baseline."""
        return metrics.tightBoundingRect("".join(self._labels) or "0")

    def _large_font(self) -> QFont:
        return display_font(self.font(), self._limits[0])

    def _show(self) -> None:
        """Set the answer with the largest font that fits."""
        font, room = self._large_font(), self.minimumWidth() - STEP // 2
        needed = QFontMetricsF(font).horizontalAdvance(self._answer)
        if len(self._answer) > 1 and needed > room > 0:
            font.setPixelSize(max(_SMALLEST, int(font.pixelSize() * room / needed)))
        if font.pixelSize() != self.font().pixelSize() or font.weight() != self.font().weight():
            self.setFont(font)
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._answer, Qt.TextElideMode.ElideRight, max(room, 0)))
