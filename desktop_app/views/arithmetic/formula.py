"""Formulas: numbers with their names below them, joined by signs, in as many lines as they need."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop_app.networks.arithmetic import Combined, NormalizedValue, Rearranged
from desktop_app.views.arithmetic.computation import Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Place, Surface, Target
from desktop_app.views.arithmetic.value_text import text_for, tr
from desktop_app.views.parts.numerals import MINUS, TIMES, numeral
from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

_LINE = 6.0 * STEP
_SPACE = 5.0
_FRACTION = 2 * _LINE
_ROOT = 2.0 * STEP
_BELL_HEIGHT = 12.0 * STEP
_WIDEST_BELL = 50.0 * STEP
_KNOTS = 61

_SIGNS = {"add": "+", "subtract": MINUS, "multiply": TIMES, "divide": "÷", "average": "+"}


@dataclass(frozen=True)
class Token:
    """A number or a sign.

    Attributes:
        text: what is set large.
        words: its name, below it; empty for signs.
        place: where a click leads.
        chosen: whether it is the one that won.
    """

    text: str
    words: str = ""
    place: Place | None = None
    chosen: bool = False


def paint_formula(surface: Surface, tokens: list[Token], area: QRectF) -> float:
    """Set a formula in the middle of an area; returns where it ends below."""
    style = surface.text_style
    lines = _broken(style, tokens, area.width())
    top = area.top() + max(0.0, (area.height() - len(lines) * _LINE) / 2)
    for line in lines:
        left = area.left() + max(0.0, (area.width() - _line_width(style, line)) / 2)
        _paint_line(surface, line, QPointF(left, top))
        top += _LINE
    return top


class Normalization(Computation):
    """Normalization: its formula with the numbers filled in, and where the value lies."""

    def __init__(self, story: Derivation, step: NormalizedValue) -> None:
        """Take the numbers."""
        self._step = step
        self._factor = [Token(numeral(step.gamma), "gamma"), Token(TIMES)]
        self._above = [
            Token(numeral(step.value), tr("value"), story.arithmetic.sources[0]),
            Token(MINUS),
            Token(_bracketed(step.mean), tr("mean")),
        ]
        self._below = [
            Token(numeral(step.variance), tr("variance")),
            Token("+"),
            Token(numeral(step.epsilon), "epsilon"),
        ]
        self._offset = [Token("+"), Token(_bracketed(step.beta), "beta")]

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """The formula; below it, if there is room, the bell that normalization thinks of."""
        spare = area.height() - _FRACTION
        bell = min(spare, 1.5 * _BELL_HEIGHT) if spare >= 0.75 * _BELL_HEIGHT else 0.0
        top = area.top() + max(0.0, (spare - bell) / 2)
        self._paint_formula(surface, QRectF(area.left(), top, area.width(), _FRACTION))
        if bell:
            width = min(area.width(), _WIDEST_BELL)
            left = area.center().x() - width / 2
            self._paint_bell(surface, QRectF(left, top + _FRACTION, width, bell))

    def _paint_formula(self, surface: Surface, area: QRectF) -> None:
        """Gamma times a fraction plus beta."""
        style = surface.text_style
        below = _line_width(style, self._below) + _ROOT
        fraction = max(_line_width(style, self._above), below)
        width = _line_width(style, self._factor) + fraction + _line_width(style, self._offset) + 2 * _SPACE
        x = area.left() + max(0.0, (area.width() - width) / 2)
        bar = area.top() + _LINE
        x = _paint_line(surface, self._factor, QPointF(x, bar - _LINE / 2 + STEP / 2)) + _SPACE
        start = x + (fraction - _line_width(style, self._above)) / 2
        _paint_line(surface, self._above, QPointF(start, area.top()))
        start = x + (fraction - below) / 2 + _ROOT
        end = _paint_line(surface, self._below, QPointF(start, bar + STEP / 2))
        painter = surface.painter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.text, 1.2))
        painter.drawLine(QPointF(x, bar - STEP / 2), QPointF(x + fraction, bar - STEP / 2))
        foot, head = bar + 3.25 * STEP, bar + STEP / 2
        root = [(-_ROOT, foot - 8), (-_ROOT + 3, foot - 9), (-_ROOT + 7, foot), (-_ROOT + 12, head)]
        points = [QPointF(start + dx, y) for dx, y in root]
        painter.drawPolyline(QPolygonF([*points, QPointF(end, head)]))
        painter.restore()
        _paint_line(surface, self._offset, QPointF(x + fraction + _SPACE, bar - _LINE / 2 + STEP / 2))

    def _paint_bell(self, surface: Surface, area: QRectF) -> None:
        """How the values that count were spread, and where this one lies."""
        step, style, painter = self._step, surface.text_style, surface.painter
        deviations = (step.value - step.mean) / math.sqrt(step.variance + step.epsilon)
        reach = max(3.2, 1.15 * abs(deviations))
        base, height = area.bottom() - 2.5 * STEP, area.height() - 4.5 * STEP

        def at(x: float, y: float) -> QPointF:
            return QPointF(area.center().x() + x / reach * area.width() / 2, base - y * height)

        knots = np.linspace(-reach, reach, _KNOTS).tolist()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.quiet, 1.5))
        painter.setBrush(mixed(style.line, style.window, 0.4))
        painter.drawPolygon(QPolygonF([at(x, math.exp(-x * x / 2)) for x in knots]))
        painter.setPen(QPen(style.quiet, 1, Qt.PenStyle.DotLine))
        painter.drawLine(at(0, 0), at(0, 1))
        painter.setPen(QPen(style.accent, 2))
        painter.drawLine(at(deviations, 0), at(deviations, math.exp(-deviations * deviations / 2) + 0.1))
        painter.setPen(QPen(style.window, 1.5))
        painter.setBrush(style.accent)
        painter.drawEllipse(at(deviations, 0), 4.5, 4.5)
        painter.restore()
        side = tr("above") if deviations >= 0 else tr("below")
        words = tr("{count} deviations {side} the mean of the training")
        if step.count:
            words = tr("{count} deviations {side} the mean of {values} values here")
        words = words.format(count=f"{abs(deviations):.1f}", side=side, values=step.count)
        under = QPointF(area.center().x(), area.bottom() - STEP)
        style.small.write(painter, under, words, style.quiet, MIDDLE)


class Combination(Computation):
    """Values of several layers at the same place, joined."""

    def __init__(self, story: Derivation, step: Combined) -> None:
        """Take the values."""
        self._story, self._step = story, step

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """The values with the layers that they come from."""
        paint_formula(surface, self._tokens(), area)

    def _tokens(self) -> list[Token]:
        step, sources = self._step, self._story.arithmetic.sources
        numbers = [
            Token(numeral(float(value)), place[0], place, self._is_chosen(index))
            for index, (value, place) in enumerate(zip(step.values, sources, strict=True))
        ]
        sign = Token(_SIGNS.get(step.operation, ","))
        tokens = [each for number in numbers for each in (sign, number)][1:]
        if step.operation in _SIGNS:
            if step.operation == "average":
                return [Token("("), *tokens, Token(f") ÷ {len(numbers)}")]
            return tokens
        largest = tr("the largest of") if step.operation == "maximum" else tr("the smallest of")
        return [Token(largest), *tokens]

    def _is_chosen(self, index: int) -> bool:
        values = self._step.values
        if self._step.operation == "maximum":
            return index == int(values.argmax())
        return self._step.operation == "minimum" and index == int(values.argmin())


class Moving(Computation):
    """A value that is not computed but handed on."""

    def __init__(self, story: Derivation, step: Rearranged) -> None:
        """Take the place that it comes from."""
        self._story, self._step = story, step

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Where it comes from."""
        value, step = numeral(self._story.arithmetic.value), self._step
        if step.layer:
            words = text_for(step.layer, step.position)
            tokens = [Token(tr("handed on from")), Token(value, words, (step.layer, step.position))]
        elif self._story.layer.inputs:
            tokens = [Token(value, tr("padding: the map before has ended here"))]
        else:
            tokens = [Token(value, tr("what the network is given; nothing is computed"))]
        paint_formula(surface, tokens, area)


