"""Threads, timers, processes and windows that are still there."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QThread, QTimer


class Started:
    """Records the timers, Qt threads and processes that are started."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Start recording; patch: ends it."""
        self._items: weakref.WeakSet[QObject] = weakref.WeakSet()
        for kind in (QTimer, QThread, QProcess):
            patch.setattr(kind, "start", self._recording(kind.start))

    def _recording(self, start: Callable[..., object]) -> Callable[..., object]:
        def start_and_record(item: QObject, *arguments: object, **options: object) -> object:
            self._items.add(item)
            return start(item, *arguments, **options)

        return start_and_record

    def running(self) -> list[str]:
        """Return what was started and still runs."""
        return sorted({_described(item) for item in list(self._items) if _is_running(item)})


def _is_running(item: QObject) -> bool:
    try:
        if isinstance(item, QTimer):
            return item.isActive()
        if isinstance(item, QProcess):
            return item.state() != QProcess.ProcessState.NotRunning
        return isinstance(item, QThread) and item.isRunning()
    except RuntimeError:  # the C++ object is deleted
        return False


def _described(item: QObject) -> str:
    return f"{type(item).__name__} {item.objectName()!r}"


def python_threads() -> set[threading.Thread]:
    """Return the running threads of Python."""
    # Threads of Qt and of libraries that run Python are dummies; Started records those of Qt.
    return {t for t in threading.enumerate() if not t.name.startswith("Dummy-")}


def open_windows() -> set[str]:
    """Return a description of every window, visible or not."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(QCoreApplication.instance(), widgets.QApplication):
        return set()
    # Qt keeps a tooltip window.
    return {
        f"{type(w).__name__} {w.objectName()!r} {w.windowTitle()!r} at {id(w):#x}"
        for w in widgets.QApplication.topLevelWidgets()
        if w.parent() is None and w.metaObject().className() != "QTipLabel"
    }
