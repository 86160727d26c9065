"""A view that can be zoomed and moved: with the wheel, two fingers, by dragging, and with keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

from desktop_app.views.feature_maps.viewport import Viewport, next_zoom
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

_NOTCH = 120
"""What Qt reports for one notch of a wheel."""
_PINCH_STEP = 1.2
_LARGEST = 128
"""Device-independent pixels for one pixel of the content, at most."""
_THUMB = 4

_KEYS = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_ZoomIn: 1,
    Qt.Key.Key_Minus: -1,
    Qt.Key.Key_ZoomOut: -1,
}


class ZoomView(PaintedView):
    """Keeps a viewport over content that a subclass paints.

    The wheel zooms about the mouse; where the content does not fit into the view even at first, it
    scrolls, and zooms with Ctrl. Dragging moves, and so do a touchpad and PageUp and PageDown.
    """

    is_focusable = True

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without content."""
        super().__init__(parent)
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self._viewport: Viewport | None = None
        self._fitted_viewport: Viewport | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._turned = 0.0
        self._pinched = 1.0

    # --- for subclasses ---

    def fitted_viewport(self) -> Viewport | None:
        """The viewport to start with, for the present content and size; None without content."""
        return None

    def view_moved(self) -> None:
        """Called when something else is seen."""
        self.update()

    def clicked_at(self, at: QPointF) -> None:
        """Called when the left button was pressed and released without dragging."""

    def viewport(self) -> Viewport | None:
        """What is seen now."""
        if self._viewport is None:
            self._viewport = self._fitted_viewport = self.fitted_viewport()
        return self._viewport

    def show_part(self, part: QRectF) -> None:
        """Move so far that a part of the content is seen."""
        if (viewport := self.viewport()) is not None:
            self._look_through(viewport.showing(part))

    # --- zoom ---

    def fit(self) -> None:
        """Show everything as large as fits."""
        self._viewport = None
        self.view_moved()

    def zoom_by(self, steps: int, about: QPointF | None = None) -> None:
        """Show everything larger, or smaller where steps are negative.

        Args:
            steps: of about a quarter each.
            about: the place of the widget where the content stays; None: the middle.
        """
        viewport, fitted = self.viewport(), self._fitted_viewport
        if viewport is None or fitted is None:
            return
        ratio = self.devicePixelRatioF()
        whole = min(viewport.width / viewport.content_width, viewport.height / viewport.content_height)
        least, most = min(fitted.zoom, whole), max(fitted.zoom, _LARGEST * ratio)
        zoom = min(max(next_zoom(viewport.zoom, steps), least), most)
        self._look_through(viewport.zoomed(zoom, (about or QPointF(self.rect().center())) * ratio))

    def scroll_by(self, right: float, down: float) -> None:
        """Move over the content, by device-independent pixels."""
        if (viewport := self.viewport()) is not None:
            ratio = self.devicePixelRatioF()
            self._look_through(viewport.moved(right * ratio, down * ratio))

    def _look_through(self, viewport: Viewport) -> None:
        if viewport != self._viewport:
            self._viewport = viewport
            self.view_moved()

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything fits anew."""
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Two fingers on a touchpad or on the screen."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._pinch(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinch(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms or scrolls."""
        fitted = self._fitted_viewport
        if self.viewport() is None or fitted is None:
            event.ignore()
            return
        pixels, turned = event.pixelDelta(), event.angleDelta()
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        scrolls = not pixels.isNull() or turned.y() == 0 or any(fitted.spare)
        if scrolls and not with_control:
            way = pixels if not pixels.isNull() else turned * (5 * STEP) / _NOTCH
            self.scroll_by(-way.x(), -way.y())
        else:
            self._turned += turned.y()
            steps = int(self._turned / _NOTCH)
            self._turned -= steps * _NOTCH
            self.zoom_by(steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags what can be moved."""
        if self._pressed is None:
            return
        way = event.position() - self._pressed
        if self._dragged or way.manhattanLength() >= QApplication.startDragDistance():
            self._dragged = True
            self.scroll_by(-way.x(), -way.y())
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            if not self._dragged:
                self.clicked_at(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus, minus, 0 and the page keys."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.zoom_by(_KEYS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            page = 0.8 * self.height()
            self.scroll_by(0, page if key == Qt.Key.Key_PageDown else -page)
        else:
            super().keyPressEvent(event)

    def _pinch(self, factor: float, about: QPointF) -> None:
        """Zoom steps are coarse: fingers gather until the next one is due."""
        self._pinched *= factor
        while self._pinched >= _PINCH_STEP:
            self._pinched /= _PINCH_STEP
            self.zoom_by(1, about)
        while self._pinched <= 1 / _PINCH_STEP:
            self._pinched *= _PINCH_STEP
            self.zoom_by(-1, about)

    # --- painting ---

    def paint_place(self, painter: QPainter) -> None:
        """Two thin marks at the edges: which part is seen of content that does not fit."""
        viewport = self.viewport()
        if viewport is None or not any(viewport.spare):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.setOpacity(0.75)
        right, down = viewport.spare
        if right:
            start, length = _thumb(self.width(), viewport.left, right, viewport.width)
            thumb = QRectF(start, self.height() - _THUMB - 1, length, _THUMB)
            painter.drawRoundedRect(thumb, _THUMB / 2, _THUMB / 2)
        if down:
            start, length = _thumb(self.height(), viewport.top, down, viewport.height)
            thumb = QRectF(self.width() - _THUMB - 1, start, _THUMB, length)
            painter.drawRoundedRect(thumb, _THUMB / 2, _THUMB / 2)
        painter.setOpacity(1.0)


def _thumb(side: float, at: float, spare: float, seen: float) -> tuple[float, float]:
    """Where the mark of a scrolled side begins, and its length."""
    length = max(3.0 * STEP, side * seen / (seen + spare))
    return (side - length) * at / spare, length
