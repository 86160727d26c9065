"""Tests of long jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.background import Emit
from desktop_app.jobs.long_job import LongJob


@pytest.fixture
def job(qtbot: QtBot) -> Iterator[LongJob]:
    long = LongJob()
    yield long
    long.close()


class Signals:
    """Records the signals of a job, in order."""

    def __init__(self, job: LongJob) -> None:
        self.all: list[tuple[str, object]] = []
        for name in ("progressed", "succeeded", "stopped", "failed"):
            getattr(job, name).connect(lambda value, name=name: self.all.append((name, value)))


def fails(_: Emit, __: ShouldStop) -> int:
    return 1 // 0


def until_emitted(emit: Emit, should_stop: ShouldStop) -> str:
    """Run until the job is stopped."""
    emit("started")
    waiting = threading.Event()
    while not should_stop():
        waiting.wait(0.001)
    return "partial result"


def test_progress_is_emitted_in_order_before_the_result(qtbot: QtBot, job: LongJob) -> None:
    signals = Signals(job)

    def count(emit: Emit, _: ShouldStop) -> int:
        for number in range(5):
            emit(number)
        return threading.get_ident()

    job.start(count)
    qtbot.waitUntil(lambda: not job.is_running)
    assert signals.all[:5] == [("progressed", number) for number in range(5)]
    ((name, thread),) = signals.all[5:]
    assert name == "succeeded"
    assert thread != threading.get_ident()


def test_stopped_job_emits_its_result(qtbot: QtBot, job: LongJob) -> None:
    signals = Signals(job)
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    assert job.is_running
    with qtbot.waitSignal(job.stopped):
        job.stop()
    assert signals.all == [("progressed", "started"), ("stopped", "partial result")]
    assert not job.is_running


def test_exception_is_emitted(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.failed) as failed:
        job.start(fails)
    assert isinstance(failed.args[0], ZeroDivisionError)
    assert not job.is_running


def test_result_of_replaced_job_is_not_emitted(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    signals = Signals(job)
    first_is_over = threading.Event()

    def second(_: Emit, __: ShouldStop) -> str:
        assert first_is_over.wait(60)
        return "the second"

    job.start(second)
    qtbot.waitUntil(lambda: len(job.findChildren(QThread)) == 1)
    first_is_over.set()
    qtbot.waitUntil(lambda: not job.is_running)
    assert signals.all == [("succeeded", "the second")]


def test_progress_of_replaced_job_is_not_emitted(qtbot: QtBot, job: LongJob) -> None:
    has_emitted = threading.Event()

    def emit_after_stop(emit: Emit, should_stop: ShouldStop) -> None:
        until_emitted(emit, should_stop)
        emit("late")
        has_emitted.set()

    with qtbot.waitSignal(job.progressed):
        job.start(emit_after_stop)
    signals = Signals(job)
    job.start(lambda _, __: has_emitted.wait(10))
    qtbot.waitUntil(lambda: not job.is_running)
    assert signals.all == [("succeeded", True)]


def test_jobs_can_be_run_one_after_another(qtbot: QtBot, job: LongJob) -> None:
    signals = Signals(job)
    numbers = iter(range(3))
    for _ in range(3):
        job.start(lambda _, __: next(numbers))
        qtbot.waitUntil(lambda: not job.is_running)
    assert signals.all == [("succeeded", number) for number in range(3)]


def test_on_stop_is_called(qtbot: QtBot, job: LongJob) -> None:
    for end in (job.stop, job.close):
        stopped = threading.Event()

        def wait(_: Emit, __: ShouldStop, stopped: threading.Event = stopped) -> bool:
            return stopped.wait()

        job.start(wait, stopped.set)
        assert not stopped.is_set()
        end()
        qtbot.waitUntil(lambda: not job.is_running)
        assert stopped.is_set()


def test_close_stops_and_joins_without_signals(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    signals = Signals(job)
    job.close()
    assert not job.is_running
    qtbot.wait(1)
    assert signals.all == []


def test_close_without_job(job: LongJob) -> None:
    job.stop()
    job.close()
    job.close()
    assert not job.is_running


def test_no_job_is_started_after_close(qtbot: QtBot, job: LongJob) -> None:
    job.close()
    signals = Signals(job)
    job.start(until_emitted)
    assert not job.is_running
    qtbot.wait(20)
    assert signals.all == []


def test_dropped_job_ends_without_signals(qtbot: QtBot, job: LongJob) -> None:
    with qtbot.waitSignal(job.progressed):
        job.start(until_emitted)
    signals = Signals(job)
    job.drop()
    assert not job.is_running
    job.start(lambda _emit, _should_stop: 7)
    qtbot.waitUntil(lambda: signals.all == [("succeeded", 7)])
