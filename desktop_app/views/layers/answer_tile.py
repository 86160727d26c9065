"""The last tile of the row of layers: the answer, and a small bar for each probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle
from desktop_app.views.parts.theme import display_font

_CHARACTER, _WORD = 0.75, 1.5
"""Width of the answer in relation to that of the bars."""

_SHORT = 2
"""Length of a label that needs no more room than a character."""

_GAP = 1.0


def share_of(labels: tuple[str, ...]) -> float:
    """Return the width of the answer, one of these labels, in relation to that of the bars."""
    return _CHARACTER if max(map(len, labels), default=0) <= _SHORT else _WORD


@dataclass(frozen=True, eq=False)
class AnswerTile:
    """Paints the answer.

    Attributes:
        area: of the tile, without its text.
        text_style: fonts and colours.
        font: of the application.
    """

    area: QRectF
    text_style: TextStyle
    font: QFont

    def paint(self, painter: QPainter, answer: str, probabilities: NDArray[np.float32] | None) -> None:
        """Paint an answer and its bars.

        Args:
            painter: to paint with.
            answer: a short text, or empty.
            probabilities: float32 (outputs,); None: none yet.
        """
        side = self.area.height()
        letters = QRectF(self.area.left() + 4, self.area.top(), self.area.width() - side - 12, side)
        box = QRectF(self.area.right() - side - 4, self.area.top(), side, side)
        if answer:
            kind = TextFont(self._fitting_font(answer, letters))
            answer = kind.elided(answer, letters.width() + 4)
            kind.write(painter, letters.center(), answer, self.text_style.text, MIDDLE)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), self.text_style.line)
        if probabilities is None:
            return
        quiet = self.text_style.soft_accent
        pitch = box.width() / len(probabilities)
        highest = int(probabilities.argmax())
        gap = _GAP if pitch > 3 else 0.0
        for number, share in enumerate(probabilities.tolist()):
            high = round(max(0.0, share) * side)
            bar = QRectF(box.left() + number * pitch, box.bottom() - high, pitch - gap, high)
            painter.fillRect(bar, self.text_style.accent if number == highest else quiet)

    def _fitting_font(self, answer: str, letters: QRectF) -> QFont:
        font = display_font(self.font, round(letters.height()))
        width = TextFont(font).width(answer)
        if width > letters.width():
            font.setPixelSize(max(9, int(font.pixelSize() * letters.width() / width)))
        return font
