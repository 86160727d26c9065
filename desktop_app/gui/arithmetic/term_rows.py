"""Sums of many single values: a dense unit's inputs, and the values that compete in a softmax."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from desktop_app.gui.arithmetic.story import Story
from desktop_app.gui.arithmetic.surface import Surface, Target
from desktop_app.gui.arithmetic.words import tr, words_for
from desktop_app.gui.arithmetic.work import HEAD, NUMBER, Rows, paint_summand_bar
from desktop_app.gui.lettering import RIGHT, Look, Type
from desktop_app.gui.numerals import TIMES, numeral, with_decimals
from desktop_app.gui.theme import STEP
from desktop_app.inspection.arithmetic import Combined, WeightedSum

_ROW = 2.5 * STEP
_BAR = 8.0
_WIDE = 52 * STEP
_MARK = 1.5 * STEP


class TermRows(Rows):
    """A weighted sum: one row for each input, with its weight and what it contributes."""

    def __init__(self, story: Story, step: WeightedSum) -> None:
        """Compute the contributions."""
        super().__init__(step.inputs * step.weights, story.largest_first)
        self._story, self._step = story, step

    def row_height(self, look: Look, area: QRectF) -> float:
        """One line."""
        return _ROW

    def words_for_rest(self, count: int) -> str:
        """The other inputs."""
        return tr("the other {count} inputs together").format(count=count)

    def paint_head(self, surface: Surface, area: QRectF) -> None:
        """Where from, input times weight, contribution."""
        look, middle = surface.look, area.top() + HEAD / 2
        product, _ = self._split(area)
        source = tr("from {layer}").format(layer=self._story.origin_of(0)[0])
        look.small.write(surface.painter, QPointF(area.left(), middle), source, look.quiet)
        if area.width() >= _WIDE:
            words = tr("input {times} weight").format(times=TIMES)
            look.small.write(surface.painter, QPointF(product, middle), words, look.quiet, RIGHT)
        at = QPointF(area.right(), middle)
        look.small.write(surface.painter, at, tr("contribution"), look.quiet, RIGHT)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """One input."""
        look, middle = surface.look, area.center().y()
        product, bar = self._split(area)
        place = self._story.origin_of(index)
        value, weight = float(self._step.inputs[index]), float(self._step.weights[index])
        written = f"{numeral(value)} {TIMES} {numeral(weight)}"
        wide = area.width() >= _WIDE
        room = (product - look.plain.width(written) if wide else bar) - area.left() - STEP
        name = look.plain.elided(_without_layer(*place), room)
        look.plain.write(surface.painter, QPointF(area.left(), middle), name, look.text)
        if wide:
            look.plain.write(surface.painter, QPointF(product, middle), written, look.quiet, RIGHT)
        contribution = float(self.summands[index])
        room = area.right() - NUMBER - bar
        paint_summand_bar(surface, QRectF(bar, middle - _BAR / 2, room, _BAR), contribution, self.extreme)
        text = with_decimals(contribution, self.decimals)
        look.plain.write(surface.painter, QPointF(area.right(), middle), text, look.text, RIGHT)
        words = f"{words_for(*place)}\n{written} = {numeral(contribution)}"
        surface.targets.append(Target(area, 1, 1, lambda *_: place, lambda *_: words))

    @staticmethod
    def _split(area: QRectF) -> tuple[float, float]:
        """Where the products end and the bars begin."""
        share = 0.62 if area.width() >= _WIDE else 0.5
        product = area.left() + share * (area.width() - NUMBER)
        return product, product + 2 * STEP


class ShareRows(Rows):
    """Softmax: each value as a power of e, and its share of their sum."""

    def __init__(self, story: Story, step: Combined) -> None:
        """Compute the powers; they are taken from the largest value down, so that none is too large."""
        values = step.values.astype(np.float64)
        self._above = float(values.max()) if float(values.max()) > 80 else 0.0
        self._powers = np.exp(values - self._above)
        shares = self._powers / self._powers.sum()
        super().__init__(shares.astype(np.float32), story.largest_first)
        self._story, self._step = story, step
        self._own = story.arithmetic.position[-1]

    def row_height(self, look: Look, area: QRectF) -> float:
        """One line."""
        return _ROW

    def words_for_rest(self, count: int) -> str:
        """The other values."""
        return tr("the other {count} together").format(count=count)

    def paint_head(self, surface: Surface, area: QRectF) -> None:
        """Value, power, share."""
        look, middle = surface.look, area.top() + HEAD / 2
        value, power, _ = self._split(area)
        words = tr("e to this power") if not self._above else tr("e to this power, less the largest")
        look.small.write(surface.painter, QPointF(value, middle), tr("value"), look.quiet, RIGHT)
        words = look.small.elided(words, power - value - STEP)
        look.small.write(surface.painter, QPointF(power, middle), words, look.quiet, RIGHT)
        at = QPointF(area.right(), middle)
        look.small.write(surface.painter, at, tr("share"), look.quiet, RIGHT)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """One of the values that compete."""
        look, middle, painter = surface.look, area.center().y(), surface.painter
        value, power, bar = self._split(area)
        own = index == self._own
        lettering: Type = look.strong if own else look.plain
        if own:
            lettering.write(painter, QPointF(area.left(), middle), "▸", look.accent)
        name = lettering.elided(self._story.name_of_unit(index), value - area.left() - 8 * STEP)
        lettering.write(painter, QPointF(area.left() + _MARK, middle), name, look.text)
        for right, number in ((value, float(self._step.values[index])), (power, float(self._powers[index]))):
            lettering.write(painter, QPointF(right, middle), numeral(number), look.quiet, RIGHT)
        share = float(self.summands[index])
        room = area.right() - NUMBER - bar
        painter.fillRect(QRectF(bar, middle - _BAR / 2, room, _BAR), look.line)
        colour = look.accent if own else look.quiet
        painter.fillRect(QRectF(bar, middle - _BAR / 2, max(1.0, room * share), _BAR), colour)
        lettering.write(painter, QPointF(area.right(), middle), f"{100 * share:.2f} %", look.text, RIGHT)
        source, position = self._story.arithmetic.sources[0]
        place = source, (*position[:-1], index)
        words = f"{words_for(*place)} · {numeral(float(self._step.values[index]))}"
        surface.targets.append(Target(area, 1, 1, lambda *_: place, lambda *_: words))

    @staticmethod
    def _split(area: QRectF) -> tuple[float, float, float]:
        """Where values and powers end and the bars begin."""
        room = area.width() - NUMBER
        value = area.left() + 0.42 * room
        power = area.left() + 0.72 * room if area.width() < _WIDE else area.left() + 0.66 * room
        return value, power, power + 2 * STEP


def _without_layer(layer: str, position: tuple[int, ...]) -> str:
    """A place in words without its layer, which stands over the column."""
    return words_for(layer, position).partition(" · ")[2]
