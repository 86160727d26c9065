"""The units of a layer as bars in their natural order, with their names and numbers where there is room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.inspection.bars import bars, columns_of
from desktop_app.inspection.colour_settings import Maps, Scale, Values
from desktop_app.views.feature_maps.map_marks import short_number
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.text_style import MIDDLE, TextStyle

_NAMES = 18
_NUMBERS = 18
_LEAST_HEIGHT = 72
_LEAST_PITCH_WITH_GAPS = 4.0
_NUMBER_WIDTH = 40
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True, eq=False)
class UnitBars:
    """Bars to paint.

    Attributes:
        maps: of one value each: the units.
        scale: their colours.
        names: of the units, or none at all.
        area: where to paint, in device-independent pixels.
        text_style: letters and colours.
    """

    maps: Maps
    scale: Scale
    names: tuple[str, ...]
    area: QRectF
    text_style: TextStyle

    def unit_at(self, place: QPointF) -> int | None:
        """The unit whose column a place lies in, or None beside all."""
        unit = int((place.x() - self.area.left()) // self._pitch)
        return unit if 0 <= unit < len(self.maps.planes) else None

    def column_of(self, unit: int) -> QRectF:
        """The whole column of a unit."""
        ground = self._ground
        return QRectF(ground.left() + unit * self._pitch, ground.top(), self._pitch, ground.height())

    def paint(self, painter: QPainter, ratio: float) -> None:
        """Ground, bars, zero line, numbers, names; ratio: screen pixels for each of the area's."""
        ground = self._ground
        painter.fillRect(ground, self._ground_colour)
        standing = self._standing
        columns = columns_of(self._units, max(1, round(standing.width() * ratio)))
        height = max(1, round(standing.height() * ratio))
        picture = bars(columns, self.scale.colours(columns), height, self._span)
        painter.drawImage(standing, image_of(picture))
        if self._pitch >= _LEAST_PITCH_WITH_GAPS:
            self._paint_gaps(painter)
        painter.setPen(QPen(text_colour_on(self._ground_colour.rgb()), 1))
        painter.setOpacity(0.4)
        painter.drawLine(QLineF(ground.left(), self._zero, ground.right(), self._zero))
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
    def _has_names(self) -> bool:
        return self.area.height() >= _LEAST_HEIGHT

    @cached_property
    def _has_numbers(self) -> bool:
        return self._pitch >= _NUMBER_WIDTH

    @cached_property
    def _ground(self) -> QRectF:
        """Above the names."""
        return self.area.adjusted(0, 0, 0, -_NAMES if self._has_names else 0)

    @cached_property
    def _ground_colour(self) -> QColor:
        """That of zero."""
        return QColor.fromRgb(int(self.scale.table[round(min(max(self.scale.zero, 0), 255))]))

    @cached_property
    def _standing(self) -> QRectF:
        """Where the bars are, between their numbers."""
        room = _NUMBERS if self._has_numbers else 2
        return self._ground.adjusted(0, room, 0, -room if self._span[0] < 0 else 0)

    @cached_property
    def _span(self) -> tuple[float, float]:
        """The values at the lower and the upper edge."""
        low, high = self.maps.span
        low, high = min(low, 0.0), max(high, 0.0)
        return (low, high) if low < high else (0.0, 1.0)

    @cached_property
    def _zero(self) -> float:
        """Height of the zero line."""
        low, high = self._span
        return self._standing.top() + self._standing.height() * high / (high - low)

    def _paint_gaps(self, painter: QPainter) -> None:
        ground, pitch = self._ground, self._pitch
        width = 1.0 if pitch < 16 else min(round(pitch / 5), 12)
        painter.setPen(QPen(self._ground_colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        places = (ground.left() + unit * pitch for unit in range(len(self._units) + 1))
        painter.drawLines([QLineF(x, ground.top(), x, ground.bottom()) for x in places])

    def _paint_numbers(self, painter: QPainter) -> None:
        """Beyond the end of each bar."""
        low, high = self._span
        per_value = self._standing.height() / (high - low)
        colour = text_colour_on(self._ground_colour.rgb())
        for unit, value in enumerate(self._units.tolist()):
            away = -_NUMBERS / 2 if value >= 0 else _NUMBERS / 2
            at = QPointF(self.column_of(unit).center().x(), self._zero - value * per_value + away)
            self.text_style.small.write(painter, at, short_number(value), colour, MIDDLE)

    def _paint_names(self, painter: QPainter) -> None:
        """Under the ground: what every unit stands for, or the numbers of some."""
        middle = self.area.bottom() - _NAMES / 2 + 1
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
