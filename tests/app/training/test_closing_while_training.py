"""Closing the window while it trains, and what is offered at the next start."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import runs_dir
from desktop_app.jobs.background import Background
from desktop_app.runs.run_folder import RunFolder
from desktop_app.views.run.controller import RunController
from desktop_app.views.view import TRAIN
from tests.app.training.training_window import TINY, begin, click, offers, records, use_anyway
from tests.views_of_window import view_of


def is_idle(window: MainWindow) -> bool:
    return not any(background.is_busy for background in window.findChildren(Background))


def answer(words: str) -> None:
    """Click a button of the question as soon as it is shown."""
    box = QApplication.activeModalWidget()
    if not isinstance(box, QMessageBox):
        QTimer.singleShot(20, lambda: answer(words))
        return
    (found,) = [each for each in box.buttons() if each.text() == words]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def close(window: MainWindow, words: str) -> bool:
    """Close the window and answer its question; return whether it closed at once."""
    QTimer.singleShot(0, lambda: answer(words))
    return window.close()


def test_cancelling_the_close_question_continues_training(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window)
    assert not close(window, "Cancel")
    assert window.isVisible()
    assert view_of(window, RunController).is_running
    learned = records()[0].epochs
    qtbot.waitUntil(lambda: records()[0].epochs > learned)
    assert close(window, "Discard")
    assert not window.isVisible()
    assert list(runs_dir().iterdir()) == []


def test_the_window_closes_after_keeping_the_best_model(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window)
    assert not close(window, "Stop and keep best")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [(record.state, record.model) for record in records()] == [("finished", "tiny")]


def test_a_suspended_run_is_resumed_after_a_restart(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    first = open_window()
    first.workspaces.choose(TRAIN)
    begin(qtbot, first)
    assert close(first, "Close and resume later")
    (left,) = records()
    assert left.state == "running"

    second = open_window()
    assert second.workspaces.name == TRAIN
    training = second.context.training
    assert training.draft.value == TINY, "the draft is kept between starts"
    qtbot.waitUntil(lambda: offers(second, "Resume"))
    click(qtbot, second, "Resume")
    qtbot.waitUntil(lambda: len(records()) == 2)
    qtbot.waitUntil(lambda: max(record.epochs for record in records()) > left.epochs)
    click(qtbot, second, "Stop")
    use_anyway(qtbot, second, "tiny")
    (record,) = records()
    assert record.epochs > left.epochs, "the longer run replaces the suspended one"


def test_an_interrupted_run_is_reported_once_at_the_next_start(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    first = open_window()
    first.workspaces.choose(TRAIN)
    begin(qtbot, first)
    first.workspaces.choose("read")
    assert close(first, "Close and resume later")
    (record,) = records()
    second = open_window()
    qtbot.waitUntil(lambda: second.messages.text().startswith("A training was interrupted."))
    qtbot.waitUntil(lambda: records() == [replace(record, is_reported=True)])
    second.close()

    third = open_window()
    qtbot.waitUntil(lambda: is_idle(third))
    assert third.messages.text() == "", "each run is reported once"
    third.close()

    (run,) = runs_dir().iterdir()
    for name in ("second", "third"):
        copy = RunFolder(Path(shutil.copytree(run, run.with_name(name))))
        copy.update(is_reported=False)
    third = open_window()
    qtbot.waitUntil(lambda: third.messages.text().startswith("2 trainings were interrupted."))
    third.workspaces.choose(TRAIN)
    qtbot.waitUntil(lambda: offers(third, "Resume"))
