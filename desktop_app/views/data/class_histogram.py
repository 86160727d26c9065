"""Bar chart of the number of samples per class and split; a click selects a class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.text_style import LEFT, MIDDLE, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

Counts = NDArray[np.int64]

_SWATCH = 10
_MUTED = 0.7
_OUTLIER = 2


class ClassHistogram(PointedView):
    """Stacked bars of three splits, which also differ by their pattern."""

    is_focusable = True
    preferred_size = QSize(30 * STEP, 12 * STEP)
    minimum_size = QSize(15 * STEP, 12 * STEP)

    label_chosen = Signal(object)
    """Selected class; None: all."""

    def __init__(self) -> None:
        """Create an empty chart."""
        super().__init__()
        self._labels: tuple[str, ...] = ()
        self._counts: Counts = np.zeros((0, 3), dtype=np.int64)
        self._label: int | None = None
        self._split: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Samples in each class"))

    def set_counts(self, labels: tuple[str, ...], counts: Counts) -> None:
        """Set the names of the classes and the samples by class and split, int64 (classes, 3)."""
        self._labels, self._counts = labels, counts
        self.update()

    def set_selection(self, label: int | None, split: int | None) -> None:
        """Show the selected class and split; None: all."""
        self._label, self._split = label, split
        self.setAccessibleDescription("" if label is None else self.text(label))
        self.update()

    def text(self, label: int) -> str:
        """Return the numbers of a class."""
        training, validation, test = (f"{count:,}" for count in self._counts[label].tolist())
        text = self.tr("{label}: {training} training, {validation} validation, {test} test")
        return text.format(label=self._labels[label], training=training, validation=validation, test=test)

    def area_of(self, label: int) -> QRectF:
        """Return the area of the bar and the name of a class."""
        plot = self._plot()
        pitch = plot.width() / max(1, len(self._labels))
        return QRectF(plot.left() + label * pitch, plot.top(), pitch, self.height() - plot.top())

    # --- events ---

    def press(self, label: int) -> None:
        """Select a class, or all if it is selected already."""
        self.label_chosen.emit(None if label == self._label else label)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select a class with arrow keys, all with Escape."""
        label = index_for_key(event, self._label, len(self._labels))
        if event.key() == Qt.Key.Key_Escape and self._label is not None:
            self.label_chosen.emit(None)
        elif label is not None:
            self.label_chosen.emit(label)
        else:
            super().keyPressEvent(event)

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint legend, bars and names."""
        if not self._labels:
            return
        style = self.text_style
        self._paint_legend(painter, style)
        plot, top = self._plot(), self._top_count()
        for label, counts in enumerate(self._counts.tolist()):
            area = self.area_of(label)
            gap = min(3.0, area.width() / 4) if area.width() >= 3 else 0.0
            # A bar beyond the scale has its own scale, so that its splits are visible, and a break.
            scale = plot.height() / max(top, sum(counts))
            bottom = plot.bottom()
            for split, count in enumerate(counts):
                bar = QRectF(area.left(), bottom - scale * count, area.width() - gap, scale * count)
                self._paint_bar(painter, bar, label, split)
                bottom -= scale * count
            if sum(counts) > top:
                self._paint_break(painter, area)
        painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), style.quiet)
        self._paint_names(painter, style, plot)
        self.paint_focus_ring(painter, QRectF(self.rect()).adjusted(0, plot.top() - 3, 0, 0))

    def _paint_bar(self, painter: QPainter, bar: QRectF, label: int, split: int) -> None:
        """Paint training solid, validation hatched, test hollow; pale if not selected."""
        if bar.height() <= 0:
            return
        is_muted = self._label not in (None, label) or self._split not in (None, split)
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        colour = palette.color(QPalette.ColorRole.Accent if not is_muted else QPalette.ColorRole.Text)
        _fill(painter, bar, split, mixed(colour, window, _MUTED) if is_muted else colour)

    def _top_count(self) -> int:
        """Return the count that fills the height: the largest, unless it is an outlier."""
        sums = np.sort(self._counts.sum(axis=1))
        top = int(sums[-1])
        if len(sums) > 1 and top > _OUTLIER * int(sums[-2]):
            top = round(1.2 * int(sums[-2]))
        return max(1, top)

    def _paint_break(self, painter: QPainter, area: QRectF) -> None:
        """Paint two slanted cuts through a bar beyond the scale."""
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Window), 2))
        for shift in (0.0, 5.0):
            y = area.top() + 0.12 * area.height() + shift
            painter.drawLine(QPointF(area.left(), y + 3), QPointF(area.right(), y - 3))

    def _paint_legend(self, painter: QPainter, style: TextStyle) -> None:
        left, middle = 0.0, style.small.height / 2
        totals = self._counts.sum(axis=0).tolist()
        for split, text in enumerate(self._legend(totals)):
            _fill(painter, QRectF(left, middle - _SWATCH / 2, _SWATCH, _SWATCH), split, style.quiet)
            left += _SWATCH + STEP / 2
            style.small.write(painter, QPointF(left, middle), text, style.text, LEFT)
            left += style.small.width(text) + 1.5 * STEP

    def _legend(self, totals: list[int]) -> tuple[str, str, str]:
        """Return names and counts of the splits, only counts in a narrow view."""
        training, validation, test = (f"{total:,}" for total in totals)
        full = (
            self.tr("training {count}").format(count=training),
            self.tr("validation {count}").format(count=validation),
            self.tr("test {count}").format(count=test),
        )
        needed = sum(self.text_style.small.width(text) + _SWATCH + 2 * STEP for text in full)
        return full if needed <= self.width() + 1.5 * STEP else (training, validation, test)

    def _paint_names(self, painter: QPainter, style: TextStyle, plot: QRectF) -> None:
        """Paint as many class names as fit, and that of the selected class."""
        pitch = plot.width() / len(self._labels)
        widest = sorted(style.small.width(label) for label in self._labels)[len(self._labels) // 2]
        stride = max(1, int(np.ceil((min(widest, 6 * STEP) + STEP / 2) / pitch)))
        middle = plot.bottom() + 2 + style.small.height / 2
        for number, label in enumerate(self._labels):
            is_selected = number == self._label
            if number % stride and not is_selected:
                continue
            area = self.area_of(number)
            name = style.small.elided(label, max(stride * pitch, 3 * STEP))
            half = style.small.width(name) / 2
            middle_of_bar = area.left() + pitch / 2
            centre = QPointF(max(half, min(middle_of_bar, self.width() - half)), middle)
            if is_selected:
                background = QRectF(
                    centre.x() - half - 2, plot.bottom() + 2, 2 * half + 4, style.small.height
                )
                painter.fillRect(background, style.window)
                painter.fillRect(
                    QRectF(background.left(), background.bottom() - 1, background.width(), 2), style.accent
                )
            style.small.write(painter, centre, name, style.text if is_selected else style.quiet, MIDDLE)

    def _plot(self) -> QRectF:
        """Return the area of the bars."""
        line = self.text_style.small.height
        return QRectF(0, line + STEP / 2, self.width(), max(1.0, self.height() - 2 * line - STEP / 2 - 4))

    def locate(self, position: QPointF) -> int | None:
        """Return the class at a position; None outside the bars."""
        plot = self._plot()
        label = int((position.x() - plot.left()) * len(self._labels) // max(1.0, plot.width()))
        return label if 0 <= label < len(self._labels) and position.y() >= plot.top() else None


_LOW = 4
"""Pixels of height."""


def _fill(painter: QPainter, area: QRectF, split: int, colour: QColor) -> None:
    """Fill an area with the pattern of a split."""
    if split == 0:
        painter.fillRect(area, colour)
        return
    if split == 1:
        painter.fillRect(area.toAlignedRect(), QBrush(colour, Qt.BrushStyle.Dense4Pattern))
        if area.height() < _LOW:
            # An outline would hide the hatching.
            return
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
