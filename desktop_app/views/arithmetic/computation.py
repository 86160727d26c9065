"""Base classes of the middle part of the diagram: what is computed."""

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

HEADER_HEIGHT = 2.25 * STEP
"""Height of the column headers."""
FOOTER_HEIGHT = 2.5 * STEP
"""Height of the line that sums up hidden rows."""
NUMBER_WIDTH = 7.0 * STEP
"""Width of the column of summands."""

_LEAST_WIDTH, _PREFERRED_WIDTH = 36.0 * STEP, 58.0 * STEP

_POSITIVE, _NEGATIVE = 222, 34
"""Indices into the diverging colour map: orange for positive, blue for negative summands."""


class Computation(ABC):
    """What is computed, painted into any area."""

    count = 0
    """Number of rows; 0 if nothing scrolls."""

    def widths(self, style: TextStyle) -> tuple[float, float]:
        """Return the minimum and the preferred width in pixels."""
        return _LEAST_WIDTH, _PREFERRED_WIDTH

    def visible(self, style: TextStyle, area: QRectF) -> int:
        """Return how many rows fit into an area."""
        return self.count

    @abstractmethod
    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint into an area; `first` is the row at the top."""


class ComputationRows(Computation):
    """One summand per row, and one line for the sum of the hidden rows."""

    def __init__(self, summands: NDArray[np.float32], largest_first: bool) -> None:
        """Sort the summands.

        Args:
            summands: float32 (n,).
            largest_first: sort by absolute value, descending; otherwise keep the order of the network.
        """
        self.summands = summands
        self.count = len(summands)
        by_size = np.argsort(-np.abs(summands), kind="stable")
        self.order = (by_size if largest_first else np.arange(self.count)).tolist()
        self.extreme = float(np.abs(summands).max(initial=0.0))
        self.decimals = decimals_for(self.extreme)
        self.total = float(summands.sum(dtype=np.float64))

    @abstractmethod
    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """Return the height of a row."""

    @abstractmethod
    def paint_header(self, surface: Surface, area: QRectF) -> None:
        """Paint the column headers on the line at the top of the area."""

    @abstractmethod
    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """Paint the summand of an index."""

    @abstractmethod
    def rest_text(self, count: int) -> str:
        """Name the hidden summands."""

    def sum_text(self, value: float) -> str:
        """Return the sum of hidden summands as text, like those of the rows."""
        return with_decimals(value, self.decimals)

    def visible(self, style: TextStyle, area: QRectF) -> int:
        """Return how many rows fit into an area."""
        height, row = area.height() - HEADER_HEIGHT, self.row_height(style, area)
        if self.count * row <= height:
            return self.count
        return max(1, min(self.count, int((height - FOOTER_HEIGHT) / row)))

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint the headers, the rows, and the sum of the hidden rows."""
        height = self.row_height(surface.text_style, area)
        if self.count == 1:
            area = area.adjusted(0, max(0.0, (area.height() - HEADER_HEIGHT - height) / 2), 0, 0)
        self.paint_header(surface, area)
        shown = self.order[first : first + self.visible(surface.text_style, area)]
        top = area.top() + HEADER_HEIGHT
        for index in shown:
            self.paint_row(surface, QRectF(area.left(), top, area.width(), height), index)
            top += height
        if len(shown) < self.count:
            line = QRectF(area.left(), top, area.width(), FOOTER_HEIGHT)
            surface.painter.setPen(QPen(surface.text_style.line, 1))
            surface.painter.drawLine(line.topLeft(), line.topRight())
            self.paint_rest(surface, line, shown)

    def paint_rest(self, surface: Surface, line: QRectF, shown: list[int]) -> None:
        """Paint the sum of the hidden rows; shown: indices of the others."""
        style, middle = surface.text_style, line.center().y()
        rest = self.total - float(self.summands[shown].sum(dtype=np.float64))
        text = self.rest_text(self.count - len(shown))
        at = QPointF(line.right() - NUMBER_WIDTH, middle)
        text = style.small.elided(text, line.width() - NUMBER_WIDTH)
        style.small.write(surface.painter, at, text, style.quiet, RIGHT)
        number = self.sum_text(rest)
        style.plain.write(surface.painter, QPointF(line.right(), middle), number, style.text, RIGHT)


def _term_colour(style: TextStyle, value: float) -> QColor:
    """Return the colour of a summand by its sign, readable on the window colour."""
    colour = QColor.fromRgba(int(DIVERGING[_POSITIVE if value >= 0 else _NEGATIVE]))
    return mixed(colour, style.text, 0.12)


def paint_summand_bar(surface: Surface, area: QRectF, value: float, extreme: float) -> None:
    """Paint a bar from the middle of an area: to the right if positive, to the left if negative."""
    painter, style = surface.painter, surface.text_style
    middle = round(area.center().x())
    length = area.width() / 2 * value / (extreme or 1.0)
    bar = QRectF(middle, area.top(), length, area.height()).normalized()
    painter.fillRect(bar, _term_colour(style, value))
    painter.fillRect(QRectF(middle - 0.5, area.top() - 2, 1, area.height() + 4), style.quiet)
