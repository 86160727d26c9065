"""Reliability diagram: accuracy of answers by confidence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen

from desktop_app.runs.measures import wilson_interval
from desktop_app.tasks.reliability import BINS, Reliability
from desktop_app.views.evaluation.shares import compact
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

_TOP = 3 * STEP
_LEFT = 5 * STEP
_LINE = 2 * STEP + 2
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class ReliabilityView(PaintedView):
    """Bars of accuracy over bins of confidence; the diagonal is perfect calibration."""

    is_focusable = True
    preferred_size = QSize(64 * STEP, 40 * STEP)
    minimum_size = QSize(28 * STEP, 18 * STEP)
    minimum_lines = 10

    description_changed = Signal(str)
    """Description of the bin under the mouse or keyboard focus; empty: none."""

    def __init__(self) -> None:
        """Create an empty diagram."""
        super().__init__()
        self.setObjectName("reliability")
        self.setAccessibleName(self.tr("Reliability diagram"))
        self.setMouseTracking(True)
        self._bins: Reliability | None = None
        self._chosen: int | None = None

    def set_bins(self, bins: Reliability) -> None:
        """Show answers by confidence."""
        self._bins, self._chosen = bins, None
        self.update()

    def description(self, number: int) -> str:
        """Return the text of a bin, e.g. "confidence 80 to 87 % (mean 84.1 %): 45 answers, ..."."""
        assert self._bins is not None
        low, high = 100 * number / BINS, 100 * (number + 1) / BINS
        count = int(self._bins.counts[number])
        if not count:
            text = self.tr("confidence {low} to {high} %: no answers")
            return text.format(low=f"{low:.0f}", high=f"{high:.0f}")
        accuracy, mean = self._bins.right[number] / count, self._bins.confidence[number] / count
        text = self.tr(
            "confidence {low} to {high} % (mean {mean} %): {count} answer(s), accuracy {accuracy} %",
            "",
            count,
        )
        return text.format(
            low=f"{low:.0f}",
            high=f"{high:.0f}",
            mean=f"{100 * mean:.1f}",
            count=f"{count:,}",
            accuracy=f"{100 * accuracy:.1f}",
        )

    def area_of(self, number: int) -> QRectF:
        """Return the area of a bin in widget coordinates."""
        area = self._area()
        width = area.width() / BINS
        return QRectF(area.left() + number * width, area.top(), width, area.height())

    # --- events ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Describe the bin under the mouse."""
        area = self._area()
        number = int((event.position().x() - area.left()) / area.width() * BINS // 1)
        self._choose(number if 0 <= number < BINS else None)

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the description."""
        self._choose(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between bins with Left and Right."""
        number = index_for_key(event, BINS if self._chosen is None else self._chosen, BINS)
        if number is None or self._bins is None:
            super().keyPressEvent(event)
        else:
            self._choose(number)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Clear the description."""
        super().focusOutEvent(event)
        self._choose(None)

    def _choose(self, number: int | None) -> None:
        if self._bins is None or number == self._chosen:
            return
        self._chosen = number
        text = "" if number is None else self.description(number)
        self.setAccessibleDescription(text)
        self.description_changed.emit(text)
        self.update()

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint scale, bars with confidence intervals, diagonal and counts."""
        style = self.text_style
        if self._bins is None:
            return
        self._paint_scale(painter, style)
        for number in range(BINS):
            self._paint_bar(painter, style, self._bins, number)
        area = self._area()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.text, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_counts(painter, style, self._bins)
        self.paint_focus_ring(painter)

    def _area(self) -> QRectF:
        """Return the area of the bars."""
        below = 4 * _LINE
        return QRectF(_LEFT, _TOP, max(self.width() - _LEFT - STEP, 1), max(self.height() - _TOP - below, 1))

    def _paint_scale(self, painter: QPainter, style: TextStyle) -> None:
        area, small = self._area(), style.small
        for tick in _TICKS:
            y, x = area.bottom() - tick * area.height(), area.left() + tick * area.width()
            painter.setPen(QPen(style.line, 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            text = f"{100 * tick:.0f} %"
            small.write(painter, QPointF(area.left() - STEP / 2, y), text, style.quiet, RIGHT)
            anchor = {0.0: LEFT, 1.0: RIGHT}.get(tick, MIDDLE)
            small.write(painter, QPointF(x, area.bottom() + _LINE / 2 + 2), text, style.quiet, anchor)
        small.write(painter, QPointF(0, _TOP / 2 - 2), self.tr("accuracy"), style.quiet, LEFT)
        point = QPointF(area.center().x(), area.bottom() + 1.5 * _LINE)
        small.write(painter, point, self.tr("confidence"), style.quiet, MIDDLE)

    def _paint_bar(self, painter: QPainter, style: TextStyle, bins: Reliability, number: int) -> None:
        column, count = self.area_of(number), int(bins.counts[number])
        if number == self._chosen:
            painter.fillRect(column, mixed(style.window, style.line, 0.6))
            painter.setPen(QPen(style.outline, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(column.adjusted(0.5, 0.5, -0.5, -0.5))
        if not count:
            return

        def height_of(share: float) -> float:
            return column.bottom() - share * column.height()

        top = height_of(int(bins.right[number]) / count)
        bar = QRectF(column.left() + 1.5, top, column.width() - 3, column.bottom() - top)
        painter.fillRect(bar, mixed(style.window, style.accent, 0.55))
        painter.fillRect(QRectF(bar.left(), top - 1, bar.width(), 2), style.accent)
        low, high = (height_of(share) for share in wilson_interval(int(bins.right[number]), count))
        middle = column.center().x()
        painter.setPen(QPen(style.text, 1))
        painter.drawLine(QLineF(middle, low, middle, high))
        for y in (low, high):
            painter.drawLine(QLineF(middle - 3, y, middle + 3, y))

    def _paint_counts(self, painter: QPainter, style: TextStyle, bins: Reliability) -> None:
        """Paint the number of answers of each bin, vertically if they would overlap."""
        texts = [compact(count) for count in bins.counts.tolist()]
        width, small = self.area_of(0).width(), style.small
        is_horizontal = max(map(small.width, texts)) + 2 <= width
        top = self._area().bottom() + 2 * _LINE
        for number, text in enumerate(texts):
            x = self.area_of(number).center().x()
            if is_horizontal:
                small.write(painter, QPointF(x, top + _LINE / 2), text, style.text, MIDDLE)
                continue
            painter.save()
            painter.translate(x, top + 2 * _LINE)
            painter.rotate(-90)
            small.write(painter, QPointF(0, 0), text, style.text, LEFT)
            painter.restore()
        small.write(painter, QPointF(0, top + _LINE / 2), self.tr("answers"), style.quiet, LEFT)
