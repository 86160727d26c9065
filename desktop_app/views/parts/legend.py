"""The legend: the colours from the least value to the largest, with zero marked."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.inspection.colour import LEVELS
from desktop_app.inspection.colour_settings import Scale
from desktop_app.views.parts.numerals import MINUS, numeral
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT
from desktop_app.views.parts.theme import STEP

_STRIP = 8


class Legend(PaintedView):
    """The colour map as a strip over the values that its ends, and 0, have.

    The strip is even in values, so gamma shows in it as it does in the maps.
    """

    preferred_size = QSize(21 * STEP, _STRIP + 2 * STEP + 2)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a scale: empty."""
        super().__init__(parent)
        self.setObjectName("legend")
        self.setAccessibleName(self.tr("Legend of the colours"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._scale: Scale | None = None
        self._channel: int | None = None

    def set_scale(self, scale: Scale | None, channel: int | None = None) -> None:
        """Show a scale, of one channel where each map has a range of its own; or nothing."""
        if scale is None and self._scale is None:
            return
        self._scale, self._channel = scale, channel
        own = self.tr("Every map spans all colours with its own values; point at one to see them.")
        self.setToolTip(own if scale is not None and scale.is_per_map else "")
        if (words := self.text()) != self.accessibleDescription():
            self.setAccessibleDescription(words)
        self.update()

    @property
    def scale(self) -> Scale | None:
        """What is shown."""
        return self._scale

    def texts(self) -> tuple[str, str]:
        """What stands under the two ends."""
        scale = self._scale
        if scale is None:
            return "", ""
        if scale.is_per_map and self._channel is None:
            most = self.tr("largest")
            return (MINUS + most if scale.low < 0 else "0"), most
        low, high = scale.range_of(self._channel or 0)
        return numeral(float(f"{low:.3g}")), numeral(float(f"{high:.3g}"))

    def text(self) -> str:
        """The range in words."""
        low, high = self.texts()
        return self.tr("{low} to {high}").format(low=low, high=high) if high else ""

    def minimumSizeHint(self) -> QSize:
        """Two numbers beside each other."""
        return QSize(11 * STEP, self.sizeHint().height())

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Strip, zero mark, numbers."""
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
        """A tick through the strip at 0, and the number where it does not touch the others."""
        assert self._scale is not None
        x = strip.width() * self._scale.zero / (LEVELS - 1)
        painter.setPen(QPen(self.text_style.text, 1.5))
        painter.drawLine(QLineF(x, strip.top() - 1, x, strip.bottom() + 3))
        gap = STEP
        if before + gap < x < self.width() - after - gap:
            self.text_style.small.write(painter, QPointF(x, middle), "0", self.text_style.quiet, MIDDLE)
