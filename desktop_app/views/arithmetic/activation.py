"""The computation of a layer that is an activation function alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from desktop_app.views.arithmetic.computation import HEADER_HEIGHT, Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.formula import Token, paint_formula
from desktop_app.views.arithmetic.result import paint_curve
from desktop_app.views.arithmetic.surface import Surface
from desktop_app.views.parts.numerals import ARROW, numeral
from desktop_app.views.parts.theme import STEP

_CURVE = 26.0 * STEP


class ActivationFunction(Computation):
    """The input value and the curve of the activation function."""

    def __init__(self, derivation: Derivation) -> None:
        """Store the derivation."""
        self._derivation = derivation

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint the input value, and the curve with the point of the result."""
        arithmetic, style = self._derivation.arithmetic, surface.text_style
        value = Token(numeral(arithmetic.pre_activation), arithmetic.sources[0][0], arithmetic.sources[0])
        share = min(18.0 * STEP, 0.4 * area.width())
        paint_formula(surface, [value, Token(ARROW)], QRectF(area.left(), area.top(), share, area.height()))
        curve = self._derivation.curve()
        plot = QRectF(
            area.left() + share + STEP, area.top(), min(area.width() - share - STEP, _CURVE), area.height()
        )
        height = min(plot.height() - HEADER_HEIGHT, plot.width())
        plot.setTop(plot.top() + (plot.height() - HEADER_HEIGHT - height) / 2)
        plot.setHeight(height + HEADER_HEIGHT)
        if curve is not None:
            paint_curve(
                surface,
                curve,
                arithmetic.pre_activation,
                arithmetic.value,
                plot.adjusted(0, HEADER_HEIGHT, 0, 0),
            )
        at = QPointF(plot.left(), plot.top() + HEADER_HEIGHT / 2)
        style.small.write(surface.painter, at, arithmetic.function, style.quiet)
