"""The answer in large type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_app.views.parts.theme import STEP, display_font

_SMALLEST = 12
"""Pixel size below which a long answer is shortened instead."""


class AnswerLabel(QLabel):
    """Shows one label of a network, in a box that has the same size for all of them.

    Long words are set in smaller type, so that they fit.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._answer = ""
        self._limits = 0, 0
        self.setAccessibleName(self.tr("Answer"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Set the labels of the network, for which the box has room."""
        self._labels = labels
        self.fit(*self._limits)

    def set_answer(self, answer: str) -> None:
        """Show a label, or nothing if it is empty."""
        self._answer = answer
        self._show()

    def answer(self) -> str:
        """Return the label shown."""
        return self._answer

    def fit(self, height: int, widest: int) -> None:
        """Resize the box: square for single characters, wider for words, up to a width in pixels."""
        self._limits = height, widest
        metrics = QFontMetricsF(self._large_font())
        longest = max(map(metrics.horizontalAdvance, self._labels), default=0.0)
        width = max(height, min(round(longest) + 2 * STEP, widest))
        if (width, height) != (self.minimumWidth(), self.minimumHeight()):
            self.setFixedSize(width, height)
        if self._answer:
            self._show()

    def restyle(self, font: QFont) -> None:
        """Use the family of another font."""
        self.setFont(font)
        self.fit(*self._limits)

    def _large_font(self) -> QFont:
        return display_font(self.font(), self._limits[0])

    def _show(self) -> None:
        """Set the answer with the largest font that fits."""
        font, room = self._large_font(), self.minimumWidth() - STEP
        needed = QFontMetricsF(font).horizontalAdvance(self._answer)
        if len(self._answer) > 1 and needed > room > 0:
            font.setPixelSize(max(_SMALLEST, int(font.pixelSize() * room / needed)))
        if font.pixelSize() != self.font().pixelSize() or font.weight() != self.font().weight():
            self.setFont(font)
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._answer, Qt.TextElideMode.ElideRight, max(room, 0)))
