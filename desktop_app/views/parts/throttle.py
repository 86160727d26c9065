"""A pace for what changes faster than anybody can see: at most so often, and never without the last."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal


class Throttle(QObject):
    """Lets requests through at once while there are few, and the last of many once it is due.

    No timer runs while nothing is asked for.
    """

    due = Signal()
    """What was asked for is to be done now."""

    def __init__(self, times_a_second: int, parent: QObject) -> None:
        """Let through at most so many requests a second."""
        super().__init__(parent)
        self._waits = False
        self._timer = QTimer(self, singleShot=True, interval=1000 // times_a_second)
        self._timer.timeout.connect(self._go_on)

    def request(self) -> None:
        """Ask for it to be done soon."""
        if self._timer.isActive():
            self._waits = True
        else:
            self._timer.start()
            self.due.emit()

    def stop(self) -> None:
        """Forget what waits."""
        self._waits = False
        self._timer.stop()

    def _go_on(self) -> None:
        if self._waits:
            self._waits = False
            self._timer.start()
            self.due.emit()
