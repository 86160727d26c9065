from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.core.messages import message
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.new_model import NewModel
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.runs.run_folder import RECORD, RunFolder, RunHistory, RunRecord
from desktop_app.runs.training_events import (
    BatchEnded,
    Emit,
    EpochEnded,
    PreparationProgress,
    RunFinished,
    TrainingEnded,
    TrainingStarted,
)
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.curves.plot import load
from desktop_app.views.draft import Draft
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.tool_button import IconButton
from desktop_app.views.run import run_job
from desktop_app.views.run.controller import RunController
from desktop_app.views.run.interrupted_row import InterruptedRow, InterruptedRun
from desktop_app.views.run.panel import RunPanel
from tests.finding import child

BATCHES, EPOCHS = 5, 3
RECIPE = replace(
    zoo_entry("mlp-300-300").recipe,
    data=(DataPart("mnist"),),
    fitting=replace(zoo_entry("mlp-300-300").recipe.fitting, epochs=EPOCHS),
)
NETWORK = NetworkInfo("small", "Small", Task(labels=()), layers=())


@pytest.fixture(autouse=True, scope="module")
def _load_fonts() -> None:
    """Load matplotlib's fonts before the tests: the first time takes longer than a test may wait."""
    load()


class FakeTraining:
    """Emits the events of `training.train` without a network; waits after a given epoch until released."""

    def __init__(self) -> None:
        self.holds_after = -1
        self.release = threading.Event()
        self.error: Exception | None = None
        self.has_model = True
        self.seen: dict[str, object] = {}

    def __call__(
        self,
        recipe: Recipe,
        run: RunFolder,
        data_folders: DataFolders,
        emit: Emit,
        control: RunControl,
        *,
        resume: bool = False,
    ) -> RunRecord:
        self.seen = {"thread": threading.get_ident(), "recipe": recipe, "places": data_folders, "on": resume}
        if sys.platform == "linux":
            self.seen["nice"] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        run.begin(recipe, run.record() if resume else RunRecord(recipe.title))
        try:
            return self.train_epochs(recipe, run, emit, control)
        finally:
            run.release()

    def train_epochs(self, recipe: Recipe, run: RunFolder, emit: Emit, control: RunControl) -> RunRecord:
        emit(PreparationProgress(0, 1, message("Reading MNIST")))
        if self.error is not None:
            run.update(state="failed", remark=str(self.error))
            raise self.error
        first, epochs = run.record().epochs, recipe.fitting.epochs
        emit(TrainingStarted(NETWORK, "CPU", 640, 64, 64, epochs, BATCHES, first + 1))
        reason = "finished"
        for epoch in range(first + 1, epochs + 1):
            for batch in range(1, BATCHES + 1):
                if self.holds_after == epoch - 1:
                    control.wait_while_paused()
                    while not control.should_stop() and not self.release.wait(0.001):
                        control.wait_while_paused()
                if control.should_stop():
                    reason = "stopped"
                    break
                emit(
                    BatchEnded(
                        epoch,
                        epochs,
                        batch,
                        BATCHES,
                        {"loss": 1 / epoch, "accuracy": 0.9},
                        0.001,
                        batch * 128,
                        batch * 0.1,
                    )
                )
            if reason == "stopped":
                break
            metrics = {"loss": 1 / epoch, "accuracy": 0.9, "val_loss": 1 / epoch, "val_accuracy": 0.95}
            (run.path / "last.npz").write_bytes(b"weights")
            run.update(epochs=epoch, best_epoch=epoch)
            emit(EpochEnded(epoch, epochs, metrics, 0.5, is_best=True))
        if control.is_suspended:
            raise Stopped
        if control.is_cancelled:
            _remove(run)
            raise Stopped
        run.update(state="finished", reason=reason)
        emit(TrainingEnded(reason, run.record().epochs))
        emit(PreparationProgress(1, 3, message("Measuring")))
        emit(RunFinished(str(run.path / "model"), reason == "stopped"))
        return run.record()


def write_mnist(path: Path) -> None:
    """Write 40 training and 20 test images in MNIST's layout."""
    labels = np.arange(60) % 10
    images = np.zeros((60, 28, 28), np.uint8)
    images[:, 8:20, 12:16] = 255
    path.parent.mkdir(parents=True)
    np.savez(path, x_train=images[:40], y_train=labels[:40], x_test=images[40:], y_test=labels[40:])


