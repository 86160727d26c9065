"""Surface that shows the curves, with readout, zoom and panning by mouse and keys."""

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
from desktop_app.views.curves.zoom import PlotArea, Zoom, zoomed_fractions
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

_PAGE = 10
"""Epochs per page key."""

_NOTCH = 120
_FACTOR, _PAN = 1.25, 0.2
"""Zoom factor of a wheel notch or key; panning of a key as a fraction of the plot."""

_MIN_BOX = 5
"""Minimum size of a box in a direction to zoom in that direction."""

_BOX_ALPHA = 40


@dataclass(frozen=True)
class _Drag:
    """A drag with the mouse that draws a box or pans.

    Attributes:
        area: plot under the mouse.
        start: position.
        zoom: at the start.
        is_panning: whether the curves move with the mouse; otherwise a box is drawn.
    """

    area: PlotArea
    start: QPointF
    zoom: Zoom
    is_panning: bool


class CurveSurface(PaintedView):
    """Shows the image of the curves and the readout."""

    is_focusable = True
    minimum_size = QSize(20 * STEP, 9 * STEP)

    zoom_requested = Signal(object)
    """Zoom chosen by the user."""
    redraw_requested = Signal()
    """The size or the pixel ratio has changed."""

    def __init__(self, readout_at: Callable[[float], Readout | None]) -> None:
        """Create an empty surface; readout_at(epoch) returns the values at an epoch."""
        super().__init__()
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Curves over epochs"))
        self._readout_at = readout_at
        self._image = QImage()
        self._areas: tuple[PlotArea, ...] = ()
        self._zoom, self._last = Zoom(), 0.0
        self._readout: Readout | None = None
        self._epoch: float | None = None
        self._mouse: QPointF | None = None
        self._drag: _Drag | None = None
        self._describe()

    @property
    def areas(self) -> tuple[PlotArea, ...]:
        """Positions of the plots."""
        return self._areas

    @property
    def readout(self) -> Readout | None:
        """Shown values."""
        return self._readout

    def set_zoom(self, zoom: Zoom) -> None:
        """Set the current zoom."""
        self._zoom = zoom

    def show_curves(self, image: QImage, areas: tuple[PlotArea, ...], last: float) -> None:
        """Show the curves.

        Args:
            image: of the whole surface.
            areas: positions of the plots.
            last: last epoch of the curves.
        """
        self._image, self._areas, self._last = image, areas, last
        self._update_readout()
        self.update()

    # --- Qt ---

    def event(self, event: QEvent) -> bool:
        """Request a drawing when size or pixel ratio change."""
        if event.type() in {QEvent.Type.DevicePixelRatioChange, QEvent.Type.Resize}:
            self.redraw_requested.emit()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the readout of keys."""
        super().focusOutEvent(event)
        if self._mouse is None:
            self._set_epoch(None)

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a box or panning."""
        area = self._area_at(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        if area is None or not (left or event.button() == Qt.MouseButton.MiddleButton):
            super().mousePressEvent(event)
            return
        is_panning = not left or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._drag = _Drag(area, event.position(), self._zoom, is_panning)
        if is_panning:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Update the readout, draw the box, or pan."""
        self._mouse, drag = event.position(), self._drag
        if drag is None:
            area = self._area_at(self._mouse)
            if area is None:
                self._mouse = None
            self._set_epoch(None if area is None else area.epoch_at(event.position().x()))
        elif drag.is_panning:
            # The grabbed point stays under the mouse.
            x_fraction = (event.position().x() - drag.start.x()) / drag.area.width
            y_fraction = (drag.start.y() - event.position().y()) / drag.area.height
            zoom = drag.area.ranges.show_x(drag.zoom, -x_fraction, 1 - x_fraction)
            self.zoom_requested.emit(drag.area.ranges.show_y(zoom, -y_fraction, 1 - y_fraction))
        else:
            self._set_epoch(None)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zoom to the box."""
        super().mouseReleaseEvent(event)
        drag, box = self._drag, self._box(event.position())
        self._end_drag()
        if drag is None or drag.is_panning or box is None:
            return
        area, zoom = drag.area, self._zoom
        (first, low), (last, high) = (
            area.fractions_at(box.left(), box.bottom()),
            area.fractions_at(box.right(), box.top()),
        )
        zoom = area.ranges.show_x(zoom, first, last)
        self.zoom_requested.emit(area.ranges.show_y(zoom, low, high))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset the zoom."""
        super().mouseDoubleClickEvent(event)
        self._end_drag()
        self.zoom_requested.emit(Zoom())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse."""
        area, notches = self._area_at(event.position()), event.angleDelta().y() / _NOTCH
        if area is None or not notches:
            super().wheelEvent(event)
            return
        x_fraction, y_fraction = area.fractions_at(event.position().x(), event.position().y())
        factor = _FACTOR**notches
        zoom = area.ranges.show_x(self._zoom, *zoomed_fractions(min(max(x_fraction, 0.0), 1.0), factor))
        self.zoom_requested.emit(
            area.ranges.show_y(zoom, *zoomed_fractions(min(max(y_fraction, 0.0), 1.0), factor))
        )
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the readout of the mouse."""
        super().leaveEvent(event)
        self._mouse = None
        self._set_epoch(None)

    def _area_at(self, point: QPointF) -> PlotArea | None:
        return next((area for area in self._areas if _covers(area, point)), None)

    def _end_drag(self) -> None:
        self._drag = None
        self.unsetCursor()
        self.update()

    def _box(self, end: QPointF) -> QRectF | None:
        """Return the box between the start of the drag and a position; None if it is too small."""
        drag = self._drag
        if drag is None or drag.is_panning:
            return None
        plot, box = _rect(drag.area), QRectF(drag.start, end).normalized()
        if max(box.width(), box.height()) < _MIN_BOX:
            return None
        if box.height() < _MIN_BOX:
            box.setTop(plot.top())
            box.setBottom(plot.bottom())
        elif box.width() < _MIN_BOX:
            box.setLeft(plot.left())
            box.setRight(plot.right())
        box = box.intersected(plot)
        return None if box.isEmpty() else box

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the readout, zoom or pan."""
        key = Qt.Key(event.key())
        if not self._areas or not (self._escape(key) or self._zoom_by(event) or self._move_epoch(key)):
            super().keyPressEvent(event)

    def _escape(self, key: Qt.Key) -> bool:
        """Cancel the box, or else hide the readout."""
        if key != Qt.Key.Key_Escape or (self._drag is None and self._epoch is None):
            return False
        if self._drag is not None:
            self._end_drag()
        else:
            self._set_epoch(None)
        return True

    def _zoom_by(self, event: QKeyEvent) -> bool:
        """Zoom all plots around the readout, or pan with Shift and arrows."""
        key, ranges = Qt.Key(event.key()), self._areas[0].ranges
        zoom: Zoom | None = None
        if key == Qt.Key.Key_0:
            zoom = Zoom()
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            low, high = ranges.x_in(self._zoom)
            point = 0.5 if self._epoch is None else (self._epoch - low) / (high - low)
            zoom = ranges.show_x(
                self._zoom, *zoomed_fractions(point, 1 / _FACTOR if key == Qt.Key.Key_Minus else _FACTOR)
            )
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            x_fraction = {Qt.Key.Key_Left: -_PAN, Qt.Key.Key_Right: _PAN}.get(key)
            y_fraction = {Qt.Key.Key_Down: -_PAN, Qt.Key.Key_Up: _PAN}.get(key)
            if x_fraction is not None:
                zoom = ranges.show_x(self._zoom, x_fraction, 1 + x_fraction)
            elif y_fraction is not None:
                zoom = self._zoom
                for area in self._areas:
                    zoom = area.ranges.show_y(zoom, y_fraction, 1 + y_fraction)
        if zoom is not None:
            self.zoom_requested.emit(zoom)
        return zoom is not None

    def _move_epoch(self, key: Qt.Key) -> bool:
        point = self._last if self._epoch is None else self._epoch
        epochs = {
            Qt.Key.Key_Left: point - 1,
            Qt.Key.Key_Right: point + 1,
            Qt.Key.Key_PageUp: point - _PAGE,
            Qt.Key.Key_PageDown: point + _PAGE,
            Qt.Key.Key_Home: 1.0,
            Qt.Key.Key_End: self._last,
        }
        if key not in epochs:
            return False
        self._mouse = None
        epoch = float(min(max(round(epochs[key]), 0), self._last))
        self._set_epoch(epoch)
        ranges = self._areas[0].ranges
        low, high = ranges.x_in(self._zoom)
        if not low <= epoch <= high:
            shift = (epoch - (low if epoch < low else high)) / (high - low)
            self.zoom_requested.emit(ranges.show_x(self._zoom, shift, 1 + shift))
        return True

    # --- readout ---

    def _set_epoch(self, epoch: float | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self._update_readout()

    def _update_readout(self) -> None:
        previous = self._readout
        self._readout = None if self._epoch is None or not self._areas else self._readout_at(self._epoch)
        if self._readout != previous:
            self._describe()
            self.update()

    def _describe(self) -> None:
        """Set the accessible description to the readout, or else the keys."""
        keys = self.tr(
            "Left and Right select an epoch and show its values, Escape hides them. "
            "Plus and minus zoom, Shift with arrow keys moves, 0 shows everything."
        )
        self.setAccessibleDescription(keys if self._readout is None else self._readout.sentence())

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the curves, the box, the readout and the focus ring."""
        style = self.text_style
        if not self._image.isNull():
            painter.drawImage(QPointF(0, 0), self._image)
        self.paint_focus_ring(painter)
        if self._mouse is not None and (box := self._box(self._mouse)) is not None:
            fill = QColor(style.accent)
            fill.setAlpha(_BOX_ALPHA)
            painter.setPen(QPen(style.accent, 1))
            painter.setBrush(fill)
            painter.drawRect(box)
        if self._readout is None:
            return
        painter.setPen(QPen(style.text, 1))
        lines = [area.x_of(self._readout.epoch) for area in self._areas]
        for line, area in zip(lines, self._areas, strict=True):
            x = round(line) + 0.5
            if area.left <= x <= area.left + area.width + 1:
                painter.drawLine(QLineF(x, area.top, x, area.top + area.height))
        mouse = self._mouse
        line = lines[0] if mouse is None else min(lines, key=lambda x: abs(x - mouse.x()))
        paint_table(painter, style, self._readout, QPointF(line, self._areas[0].top), self.size())


def _rect(area: PlotArea) -> QRectF:
    return QRectF(area.left, area.top, area.width, area.height)


def _covers(area: PlotArea, point: QPointF) -> bool:
    """Return whether a point is on a plot or close to it."""
    return _rect(area).adjusted(-STEP, -STEP, STEP, STEP).contains(point)
