"""The band of probabilities along a drawing, with a scrubber that goes back to its moments."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QWidget

from desktop_app.inspection.replay import answer_changes
from desktop_app.views.parts.arrow_keys import place_by_key
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.stacked_band import StackedBand, paint_fog, paint_handle
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.inspection.replay import Timeline

_TOP = 3 * STEP
_BOTTOM = 2 * STEP + 4
_SIDE = STEP
_NOT_YET = 0.72
"""How far what lies after the chosen moment fades into the window."""

_FAR = 10
"""How many moments a page key goes."""


class ProbabilityBand(PaintedView):
    """Stacked probabilities from the first point to the last, and a line at the chosen moment."""

    takes_keys = True
    preferred_size = QSize(100 * STEP, 24 * STEP)
    least_size = QSize(30 * STEP, 12 * STEP)

    snapshot_wanted = Signal(object)
    """A place in the timeline that the user wants to see, or None for the end of it: now."""
    play_wanted = Signal()
    """The user wants to see the drawing come about, or to stop that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a timeline."""
        super().__init__(parent)
        self.setObjectName("probability_band")
        self.setAccessibleName(self.tr("Probabilities along the drawing"))
        self.setAccessibleDescription(
            self.tr(
                "Left and Right go back and forth through the drawing, Home to its beginning, "
                "End to now; Space plays it."
            )
        )
        self._timeline: Timeline | None = None
        self._band: StackedBand | None = None
        self._snapshot: int | None = None
        self._hint = ""

    def set_timeline(self, timeline: Timeline | None, hint: str = "") -> None:
        """Show the answers along a drawing; without any, a hint at what would fill the place."""
        self._timeline = timeline if timeline is not None and len(timeline.points) else None
        self._band = self._band_of(self._timeline)
        self._hint = hint
        if self._timeline is None or (self._snapshot or 0) >= len(self._timeline.points):
            self._snapshot = None
        self.setCursor(Qt.CursorShape.SplitHCursor if self._timeline else Qt.CursorShape.ArrowCursor)
        self.update()

    def set_snapshot(self, moment: int | None) -> None:
        """Show a place in the timeline as the chosen one; None is now."""
        if moment != self._snapshot:
            self._snapshot = moment
            self.update()

    # --- what the user wants ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes to the moment under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._want_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follows the mouse while its button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want_at(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves the chosen moment, returns to now, or plays."""
        if self._timeline is None:
            super().keyPressEvent(event)
            return
        count = len(self._timeline.points)
        at = count - 1 if self._snapshot is None else self._snapshot
        place = place_by_key(event, at, count, page=_FAR)
        if place is not None:
            self._want(place)
        elif event.key() == Qt.Key.Key_Escape:
            self._want(count - 1)
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.play_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _want_at(self, x: float) -> None:
        if self._timeline is not None:
            points = (x - _SIDE) / max(self._width(), 1) * self._timeline.points[-1]
            self._want(int(np.abs(self._timeline.points - points).argmin()))

    def _want(self, moment: int) -> None:
        """Ask for a place in the timeline; its end is now."""
        assert self._timeline is not None
        last = len(self._timeline.points) - 1
        wanted = None if moment >= last else max(moment, 0)
        if wanted != self._snapshot:
            self.snapshot_wanted.emit(wanted)

    # --- look ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The band between the winners above and the points below, and the scrubber over it."""
        look = self.look
        timeline, band = self._timeline, self._band
        if timeline is None or band is None:
            self.paint_hint(painter, self._hint, 2 * STEP)
            return
        area, xs = self._area(), self._xs(timeline)
        band.paint_shares(painter, area, xs, self.palette())
        self._paint_lifts(painter, look, timeline)
        self._paint_winners(painter, look, timeline, band)
        if self._snapshot is not None:
            # What was not drawn yet at the chosen moment fades, as its ink does on the paper.
            x = self._x(timeline, self._snapshot)
            paint_fog(painter, look, QRectF(x, 0, self.width() - x, self.height()), _NOT_YET)
        band.paint_names(painter, look, area, xs)
        self._paint_points(painter, look, timeline)
        self._paint_scrubber(painter, look, timeline)

    def _band_of(self, timeline: Timeline | None) -> StackedBand | None:
        if timeline is None:
            return None
        words = self.tr("others"), self.tr("not a character")
        return StackedBand(timeline.probabilities, timeline.labels, *words)

    def _width(self) -> float:
        return float(self.width() - 2 * _SIDE)

    def _area(self) -> QRectF:
        """Where the shares are stacked."""
        return QRectF(_SIDE, _TOP, self._width(), max(self.height() - _TOP - _BOTTOM, 1))

    def _x(self, timeline: Timeline, moment: int) -> float:
        return self._x_of(timeline, int(timeline.points[moment]))

    def _x_of(self, timeline: Timeline, points: int) -> float:
        return _SIDE + points / timeline.ink.point_count * self._width()

    def _xs(self, timeline: Timeline) -> list[float]:
        """Of each moment; from the left edge on, where there is nothing to say but what is said first."""
        xs = _SIDE + timeline.points / timeline.ink.point_count * self._width()
        return [self._area().left(), *xs.tolist()]

    def _paint_lifts(self, painter: QPainter, look: TextStyle, timeline: Timeline) -> None:
        """A dotted line wherever the pen was lifted between two strokes."""
        area = self._area()
        painter.setPen(QPen(look.text, 1, Qt.PenStyle.DotLine))
        counts = np.cumsum([len(stroke.points) for stroke in timeline.ink.strokes])[:-1]
        for x in dict.fromkeys(round(self._x_of(timeline, int(count))) for count in counts):
            painter.drawLine(QPointF(x + 0.5, area.top()), QPointF(x + 0.5, area.bottom() + STEP / 2))

    def _paint_winners(
        self, painter: QPainter, look: TextStyle, timeline: Timeline, band: StackedBand
    ) -> None:
        """Above the band the most probable answer, with a tick wherever it became another one."""
        area = self._area()
        changes = answer_changes(timeline)
        starts = [area.left(), *(self._x_of(timeline, turn.points) for turn in changes)]
        winners = [int(timeline.winners[0]), *(turn.after for turn in changes)]
        middle = _TOP / 2
        end = self._x(timeline, -1)
        for winner, (left, right) in zip(winners, pairwise([*starts, end]), strict=True):
            name = band.name(winner)
            if look.strong.width(name) + STEP <= right - left:
                look.strong.write(painter, QPointF((left + right) / 2, middle), name, look.text, MIDDLE)
        through = QColor(look.text)
        through.setAlphaF(0.5)
        for x in starts[1:]:
            painter.setPen(QPen(look.text, 1.5))
            painter.drawLine(QPointF(x, STEP / 2), QPointF(x, area.top()))
            painter.setPen(QPen(through, 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_points(self, painter: QPainter, look: TextStyle, timeline: Timeline) -> None:
        """Below the band from where to where it goes, and what the dotted lines are."""
        area = self._area()
        middle = area.bottom() + _BOTTOM / 2 + 1
        count = timeline.ink.point_count
        total = self.tr("{count} points").format(count=count)
        look.small.write(painter, QPointF(area.left(), middle), self.tr("pen down"), look.quiet, LEFT)
        look.small.write(painter, QPointF(area.right(), middle), total, look.quiet, RIGHT)
        strokes = timeline.ink.strokes
        if len(strokes) < 2:
            return
        x = self._x_of(timeline, len(strokes[0].points))
        words = self.tr("pen lifted")
        half = look.small.width(words) / 2 + STEP
        left = area.left() + look.small.width(self.tr("pen down"))
        if left + half <= x <= area.right() - look.small.width(total) - half:
            look.small.write(painter, QPointF(x, middle), words, look.quiet, MIDDLE)

    def _paint_scrubber(self, painter: QPainter, look: TextStyle, timeline: Timeline) -> None:
        """A line at the chosen moment with a handle on top; at now it waits at the end."""
        x = self._x(timeline, -1 if self._snapshot is None else self._snapshot)
        line = QPointF(x, STEP), QPointF(x, self._area().bottom() + STEP / 2)
        paint_handle(painter, look, line, waits=self._snapshot is None, focus=self.hasFocus())
