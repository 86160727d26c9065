"""Tests of the thread that answers the newest request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop_app.jobs.latest_runner import Answer, LatestRunner, Make


@pytest.fixture
def runner_of(qtbot: QtBot) -> Iterator[Callable[[Make], LatestRunner]]:
    made: list[LatestRunner] = []

    def make(factory: Make) -> LatestRunner:
        made.append(LatestRunner(factory))
        return made[-1]

    yield make
    for runner in made:
        runner.close()


def doubling() -> tuple[str, Answer]:
    return "doubles", lambda value: 2 * value


def test_answer_is_emitted_with_its_request(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(doubling)
    with qtbot.waitSignal(runner.answered) as answered:
        runner.request(21)
    assert answered.args == [21, 42]


def test_worker_is_made_and_used_in_one_thread(qtbot: QtBot, runner_of: Any) -> None:
    def make() -> tuple[int, Answer]:
        return threading.get_ident(), lambda _: threading.get_ident()

    runner = runner_of(make)
    threads: list[int] = []
    runner.opened.connect(threads.append)
    runner.answered.connect(lambda _, thread: threads.append(thread))
    runner.request(None)
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] == threads[1] != threading.get_ident()


def test_new_request_replaces_waiting_one(qtbot: QtBot, runner_of: Any) -> None:
    busy, may_end = threading.Event(), threading.Event()

    def slow(value: int) -> int:
        busy.set()
        assert may_end.wait(5)
        return value

    runner = runner_of(lambda: (None, slow))
    answers: list[int] = []
    runner.answered.connect(lambda _, answer: answers.append(answer))
    runner.request(0)
    assert busy.wait(5)
    for value in range(1, 100):
        runner.request(value)
    may_end.set()
    qtbot.waitUntil(lambda: len(answers) >= 2)
    assert answers == [0, 99]


def test_next_request_is_answered_after_an_error(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(lambda: (None, lambda value: 1 // value))
    with qtbot.waitSignal(runner.failed) as failed:
        runner.request(0)
    request, error = failed.args
    assert request == 0
    assert isinstance(error, ZeroDivisionError)
    with qtbot.waitSignal(runner.answered) as answered:
        runner.request(1)
    assert answered.args == [1, 1]


def test_failure_to_make_the_worker_is_emitted_once(qtbot: QtBot, runner_of: Any) -> None:
    def make() -> tuple[None, Answer]:
        raise OSError("no model")

    runner = runner_of(make)
    failures: list[object] = []
    runner.failed.connect(lambda request, error: failures.append((request, str(error))))
    runner.request(1)
    qtbot.waitUntil(runner.isFinished)
    runner.request(2)
    qtbot.waitUntil(lambda: bool(failures))
    assert failures == [(None, "no model")]
    assert runner.isFinished()


def test_close_joins_the_thread(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(doubling)
    with qtbot.waitSignal(runner.opened):
        runner.start()
    runner.close()
    assert runner.isFinished()
    runner.request(1)
    assert not runner.isRunning()


def test_only_requests_are_answered(qtbot: QtBot, runner_of: Any) -> None:
    requests: list[object] = []
    busy, may_end = threading.Event(), threading.Event()

    def slow(value: object) -> None:
        requests.append(value)
        busy.set()
        assert may_end.wait(60)

    class Closing(LatestRunner):
        def wait(self, *_: Any) -> bool:
            """Release the current answer, as close() waits for it."""
            may_end.set()
            return super().wait()

    runner = Closing(lambda: (None, slow))
    with qtbot.waitSignal(runner.opened):
        runner.start()
    runner.request("first")
    assert busy.wait(60)
    runner.request("second")
    runner.close()
    assert requests == ["first"]


def test_close_before_start(runner_of: Any) -> None:
    runner = runner_of(doubling)
    runner.close()
    runner.request(1)
    assert not runner.isRunning()


def test_signals_arrive_in_the_thread_of_their_receiver(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(doubling)
    is_own_thread: list[bool] = []

    class Receiver(QThread):
        def receive(self, request: object, answer: object) -> None:
            is_own_thread.append(QThread.currentThread() is self.thread())

    receiver = Receiver()
    runner.answered.connect(receiver.receive)
    runner.request(1)
    qtbot.waitUntil(lambda: bool(is_own_thread))
    assert is_own_thread == [True]
