"""Output image of a network in training for the drawing, between its input and the original."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.inspection.colour_settings import Values, finite
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import sharp_area
from desktop_app.views.parts.text_style import MIDDLE
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.stages import image_of
from desktop_app.views.training_preview.snapshots import PreviewSnapshot, is_finite

_IMAGE = 10 * STEP
_SMALLEST_IMAGE = 5 * STEP


class ImageAnswer(QWidget):
    """Input, output and original of one snapshot, with the PSNR of the output."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Create an empty answer."""
        super().__init__(parent)
        self._images = _Images()
        self._caption = Caption()
        self._caption.setObjectName("preview_psnr")
        self._caption.setToolTip(
            self.tr("Similarity of the output to the original: peak signal-to-noise ratio")
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._images, 1)
        layout.addWidget(self._caption)

    def show_snapshot(self, snapshot: PreviewSnapshot | None) -> None:
        """Show the output of a snapshot, or why there is none."""
        if snapshot is None or snapshot.model_input is None:
            self._show(None, self.tr("Draw something to see the output."))
        elif snapshot.image is None:
            self._show(None, self.tr("The output cannot be computed."))
        elif not is_finite(snapshot.image):
            self._show(None, self.tr("Training diverged: the outputs are NaN. Lower the learning rate."))
        elif snapshot.original is None or snapshot.psnr is None:
            self._show(snapshot, "")
        else:
            self._show(snapshot, self.tr("PSNR {value} dB").format(value=f"{snapshot.psnr:.1f}"))

    def text(self) -> str:
        """Return the PSNR, or why there is no output."""
        return self._caption.text()

    def _show(self, snapshot: PreviewSnapshot | None, caption: str) -> None:
        self._images.set_snapshot(snapshot)
        self._caption.set_text(caption)


class _Images(PaintedView):
    """Three images side by side, each with its name above."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview_images")
        self.setAccessibleName(self.tr("Input, output and original"))
        self._images: tuple[QImage, ...] = ()

    def set_snapshot(self, snapshot: PreviewSnapshot | None) -> None:
        """Show the images of a snapshot that has an output, or none."""
        shown = () if snapshot is None else (snapshot.model_input, snapshot.image, snapshot.original)
        self._images = tuple(_image(values) for values in shown if values is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of readable images."""
        return QSize(28 * STEP, self._line + _IMAGE)

    def minimumSizeHint(self) -> QSize:
        """Return the size of small images."""
        return QSize(3 * _SMALLEST_IMAGE, self._line + _SMALLEST_IMAGE)

    def style_changed(self) -> None:
        """Follow the size of the font."""
        self.updateGeometry()

    @property
    def _line(self) -> int:
        return math.ceil(self.text_style.small.height) + 2

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint names and images, or empty frames."""
        names = (self.tr("Input"), self.tr("Output"), self.tr("Original"))
        style, width = self.text_style, self.width() / len(names)
        side = max(min(width - STEP, self.height() - self._line), 1)
        for number, name in enumerate(names):
            area = QRectF(round(number * (side + STEP)), self._line, side, side)
            if number < len(self._images):
                # The output fills the same area as the input, so that both can be compared.
                output, ratio = self._images[1], self.devicePixelRatioF()
                area = sharp_area(output.width(), output.height(), area, ratio)
                is_reduced = area.width() * ratio < self._images[number].width()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_reduced)
                painter.drawImage(area, self._images[number])
            else:
                painter.setPen(style.line)
                painter.drawRect(area.adjusted(0, 0, -1, -1))
            text = style.small.elided(name, side + STEP - 2)
            style.small.write(
                painter, QPointF(area.center().x(), self._line / 2 - 1), text, style.quiet, MIDDLE
            )


def _image(values: Values) -> QImage:
    shown = finite(values).clip(0, 1)
    return image_of(shown if shown.shape[2] == 3 else shown[..., 0])
