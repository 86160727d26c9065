"""Output image of a network in training for the drawing, between its input and the original."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from desktop_app.inspection.colour_settings import Values, finite
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import sharp_area
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.stages import image_of
from desktop_app.views.training_preview.snapshots import PreviewSnapshot, is_finite

_IMAGE = 10 * STEP
_SMALLEST_IMAGE = 7 * STEP


class ImageAnswer(PaintedView):
    """Input, output and original of one snapshot side by side, and the PSNR of the output."""

    def __init__(self) -> None:
        """Create an empty answer."""
        super().__init__()
        self.setObjectName("preview_images")
        self.setAccessibleName(self.tr("Input, output and original"))
        self.setToolTip(self.tr("PSNR: similarity of the output to the original, in dB"))
        self._images: tuple[QImage, ...] = ()
        self._text = ""

    def show_snapshot(self, snapshot: PreviewSnapshot | None) -> None:
        """Show the output of a snapshot, or why there is none."""
        if snapshot is None or snapshot.model_input is None:
            self._show(None, self.tr("Draw something to see the output."))
        elif snapshot.image is None:
            self._show(None, self.tr("The output cannot be computed."))
        elif not is_finite(snapshot.image):
            self._show(None, self.tr("Training diverged: the outputs are NaN. Lower the learning rate."))
        elif snapshot.psnr is None:
            self._show(snapshot, "")
        else:
            self._show(snapshot, self.tr("PSNR {value} dB").format(value=f"{snapshot.psnr:.1f}"))

    def text(self) -> str:
        """Return the PSNR, or why there is no output."""
        return self._text

    def sizeHint(self) -> QSize:
        """Return the size of readable images."""
        return QSize(28 * STEP, 2 * self._line + _IMAGE)

    def minimumSizeHint(self) -> QSize:
        """Return the size of small images."""
        return QSize(3 * _SMALLEST_IMAGE, self._line + _SMALLEST_IMAGE)

    def style_changed(self) -> None:
        """Follow the size of the font."""
        self.updateGeometry()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint names, images and PSNR, or why there is no output."""
        if not self._images:
            self.paint_hint(painter, self._text)
            return
        names = (self.tr("Input"), self.tr("Output"), self.tr("Original"))
        style, ratio, output = self.text_style, self.devicePixelRatioF(), self._images[1]
        is_below = not self._has_room_beside(len(names))
        lines = 2 if is_below else 1
        space = min(self.width() / len(names) - STEP, self.height() - lines * self._line)
        # The input fills the same area as the output, so that both can be compared.
        area = sharp_area(output.width(), output.height(), QRectF(0, 0, space, space), ratio)
        area.moveTopLeft(QPointF(0, self._line))
        is_reduced = area.width() * ratio < output.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_reduced)
        if is_below:
            style.plain.write(painter, QPointF(0, area.bottom() + self._line / 2), self._text, style.text)
        for name, image in zip(names, self._images, strict=False):
            painter.drawImage(area, image)
            text = style.small.elided(name, area.width() + STEP - 2)
            style.small.write(painter, QPointF(area.left(), self._line / 2 - 1), text, style.quiet)
            area.translate(area.width() + STEP, 0)
        if not is_below:
            style.plain.write(painter, QPointF(area.left() + STEP, area.center().y()), self._text, style.text)

    def _has_room_beside(self, count: int) -> bool:
        """Return whether the text fits beside a number of images that fill the height."""
        images = count * (self.height() - self._line + STEP) + STEP
        return images + self.text_style.plain.width(self._text) <= self.width()

    @property
    def _line(self) -> int:
        return math.ceil(self.text_style.plain.height) + 2

    def _show(self, snapshot: PreviewSnapshot | None, text: str) -> None:
        shown = () if snapshot is None else (snapshot.model_input, snapshot.image, snapshot.original)
        self._images = tuple(_image(values) for values in shown if values is not None)
        self._text = text
        self.setAccessibleDescription(text)
        self.update()


def _image(values: Values) -> QImage:
    shown = finite(values).clip(0, 1)
    return image_of(shown if shown.shape[2] == 3 else shown[..., 0])
