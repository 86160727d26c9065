"""The difference of two images in colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QResizeEvent

from desktop_app.views.enlargement.captioned import captioned_area, limit_height, paint_caption
from desktop_app.views.enlargement.wipe_view import paint_mark
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.pixels import pixel_at
from desktop_app.views.parts.theme import STEP


class DifferenceView(PointedView):
    """Paints an image with sharp pixels; `pointed_at` emits row and column of the pixel under the mouse."""

    preferred_size = QSize(34 * STEP, 34 * STEP)
    minimum_size = QSize(14 * STEP, 14 * STEP)

    def __init__(self) -> None:
        """Start without an image."""
        super().__init__()
        self.setObjectName("difference")
        self.setAccessibleName(self.tr("Difference"))
        self._image: QImage | None = None
        self._caption = ""
        self._marked: tuple[int, int] | None = None

    def set_image(self, image: QImage | None, caption: str) -> None:
        """Show an image with a caption, or none."""
        self._image, self._caption = image, caption
        self.setAccessibleDescription(caption)
        self.update()

    def set_marked(self, pixel: tuple[int, int] | None) -> None:
        """Mark the pixel in a row and column, or none."""
        if pixel != self._marked:
            self._marked = pixel
            self.update()

    def locate(self, position: QPointF) -> tuple[int, int] | None:
        """Return row and column of the pixel at a position."""
        image = self._image
        if image is None:
            return None
        return pixel_at(position, image.width(), image.height(), self._area(image))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take no more height than width, and a caption."""
        super().resizeEvent(event)
        limit_height(self)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the image and the marked pixel."""
        image = self._image
        if image is None:
            self.paint_hint(painter, self.tr("The difference of the two images appears here."))
            return
        area = self._area(image)
        paint_caption(painter, self, self._caption, area)
        painter.drawImage(area, image)
        paint_mark(painter, self, self._marked, (image.width(), image.height()), area)

    def _area(self, image: QImage) -> QRectF:
        return captioned_area(self, image)
