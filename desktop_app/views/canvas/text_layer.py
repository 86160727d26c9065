"""The text over the ink on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from desktop_app.core.placement import Placement
from desktop_app.ink.picture import Picture
from desktop_app.views.canvas.geometry import CanvasArea
from desktop_app.views.canvas.paint_ink import page_placement, widest_stroke
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.canvas.text_boxes import TextBox, paint_text_boxes, text_boxes
from desktop_app.views.parts.text_style import TextStyle


class TextLayer:
    """Boxes and labels of a text over a canvas; the boxes are cached until something changes."""

    def __init__(self) -> None:
        """Start without a text."""
        self._text: ShownText | None = None
        self._boxes: tuple[TextBox, ...] = ()
        self._boxes_for: tuple[CanvasArea, TextStyle] | None = None

    @property
    def text(self) -> ShownText | None:
        """The text."""
        return self._text

    def set_text(self, text: ShownText | None) -> None:
        """Set the text, or none."""
        self._text = text
        self._boxes_for = None

    def boxes(self, canvas: CanvasArea, style: TextStyle) -> tuple[TextBox, ...]:
        """Return the boxes of the characters in the widget of a canvas; none without a text."""
        if self._text is None:
            return ()
        if self._boxes_for != (canvas, style):
            self._boxes_for = canvas, style
            self._boxes = text_boxes(
                self._text.reading,
                self._text.verdict.to_check,
                _placement(self._text, canvas),
                widest_stroke(self._text.page) / 2 * canvas.scale,
                style.small,
                canvas.rect,
            )
        return self._boxes

    def page_x(self, x: float, canvas: CanvasArea) -> float:
        """Return the horizontal position on the page of the text, which there is, for one in the widget."""
        assert self._text is not None
        placement = _placement(self._text, canvas)
        return (x - placement.left) / placement.scale_x

    def paint(self, painter: QPainter, canvas: CanvasArea, style: TextStyle, on_accent: QColor) -> None:
        """Paint the boxes and labels, if there is a text; on_accent: colour of text on the accent."""
        if self._text is not None:
            is_image = isinstance(self._text.page, Picture)
            boxes = self.boxes(canvas, style)
            paint_text_boxes(painter, boxes, self._text.selected, style, on_accent, is_image)

    def occupied(self, canvas: CanvasArea, style: TextStyle) -> list[QRectF]:
        """Return the areas of the characters with their labels."""
        return [each.box.united(each.tag) for each in self.boxes(canvas, style)]


def _placement(text: ShownText, canvas: CanvasArea) -> Placement:
    """Return the placement of the page of a text in the widget."""
    return page_placement(text.page, canvas.units).on(canvas.placement)
