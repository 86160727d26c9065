"""Tests of short jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.jobs.background import Background


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    jobs = Background()
    yield jobs
    jobs.close()


def fail(_: object) -> None:
    raise AssertionError("unexpected callback")


def test_function_runs_in_another_thread_and_callback_in_this_one(
    qtbot: QtBot, background: Background
) -> None:
    threads: list[tuple[int, int]] = []
    background.run(threading.get_ident, lambda ident: threads.append((ident, threading.get_ident())), fail)
    qtbot.waitUntil(lambda: bool(threads))
    function_thread, callback_thread = threads[0]
    assert function_thread != callback_thread == threading.get_ident()
    assert not background.is_busy


def test_exception_is_passed_to_callback(qtbot: QtBot, background: Background) -> None:
    errors: list[Exception] = []
    background.run(lambda: 1 // 0, fail, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)


def test_all_jobs_are_run(qtbot: QtBot, background: Background) -> None:
    results: set[int] = set()
    for number in range(20):
        background.run(partial(int, number), results.add, fail)
    qtbot.waitUntil(lambda: not background.is_busy)
    assert results == set(range(20))


def test_close_joins_and_calls_no_callbacks(qtbot: QtBot, background: Background) -> None:
    started, ended = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        ended.wait(0.05)
        ended.set()

    background.run(work, fail, fail)
    assert started.wait(5)
    background.close()
    assert ended.is_set()
    assert not background.is_busy


def test_no_job_is_started_after_close(qtbot: QtBot, background: Background) -> None:
    background.close()
    started = threading.Event()
    background.run(started.set, fail, fail)
    assert not background.is_busy
    assert not started.wait(0.1)
