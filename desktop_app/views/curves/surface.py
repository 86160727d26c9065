"""The surface that shows the curves: it reads off values, zooms and pans, by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)

from desktop_app.views.curves.readout import Readout
from desktop_app.views.curves.readout_table import paint_table
from desktop_app.views.curves.zoom import PlotArea, Zoom, about
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

_FAR = 10
"""How many epochs a page key goes."""

_NOTCH = 120
_FACTOR, _PAN = 1.25, 0.2
"""How much larger a notch of the wheel or a key makes the curves; what share of a plot a key moves them."""

_LEAST_BOX = 5
"""A box that is smaller in one direction zooms in the other alone, and in both directions not at all."""

_FAINT = 40


@dataclass(frozen=True)
class _Drag:
    """What the mouse began: a box, or a movement of what is shown.

    Attributes:
        place: the plot under the mouse.
        start: where.
        zoom: the zoom by then.
        moves: whether the curves move with the mouse; else it draws a box.
    """

    place: PlotArea
    start: QPointF
    zoom: Zoom
    moves: bool


class CurveSurface(PaintedView):
    """Shows the image of the curves, and over it what is read off."""

    is_focusable = True
    minimum_size = QSize(20 * STEP, 9 * STEP)

    zoom_requested = Signal(object)
    """The Zoom that the user has chosen."""
    redraw_requested = Signal()
    """The surface has another size or number of pixels."""

    def __init__(self, readout_at: Callable[[float], Readout | None]) -> None:
        """Nothing is shown yet; readout_at(epoch) gives the values there."""
        super().__init__()
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Curves over epochs"))
        self._readout_at = readout_at
        self._image = QImage()
        self._places: tuple[PlotArea, ...] = ()
        self._zoom, self._last = Zoom(), 0.0
        self._readout: Readout | None = None
        self._epoch: float | None = None
        self._mouse: QPointF | None = None
        self._drag: _Drag | None = None
        self._describe()

    @property
    def places(self) -> tuple[PlotArea, ...]:
        """Where the plots lie."""
        return self._places

    @property
    def readout(self) -> Readout | None:
        """What is read off now."""
        return self._readout

    def set_zoom(self, zoom: Zoom) -> None:
        """What is to be shown, on which the next zoom builds."""
        self._zoom = zoom

    def show_curves(self, image: QImage, places: tuple[PlotArea, ...], last: float) -> None:
        """Show the curves anew.

        Args:
            image: of the whole surface.
            places: where the plots lie.
            last: the epoch that the curves reach.
        """
        self._image, self._places, self._last = image, places, last
        self._read()
        self.update()

    # --- Qt ---

    def event(self, event: QEvent) -> bool:
        """Another screen may have another number of pixels."""
        if event.type() in {QEvent.Type.DevicePixelRatioChange, QEvent.Type.Resize}:
            self.redraw_requested.emit()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What the keys read off goes."""
        super().focusOutEvent(event)
        if self._mouse is None:
            self._go_to(None)

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a box, or a movement of the curves."""
        place = self._place_at(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        if place is None or not (left or event.button() == Qt.MouseButton.MiddleButton):
            super().mousePressEvent(event)
            return
        moves = not left or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._drag = _Drag(place, event.position(), self._zoom, moves)
        if moves:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Reads off, draws the box or moves the curves."""
        self._mouse, drag = event.position(), self._drag
        if drag is None:
            place = self._place_at(self._mouse)
            if place is None:
                self._mouse = None
            self._go_to(None if place is None else place.epoch_at(event.position().x()))
        elif drag.moves:
            # What is grasped stays under the mouse.
            across = (event.position().x() - drag.start.x()) / drag.place.width
            up = (drag.start.y() - event.position().y()) / drag.place.height
            zoom = drag.place.ranges.show_x(drag.zoom, -across, 1 - across)
            self.zoom_requested.emit(drag.place.ranges.show_y(zoom, -up, 1 - up))
        else:
            self._go_to(None)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Shows what is in the box."""
        super().mouseReleaseEvent(event)
        drag, box = self._drag, self._box(event.position())
        self._end_drag()
        if drag is None or drag.moves or box is None:
            return
        place, zoom = drag.place, self._zoom
        (first, low), (last, high) = (
            place.shares_at(box.left(), box.bottom()),
            place.shares_at(box.right(), box.top()),
        )
        zoom = place.ranges.show_x(zoom, first, last)
        self.zoom_requested.emit(place.ranges.show_y(zoom, low, high))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Shows everything again."""
        super().mouseDoubleClickEvent(event)
        self._end_drag()
        self.zoom_requested.emit(Zoom())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms about the mouse."""
        place, notches = self._place_at(event.position()), event.angleDelta().y() / _NOTCH
        if place is None or not notches:
            super().wheelEvent(event)
            return
        across, up = place.shares_at(event.position().x(), event.position().y())
        factor = _FACTOR**notches
        zoom = place.ranges.show_x(self._zoom, *about(min(max(across, 0.0), 1.0), factor))
        self.zoom_requested.emit(place.ranges.show_y(zoom, *about(min(max(up, 0.0), 1.0), factor)))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is read off without the mouse."""
        super().leaveEvent(event)
        self._mouse = None
        self._go_to(None)

    def _place_at(self, at: QPointF) -> PlotArea | None:
        return next((place for place in self._places if _covers(place, at)), None)

    def _end_drag(self) -> None:
        self._drag = None
        self.unsetCursor()
        self.update()

    def _box(self, end: QPointF) -> QRectF | None:
        """The part of the plot between where the mouse was pressed and where it is; None if that is small."""
        drag = self._drag
        if drag is None or drag.moves:
            return None
        plot, box = _rect(drag.place), QRectF(drag.start, end).normalized()
        if max(box.width(), box.height()) < _LEAST_BOX:
            return None
        if box.height() < _LEAST_BOX:
            box.setTop(plot.top())
            box.setBottom(plot.bottom())
        elif box.width() < _LEAST_BOX:
            box.setLeft(plot.left())
            box.setRight(plot.right())
        box = box.intersected(plot)
        return None if box.isEmpty() else box

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Reads off at the epoch beside, at the first or the last; zooms and pans."""
        key = Qt.Key(event.key())
        if not self._places or not (self._escape(key) or self._zoom_by(event) or self._read_by(key)):
            super().keyPressEvent(event)

    def _escape(self, key: Qt.Key) -> bool:
        """Gives up the box, or ends reading off."""
        if key != Qt.Key.Key_Escape or (self._drag is None and self._epoch is None):
            return False
        if self._drag is not None:
            self._end_drag()
        else:
            self._go_to(None)
        return True

    def _zoom_by(self, event: QKeyEvent) -> bool:
        """Zooms the epochs of all plots about what is read off; with Shift, arrows move what is shown."""
        key, ranges = Qt.Key(event.key()), self._places[0].ranges
        zoom: Zoom | None = None
        if key == Qt.Key.Key_0:
            zoom = Zoom()
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            low, high = ranges.x_in(self._zoom)
            at = 0.5 if self._epoch is None else (self._epoch - low) / (high - low)
            zoom = ranges.show_x(self._zoom, *about(at, 1 / _FACTOR if key == Qt.Key.Key_Minus else _FACTOR))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            across = {Qt.Key.Key_Left: -_PAN, Qt.Key.Key_Right: _PAN}.get(key)
            up = {Qt.Key.Key_Down: -_PAN, Qt.Key.Key_Up: _PAN}.get(key)
            if across is not None:
                zoom = ranges.show_x(self._zoom, across, 1 + across)
            elif up is not None:
                zoom = self._zoom
                for place in self._places:
                    zoom = place.ranges.show_y(zoom, up, 1 + up)
        if zoom is not None:
            self.zoom_requested.emit(zoom)
        return zoom is not None

    def _read_by(self, key: Qt.Key) -> bool:
        at = self._last if self._epoch is None else self._epoch
        epochs = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_PageUp: at - _FAR,
            Qt.Key.Key_PageDown: at + _FAR,
            Qt.Key.Key_Home: 1.0,
            Qt.Key.Key_End: self._last,
        }
        if key not in epochs:
            return False
        self._mouse = None
        epoch = float(min(max(round(epochs[key]), 0), self._last))
        self._go_to(epoch)
        ranges = self._places[0].ranges
        low, high = ranges.x_in(self._zoom)
        if not low <= epoch <= high:
            away = (epoch - (low if epoch < low else high)) / (high - low)
            self.zoom_requested.emit(ranges.show_x(self._zoom, away, 1 + away))
        return True

    # --- reading off ---

    def _go_to(self, epoch: float | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self._read()

    def _read(self) -> None:
        before = self._readout
        self._readout = None if self._epoch is None or not self._places else self._readout_at(self._epoch)
        if self._readout != before:
            self._describe()
            self.update()

    def _describe(self) -> None:
        """What is read off, or else the keys, for those who hear the program."""
        keys = self.tr(
            "Left and Right go from epoch to epoch and read off the values there; Escape ends that. "
            "Plus and minus zoom, Shift with arrows pans, 0 shows everything."
        )
        self.setAccessibleDescription(keys if self._readout is None else self._readout.sentence())

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The curves, the box, the line and the table of what is read off, the ring of the keyboard."""
        style = self.text_style
        if not self._image.isNull():
            painter.drawImage(QPointF(0, 0), self._image)
        self.paint_focus_ring(painter)
        if self._mouse is not None and (box := self._box(self._mouse)) is not None:
            faint = QColor(style.accent)
            faint.setAlpha(_FAINT)
            painter.setPen(QPen(style.accent, 1))
            painter.setBrush(faint)
            painter.drawRect(box)
        if self._readout is None:
            return
        painter.setPen(QPen(style.text, 1))
        lines = [place.x_of(self._readout.epoch) for place in self._places]
        for line, place in zip(lines, self._places, strict=True):
            x = round(line) + 0.5
            if place.left <= x <= place.left + place.width + 1:
                painter.drawLine(QLineF(x, place.top, x, place.top + place.height))
        mouse = self._mouse
        line = lines[0] if mouse is None else min(lines, key=lambda x: abs(x - mouse.x()))
        paint_table(painter, style, self._readout, QPointF(line, self._places[0].top), self.size())


def _rect(place: PlotArea) -> QRectF:
    return QRectF(place.left, place.top, place.width, place.height)


def _covers(place: PlotArea, at: QPointF) -> bool:
    """Whether a point is on a plot, or close beside it."""
    return _rect(place).adjusted(-STEP, -STEP, STEP, STEP).contains(at)
