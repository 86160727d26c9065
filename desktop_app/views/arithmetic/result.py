"""The right part of the diagram: sum, bias, activation function and value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop_app.networks.arithmetic import Arithmetic, Combined, WeightedSum, WindowSum
from desktop_app.views.arithmetic.derivation import Curve, Derivation
from desktop_app.views.arithmetic.surface import Surface
from desktop_app.views.arithmetic.value_text import translate
from desktop_app.views.parts.numerals import ARROW, numeral
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT
from desktop_app.views.parts.theme import STEP

_CURVE_POINTS = 49
_LINE_HEIGHT = 2.5 * STEP
_TOLERANCE = 1e-4
"""Allowed difference between the arithmetic and the network, relative to the larger of 1 and the value."""


@dataclass(frozen=True, eq=False)
class Result:
    """The result of a derivation.

    Attributes:
        lines: labels and numbers that are added; empty if nothing is.
        before: input of the activation function.
        function: name of the activation function; empty if there is none.
        curve: the function to plot; None if it is not plotted here.
        value: the result.
        comparison: whether it equals the value in the feature map, as text.
    """

    lines: tuple[tuple[str, str], ...]
    before: float
    function: str
    curve: Curve | None
    value: float
    comparison: str


def result_of(derivation: Derivation) -> Result:
    """Return the result of a derivation."""
    arithmetic, step = derivation.arithmetic, derivation.arithmetic.step
    lines: tuple[tuple[str, str], ...] = ()
    if isinstance(step, (WindowSum, WeightedSum)):
        total = numeral(arithmetic.pre_activation - (step.bias or 0.0))
        lines = ((translate("Arithmetic", "sum"), total),)
        if step.bias is not None:
            lines += ((translate("Arithmetic", "bias"), numeral(step.bias)),)
        elif arithmetic.function == "linear":
            # The sum is the value: it is not shown twice.
            lines = ()
    drawn_elsewhere = isinstance(step, Combined) and step.operation == "function"
    function = "" if arithmetic.function == "linear" or drawn_elsewhere else arithmetic.function
    if function in ("softmax", "log_softmax"):
        function = translate("Arithmetic", "{function} over all units").format(function=function)
    return Result(
        lines,
        arithmetic.pre_activation,
        function,
        None if drawn_elsewhere else derivation.curve(),
        arithmetic.value,
        _comparison(arithmetic, derivation.shown),
    )


def _comparison(arithmetic: Arithmetic, shown: float) -> str:
    """Compare the result with the value of the network."""
    if abs(arithmetic.value - shown) <= _TOLERANCE * max(1.0, abs(shown)):
        if len(arithmetic.position) > 1:
            return translate("Arithmetic", "matches the map")
        return translate("Arithmetic", "matches the network")
    return translate("Arithmetic", "network: {value}").format(value=numeral(shown))


def paint_column(surface: Surface, result: Result, area: QRectF) -> None:
    """Paint the result in a column: addition, function, value in large type."""
    rest = QRectF(area)
    if result.lines:
        rest.setTop(_paint_addition(surface, result, area) + STEP)
    bottom = 2.5 * _LINE_HEIGHT + STEP
    if result.function and rest.height() > bottom + 3 * STEP:
        plot = QRectF(rest.left(), rest.top(), rest.width(), min(rest.height() - bottom, 13.0 * STEP))
        _paint_function(surface, result, plot)
        rest.setTop(plot.bottom() + STEP)
    elif not result.lines:
        rest.setTop(area.top() + (area.height() - bottom) / 2)
    style, painter = surface.text_style, surface.painter
    middle = rest.top() + 1.75 * STEP
    label, value = translate("Arithmetic", "value"), numeral(result.value)
    is_short = style.plain.width(label) + STEP + style.large.width(value) <= rest.width()
    font = style.large if is_short else style.strong
    font.write(painter, QPointF(rest.right(), middle), value, style.text, RIGHT)
    style.plain.write(painter, QPointF(rest.left(), middle), label, style.text)
    under = QPointF(rest.right(), middle + 2.25 * STEP)
    comparison = style.small.elided(result.comparison, rest.width())
    style.small.write(painter, under, comparison, style.quiet, RIGHT)


def paint_line(surface: Surface, result: Result, area: QRectF) -> None:
    """Paint the result on one line: numbers above labels, with the function between them."""
    style = surface.text_style
    tokens: list[tuple[str, str]] = []
    for number, (label, value) in enumerate(result.lines):
        tokens += [("+", "")] if number else []
        tokens.append((value, label))
    if result.function and len(result.lines) != 1:
        tokens += [("=", "")] if tokens else []
        tokens.append((numeral(result.before), translate("Arithmetic", "input")))
    x = area.left()
    for text, label in tokens:
        x = _paint_token(surface, QPointF(x, area.top()), text, label) + STEP
    if result.function:
        width = min(8.0 * STEP, area.right() - x - 10 * STEP)
        if width >= 4 * STEP and result.curve is not None:
            _paint_function(surface, result, QRectF(x, area.top(), width, area.height()))
            x += width + STEP
        x = _paint_token(surface, QPointF(x, area.top()), ARROW, result.function) + STEP
    elif tokens:
        x = _paint_token(surface, QPointF(x, area.top()), "=", "") + STEP
    middle = area.top() + 1.25 * STEP
    style.large.write(surface.painter, QPointF(x, middle), numeral(result.value), style.text)
    comparison = style.small.elided(result.comparison, area.right() - x)
    style.small.write(surface.painter, QPointF(x, area.top() + 3.25 * STEP), comparison, style.quiet)


def paint_curve(surface: Surface, curve: Curve, x: float, y: float, area: QRectF) -> None:
    """Paint a function and a point on it, with axes."""
    reach = max(abs(x) * 1.3, 1.0)
    xs = np.linspace(-reach, reach, _CURVE_POINTS, dtype=np.float32)
    heights = curve(xs)
    low, high = min(float(heights.min()), y, 0.0), max(float(heights.max()), y, 0.0)
    extent = high - low or 1.0
    plot = area.adjusted(4, 5, -4, -5)

    def at(x: float, height: float) -> QPointF:
        return QPointF(
            plot.center().x() + x / reach * plot.width() / 2,
            plot.bottom() - (height - low) / extent * plot.height(),
        )

    painter, style = surface.painter, surface.text_style
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.outline, 1))
    painter.drawLine(at(-reach, 0), at(reach, 0))
    painter.drawLine(at(0, low), at(0, high))
    painter.setPen(QPen(style.quiet, 1, Qt.PenStyle.DotLine))
    painter.drawLine(at(x, 0), at(x, y))
    painter.drawLine(at(0, y), at(x, y))
    painter.setPen(QPen(style.text, 1.5))
    painter.drawPolyline(QPolygonF([at(*pair) for pair in zip(xs.tolist(), heights.tolist(), strict=True)]))
    painter.setPen(QPen(style.window, 1.5))
    painter.setBrush(style.accent)
    painter.drawEllipse(at(x, y), 4.5, 4.5)
    painter.restore()


def _paint_addition(surface: Surface, result: Result, area: QRectF) -> float:
    """Paint an addition and return its bottom edge."""
    painter, style = surface.painter, surface.text_style
    top = area.top()
    lines = list(result.lines)
    for number, (label, value) in enumerate(lines):
        _paint_sum_line(
            surface,
            QRectF(area.left(), top, area.width(), _LINE_HEIGHT),
            ("+" if number else "", label, value),
        )
        top += _LINE_HEIGHT
    if result.function and len(lines) > 1:
        painter.setPen(QPen(style.quiet, 1))
        painter.drawLine(QPointF(area.left(), top + 2), QPointF(area.right(), top + 2))
        top += 4
        line = QRectF(area.left(), top, area.width(), _LINE_HEIGHT)
        _paint_sum_line(surface, line, ("=", "", numeral(result.before)))
        top += _LINE_HEIGHT
    elif len(lines) > 1:
        painter.setPen(QPen(style.quiet, 1))
        painter.drawLine(QPointF(area.left(), top + 2), QPointF(area.right(), top + 2))
        top += 4
    return top


def _paint_sum_line(surface: Surface, line: QRectF, parts: tuple[str, str, str]) -> None:
    sign, label, number = parts
    style, middle = surface.text_style, line.center().y()
    style.plain.write(surface.painter, QPointF(line.left(), middle), sign, style.quiet)
    indent = line.left() + (2 * STEP if sign else 0)
    style.plain.write(surface.painter, QPointF(indent, middle), label, style.quiet)
    style.plain.write(surface.painter, QPointF(line.right(), middle), number, style.text, RIGHT)


def _paint_function(surface: Surface, result: Result, area: QRectF) -> None:
    """Paint the name of the function, and its curve if known."""
    style = surface.text_style
    if result.curve is not None:
        paint_curve(surface, result.curve, result.before, result.value, area)
    if area.height() >= 6 * STEP:
        at = QPointF(area.left(), area.top() + STEP)
        style.small.write(surface.painter, at, result.function, style.quiet, LEFT)


def _paint_token(surface: Surface, at: QPointF, text: str, label: str) -> float:
    """Paint a number with its label below and return its right edge."""
    style = surface.text_style
    width = max(style.plain.width(text), style.small.width(label))
    middle = at.x() + width / 2
    style.plain.write(surface.painter, QPointF(middle, at.y() + 1.25 * STEP), text, style.text, MIDDLE)
    style.small.write(surface.painter, QPointF(middle, at.y() + 3.25 * STEP), label, style.quiet, MIDDLE)
    return at.x() + width
