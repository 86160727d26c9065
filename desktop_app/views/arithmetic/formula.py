"""Formulas: numbers with labels below, joined by operators, in as many lines as needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop_app.networks.arithmetic import Combined, NormalizedValue, Rearranged
from desktop_app.views.arithmetic.computation import Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Location, Surface, Target
from desktop_app.views.arithmetic.value_text import translate, value_text
from desktop_app.views.parts.numerals import MINUS, TIMES, numeral
from desktop_app.views.parts.text_style import MIDDLE, TextFont, TextStyle
from desktop_app.views.parts.theme import STEP, mixed

_LINE_HEIGHT = 6.0 * STEP
_SPACE = 5.0
_FRACTION = 2 * _LINE_HEIGHT
_ROOT = 2.0 * STEP
_CURVE_HEIGHT = 12.0 * STEP
_MAX_CURVE_WIDTH = 50.0 * STEP
_CURVE_POINTS = 61

_SIGNS = {"add": "+", "subtract": MINUS, "multiply": TIMES, "divide": "÷", "average": "+"}


@dataclass(frozen=True)
class Token:
    """A number or an operator.

    Attributes:
        text: the number or the operator.
        label: name below a number; empty for operators.
        location: value that a click leads to.
        chosen: whether the number is the selected maximum or minimum.
    """

    text: str
    label: str = ""
    location: Location | None = None
    chosen: bool = False


def paint_formula(surface: Surface, tokens: list[Token], area: QRectF) -> float:
    """Paint a formula centred in an area and return its bottom edge."""
    style = surface.text_style
    lines = _split_lines(style, tokens, area.width())
    top = area.top() + max(0.0, (area.height() - len(lines) * _LINE_HEIGHT) / 2)
    for line in lines:
        left = area.left() + max(0.0, (area.width() - _line_width(style, line)) / 2)
        _paint_line(surface, line, QPointF(left, top))
        top += _LINE_HEIGHT
    return top


class Normalization(Computation):
    """Normalization: the formula with its numbers, and the position of the value in the distribution."""

    def __init__(self, derivation: Derivation, step: NormalizedValue) -> None:
        """Prepare the parts of the formula."""
        self._step = step
        self._gamma = [Token(numeral(step.gamma), "gamma"), Token(TIMES)]
        self._numerator = [
            Token(numeral(step.value), translate("Arithmetic", "value"), derivation.arithmetic.sources[0]),
            Token(MINUS),
            Token(_in_parentheses(step.mean), translate("Arithmetic", "mean")),
        ]
        self._denominator = [
            Token(numeral(step.variance), translate("Arithmetic", "variance")),
            Token("+"),
            Token(numeral(step.epsilon), "epsilon"),
        ]
        self._beta = [Token("+"), Token(_in_parentheses(step.beta), "beta")]

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint the formula, and the distribution below it if there is room."""
        spare = area.height() - _FRACTION
        curve = min(spare, 1.5 * _CURVE_HEIGHT) if spare >= 0.75 * _CURVE_HEIGHT else 0.0
        top = area.top() + max(0.0, (spare - curve) / 2)
        self._paint_formula(surface, QRectF(area.left(), top, area.width(), _FRACTION))
        if curve:
            width = min(area.width(), _MAX_CURVE_WIDTH)
            left = area.center().x() - width / 2
            self._paint_distribution(surface, QRectF(left, top + _FRACTION, width, curve))

    def _paint_formula(self, surface: Surface, area: QRectF) -> None:
        """Paint gamma times a fraction plus beta."""
        style = surface.text_style
        below = _line_width(style, self._denominator) + _ROOT
        fraction = max(_line_width(style, self._numerator), below)
        width = _line_width(style, self._gamma) + fraction + _line_width(style, self._beta) + 2 * _SPACE
        x = area.left() + max(0.0, (area.width() - width) / 2)
        bar = area.top() + _LINE_HEIGHT
        x = _paint_line(surface, self._gamma, QPointF(x, bar - _LINE_HEIGHT / 2 + STEP / 2)) + _SPACE
        start = x + (fraction - _line_width(style, self._numerator)) / 2
        _paint_line(surface, self._numerator, QPointF(start, area.top()))
        start = x + (fraction - below) / 2 + _ROOT
        end = _paint_line(surface, self._denominator, QPointF(start, bar + STEP / 2))
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
        _paint_line(surface, self._beta, QPointF(x + fraction + _SPACE, bar - _LINE_HEIGHT / 2 + STEP / 2))

    def _paint_distribution(self, surface: Surface, area: QRectF) -> None:
        """Paint the normal distribution of the values, and where this value lies."""
        step, style, painter = self._step, surface.text_style, surface.painter
        deviations = (step.value - step.mean) / math.sqrt(step.variance + step.epsilon)
        reach = max(3.2, 1.15 * abs(deviations))
        base, height = area.bottom() - 2.5 * STEP, area.height() - 4.5 * STEP

        def at(x: float, y: float) -> QPointF:
            return QPointF(area.center().x() + x / reach * area.width() / 2, base - y * height)

        xs = np.linspace(-reach, reach, _CURVE_POINTS).tolist()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.quiet, 1.5))
        painter.setBrush(mixed(style.line, style.window, 0.4))
        painter.drawPolygon(QPolygonF([at(x, math.exp(-x * x / 2)) for x in xs]))
        painter.setPen(QPen(style.quiet, 1, Qt.PenStyle.DotLine))
        painter.drawLine(at(0, 0), at(0, 1))
        painter.setPen(QPen(style.accent, 2))
        painter.drawLine(at(deviations, 0), at(deviations, math.exp(-deviations * deviations / 2) + 0.1))
        painter.setPen(QPen(style.window, 1.5))
        painter.setBrush(style.accent)
        painter.drawEllipse(at(deviations, 0), 4.5, 4.5)
        painter.restore()
        label = _deviation_text(deviations, step.count)
        under = QPointF(area.center().x(), area.bottom() - STEP)
        style.small.write(painter, under, style.small.elided(label, area.width()), style.quiet, MIDDLE)


