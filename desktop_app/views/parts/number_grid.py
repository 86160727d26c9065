"""Numbers as coloured cells, with the numbers in them if there is room."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from desktop_app.inspection.colour import colour_indices, colours_for, dark_text_on
from desktop_app.views.parts.numerals import decimals_for, with_decimals
from desktop_app.views.parts.readable import DARK, LIGHT
from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle

Values = NDArray[np.float32]

_SMALLEST_WITH_GAPS = 6.0
_LARGE_CELL = 28.0
"""Height of cells from which numbers are written in the larger type."""


@dataclass(frozen=True, eq=False)
class NumberGrid:
    """Numbers to paint.

    Attributes:
        values: float32 (rows, columns).
        low, high: values of the first and the last colour; low < 0: diverging colours.
        inside: bool, the same shape; False for padding. None: no padding.
        texts: the numbers as text, row by row; None: with as many decimals as fit.
    """

    values: Values
    low: float
    high: float
    inside: NDArray[np.bool_] | None = None
    texts: tuple[str, ...] | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])


def cell_rect(grid: NumberGrid, area: QRectF, row: int, column: int) -> QRectF:
    """Return the area of a cell of a grid that is painted into an area."""
    width, height = area.width() / grid.columns, area.height() / grid.rows
    return QRectF(area.left() + column * width, area.top() + row * height, width, height)


def paint_grid(painter: QPainter, style: TextStyle, grid: NumberGrid, area: QRectF) -> None:
    """Paint the cells, and their numbers if all of them fit."""
    colours = colours_for(grid.low)[colour_indices(grid.values, grid.low, grid.high)]
    width, height = area.width() / grid.columns, area.height() / grid.rows
    gap = 1.0 if min(width, height) >= _SMALLEST_WITH_GAPS else 0.0
    inside = None if grid.inside is None else grid.inside.ravel().tolist()
    cells = [
        QRectF(area.left() + column * width, area.top() + row * height, width - gap, height - gap)
        for row in range(grid.rows)
        for column in range(grid.columns)
    ]
    for index, (cell, colour) in enumerate(zip(cells, colours.ravel().tolist(), strict=True)):
        if inside is None or inside[index]:
            painter.fillRect(cell, QColor.fromRgb(colour))
        else:
            paint_padding(painter, style, cell)
    lettering, texts = _lettered(grid, style, width, height)
    if not texts:
        return
    painter.setFont(lettering.font)
    bright = dark_text_on(colours).ravel().tolist()
    for dark in (False, True):
        painter.setPen(DARK if dark else LIGHT)
        for index, cell in enumerate(cells):
            if bright[index] == dark and (inside is None or inside[index]):
                painter.drawText(lettering.start(cell.center(), texts[index], MIDDLE), texts[index])


def paint_padding(painter: QPainter, style: TextStyle, cell: QRectF) -> None:
    """Paint a cell of padding: hatched, to differ from a value of 0."""
    painter.fillRect(cell, style.window)
    painter.fillRect(cell, QBrush(style.line, Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(style.line, 1))
    painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5))


def outline(painter: QPainter, style: TextStyle, box: QRectF, width: float = 2.0) -> None:
    """Paint a frame that is visible on every colour: the accent in a light line."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, thickness in ((LIGHT, width + 2), (style.accent, width)):
        pen = QPen(colour, thickness)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box)


def ring(painter: QPainter, style: TextStyle, cell: QRectF) -> None:
    """Paint a ring around the largest value."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, thickness in ((LIGHT, 5.0), (style.accent, 2.5)):
        painter.setPen(QPen(colour, thickness))
        painter.drawEllipse(cell.adjusted(2, 2, -3, -3))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def readable_cell_width(style: TextStyle, low: float, high: float, more_decimals: int = 0) -> float:
    """Return the width of cells in which all numbers of a range fit, in pixels.

    Args:
        style: fonts.
        low, high: the range.
        more_decimals: than numbers of the range have.
    """
    decimals = decimals_for(max(abs(low), abs(high))) + more_decimals
    texts = (with_decimals(value, decimals) for value in (low, high))
    return math.ceil(max(style.small.width(text) for text in texts) + 8)


def _lettered(grid: NumberGrid, style: TextStyle, width: float, height: float) -> tuple[TextFont, list[str]]:
    """Return the type and the texts of the numbers: the larger type if all decimals fit."""
    if height >= _LARGE_CELL and (texts := _texts(grid, style.plain, width, height, shorter=0)):
        return style.plain, texts
    return style.small, _texts(grid, style.small, width, height, shorter=1)


def _texts(grid: NumberGrid, lettering: TextFont, width: float, height: float, *, shorter: int) -> list[str]:
    """Return the texts of all cells, with fewer decimals if needed; empty if they do not fit."""
    if height < lettering.height - 2:
        return []
    if grid.texts is not None:
        fits = max(lettering.width(text) for text in grid.texts) <= width - 3
        return list(grid.texts) if fits else []
    most = _decimals(grid)
    for decimals in range(most, max(most - shorter, 1) - 1, -1) or (most,):
        texts = [with_decimals(value, decimals) for value in grid.values.ravel().tolist()]
        if max(lettering.width(text) for text in texts) <= width - 3:
            return texts
    return []


def _decimals(grid: NumberGrid) -> int:
    """Return the decimals for the range, so that grids of one range are written alike."""
    return decimals_for(max(abs(grid.low), abs(grid.high)))
