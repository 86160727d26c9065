"""Collects everything that must not happen in a process: exceptions, warnings, messages of Qt."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections import Counter
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_HARMLESS = ("This plugin does not support", "Keyboard event not accepted")
"""Beginnings of messages of the offscreen platform, which has no screens and no window manager, and of
QTest about keys that nothing uses."""

_SLOW_FONTS = "matplotlib.font_manager"
"""Warns once that it lists the fonts of the system."""


class Problems(logging.Handler):
    """Counts different problems, and prints and logs each of them once."""

    def __init__(self, log: int) -> None:
        """Start without problems; log: file descriptor of the log of events."""
        super().__init__(logging.WARNING)
        self._log = log
        self.counts: Counter[str] = Counter()

    def install(self) -> None:
        """Collect from now on."""
        sys.excepthook = self._exception
        threading.excepthook = lambda args: self._exception(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )
        sys.unraisablehook = lambda args: self._exception(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )
        qInstallMessageHandler(self._qt_message)
        logging.captureWarnings(True)
        logging.getLogger().addHandler(self)

    def add(self, problem: str, stack: str = "") -> None:
        """Count a problem; print it at its first time, with the stack that led to it."""
        if problem not in self.counts:
            print(problem, stack, sep="\n", file=sys.stderr, flush=True)
            os.write(self._log, f"problem {len(self.counts) + 1}: {problem.splitlines()[-1]}\n".encode())
        self.counts[problem] += 1

    def emit(self, record: logging.LogRecord) -> None:
        """Count a log record."""
        if record.name != _SLOW_FONTS:
            self.add(f"{record.levelname} {record.name}: {record.getMessage()}")

    def _exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.add("".join(traceback.format_exception(kind, error, trace)))

    def _qt_message(self, kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(_HARMLESS):
            self.add(f"Qt: {message}", "".join(traceback.format_stack()))
