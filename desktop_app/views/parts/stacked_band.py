"""A band of stacked probabilities with their names, and the handle that goes along it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from desktop_app.views.parts.band_layout import OTHERS, Stack, Values, label_position, stack_probabilities
from desktop_app.views.parts.label_colours import faint_colour, label_colours, neutral_colour
from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

_HANDLE = STEP * 0.75


class StackedBand:
    """Probabilities at some moments, painted as areas that lie upon each other.

    What it paints goes across an area from x to x: one for every moment, or some more in front of
    them, where what is said first is said already.
    """

    def __init__(self, probabilities: Values, labels: Sequence[str], others: str, rejected: str) -> None:
        """Take probabilities; nothing is computed before it is painted.

        Args:
            probabilities: float32 (moments, labels) or (moments, labels + 1), moments >= 1.
            labels: of the first columns.
            others: what the labels that are not told apart are called together.
            rejected: what the last column is called where it is of no label.
        """
        self._probabilities, self._labels = probabilities, labels
        self._others, self._rejected = others, rejected
        self._placed_for: tuple[TextStyle, QRectF, list[float]] | None = None
        self._places: list[tuple[int, QPointF]] = []

    def name(self, column: int) -> str:
        """Of a column of the probabilities, or of OTHERS."""
        if column == OTHERS:
            return self._others
        return self._labels[column] if self._is_label(column) else self._rejected

    def paint_shares(self, painter: QPainter, area: QRectF, xs: list[float], palette: QPalette) -> None:
        """The areas, and a seam between any two of them."""
        lines = [[QPointF(x, y) for x, y in zip(xs, edge, strict=True)] for edge in self._edges(area, xs)]
        colours = self._colours(palette)
        # Smooth edges of areas, and lines broader than a pixel, cost ten times as much as all else;
        # a smooth line one pixel wide over the edges looks the same.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for column, (below, above) in zip(self._stack.columns, pairwise(lines), strict=True):
            painter.setBrush(colours[column])
            painter.drawPolygon(QPolygonF([*below, *reversed(above)]))
        # A seam in the window's colour parts neighbours without colour.
        seam = QPen(palette.window().color(), 1)
        seam.setCosmetic(True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(seam)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in lines[1:-1]:
            painter.drawPolyline(QPolygonF(line))

    def paint_names(self, painter: QPainter, style: TextStyle, area: QRectF, xs: list[float]) -> None:
        """Each share's name in the roomiest place of it."""
        if self._placed_for != (style, area, xs):
            self._placed_for = style, area, xs
            self._places = self._placed_names(style, area, xs)
        for column, at in self._places:
            self._lettering(style, column).write(painter, at, self.name(column), style.text, MIDDLE)

    @cached_property
    def _stack(self) -> Stack:
        return stack_probabilities(self._probabilities, len(self._labels))

    def _is_label(self, column: int) -> bool:
        return 0 <= column < len(self._labels)

    def _lettering(self, style: TextStyle, column: int) -> TextFont:
        return style.strong if self._is_label(column) else style.small

    def _colours(self, palette: QPalette) -> dict[int, QColor]:
        return {
            **label_colours(filter(self._is_label, self._stack.columns), palette),
            OTHERS: faint_colour(palette),
            len(self._labels): neutral_colour(palette),
        }

    def _edges(self, area: QRectF, xs: list[float]) -> list[list[float]]:
        """For each edge its heights at each x."""
        ys = area.bottom() - self._stack.edges * area.height()
        heights: list[list[float]] = ys.T.tolist()
        return [[edge[0]] * (len(xs) - len(edge)) + edge for edge in heights]

    def _placed_names(self, style: TextStyle, area: QRectF, xs: list[float]) -> list[tuple[int, QPointF]]:
        pixels = np.arange(int(xs[0]), int(xs[-1]))
        heights = [np.interp(pixels, xs, edge).astype(np.float32) for edge in self._edges(area, xs)]
        placed = []
        for column, (below, above) in zip(self._stack.columns, pairwise(heights), strict=True):
            lettering = self._lettering(style, column)
            width = round(lettering.width(self.name(column))) + STEP
            place = label_position(above, below, width, lettering.height)
            if place is not None:
                placed.append((column, QPointF(xs[0] + place[0] + width / 2, place[1])))
        return placed


def paint_fade(painter: QPainter, style: TextStyle, area: QRectF, share: float) -> None:
    """Let what is painted fade into the window, by a share from 0 to 1."""
    fog = QColor(style.window)
    fog.setAlphaF(share)
    painter.fillRect(area, fog)


def paint_handle(
    painter: QPainter, style: TextStyle, line: tuple[QPointF, QPointF], *, waits: bool, focus: bool
) -> None:
    """A line with a handle on its upper end.

    Args:
        line: from its upper end to its lower.
        waits: whether it stands where it stands as long as nothing is chosen; it is paler then.
        focus: whether the keyboard moves it.
    """
    top, bottom = line
    colour = mixed(style.accent, style.window, 0.35) if waits and not focus else style.accent
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 2))
    painter.drawLine(top, bottom)
    painter.setBrush(colour)
    painter.setPen(QPen(style.window, 1.5))
    painter.drawEllipse(top, _HANDLE, _HANDLE)
    if focus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(style.accent, 1.5))
        painter.drawEllipse(top, _HANDLE + 2, _HANDLE + 2)
