"""The painted view of the evidence for two labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter

from desktop_app.core.placement import Placement
from desktop_app.inspection.tiles import input_tiles
from desktop_app.views.canvas.canvas_evidence import Map
from desktop_app.views.canvas.evidence_layer import tints_of
from desktop_app.views.canvas.paint_evidence import ON_LIGHT, evidence_images, paint_evidence, paint_swatch
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import LEFT, TextStyle
from desktop_app.views.parts.theme import STEP
from desktop_app.views.why.evidence import Evidence, display_extreme, display_values

_SWATCH = 2 * STEP


class EvidenceView(PaintedView):
    """Two images of the model input with evidence, side by side or one above the other."""

    preferred_size = QSize(48 * STEP, 26 * STEP)
    minimum_size = QSize(24 * STEP, 13 * STEP)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setObjectName("evidence_view")
        self.setAccessibleName(self.tr("Evidence for each of two labels"))
        self._evidence: Evidence | None = None
        self._titles = ("", "")
        self._hint = ""

    def set_evidence(self, evidence: Evidence, titles: tuple[str, str]) -> None:
        """Show evidence; the titles name what each image shows."""
        self._evidence = evidence
        self._titles = titles
        self.setAccessibleDescription(", ".join(titles))
        self.update()

    def set_hint(self, hint: str) -> None:
        """Show a message instead of evidence."""
        self._evidence = None
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.update()

    def evidence(self) -> Evidence | None:
        """Return the evidence shown."""
        return self._evidence

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint both images with their titles, or the message."""
        style = self.text_style
        evidence = self._evidence
        if evidence is None:
            self.paint_hint(painter, self._hint)
            return
        support = evidence.for_answer.clip(min=0), -evidence.for_rival.clip(min=0)
        # A common scale, so that weak evidence does not look strong.
        extreme = max(evidence.min_extreme, *(display_extreme(values) for values in support))
        title = style.small.height + STEP / 2
        areas = self._areas(title)
        for number, area in enumerate(areas):
            following = areas[1].left() if number == 0 else 0.0
            right = following - STEP if following > area.left() else self.width()
            values = display_values(support[number], evidence.ink, extreme)
            self._paint_title(painter, style, area, number, title, right)
            self._paint_evidence(painter, style, area.adjusted(0, title, 0, 0), evidence, values)

    def _areas(self, title: float) -> list[QRectF]:
        """Return the areas of both images with their titles, as large as possible."""
        beside = min((self.width() - 2 * STEP) / 2, self.height() - title)
        below = min(self.width(), (self.height() - STEP) / 2 - title)
        side = max(beside, below, 1.0)
        if beside >= below:
            # A title may be wider than a small image.
            pitch = max(side + 2 * STEP, min(18 * STEP, self.width() / 2))
            return [QRectF(pitch * i, 0, side, side + title) for i in range(2)]
        return [QRectF(0, (side + title + STEP) * i, side, side + title) for i in range(2)]

    def _paint_title(
        self, painter: QPainter, style: TextStyle, area: QRectF, number: int, height: float, right: float
    ) -> None:
        middle = area.top() + (height - STEP / 2) / 2
        swatch = QRectF(area.left(), middle - 5, _SWATCH, 10)
        paint_swatch(painter, swatch, tints_of(self.palette(), None), answer=number == 0)
        at = QPointF(swatch.right() + STEP / 2, middle)
        text = style.small.elided(self._titles[number], right - at.x())
        style.small.write(painter, at, text, style.text, LEFT)

    def _paint_evidence(
        self, painter: QPainter, style: TextStyle, area: QRectF, evidence: Evidence, values: Map
    ) -> None:
        """Paint the model input, ink in the colour of text, and the evidence over it."""
        if evidence.ink is None:
            pixels, tints = input_tiles(evidence.model_input[None])[0], ON_LIGHT
        else:
            pixels, tints = _as_pixels(evidence.ink, style.text, style.base), tints_of(self.palette(), None)
        height, width = pixels.shape
        scale = area.width() / max(width, height)
        target = QRectF(area.left(), area.top(), width * scale, height * scale)
        painter.drawImage(target, image_of(pixels))
        ratio = painter.device().devicePixelRatio()
        placement = Placement(scale, scale, target.left(), target.top())
        images = evidence_images(values, placement, target, ratio, tints)
        if images is not None:
            paint_evidence(painter, images, ratio)
        painter.setPen(style.line)
        painter.drawRect(target.adjusted(0, 0, -1, -1))


def _as_pixels(values: Map, ink: QColor, base: QColor) -> NDArray[np.uint32]:
    """Return values of 0..1 as colours between `base` and `ink`, uint32 (height, width) 0xAARRGGBB."""
    shares = values.clip(0, 1)
    pixels = np.full(values.shape, 0xFF, dtype=np.uint32)
    for channel in (QColor.red, QColor.green, QColor.blue):
        low, high = channel(base), channel(ink)
        pixels = pixels << np.uint32(8) | np.rint(low + (high - low) * shares).astype(np.uint32)
    return pixels
