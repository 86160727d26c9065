"""A view that is zoomed and moved with wheel, touch, mouse and keys."""

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
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

from desktop_app.views.feature_maps.viewport import Viewport, next_zoom
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP

_WHEEL_NOTCH = 120
"""Wheel angle of one notch in Qt."""
_PINCH_STEP = 1.2
_MAX_ZOOM = 128
"""Maximum of device-independent pixels per pixel of the content."""
_SCROLL_MARK = 4

_KEYS = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_ZoomIn: 1,
    Qt.Key.Key_Minus: -1,
    Qt.Key.Key_ZoomOut: -1,
}


class ZoomView(PaintedView):
    """A viewport over content that a subclass paints.

    The wheel zooms at the mouse. If the fitted content is larger than the view, the wheel scrolls, and
    zooms with Ctrl. Dragging, touchpads and page keys scroll.
    """

    is_focusable = True

    def __init__(self) -> None:
        """Start without content."""
        super().__init__()
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self._viewport: Viewport | None = None
        self._fitted_viewport: Viewport | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._wheel_angle = 0.0
        self._pinch_scale = 1.0

    # --- for subclasses ---

    def fitted_viewport(self) -> Viewport | None:
        """Return the initial viewport for content and size; None without content."""
        return None

    def view_moved(self) -> None:
        """Called when another part is visible."""
        self.update()

    def clicked_at(self, at: QPointF) -> None:
        """Called when the left button was clicked without dragging."""

    def viewport(self) -> Viewport | None:
        """Return the current viewport."""
        if self._viewport is None:
            self._viewport = self._fitted_viewport = self.fitted_viewport()
        return self._viewport

    def show_part(self, part: QRectF) -> None:
        """Move so that a part of the content is visible."""
        if (viewport := self.viewport()) is not None:
            self._set_viewport(viewport.moved_to_show(part))

    # --- zoom ---

    def fit(self) -> None:
        """Show all content as large as it fits."""
        self._viewport = None
        self.view_moved()

    def zoom_by(self, steps: int, about: QPointF | None = None) -> None:
        """Zoom in, or out if steps are negative.

        Args:
            steps: of about a quarter each.
            about: point of the widget where the content stays; None for the middle.
        """
        viewport, fitted = self.viewport(), self._fitted_viewport
        if viewport is None or fitted is None:
            return
        ratio = self.devicePixelRatioF()
        whole = min(viewport.width / viewport.content_width, viewport.height / viewport.content_height)
        least, most = min(fitted.zoom, whole), max(fitted.zoom, _MAX_ZOOM * ratio)
        zoom = min(max(next_zoom(viewport.zoom, steps), least), most)
        self._set_viewport(viewport.zoomed(zoom, (about or QPointF(self.rect().center())) * ratio))

    def scroll_by(self, right: float, down: float) -> None:
        """Scroll by device-independent pixels."""
        if (viewport := self.viewport()) is not None:
            ratio = self.devicePixelRatioF()
            self._set_viewport(viewport.moved(right * ratio, down * ratio))

    def _set_viewport(self, viewport: Viewport) -> None:
        if viewport != self._viewport:
            self._viewport = viewport
            self.view_moved()

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the content to the new size."""
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Handle pinch gestures of touchpads and touch screens."""
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
        """Zoom or scroll."""
        fitted = self._fitted_viewport
        if self.viewport() is None or fitted is None:
            event.ignore()
            return
        pixels, angle = event.pixelDelta(), event.angleDelta()
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        scrolls = not pixels.isNull() or angle.y() == 0 or any(fitted.max_scroll)
        if scrolls and not with_control:
            delta = pixels if not pixels.isNull() else angle * (5 * STEP) / _WHEEL_NOTCH
            self.scroll_by(-delta.x(), -delta.y())
        else:
            self._wheel_angle += angle.y()
            steps = int(self._wheel_angle / _WHEEL_NOTCH)
            self._wheel_angle -= steps * _WHEEL_NOTCH
            self.zoom_by(steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll while dragging."""
        if self._pressed is None:
            return
        delta = event.position() - self._pressed
        if self._dragged or delta.manhattanLength() >= QApplication.startDragDistance():
            self._dragged = True
            self.scroll_by(-delta.x(), -delta.y())
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            if not self._dragged:
                self.clicked_at(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle plus, minus, 0 and the page keys."""
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
        """Collect small pinches until a zoom step is due."""
        self._pinch_scale *= factor
        while self._pinch_scale >= _PINCH_STEP:
            self._pinch_scale /= _PINCH_STEP
            self.zoom_by(1, about)
        while self._pinch_scale <= 1 / _PINCH_STEP:
            self._pinch_scale *= _PINCH_STEP
            self.zoom_by(-1, about)

    # --- painting ---

    def paint_scroll_marks(self, painter: QPainter) -> None:
        """Paint thin scroll marks at the edges if not all content is visible."""
        viewport = self.viewport()
        if viewport is None or not any(viewport.max_scroll):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.setOpacity(0.75)
        right, down = viewport.max_scroll
        if right:
            start, length = _scroll_mark(self.width(), viewport.left, right, viewport.width)
            mark = QRectF(start, self.height() - _SCROLL_MARK - 1, length, _SCROLL_MARK)
            painter.drawRoundedRect(mark, _SCROLL_MARK / 2, _SCROLL_MARK / 2)
        if down:
            start, length = _scroll_mark(self.height(), viewport.top, down, viewport.height)
            mark = QRectF(self.width() - _SCROLL_MARK - 1, start, _SCROLL_MARK, length)
            painter.drawRoundedRect(mark, _SCROLL_MARK / 2, _SCROLL_MARK / 2)
        painter.setOpacity(1.0)


def _scroll_mark(side: float, at: float, max_scroll: float, visible: float) -> tuple[float, float]:
    """Return the start and the length of a scroll mark."""
    length = max(3.0 * STEP, side * visible / (visible + max_scroll))
    return (side - length) * at / max_scroll, length
