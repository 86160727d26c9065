"""The steps of the preparation from the page to the model input."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import sharp_area
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.reading.ink_surroundings import crop_to_ink

if TYPE_CHECKING:
    from desktop_app.tasks.prepare import PreparationKind
    from desktop_app.tasks.prepared import Prepared, Step

_LONGEST_SIDE = 256
_UPDATES_PER_SECOND = 30
_INPUT = "input"


class StepView(PaintedView):
    """One step of the preparation: its image in a square below a caption.

    The model input is enlarged by a whole number, so that its pixels are sharp squares; the other images
    are as large as fits. Ink lies in a black square with a margin; an image has no margin, since it would
    look like a part of the image.
    """

    def __init__(self, name: str, caption: str, *, is_of_ink: bool) -> None:
        """Start without an image.

        Args:
            name: of the step.
            caption: shown above the image.
            is_of_ink: whether the image shows ink.
        """
        super().__init__()
        self.setObjectName(f"step_{name}")
        self._is_input = name == _INPUT
        self._is_of_ink = is_of_ink
        self._caption = caption
        self._step: Step | None = None
        self._image: QImage | None = None
        self._largest_side = self.maximumHeight()
        self.setAccessibleName(caption)

    def set_step(self, step: Step | None) -> None:
        """Show the image and marks of a step; None: an empty square."""
        self._step = step
        self._image = None if step is None else step_image(step)
        self.update()

    def set_caption(self, caption: str) -> None:
        """Change the text above the image."""
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption)
            self.updateGeometry()
            self.update()

    def set_largest_side(self, side: int) -> None:
        """Limit the side of the square, in pixels."""
        if side != self._largest_side:
            self._largest_side = side
            self.update()

    def width_at(self, height: int) -> int:
        """Return the width of a square with its caption in a view of a height."""
        return max(height - self._caption_height, self._caption_width)

    def sizeHint(self) -> QSize:
        """Return the size of a square with its caption."""
        return QSize(max(15 * STEP, self._caption_width), 15 * STEP + self._caption_height)

    def minimumSizeHint(self) -> QSize:
        """Return the size of a model input enlarged twice."""
        return QSize(max(8 * STEP, self._caption_width), 8 * STEP + self._caption_height)

    @property
    def middle(self) -> float:
        """Height of the middle of the square."""
        return self._caption_height + self._side / 2

    @property
    def largest_possible_side(self) -> int:
        """Side of the largest square that fits below the caption, in pixels."""
        return min(self.width(), self.height() - self._caption_height)

    @property
    def _side(self) -> int:
        return min(self.largest_possible_side, self._largest_side)

    @property
    def _caption_height(self) -> int:
        return max(round(2.5 * STEP), math.ceil(self.text_style.small.height))

    @property
    def _caption_width(self) -> int:
        return math.ceil(self.text_style.small.width(self._caption))

    def style_changed(self) -> None:
        """Follow the size of the font."""
        self.updateGeometry()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint caption, square, image and marks."""
        style = self.text_style
        square = QRectF(0, self._caption_height, self._side, self._side)
        style.small.write(painter, QPointF(0, style.small.height / 2), self._caption, style.quiet)
        if self._image is None or self._step is None:
            painter.setPen(style.line)
            painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        if self._is_of_ink:
            painter.fillRect(square, Qt.GlobalColor.black)
        if self._is_input:
            ratio = self.devicePixelRatioF()
            area = sharp_area(self._image.width(), self._image.height(), square, ratio)
            painter.drawImage(area, self._image)
        else:
            margin = STEP if self._is_of_ink else 0
            paint_step(painter, self._step, self._image, square, style.accent, margin)


