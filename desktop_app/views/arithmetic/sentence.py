"""The whole sentence: where a value looks, what is computed, what comes out, from left to right."""

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
from desktop_app.views.arithmetic.channel_rows import ChannelRows
from desktop_app.views.arithmetic.computation import Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.formula import Combination, Moving, Normalization
from desktop_app.views.arithmetic.pictures import FunctionAlone, Pooling
from desktop_app.views.arithmetic.result import Ending, ending_of, paint_column, paint_line
from desktop_app.views.arithmetic.source_maps import BETWEEN, CAPTION, SmallMap, maps_of, paint_maps
from desktop_app.views.arithmetic.surface import Surface
from desktop_app.views.arithmetic.term_rows import ShareRows, TermRows
from desktop_app.views.arithmetic.value_text import text_for, tr
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.text_style import TextStyle
from desktop_app.views.parts.theme import STEP

_GAP = 3.0 * STEP
_COLUMN = 20.0 * STEP
_LINE = 5.0 * STEP
_WIDE = 90.0 * STEP
_MIDDLING = 70.0 * STEP
_SMALLEST_MAP = 7.0 * STEP
_LARGEST_MAP = 28.0 * STEP


@dataclass(frozen=True)
class SentenceLayout:
    """Where the parts lie: the maps, what is computed, the end in a column or on a line."""

    maps: list[QRectF]
    work: QRectF
    end: QRectF
    in_column: bool


class Sentence:
    """One value's arithmetic, ready to be painted in any size."""

    def __init__(self, story: Derivation) -> None:
        """Find the words."""
        self.story = story
        self.work: Computation = computation_of(story)
        self._maps: list[SmallMap] = maps_of(story)
        self.ending: Ending = ending_of(story)

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint everything; first is the row of summands at the top."""
        places = self._places(surface.text_style, area)
        paint_maps(surface, self._maps[len(self._maps) - len(places.maps) :], places.maps)
        painter = surface.painter
        painter.save()
        painter.setClipRect(places.work.adjusted(-4, -2, 4, 2))
        self.work.paint(surface, places.work, first)
        painter.restore()
        painter.setPen(QPen(surface.text_style.line, 1))
        if places.in_column:
            x = places.end.left() - _GAP / 2
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            paint_column(surface, self.ending, places.end)
        else:
            y = places.end.top() - STEP / 2
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            paint_line(surface, self.ending, places.end)

    def words(self) -> str:
        """The sentence for those who hear it."""
        arithmetic = self.story.arithmetic
        place = text_for(arithmetic.layer, arithmetic.position)
        parts = [f"{words} {number}" for words, number in self.ending.lines]
        if self.ending.function:
            parts.append(self.ending.function)
        parts.append(tr("value {value}").format(value=numeral(arithmetic.value)))
        return f"{place}: {', '.join(parts)}"

    def rows(self, style: TextStyle, area: QRectF) -> tuple[int, int, QRectF]:
        """How many rows are in sight, how many there are, and where they scroll."""
        places = self._places(style, area)
        return self.work.visible(style, places.work), self.work.count, places.work

    def _places(self, style: TextStyle, area: QRectF) -> SentenceLayout:
        return arrange(area, len(self._maps), self.work.wanted_width(style))


def computation_of(story: Derivation) -> Computation:
    """The part that shows a step."""
    step = story.arithmetic.step
    match step:
        case WindowSum():
            return ChannelRows(story, step)
        case PoolWindow():
            return Pooling(story, step)
        case NormalizedValue():
            return Normalization(story, step)
        case WeightedSum():
            return TermRows(story, step)
        case Rearranged():
            return Moving(story, step)
        case Combined(operation="softmax"):
            return ShareRows(story, step)
        case Combined(operation="function"):
            return FunctionAlone(story, step)
        case Combined():
            return Combination(story, step)


def arrange(area: QRectF, maps: int, wanted: tuple[float, float]) -> SentenceLayout:
    """Lay the parts out: side by side in a wide area, the end below in others, no maps in small ones.

    Args:
        area: for everything.
        maps: how many there are.
        wanted: width that what is computed can do with, and that it would like.
    """
    in_column = area.width() >= _WIDE and area.width() > 1.6 * area.height()
    middle = QRectF(area)
    if in_column:
        end = QRectF(area.right() - _COLUMN, area.top(), _COLUMN, area.height())
        middle.setRight(end.left() - _GAP)
    else:
        end = QRectF(area.left(), area.bottom() - _LINE, area.width(), _LINE)
        middle.setBottom(end.top() - STEP)
    areas = _map_areas(middle, maps, wanted)
    work = QRectF(middle)
    if areas and areas[-1].bottom() < middle.bottom() - 0.4 * middle.height() and area.width() < _MIDDLING:
        work.setTop(areas[-1].bottom() + STEP)
    elif areas:
        work.setLeft(max(each.right() for each in areas) + _GAP)
    return SentenceLayout(areas, work, end, in_column)


def _map_areas(area: QRectF, maps: int, wanted: tuple[float, float]) -> list[QRectF]:
    """Squares with captions for as many maps as there is room for: beside the work, or over it."""
    if not maps:
        return []
    if area.width() < _MIDDLING:
        if area.height() < 38 * STEP:
            return []
        side = min(0.26 * area.height(), (area.width() - BETWEEN * (maps - 1)) / maps)
        return _row_of_maps(area, maps, side, side + CAPTION)
    least, most = 0.17 * area.width(), 0.38 * area.width()
    spare = [area.width() - _GAP - width for width in wanted]
    width = min(most, spare[1] if spare[1] >= least else max(least, spare[0]))
    beside = min(area.height() - CAPTION, (width - BETWEEN * (maps - 1)) / maps, _LARGEST_MAP)
    below = min((area.height() - STEP * (maps - 1)) / maps - CAPTION, width, _LARGEST_MAP)
    if maps == 1 or beside >= below:
        return _row_of_maps(area, maps, beside, area.height()) if beside >= _SMALLEST_MAP else []
    if below < _SMALLEST_MAP:
        return []
    step = below + CAPTION + STEP
    return [QRectF(area.left(), area.top() + i * step, below, below + CAPTION) for i in range(maps)]


def _row_of_maps(area: QRectF, maps: int, side: float, height: float) -> list[QRectF]:
    """Maps side by side, in the middle of a height."""
    top = area.top() + (height - side - CAPTION) / 2
    return [QRectF(area.left() + i * (side + BETWEEN), top, side, side + CAPTION) for i in range(maps)]
