"""Tests of all kinds of jobs: ownership, and joining at the end of the program."""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from desktop_app.jobs.background import Background
from desktop_app.jobs.latest_runner import LatestRunner
from desktop_app.jobs.long_job import LongJob

Start = Callable[[QObject, Callable[[], Any]], Any]


def ignore(_: object) -> None:
    """Ignore a result."""


def background(owner: QObject, function: Callable[[], Any]) -> Background:
    jobs = Background(owner)
    jobs.run(function, ignore, ignore)
    return jobs


def long(owner: QObject, function: Callable[[], Any]) -> LongJob:
    job = LongJob(owner)
    job.start(lambda _, __: function())
    return job


def latest(owner: QObject, function: Callable[[], Any]) -> LatestRunner:
    runner = LatestRunner(lambda: (None, lambda _: function()), owner)
    runner.request(None)
    return runner


@dataclass
class BlockingFunction:
    """Function that returns when it is released."""

    is_running: threading.Event
    released: threading.Event

    def __call__(self) -> None:
        self.is_running.set()
        assert self.released.wait(60)


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


@pytest.fixture
def blocking() -> Iterator[BlockingFunction]:
    function = BlockingFunction(threading.Event(), threading.Event())
    yield function
    function.released.set()


@pytest.fixture
def at_exit(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Functions registered with atexit."""
    functions: list[Callable[[], None]] = []

    def unregister(function: object) -> None:
        functions[:] = [each for each in functions if each != function]

    monkeypatch.setattr(atexit, "register", functions.append)
    monkeypatch.setattr(atexit, "unregister", unregister)
    return functions


@pytest.mark.parametrize("start", [background, long, latest])
def test_running_job_is_closed_at_exit(
    qtbot: QtBot, owner: QObject, blocking: BlockingFunction, at_exit: list[Callable[[], None]], start: Start
) -> None:
    job = start(owner, blocking)
    assert blocking.is_running.wait(60)
    (close,) = set(at_exit)
    blocking.released.set()
    close()
    assert at_exit == []
    job.close()


def test_long_job_is_stopped_at_exit(qtbot: QtBot, owner: QObject, at_exit: list[Callable[[], None]]) -> None:
    stopped = threading.Event()
    LongJob(owner).start(lambda _, __: stopped.wait(60), stopped.set)
    (close,) = set(at_exit)
    close()
    assert stopped.is_set()


@pytest.mark.parametrize("start", [background, long])
def test_ended_job_is_not_closed_at_exit(
    qtbot: QtBot, owner: QObject, at_exit: list[Callable[[], None]], start: Start
) -> None:
    job = start(owner, int)
    qtbot.waitUntil(lambda: not job.findChildren(QThread))
    assert at_exit == []


def test_last_of_several_jobs_is_closed_at_exit(
    qtbot: QtBot, owner: QObject, blocking: BlockingFunction, at_exit: list[Callable[[], None]]
) -> None:
    jobs = background(owner, blocking)
    jobs.run(int, ignore, ignore)
    qtbot.waitUntil(lambda: len(jobs.findChildren(QThread)) == 1)
    assert set(at_exit) == {jobs.close}
    blocking.released.set()
    jobs.close()


def test_replacing_job_is_closed_at_exit(
    qtbot: QtBot, owner: QObject, blocking: BlockingFunction, at_exit: list[Callable[[], None]]
) -> None:
    job = long(owner, int)
    job.start(lambda _, __: blocking())
    qtbot.waitUntil(lambda: len(job.findChildren(QThread)) == 1)
    assert len(set(at_exit)) == 1
    blocking.released.set()
    job.close()


@pytest.mark.parametrize("start", [background, long, latest])
def test_jobs_belong_to_their_owner(
    qtbot: QtBot, owner: QObject, blocking: BlockingFunction, start: Start
) -> None:
    job = start(owner, blocking)
    assert job.parent() is owner
    assert blocking.is_running.wait(60)
    assert len(owner.findChildren(QThread)) == 1
    blocking.released.set()
    job.close()


@pytest.mark.parametrize(
    "start",
    [
        "Background().run(int, print, print)",
        "LongJob().start(lambda _, __: None)",
        "LatestRunner(lambda: (None, print)).request(None)",
    ],
)
def test_program_can_exit_right_after_starting_a_job(start: str) -> None:
    script = (
        "from PySide6.QtCore import QCoreApplication\n"
        "from desktop_app.jobs.background import Background\n"
        "from desktop_app.jobs.latest_runner import LatestRunner\n"
        "from desktop_app.jobs.long_job import LongJob\n"
        "application = QCoreApplication()\n"
        f"{start}\n"
    )
    command = [sys.executable, "-c", script]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (process.returncode, process.stderr) == (0, "")
