"""Pen input by mouse, tablet, finger and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QApplication

from desktop_app.views.canvas.geometry import CANVAS_SIZE, square_in
from desktop_app.views.parts.painted import PaintedView, is_keyboard_focus

Point = tuple[float, float]
"""X and y in canvas units."""

KEY_STEP = 10.0
"""Step of an arrow key in canvas units; a fifth of it with Shift."""

_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_PEN_BUTTONS = Qt.MouseButton.RightButton | Qt.MouseButton.MiddleButton

_KEY_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    # Diagonal, as on a number pad.
    Qt.Key.Key_Home: (-1, -1),
    Qt.Key.Key_PageUp: (1, -1),
    Qt.Key.Key_End: (-1, 1),
    Qt.Key.Key_PageDown: (1, 1),
}


class PenInput(PaintedView):
    """A widget with a canvas on which every device moves the same pen.

    Attributes:
        area: where the canvas is in the widget.
    """

    is_focusable = True

    def __init__(self) -> None:
        """Start with the pen lifted, in the middle of the canvas."""
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.area = square_in(1, 1)
        self._at: Point = (CANVAS_SIZE / 2, CANVAS_SIZE / 2)
        self._finger: int | None = None
        self._clicked: tuple[QPointF, bool, float | None] | None = None
        self._pointer: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._erases = False
        self._uses_keyboard = False

    # --- for subclasses ---

    @property
    def _is_pen_down(self) -> bool:
        """Whether the pen is down."""
        raise NotImplementedError

    def _press(self, at: Point, erase: bool, pressure: float | None) -> None:
        """Put the pen down.

        Args:
            at: position.
            erase: whether to erase whatever the tool is.
            pressure: 0..1; None: the device reports none.
        """
        raise NotImplementedError

    def _move(self, at: Point, pressure: float | None) -> None:
        """Move the pen if it is down."""
        raise NotImplementedError

    def _can_click(self, at: QPointF, is_secondary: bool) -> bool:
        """Return whether there is something to click at a position of the widget.

        Args:
            at: the position.
            is_secondary: whether it is a click with the right mouse button.
        """
        return False

    def _click(self, at: QPointF, is_secondary: bool) -> None:
        """Click at a position of the widget; called in place of `_press` if the pen did not move."""

    def _lift(self) -> None:
        """Lift the pen if it is down; also called when something else ends the stroke."""
        self._finger = self._clicked = self._pointer = None

    # --- devices ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down; the right button erases."""
        if event.button() in (_LEFT, _RIGHT) and not self._is_held:
            self._button = event.button()
            self._press_or_click(event.position(), event.button() == _RIGHT, can_click=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the pen."""
        if event.buttons() & self._button:
            self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen."""
        if event.button() == self._button:
            self._move_to(event.position())
            self._lift_or_click()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with the pen of a tablet; its other end and its buttons erase. Hovering draws nothing."""
        at = event.position()
        pressure = event.pressure() if _reports_pressure(event) else None
        kind = event.type()
        if kind == QEvent.Type.TabletPress and not self._is_held:
            other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            erase = other_end or bool(event.buttons() & _PEN_BUTTONS)
            self._press_or_click(at, erase, pressure, can_click=not erase)
        elif kind == QEvent.Type.TabletMove:
            self._move_to(at, pressure)
        elif kind == QEvent.Type.TabletRelease and not event.buttons():
            # The release event has no pressure, so its position is not added.
            self._lift_or_click()
        event.accept()

    def touch_event(self, event: QTouchEvent) -> None:
        """Draw with the first finger; ignore other fingers and the palm."""
        for point in event.points():
            at = point.position()
            state = point.state()
            if state == point.State.Pressed and self._finger is None:
                if self._press_or_click(at, False, can_click=True):
                    self._finger = point.id()
            elif point.id() == self._finger and state != point.State.Stationary:
                self._move_to(at)
                if state == point.State.Released:
                    self._lift_or_click()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Handle touch events."""
        if isinstance(event, QTouchEvent):
            if event.type() == QEvent.Type.TouchCancel:
                self._lift()
            else:
                self.touch_event(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pen with arrow keys; Space puts it down or lifts it, Escape lifts it."""
        key = Qt.Key(event.key())
        if key in _KEY_DIRECTIONS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(*_KEY_DIRECTIONS[key], fine)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._toggle_keyboard_pen()
        elif key == Qt.Key.Key_Escape and self._is_pen_down:
            self._lift()
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the pen of the keyboard if the focus came by keyboard."""
        self._uses_keyboard = self._uses_keyboard or is_keyboard_focus(event)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lift the pen of the keyboard."""
        if self._uses_keyboard:
            self._lift()
        super().focusOutEvent(event)

    # --- helpers ---

    def _press_at(self, at: QPointF, erase: bool = False, pressure: float | None = None) -> bool:
        """Put the pen down at a position of the widget; return False outside the canvas."""
        if not self.area.contains(at.x(), at.y()):
            return False
        if self._uses_keyboard:
            self._uses_keyboard = False
            self.update()
        self._erases = erase
        self._put_down(at, pressure)
        return True

    def _put_down(self, at: QPointF, pressure: float | None) -> None:
        finger = self._finger
        # This lifts the pen first.
        self._press(self._to_canvas(at), self._erases, pressure)
        self._pointer, self._finger = at, finger

    def _press_or_click(
        self, at: QPointF, erase: bool, pressure: float | None = None, *, can_click: bool
    ) -> bool:
        """Put the pen down, or wait for a movement if there is something to click."""
        if can_click and self._can_click(at, erase):
            self._clicked = at, erase, pressure
            return True
        return self._press_at(at, erase, pressure)

    def _move_to(self, at: QPointF, pressure: float | None = None) -> None:
        """Move the pen, which is put down first if it moved too far for a click.

        A stroke ends at the edge of the canvas; another one begins where the pen comes back.
        """
        if self._clicked is not None:
            first, erase, first_pressure = self._clicked
            if (at - first).manhattanLength() < QApplication.startDragDistance():
                return
            self._clicked = None
            self._press_at(first, erase, first_pressure)
        before = self._pointer
        if before is None:
            return
        was_inside = self.area.contains(before.x(), before.y())
        if self.area.contains(at.x(), at.y()):
            if not was_inside:
                self._put_down(self.area.crossing(at, before), pressure)
            self._move(self._to_canvas(at), pressure)
        elif was_inside:
            self._move(self._to_canvas(self.area.crossing(before, at)), pressure)
            finger = self._finger
            self._lift()
            self._finger = finger
        self._pointer = at

    @property
    def _is_held(self) -> bool:
        """Whether a device holds the pen down, on the canvas or beside it."""
        return self._pointer is not None or self._clicked is not None

    def _lift_or_click(self) -> None:
        clicked, self._clicked = self._clicked, None
        if clicked is None:
            self._lift()
        else:
            self._finger = None
            self._click(clicked[0], clicked[1])

    def _step(self, right: int, down: int, fine: bool) -> None:
        """Move the pen of the keyboard."""
        step = KEY_STEP / 5 if fine else KEY_STEP
        units_wide, units_high = self.area.units
        x = min(max(self._at[0] + right * step, 0.0), units_wide)
        y = min(max(self._at[1] + down * step, 0.0), units_high)
        self._uses_keyboard = True
        if self._is_pen_down:
            self._move((x, y), None)
        self._at = (x, y)
        self.update()

    def _toggle_keyboard_pen(self) -> None:
        self._uses_keyboard = True
        if self._is_pen_down:
            self._lift()
        else:
            self._press(self._at, False, None)
        self.update()

    def _to_canvas(self, at: QPointF) -> Point:
        return self.area.to_canvas(at.x(), at.y())


def _reports_pressure(event: QTabletEvent) -> bool:
    return bool(event.pointingDevice().capabilities() & QInputDevice.Capability.Pressure)
