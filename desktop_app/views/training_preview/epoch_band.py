"""Band of answers or images over the epochs of a run, which is also the slider that selects an epoch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider

from desktop_app.views.parts.label_colours import faint_colour
from desktop_app.views.parts.painted import Painted
from desktop_app.views.parts.pixels import sharp_area
from desktop_app.views.parts.stacked_band import StackedBand, paint_fade, paint_handle
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.stages import image_of
from desktop_app.views.training_preview.snapshots import AnswerHistory, History, ImageHistory

_SIZE = QSize(50 * STEP, 10 * STEP)
_SIZE_WITH_IMAGES = QSize(50 * STEP, 14 * STEP)
_TOP = 2 * STEP
_BOTTOM = 2 * STEP + 4
_SIDE = STEP
_GAP = 2
"""Space between images."""
_FADED = 0.6
"""Fading of answers to an earlier drawing and of epochs after the selected one."""

_STEPS = tuple(factor * 10**power for power in range(5) for factor in (1, 2, 5))
"""Possible steps between epoch numbers."""


class EpochBand(Painted, QSlider):
    """Stacked probabilities, or images, by epoch; the slider has the index into the kept epochs."""

    preferred_size = _SIZE
    minimum_size = QSize(24 * STEP, 8 * STEP)
    is_focusable = True

    play_requested = Signal()
    """The user wants to start or stop playback."""

    def __init__(self) -> None:
        """Create an empty band."""
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("epoch_band")
        self.setAccessibleName(self.tr("Epoch"))
        self.setAccessibleDescription(
            self.tr("Left and Right select an epoch, End the newest one. Space plays the epochs.")
        )
        self.setToolTip(self.tr("Select an epoch"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setRange(0, 0)
        self.setPageStep(5)
        self._epochs: tuple[int, ...] = ()
        self._history: History | None = None
        self._band: StackedBand | None = None
        self._images: tuple[QImage, ...] = ()
        self._hint = ""

    def set_epochs(self, epochs: tuple[int, ...], selected: int | None) -> None:
        """Set the epochs to select from, ascending, and the selected one; None: the newest."""
        with QSignalBlocker(self):
            self._epochs = epochs
            self.setRange(0, max(len(epochs) - 1, 0))
            self.setValue(epochs.index(selected) if selected in epochs else len(epochs) - 1)
        self.update()

    def set_history(self, history: History | None, hint: str = "") -> None:
        """Show the answers to a drawing, or a hint if there are none."""
        is_new = history is not self._history
        self._history, self._hint = history, hint
        if is_new:
            self._band = self._band_of(history) if isinstance(history, AnswerHistory) else None
            size = _SIZE_WITH_IMAGES if isinstance(history, ImageHistory) else _SIZE
            if history is not None and size != self.preferred_size:
                self.preferred_size = size
                self.updateGeometry()
            images = history.images if isinstance(history, ImageHistory) else ()
            self._images = tuple(
                image_of(each if each.shape[2] == 3 else each.repeat(3, 2)) for each in images
            )
        self.update()

    # --- events ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the epoch under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._select_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select epochs while dragging."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._select_at(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the selected epoch."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Start or stop playback with Space; handle other keys like a slider."""
        if event.key() == Qt.Key.Key_Space and self._epochs:
            if not event.isAutoRepeat():
                self.play_requested.emit()
        else:
            super().keyPressEvent(event)

    def x_of(self, epoch: float) -> float:
        """Return the x coordinate of an epoch in the widget."""
        first, last = self._span()
        return _SIDE + (epoch - first) / max(last - first, 1) * self._area().width()

    def _select_at(self, x: float) -> None:
        if self._epochs:
            distances = [abs(self.x_of(epoch) - x) for epoch in self._epochs]
            self.setValue(distances.index(min(distances)))

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the band, the epoch numbers and the handle."""
        style, area = self.text_style, self._area()
        if self._history is None:
            painter.fillRect(area, faint_colour(self.palette()))
            text = style.small.elided(self._hint, area.width() - 2 * STEP)
            style.small.write(painter, area.center(), text, style.text, MIDDLE)
        elif self._band is None:
            self._paint_images(painter, area, self._history)
            self._paint_fade(painter, style, self._history)
        else:
            xs = self._xs(self._history)
            self._band.paint_shares(painter, area, xs, self.palette())
            self._paint_fade(painter, style, self._history)
            self._band.paint_names(painter, style, area, xs)
        if self._epochs:
            self._paint_epochs(painter, style)
            self._paint_handle(painter, style)

    def _band_of(self, history: AnswerHistory) -> StackedBand:
        return StackedBand(history.probabilities, history.labels, self.tr("others"), history.rejected)

    @property
    def _bottom(self) -> float:
        """Height of the epoch numbers with their ticks."""
        return max(_BOTTOM, self.text_style.small.height + 4)

    def _area(self) -> QRectF:
        """Return the area of the band."""
        return QRectF(_SIDE, _TOP, self.width() - 2 * _SIDE, max(self.height() - _TOP - self._bottom, 1))

    def _span(self) -> tuple[int, int]:
        """Return the first and the last epoch."""
        epochs = [] if self._history is None else self._history.epochs.tolist()
        all_epochs = [*self._epochs, *epochs] or [0]
        return min(all_epochs), max(all_epochs)

    def _xs(self, history: History) -> list[float]:
        """Return the x coordinates of the epochs of a history."""
        xs = [self.x_of(epoch) for epoch in history.epochs.tolist()]
        # A single epoch fills the whole band.
        return xs if len(xs) > 1 else [self._area().left(), self._area().right()]

    def _paint_images(self, painter: QPainter, area: QRectF, history: History) -> None:
        """Paint as many images as fit at their epochs, the newest always."""
        painter.fillRect(area, faint_colour(self.palette()))
        free = area.right()
        for epoch, image in zip(history.epochs[::-1].tolist(), reversed(self._images), strict=True):
            width = min(area.height() * image.width() / image.height(), area.width())
            right = min(self.x_of(epoch) + width / 2, area.right())
            left = max(right - width, area.left())
            if left + width <= free:
                place = QRectF(left, area.top(), width, area.height())
                sharp = sharp_area(image.width(), image.height(), place, self.devicePixelRatioF())
                painter.setRenderHint(
                    QPainter.RenderHint.SmoothPixmapTransform,
                    sharp.width() * self.devicePixelRatioF() < image.width(),
                )
                painter.drawImage(sharp, image)
                free = left - _GAP

    def _paint_fade(self, painter: QPainter, style: TextStyle, history: History) -> None:
        """Fade answers to an earlier drawing, or else the epochs after the selected one."""
        area = self._area()
        if not history.is_complete:
            paint_fade(painter, style, area, _FADED)
        elif self._epochs and self.value() < self.maximum():
            later = area.adjusted(self.x_of(self._epochs[self.value()]) - _SIDE, 0, 0, 0)
            paint_fade(painter, style, later, _FADED)

    def _paint_epochs(self, painter: QPainter, style: TextStyle) -> None:
        """Paint a tick for every kept epoch and as many numbers as fit."""
        area = self._area()
        painter.setPen(QPen(style.quiet, 1))
        for epoch in self._epochs:
            x = round(self.x_of(epoch)) + 0.5
            painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x, area.bottom() + 4))
        first, last = self._span()
        middle = area.bottom() + self._bottom / 2 + 2
        text = self.tr("epoch {epoch}").format(epoch=first)
        style.small.write(painter, QPointF(area.left(), middle), text, style.quiet, LEFT)
        if last == first:
            return
        style.small.write(painter, QPointF(area.right(), middle), str(last), style.quiet, RIGHT)
        number_width = style.small.width(str(last)) + 2 * STEP
        left, right = (
            area.left() + style.small.width(text) + number_width / 2,
            area.right() - 1.5 * number_width,
        )
        epoch_width = area.width() / (last - first)
        step = next((step for step in _STEPS if step * epoch_width >= number_width), _STEPS[-1])
        for epoch in range(first + step - first % step, last, step):
            if left <= self.x_of(epoch) <= right:
                position = QPointF(self.x_of(epoch), middle)
                style.small.write(painter, position, str(epoch), style.quiet, MIDDLE)

    def _paint_handle(self, painter: QPainter, style: TextStyle) -> None:
        """Paint a line with a handle at the selected epoch."""
        area = self._area()
        newest = self.value() == self.maximum()
        x = self.x_of(self._epochs[self.value()]) if self.maximum() else area.right()
        line = QPointF(x, STEP), QPointF(x, area.bottom() + 3)
        paint_handle(painter, style, line, is_default=newest, focus=self.hasFocus())
