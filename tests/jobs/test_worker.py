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


class Heard:
    """Everything that a worker told, in order."""

    def __init__(self, worker: Worker) -> None:
        self.all: list[tuple[str, object]] = []
        worker.opened.connect(lambda about: self.all.append(("opened", about)))
        worker.answered.connect(lambda _, answer: self.all.append(("answered", answer)))
        worker.failed.connect(lambda _, error: self.all.append(("failed", str(error))))


def is_working(worker: Worker) -> bool:
    return worker.is_working


def naming(name: str) -> Open:
    """Answers with its name."""
    return lambda _: (name, lambda request: f"{name} {request}")


def held(name: str, is_busy: threading.Event, may_end: threading.Event, error: str = "") -> Open:
    """Answers once it may."""

    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        def answer(request: object) -> str:
            is_busy.set()
            assert may_end.wait(10)
            if error:
                raise OSError(error)
            return f"{name} {request}"

        return name, answer

    return open_worker


def test_a_worker_opens_with_the_first_request_and_answers(qtbot: QtBot, worker: Worker) -> None:
    heard = Heard(worker)
    worker.replace(naming("first"))
    assert not is_working(worker)
    worker.request(1)
    assert is_working(worker)
    qtbot.waitUntil(lambda: len(heard.all) == 2)
    assert heard.all == [("opened", "first"), ("answered", "first 1")]


def test_without_a_worker_requests_are_forgotten(worker: Worker) -> None:
    worker.request(1)
    worker.start()
    assert not worker.is_working


@pytest.mark.parametrize("error", ["", "late"])
def test_late_answers_and_failures_of_a_replaced_worker_are_not_heard(
    qtbot: QtBot, worker: Worker, error: str
) -> None:
    is_busy, may_end = threading.Event(), threading.Event()
    worker.replace(held("first", is_busy, may_end, error))
    with qtbot.waitSignal(worker.opened):
        worker.request(1)
    assert is_busy.wait(10)
    heard = Heard(worker)
    # The answer is on its way to this thread before the worker is replaced, and is due after that.
    may_end.set()
    worker.replace(naming("second"))
    worker.request(2)
    qtbot.waitUntil(lambda: len(heard.all) >= 2)
    assert heard.all == [("opened", "second"), ("answered", "second 2")]


def test_what_a_replaced_worker_tells_about_itself_is_not_heard(qtbot: QtBot, worker: Worker) -> None:
    heard = Heard(worker)
    worker.replace(naming("first"))
    worker.start()
    # Nothing of it is handed over before the next pass of the event loop.
    worker.replace(naming("second"))
    worker.start()
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.all == [("opened", "second")]


def test_after_closing_nothing_is_heard_and_nothing_begins(qtbot: QtBot, worker: Worker) -> None:
    is_busy, may_end = threading.Event(), threading.Event()
    worker.replace(held("first", is_busy, may_end))
    with qtbot.waitSignal(worker.opened):
        worker.request(1)
    assert is_busy.wait(10)
    heard = Heard(worker)
    may_end.set()
    worker.close()
    worker.request(2)
    worker.start()
    assert not worker.is_working
    other = Worker(worker, naming("other"))
    with qtbot.waitSignal(other.answered):
        other.request(3)
    other.close()
    assert heard.all == []


def test_a_worker_that_is_replaced_is_told_to_stop(qtbot: QtBot, worker: Worker) -> None:
    waiting = threading.Event()

    def patient(should_stop: ShouldStop) -> tuple[Any, Answer]:
        def answer(_: object) -> None:
            while not should_stop():
                waiting.wait(0.001)

        return None, answer

    worker.replace(patient)
    with qtbot.waitSignal(worker.opened):
        worker.request(1)
    worker.replace(naming("second"))
    with qtbot.waitSignal(worker.answered) as answered:
        worker.request(2)
    assert answered.args == [2, "second 2"]
