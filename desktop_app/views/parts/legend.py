"""The legend of a colour map."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop_app.inspection.colour import LEVELS
from desktop_app.inspection.colour_settings import Scale
from desktop_app.views.parts.numerals import MINUS, rounded_numeral
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT
from desktop_app.views.parts.theme import STEP

_STRIP = 8


class Legend(PaintedView):
    """The colour map as a strip, with the values of its ends and a mark at zero.

    The strip is linear in the values, so it shows gamma.
    """

    preferred_size = QSize(21 * STEP, _STRIP + 2 * STEP + 2)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setObjectName("legend")
        self.setAccessibleName(self.tr("Colour legend"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._scale: Scale | None = None
        self._channel: int | None = None

    def set_scale(self, scale: Scale | None, channel: int | None = None) -> None:
        """Show a scale, or nothing; channel: the one whose range to show if each map has its own."""
        if scale is None and self._scale is None:
            return
        self._scale, self._channel = scale, channel
        tip = self.tr("Each map has its own range of values. Point at a map to see its range.")
        self.setToolTip(tip if scale is not None and scale.is_per_map else "")
        if (text := self.text()) != self.accessibleDescription():
            self.setAccessibleDescription(text)
        self.update()

    @property
    def scale(self) -> Scale | None:
        """The scale that is shown."""
        return self._scale

    def texts(self) -> tuple[str, str]:
        """Return the texts below the two ends."""
        scale = self._scale
        if scale is None:
            return "", ""
        if scale.is_per_map and self._channel is None:
            largest = self.tr("largest")
            return (MINUS + largest if scale.low < 0 else "0"), largest
        low, high = scale.range_of(self._channel or 0)
        return rounded_numeral(low, 3), rounded_numeral(high, 3)

    def text(self) -> str:
        """Return the range as a sentence."""
        low, high = self.texts()
        return self.tr("{low} to {high}").format(low=low, high=high) if high else ""

    def minimumSizeHint(self) -> QSize:
        """Return the size of two numbers side by side."""
        return QSize(11 * STEP, self.sizeHint().height())

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint strip, zero mark and numbers."""
        scale = self._scale
        if scale is None:
            return
        strip = QRectF(0, 1, self.width(), _STRIP)
        painter.drawImage(strip, image_of(scale.table[None]))
        low, high = self.texts()
        middle = strip.bottom() + STEP + 1
        small, quiet = self.text_style.small, self.text_style.quiet
        small.write(painter, QPointF(0, middle), low, quiet, LEFT)
        small.write(painter, QPointF(self.width(), middle), high, quiet, RIGHT)
        if scale.low < 0 < scale.high:
            self._mark_zero(painter, strip, middle, small.width(low), small.width(high))

    def _mark_zero(
        self, painter: QPainter, strip: QRectF, middle: float, before: float, after: float
    ) -> None:
        """Paint a tick at 0, and the number if there is room for it."""
        assert self._scale is not None
        x = strip.width() * self._scale.zero / (LEVELS - 1)
        painter.setPen(QPen(self.text_style.text, 1.5))
        painter.drawLine(QLineF(x, strip.top() - 1, x, strip.bottom() + 3))
        gap = STEP
        if before + gap < x < self.width() - after - gap:
            self.text_style.small.write(painter, QPointF(x, middle), "0", self.text_style.quiet, MIDDLE)
