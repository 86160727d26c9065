"""Tests of the owner of a worker thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    parent = QObject()
    owned = Worker(parent)
    yield owned
    owned.close()


class Signals:
    """Records the signals of a worker, in order."""

    def __init__(self, worker: Worker) -> None:
        self.all: list[tuple[str, object]] = []
        worker.opened.connect(lambda info: self.all.append(("opened", info)))
        worker.answered.connect(lambda _, answer: self.all.append(("answered", answer)))
        worker.failed.connect(lambda _, error: self.all.append(("failed", str(error))))


def is_working(worker: Worker) -> bool:
    return worker.is_working


def naming(name: str) -> Open:
    """Return a worker that answers with its name."""
    return lambda _: (name, lambda request: f"{name} {request}")


def blocked(name: str, is_busy: threading.Event, may_end: threading.Event, error: str = "") -> Open:
    """Return a worker that answers when may_end is set."""

    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        def answer(request: object) -> str:
            is_busy.set()
            assert may_end.wait(10)
            if error:
                raise OSError(error)
            return f"{name} {request}"

        return name, answer

    return open_worker


def test_first_request_opens_the_worker(qtbot: QtBot, worker: Worker) -> None:
    signals = Signals(worker)
    worker.replace(naming("first"))
    assert not is_working(worker)
    worker.request(1)
    assert is_working(worker)
    qtbot.waitUntil(lambda: len(signals.all) == 2)
    assert signals.all == [("opened", "first"), ("answered", "first 1")]


def test_requests_without_worker_are_ignored(worker: Worker) -> None:
    worker.request(1)
    worker.start()
    assert not worker.is_working


@pytest.mark.parametrize("error", ["", "late"])
def test_answers_and_errors_of_replaced_worker_are_not_emitted(
    qtbot: QtBot, worker: Worker, error: str
) -> None:
    is_busy, may_end = threading.Event(), threading.Event()
    worker.replace(blocked("first", is_busy, may_end, error))
    with qtbot.waitSignal(worker.opened):
        worker.request(1)
    assert is_busy.wait(10)
    signals = Signals(worker)
    # The answer is queued for this thread before the worker is replaced.
    may_end.set()
    worker.replace(naming("second"))
    worker.request(2)
    qtbot.waitUntil(lambda: len(signals.all) >= 2)
    assert signals.all == [("opened", "second"), ("answered", "second 2")]


def test_info_of_replaced_worker_is_not_emitted(qtbot: QtBot, worker: Worker) -> None:
    signals = Signals(worker)
    worker.replace(naming("first"))
    worker.start()
    # Its signals are delivered in the next pass of the event loop.
    worker.replace(naming("second"))
    worker.start()
    qtbot.waitUntil(lambda: bool(signals.all))
    assert signals.all == [("opened", "second")]


def test_closed_worker_emits_nothing_and_does_not_start(qtbot: QtBot, worker: Worker) -> None:
    is_busy, may_end = threading.Event(), threading.Event()
    worker.replace(blocked("first", is_busy, may_end))
    with qtbot.waitSignal(worker.opened):
        worker.request(1)
    assert is_busy.wait(10)
    signals = Signals(worker)
    may_end.set()
    worker.close()
    worker.request(2)
    worker.start()
    assert not worker.is_working
    other = Worker(worker, naming("other"))
    with qtbot.waitSignal(other.answered):
        other.request(3)
    other.close()
    assert signals.all == []


def test_replaced_worker_is_stopped(qtbot: QtBot, worker: Worker) -> None:
    waiting = threading.Event()

    def open_waiting(should_stop: ShouldStop) -> tuple[Any, Answer]:
        def answer(_: object) -> None:
            while not should_stop():
                waiting.wait(0.001)

        return None, answer

    worker.replace(open_waiting)
    with qtbot.waitSignal(worker.opened):
        worker.request(1)
    worker.replace(naming("second"))
    with qtbot.waitSignal(worker.answered) as answered:
        worker.request(2)
    assert answered.args == [2, "second 2"]


def test_replacing_a_busy_worker_does_not_wait(qtbot: QtBot, worker: Worker) -> None:
    signals = Signals(worker)
    is_busy, may_end = threading.Event(), threading.Event()
    worker.replace(blocked("first", is_busy, may_end))
    worker.request(1)
    qtbot.waitUntil(is_busy.is_set)
    # Waiting for the first one would take until its time limit.
    worker.replace(naming("second"))
    assert not may_end.is_set()
    worker.request(2)
    qtbot.waitUntil(lambda: ("answered", "second 2") in signals.all)
    may_end.set()
    worker.request(3)
    qtbot.waitUntil(lambda: signals.all[-1] == ("answered", "second 3"))
    assert "first 1" not in {value for _, value in signals.all}


def test_closing_joins_replaced_workers(qtbot: QtBot, worker: Worker) -> None:
    is_busy, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        def answer(_: object) -> None:
            is_busy.set()
            assert may_end.wait(10)
            ended.set()

        return None, answer

    worker.replace(open_worker)
    worker.request(1)
    qtbot.waitUntil(is_busy.is_set)
    worker.replace(naming("second"))
    may_end.set()
    worker.close()
    assert ended.is_set()
