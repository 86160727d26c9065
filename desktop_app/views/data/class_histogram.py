"""How many samples each class has in each part, as bars; a click looks at one class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.text_style import LEFT, MIDDLE, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

Counts = NDArray[np.int64]

_SWATCH = 10
_QUIET = 0.7
_FAR_BEYOND = 2


class ClassHistogram(PointedView):
    """Bars of three parts on top of each other, told apart by their filling too."""

    is_focusable = True
    preferred_size = QSize(30 * STEP, 12 * STEP)
    minimum_size = QSize(15 * STEP, 12 * STEP)

    chosen = Signal(object)
    """The class to look at from now on; None for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without classes."""
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._counts: Counts = np.zeros((0, 3), dtype=np.int64)
        self._chosen: int | None = None
        self._part: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Samples in each class"))

    def set_counts(self, labels: tuple[str, ...], counts: Counts) -> None:
        """Names of the classes, and samples by class and part, int64 (classes, 3)."""
        self._labels, self._counts = labels, counts
        self.update()

    def set_selection(self, label: int | None, part: int | None) -> None:
        """The class and the part that are looked at; None for all."""
        self._chosen, self._part = label, part
        self.setAccessibleDescription("" if label is None else self.words(label))
        self.update()

    def words(self, label: int) -> str:
        """A class in numbers."""
        training, validation, test = (f"{count:,}" for count in self._counts[label].tolist())
        words = self.tr("{label}: {training} training, {validation} validation, {test} test")
        return words.format(label=self._labels[label], training=training, validation=validation, test=test)

    def area_of(self, label: int) -> QRectF:
        """Where the bar of a class may stand, with its name."""
        plot = self._plot()
        pitch = plot.width() / max(1, len(self._labels))
        return QRectF(plot.left() + label * pitch, plot.top(), pitch, self.height() - plot.top())

    # --- events ---

    def press(self, found: int) -> None:
        """Looks at a class, or at all again."""
        self.chosen.emit(None if found == self._chosen else found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from class to class; Escape shows all."""
        wanted = index_for_key(event, self._chosen, len(self._labels))
        if event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self.chosen.emit(None)
        elif wanted is not None:
            self.chosen.emit(wanted)
        else:
            super().keyPressEvent(event)

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Legend, bars, names."""
        if not self._labels:
            return
        style = self.text_style
        self._paint_legend(painter, style)
        plot, most = self._plot(), self._most()
        for label, counts in enumerate(self._counts.tolist()):
            area = self.area_of(label)
            gap = min(3.0, area.width() / 4) if area.width() >= 3 else 0.0
            # A bar beyond the scale is drawn in its own, so that its parts can be told, and broken.
            scale = plot.height() / max(most, sum(counts))
            bottom = plot.bottom()
            for part, count in enumerate(counts):
                bar = QRectF(area.left(), bottom - scale * count, area.width() - gap, scale * count)
                self._paint_bar(painter, bar, label, part)
                bottom -= scale * count
            if sum(counts) > most:
                self._paint_break(painter, area)
        painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), style.quiet)
        self._paint_names(painter, style, plot)
        self.paint_focus_ring(painter, QRectF(self.rect()).adjusted(0, plot.top() - 3, 0, 0))

    def _paint_bar(self, painter: QPainter, bar: QRectF, label: int, part: int) -> None:
        """Filled for training, hatched for validation, hollow for test; paler where not looked at."""
        if bar.height() <= 0:
            return
        away = self._chosen not in (None, label) or self._part not in (None, part)
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        colour = palette.color(QPalette.ColorRole.Accent if not away else QPalette.ColorRole.Text)
        _fill(painter, bar, part, mixed(colour, window, _QUIET) if away else colour)

    def _most(self) -> int:
        """The count that fills the height: all classes fit, unless one is far beyond the others."""
        sums = np.sort(self._counts.sum(axis=1))
        most = int(sums[-1])
        if len(sums) > 1 and most > _FAR_BEYOND * int(sums[-2]):
            most = round(1.2 * int(sums[-2]))
        return max(1, most)

    def _paint_break(self, painter: QPainter, area: QRectF) -> None:
        """Two slanted cuts: this bar is longer than it is drawn."""
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Window), 2))
        for shift in (0.0, 5.0):
            y = area.top() + 0.12 * area.height() + shift
            painter.drawLine(QPointF(area.left(), y + 3), QPointF(area.right(), y - 3))

    def _paint_legend(self, painter: QPainter, style: TextStyle) -> None:
        left, middle = 0.0, style.small.height / 2
        totals = self._counts.sum(axis=0).tolist()
        for part, words in enumerate(self._legend(totals)):
            _fill(painter, QRectF(left, middle - _SWATCH / 2, _SWATCH, _SWATCH), part, style.quiet)
            left += _SWATCH + STEP / 2
            style.small.write(painter, QPointF(left, middle), words, style.text, LEFT)
            left += style.small.width(words) + 1.5 * STEP

    def _legend(self, totals: list[int]) -> tuple[str, str, str]:
        """Names of the parts with how many samples they have, short where there is little room."""
        training, validation, test = (f"{total:,}" for total in totals)
        full = (
            self.tr("training {count}").format(count=training),
            self.tr("validation {count}").format(count=validation),
            self.tr("test {count}").format(count=test),
        )
        needed = sum(self.text_style.small.width(words) + _SWATCH + 2 * STEP for words in full)
        return full if needed <= self.width() + 1.5 * STEP else (training, validation, test)

    def _paint_names(self, painter: QPainter, style: TextStyle, plot: QRectF) -> None:
        """As many names of classes as fit side by side, and that of the chosen one."""
        pitch = plot.width() / len(self._labels)
        widest = sorted(style.small.width(label) for label in self._labels)[len(self._labels) // 2]
        every = max(1, int(np.ceil((min(widest, 6 * STEP) + STEP / 2) / pitch)))
        middle = plot.bottom() + 2 + style.small.height / 2
        for number, label in enumerate(self._labels):
            is_chosen = number == self._chosen
            if number % every and not is_chosen:
                continue
            area = self.area_of(number)
            name = style.small.elided(label, max(every * pitch, 3 * STEP))
            half = style.small.width(name) / 2
            middle_of_bar = area.left() + pitch / 2
            place = QPointF(max(half, min(middle_of_bar, self.width() - half)), middle)
            if is_chosen:
                back = QRectF(place.x() - half - 2, plot.bottom() + 2, 2 * half + 4, style.small.height)
                painter.fillRect(back, style.window)
                painter.fillRect(QRectF(back.left(), back.bottom() - 1, back.width(), 2), style.accent)
            style.small.write(painter, place, name, style.text if is_chosen else style.quiet, MIDDLE)

    def _plot(self) -> QRectF:
        """Where the bars stand."""
        line = self.text_style.small.height
        return QRectF(0, line + STEP / 2, self.width(), max(1.0, self.height() - 2 * line - STEP / 2 - 4))

    def locate(self, position: QPointF) -> int | None:
        """The class at a place of the widget; None beside the bars."""
        plot = self._plot()
        label = int((position.x() - plot.left()) * len(self._labels) // max(1.0, plot.width()))
        return label if 0 <= label < len(self._labels) and position.y() >= plot.top() else None


_LOW = 4
"""Pixels of height."""


def _fill(painter: QPainter, area: QRectF, part: int, colour: QColor) -> None:
    """Fill an area in the manner of a part."""
    if part == 0:
        painter.fillRect(area, colour)
        return
    if part == 1:
        painter.fillRect(area.toAlignedRect(), QBrush(colour, Qt.BrushStyle.Dense4Pattern))
        if area.height() < _LOW:
            # Its outline would hide the hatching.
            return
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
