"""Settings and checks for all tests: offscreen, deterministic, isolated, and without leaks.

A test fails if it leaves a thread, process, running timer or window behind, if an unexpected warning or error
is logged, if Qt prints a warning, or if it accesses the network. To expect a log message, use `with
caplog.at_level(logging.WARNING): ...`. The report of a test that waited in vain shows windows and threads.
"""

from __future__ import annotations

import gc
import logging
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
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
    QThreadPool,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor, QGuiApplication, QPalette
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

from tests.leaks import Started, open_windows, python_threads
from tests.program_state import program_state
from tests.training_fixtures import data_folder, folders, plain_recipe, small_recipe

__all__ = ["data_folder", "folders", "plain_recipe", "small_recipe"]

# Set before test modules are imported: by default, tests open no visible windows, and they use neither the
# user's home folder nor the developer's data.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.pop("HANDWRITING_DATA", None)

HOME_VARIABLES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
STOP_TIMEOUT = 30.0
"""Seconds that a thread may take to stop."""

WAIT_TIMEOUT = 120_000
"""Milliseconds that a test waits for an expected event; long because machines may be busy."""

# The same examples in each run; `--hypothesis-profile explore` uses others, and more of them.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeatable")


# --------------------------------------------------------------------- isolated and deterministic


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook that forbids network connections except local sockets."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        raise RuntimeError(f"tests must not access the network: {arguments[-1]!r}")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_no_network)
    # Only the order of the tests is random; random numbers are the same in each run.
    config.option.randomly_reset_seed = False


@pytest.fixture(autouse=True)
def _temporary_home() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", home)
        patch.setenv("USERPROFILE", home)
        for variable in HOME_VARIABLES:
            patch.setenv(variable, str(Path(home, variable.lower())))
        yield


@pytest.fixture(autouse=True)
def _fixed_seeds() -> None:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 (for libraries that use the global generator)


class _PatientQtBot(QtBot):
    """QtBot with longer timeouts."""

    waitSignal = partialmethod(QtBot.waitSignal, timeout=WAIT_TIMEOUT)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=WAIT_TIMEOUT)
    waitUntil = partialmethod(QtBot.waitUntil, timeout=WAIT_TIMEOUT)


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    from desktop_app.app.application import Application

    return Application


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    from desktop_app.app.translations import install_translations

    install_translations(qapp)
    yield qapp
    # Qt deletes what is on the clipboard after the end of Python, and crashes if that was created in Python.
    qapp.clipboard().clear()


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return _PatientQtBot(request)


@pytest.fixture(autouse=True)
def _reset_palette() -> Iterator[None]:
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None and isinstance(QCoreApplication.instance(), widgets.QApplication):
        # An empty palette restores that of the style.
        widgets.QApplication.setPalette(QPalette())


@pytest.fixture(autouse=True)
def _reset_pointer() -> None:
    """Put the pointer into a corner, where no window is; Qt ignores clicks on menus that open under it."""
    application = QCoreApplication.instance()
    if isinstance(application, QGuiApplication):
        QCursor.setPos(application.primaryScreen().geometry().bottomRight())
        application.processEvents()


# ------------------------------------------------------------------------------- unexpected messages


_HARMLESS = (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)


_TRACED_AGAIN = "triggered tf.function retracing"
"""TensorFlow counts the networks of all tests in a process, so this warning depends on their order."""


class _UnexpectedMessages(logging.Handler):
    """Records warnings and errors of a level that the test does not expect."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.expected_level: Callable[[], int] = lambda: logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno != self.expected_level() and _TRACED_AGAIN not in record.getMessage():
            self.messages.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_message(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    handler = _UnexpectedMessages()
    # at_level() sets the level of caplog's handler and resets it at the end of the block.
    handler.expected_level = lambda: caplog.handler.level
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    assert not handler.messages, "unexpected log messages:\n" + "\n".join(handler.messages)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Let a test also fail for Qt messages during its teardown, which pytest-qt ignores."""
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


# ------------------------------------------------------------------------------------- waits in vain


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After a wait of QtBot that timed out, report windows, threads and the messages of Qt before it."""
    report = yield
    if call.excinfo is not None and call.excinfo.errisinstance(QtBot.TimeoutError):
        report.sections.append(("Windows and threads", program_state()))
        # pytest-qt reports them for the test itself, but not for its fixtures.
        capture = getattr(item, "qt_log_capture", None)
        if call.when != "call" and capture is not None:
            report.sections.append(("Qt messages", "\n".join(record.message for record in capture.records)))
    return report


# ------------------------------------------------------------------------------------------- leaks


def _process_deferred_deletes() -> None:
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + STOP_TIMEOUT
    while not done() and time.monotonic() < end:
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    threads = python_threads()
    windows = open_windows()
    with pytest.MonkeyPatch.context() as patch:
        started = Started(patch)
        yield
        _process_deferred_deletes()
        if started.running() or open_windows() - windows:
            gc.collect()  # unreferenced objects are not leaks
            _process_deferred_deletes()
        _wait_until(lambda: not started.running() and python_threads() <= threads)
        running = started.running()
    left = python_threads() - threads
    assert not left, f"threads left behind: {sorted(t.name for t in left)}"
    assert not running, f"still running after the test: {running}"
    assert QThreadPool.globalInstance().waitForDone(int(STOP_TIMEOUT * 1000)), "the thread pool is still busy"
    assert not (open_windows() - windows), f"windows left behind: {sorted(open_windows() - windows)}"


def pytest_sessionfinish() -> None:
    """Delete the Qt objects that are left in reference cycles; at the exit, Qt would do so in any order."""
    _process_deferred_deletes()
    gc.collect()
    _process_deferred_deletes()


# ------------------------------------------------------------------------------------------- models


@pytest.fixture(scope="session")
def odd_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Function that returns the folder of a model of tests/odd_models.py, folders on first use."""
    folders: dict[str, Path] = {}

    def folder_of(name: str) -> Path:
        if name not in folders:
            from tests.odd_models import export_odd_model

            folder = tmp_path_factory.mktemp("odd") / name
            export_odd_model(name, folder)
            folders[name] = folder
        return folders[name]

    return folder_of
