"""Limits how often something is done."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal


class Throttle(QObject):
    """Emits due for requests, at most so many times a second, and always for the last one.

    No timer runs without requests.
    """

    due = Signal()
    """Do what was requested now."""

    def __init__(self, times_a_second: int, parent: QObject) -> None:
        """Set the rate."""
        super().__init__(parent)
        self._is_pending = False
        self._timer = QTimer(self, singleShot=True, interval=1000 // times_a_second)
        self._timer.timeout.connect(self._timed_out)

    def request(self) -> None:
        """Request due, at once or when the interval has passed."""
        if self._timer.isActive():
            self._is_pending = True
        else:
            self._timer.start()
            self.due.emit()

    def stop(self) -> None:
        """Discard a pending request."""
        self._is_pending = False
        self._timer.stop()

    def _timed_out(self) -> None:
        if self._is_pending:
            self._is_pending = False
            self._timer.start()
            self.due.emit()
