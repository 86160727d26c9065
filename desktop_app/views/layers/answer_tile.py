"""The end of the row of layers: every answer's probability as a little bar, and the answer itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle
from desktop_app.views.parts.theme import display_font, mixed

SHARE = 0.75
"""Of the width of the bars, the width of the answer before them."""

_GAP = 1.0


@dataclass(frozen=True, eq=False)
class AnswerTile:
    """How the answer is painted.

    Attributes:
        area: of the tile, without its words.
        text_style: letters and colours.
        font: of the program.
    """

    area: QRectF
    text_style: TextStyle
    font: QFont

    def paint(self, painter: QPainter, answer: str, probabilities: NDArray[np.float32] | None) -> None:
        """Paint an answer and its bars.

        Args:
            painter: to paint with.
            answer: a few large letters, or nothing.
            probabilities: float32 (answers,), or None where there are none yet.
        """
        side = self.area.height()
        letters = QRectF(self.area.left() + 4, self.area.top(), self.area.width() - side - 12, side)
        ground = QRectF(self.area.right() - side - 4, self.area.top(), side, side)
        if answer:
            kind = TextFont(self._fitting(answer, letters))
            kind.write(painter, letters.center(), answer, self.text_style.text, MIDDLE)
        painter.fillRect(QRectF(ground.left(), ground.bottom() - 1, ground.width(), 1), self.text_style.line)
        if probabilities is None:
            return
        quiet = mixed(self.text_style.accent, self.text_style.window, 0.45)
        pitch = ground.width() / len(probabilities)
        highest = int(probabilities.argmax())
        gap = _GAP if pitch > 3 else 0.0
        for number, share in enumerate(probabilities.tolist()):
            high = round(max(0.0, share) * side)
            bar = QRectF(ground.left() + number * pitch, ground.bottom() - high, pitch - gap, high)
            painter.fillRect(bar, self.text_style.accent if number == highest else quiet)

    def _fitting(self, answer: str, letters: QRectF) -> QFont:
        font = display_font(self.font, round(letters.height()))
        width = TextFont(font).width(answer)
        if width > letters.width():
            font.setPixelSize(max(9, int(font.pixelSize() * letters.width() / width)))
        return font
