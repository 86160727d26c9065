"""What holds for every test: offscreen, repeatable, alone, and nothing left behind.

A test fails when it leaves a thread, a process, a running timer or a window behind, when something is logged
as a warning or worse that the test did not expect, when Qt complains, and when it asks the network.
A test that expects a log message says so: `with caplog.at_level(logging.WARNING): ...`.
"""

from __future__ import annotations

import gc
import logging
import os
import random
import re
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    QProcess,
    QThread,
    QThreadPool,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

from tests.training_fixtures import data_folder, folders, places, plain_recipe, small_recipe

__all__ = ["data_folder", "folders", "places", "plain_recipe", "small_recipe"]

# Before any test module is imported: tests never open windows on a desk unless asked to, and find
# neither the user's home nor the developer's data.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.pop("HANDWRITING_DATA", None)

HOME_VARIABLES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
GRACE = 30.0
"""Seconds that a thread which was told to stop may take."""

PATIENCE = 120_000
"""Milliseconds that a test waits for what it expects: machines may be busy."""

# The same examples in every run; `--hypothesis-profile explore` looks for others, and for more of them.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeatable")


# ------------------------------------------------------------------------------- alone, repeatable


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: connections may only stay on the machine's own sockets."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        raise RuntimeError(f"tests do without a network, but one asked for {arguments[-1]!r}")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_no_network)
    # Only the order of the tests is random: each draws the same numbers in every run.
    config.option.randomly_reset_seed = False


@pytest.fixture(autouse=True)
def _home_of_its_own() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", home)
        patch.setenv("USERPROFILE", home)
        for variable in HOME_VARIABLES:
            patch.setenv(variable, str(Path(home, variable.lower())))
        yield


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 (for libraries that draw from the global generator)


class _PatientBot(QtBot):
    """Waits longer than pytest-qt does by itself."""

    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE)
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return _PatientBot(request)


@pytest.fixture(autouse=True)
def _colours_of_its_own() -> Iterator[None]:
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None and isinstance(QCoreApplication.instance(), widgets.QApplication):
        # A palette without entries of its own brings back the style's.
        widgets.QApplication.setPalette(QPalette())


# ------------------------------------------------------------------------------- unexpected messages


_HARMLESS = (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)


class _Unexpected(logging.Handler):
    """Keeps what was logged as a warning or worse while no test expected that very level."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.expected_level: Callable[[], int] = lambda: logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno != self.expected_level():
            self.messages.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_message(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    handler = _Unexpected()
    # at_level() sets the level of caplog's handler and resets it at the end of the block.
    handler.expected_level = lambda: caplog.handler.level
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    assert not handler.messages, "unexpected log messages:\n" + "\n".join(handler.messages)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test fails also for what Qt says while its widgets and fixtures are taken down.

    pytest-qt listens only until the test itself is over.
    """
    messages: list[str] = []
    ignored = [re.compile(pattern) for pattern in item.config.getini("qt_log_ignore")]

    def listen(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind not in _HARMLESS and not any(pattern.search(message) for pattern in ignored):
            messages.append(message)

    previous = qInstallMessageHandler(listen)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)
    assert not messages, "unexpected Qt messages after the test:\n" + "\n".join(messages)


# ---------------------------------------------------------------------------------- nothing is left


class _Started:
    """Timers, Qt threads and processes that were started, seen by wrapping their start methods."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._seen: list[weakref.ref[QObject]] = []
        for kind in (QTimer, QThread, QProcess):
            patch.setattr(kind, "start", self._watched(kind.start))

    def _watched(self, start: Callable[..., object]) -> Callable[..., object]:
        def watched(item: QObject, *arguments: object, **options: object) -> object:
            self._seen.append(weakref.ref(item))
            return start(item, *arguments, **options)

        return watched

    def still_going(self) -> list[str]:
        return sorted({_described(item) for reference in self._seen if _is_going(item := reference())})


def _is_going(item: QObject | None) -> bool:
    try:
        if isinstance(item, QTimer):
            # A timer without a way to reach anybody dies with its owner; only active ones matter.
            return item.isActive()
        if isinstance(item, QProcess):
            return item.state() != QProcess.ProcessState.NotRunning
        return isinstance(item, QThread) and item.isRunning()
    except RuntimeError:  # its C++ half is gone already
        return False


def _described(item: QObject | None) -> str:
    assert item is not None
    return f"{type(item).__name__} {item.objectName()!r}"


def _python_threads() -> set[threading.Thread]:
    # Threads of Qt and of libraries show up as dummies when they run Python; _Started sees Qt's.
    return {t for t in threading.enumerate() if not t.name.startswith("Dummy-")}


def _windows() -> set[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(QCoreApplication.instance(), widgets.QApplication):
        return set()
    # Qt keeps one tooltip window of its own.
    return {
        f"{type(w).__name__} {w.objectName()!r} {w.windowTitle()!r} at {id(w):#x}"
        for w in widgets.QApplication.topLevelWidgets()
        if w.parent() is None and w.metaObject().className() != "QTipLabel"
    }


def _delete_what_waits_for_it() -> None:
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + GRACE
    while not done() and time.monotonic() < end:
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    threads = _python_threads()
    windows = _windows()
    with pytest.MonkeyPatch.context() as patch:
        started = _Started(patch)
        yield
        _delete_what_waits_for_it()
        if started.still_going() or _windows() - windows:
            gc.collect()  # what nobody holds is no leak
            _delete_what_waits_for_it()
        _wait_until(lambda: not started.still_going() and _python_threads() <= threads)
        going = started.still_going()
    left = _python_threads() - threads
    assert not left, f"threads left behind: {sorted(t.name for t in left)}"
    assert not going, f"still going after the test: {going}"
    assert QThreadPool.globalInstance().waitForDone(int(GRACE * 1000)), "the thread pool is still busy"
    assert not (_windows() - windows), f"windows left behind: {sorted(_windows() - windows)}"


# --------------------------------------------------------------------------- models of every kind


@pytest.fixture(scope="session")
def odd_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The model folder of a kind of tests/odd_models.py, built when it is first asked for."""
    built: dict[str, Path] = {}

    def folder_of(name: str) -> Path:
        if name not in built:
            from tests.odd_models import export_odd_model

            folder = tmp_path_factory.mktemp("odd") / name
            export_odd_model(name, folder)
            built[name] = folder
        return built[name]

    return folder_of
