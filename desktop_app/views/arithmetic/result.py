"""The end of the sentence: the sum, the bias, the activation function, and the value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop_app.networks.arithmetic import Arithmetic, Combined, WeightedSum, WindowSum
from desktop_app.views.arithmetic.derivation import Curve, Derivation
from desktop_app.views.arithmetic.surface import Surface
from desktop_app.views.arithmetic.value_text import tr
from desktop_app.views.parts.numerals import ARROW, numeral
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT
from desktop_app.views.parts.theme import STEP

_KNOTS = 49
_LINE = 2.5 * STEP
_CLOSE = 1e-4
"""How far the arithmetic and the running network may differ, relative to 1 or to the value."""


@dataclass(frozen=True, eq=False)
class Ending:
    """What stands at the end.

    Attributes:
        lines: words and numbers that add up, the first without a sign; empty where nothing does.
        before: what goes into the activation function.
        function: its name; empty where there is none.
        curve: the function, to be drawn; None where it is not drawn here.
        value: what comes out.
        remark: how that compares with what the feature map shows.
    """

    lines: tuple[tuple[str, str], ...]
    before: float
    function: str
    curve: Curve | None
    value: float
    remark: str


def ending_of(story: Derivation) -> Ending:
    """The end of a story."""
    arithmetic, step = story.arithmetic, story.arithmetic.step
    lines: tuple[tuple[str, str], ...] = ()
    if isinstance(step, (WindowSum, WeightedSum)):
        lines = ((tr("sum"), numeral(arithmetic.before - (step.bias or 0.0))),)
        if step.bias is not None:
            lines += ((tr("bias"), numeral(step.bias)),)
        elif arithmetic.function == "linear":
            # The sum alone is the value: nothing is said twice.
            lines = ()
    drawn_elsewhere = isinstance(step, Combined) and step.operation == "function"
    function = "" if arithmetic.function == "linear" or drawn_elsewhere else arithmetic.function
    if function in ("softmax", "log_softmax"):
        function = tr("{function} over all").format(function=function)
    return Ending(
        lines,
        arithmetic.before,
        function,
        None if drawn_elsewhere else story.curve(),
        arithmetic.value,
        _remark(arithmetic, story.shown),
    )


def _remark(arithmetic: Arithmetic, shown: float) -> str:
    """Whether the feature map shows the same."""
    if abs(arithmetic.value - shown) <= _CLOSE * max(1.0, abs(shown)):
        return tr("as on the map") if len(arithmetic.position) > 1 else tr("as in the network")
    return tr("the network has {value}").format(value=numeral(shown))


def paint_column(surface: Surface, ending: Ending, area: QRectF) -> None:
    """The end in a column: an addition, the function, the value in large type."""
    rest = QRectF(area)
    if ending.lines:
        rest.setTop(_paint_addition(surface, ending, area) + STEP)
    bottom = 2.5 * _LINE + STEP
    if ending.function and rest.height() > bottom + 3 * STEP:
        plot = QRectF(rest.left(), rest.top(), rest.width(), min(rest.height() - bottom, 13.0 * STEP))
        _paint_function(surface, ending, plot)
        rest.setTop(plot.bottom() + STEP)
    elif not ending.lines:
        rest.setTop(area.top() + (area.height() - bottom) / 2)
    style, painter = surface.text_style, surface.painter
    middle = rest.top() + 1.75 * STEP
    style.large.write(painter, QPointF(rest.right(), middle), numeral(ending.value), style.text, RIGHT)
    style.plain.write(painter, QPointF(rest.left(), middle), tr("value"), style.text)
    under = QPointF(rest.right(), middle + 2.25 * STEP)
    style.small.write(painter, under, ending.remark, style.quiet, RIGHT)


def paint_line(surface: Surface, ending: Ending, area: QRectF) -> None:
    """The end on one line: numbers over their names, the function between them."""
    style = surface.text_style
    tokens: list[tuple[str, str]] = []
    for number, (words, value) in enumerate(ending.lines):
        tokens += [("+", "")] if number else []
        tokens.append((value, words))
    if ending.function and len(ending.lines) != 1:
        tokens += ([("=", "")] if tokens else []) + [(numeral(ending.before), tr("before"))]
    x = area.left()
    for text, words in tokens:
        x = _paint_token(surface, QPointF(x, area.top()), text, words) + STEP
    if ending.function:
        width = min(8.0 * STEP, area.right() - x - 10 * STEP)
        if width >= 4 * STEP and ending.curve is not None:
            _paint_function(surface, ending, QRectF(x, area.top(), width, area.height()))
            x += width + STEP
        x = _paint_token(surface, QPointF(x, area.top()), ARROW, ending.function) + STEP
    elif tokens:
        x = _paint_token(surface, QPointF(x, area.top()), "=", "") + STEP
    middle = area.top() + 1.25 * STEP
    style.large.write(surface.painter, QPointF(x, middle), numeral(ending.value), style.text)
    remark = style.small.elided(ending.remark, area.right() - x)
    style.small.write(surface.painter, QPointF(x, area.top() + 3.25 * STEP), remark, style.quiet)


def paint_curve(surface: Surface, curve: Curve, x: float, y: float, area: QRectF) -> None:
    """A function with the point on it that is meant, between its axes."""
    reach = max(abs(x) * 1.3, 1.0)
    knots = np.linspace(-reach, reach, _KNOTS, dtype=np.float32)
    heights = curve(knots)
    low, high = min(float(heights.min()), y, 0.0), max(float(heights.max()), y, 0.0)
    extent = high - low or 1.0
    plot = area.adjusted(4, 5, -4, -5)

    def at(knot: float, height: float) -> QPointF:
        return QPointF(
            plot.center().x() + knot / reach * plot.width() / 2,
            plot.bottom() - (height - low) / extent * plot.height(),
        )

    painter, style = surface.painter, surface.text_style
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.line, 1))
    painter.drawLine(at(-reach, 0), at(reach, 0))
    painter.drawLine(at(0, low), at(0, high))
    painter.setPen(QPen(style.quiet, 1, Qt.PenStyle.DotLine))
    painter.drawLine(at(x, 0), at(x, y))
    painter.drawLine(at(0, y), at(x, y))
    painter.setPen(QPen(style.text, 1.5))
    painter.drawPolyline(
        QPolygonF([at(*pair) for pair in zip(knots.tolist(), heights.tolist(), strict=True)])
    )
    painter.setPen(QPen(style.window, 1.5))
    painter.setBrush(style.accent)
    painter.drawEllipse(at(x, y), 4.5, 4.5)
    painter.restore()


def _paint_addition(surface: Surface, ending: Ending, area: QRectF) -> float:
    """Numbers below each other, a line, what they make; returns where that ends."""
    painter, style = surface.painter, surface.text_style
    top = area.top()
    lines = list(ending.lines)
    for number, (words, value) in enumerate(lines):
        _paint_sum_line(
            surface, QRectF(area.left(), top, area.width(), _LINE), ("+" if number else "", words, value)
        )
        top += _LINE
    if ending.function and len(lines) > 1:
        painter.setPen(QPen(style.quiet, 1))
        painter.drawLine(QPointF(area.left(), top + 2), QPointF(area.right(), top + 2))
        top += 4
        line = QRectF(area.left(), top, area.width(), _LINE)
        _paint_sum_line(surface, line, ("=", "", numeral(ending.before)))
        top += _LINE
    elif len(lines) > 1:
        painter.setPen(QPen(style.quiet, 1))
        painter.drawLine(QPointF(area.left(), top + 2), QPointF(area.right(), top + 2))
        top += 4
    return top


def _paint_sum_line(surface: Surface, line: QRectF, parts: tuple[str, str, str]) -> None:
    sign, words, number = parts
    style, middle = surface.text_style, line.center().y()
    style.plain.write(surface.painter, QPointF(line.left(), middle), sign, style.quiet)
    indent = line.left() + (2 * STEP if sign else 0)
    style.plain.write(surface.painter, QPointF(indent, middle), words, style.quiet)
    style.plain.write(surface.painter, QPointF(line.right(), middle), number, style.text, RIGHT)


def _paint_function(surface: Surface, ending: Ending, area: QRectF) -> None:
    """The function's name, and its curve where it is known."""
    style = surface.text_style
    if ending.curve is not None:
        paint_curve(surface, ending.curve, ending.before, ending.value, area)
    if area.height() >= 6 * STEP:
        at = QPointF(area.left(), area.top() + STEP)
        style.small.write(surface.painter, at, ending.function, style.quiet, LEFT)


def _paint_token(surface: Surface, at: QPointF, text: str, words: str) -> float:
    """A number with its name below it; returns where it ends."""
    style = surface.text_style
    width = max(style.plain.width(text), style.small.width(words))
    middle = at.x() + width / 2
    style.plain.write(surface.painter, QPointF(middle, at.y() + 1.25 * STEP), text, style.text, MIDDLE)
    style.small.write(surface.painter, QPointF(middle, at.y() + 3.25 * STEP), words, style.quiet, MIDDLE)
    return at.x() + width
