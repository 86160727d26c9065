"""The middle of the sentence: what is computed. ComputationRows that scroll, or one picture that does not."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPen

from desktop_app.inspection.colour import DIVERGING
from desktop_app.views.arithmetic.surface import Surface
from desktop_app.views.parts.numerals import decimals_for, with_decimals
from desktop_app.views.parts.text_style import RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

HEAD = 2.25 * STEP
"""Height of the line that names the columns."""
FOOT = 2.5 * STEP
"""Height of the line for what is not in sight."""
NUMBER = 7.0 * STEP
"""Width of the column of summands."""

_NARROW, _COMFORTABLE = 36.0 * STEP, 58.0 * STEP

_FOR, _AGAINST = 222, 34
"""Colours of summands, in the diverging map: orange adds, blue takes away."""


class Computation(ABC):
    """What is computed."""

    count = 0
    """Number of rows; 0 where nothing scrolls."""

    def wanted_width(self, style: TextStyle) -> tuple[float, float]:
        """Width that it can do with, and width that it would like."""
        return _NARROW, _COMFORTABLE

    def visible(self, style: TextStyle, area: QRectF) -> int:
        """How many rows an area shows."""
        return self.count

    @abstractmethod
    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint into an area; first is the row at the top."""


class ComputationRows(Computation):
    """Summands below each other, each with how it comes about, and what is not in sight in words."""

    def __init__(self, summands: NDArray[np.float32], largest_first: bool) -> None:
        """Put summands, float32 (n,), in order."""
        self.summands = summands
        self.count = len(summands)
        by_size = np.argsort(-np.abs(summands), kind="stable")
        self.order = (by_size if largest_first else np.arange(self.count)).tolist()
        self.extreme = float(np.abs(summands).max(initial=0.0))
        self.decimals = decimals_for(self.extreme)
        self.total = float(summands.sum(dtype=np.float64))

    @abstractmethod
    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """Height of each row."""

    @abstractmethod
    def paint_head(self, surface: Surface, area: QRectF) -> None:
        """The names of the columns, on the line at the top of the area."""

    @abstractmethod
    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """One summand, by its number."""

    @abstractmethod
    def words_for_rest(self, count: int) -> str:
        """What the summands are called that are not in sight."""

    def visible(self, style: TextStyle, area: QRectF) -> int:
        """How many rows an area shows."""
        height, row = area.height() - HEAD, self.row_height(style, area)
        if self.count * row <= height:
            return self.count
        return max(1, min(self.count, int((height - FOOT) / row)))

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """The names of the columns, the rows, the rest."""
        height = self.row_height(surface.text_style, area)
        if self.count == 1:
            area = area.adjusted(0, max(0.0, (area.height() - HEAD - height) / 2), 0, 0)
        self.paint_head(surface, area)
        shown = self.order[first : first + self.visible(surface.text_style, area)]
        top = area.top() + HEAD
        for index in shown:
            self.paint_row(surface, QRectF(area.left(), top, area.width(), height), index)
            top += height
        if len(shown) < self.count:
            rest = self.total - float(self.summands[shown].sum(dtype=np.float64))
            self._paint_rest(surface, QRectF(area.left(), top, area.width(), FOOT), len(shown), rest)

    def _paint_rest(self, surface: Surface, line: QRectF, shown: int, rest: float) -> None:
        style, middle = surface.text_style, line.center().y()
        surface.painter.setPen(QPen(style.line, 1))
        surface.painter.drawLine(line.topLeft(), line.topRight())
        words = self.words_for_rest(self.count - shown)
        at = QPointF(line.right() - NUMBER, middle)
        words = style.small.elided(words, line.width() - NUMBER)
        style.small.write(surface.painter, at, words, style.quiet, RIGHT)
        number = with_decimals(rest, self.decimals)
        style.plain.write(surface.painter, QPointF(line.right(), middle), number, style.text, RIGHT)


def summand_colour(style: TextStyle, value: float) -> QColor:
    """The colour of a summand: that of its sign, so that it is seen on this window."""
    colour = QColor.fromRgba(int(DIVERGING[_FOR if value >= 0 else _AGAINST]))
    return mixed(colour, style.text, 0.12)


def paint_summand_bar(surface: Surface, area: QRectF, value: float, extreme: float) -> None:
    """A bar from the middle of an area: to the right for what adds, to the left for what takes away."""
    painter, style = surface.painter, surface.text_style
    middle = round(area.center().x())
    length = area.width() / 2 * value / (extreme or 1.0)
    bar = QRectF(middle, area.top(), length, area.height()).normalized()
    painter.fillRect(bar, summand_colour(style, value))
    painter.fillRect(QRectF(middle - 0.5, area.top() - 2, 1, area.height() + 4), style.quiet)