def _bracketed(value: float) -> str:
    """A number that follows a sign."""
    return f"({numeral(value)})" if value < 0 else numeral(value)


def _line_width(style: TextStyle, tokens: list[Token]) -> float:
    return sum(_width(style, token) for token in tokens) + _SPACE * (len(tokens) - 1)


def _paint_line(surface: Surface, tokens: list[Token], at: QPointF) -> float:
    """Set tokens beside each other from a point at the top left; returns where they end."""
    x = at.x()
    for token in tokens:
        width = _width(surface.text_style, token)
        _paint_token(surface, token, QRectF(x, at.y(), width, _LINE))
        x += width + _SPACE
    return x - _SPACE


def _type_of(style: TextStyle, token: Token) -> TextFont:
    return style.strong if token.words else style.plain


def _width(style: TextStyle, token: Token) -> float:
    return max(
        _type_of(style, token).width(token.text), style.small.width(token.words) if token.words else 0.0
    )


def _broken(style: TextStyle, tokens: list[Token], width: float) -> list[list[Token]]:
    """Tokens in lines no wider than this, broken before signs."""
    lines: list[list[Token]] = [[]]
    used = 0.0
    for token in tokens:
        needed = _width(style, token) + _SPACE
        if lines[-1] and used + needed > width + _SPACE:
            # A sign goes with what follows it.
            carried = [lines[-1].pop()] if not lines[-1][-1].words and len(lines[-1]) > 1 else []
            lines.append(carried)
            used = sum(_width(style, each) + _SPACE for each in carried)
        lines[-1].append(token)
        used += needed
    return lines


def _paint_token(surface: Surface, token: Token, area: QRectF) -> None:
    style, painter = surface.text_style, surface.painter
    at = QPointF(area.center().x(), area.top() + 2 * STEP)
    colour = style.text if token.words else style.quiet
    _type_of(style, token).write(painter, at, token.text, colour, MIDDLE)
    name = QPointF(area.center().x(), area.top() + 4.25 * STEP)
    if token.words:
        colour = style.accent if token.place is not None else style.quiet
        style.small.write(painter, name, token.words, colour, MIDDLE)
    if token.chosen:
        painter.fillRect(QRectF(area.left(), area.top() + 3.25 * STEP, area.width(), 2), style.accent)
    if token.place is not None:
        place = token.place
        words = f"{text_for(*place)} · {token.text}"
        surface.targets.append(Target(area, 1, 1, lambda *_: place, lambda *_: words))
