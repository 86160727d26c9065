"""A band of stacked probabilities, and the handle of a slider on it."""

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
    """Probabilities over time, painted as stacked areas.

    `xs` are the positions of the samples; further positions may precede them, at which the first sample
    is repeated.
    """

    def __init__(self, probabilities: Values, labels: Sequence[str], others: str, rejected: str) -> None:
        """Store probabilities; the layout is computed when it is first painted.

        Args:
            probabilities: float32 (samples, labels) or (samples, labels + 1), samples >= 1.
            labels: of the first columns.
            others: name of all labels that are not shown separately.
            rejected: name of the column after the labels.
        """
        self._probabilities, self._labels = probabilities, labels
        self._others, self._rejected = others, rejected
        self._layout_key: tuple[TextStyle, QRectF, list[float]] | None = None
        self._names: list[tuple[int, QPointF]] = []

    def name(self, column: int) -> str:
        """Return the name of a column, or of OTHERS."""
        if column == OTHERS:
            return self._others
        return self._labels[column] if self._is_label(column) else self._rejected

    def paint_shares(self, painter: QPainter, area: QRectF, xs: list[float], palette: QPalette) -> None:
        """Paint the areas and the lines between them."""
        lines = [[QPointF(x, y) for x, y in zip(xs, edge, strict=True)] for edge in self._edges(area, xs)]
        colours = self._colours(palette)
        # Antialiased areas and lines wider than a pixel take ten times as long; an antialiased line one
        # pixel wide over the edges looks the same.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for column, (below, above) in zip(self._stack.columns, pairwise(lines), strict=True):
            painter.setBrush(colours[column])
            painter.drawPolygon(QPolygonF([*below, *reversed(above)]))
        seam = QPen(palette.window().color(), 1)
        seam.setCosmetic(True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(seam)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in lines[1:-1]:
            painter.drawPolyline(QPolygonF(line))

    def paint_names(self, painter: QPainter, style: TextStyle, area: QRectF, xs: list[float]) -> None:
        """Paint the name of each area where it fits best."""
        if self._layout_key != (style, area, xs):
            self._layout_key = style, area, xs
            self._names = self._name_positions(style, area, xs)
        for column, at in self._names:
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
        """Return the y coordinates of each edge at each x."""
        ys = area.bottom() - self._stack.edges * area.height()
        heights: list[list[float]] = ys.T.tolist()
        return [[edge[0]] * (len(xs) - len(edge)) + edge for edge in heights]

    def _name_positions(self, style: TextStyle, area: QRectF, xs: list[float]) -> list[tuple[int, QPointF]]:
        pixels = np.arange(int(xs[0]), int(xs[-1]))
        heights = [np.interp(pixels, xs, edge).astype(np.float32) for edge in self._edges(area, xs)]
        positions = []
        for column, (below, above) in zip(self._stack.columns, pairwise(heights), strict=True):
            lettering = self._lettering(style, column)
            width = round(lettering.width(self.name(column))) + STEP
            found = label_position(above, below, width, lettering.height)
            if found is not None:
                positions.append((column, QPointF(xs[0] + found[0] + width / 2, found[1])))
        return positions


def paint_fade(painter: QPainter, style: TextStyle, area: QRectF, share: float) -> None:
    """Fade an area into the window colour by a share from 0 to 1."""
    fade = QColor(style.window)
    fade.setAlphaF(share)
    painter.fillRect(area, fade)


def paint_handle(
    painter: QPainter, style: TextStyle, line: tuple[QPointF, QPointF], *, is_default: bool, focus: bool
) -> None:
    """Paint the handle of a slider: a line with a knob at its upper end.

    Args:
        painter, style: to paint with.
        line: from its upper to its lower end.
        is_default: whether the user has not chosen the position; the handle is paler then.
        focus: whether it has the keyboard focus.
    """
    top, bottom = line
    colour = mixed(style.accent, style.window, 0.35) if is_default and not focus else style.accent
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
