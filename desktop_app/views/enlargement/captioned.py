"""Images with captions above them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from desktop_app.views.parts.painted import Painted
from desktop_app.views.parts.pixels import sharp_area
from desktop_app.views.parts.text_style import LEFT
from desktop_app.views.parts.theme import STEP


def captioned_area(view: Painted, image: QImage) -> QRectF:
    """Return the area of an image in a view, below a caption."""
    within = QRectF(view.rect()).adjusted(0, _caption_height(view), 0, 0)
    return sharp_area(image.width(), image.height(), within, view.devicePixelRatioF())


def limit_height(view: Painted) -> None:
    """Let a view be no higher than its width and the caption."""
    largest = max(view.width(), view.minimum_size.height())
    view.setMaximumHeight(largest + _caption_height(view))


def paint_caption(painter: QPainter, view: Painted, text: str, area: QRectF, anchor: float = LEFT) -> None:
    """Paint a text above the area of an image, aligned to its left or right."""
    font = view.text_style.small
    at = QPointF(area.left() + anchor * area.width(), area.top() - _caption_height(view) / 2)
    font.write(painter, at, font.elided(text, area.width()), view.text_style.quiet, anchor)


def _caption_height(view: Painted) -> int:
    return math.ceil(view.text_style.small.height) + STEP // 2
