"""Evidence for the answer over the ink, with a legend."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.views.canvas.canvas_evidence import CanvasEvidence
from desktop_app.views.canvas.geometry import CanvasArea
from desktop_app.views.canvas.paint_evidence import (
    ON_DARK,
    ON_LIGHT,
    EvidenceImages,
    Tints,
    evidence_images,
    paint_evidence,
    paint_swatch,
)
from desktop_app.views.canvas.paint_ink import page_placement
from desktop_app.views.parts.text_style import LEFT, text_style_of
from desktop_app.views.parts.theme import STEP

_LEGEND_OPACITY = 0.82
"""Opacity of the background of the legend."""


class EvidenceLayer:
    """Paints evidence over a canvas; the enlarged images are cached until something changes."""

    def __init__(self) -> None:
        """Start without evidence."""
        self._evidence: CanvasEvidence | None = None
        self._images: EvidenceImages | None = None
        self._images_for: tuple[object, ...] = ()

    @property
    def evidence(self) -> CanvasEvidence | None:
        """The evidence."""
        return self._evidence

    def set_evidence(self, evidence: CanvasEvidence | None) -> None:
        """Set the evidence, or none."""
        self._evidence = evidence
        self._images = None
        self._images_for = ()

    def paint(
        self,
        painter: QPainter,
        widget: QWidget,
        canvas: CanvasArea,
        page: Page,
        occupied: Sequence[QRectF] = (),
    ) -> None:
        """Paint the evidence over a page on a canvas in a widget, the legend beside the occupied areas."""
        evidence = self._evidence
        if evidence is None or evidence.strength <= 0:
            return
        ratio = widget.devicePixelRatioF()
        tints = tints_of(widget.palette(), page)
        state = (canvas, ratio, id(tints), id(page) if isinstance(page, Picture) else None)
        if state != self._images_for:
            values = evidence.values * evidence.strength
            area = canvas.rect
            placement = evidence.placement.on(page_placement(page, canvas.units)).on(canvas.placement)
            self._images = evidence_images(values, placement, area, ratio, tints)
            self._images_for = state
        if self._images is not None:
            paint_evidence(painter, self._images, ratio)
        self._paint_legend(painter, widget, canvas, evidence, occupied)

    def _paint_legend(
        self,
        painter: QPainter,
        widget: QWidget,
        canvas: CanvasArea,
        evidence: CanvasEvidence,
        occupied: Sequence[QRectF],
    ) -> None:
        """Paint the meaning of the two colours in the first corner that is free."""
        style = text_style_of(widget)
        line = style.small.height + STEP / 4
        swatch = 2 * STEP
        available = canvas.width - 2 * STEP - swatch - STEP / 2
        labels = [style.small.elided(label, available) for label in evidence.legend]
        width = swatch + STEP / 2 + max(map(style.small.width, labels))
        area = free_corner(canvas, width, 2 * line, occupied)
        background = QColor(style.base)
        background.setAlphaF(_LEGEND_OPACITY)
        painter.fillRect(area.adjusted(-STEP / 2, -STEP / 2, STEP / 2, STEP / 2), background)
        for row, label in enumerate(labels):
            middle = area.top() + (row + 0.5) * line
            sample = QRectF(area.left(), middle - 5, swatch, 10)
            own = tints_of(widget.palette(), None)
            paint_swatch(painter, sample, own, answer=row == 0)
            at = QPointF(area.left() + swatch + STEP / 2, middle)
            style.small.write(painter, at, label, style.text, LEFT)


def free_corner(canvas: CanvasArea, width: float, height: float, occupied: Sequence[QRectF]) -> QRectF:
    """Return an area in the first corner that is free, from the upper left; in that one if none is."""
    left, right = canvas.left + STEP, canvas.left + canvas.width - STEP - width
    top, bottom = canvas.top + STEP, canvas.top + canvas.height - STEP - height
    corners = [
        QRectF(x, y, width, height) for x, y in ((left, top), (left, bottom), (right, top), (right, bottom))
    ]
    free = (corner for corner in corners if not any(corner.intersects(each) for each in occupied))
    return next(free, corners[0])


def tints_of(palette: QPalette, page: Page | None) -> Tints:
    """Return the colours for a page and a palette; images are treated as dark ink on a light background."""
    canvas, ink = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    is_dark = canvas.lightness() < ink.lightness() and not isinstance(page, Picture)
    return ON_DARK if is_dark else ON_LIGHT
