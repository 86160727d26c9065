"""A small drawing of the learning rate over the epochs of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.runs.rate_curve import rate_curve
from desktop_app.runs.recipe import Schedule
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import LEFT, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

_HEIGHT = 10 * STEP
_POINTS = 800


class RateSketch(PaintedView):
    """The curve between nothing and the largest rate; dashed where it depends on how the run goes."""

    preferred_size = QSize(30 * STEP, _HEIGHT)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the learning rate of a usual run."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._schedule, self._epochs = Schedule(), 1

    def set_schedule(self, schedule: Schedule, epochs: int) -> None:
        """Draw another schedule, over a run of so many epochs."""
        if (schedule, epochs) == (self._schedule, self._epochs):
            return
        self._schedule, self._epochs = schedule, epochs
        words = self.tr("Learning rate over the run: {start} at first, at most {most}, {end} at the end")
        _, rates = self.curve()
        shown = {"start": rates[0], "most": rates.max(), "end": rates[-1]}
        # A cosine ends at what rounding leaves of nothing.
        rounded = {name: round(value, 9) for name, value in shown.items()}
        self.setAccessibleName(words.format(**{name: f"{value:.2g}" for name, value in rounded.items()}))
        self.update()

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Moments of the run in epochs and the learning rate there, float64 (800,) each."""
        times = np.linspace(0.0, self._epochs, _POINTS)
        # A step at the very end of the run is never taken.
        inside = np.minimum(times, self._epochs * (1 - 1e-9))
        return times, rate_curve(self._schedule, self._epochs, inside)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paper, the curve, and the numbers at its ends."""
        style = self.text_style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        below = style.small.height + STEP / 2
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -below)
        painter.setPen(QPen(style.line, 1))
        painter.setBrush(style.base)
        painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        self._paint_curve(painter, area.adjusted(STEP, STEP, -STEP, -STEP), style)
        self._write(painter, area, style)

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

    def _write(self, painter: QPainter, area: QRectF, style: TextStyle) -> None:
        """Under the curve: what it is, and how many epochs there are."""
        middle = area.bottom() + STEP / 4 + style.small.height / 2
        words = self.tr("learning rate, at most {rate}")
        if self._schedule.kind == "plateau":
            words = self.tr("learning rate if nothing improves, at most {rate}")
        words = words.format(rate=f"{self._schedule.rate:.3g}")
        end = self.tr("{count} epochs").format(count=self._epochs)
        if self._epochs == 1:
            end = self.tr("1 epoch")
        room = area.width() - style.small.width(end) - 2 * STEP
        style.small.write(
            painter, QPointF(area.left(), middle), style.small.elided(words, room), style.quiet, LEFT
        )
        style.small.write(painter, QPointF(area.right(), middle), end, style.quiet, RIGHT)
