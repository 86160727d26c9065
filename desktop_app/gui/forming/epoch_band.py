"""The band of answers over the epochs of a training, which is also the slider to look back with."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from desktop_app.gui.parts.lettering import LEFT, MIDDLE, RIGHT, Look, look_of
from desktop_app.gui.parts.theme import STEP, mixed
from desktop_app.gui.replay.band_layout import OTHERS, Stack, place_for, stacked
from desktop_app.gui.replay.label_colours import faint_colour, label_colours, neutral_colour
from desktop_app.inspection.forming import History

_TOP = 2 * STEP
_BOTTOM = 2 * STEP + 4
_SIDE = STEP
_FADED = 0.6
"""How far what is not of the present drawing, or later than the chosen epoch, fades into the window."""

_STEPS = tuple(factor * 10**power for power in range(5) for factor in (1, 2, 5))
"""Between numbers of epochs, of which the smallest that leaves room is taken."""


class EpochBand(QSlider):
    """Stacked probabilities from the first epoch to the newest; its values count the epochs that are kept."""

    play_wanted = Signal()
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
        self._history: History | None = None
        self._stack: Stack | None = None
        self._names: list[tuple[int, QPointF]] | None = None
        self._look: Look | None = None
        self._hint = ""

    def set_epochs(self, epochs: tuple[int, ...], chosen: int | None) -> None:
        """The epochs to choose from, ascending, and the chosen one; None is the newest."""
        with QSignalBlocker(self):
            self._epochs = epochs
            self.setRange(0, max(len(epochs) - 1, 0))
            self.setValue(epochs.index(chosen) if chosen in epochs else len(epochs) - 1)
        self._names = None
        self.update()

    def set_history(self, history: History | None, hint: str = "") -> None:
        """Show the answers to a drawing; without any, a hint at what would fill the place."""
        self._history, self._hint = history, hint
        self._stack = self._names = None
        self.update()

    def sizeHint(self) -> QSize:
        """Across the panel, high enough to compare shares."""
        return QSize(50 * STEP, 10 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Still enough for a curve."""
        return QSize(24 * STEP, 8 * STEP)

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
                self.play_wanted.emit()
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

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        self._look = self._names = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names find new places."""
        super().resizeEvent(event)
        self._names = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """The band over the numbers of the epochs, and the handle on top."""
        painter = QPainter(self)
        look = self._look = self._look or look_of(self)
        painter.fillRect(self.rect(), look.window)
        area = self._area()
        if self._history is None:
            painter.fillRect(area, faint_colour(self.palette()))
            words = look.small.elided(self._hint, area.width() - 2 * STEP)
            look.small.write(painter, area.center(), words, look.text, MIDDLE)
        else:
            self._stack = self._stack or stacked(self._history.probabilities, len(self._history.labels))
            self._paint_shares(painter, self._history, self._stack)
            self._paint_fog(painter, look, self._history)
            self._paint_names(painter, look, self._history, self._stack)
        if self._epochs:
            self._paint_epochs(painter, look)
            self._paint_handle(painter, look)

    def _area(self) -> QRectF:
        """Where the shares are stacked."""
        return QRectF(_SIDE, _TOP, self.width() - 2 * _SIDE, max(self.height() - _TOP - _BOTTOM, 1))

    def _span(self) -> tuple[int, int]:
        """From which epoch to which the band goes."""
        known = [] if self._history is None else self._history.epochs.tolist()
        every = [*self._epochs, *known] or [0]
        return min(every), max(every)

    def _across(self, history: History, stack: Stack) -> tuple[list[float], list[list[float]]]:
        """The x of each epoch, and for each edge its heights there."""
        area = self._area()
        xs = [self.x_of(epoch) for epoch in history.epochs.tolist()]
        ys = (area.bottom() - stack.edges * area.height()).T.tolist()
        if len(xs) > 1:
            return xs, ys
        # One epoch alone says the same all over.
        return [area.left(), area.right()], [[y[0], y[0]] for y in ys]

    def _paint_shares(self, painter: QPainter, history: History, stack: Stack) -> None:
        xs, edges = self._across(history, stack)
        lines = [[QPointF(x, y) for x, y in zip(xs, edge, strict=True)] for edge in edges]
        colours = {
            **label_colours([c for c in stack.columns if 0 <= c < len(history.labels)], self.palette()),
            OTHERS: faint_colour(self.palette()),
            len(history.labels): neutral_colour(self.palette()),
        }
        painter.setPen(Qt.PenStyle.NoPen)
        for column, (below, above) in zip(stack.columns, pairwise(lines), strict=True):
            painter.setBrush(colours[column])
            painter.drawPolygon(QPolygonF([*below, *reversed(above)]))
        # A seam in the window's colour parts neighbours without colour.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().window().color(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in lines[1:-1]:
            painter.drawPolyline(QPolygonF(line))

    def _paint_fog(self, painter: QPainter, look: Look, history: History) -> None:
        """Answers to what was drawn before fade, and so do those after the chosen epoch."""
        fog = QColor(look.window)
        fog.setAlphaF(_FADED)
        area = self._area()
        if not history.is_settled:
            painter.fillRect(area, fog)
        elif self._epochs and self.value() < self.maximum():
            painter.fillRect(area.adjusted(self.x_of(self._epochs[self.value()]) - _SIDE, 0, 0, 0), fog)

    def _paint_names(self, painter: QPainter, look: Look, history: History, stack: Stack) -> None:
        """Each share's name in the roomiest place of it."""
        if self._names is None:
            self._names = self._placed_names(look, history, stack)
        for column, at in self._names:
            lettering = look.strong if 0 <= column < len(history.labels) else look.small
            lettering.write(painter, at, self._name(history, column), look.text, MIDDLE)

    def _placed_names(self, look: Look, history: History, stack: Stack) -> list[tuple[int, QPointF]]:
        xs, edges = self._across(history, stack)
        pixels = np.arange(int(xs[0]), int(xs[-1]))
        heights = [np.interp(pixels, xs, edge).astype(np.float32) for edge in edges]
        placed = []
        for column, (below, above) in zip(stack.columns, pairwise(heights), strict=True):
            lettering = look.strong if 0 <= column < len(history.labels) else look.small
            width = round(lettering.width(self._name(history, column))) + STEP
            place = place_for(above, below, width, lettering.height)
            if place is not None:
                placed.append((column, QPointF(xs[0] + place[0] + width / 2, place[1])))
        return placed

    def _name(self, history: History, column: int) -> str:
        if column == OTHERS:
            return self.tr("others")
        return self.tr("not a character") if column == len(history.labels) else history.labels[column]

    def _paint_epochs(self, painter: QPainter, look: Look) -> None:
        """A tick for every epoch that is kept, and as many numbers as there is room for."""
        area = self._area()
        painter.setPen(QPen(look.quiet, 1))
        for epoch in self._epochs:
            x = round(self.x_of(epoch)) + 0.5
            painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x, area.bottom() + 4))
        first, last = self._span()
        middle = area.bottom() + _BOTTOM / 2 + 2
        words = self.tr("epoch {epoch}").format(epoch=first)
        look.small.write(painter, QPointF(area.left(), middle), words, look.quiet, LEFT)
        if last == first:
            return
        look.small.write(painter, QPointF(area.right(), middle), str(last), look.quiet, RIGHT)
        room = look.small.width(str(last)) + 2 * STEP
        left, right = area.left() + look.small.width(words) + room / 2, area.right() - 1.5 * room
        wide = area.width() / (last - first)
        step = next((step for step in _STEPS if step * wide >= room), _STEPS[-1])
        for epoch in range(first + step - first % step, last, step):
            if left <= self.x_of(epoch) <= right:
                at = QPointF(self.x_of(epoch), middle)
                look.small.write(painter, at, str(epoch), look.quiet, MIDDLE)

    def _paint_handle(self, painter: QPainter, look: Look) -> None:
        """A line at the chosen epoch with a handle on top; at the newest it waits at the end."""
        area = self._area()
        newest = self.value() == self.maximum()
        x = self.x_of(self._epochs[self.value()]) if self.maximum() else area.right()
        colour = mixed(look.accent, look.window, 0.35) if newest and not self.hasFocus() else look.accent
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, STEP), QPointF(x, area.bottom() + 3))
        painter.setBrush(colour)
        painter.setPen(QPen(look.window, 1.5))
        painter.drawEllipse(QPointF(x, STEP), STEP * 0.75, STEP * 0.75)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.accent, 1.5))
            painter.drawEllipse(QPointF(x, STEP), STEP * 0.75 + 2, STEP * 0.75 + 2)
