"""Small plot of the learning rate over the epochs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop_app.runs.rate_curve import rate_curve
from desktop_app.runs.recipe import Schedule
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import LEFT, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

_HEIGHT = 10 * STEP
_POINTS = 800


class RateSketch(PaintedView):
    """Curve of the learning rate; dashed if it depends on the validation results."""

    preferred_size = QSize(30 * STEP, _HEIGHT)

    def __init__(self) -> None:
        """Create a plot of the default schedule."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._schedule, self._epochs = Schedule(), 1

    def set_schedule(self, schedule: Schedule, epochs: int) -> None:
        """Plot a schedule over a number of epochs."""
        if (schedule, epochs) == (self._schedule, self._epochs):
            return
        self._schedule, self._epochs = schedule, epochs
        text = self.tr("Learning rate: {start} at the start, {most} at most, {end} at the end")
        _, rates = self.curve()
        values = {"start": rates[0], "most": rates.max(), "end": rates[-1]}
        # A cosine ends at a rounding error instead of 0.
        rounded = {name: round(value, 9) for name, value in values.items()}
        self.setAccessibleName(text.format(**{name: f"{value:.2g}" for name, value in rounded.items()}))
        self.update()

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return times in epochs and learning rates, float64 (800,) each."""
        times = np.linspace(0.0, self._epochs, _POINTS)
        # The step at the very end is never used.
        inside = np.minimum(times, self._epochs * (1 - 1e-9))
        return times, rate_curve(self._schedule, self._epochs, inside)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint background, curve and caption."""
        style = self.text_style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        below = style.small.height + STEP / 2
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -below)
        painter.setPen(QPen(style.line, 1))
        painter.setBrush(style.base)
        painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        self._paint_curve(painter, area.adjusted(STEP, STEP, -STEP, -STEP), style)
        self._write_caption(painter, area, style)

    def _paint_curve(self, painter: QPainter, area: QRectF, style: TextStyle) -> None:
        times, rates = self.curve()
        xs = area.left() + times / self._epochs * area.width()
        ys = area.bottom() - rates / rates.max() * area.height()
        path = QPainterPath(QPointF(xs[0], ys[0]))
        for x, y in zip(xs[1:], ys[1:], strict=True):
            path.lineTo(x, y)
        pen = QPen(style.accent, 2)
        if self._schedule.kind == "plateau":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _write_caption(self, painter: QPainter, area: QRectF, style: TextStyle) -> None:
        """Write the caption and the number of epochs below the curve."""
        y = area.bottom() + STEP / 4 + style.small.height / 2
        text = self.tr("Learning rate, at most {rate}")
        if self._schedule.kind == "plateau":
            text = self.tr("Learning rate without improvement, at most {rate}")
        text = text.format(rate=f"{self._schedule.rate:.3g}")
        end = self.tr("%n epoch(s)", "", self._epochs)
        width = area.width() - style.small.width(end) - 2 * STEP
        style.small.write(
            painter, QPointF(area.left(), y), style.small.elided(text, width), style.quiet, LEFT
        )
        style.small.write(painter, QPointF(area.right(), y), end, style.quiet, RIGHT)
