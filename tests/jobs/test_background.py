from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.jobs.background import Background


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    jobs = Background()
    yield jobs
    jobs.close()


def refuse(_: object) -> None:
    raise AssertionError("this outcome was not expected")


def test_work_runs_elsewhere_and_its_result_comes_back_here(qtbot: QtBot, background: Background) -> None:
    seen: list[tuple[int, int]] = []
    background.run(threading.get_ident, lambda where: seen.append((where, threading.get_ident())), refuse)
    qtbot.waitUntil(lambda: bool(seen))
    worked_in, came_to = seen[0]
    assert worked_in != came_to == threading.get_ident()
    assert not background.is_busy


def test_a_failure_comes_back_as_its_exception(qtbot: QtBot, background: Background) -> None:
    errors: list[Exception] = []
    background.run(lambda: 1 // 0, refuse, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)


def test_no_job_is_dropped(qtbot: QtBot, background: Background) -> None:
    results: set[int] = set()
    for number in range(20):
        background.run(lambda number=number: number, results.add, refuse)  # type: ignore[misc]
    qtbot.waitUntil(lambda: not background.is_busy)
    assert results == set(range(20))


def test_close_joins_and_forgets_outcomes(qtbot: QtBot, background: Background) -> None:
    started, ended = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        ended.wait(0.05)
        ended.set()

    background.run(work, refuse, refuse)
    assert started.wait(5)
    background.close()
    assert ended.is_set()
    assert not background.is_busy
