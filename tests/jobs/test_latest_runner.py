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


def test_an_answer_comes_with_its_request(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(doubling)
    with qtbot.waitSignal(runner.answered) as answered:
        runner.request(21)
    assert answered.args == [21, 42]


def test_the_worker_is_made_and_used_in_one_other_thread(qtbot: QtBot, runner_of: Any) -> None:
    def make() -> tuple[int, Answer]:
        return threading.get_ident(), lambda _: threading.get_ident()

    runner = runner_of(make)
    threads: list[int] = []
    runner.opened.connect(threads.append)
    runner.answered.connect(lambda _, thread: threads.append(thread))
    runner.request(None)
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] == threads[1] != threading.get_ident()


def test_a_new_request_replaces_the_one_that_waits(qtbot: QtBot, runner_of: Any) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def slow(value: int) -> int:
        busy.set()
        assert go_on.wait(5)
        return value

    runner = runner_of(lambda: (None, slow))
    answers: list[int] = []
    runner.answered.connect(lambda _, answer: answers.append(answer))
    runner.request(0)
    assert busy.wait(5)
    for value in range(1, 100):
        runner.request(value)
    go_on.set()
    qtbot.waitUntil(lambda: len(answers) >= 2)
    assert answers == [0, 99]


def test_a_failed_answer_is_told_and_the_next_one_still_comes(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(lambda: (None, lambda value: 1 // value))
    with qtbot.waitSignal(runner.failed) as failed:
        runner.request(0)
    request, error = failed.args
    assert request == 0
    assert isinstance(error, ZeroDivisionError)
    with qtbot.waitSignal(runner.answered) as answered:
        runner.request(1)
    assert answered.args == [1, 1]


def test_a_worker_that_cannot_be_made_is_told_once(qtbot: QtBot, runner_of: Any) -> None:
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


def test_close_joins_the_thread_and_forgets_what_waits(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(doubling)
    with qtbot.waitSignal(runner.opened):
        runner.start()
    runner.close()
    assert runner.isFinished()
    runner.request(1)
    assert not runner.isRunning()


def test_only_requests_are_answered(qtbot: QtBot, runner_of: Any) -> None:
    asked: list[object] = []
    busy, go_on = threading.Event(), threading.Event()

    def slow(value: object) -> None:
        asked.append(value)
        busy.set()
        assert go_on.wait(60)

    class Closing(LatestRunner):
        def wait(self, *_: Any) -> bool:
            """Closing has begun, and now waits for the answer in hand."""
            go_on.set()
            return super().wait()

    runner = Closing(lambda: (None, slow))
    with qtbot.waitSignal(runner.opened):
        runner.start()
    runner.request("first")
    assert busy.wait(60)
    runner.request("second")
    runner.close()
    assert asked == ["first"]


def test_close_before_the_start_is_fine(runner_of: Any) -> None:
    runner = runner_of(doubling)
    runner.close()
    runner.request(1)
    assert not runner.isRunning()


def test_signals_arrive_in_the_thread_of_their_receiver(qtbot: QtBot, runner_of: Any) -> None:
    runner = runner_of(doubling)
    arrived: list[bool] = []

    class Receiver(QThread):
        def take(self, request: object, answer: object) -> None:
            arrived.append(QThread.currentThread() is self.thread())

    receiver = Receiver()
    runner.answered.connect(receiver.take)
    runner.request(1)
    qtbot.waitUntil(lambda: bool(arrived))
    assert arrived == [True]
