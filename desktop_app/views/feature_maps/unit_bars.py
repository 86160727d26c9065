"""The units of a layer as bars, with names and numbers if they fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.inspection.bars import bar_columns, paint_bars
from desktop_app.inspection.colour_settings import Maps, Scale, Values
from desktop_app.views.feature_maps.map_marks import short_number
from desktop_app.views.parts.numerals import MINUS
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.text_style import MIDDLE, TextStyle

_MIN_TEXT_HEIGHT = 18.0
_MIN_HEIGHT_WITH_NAMES = 72
_MIN_PITCH_WITH_GAPS = 4.0
_MIN_PITCH_WITH_NUMBERS = 40
_TYPICAL_NUMBER = f"{MINUS}0.12"
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True, eq=False)
class UnitBars:
    """Bars to paint.

    Attributes:
        maps: the units, one value each.
        scale: their colours.
        names: labels of the units; may be empty.
        area: where to paint, in device-independent pixels.
        text_style: fonts and colours.
    """

    maps: Maps
    scale: Scale
    names: tuple[str, ...]
    area: QRectF
    text_style: TextStyle

    def unit_at(self, position: QPointF) -> int | None:
        """Return the unit whose column contains a point; None outside."""
        unit = int((position.x() - self.area.left()) // self._pitch)
        return unit if 0 <= unit < len(self.maps.planes) else None

    def column_of(self, unit: int) -> QRectF:
        """Return the whole column of a unit."""
        plot_area = self._plot_area
        return QRectF(plot_area.left() + unit * self._pitch, plot_area.top(), self._pitch, plot_area.height())

    def paint(self, painter: QPainter, ratio: float) -> None:
        """Paint the bars with axis, numbers and names; `ratio`: screen pixels per pixel of the area."""
        plot_area = self._plot_area
        painter.fillRect(plot_area, self._background)
        bar_area = self._bar_area
        columns = bar_columns(self._units, max(1, round(bar_area.width() * ratio)))
        height = max(1, round(bar_area.height() * ratio))
        image = paint_bars(columns, self.scale.colours(columns), height, self._span)
        painter.drawImage(bar_area, image_of(image))
        if self._pitch >= _MIN_PITCH_WITH_GAPS:
            self._paint_gaps(painter)
        painter.setPen(QPen(text_colour_on(self._background.rgb()), 1))
        painter.setOpacity(0.4)
        painter.drawLine(QLineF(plot_area.left(), self._zero, plot_area.right(), self._zero))
        painter.setOpacity(1.0)
        if self._has_numbers:
            self._paint_numbers(painter)
        if self._has_names:
            self._paint_names(painter)

    @cached_property
    def _units(self) -> Values:
        return self.maps.planes.ravel()

    @cached_property
    def _pitch(self) -> float:
        return self.area.width() / len(self.maps.planes)

    @cached_property
    def _text_height(self) -> float:
        return max(_MIN_TEXT_HEIGHT, self.text_style.small.height + 2)

    @cached_property
    def _has_names(self) -> bool:
        return self.area.height() >= _MIN_HEIGHT_WITH_NAMES

    @cached_property
    def _has_numbers(self) -> bool:
        return self._pitch >= max(_MIN_PITCH_WITH_NUMBERS, self.text_style.small.width(_TYPICAL_NUMBER))

    @cached_property
    def _plot_area(self) -> QRectF:
        """The area above the names."""
        return self.area.adjusted(0, 0, 0, -self._text_height if self._has_names else 0)

    @cached_property
    def _background(self) -> QColor:
        """The colour of zero."""
        return QColor.fromRgb(int(self.scale.table[round(min(max(self.scale.zero, 0), 255))]))

    @cached_property
    def _bar_area(self) -> QRectF:
        """The area of the bars, between their numbers."""
        room = self._text_height if self._has_numbers else 2
        return self._plot_area.adjusted(0, room, 0, -room if self._span[0] < 0 else 0)

    @cached_property
    def _span(self) -> tuple[float, float]:
        """The values at the lower and the upper edge."""
        low, high = self.maps.span
        low, high = min(low, 0.0), max(high, 0.0)
        return (low, high) if low < high else (0.0, 1.0)

    @cached_property
    def _zero(self) -> float:
        """The y of the zero line."""
        low, high = self._span
        return self._bar_area.top() + self._bar_area.height() * high / (high - low)

    def _paint_gaps(self, painter: QPainter) -> None:
        plot_area, pitch = self._plot_area, self._pitch
        width = 1.0 if pitch < 16 else min(round(pitch / 5), 12)
        painter.setPen(QPen(self._background, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        xs = (plot_area.left() + unit * pitch for unit in range(len(self._units) + 1))
        painter.drawLines([QLineF(x, plot_area.top(), x, plot_area.bottom()) for x in xs])

    def _paint_numbers(self, painter: QPainter) -> None:
        """Write the value beyond the end of each bar."""
        low, high = self._span
        per_value = self._bar_area.height() / (high - low)
        colour = text_colour_on(self._background.rgb())
        for unit, value in enumerate(self._units.tolist()):
            away = -self._text_height / 2 if value >= 0 else self._text_height / 2
            at = QPointF(self.column_of(unit).center().x(), self._zero - value * per_value + away)
            self.text_style.small.write(painter, at, short_number(value), colour, MIDDLE)

    def _paint_names(self, painter: QPainter) -> None:
        """Write labels below the bars, or the numbers of some units."""
        middle = self.area.bottom() - self._text_height / 2 + 1
        names, small, pitch = self.names, self.text_style.small, self._pitch
        widest = small.width(f"{len(self._units)}") + 12
        if names:
            texts = {unit: small.elided(name, pitch - 2) for unit, name in enumerate(names)}
        else:
            step = next((step for step in _STEPS if step * pitch >= widest), math.inf)
            texts = {unit: str(unit) for unit in range(len(self._units)) if unit % step == 0}
        for unit, text in texts.items():
            x = self.column_of(unit).center().x()
            x = max(x, self.area.left() + small.width(text) / 2)
            small.write(painter, QPointF(x, middle), text, self.text_style.quiet, MIDDLE)
