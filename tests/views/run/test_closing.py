"""Closing the window while a run is in progress."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.views.run import run_job
from tests.views.run.run_views import Fixture, start_paused


def answer(text: str, seen: list[str]) -> Callable[[], None]:
    """Return a function that presses a button of the open question."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.extend(button.text() for button in box.buttons())
        (found,) = [button for button in box.buttons() if button.text() == text]
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    return press


def close_with(setup: Fixture, text: str) -> bool:
    seen: list[str] = []
    QTimer.singleShot(0, answer(text, seen))
    window = setup.panel
    may = setup.controller.may_close(window)
    assert len(seen) == 4
    return may


def test_closing_without_a_run_asks_nothing(setup: Fixture) -> None:
    assert setup.controller.may_close(QWidget(setup.panel))


def test_closing_waits_until_best_is_kept(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    with qtbot.waitSignal(setup.controller.close_requested):
        assert not close_with(setup, "Stop and keep best")
    assert setup.models_made
    assert setup.controller.may_close(setup.panel)


def test_window_stays_open_if_best_cannot_be_kept(
    qtbot: QtBot, setup: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise UserError("The disk is full.")

    monkeypatch.setattr(run_job, "add_run_to_library", refuse)
    closings: list[bool] = []
    setup.controller.close_requested.connect(lambda: closings.append(True))
    start_paused(qtbot, setup)
    assert not close_with(setup, "Stop and keep best")
    qtbot.waitUntil(lambda: bool(setup.failures))
    assert setup.status() == "The disk is full."
    assert closings == []


def test_closing_suspends_the_run_to_be_resumed(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    assert close_with(setup, "Close and resume later")
    setup.controller.close()
    assert [(record.state, record.epochs) for record in setup.records()] == [("running", 1)]


def test_closing_discards_the_run(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    assert close_with(setup, "Discard")
    setup.controller.close()
    assert list(setup.runs.iterdir()) == []


def test_closing_is_cancelled_and_training_continues(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    assert not close_with(setup, "Cancel")
    assert setup.controller.is_running
    assert setup.button("Stop").isEnabled()


def test_close_without_question_suspends_the_run(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.controller.close()
    assert [(record.state, record.epochs) for record in setup.records()] == [("running", 1)]
    setup.controller.close()
