"""The band of answers over the epochs of a training, which is also the slider to look back with."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from desktop_app.views.parts.label_colours import faint_colour
from desktop_app.views.parts.painted import Painted
from desktop_app.views.parts.stacked_band import StackedBand, paint_fade, paint_handle
from desktop_app.views.parts.text_style import LEFT, MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP
from desktop_app.views.training_preview.snapshots import AnswerHistory

_TOP = 2 * STEP
_BOTTOM = 2 * STEP + 4
_SIDE = STEP
_FADED = 0.6
"""How far what is not of the present drawing, or later than the chosen epoch, fades into the window."""

_STEPS = tuple(factor * 10**power for power in range(5) for factor in (1, 2, 5))
"""Between numbers of epochs, of which the smallest that leaves room is taken."""


class EpochBand(Painted, QSlider):
    """Stacked probabilities from the first epoch to the newest; its values count the epochs that are kept."""

    preferred_size = QSize(50 * STEP, 10 * STEP)
    minimum_size = QSize(24 * STEP, 8 * STEP)
    is_focusable = True

    play_requested = Signal()
    """The user wants to see the network form, or to stop that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without epochs."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("epoch_band")
        self.setAccessibleName(self.tr("Epoch to look at"))
        self.setAccessibleDescription(
            self.tr("Left and Right go through the epochs, End to the newest; Space plays them.")
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setRange(0, 0)
        self.setPageStep(5)
        self._epochs: tuple[int, ...] = ()
        self._history: AnswerHistory | None = None
        self._band: StackedBand | None = None
        self._hint = ""

    def set_epochs(self, epochs: tuple[int, ...], chosen: int | None) -> None:
        """The epochs to choose from, ascending, and the chosen one; None is the newest."""
        with QSignalBlocker(self):
            self._epochs = epochs
            self.setRange(0, max(len(epochs) - 1, 0))
            self.setValue(epochs.index(chosen) if chosen in epochs else len(epochs) - 1)
        self.update()

    def set_history(self, history: AnswerHistory | None, hint: str = "") -> None:
        """Show the answers to a drawing; without any, a hint at what would fill the place."""
        self._history, self._hint = history, hint
        self._band = self._band_of(history)
        self.update()

    # --- what the user wants ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes to the epoch under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follows the mouse while its button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The epoch stays chosen."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays; the other keys are a slider's."""
        if event.key() == Qt.Key.Key_Space and self._epochs:
            if not event.isAutoRepeat():
                self.play_requested.emit()
        else:
            super().keyPressEvent(event)

    def x_of(self, epoch: float) -> float:
        """Where an epoch lies, in the widget's own units."""
        first, last = self._span()
        return _SIDE + (epoch - first) / max(last - first, 1) * self._area().width()

    def _go_to(self, x: float) -> None:
        if self._epochs:
            distances = [abs(self.x_of(epoch) - x) for epoch in self._epochs]
            self.setValue(distances.index(min(distances)))

    # --- look ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The band over the numbers of the epochs, and the handle on top."""
        style, area = self.text_style, self._area()
        if self._history is None or self._band is None:
            painter.fillRect(area, faint_colour(self.palette()))
            words = style.small.elided(self._hint, area.width() - 2 * STEP)
            style.small.write(painter, area.center(), words, style.text, MIDDLE)
        else:
            xs = self._xs(self._history)
            self._band.paint_shares(painter, area, xs, self.palette())
            self._paint_fog(painter, style, self._history)
            self._band.paint_names(painter, style, area, xs)
        if self._epochs:
            self._paint_epochs(painter, style)
            self._paint_handle(painter, style)

    def _band_of(self, history: AnswerHistory | None) -> StackedBand | None:
        if history is None:
            return None
        words = self.tr("others"), self.tr("not a character")
        return StackedBand(history.probabilities, history.labels, *words)

    def _area(self) -> QRectF:
        """Where the shares are stacked."""
        return QRectF(_SIDE, _TOP, self.width() - 2 * _SIDE, max(self.height() - _TOP - _BOTTOM, 1))

    def _span(self) -> tuple[int, int]:
        """From which epoch to which the band goes."""
        known = [] if self._history is None else self._history.epochs.tolist()
        every = [*self._epochs, *known] or [0]
        return min(every), max(every)

    def _xs(self, history: AnswerHistory) -> list[float]:
        """Of each epoch that is known."""
        xs = [self.x_of(epoch) for epoch in history.epochs.tolist()]
        # One epoch alone says the same all over.
        return xs if len(xs) > 1 else [self._area().left(), self._area().right()]

    def _paint_fog(self, painter: QPainter, style: TextStyle, history: AnswerHistory) -> None:
        """Answers to what was drawn before fade, and so do those after the chosen epoch."""
        area = self._area()
        if not history.is_complete:
            paint_fade(painter, style, area, _FADED)
        elif self._epochs and self.value() < self.maximum():
            later = area.adjusted(self.x_of(self._epochs[self.value()]) - _SIDE, 0, 0, 0)
            paint_fade(painter, style, later, _FADED)

    def _paint_epochs(self, painter: QPainter, style: TextStyle) -> None:
        """A tick for every epoch that is kept, and as many numbers as there is room for."""
        area = self._area()
        painter.setPen(QPen(style.quiet, 1))
        for epoch in self._epochs:
            x = round(self.x_of(epoch)) + 0.5
            painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x, area.bottom() + 4))
        first, last = self._span()
        middle = area.bottom() + _BOTTOM / 2 + 2
        words = self.tr("epoch {epoch}").format(epoch=first)
        style.small.write(painter, QPointF(area.left(), middle), words, style.quiet, LEFT)
        if last == first:
            return
        style.small.write(painter, QPointF(area.right(), middle), str(last), style.quiet, RIGHT)
        room = style.small.width(str(last)) + 2 * STEP
        left, right = area.left() + style.small.width(words) + room / 2, area.right() - 1.5 * room
        wide = area.width() / (last - first)
        step = next((step for step in _STEPS if step * wide >= room), _STEPS[-1])
        for epoch in range(first + step - first % step, last, step):
            if left <= self.x_of(epoch) <= right:
                at = QPointF(self.x_of(epoch), middle)
                style.small.write(painter, at, str(epoch), style.quiet, MIDDLE)

    def _paint_handle(self, painter: QPainter, style: TextStyle) -> None:
        """A line at the chosen epoch with a handle on top; at the newest it waits at the end."""
        area = self._area()
        newest = self.value() == self.maximum()
        x = self.x_of(self._epochs[self.value()]) if self.maximum() else area.right()
        line = QPointF(x, STEP), QPointF(x, area.bottom() + 3)
        paint_handle(painter, style, line, is_default=newest, focus=self.hasFocus())