class _Arrow(PaintedView):
    """An arrow from one step to the next, in the middle of their squares."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("step_arrow")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.preferred_size = QSize(3 * STEP, 0)
        self._middle = 0.0

    def set_middle(self, middle: float) -> None:
        """Set the height of the arrow."""
        self._middle = middle
        self.update()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint a line with a head."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.text_style.quiet, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        tip = QPointF(self.width() - STEP / 2, self._middle)
        painter.drawLine(QPointF(STEP / 2, self._middle), tip)
        for side in (-1, 1):
            painter.drawLine(tip, tip + QPointF(-STEP / 2, side * STEP / 2))


class Stages(QWidget):
    """The steps from the page to the model input, side by side with arrows between them.

    They are updated at most 30 times a second, so that they do not delay the answer.
    """

    def __init__(self) -> None:
        """Start without steps."""
        super().__init__()
        self.setAccessibleName(self.tr("From the page to the model input"))
        self._views: dict[str, StepView] = {}
        self._arrows: list[_Arrow] = []
        self._prepared: Prepared | None = None
        self._throttle = Throttle(_UPDATES_PER_SECOND, self)
        self._throttle.due.connect(self._show)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def set_preparation(self, preparation: PreparationKind) -> None:
        """Show empty squares for the steps of a preparation."""
        self._prepared = None
        self._throttle.stop()
        self._set_names(preparation.steps)
        self._clear()
        caption, explanation = self._texts(_INPUT)
        self._views[_INPUT].set_caption(caption)
        self._views[_INPUT].setToolTip(f"{explanation}. {translated(preparation.description)}")

    def set_prepared(self, prepared: Prepared | None) -> None:
        """Show the steps of a reading, soon; None: empty squares, at once."""
        self._prepared = prepared
        if prepared is not None:
            self._throttle.request()
            return
        self._throttle.stop()
        self._clear()

    def _clear(self) -> None:
        for view in self._views.values():
            view.set_step(None)

    def _show(self) -> None:
        if self._prepared is None:
            return
        self._set_names(tuple(step.name for step in self._prepared.steps))
        for step in crop_to_ink(self._prepared.steps):
            self._views[step.name].set_step(step)
        caption, _ = self._texts(_INPUT)
        if self._prepared.fitting is not None:
            caption = self.tr("Model input, {fitting}").format(fitting=translated(self._prepared.fitting))
        self._views[_INPUT].set_caption(caption)
        self._limit_widths()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the squares beside each other and equally large."""
        super().resizeEvent(event)
        self._limit_widths()

    def _limit_widths(self) -> None:
        for view in self._views.values():
            view.setMaximumWidth(view.width_at(self.height()))
        self._layout.activate()
        side = min((view.largest_possible_side for view in self._views.values()), default=0)
        for view in self._views.values():
            view.set_largest_side(side)
        for arrow, view in zip(self._arrows, self._views.values(), strict=False):
            arrow.set_middle(view.middle)

    def _set_names(self, names: tuple[str, ...]) -> None:
        """Create a view for each step."""
        if names == tuple(self._views):
            return
        for view in (*self._views.values(), *self._arrows):
            view.setParent(None)
            view.deleteLater()
        self._views, self._arrows = {}, []
        while self._layout.takeAt(0) is not None:
            pass
        for name in names:
            caption, explanation = self._texts(name)
            view = StepView(name, caption, is_of_ink="picture" not in names)
            view.setToolTip(explanation)
            if self._views:
                self._arrows.append(_Arrow())
                self._layout.addWidget(self._arrows[-1])
            self._views[name] = view
            self._layout.addWidget(view, 100)
        self._layout.addStretch(1)
        self._limit_widths()

    def _texts(self, name: str) -> tuple[str, str]:
        """Return caption and tooltip of a step."""
        match name:
            case "ink":
                return self.tr("Ink"), self.tr("The ink that was found on the page, with its surroundings")
            case "box":
                return self.tr("Box and centre"), self.tr(
                    "The box of the ink is scaled to 20 × 20 of 28 × 28 pixels; "
                    "its centre of mass (the cross) is moved to the middle"
                )
            case "picture":
                return self.tr("Image"), self.tr("The page as it is")
            case _:
                return self.tr("Model input"), self.tr("The pixels that the network gets as input")


def paint_step(
    painter: QPainter, step: Step, image: QImage, square: QRectF, accent: QColor, margin: int = STEP
) -> None:
    """Paint a step in a square as large as fits, with its boxes and crosses.

    Args:
        painter: to paint with.
        step: the step.
        image: of the step, possibly reduced.
        square: where.
        accent: colour of boxes and crosses.
        margin: between the square and the image, in pixels.
    """
    area = _fitted(image.width(), image.height(), square, margin)
    painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
    painter.drawImage(area, image)
    zoom = area.width() / step.image.shape[1]
    painter.setClipRect(square)
    for pen in (QPen(Qt.GlobalColor.white, 3), QPen(accent, 1.5)):
        painter.setPen(pen)
        for left, top, right, bottom in step.boxes:
            box = QRectF(left * zoom, top * zoom, (right - left) * zoom, (bottom - top) * zoom)
            painter.drawRect(box.translated(area.topLeft()))
        for x, y in step.crosses:
            centre = area.topLeft() + QPointF(x, y) * zoom
            painter.drawLine(centre - QPointF(STEP, 0), centre + QPointF(STEP, 0))
            painter.drawLine(centre - QPointF(0, STEP), centre + QPointF(0, STEP))
    painter.setClipping(False)


def step_image(step: Step) -> QImage:
    """Return the image of a step, reduced if the square of a step shows fewer pixels."""
    return image_of(step.image, max(1, -(-max(step.image.shape[:2]) // _LONGEST_SIDE)))


def image_of(values: NDArray[Any], reduction: int = 1) -> QImage:
    """Return an image with its own memory.

    Args:
        values: float32 (height, width) or (height, width, 3), in 0..1, or uint8 (height, width, 3).
        reduction: side of the blocks of values that are reduced to one pixel.
    """
    if values.ndim == 2:
        grey = (reduced(values, reduction) * np.float32(255)).astype(np.uint8)
        height, width = grey.shape
        image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
        return image.convertToFormat(QImage.Format.Format_RGB32)
    rgb = values[::reduction, ::reduction]
    if rgb.dtype != np.uint8:
        rgb = (rgb * np.float32(255)).astype(np.uint8)
    rgb = np.ascontiguousarray(rgb)
    height, width, _ = rgb.shape
    image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def reduced(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return the maximum of each block of step × step values, so that thin lines do not break.

    Args:
        values: float32 (height, width); rows and columns after the last whole block are ignored.
        step: side of a block, 1 or more.
    """
    height, width = values.shape[0] // step * step, values.shape[1] // step * step
    blocks = (values[y:height:step, x:width:step] for y in range(step) for x in range(step))
    result = np.array(next(blocks), order="C")
    for block in blocks:
        np.maximum(result, block, out=result)
    return result


def _fitted(width: int, height: int, square: QRectF, margin: int) -> QRectF:
    """Return the area of an image in the middle of a square, with a margin."""
    zoom = (square.width() - 2 * margin) / max(width, height)
    area = QRectF(0, 0, width * zoom, height * zoom)
    area.moveCenter(square.center())
    return area
