"""What all jobs share: they belong to their owner, and the end of a script waits for them."""

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
    """What comes of it does not matter."""


def background(owner: QObject, work: Callable[[], Any]) -> Background:
    jobs = Background(owner)
    jobs.run(work, ignore, ignore)
    return jobs


def long(owner: QObject, work: Callable[[], Any]) -> LongJob:
    job = LongJob(owner)
    job.start(lambda _, __: work())
    return job


def latest(owner: QObject, work: Callable[[], Any]) -> LatestRunner:
    runner = LatestRunner(lambda: (None, lambda _: work()), owner)
    runner.request(None)
    return runner


@dataclass
class Working:
    """Work that lasts until it is released."""

    runs: threading.Event
    released: threading.Event

    def __call__(self) -> None:
        self.runs.set()
        assert self.released.wait(60)


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


@pytest.fixture
def work() -> Iterator[Working]:
    made = Working(threading.Event(), threading.Event())
    yield made
    made.released.set()


@pytest.fixture
def at_exit(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What would be called at the end of the program."""
    kept: list[Callable[[], None]] = []

    def forget(function: object) -> None:
        kept[:] = [each for each in kept if each != function]

    monkeypatch.setattr(atexit, "register", kept.append)
    monkeypatch.setattr(atexit, "unregister", forget)
    return kept


@pytest.mark.parametrize("start", [background, long, latest])
def test_what_still_runs_is_closed_at_the_end_of_the_program(
    qtbot: QtBot, owner: QObject, work: Working, at_exit: list[Callable[[], None]], start: Start
) -> None:
    made = start(owner, work)
    assert work.runs.wait(60)
    assert set(at_exit) == {made.close}
    work.released.set()
    made.close()
    assert at_exit == []


@pytest.mark.parametrize("start", [background, long])
def test_what_has_ended_by_itself_is_not_closed_at_the_end(
    qtbot: QtBot, owner: QObject, at_exit: list[Callable[[], None]], start: Start
) -> None:
    made = start(owner, int)
    qtbot.waitUntil(lambda: not made.findChildren(QThread))
    assert at_exit == []


def test_the_end_waits_for_the_last_of_several_jobs(
    qtbot: QtBot, owner: QObject, work: Working, at_exit: list[Callable[[], None]]
) -> None:
    jobs = background(owner, work)
    jobs.run(int, ignore, ignore)
    qtbot.waitUntil(lambda: len(jobs.findChildren(QThread)) == 1)
    assert set(at_exit) == {jobs.close}
    work.released.set()
    jobs.close()


def test_the_end_waits_for_the_job_that_took_the_place_of_another(
    qtbot: QtBot, owner: QObject, work: Working, at_exit: list[Callable[[], None]]
) -> None:
    job = long(owner, int)
    job.start(lambda _, __: work())
    qtbot.waitUntil(lambda: len(job.findChildren(QThread)) == 1)
    assert set(at_exit) == {job.close}
    work.released.set()
    job.close()


@pytest.mark.parametrize("start", [background, long, latest])
def test_jobs_belong_to_their_owner(qtbot: QtBot, owner: QObject, work: Working, start: Start) -> None:
    made = start(owner, work)
    assert made.parent() is owner
    assert work.runs.wait(60)
    assert len(owner.findChildren(QThread)) == 1
    work.released.set()
    made.close()


@pytest.mark.parametrize(
    "start",
    [
        "background.Background().run(int, print, print)",
        "long.LongJob().start(lambda _, __: None)",
        "latest.LatestRunner(lambda: (None, print)).request(None)",
    ],
)
def test_a_script_may_end_right_after_it_has_started_a_job(start: str) -> None:
    script = (
        "from PySide6.QtCore import QCoreApplication\n"
        "from desktop_app.jobs import background, latest, long\n"
        "application = QCoreApplication()\n"
        f"{start}\n"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
