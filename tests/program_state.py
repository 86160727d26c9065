"""What windows and threads do, for the report of a test that waited in vain."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QThread


def program_state() -> str:
    """Return the windows with their messages and threads of Qt, and the stacks of the other threads."""
    return "\n".join([*_windows(), *_stacks()])


def _windows() -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(QCoreApplication.instance(), widgets.QApplication):
        return []
    lines = []
    for window in widgets.QApplication.topLevelWidgets():
        if not (window.isVisible() or window.windowTitle()):
            # One of many menus that are closed.
            continue
        visible = "visible" if window.isVisible() else "hidden"
        lines.append(f"{visible} {type(window).__name__} {window.windowTitle()!r}")
        lines += [f"  {line}" for line in (*_messages(window), *map(_thread, window.findChildren(QThread)))]
    return lines


def _messages(window: Any) -> list[str]:
    """Return the message of a main window, and the details of its errors; nothing for other windows."""
    if not hasattr(window, "messages"):
        return []
    from PySide6.QtWidgets import QLabel

    details = [label.text() for label in window.findChildren(QLabel, "message_details")]
    return [f"message: {window.messages.text()!r}", *(f"details: {text}" for text in details if text)]


def _thread(thread: QThread) -> str:
    state = "finished" if thread.isFinished() else "running" if thread.isRunning() else "not started"
    owners = []
    owner: QObject | None = thread.parent()
    while owner is not None:
        owners.append(type(owner).__name__)
        owner = owner.parent()
    return f"{state}: {type(thread).__name__} of {' of '.join(owners)}"


def _stacks() -> list[str]:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return [
        f"thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame)).rstrip()}"
        for ident, frame in sys._current_frames().items()  # noqa: SLF001 (the only way to see them)
        if ident != threading.get_ident()
    ]