class Combination(Computation):
    """Values of several layers at the same position, combined."""

    def __init__(self, derivation: Derivation, step: Combined) -> None:
        """Store the values."""
        self._derivation, self._step = derivation, step

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint the values with the names of their layers."""
        paint_formula(surface, self._tokens(), area)

    def _tokens(self) -> list[Token]:
        step, sources = self._step, self._derivation.arithmetic.sources
        numbers = [
            Token(numeral(float(value)), location[0], location, self._is_chosen(index))
            for index, (value, location) in enumerate(zip(step.values, sources, strict=True))
        ]
        sign = Token(_SIGNS.get(step.operation, ","))
        tokens = [each for number in numbers for each in (sign, number)][1:]
        if step.operation in _SIGNS:
            if step.operation == "average":
                return [Token("("), *tokens, Token(f") ÷ {len(numbers)}")]
            return tokens
        if step.operation == "maximum":
            return [Token(translate("Arithmetic", "largest of")), *tokens]
        return [Token(translate("Arithmetic", "smallest of")), *tokens]

    def _is_chosen(self, index: int) -> bool:
        values = self._step.values
        if self._step.operation == "maximum":
            return index == int(values.argmax())
        return self._step.operation == "minimum" and index == int(values.argmin())


class Rearrangement(Computation):
    """A value that is passed on without computation."""

    def __init__(self, derivation: Derivation, step: Rearranged) -> None:
        """Store the source of the value."""
        self._derivation, self._step = derivation, step

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint the source."""
        value, step = numeral(self._derivation.arithmetic.value), self._step
        if step.layer:
            label = value_text(step.layer, step.position)
            number = Token(value, label, (step.layer, step.position))
            tokens = [Token(translate("Arithmetic", "passed on from")), number]
        elif self._derivation.layer.inputs:
            tokens = [Token(value, translate("Arithmetic", "padding: outside the previous map"))]
        else:
            tokens = [Token(value, translate("Arithmetic", "model input; nothing is computed"))]
        paint_formula(surface, tokens, area)


def _deviation_text(deviations: float, values: int) -> str:
    """Describe the distance from the mean of `values` values of the input; 0: of the training data."""
    if values and deviations >= 0:
        text = translate("Arithmetic", "{deviations} standard deviations above the mean of {values} values")
    elif values:
        text = translate("Arithmetic", "{deviations} standard deviations below the mean of {values} values")
    elif deviations >= 0:
        text = translate("Arithmetic", "{deviations} standard deviations above the mean of the training data")
    else:
        text = translate("Arithmetic", "{deviations} standard deviations below the mean of the training data")
    return text.format(deviations=f"{abs(deviations):.1f}", values=values)


def _in_parentheses(value: float) -> str:
    """Return a number as it is written after an operator."""
    return f"({numeral(value)})" if value < 0 else numeral(value)


def _line_width(style: TextStyle, tokens: list[Token]) -> float:
    return sum(_width(style, token) for token in tokens) + _SPACE * (len(tokens) - 1)


def _paint_line(surface: Surface, tokens: list[Token], at: QPointF) -> float:
    """Paint tokens from a top left point on and return their right edge."""
    x = at.x()
    for token in tokens:
        width = _width(surface.text_style, token)
        _paint_token(surface, token, QRectF(x, at.y(), width, _LINE_HEIGHT))
        x += width + _SPACE
    return x - _SPACE


def _type_of(style: TextStyle, token: Token) -> TextFont:
    return style.strong if token.label else style.plain


def _width(style: TextStyle, token: Token) -> float:
    return max(
        _type_of(style, token).width(token.text), style.small.width(token.label) if token.label else 0.0
    )


def _split_lines(style: TextStyle, tokens: list[Token], width: float) -> list[list[Token]]:
    """Split tokens into lines no wider than a width, before operators."""
    lines: list[list[Token]] = [[]]
    used = 0.0
    for token in tokens:
        needed = _width(style, token) + _SPACE
        if lines[-1] and used + needed > width + _SPACE:
            # Keep an operator with the number that follows it.
            carried = [lines[-1].pop()] if not lines[-1][-1].label and len(lines[-1]) > 1 else []
            lines.append(carried)
            used = sum(_width(style, each) + _SPACE for each in carried)
        lines[-1].append(token)
        used += needed
    return lines


def _paint_token(surface: Surface, token: Token, area: QRectF) -> None:
    style, painter = surface.text_style, surface.painter
    at = QPointF(area.center().x(), area.top() + 2 * STEP)
    colour = style.text if token.label else style.quiet
    _type_of(style, token).write(painter, at, token.text, colour, MIDDLE)
    name = QPointF(area.center().x(), area.top() + 4.25 * STEP)
    if token.label:
        colour = style.accent if token.location is not None else style.quiet
        style.small.write(painter, name, token.label, colour, MIDDLE)
    if token.chosen:
        painter.fillRect(QRectF(area.left(), area.top() + 3.25 * STEP, area.width(), 2), style.accent)
    if token.location is not None:
        location = token.location
        label = f"{value_text(*location)} · {token.text}"
        surface.targets.append(Target(area, 1, 1, lambda *_: location, lambda *_: label))
