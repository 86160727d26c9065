"""Pen input: mouse, tablet, finger and keyboard put a pen down on the paper, move it and lift it."""

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
from PySide6.QtWidgets import QWidget

from desktop_app.views.canvas.geometry import CANVAS_SIZE, square_in
from desktop_app.views.parts.painted import PaintedView, is_keyboard_focus

Place = tuple[float, float]
"""X and y in paper units."""

KEY_STEP = 10.0
"""How far an arrow key moves the keyboard's pen, in paper units; a fifth of it with Shift."""

_KEY_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    # As on a number pad, the keys at the corners go aslant.
    Qt.Key.Key_Home: (-1, -1),
    Qt.Key.Key_PageUp: (1, -1),
    Qt.Key.Key_End: (-1, 1),
    Qt.Key.Key_PageDown: (1, 1),
}


class PenInput(PaintedView):
    """A widget with a square of paper. What the pen does there is the same for every device."""

    is_focusable = True

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the pen lifted, in the middle of the paper."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._square = square_in(1, 1, 0)
        self._at: Place = (CANVAS_SIZE / 2, CANVAS_SIZE / 2)
        self._finger: int | None = None
        self._keyboard = False

    # --- what the pen does ---

    @property
    def _in_hand(self) -> bool:
        """Whether the pen is down."""
        raise NotImplementedError

    def _press(self, at: Place, erase: bool, pressure: float | None) -> None:
        """The pen is put down; pressure is 0..1, None where the device reports none.

        Args:
            at: where.
            erase: whether the device asks for the eraser, whatever the tool is.
            pressure: of the pen.
        """
        raise NotImplementedError

    def _move(self, at: Place, pressure: float | None) -> None:
        """The pen moves, if it is down."""
        raise NotImplementedError

    def _lift(self) -> None:
        """The pen is lifted, if it is down. Call it also when something else ends its stroke."""
        self._finger = None

    # --- devices ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button puts the pen down."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._press_by_hand(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pen moves while the left button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move(self._paper(event.position()), None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The pen is lifted where the button is let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._move(self._paper(event.position()), None)
            self._lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A tablet's pen; its other end erases whatever the tool is. Hovering draws nothing."""
        at = event.position()
        pressure = event.pressure() if _reports_pressure(event) else None
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._press_by_hand(at, other_end, pressure)
        elif kind == QEvent.Type.TabletMove:
            self._move(self._paper(at), pressure)
        elif kind == QEvent.Type.TabletRelease:
            # A lifted pen presses no more: its last point has no width of its own.
            self._lift()
        event.accept()

    def touch_event(self, event: QTouchEvent) -> None:
        """The first finger draws; what other fingers or the palm do meanwhile is left alone."""
        for point in event.points():
            at = point.position()
            state = point.state()
            if state == point.State.Pressed and self._finger is None:
                if self._press_by_hand(at):
                    self._finger = point.id()
            elif point.id() == self._finger and state != point.State.Stationary:
                self._move(self._paper(at), None)
                if state == point.State.Released:
                    self._lift()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Takes touch; leaves the rest to Qt."""
        if isinstance(event, QTouchEvent):
            if event.type() == QEvent.Type.TouchCancel:
                self._lift()
            else:
                self.touch_event(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move a pen, Space puts it down and lifts it, Escape lifts it."""
        key = Qt.Key(event.key())
        if key in _KEY_DIRECTIONS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(*_KEY_DIRECTIONS[key], fine)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._toggle_keyboard_pen()
        elif key == Qt.Key.Key_Escape and self._in_hand:
            self._lift()
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the keyboard's pen where the keyboard brought the focus."""
        self._keyboard = self._keyboard or is_keyboard_focus(event)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Lifts the keyboard's pen: keys go elsewhere now."""
        if self._keyboard:
            self._lift()
        super().focusOutEvent(event)

    # --- helpers ---

    def _press_by_hand(self, at: QPointF, erase: bool = False, pressure: float | None = None) -> bool:
        """Put the pen down at a widget position; False beside the paper."""
        if not self._square.contains(at.x(), at.y()):
            return False
        if self._keyboard:
            self._keyboard = False
            self.update()
        self._press(self._paper(at), erase, pressure)
        return True

    def _step(self, right: int, down: int, fine: bool) -> None:
        """Move the keyboard's pen."""
        step = KEY_STEP / 5 if fine else KEY_STEP
        x = min(max(self._at[0] + right * step, 0.0), CANVAS_SIZE)
        y = min(max(self._at[1] + down * step, 0.0), CANVAS_SIZE)
        self._keyboard = True
        if self._in_hand:
            self._move((x, y), None)
        self._at = (x, y)
        self.update()

    def _toggle_keyboard_pen(self) -> None:
        self._keyboard = True
        if self._in_hand:
            self._lift()
        else:
            self._press(self._at, False, None)
        self.update()

    def _paper(self, at: QPointF) -> Place:
        return self._square.to_canvas(at.x(), at.y())


def _reports_pressure(event: QTabletEvent) -> bool:
    return bool(event.pointingDevice().capabilities() & QInputDevice.Capability.Pressure)
