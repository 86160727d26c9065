"""One process of the window fuzzer: opens windows one after the other and uses them at random."""

from __future__ import annotations

import argparse
import faulthandler
import gc
import json
import logging
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.app.start import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.views.run.controller import RunController
from tests.fuzz.commands import Files, write_files
from tests.fuzz.panels import PanelUser, build_panels
from tests.fuzz.problems import Problems
from tests.fuzz.random_user import RandomUser
from tests.leaks import Started, open_windows, python_threads

LOG, REPORT = "events.log", "report.json"
HANG_SECONDS = 240
"""The process is ended with a traceback of all threads if the window does not answer for so long."""

MEMORY_LIMIT = 6_000_000_000
_CLOSING_SECONDS = 90
_EVENTS = (100, 300, 1000, 1000, 3000)
"""Events of one window."""
_CLOSING_EVENTS = 300
"""Events after which a window closes without a question."""
_PAUSES = (*[0] * 12, 1, 1, 5, 20, 60)
"""Milliseconds between groups of events."""
_AT_ONCE = (1, 1, 2, 4, 8)
"""Events in a group, as a mouse sends between two frames."""


class Session(QObject):
    """Opens a window, uses it, closes it, looks for what is left, and opens the next one."""

    def __init__(self, events: int, seed: int, files: Files, log: int, *, has_views: bool) -> None:
        """Start without a window.

        Args:
            events: number of events after which the last window is closed.
            seed: of what is drawn at random.
            files: to open.
            log: file descriptor to which every event is written.
            has_views: whether the window is that of the program; else its panels are empty.
        """
        super().__init__()
        self._has_views = has_views
        self._total, self._files, self._log = events, files, log
        self._rng = random.Random(seed)
        self._before = 0
        self._depth = 0
        self._window: MainWindow | None = None
        self._user: RandomUser | None = None
        self._is_closed = False
        self._limit = 0
        self._threads = python_threads()
        self._windows: set[str] = set()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(QDesktopServices, "openUrl", lambda _: True)
        self._started = Started(self._patch)
        self._closing_since = 0.0
        self.problems = Problems(log)
        self.counts: Counter[str] = Counter()

    @property
    def events(self) -> int:
        """Events so far."""
        return self._before + (0 if self._user is None else self._user.events)

    def open_window(self) -> None:
        """Open a window with the settings of the one before."""
        self._windows = open_windows()
        window = self._window = build_window() if self._has_views else build_panels(self._rng)
        user = RandomUser if self._has_views else PanelUser
        self._user = user(window, self._files, self._rng, self._log)
        self._limit = min(self._rng.choice(_EVENTS), self._total - self._before)
        self._is_closed = False
        self._wrap_messages(window)
        window.closed.connect(self._closed)
        window.show()
        self.counts["windows"] += 1
        self._next()

    def _wrap_messages(self, window: MainWindow) -> None:
        """Count messages with details as problems: they are about errors that were not expected."""
        show = window.messages.show

        def show_message(sentence: str, details: str = "", **options: Any) -> None:
            if details:
                self.problems.add(f"{sentence}\n{details}")
            show(sentence, details, **options)

        self._patch.setattr(window.messages, "show", show_message)

    def _next(self) -> None:
        QTimer.singleShot(self._rng.choice(_PAUSES), self._step)

    def _step(self) -> None:
        if self._is_closed or self._window is None or self._user is None:
            return
        # Before the event, which may open a dialog and return when that is closed.
        self._next()
        self._depth += 1
        try:
            for _ in range(self._rng.choice(_AT_ONCE)):
                if not self._act(self._window, self._user):
                    break
        finally:
            self._depth -= 1

    def _act(self, window: MainWindow, user: RandomUser) -> bool:
        """Send an event, or close the window if it has had enough of them; return whether it is open."""
        if user.events > self._limit + _CLOSING_EVENTS:
            for host in window.hosts:
                self._patch.setattr(host, "may_close", lambda _: True)
        if user.events > self._limit and QApplication.activeModalWidget() is None:
            self.counts["closed while training"] += _is_training(window)
            window.close()
        else:
            user.step()
        if user.events % 100 == 0:
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            if psutil.Process().memory_info().rss > MEMORY_LIMIT:
                self.problems.add("more than 6 GB of memory")
                self._total = self._limit = 0
        return not self._is_closed

    # --- closing ---

    def _closed(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._closing_since = time.monotonic()
            QTimer.singleShot(0, self._after_closing)

    def _after_closing(self) -> None:
        """Delete the window once no nested event loop runs; leave the last one to the end of the process."""
        for widget in QApplication.topLevelWidgets():
            if widget is not self._window and widget.isVisible():
                widget.close()
        if self._depth:
            QTimer.singleShot(20, self._after_closing)
            return
        if self.events >= self._total:
            self._check_threads()
            return
        self._before = self.events
        if self._window is not None:
            self._window.deleteLater()
        self._window = self._user = None
        QTimer.singleShot(0, self._check_leaks)

    def _check_leaks(self) -> None:
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        left = [*self._started.running(), *(t.name for t in python_threads() - self._threads)]
        left += sorted(open_windows() - self._windows)
        if left and time.monotonic() - self._closing_since < _CLOSING_SECONDS:
            QTimer.singleShot(100, self._check_leaks)
            return
        for each in left:
            self.problems.add(f"left after closing: {each.split(' at 0x')[0]}")
        self._threads |= python_threads()
        self.open_window()

    def _check_threads(self) -> None:
        """End as the program does: the window still exists."""
        left = [t.name for t in python_threads() - self._threads]
        if left and time.monotonic() - self._closing_since < _CLOSING_SECONDS:
            QTimer.singleShot(100, self._check_threads)
            return
        for each in left:
            self.problems.add(f"left at the end: {each}")
        QCoreApplication.quit()


def _is_training(window: MainWindow) -> bool:
    run = window.findChild(RunController)
    return run is not None and run.is_running


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook without network: connections fail as without a cable."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        raise OSError(101, "Network is unreachable")


def _allow_core_dump() -> None:
    """Let a crash leave a dump of the memory, which a debugger shows, where the system has such dumps."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def main() -> int:
    """Run one process; writes its report into its folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("events", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--panels", action="store_true", help="panels without views")
    options = parser.parse_args()
    sys.addaudithook(_no_network)
    _allow_core_dump()
    faulthandler.enable()
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    files = write_files(options.folder / "files")
    os.environ["HANDWRITING_DATA"] = str(options.folder / "files" / "data")
    log = os.open(options.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    session = Session(options.events, options.seed, files, log, has_views=not options.panels)
    session.problems.install()
    logging.getLogger().setLevel(logging.WARNING)
    session.open_window()
    application.exec()
    report = {"events": session.events, "counts": session.counts, "problems": session.problems.counts}
    (options.folder / REPORT).write_text(json.dumps(report), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
