"""The stages from ink to the model input: what normalization did, so that nobody wonders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.views.parts.pace import Pace
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.ink.normalize import Normalized

_LONGEST_SIDE = 256
_TIMES_A_SECOND = 30


class StageView(PaintedView):
    """A grey image in a dark square with a caption over it, ink light as the network sees it."""

    def __init__(self, caption: str, place: float = 0.0) -> None:
        """Start without an image; place 0..1 is where in its width, left to right, the square lies."""
        super().__init__()
        self._caption = caption
        self._place = place
        self._image: QImage | None = None
        self._step = 1
        self.setAccessibleName(caption)

    def set_values(self, values: NDArray[np.float32] | None) -> None:
        """The image: float32 (height, width) in 0..1, or None for an empty square."""
        if values is None:
            self._image = None
        else:
            # More than the square can show would only cost time.
            self._step = max(1, -(-max(values.shape) // _LONGEST_SIDE))
            grey = (reduced(values, self._step) * np.float32(255)).astype(np.uint8)
            height, width = grey.shape
            image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
            # Once here instead of at every painting; the copy also outlives the array.
            self._image = image.convertToFormat(QImage.Format.Format_RGB32)
        self.update()

    def sizeHint(self) -> QSize:
        """A square and its caption."""
        return QSize(15 * STEP, 15 * STEP + self._caption_height)

    def minimumSizeHint(self) -> QSize:
        """Enough for the model input at twice its size."""
        return QSize(8 * STEP, 8 * STEP + self._caption_height)

    @property
    def _caption_height(self) -> int:
        return round(2.5 * STEP)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The square, the image in it, what is marked on the image, the caption."""
        look = self.look
        side = min(self.width(), self.height() - self._caption_height)
        square = QRectF(round((self.width() - side) * self._place), self._caption_height, side, side)
        look.small.write(painter, QPointF(square.left(), look.small.height / 2), self._caption, look.quiet)
        if self._image is None:
            painter.setPen(look.line)
            painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        painter.fillRect(square, Qt.GlobalColor.black)
        self.paint_image(painter, self._image, square)

    def paint_image(self, painter: QPainter, image: QImage, square: QRectF) -> None:
        """The image as large as fits, smooth."""
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        painter.drawImage(fitted(image.width(), image.height(), square), image)


class MarkedStageView(StageView):
    """An ink map with its ink's box and centre of mass."""

    def __init__(self, caption: str, place: float = 0.0) -> None:
        """Start without an image; place as for StageView."""
        super().__init__(caption, place)
        self._box = (0, 0, 0, 0)
        self._centre = (0.0, 0.0)

    def set_marks(self, box: tuple[int, int, int, int], centre: tuple[float, float]) -> None:
        """The ink's left, top, right, bottom and centre of mass, in pixels of the ink map."""
        self._box, self._centre = box, centre
        self.update()

    def paint_image(self, painter: QPainter, image: QImage, square: QRectF) -> None:
        """The image, then the marks, which differ in shape and not only in colour."""
        super().paint_image(painter, image, square)
        area = fitted(image.width(), image.height(), square)
        zoom = area.width() / image.width() / self._step
        left, top, right, bottom = self._box
        accent = QPen(Qt.GlobalColor.white, 3)
        box = QRectF(left * zoom, top * zoom, (right - left) * zoom, (bottom - top) * zoom)
        box.translate(area.topLeft())
        centre = area.topLeft() + QPointF(*self._centre) * zoom
        painter.setClipRect(square)
        for pen in (accent, QPen(self.look.accent, 1.5)):
            painter.setPen(pen)
            painter.drawRect(box)
            painter.drawLine(centre - QPointF(STEP, 0), centre + QPointF(STEP, 0))
            painter.drawLine(centre - QPointF(0, STEP), centre + QPointF(0, STEP))
        painter.setClipping(False)


class ModelInputView(StageView):
    """The model input enlarged a whole number of times, every pixel a sharp square."""

    def __init__(self, caption: str, place: float = 0.0) -> None:
        """Start without an image; place as for StageView."""
        super().__init__(caption, place)
        self.setObjectName("model_input")

    def paint_image(self, painter: QPainter, image: QImage, square: QRectF) -> None:
        """Whole screen pixels for each pixel of the image."""
        ratio = self.devicePixelRatioF()
        zoom = max(1, int(square.width() * ratio / image.width())) / ratio
        area = QRectF(0, 0, image.width() * zoom, image.height() * zoom)
        area.moveCenter(square.center())
        area.moveTo(round(area.left() * ratio) / ratio, round(area.top() * ratio) / ratio)
        painter.drawImage(area, image)


class Stages(QWidget):
    """Ink, its box and centre of mass, and the model input, side by side.

    They follow the pen at most 30 times a second, so that it waits for the answer alone.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("From ink to model input"))
        self._ink = StageView(self.tr("Ink"))
        self._marked = MarkedStageView(self.tr("Box and centre"), 0.5)
        self._input = ModelInputView(self.tr("Model input"), 1.0)
        self._ink.setToolTip(self.tr("The ink that was found, before anything is done to it"))
        self._marked.setToolTip(
            self.tr(
                "The ink's box is scaled to fit 20 of 28 parts of what the network sees; "
                "its centre of mass (the cross) goes to the middle"
            )
        )
        self._input.setToolTip(self.tr("The pixels that the network sees, and nothing else"))
        self._normalized: Normalized | None = None
        self._pace = Pace(_TIMES_A_SECOND, self)
        self._pace.due.connect(self._show)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for view in (self._ink, self._marked, self._input):
            layout.addWidget(view)

    def set_normalized(self, normalized: Normalized | None) -> None:
        """Show the stages of one reading; of many in a short time, the last. None: empty squares, at once."""
        self._normalized = normalized
        if normalized is not None:
            self._pace.request()
            return
        self._pace.stop()
        for view in (self._ink, self._marked, self._input):
            view.set_values(None)

    def _show(self) -> None:
        normalized = self._normalized
        if normalized is None:
            return
        self._ink.set_values(normalized.ink_map)
        self._marked.set_values(normalized.ink_map)
        self._marked.set_marks(normalized.box, normalized.centre_of_mass)
        self._input.set_values(normalized.model_input[..., 0])


def reduced(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """The highest of each block of step x step values, so that thin lines do not break.

    Args:
        values: float32 (height, width); rows and columns beyond the last whole block are left out.
        step: side of a block, 1 or more.
    """
    height, width = values.shape[0] // step * step, values.shape[1] // step * step
    blocks = (values[y:height:step, x:width:step] for y in range(step) for x in range(step))
    result = np.array(next(blocks), order="C")
    for block in blocks:
        np.maximum(result, block, out=result)
    return result


def fitted(width: int, height: int, square: QRectF) -> QRectF:
    """A large area of an image's aspect in the middle of a square, with air around it."""
    zoom = (square.width() - 2 * STEP) / max(width, height)
    area = QRectF(0, 0, width * zoom, height * zoom)
    area.moveCenter(square.center())
    return area
