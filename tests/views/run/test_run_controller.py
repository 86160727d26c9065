"""A run in the window: events, pause, stop, cancel, and failures."""

from __future__ import annotations

import os
import sys
import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.core.run_control import RunControl
from desktop_app.runs.new_model import NewModel
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RunFolder, RunRecord
from desktop_app.runs.training_events import Emit
from tests.finding import child
from tests.views.run.run_views import BATCHES, EPOCHS, RECIPE, FakeTraining, Fixture, kinds, start_paused


def test_train_runs_in_a_thread_and_emits_all_events_but_batches(qtbot: QtBot, setup: Fixture) -> None:
    with qtbot.waitSignal(setup.controller.model_ready):
        setup.press("Train")
    assert setup.training.seen["thread"] != threading.get_ident()
    assert setup.training.seen["recipe"] == RECIPE
    assert setup.training.seen["on"] is False
    expected = [
        "PreparationProgress",
        "TrainingStarted",
        *["EpochEnded"] * EPOCHS,
        "TrainingEnded",
        "PreparationProgress",
        "RunFinished",
    ]
    assert kinds(setup.events) == expected
    assert setup.models_made == [NewModel(f"{RECIPE.name}-1", RECIPE.title, EPOCHS)]
    assert setup.running == [True, False]
    assert not setup.controller.is_running
    assert not child(setup.controller, QTimer).isActive()
    assert "Finished after 3 epoch" in setup.status()
    assert [record.state for record in setup.records()] == ["finished"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there has a thread a priority of its own")
def test_training_thread_has_low_priority_and_gui_thread_does_not(qtbot: QtBot, setup: Fixture) -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with qtbot.waitSignal(setup.controller.model_ready):
        setup.controller.train()
    nice = setup.training.seen["nice"]
    assert isinstance(nice, int)
    assert nice >= max(before, 5)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_curves_have_every_batch(qtbot: QtBot, setup: Fixture) -> None:
    with qtbot.waitSignal(setup.controller.model_ready):
        setup.controller.train()
    numbers = setup.panel.numbers()
    assert numbers["loss: Training, by batch"].shape == (EPOCHS * BATCHES, 2)
    assert numbers["loss: Validation"][:, 0].tolist() == [1, 2, 3]


def test_second_run_is_refused(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.controller.train()
    ((error, _),) = setup.failures
    assert isinstance(error, UserError)


def test_run_is_paused_and_continued(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.panel.activateWindow()
    qtbot.waitUntil(setup.panel.isActiveWindow)
    QTest.keyClick(setup.panel, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: setup.status() == "Paused.")
    assert setup.button("Resume").isEnabled()
    setup.training.release.set()
    QTest.keyClick(setup.panel, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: setup.running == [True, False])
    assert "Finished after 3 epoch" in setup.status()


def test_stop_reacts_at_once_and_keeps_best(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.press("Stop")
    assert "Stopping" in setup.status()
    assert not setup.button("Discard…").isEnabled()
    qtbot.waitUntil(lambda: bool(setup.models_made))
    assert "Stopped after 1 epoch" in setup.status()
    assert [record.reason for record in setup.records()] == ["stopped"]


def test_cancel_reacts_at_once_and_keeps_nothing(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.press("Discard…")
    setup.press("Discard")
    assert "Cancelling" in setup.status()
    qtbot.waitUntil(lambda: setup.running == [True, False])
    assert "Nothing was kept" in setup.status()
    assert setup.models_made == []
    assert list(setup.runs.iterdir()) == []


def test_cancel_after_last_epoch_keeps_nothing(
    qtbot: QtBot, setup: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_epochs = setup.training.train_epochs

    def train_then_cancel(recipe: Recipe, run: RunFolder, emit: Emit, control: RunControl) -> RunRecord:
        record = train_epochs(recipe, run, emit, control)
        control.cancel()
        return record

    monkeypatch.setattr(setup.training, "train_epochs", train_then_cancel)
    setup.press("Train")
    qtbot.waitUntil(lambda: setup.running == [True, False])
    assert list(setup.runs.iterdir()) == []
    assert setup.models_made == []


def test_user_error_is_shown_unchanged(qtbot: QtBot, setup: Fixture) -> None:
    setup.training.error = UserError("There is no MNIST; choose its folder.")
    with qtbot.waitSignal(setup.controller.failed):
        setup.press("Train")
    assert setup.status() == "There is no MNIST; choose its folder."
    assert setup.button("Train").isEnabled()


def test_other_exception_is_shown_as_one_sentence(qtbot: QtBot, setup: Fixture) -> None:
    setup.training.error = ZeroDivisionError("no batches")
    with qtbot.waitSignal(setup.controller.failed):
        setup.press("Train")
    ((error, words),) = setup.failures
    assert isinstance(error, ZeroDivisionError)
    assert words == setup.status() == "Training failed."


def test_missing_libraries_name_what_to_install(qtbot: QtBot, setup: Fixture) -> None:
    setup.training.error = ModuleNotFoundError("No module named 'keras'")
    with qtbot.waitSignal(setup.controller.failed):
        setup.press("Train")
    assert str(install_advice()) in setup.status()


def test_failure_before_training_leaves_no_folder(
    qtbot: QtBot, setup: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> RunRecord:
        raise UserError("This network ends in logits; choose the loss from logits.")

    monkeypatch.setattr(FakeTraining, "__call__", refuse)
    with qtbot.waitSignal(setup.controller.failed):
        setup.press("Train")
    assert list(setup.runs.iterdir()) == []
