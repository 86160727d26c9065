"""The diagram of a value: source maps, computation and result, from left to right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPen

from desktop_app.networks.arithmetic import (
    Combined,
    NormalizedValue,
    PoolWindow,
    Rearranged,
    WeightedSum,
    WindowSum,
)
from desktop_app.views.arithmetic.activation import ActivationFunction
from desktop_app.views.arithmetic.channel_rows import ChannelRows
from desktop_app.views.arithmetic.computation import Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.formula import Combination, Normalization, Rearrangement
from desktop_app.views.arithmetic.pooling import Pooling
from desktop_app.views.arithmetic.result import Result, paint_column, paint_line, result_of
from desktop_app.views.arithmetic.source_maps import BETWEEN, CAPTION, SmallMap, maps_of, paint_maps
from desktop_app.views.arithmetic.surface import Surface
from desktop_app.views.arithmetic.term_rows import SoftmaxRows, TermRows
from desktop_app.views.arithmetic.value_text import translate, value_text
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.text_style import TextStyle
from desktop_app.views.parts.theme import STEP

_GAP = 3.0 * STEP
_RESULT_WIDTH = 20.0 * STEP
_LINE_HEIGHT = 5.0 * STEP
_WIDE = 90.0 * STEP
_MEDIUM = 70.0 * STEP
_MIN_MAP = 7.0 * STEP
_MAX_MAP = 28.0 * STEP


@dataclass(frozen=True)
class DiagramLayout:
    """Areas of the diagram: maps, computation, and the result in a column or on a line."""

    maps: list[QRectF]
    computation: QRectF
    result: QRectF
    in_column: bool


class Diagram:
    """The arithmetic of a value, painted in any size."""

    def __init__(self, derivation: Derivation) -> None:
        """Prepare the parts for painting."""
        self.derivation = derivation
        self.computation: Computation = _computation_of(derivation)
        self._maps: list[SmallMap] = maps_of(derivation)
        self.result: Result = result_of(derivation)

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint everything; `first` is the summand row at the top."""
        layout = self._layout(surface.text_style, area)
        paint_maps(surface, self._maps[len(self._maps) - len(layout.maps) :], layout.maps)
        painter = surface.painter
        painter.save()
        painter.setClipRect(layout.computation.adjusted(-4, -2, 4, 2))
        self.computation.paint(surface, layout.computation, first)
        painter.restore()
        painter.setPen(QPen(surface.text_style.line, 1))
        if layout.in_column:
            x = layout.result.left() - _GAP / 2
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            paint_column(surface, self.result, layout.result)
        else:
            y = layout.result.top() - STEP / 2
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            paint_line(surface, self.result, layout.result)

    def text(self) -> str:
        """Return the diagram as accessible text."""
        arithmetic = self.derivation.arithmetic
        location = value_text(arithmetic.layer, arithmetic.position)
        parts = [f"{text} {number}" for text, number in self.result.lines]
        if self.result.function:
            parts.append(self.result.function)
        parts.append(translate("Arithmetic", "value {value}").format(value=numeral(arithmetic.value)))
        return f"{location}: {', '.join(parts)}"

    def rows(self, style: TextStyle, area: QRectF) -> tuple[int, int, QRectF]:
        """Return the number of visible rows, the number of all rows, and the area that scrolls."""
        layout = self._layout(style, area)
        return self.computation.visible(style, layout.computation), self.computation.count, layout.computation

    def _layout(self, style: TextStyle, area: QRectF) -> DiagramLayout:
        return arrange(area, len(self._maps), self.computation.widths(style))


def _computation_of(derivation: Derivation) -> Computation:
    """Return the painted part for the kind of step."""
    step = derivation.arithmetic.step
    match step:
        case WindowSum():
            return ChannelRows(derivation, step)
        case PoolWindow():
            return Pooling(derivation, step)
        case NormalizedValue():
            return Normalization(derivation, step)
        case WeightedSum():
            return TermRows(derivation, step)
        case Rearranged():
            return Rearrangement(derivation, step)
        case Combined(operation="softmax"):
            return SoftmaxRows(derivation, step)
        case Combined(operation="function"):
            return ActivationFunction(derivation)
        case Combined():
            return Combination(derivation, step)


def arrange(area: QRectF, maps: int, widths: tuple[float, float]) -> DiagramLayout:
    """Lay out the parts: side by side in wide areas, the result below in others, no maps in small ones.

    Args:
        area: for everything.
        maps: number of maps.
        widths: minimum and preferred width of the computation.
    """
    in_column = area.width() >= _WIDE and area.width() > 1.6 * area.height()
    middle = QRectF(area)
    if in_column:
        result = QRectF(area.right() - _RESULT_WIDTH, area.top(), _RESULT_WIDTH, area.height())
        middle.setRight(result.left() - _GAP)
    else:
        result = QRectF(area.left(), area.bottom() - _LINE_HEIGHT, area.width(), _LINE_HEIGHT)
        middle.setBottom(result.top() - STEP)
    areas = _map_areas(middle, maps, widths)
    computation = QRectF(middle)
    if areas and areas[-1].bottom() < middle.bottom() - 0.4 * middle.height() and area.width() < _MEDIUM:
        computation.setTop(areas[-1].bottom() + STEP)
    elif areas:
        computation.setLeft(max(each.right() for each in areas) + _GAP)
    return DiagramLayout(areas, computation, result, in_column)


def _map_areas(area: QRectF, maps: int, widths: tuple[float, float]) -> list[QRectF]:
    """Return squares with captions for as many maps as fit: beside the computation, or above it."""
    if not maps:
        return []
    if area.width() < _MEDIUM:
        if area.height() < 38 * STEP:
            return []
        side = min(0.26 * area.height(), (area.width() - BETWEEN * (maps - 1)) / maps)
        return _row_of_maps(area, maps, side, side + CAPTION)
    least, most = 0.17 * area.width(), 0.38 * area.width()
    spare = [area.width() - _GAP - width for width in widths]
    width = min(most, spare[1] if spare[1] >= least else max(least, spare[0]))
    beside = min(area.height() - CAPTION, (width - BETWEEN * (maps - 1)) / maps, _MAX_MAP)
    below = min((area.height() - STEP * (maps - 1)) / maps - CAPTION, width, _MAX_MAP)
    if maps == 1 or beside >= below:
        return _row_of_maps(area, maps, beside, area.height()) if beside >= _MIN_MAP else []
    if below < _MIN_MAP:
        return []
    step = below + CAPTION + STEP
    return [QRectF(area.left(), area.top() + i * step, below, below + CAPTION) for i in range(maps)]


def _row_of_maps(area: QRectF, maps: int, side: float, height: float) -> list[QRectF]:
    """Return areas side by side, centred in a height."""
    top = area.top() + (height - side - CAPTION) / 2
    return [QRectF(area.left() + i * (side + BETWEEN), top, side, side + CAPTION) for i in range(maps)]
