"""Two images in one place, with a divider between them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QSlider, QWidget

from desktop_app.views.enlargement.captioned import captioned_area, limit_height, paint_caption
from desktop_app.views.parts.painted import Painted
from desktop_app.views.parts.pixels import pixel_area, pixel_at
from desktop_app.views.parts.text_style import RIGHT
from desktop_app.views.parts.theme import STEP

_STEPS = 8
"""Positions of the divider for each pixel of the image."""

_KNOB = STEP


class WipeView(Painted, QSlider):
    """Shows one image left of a divider and another one, of the same size, right of it.

    The value of the slider is the position of the divider in eighths of an image pixel.
    """

    preferred_size = QSize(34 * STEP, 34 * STEP)
    minimum_size = QSize(14 * STEP, 14 * STEP)
    is_focusable = True

    pointed_at = Signal(object)
    """Row and column of the pixel under the mouse; None: none."""

    def __init__(self) -> None:
        """Start without images."""
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("wipe")
        self.setAccessibleName(self.tr("Divider"))
        self.setToolTip(self.tr("Drag the divider to compare the two images"))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setRange(0, 0)
        self.setSingleStep(_STEPS)
        self.setPageStep(4 * _STEPS)
        self._hint = ""
        self._images: tuple[QImage, QImage] | None = None
        self._names = ("", "")
        self._marked: tuple[int, int] | None = None
        self.valueChanged.connect(self.update)

    def set_images(self, images: tuple[QImage, QImage] | None, names: tuple[str, str]) -> None:
        """Show two images of one size with their names, or none; the divider starts in the middle."""
        self._images, self._names = images, names
        text = self.tr("{left} on the left, {right} on the right. Left and Right move the divider.")
        self.setAccessibleDescription("" if images is None else text.format(left=names[0], right=names[1]))
        if images is not None and self.maximum() != images[0].width() * _STEPS:
            with QSignalBlocker(self):
                self.setRange(0, images[0].width() * _STEPS)
                self.setValue(self.maximum() // 2)
        self.update()

    def set_marked(self, pixel: tuple[int, int] | None) -> None:
        """Mark the pixel in a row and column, or none."""
        if pixel != self._marked:
            self._marked = pixel
            self.update()

    @property
    def hint(self) -> str:
        """The text that is shown without images."""
        return self._hint or self.tr("Draw or open an image to see it enlarged.")

    def set_hint(self, hint: str) -> None:
        """Set the text shown without images; empty: the usual one."""
        self._hint = hint
        self.update()

    def image_area(self) -> QRectF:
        """Return the area of the images in the widget; empty without images."""
        if self._images is None:
            return QRectF()
        image = self._images[0]
        return captioned_area(self, image)

    def divider_x(self) -> float:
        """Return the x coordinate of the divider in the widget."""
        area = self.image_area()
        return area.left() + area.width() * self.value() / max(self.maximum(), 1)

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take no more height than width, and a caption."""
        super().resizeEvent(event)
        limit_height(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the divider to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the divider while dragging; otherwise emit the pixel under the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(event.position().x())
            self.pointed_at.emit(None)
        elif self._images is not None:
            image = self._images[0]
            self.pointed_at.emit(pixel_at(event.position(), image.width(), image.height(), self.image_area()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the position of the divider."""

    def leaveEvent(self, event: QEvent) -> None:
        """Emit that no pixel is under the mouse."""
        self.pointed_at.emit(None)
        super().leaveEvent(event)

    def _move_to(self, x: float) -> None:
        area = self.image_area()
        if not area.isEmpty():
            self.setValue(round((x - area.left()) / area.width() * self.maximum()))

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint both images, the marked pixel and the divider."""
        if self._images is None:
            self.paint_hint(painter, self.hint)
            return
        left, right = self._images
        area, x = self.image_area(), self.divider_x()
        half = area.adjusted(0, 0, -area.width() / 2 - STEP, 0)
        paint_caption(painter, self, self._names[0], half)
        half.moveRight(area.right())
        paint_caption(painter, self, self._names[1], half, RIGHT)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, area.width() * self.devicePixelRatioF() < left.width()
        )
        painter.drawImage(area, left)
        painter.save()
        painter.setClipRect(area.adjusted(x - area.left(), 0, 0, 0))
        painter.drawImage(area, right)
        painter.restore()
        paint_mark(painter, self, self._marked, (left.width(), left.height()), area)
        self._paint_divider(painter, area, x)

    def _paint_divider(self, painter: QPainter, area: QRectF, x: float) -> None:
        style = self.text_style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = QPointF(x, area.top()), QPointF(x, area.bottom())
        for pen in (QPen(style.window, 4), QPen(style.accent, 2)):
            painter.setPen(pen)
            painter.drawLine(*ends)
        centre = QPointF(x, area.bottom() - 2 * STEP)
        painter.setPen(QPen(style.window, 1.5))
        painter.setBrush(style.accent)
        painter.drawEllipse(centre, _KNOB, _KNOB)
        painter.setPen(QPen(style.window, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for side in (-1, 1):
            tip = centre + QPointF(side * _KNOB * 0.65, 0)
            painter.drawPolyline([tip + QPointF(-side * 3, -3), tip, tip + QPointF(-side * 3, 3)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self.paint_focus_ring(painter, area)


def paint_mark(
    painter: QPainter, widget: QWidget, pixel: tuple[int, int] | None, size: tuple[int, int], area: QRectF
) -> None:
    """Frame the pixel in a row and column of an image of a size, width and height, that fills an area."""
    if pixel is None or pixel[0] >= size[1] or pixel[1] >= size[0]:
        return
    frame = pixel_area(pixel, *size, area)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen, margin in (
        (QPen(widget.palette().window().color(), 1), 1),
        (QPen(widget.palette().accent().color(), 1), 0),
    ):
        painter.setPen(pen)
        painter.drawRect(frame.adjusted(-margin, -margin, margin - 1, margin - 1))
