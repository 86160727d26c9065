from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.long_job import Emit, LongJob


@pytest.fixture
def job(qtbot: QtBot) -> Iterator[LongJob]:
    long = LongJob()
    yield long
    long.close()


class Heard:
    """Everything that a job told, in order."""

    def __init__(self, job: LongJob) -> None:
        self.all: list[tuple[str, object]] = []
        for name in ("progressed", "succeeded", "stopped", "failed"):
            getattr(job, name).connect(lambda value, name=name: self.all.append((name, value)))


def fails(_: Emit, __: ShouldStop) -> int:
    return 1 // 0


def until_emitted(emit: Emit, should_stop: ShouldStop) -> str:
    """Works until it is told to stop."""
    emit("started")
    waiting = threading.Event()
    while not should_stop():
        waiting.wait(0.001)
    return "what it had"


def test_progress_comes_before_the_result_and_in_order(qtbot: QtBot, job: LongJob) -> None:
    heard = Heard(job)

    def count(emit: Emit, _: ShouldStop) -> int:
        for number in range(5):
            emit(number)
        return threading.get_ident()

    job.start(count)
    qtbot.waitUntil(lambda: not job.is_running)
    assert heard.all[:5] == [("progressed", number) for number in range(5)]
    ((name, worked_in),) = heard.all[5:]
    assert name == "succeeded"
    assert worked_in != threading.get_ident()


def test_a_stopped_job_hands_over_what_it_has(qtbot: QtBot, job: LongJob) -> None:
    heard = Heard(job)
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    assert job.is_running
    with qtbot.waitSignal(job.stopped):
        job.stop()
    assert heard.all == [("progressed", "started"), ("stopped", "what it had")]
    assert not job.is_running


def test_a_failure_comes_as_its_exception(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.failed) as failed:
        job.start(fails)
    assert isinstance(failed.args[0], ZeroDivisionError)
    assert not job.is_running


def test_of_a_job_whose_place_was_taken_nothing_is_heard(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    heard = Heard(job)
    first_is_over = threading.Event()

    def second(_: Emit, __: ShouldStop) -> str:
        assert first_is_over.wait(60)
        return "the second"

    job.start(second)
    qtbot.waitUntil(lambda: len(job.findChildren(QThread)) == 1)
    first_is_over.set()
    qtbot.waitUntil(lambda: not job.is_running)
    assert heard.all == [("succeeded", "the second")]


def test_progress_of_a_job_whose_place_was_taken_is_not_heard(qtbot: QtBot, job: LongJob) -> None:
    has_emitted = threading.Event()

    def goes_on_to_tell(emit: Emit, should_stop: ShouldStop) -> None:
        until_emitted(emit, should_stop)
        emit("late")
        has_emitted.set()

    with qtbot.waitSignal(job.progressed):
        job.start(goes_on_to_tell)
    heard = Heard(job)
    job.start(lambda _, __: has_emitted.wait(10))
    qtbot.waitUntil(lambda: not job.is_running)
    assert heard.all == [("succeeded", True)]


def test_jobs_follow_each_other(qtbot: QtBot, job: LongJob) -> None:
    heard = Heard(job)
    numbers = iter(range(3))
    for _ in range(3):
        job.start(lambda _, __: next(numbers))
        qtbot.waitUntil(lambda: not job.is_running)
    assert heard.all == [("succeeded", number) for number in range(3)]


def test_work_that_does_not_ask_is_told_to_stop(qtbot: QtBot, job: LongJob) -> None:
    for end in (job.stop, job.close):
        wished = threading.Event()

        def work(_: Emit, __: ShouldStop, wished: threading.Event = wished) -> bool:
            return wished.wait()

        job.start(work, wished.set)
        assert not wished.is_set()
        end()
        qtbot.waitUntil(lambda: not job.is_running)
        assert wished.is_set()


def test_closing_stops_joins_and_forgets(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    heard = Heard(job)
    job.close()
    assert not job.is_running
    qtbot.wait(1)
    assert heard.all == []


def test_closing_without_a_job_is_fine(job: LongJob) -> None:
    job.stop()
    job.close()
    job.close()
    assert not job.is_running
