"""Rows of a weighted sum and of a softmax."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from desktop_app.networks.arithmetic import Combined, WeightedSum
from desktop_app.tasks.reading import probability_text
from desktop_app.views.arithmetic.computation import (
    HEADER_HEIGHT,
    NUMBER_WIDTH,
    ComputationRows,
    paint_summand_bar,
)
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Surface, Target
from desktop_app.views.arithmetic.value_text import position_text, translate, value_text
from desktop_app.views.parts.numerals import TIMES, numeral, with_decimals
from desktop_app.views.parts.text_style import RIGHT, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP

_ROW = 2.5 * STEP
_BAR_SIZE = 8.0
_WIDE, _MEDIUM = 62 * STEP, 42 * STEP
"""Widths from which positions are written out, and products are shown."""
_SHARE = 8.5 * STEP
_MARK = 1.5 * STEP
_MEASURED_NAMES = 100
"""Number of names measured for the width of their column."""


class TermRows(ComputationRows):
    """A weighted sum: one row per input with its weight and contribution."""

    def __init__(self, derivation: Derivation, step: WeightedSum) -> None:
        """Compute the contributions."""
        super().__init__(step.inputs * step.weights, derivation.largest_first)
        self._derivation, self._step = derivation, step

    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """Return the height of a row."""
        return _ROW

    def rest_text(self, count: int) -> str:
        """Name the hidden inputs."""
        return translate("Arithmetic", "other inputs: {count}").format(count=count)

    def paint_header(self, surface: Surface, area: QRectF) -> None:
        """Paint the headers: source, input × weight, contribution."""
        style, middle = surface.text_style, area.top() + HEADER_HEIGHT / 2
        product, _ = self._split(area)
        layer, position = self._derivation.origin_of(0)
        right = product if area.width() >= _MEDIUM else area.right()
        room = right - area.left() - 12 * STEP
        source = translate("Arithmetic", "from {layer}").format(layer=layer)
        if len(position) == 3 and area.width() < _WIDE:
            with_axes = translate("Arithmetic", "from {layer}: row, column, channel").format(layer=layer)
            fits = style.small.width(with_axes) <= room
            source = with_axes if fits else translate("Arithmetic", "row, column, channel")
        source = style.small.elided(source, room)
        style.small.write(surface.painter, QPointF(area.left(), middle), source, style.quiet)
        if area.width() >= _MEDIUM:
            text = translate("Arithmetic", "input {times} weight").format(times=TIMES)
            style.small.write(surface.painter, QPointF(product, middle), text, style.quiet, RIGHT)
        at = QPointF(area.right(), middle)
        style.small.write(surface.painter, at, translate("Arithmetic", "contribution"), style.quiet, RIGHT)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """Paint an input, its weight and its contribution."""
        style, painter, middle = surface.text_style, surface.painter, area.center().y()
        product, bar = self._split(area)
        location = self._derivation.origin_of(index)
        value, weight = float(self._step.inputs[index]), float(self._step.weights[index])
        product_text = f"{numeral(value)} {TIMES} {numeral(weight)}"
        if area.width() >= _MEDIUM:
            style.plain.write(painter, QPointF(product, middle), product_text, style.quiet, RIGHT)
        short = ", ".join(str(i) for i in location[1])
        name = position_text(location[1]) if area.width() >= _WIDE else short
        used = style.plain.width(product_text) if area.width() >= _MEDIUM else 0.0
        name = style.plain.elided(name, product - used - STEP - area.left())
        style.plain.write(painter, QPointF(area.left(), middle), name, style.text)
        contribution = float(self.summands[index])
        room = area.right() - NUMBER_WIDTH - bar
        paint_summand_bar(
            surface, QRectF(bar, middle - _BAR_SIZE / 2, room, _BAR_SIZE), contribution, self.extreme
        )
        text = with_decimals(contribution, self.decimals)
        style.plain.write(painter, QPointF(area.right(), middle), text, style.text, RIGHT)
        text = f"{value_text(*location)}\n{product_text} = {numeral(contribution)}"
        surface.targets.append(Target(area, 1, 1, lambda *_: location, lambda *_: text))

    @staticmethod
    def _split(area: QRectF) -> tuple[float, float]:
        """Return the right edge of the products and the left edge of the bars."""
        share = 0.62 if area.width() >= _MEDIUM else 0.4
        product = area.left() + share * (area.width() - NUMBER_WIDTH)
        return product, product + 2 * STEP


class SoftmaxRows(ComputationRows):
    """Softmax: one row per value with its exponential and its share."""

    def __init__(self, derivation: Derivation, step: Combined) -> None:
        """Compute the exponentials, relative to the largest value if they could overflow."""
        values = step.values.astype(np.float64)
        self._largest_value = float(values.max()) if float(values.max()) > 80 else 0.0
        self._exponentials = np.exp(values - self._largest_value)
        shares = self._exponentials / self._exponentials.sum()
        super().__init__(shares.astype(np.float32), derivation.largest_first)
        self._derivation, self._step = derivation, step
        self._chosen_unit = derivation.arithmetic.position[-1]

    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """Return the height of a row."""
        return _ROW

    def rest_text(self, count: int) -> str:
        """Name the hidden values."""
        return translate("Arithmetic", "other values: {count}").format(count=count)

    def sum_text(self, value: float) -> str:
        """Return the sum of hidden shares."""
        return probability_text(value)

    def paint_header(self, surface: Surface, area: QRectF) -> None:
        """Paint the headers: value, exponential, share."""
        style, middle = surface.text_style, area.top() + HEADER_HEIGHT / 2
        value, power, _ = self._split(style, area)
        text = translate("Arithmetic", "e^value")
        if self._largest_value:
            text = translate("Arithmetic", "e^(value - largest)")
        at = QPointF(value, middle)
        style.small.write(surface.painter, at, translate("Arithmetic", "value"), style.quiet, RIGHT)
        text = style.small.elided(text, power - value - STEP)
        style.small.write(surface.painter, QPointF(power, middle), text, style.quiet, RIGHT)
        at = QPointF(area.right(), middle)
        style.small.write(surface.painter, at, translate("Arithmetic", "share"), style.quiet, RIGHT)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """Paint a value, its exponential and its share."""
        style, middle, painter = surface.text_style, area.center().y(), surface.painter
        value, power, bar = self._split(style, area)
        own = index == self._chosen_unit
        font: TextFont = style.strong if own else style.plain
        if own:
            font.write(painter, QPointF(area.left(), middle), "▸", style.accent)
        name = font.elided(self._derivation.name_of_unit(index), value - area.left() - 7 * STEP)
        font.write(painter, QPointF(area.left() + _MARK, middle), name, style.text)
        for right, number in (
            (value, float(self._step.values[index])),
            (power, float(self._exponentials[index])),
        ):
            font.write(painter, QPointF(right, middle), numeral(number, 3), style.quiet, RIGHT)
        share = float(self.summands[index])
        room = area.right() - _SHARE - bar
        painter.fillRect(QRectF(bar, middle - _BAR_SIZE / 2, room, _BAR_SIZE), style.line)
        colour = style.accent if own else style.quiet
        painter.fillRect(QRectF(bar, middle - _BAR_SIZE / 2, max(1.0, room * share), _BAR_SIZE), colour)
        font.write(painter, QPointF(area.right(), middle), probability_text(share), style.text, RIGHT)
        source, position = self._derivation.arithmetic.sources[0]
        location = source, (*position[:-1], index)
        text = f"{value_text(*location)} · {numeral(float(self._step.values[index]))}"
        surface.targets.append(Target(area, 1, 1, lambda *_: location, lambda *_: text))

    def _split(self, style: TextStyle, area: QRectF) -> tuple[float, float, float]:
        """Return the right edges of values and exponentials, and the left edge of the bars."""
        names = max(
            style.strong.width(self._derivation.name_of_unit(index)) for index in self.order[:_MEASURED_NAMES]
        )
        left = area.left() + _MARK + min(names, (0.3 if area.width() >= _MEDIUM else 0.18) * area.width())
        column = min(14.0 * STEP, (area.right() - _SHARE - left) / 3)
        return left + column, left + 2 * column, left + 2 * column + 2 * STEP