def _remove(run: RunFolder) -> None:
    run.release()
    for path in run.path.iterdir():
        path.unlink()
    run.path.rmdir()


class Fixture:
    """A panel, its controller, and everything they emitted."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.training = FakeTraining()
        self.draft = Draft(RECIPE)
        self.panel = RunPanel(self.draft)
        qtbot.addWidget(self.panel)
        self.panel.resize(1100, 320)
        self.runs, self.models = folder / "runs", folder / "models"
        self.mnist = folder / "downloads" / "mnist.npz"
        write_mnist(self.mnist)
        data_folders = DataFolders(None, folder / "downloads")
        self.controller = RunController(
            self.panel, self.draft, lambda: data_folders, self.runs, self.models, self.training
        )
        self.events: list[object] = []
        self.failures: list[tuple[object, str]] = []
        self.models_made: list[NewModel] = []
        self.running: list[bool] = []
        self.controller.event_emitted.connect(self.events.append)
        self.controller.failed.connect(lambda error, words: self.failures.append((error, words)))
        self.controller.model_ready.connect(self.models_made.append)
        self.controller.running_changed.connect(self.running.append)
        self.panel.show()
        self.panel.set_active(True)

    def press(self, text: str) -> None:
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    def button(self, text: str) -> QPushButton:
        (found,) = [b for b in self.panel.findChildren(QPushButton) if b.text() == text and b.isVisible()]
        return found

    def status(self) -> str:
        return child(self.panel, QLabel, "run_status").text()

    def records(self) -> list[RunRecord]:
        return [RunFolder(path).record() for path in sorted(self.runs.iterdir()) if (path / RECORD).exists()]


@pytest.fixture
def setup(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fixture]:
    monkeypatch.setattr(run_job, "add_run_to_library", lambda run, models: f"{run.recipe().name}-1")
    made = Fixture(qtbot, tmp_path)
    yield made
    made.training.release.set()
    made.controller.close()


def kinds(events: list[object]) -> list[str]:
    return [type(event).__name__ for event in events]


def interrupted_run(
    runs: Path, monkeypatch: pytest.MonkeyPatch, name: str = "2026-01-01-000000-mlp"
) -> RunFolder:
    """A run that was interrupted after its first epoch."""
    run = RunFolder(runs / name)
    run.begin(RECIPE, RunRecord("Cut off", epochs=1, best_epoch=1))
    (run.path / "last.npz").write_bytes(b"weights")
    batches = {"loss": (1.5, 1.0), "accuracy": (0.5, 0.6)}
    run.write_history(RunHistory(({"loss": 1.0, "val_loss": 1.0},), batches, 2))
    run.release()

    def create_resumed_run(old: RunFolder, new: RunFolder, epochs: int | None = None) -> Recipe:
        new.begin(old.recipe(), replace(old.record(), continues=old.name))
        new.write_history(old.history())
        return old.recipe()

    monkeypatch.setattr(run_job, "create_resumed_run", create_resumed_run)
    return run


# ------------------------------------------------------------------------------------- a whole run


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


# ------------------------------------------------------------------------------ pause, stop, cancel


def start_paused(qtbot: QtBot, setup: Fixture, after: int = 1) -> None:
    """Start a run that waits after a number of epochs."""
    setup.training.holds_after = after
    setup.press("Train")
    qtbot.waitUntil(lambda: kinds(setup.events).count("EpochEnded") == after)


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


# --------------------------------------------------------------------------------------- failures


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


# -------------------------------------------------------------------------------- interrupted runs


@pytest.fixture
def interrupted(setup: Fixture, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    run = interrupted_run(setup.runs, monkeypatch)
    setup.controller.find_interrupted()
    return run


def test_interrupted_run_is_offered_and_resumed(qtbot: QtBot, setup: Fixture, interrupted: RunFolder) -> None:
    qtbot.waitUntil(child(setup.panel, InterruptedRow).isVisible)
    setup.press("Resume")
    qtbot.waitUntil(lambda: bool(setup.models_made))
    assert setup.training.seen["on"] is True
    assert kinds(setup.events).count("EpochEnded") == EPOCHS - 1
    assert not interrupted.path.exists()
    assert [record.continues for record in setup.records()] == [interrupted.name]
    assert setup.panel.numbers()["loss: Validation"][:, 0].tolist() == [1, 2, 3]
    qtbot.waitUntil(lambda: not child(setup.panel, InterruptedRow).isVisible())


def test_cancelling_a_resumed_run_keeps_the_interrupted_one(
    qtbot: QtBot, setup: Fixture, interrupted: RunFolder
) -> None:
    setup.training.holds_after = 1
    setup.controller.resume(interrupted.name)
    qtbot.waitUntil(lambda: "TrainingStarted" in kinds(setup.events))
    setup.press("Discard…")
    setup.press("Discard")
    qtbot.waitUntil(lambda: setup.running == [True, False])
    assert [path.name for path in setup.runs.iterdir()] == [interrupted.name]
    qtbot.waitUntil(child(setup.panel, InterruptedRow).isVisible)


def test_resuming_a_finished_run_keeps_it(qtbot: QtBot, setup: Fixture, interrupted: RunFolder) -> None:
    interrupted.update(state="finished")
    setup.controller.resume(interrupted.name)
    qtbot.waitUntil(lambda: bool(setup.models_made))
    assert len(setup.records()) == 2


def test_dismissed_run_is_not_offered_again(qtbot: QtBot, setup: Fixture, interrupted: RunFolder) -> None:
    qtbot.waitUntil(child(setup.panel, InterruptedRow).isVisible)
    setup.press("Not now")
    assert not child(setup.panel, InterruptedRow).isVisible()
    setup.controller.find_interrupted()
    qtbot.waitUntil(lambda: not any(each.is_busy for each in setup.controller.findChildren(Background)))
    assert not child(setup.panel, InterruptedRow).isVisible()
    assert interrupted.path.exists()


def test_interrupted_run_is_deleted_after_confirmation(
    qtbot: QtBot, setup: Fixture, interrupted: RunFolder
) -> None:
    qtbot.waitUntil(child(setup.panel, InterruptedRow).isVisible)
    setup.press("Delete…")
    assert interrupted.path.exists()
    with qtbot.waitSignal(setup.controller.runs_changed):
        setup.press("Delete permanently")
    assert not interrupted.path.exists()


def test_run_that_cannot_be_deleted_is_offered_again(
    qtbot: QtBot, setup: Fixture, interrupted: RunFolder
) -> None:
    other = RunFolder(interrupted.path)
    other.acquire()
    try:
        setup.panel.set_interrupted([InterruptedRun(interrupted.name, "Cut off", 1, 3)])
        with qtbot.waitSignal(setup.controller.failed):
            setup.panel.delete_requested.emit(interrupted.name)
        assert interrupted.path.exists()
    finally:
        other.release()


# ----------------------------------------------------------------------------------------- closing


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


# ------------------------------------------------------------------------------ check of the data


def test_missing_data_is_reported_before_the_run(qtbot: QtBot, setup: Fixture) -> None:
    setup.draft.set(replace(RECIPE, data=(DataPart("/nowhere/digits"),)))
    qtbot.waitUntil(lambda: "There is no data called" in setup.status())
    setup.draft.set(RECIPE)
    assert "There is no data called" not in setup.status()


def test_unsuitable_labels_are_reported_before_the_run(qtbot: QtBot, setup: Fixture) -> None:
    letters = replace(RECIPE, task=replace(RECIPE.task, labels=("a", "b")))
    setup.draft.set(letters)
    qtbot.waitUntil(lambda: "no sample with a label of this recipe" in setup.status())


def test_data_is_checked_again_when_the_panel_is_shown(qtbot: QtBot, setup: Fixture) -> None:
    setup.mnist.rename(setup.mnist.with_suffix(".away"))
    setup.panel.set_active(False)
    setup.panel.set_active(True)
    qtbot.waitUntil(lambda: "MNIST" in (setup.draft.data_problem() or ""))
    setup.mnist.with_suffix(".away").rename(setup.mnist)
    setup.panel.set_active(False)
    setup.panel.set_active(True)
    assert setup.draft.data_problem() is None
    assert setup.status().startswith("Ready to train")


def test_data_is_not_checked_while_the_data_view_opens_it(setup: Fixture) -> None:
    setup.draft.is_data_shown = True
    setup.draft.set(replace(RECIPE, data=(DataPart("/nowhere/digits"),)))
    setup.controller.close()
    assert setup.draft.data_problem() is None


# ------------------------------------------------------------------------------------------- queue


def queued(setup: Fixture) -> list[str]:
    """Return the titles in the shown queue, the next one first."""
    listed = child(setup.panel, QListWidget)
    if not listed.isVisible():
        return []
    return [listed.item(row).text().partition(" on ")[0] for row in range(listed.count())]


def set_seeds(setup: Fixture, count: int) -> None:
    box = child(setup.panel, WholeNumberEdit, "seeds")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(count))


def press_icon(setup: Fixture, name: str) -> None:
    (found,) = [b for b in setup.panel.findChildren(IconButton) if b.accessibleName() == name]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_seeds_are_trained_one_after_another(qtbot: QtBot, setup: Fixture) -> None:
    set_seeds(setup, 3)
    setup.press("Train")
    assert queued(setup) == [f"{RECIPE.title}, seed 2", f"{RECIPE.title}, seed 3"]
    qtbot.waitUntil(lambda: len(setup.models_made) == 3)
    assert [record.title for record in setup.records()] == [f"{RECIPE.title}, seed {n}" for n in (1, 2, 3)]
    assert setup.running == [True, False] * 3
    assert queued(setup) == []


def test_queue_is_reordered_and_shortened_while_a_run_is_active(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    set_seeds(setup, 3)
    setup.press("Add to queue")
    assert queued(setup) == [f"{RECIPE.title}, seed {n}" for n in (1, 2, 3)]
    press_icon(setup, "Move down")
    assert queued(setup) == [f"{RECIPE.title}, seed {n}" for n in (2, 1, 3)]
    # The moved recipe stays selected.
    QTest.keyClick(child(setup.panel, QListWidget), Qt.Key.Key_Delete)
    assert queued(setup) == [f"{RECIPE.title}, seed {n}" for n in (2, 3)]
    setup.training.release.set()
    qtbot.waitUntil(lambda: len(setup.models_made) == 3)
    titles = [record.title for record in setup.records()]
    assert titles == [RECIPE.title, f"{RECIPE.title}, seed 2", f"{RECIPE.title}, seed 3"]


def test_queue_waits_after_stop(qtbot: QtBot, setup: Fixture) -> None:
    start_paused(qtbot, setup)
    setup.press("Add to queue")
    setup.press("Stop")
    qtbot.waitUntil(lambda: len(setup.models_made) == 1)
    assert queued(setup) == [RECIPE.title]
    assert not setup.controller.is_running
    setup.training.holds_after = -1
    setup.press("Train queue")
    qtbot.waitUntil(lambda: len(setup.models_made) == 2)
    assert queued(setup) == []


def test_failed_recipe_returns_to_the_queue(qtbot: QtBot, setup: Fixture) -> None:
    setup.training.error = UserError("There is no MNIST; choose its folder.")
    set_seeds(setup, 2)
    with qtbot.waitSignal(setup.controller.failed):
        setup.press("Train")
    assert queued(setup) == [f"{RECIPE.title}, seed 1", f"{RECIPE.title}, seed 2"]
    assert setup.running == [True, False]


def test_queue_is_kept_for_the_next_start(qtbot: QtBot, setup: Fixture, tmp_path: Path) -> None:
    start_paused(qtbot, setup)
    set_seeds(setup, 2)
    setup.press("Add to queue")
    setup.controller.close()
    again = Fixture(qtbot, tmp_path / "again")
    again.controller.close()
    other = RunPanel(again.draft)
    qtbot.addWidget(other)
    folders = DataFolders(None, tmp_path / "downloads")
    controller = RunController(other, again.draft, lambda: folders, setup.runs, setup.models, again.training)
    other.show()
    other.set_active(True)
    qtbot.waitUntil(lambda: child(other, QListWidget).count() == 2)
    assert child(other, QListWidget).isVisible()
    assert not controller.is_running
    controller.close()


def test_damaged_queue_is_reported(qtbot: QtBot, setup: Fixture, tmp_path: Path) -> None:
    setup.controller.close()
    (tmp_path / "other" / "runs").mkdir(parents=True)
    (tmp_path / "other" / "runs" / "queue.json").write_text("[{]")
    other = Fixture(qtbot, tmp_path / "other")
    qtbot.waitUntil(lambda: bool(other.failures))
    assert "queue" in str(other.failures[0][0])
    other.controller.close()
