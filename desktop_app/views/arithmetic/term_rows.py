"""Sums of many single values: a dense unit's inputs, and the values that compete in a softmax."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from desktop_app.networks.arithmetic import Combined, WeightedSum
from desktop_app.views.arithmetic.computation import HEAD, NUMBER, ComputationRows, paint_summand_bar
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Surface, Target
from desktop_app.views.arithmetic.value_text import text_for, tr
from desktop_app.views.parts.numerals import TIMES, numeral, with_decimals
from desktop_app.views.parts.text_style import RIGHT, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP

_ROW = 2.5 * STEP
_BAR = 8.0
_WIDE, _MIDDLING = 62 * STEP, 42 * STEP
"""Widths from which places are told in words, and products are shown."""
_SHARE = 8.5 * STEP
_MARK = 1.5 * STEP
_MEASURED = 100
"""Names that decide on the width of their column; a row of a thousand units has names alike."""


class TermRows(ComputationRows):
    """A weighted sum: one row for each input, with its weight and what it contributes."""

    def __init__(self, story: Derivation, step: WeightedSum) -> None:
        """Compute the contributions."""
        super().__init__(step.inputs * step.weights, story.largest_first)
        self._story, self._step = story, step

    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """One line."""
        return _ROW

    def words_for_rest(self, count: int) -> str:
        """The other inputs."""
        if count == 1:
            return tr("the other input")
        return tr("the other {count} inputs together").format(count=count)

    def paint_head(self, surface: Surface, area: QRectF) -> None:
        """Where from, input times weight, contribution."""
        style, middle = surface.text_style, area.top() + HEAD / 2
        product, _ = self._split(area)
        layer, position = self._story.origin_of(0)
        source = tr("from {layer}").format(layer=layer)
        right = product if area.width() >= _MIDDLING else area.right()
        room = right - area.left() - 12 * STEP
        if len(position) == 3 and area.width() < _WIDE:
            places = tr("row, column, channel")
            source = f"{source}: {places}" if style.small.width(f"{source}: {places}") <= room else places
        source = style.small.elided(source, room)
        style.small.write(surface.painter, QPointF(area.left(), middle), source, style.quiet)
        if area.width() >= _MIDDLING:
            words = tr("input {times} weight").format(times=TIMES)
            style.small.write(surface.painter, QPointF(product, middle), words, style.quiet, RIGHT)
        at = QPointF(area.right(), middle)
        style.small.write(surface.painter, at, tr("contribution"), style.quiet, RIGHT)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """One input."""
        style, painter, middle = surface.text_style, surface.painter, area.center().y()
        product, bar = self._split(area)
        place = self._story.origin_of(index)
        value, weight = float(self._step.inputs[index]), float(self._step.weights[index])
        written = f"{numeral(value)} {TIMES} {numeral(weight)}"
        if area.width() >= _MIDDLING:
            style.plain.write(painter, QPointF(product, middle), written, style.quiet, RIGHT)
        short = ", ".join(str(i) for i in place[1])
        name = _without_layer(*place) if area.width() >= _WIDE else short
        style.plain.write(painter, QPointF(area.left(), middle), name, style.text)
        contribution = float(self.summands[index])
        room = area.right() - NUMBER - bar
        paint_summand_bar(surface, QRectF(bar, middle - _BAR / 2, room, _BAR), contribution, self.extreme)
        text = with_decimals(contribution, self.decimals)
        style.plain.write(painter, QPointF(area.right(), middle), text, style.text, RIGHT)
        words = f"{text_for(*place)}\n{written} = {numeral(contribution)}"
        surface.targets.append(Target(area, 1, 1, lambda *_: place, lambda *_: words))

    @staticmethod
    def _split(area: QRectF) -> tuple[float, float]:
        """Where the products end and the bars begin."""
        share = 0.62 if area.width() >= _MIDDLING else 0.4
        product = area.left() + share * (area.width() - NUMBER)
        return product, product + 2 * STEP


class ShareRows(ComputationRows):
    """Softmax: each value as a power of e, and its share of their sum."""

    def __init__(self, story: Derivation, step: Combined) -> None:
        """Compute the powers; they are taken from the largest value down, so that none is too large."""
        values = step.values.astype(np.float64)
        self._above = float(values.max()) if float(values.max()) > 80 else 0.0
        self._powers = np.exp(values - self._above)
        shares = self._powers / self._powers.sum()
        super().__init__(shares.astype(np.float32), story.largest_first)
        self._story, self._step = story, step
        self._own = story.arithmetic.position[-1]

    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """One line."""
        return _ROW

    def words_for_rest(self, count: int) -> str:
        """The other values."""
        return tr("the other {count} together").format(count=count)

    def paint_head(self, surface: Surface, area: QRectF) -> None:
        """Value, power, share."""
        style, middle = surface.text_style, area.top() + HEAD / 2
        value, power, _ = self._split(style, area)
        words = tr("e^value") if not self._above else tr("e^(value less the largest)")
        style.small.write(surface.painter, QPointF(value, middle), tr("value"), style.quiet, RIGHT)
        words = style.small.elided(words, power - value - STEP)
        style.small.write(surface.painter, QPointF(power, middle), words, style.quiet, RIGHT)
        at = QPointF(area.right(), middle)
        style.small.write(surface.painter, at, tr("share"), style.quiet, RIGHT)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """One of the values that compete."""
        style, middle, painter = surface.text_style, area.center().y(), surface.painter
        value, power, bar = self._split(style, area)
        own = index == self._own
        lettering: TextFont = style.strong if own else style.plain
        if own:
            lettering.write(painter, QPointF(area.left(), middle), "▸", style.accent)
        name = lettering.elided(self._story.name_of_unit(index), value - area.left() - 7 * STEP)
        lettering.write(painter, QPointF(area.left() + _MARK, middle), name, style.text)
        for right, number in ((value, float(self._step.values[index])), (power, float(self._powers[index]))):
            lettering.write(painter, QPointF(right, middle), numeral(number, 3), style.quiet, RIGHT)
        share = float(self.summands[index])
        room = area.right() - _SHARE - bar
        painter.fillRect(QRectF(bar, middle - _BAR / 2, room, _BAR), style.line)
        colour = style.accent if own else style.quiet
        painter.fillRect(QRectF(bar, middle - _BAR / 2, max(1.0, room * share), _BAR), colour)
        lettering.write(painter, QPointF(area.right(), middle), f"{100 * share:.2f} %", style.text, RIGHT)
        source, position = self._story.arithmetic.sources[0]
        place = source, (*position[:-1], index)
        words = f"{text_for(*place)} · {numeral(float(self._step.values[index]))}"
        surface.targets.append(Target(area, 1, 1, lambda *_: place, lambda *_: words))

    def _split(self, style: TextStyle, area: QRectF) -> tuple[float, float, float]:
        """Where values and powers end and the bars begin."""
        names = max(style.strong.width(self._story.name_of_unit(index)) for index in self.order[:_MEASURED])
        left = area.left() + _MARK + min(names, (0.3 if area.width() >= _MIDDLING else 0.18) * area.width())
        column = min(14.0 * STEP, (area.right() - _SHARE - left) / 3)
        return left + column, left + 2 * column, left + 2 * column + 2 * STEP


def _without_layer(layer: str, position: tuple[int, ...]) -> str:
    """A place in words without its layer, which stands over the column."""
    return text_for(layer, position).partition(" · ")[2]
