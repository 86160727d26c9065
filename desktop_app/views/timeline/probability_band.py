"""The probability band of a drawing, with a scrubber that chooses a snapshot."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from desktop_app.inspection.timeline import answer_changes
from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.stacked_band import StackedBand, paint_fade, paint_handle
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.inspection.timeline import Timeline

_TOP = 3 * STEP
_BOTTOM = 2 * STEP + 4
_SIDE = STEP
_FADE = 0.72
"""Opacity of the window colour over the part after the chosen snapshot, 0 to 1."""

_PAGE = 10
"""Snapshots that a page key moves."""


class ProbabilityBand(PaintedView):
    """Stacked probabilities from the first point to the last, and a line at the chosen snapshot."""

    is_focusable = True
    preferred_size = QSize(100 * STEP, 24 * STEP)
    minimum_size = QSize(30 * STEP, 12 * STEP)

    snapshot_requested = Signal(object)
    """Index of a snapshot that the user chose; None for the whole drawing."""
    playback_toggled = Signal()
    """The user pressed the key that starts and stops playback."""

    def __init__(self) -> None:
        """Start without a timeline."""
        super().__init__()
        self.setObjectName("probability_band")
        self.setAccessibleName(self.tr("Probabilities along the drawing"))
        self.setAccessibleDescription(
            self.tr(
                "Left and Right move through the drawing, Home goes to its beginning, "
                "End to the whole drawing. Space plays it."
            )
        )
        self._timeline: Timeline | None = None
        self._band: StackedBand | None = None
        self._snapshot: int | None = None
        self._hint = ""

    def set_timeline(self, timeline: Timeline | None, hint: str = "") -> None:
        """Show the answers along a drawing, or a hint if there are none."""
        self._timeline = timeline if timeline is not None and len(timeline.points) else None
        self._band = self._band_of(self._timeline)
        self._hint = hint
        if self._timeline is None or (self._snapshot or 0) >= len(self._timeline.points):
            self._snapshot = None
        self.setCursor(Qt.CursorShape.SplitHCursor if self._timeline else Qt.CursorShape.ArrowCursor)
        self.update()

    def set_snapshot(self, snapshot: int | None) -> None:
        """Mark a snapshot by its index; None for the whole drawing."""
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self.update()

    # --- input ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the snapshot under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._want_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while the left button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want_at(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose another snapshot, or start and stop playback."""
        if self._timeline is None:
            super().keyPressEvent(event)
            return
        count = len(self._timeline.points)
        current = count - 1 if self._snapshot is None else self._snapshot
        wanted = index_for_key(event, current, count, page=_PAGE)
        if wanted is not None:
            self._want(wanted)
        elif event.key() == Qt.Key.Key_Escape:
            self._want(count - 1)
        elif event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.playback_toggled.emit()
        else:
            super().keyPressEvent(event)

    def _want_at(self, x: float) -> None:
        if self._timeline is not None:
            points = (x - _SIDE) / max(self._width(), 1) * self._timeline.points[-1]
            self._want(int(np.abs(self._timeline.points - points).argmin()))

    def _want(self, snapshot: int) -> None:
        """Emit the wanted snapshot; the last one is the whole drawing."""
        assert self._timeline is not None
        last = len(self._timeline.points) - 1
        wanted = None if snapshot >= last else max(snapshot, 0)
        if wanted != self._snapshot:
            self.snapshot_requested.emit(wanted)

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the answers, the band, the points and the scrubber, from top to bottom."""
        style = self.text_style
        timeline, band = self._timeline, self._band
        if timeline is None or band is None:
            self.paint_hint(painter, self._hint, 2 * STEP)
            return
        area, xs = self._area(), self._xs(timeline)
        band.paint_shares(painter, area, xs, self.palette())
        self._paint_lifts(painter, style, timeline)
        self._paint_winners(painter, style, timeline, band)
        if self._snapshot is not None:
            # Fade what was drawn after the chosen snapshot, as the canvas does.
            x = self._x_of_snapshot(timeline, self._snapshot)
            paint_fade(painter, style, QRectF(x, 0, self.width() - x, self.height()), _FADE)
        band.paint_names(painter, style, area, xs)
        self._paint_points(painter, style, timeline)
        self._paint_scrubber(painter, style, timeline)

    def _band_of(self, timeline: Timeline | None) -> StackedBand | None:
        if timeline is None:
            return None
        names = self.tr("others"), translated(rejected_class(timeline.labels))
        return StackedBand(timeline.probabilities, timeline.labels, *names)

    def _width(self) -> float:
        return float(self.width() - 2 * _SIDE)

    def _area(self) -> QRectF:
        """Return the area of the stacked probabilities, between the answers and the captions."""
        top, bottom = self._top(), max(_BOTTOM, self.text_style.small.height + 2)
        return QRectF(_SIDE, top, self._width(), max(self.height() - top - bottom, 1))

    def _top(self) -> float:
        """Return the height of the answers above the band."""
        return max(_TOP, self.text_style.strong.height + STEP)

    def _x_of_snapshot(self, timeline: Timeline, snapshot: int) -> float:
        return self._x_of(timeline, int(timeline.points[snapshot]))

    def _x_of(self, timeline: Timeline, points: int) -> float:
        return _SIDE + points / timeline.ink.point_count * self._width()

    def _xs(self, timeline: Timeline) -> list[float]:
        """Return the x of each snapshot, after the left edge, which repeats the first snapshot."""
        xs = _SIDE + timeline.points / timeline.ink.point_count * self._width()
        return [self._area().left(), *xs.tolist()]

    def _paint_lifts(self, painter: QPainter, style: TextStyle, timeline: Timeline) -> None:
        """Paint a dotted line where the pen was lifted between two strokes."""
        area = self._area()
        painter.setPen(QPen(style.text, 1, Qt.PenStyle.DotLine))
        counts = np.cumsum([len(stroke.points) for stroke in timeline.ink.strokes])[:-1]
        for x in dict.fromkeys(round(self._x_of(timeline, int(count))) for count in counts):
            painter.drawLine(QPointF(x + 0.5, area.top()), QPointF(x + 0.5, area.bottom() + STEP / 2))

    def _paint_winners(
        self, painter: QPainter, style: TextStyle, timeline: Timeline, band: StackedBand
    ) -> None:
        """Paint the most probable answers above the band, with a line where the answer changed."""
        area = self._area()
        changes = answer_changes(timeline)
        starts = [area.left(), *(self._x_of(timeline, change.points) for change in changes)]
        winners = [int(timeline.most_probable[0]), *(change.after for change in changes)]
        middle = self._top() / 2
        end = self._x_of_snapshot(timeline, -1)
        for winner, (left, right) in zip(winners, pairwise([*starts, end]), strict=True):
            name = band.name(winner)
            if style.strong.width(name) + STEP <= right - left:
                style.strong.write(painter, QPointF((left + right) / 2, middle), name, style.text, MIDDLE)
        faint = QColor(style.text)
        faint.setAlphaF(0.5)
        for x in starts[1:]:
            painter.setPen(QPen(style.text, 1.5))
            painter.drawLine(QPointF(x, STEP / 2), QPointF(x, area.top()))
            painter.setPen(QPen(faint, 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_points(self, painter: QPainter, style: TextStyle, timeline: Timeline) -> None:
        """Paint the captions below the band."""
        area = self._area()
        middle = (area.bottom() + self.height()) / 2 + 1
        total = self.tr("%n point(s)", "", timeline.ink.point_count)
        style.small.write(painter, QPointF(area.left(), middle), self.tr("pen down"), style.quiet, LEFT)
        style.small.write(painter, QPointF(area.right(), middle), total, style.quiet, RIGHT)
        strokes = timeline.ink.strokes
        if len(strokes) < 2:
            return
        x = self._x_of(timeline, len(strokes[0].points))
        lifted = self.tr("pen lifted")
        half = style.small.width(lifted) / 2 + STEP
        left = area.left() + style.small.width(self.tr("pen down"))
        if left + half <= x <= area.right() - style.small.width(total) - half:
            style.small.write(painter, QPointF(x, middle), lifted, style.quiet, MIDDLE)

    def _paint_scrubber(self, painter: QPainter, style: TextStyle, timeline: Timeline) -> None:
        """Paint a line with a handle at the chosen snapshot, or at the end."""
        x = self._x_of_snapshot(timeline, -1 if self._snapshot is None else self._snapshot)
        line = QPointF(x, STEP), QPointF(x, self._area().bottom() + STEP / 2)
        paint_handle(painter, style, line, is_default=self._snapshot is None, focus=self.hasFocus())
