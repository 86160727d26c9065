"""A user who does random things to a window."""

from __future__ import annotations

import os
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QFileDialog,
    QMessageBox,
    QTabBar,
    QWidget,
)

from desktop_app.app.window.main_window import MainWindow
from tests.fuzz.commands import Commands, Files
from tests.fuzz.steps import Step

_KEY = Qt.Key
_KEYS = (
    *(_KEY.Key_Tab, _KEY.Key_Backtab, _KEY.Key_Return, _KEY.Key_Escape, _KEY.Key_Space) * 3,
    *(_KEY.Key_Left, _KEY.Key_Right, _KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Home, _KEY.Key_End),
    *(_KEY.Key_PageUp, _KEY.Key_PageDown, _KEY.Key_Delete, _KEY.Key_Backspace, _KEY.Key_F2),
    *(_KEY.Key_Menu, _KEY.Key_Plus, _KEY.Key_Minus, _KEY.Key_BracketLeft, _KEY.Key_BracketRight),
    *(_KEY.Key_0, _KEY.Key_1, _KEY.Key_5, _KEY.Key_9, _KEY.Key_A, _KEY.Key_E, _KEY.Key_P),
)
_SHORTCUT_KEYS = (
    *(_KEY.Key_Z, _KEY.Key_Z, _KEY.Key_Y, _KEY.Key_1, _KEY.Key_2, _KEY.Key_3, _KEY.Key_C, _KEY.Key_V),
    *(_KEY.Key_A, _KEY.Key_X, _KEY.Key_O, _KEY.Key_S, _KEY.Key_Backspace, _KEY.Key_D, _KEY.Key_E, _KEY.Key_R),
)
_PRESS, _RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
_MOVE, _DOUBLE = QEvent.Type.MouseMove, QEvent.Type.MouseButtonDblClick
_NO_BUTTON, _LEFT, _RIGHT = (
    Qt.MouseButton.NoButton,
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
)
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_MODIFIERS = (*[_NO_MODIFIER] * 6, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
_REFRESH = 40
"""Number of positions after which the widgets of a window are listed again."""


class RandomUser:
    """Sends one random event at a time: mouse, keys, pen, and commands of the window.

    The same seed sends the same events as long as the window answers at the same times.

    Attributes:
        interrupted: share of the moves of a pressed mouse that are followed by something else.
        lost: share of the drags that another program ends, so that no release is sent.
    """

    interrupted = 0.01
    lost = 0.01

    def __init__(self, window: MainWindow, files: Files, rng: random.Random, log: int) -> None:
        """Start with a window; log: file descriptor to which every event is written before it is sent."""
        self._window, self._rng, self._log = window, rng, log
        self._commands = Commands(window, files, rng)
        self._waiting: deque[Step] = deque()
        self._listed: list[QWidget] = []
        self._listed_for: QWidget | None = None
        self._age = 0
        self._docks = window.findChildren(QDockWidget)
        self._pen = _pen()
        self.events = 0

    def step(self) -> None:
        """Send the next event."""
        top = self._top()
        if isinstance(top, QFileDialog):
            # A click in a file dialog could rename or delete any file.
            self._waiting.clear()
            self._send(self._commands.answer(top))
            return
        if not self._waiting:
            self._waiting.extend(self._choose(top))
        if self._waiting:
            self._send(self._waiting.popleft())

    def _send(self, step: Step) -> None:
        description, function = step
        self.events += 1
        os.write(self._log, f"{self.events} {description}\n".encode())
        function()

    def _choose(self, top: QWidget) -> Iterator[Step]:
        """Return the events of something to do."""
        kinds: list[tuple[int, Callable[[QWidget], Iterator[Step]]]] = [
            (26, self._click),
            (10, self._drag),
            (3, self._wheel),
            (3, self._right_click),
            (12, self._keys),
            (4, self._shortcut),
            (3, self._text),
        ]
        if isinstance(top, QMessageBox):
            kinds.append((100, self._answer))
        elif not top.isModal() and QApplication.activePopupWidget() is None:
            kinds += [(10, self._stroke), (4, self._tablet), (20, self._drag_dock), (6, self._tab)]
            kinds.append((26, self._command))
        (function,) = self._rng.choices([each for _, each in kinds], [weight for weight, _ in kinds])
        return function(top)

    def _command(self, _: QWidget) -> Iterator[Step]:
        yield self._next_command()

    def _next_command(self) -> Step:
        return self._commands.choose()

    # --- where ---

    def _top(self) -> QWidget:
        """Return the window that takes the input."""
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None and self._rng.random() < 0.9:
            return popup
        if modal is not None:
            return modal
        floating = [dock for dock in self._docks if dock.isFloating() and dock.isVisible()]
        return self._rng.choice(floating) if floating and self._rng.random() < 0.3 else self._window

    def _widget(self, top: QWidget) -> QWidget:
        """Return a random visible widget in a window, or the window itself."""
        self._age += 1
        if self._listed_for is not top or self._age > _REFRESH:
            self._listed = [w for w in top.findChildren(QWidget) if w.isVisible() and w.window() is top]
            self._listed_for, self._age = top, 0
        there = [w for w in self._listed if shiboken6.isValid(w) and w.isVisible() and w.window() is top]
        return self._rng.choice(there) if there else top

    def _position(self, top: QWidget) -> QPoint:
        """Return a random position in a window, mostly in one of its widgets."""
        widget = top if self._rng.random() < 0.2 else self._widget(top)
        return widget.mapTo(top, self._position_in(widget))

    def _position_in(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._rng.randrange(max(1, widget.width())), self._rng.randrange(max(1, widget.height()))
        )

    # --- mouse ---

    def _mouse(
        self,
        top: QWidget,
        kind: QEvent.Type,
        at: QPoint,
        held: Qt.MouseButton,
        modifiers: Qt.KeyboardModifier,
        button: Qt.MouseButton = _LEFT,
    ) -> Step:
        def send() -> None:
            handle = top.windowHandle() if shiboken6.isValid(top) else None
            if handle is not None:
                changed = _NO_BUTTON if kind is _MOVE else button
                here, there = QPointF(at), QPointF(top.mapToGlobal(at))
                event = QMouseEvent(kind, here, here, there, changed, held, modifiers)
                QCoreApplication.postEvent(handle, event)

        other = "" if button is _LEFT else f" {button.name}"
        return f"{kind.name} {at.x()},{at.y()} {_described(top)}{other}", send

    def _path(
        self, top: QWidget, positions: Sequence[QPoint], modifiers: Qt.KeyboardModifier = _NO_MODIFIER
    ) -> Iterator[Step]:
        """Press at the first position, move to the others, and release at the last one, unless it is lost."""
        is_lost = self._rng.random() < self.lost
        last = self._rng.randrange(len(positions)) if is_lost else len(positions) - 1
        yield self._mouse(top, _MOVE, positions[0], _NO_BUTTON, modifiers)
        yield self._mouse(top, _PRESS, positions[0], _LEFT, modifiers)
        for position in positions[1 : last + 1]:
            yield self._mouse(top, _MOVE, position, _LEFT, modifiers)
            if self._rng.random() < self.interrupted:
                yield from self._interruption(top, position)
        if not is_lost:
            yield self._mouse(top, _RELEASE, positions[last], _NO_BUTTON, modifiers)

    def _interruption(self, top: QWidget, at: QPoint) -> Iterator[Step]:
        """Do something else while the left button is held: click with the right one, or a command."""
        if self._rng.random() < 0.5:
            yield self._mouse(top, _PRESS, at, _LEFT | _RIGHT, _NO_MODIFIER, _RIGHT)
            yield self._mouse(top, _RELEASE, at, _LEFT, _NO_MODIFIER, _RIGHT)
        else:
            yield self._next_command()

    def _click(self, top: QWidget) -> Iterator[Step]:
        at, modifiers = self._position(top), self._rng.choice(_MODIFIERS)
        yield from self._path(top, [at], modifiers)
        if self._rng.random() < 0.15:
            yield self._mouse(top, _DOUBLE, at, _LEFT, modifiers)
            yield self._mouse(top, _RELEASE, at, _NO_BUTTON, modifiers)

    def _answer(self, top: QWidget) -> Iterator[Step]:
        """Click on a button of a question."""
        button = self._rng.choice(top.findChildren(QAbstractButton))
        yield from self._path(top, [button.mapTo(top, button.rect().center())])

    def _drag(self, top: QWidget) -> Iterator[Step]:
        positions = [self._position(top) for _ in range(self._rng.randint(2, 6))]
        yield from self._path(top, positions, self._rng.choice(_MODIFIERS))

    def _right_click(self, top: QWidget) -> Iterator[Step]:
        widget = self._widget(top)
        at = self._position_in(widget)

        def send() -> None:
            if shiboken6.isValid(widget):
                there = widget.mapToGlobal(at)
                event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, there)
                QCoreApplication.postEvent(widget, event)

        yield f"context menu {_described(widget)}", send

    def _wheel(self, top: QWidget) -> Iterator[Step]:
        at, modifiers = self._position(top), self._rng.choice(_MODIFIERS)
        for _ in range(self._rng.randint(1, 5)):
            turn = QPoint(self._rng.choice((0, 0, 120)), self._rng.choice((-240, -120, 120, 240)))

            def send(turn: QPoint = turn) -> None:
                handle = top.windowHandle() if shiboken6.isValid(top) else None
                if handle is not None:
                    phase = Qt.ScrollPhase.NoScrollPhase
                    there = QPointF(top.mapToGlobal(at))
                    event = QWheelEvent(
                        QPointF(at), there, QPoint(), turn, _NO_BUTTON, modifiers, phase, False
                    )
                    QCoreApplication.postEvent(handle, event)

            yield f"wheel {turn.x()},{turn.y()} {_described(top)}", send

    def _tab(self, _: QWidget) -> Iterator[Step]:
        """Choose a tab of any tab bar, or drag it along its row."""
        bars = [bar for bar in self._window.findChildren(QTabBar) if bar.isVisible() and bar.count()]
        if bars:
            bar, rng = self._rng.choice(bars), self._rng
            at = bar.tabRect(rng.randrange(bar.count())).center()
            if bar.window() is not bar:
                at = bar.mapTo(bar.window(), at)
                moves = [QPoint(rng.randint(-200, 200), rng.randint(-5, 5)) for _ in range(rng.randint(1, 5))]
                yield from self._path(
                    bar.window(), [at, *(at + move for move in moves * (rng.random() < 0.3))]
                )

    def _drag_dock(self, _: QWidget) -> Iterator[Step]:
        """Drag a panel by its title: over the window, out of it, or onto another panel."""
        titles = [title for dock in self._docks if (title := dock.titleBarWidget()).isVisible()]
        if not titles:
            return
        title = self._rng.choice(titles)
        top, window = title.window(), self._window
        start = title.mapTo(top, self._position_in(title))
        end = QPoint(
            self._rng.randint(-200, window.width() + 200), self._rng.randint(-200, window.height() + 200)
        )
        end = top.mapFromGlobal(window.mapToGlobal(end))
        count = self._rng.randint(2, 8)
        between = [start + (end - start) * (number / count) for number in range(count + 1)]
        yield from self._path(top, between)
        if self._rng.random() < 0.2:
            yield self._mouse(top, _DOUBLE, start, _LEFT, _NO_MODIFIER)
            yield self._mouse(top, _RELEASE, start, _NO_BUTTON, _NO_MODIFIER)

    # --- pen ---

    def _stroke(self, top: QWidget) -> Iterator[Step]:
        """Draw on the canvas with the mouse."""
        canvas = self._window.canvas
        if canvas.isVisible() and canvas.window() is top:
            at = canvas.mapTo(top, self._position_in(canvas))
            positions = [at]
            for _ in range(self._rng.randint(3, 20)):
                positions.append(
                    positions[-1] + QPoint(self._rng.randint(-30, 30), self._rng.randint(-30, 30))
                )
            yield from self._path(top, positions)

    def _tablet(self, top: QWidget) -> Iterator[Step]:
        """Draw on the canvas with the pen of a tablet."""
        canvas = self._window.canvas
        at = QPointF(self._position_in(canvas))
        for kind in (QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * 6, QEvent.Type.TabletRelease):
            at += QPointF(self._rng.uniform(-25, 25), self._rng.uniform(-25, 25))
            pressure = 0.0 if kind is QEvent.Type.TabletRelease else self._rng.random()
            held = _NO_BUTTON if kind is QEvent.Type.TabletRelease else _LEFT

            def send(
                kind: QEvent.Type = kind,
                at: QPointF = QPointF(at),  # noqa: B008 (the position of this event)
                pressure: float = pressure,
                held: Qt.MouseButton = held,
            ) -> None:
                rest = (pressure, 0.0, 0.0, 0.0, 0.0, 0.0, _NO_MODIFIER, _LEFT, held)
                QCoreApplication.postEvent(canvas, QTabletEvent(kind, self._pen, at, at, *rest))

            yield f"{kind.name} {at.x():.0f},{at.y():.0f} {_described(top)}", send

    # --- keys ---

    def _keys(self, top: QWidget) -> Iterator[Step]:
        for _ in range(self._rng.randint(1, 6)):
            yield self._key(top, self._rng.choice(_KEYS), self._rng.choice(_MODIFIERS))

    def _shortcut(self, top: QWidget) -> Iterator[Step]:
        yield self._key(top, self._rng.choice(_SHORTCUT_KEYS), Qt.KeyboardModifier.ControlModifier)

    def _text(self, top: QWidget) -> Iterator[Step]:
        for letter in self._rng.choices("0123456789.,-eab ", k=self._rng.randint(1, 5)):
            yield self._key(top, _KEY(ord(letter.upper())), _NO_MODIFIER)

    def _key(self, top: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Step:
        def send() -> None:
            if shiboken6.isValid(top):
                # Unlike a posted event, this one also triggers shortcuts.
                focused = cast("QWidget | None", top.focusWidget())
                QTest.keyClick(focused or top, key, modifiers)

        return f"{modifiers.name} {key.name} {_described(top)}", send


def _pen() -> QPointingDevice:
    capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    kind, pointer = QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen
    return QPointingDevice("pen", 1, kind, pointer, capabilities, 1, 1, "", QPointingDeviceUniqueId())


def _described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()}".strip()
