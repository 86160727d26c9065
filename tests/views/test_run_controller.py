from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.recipe import Recipe
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
from desktop_app.runs.zoo import zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.curves.plot import load
from desktop_app.views.draft import Draft
from desktop_app.views.run import run_job
from desktop_app.views.run.controller import RunController
from desktop_app.views.run.interrupted_row import Interrupted, InterruptedRow
from desktop_app.views.run.panel import RunPanel
from tests.finding import child

BATCHES, EPOCHS = 5, 3
RECIPE = replace(
    zoo_entry("mlp-300-300").recipe, fitting=replace(zoo_entry("mlp-300-300").recipe.fitting, epochs=EPOCHS)
)
NETWORK = NetworkInfo("small", "Small", Task(labels=()), layers=())


@pytest.fixture(autouse=True, scope="module")
def _letters_are_found() -> None:
    """Where matplotlib has never run it looks at every font, longer than a thread may take in a test."""
    load()


class School:
    """Trains as `training.train` does, without a network: held at given epochs until it is let go."""

    def __init__(self) -> None:
        self.holds_after = -1
        self.let_go = threading.Event()
        self.error: Exception | None = None
        self.has_model = True
        self.seen: dict[str, object] = {}

    def __call__(
        self,
        recipe: Recipe,
        run: RunFolder,
        places: DataFolders,
        emit: Emit,
        control: RunControl,
        *,
        resume: bool = False,
    ) -> RunRecord:
        self.seen = {"thread": threading.get_ident(), "recipe": recipe, "places": places, "on": resume}
        if sys.platform == "linux":
            self.seen["nice"] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        run.begin(recipe, run.record() if resume else RunRecord(recipe.title))
        try:
            return self.teach(recipe, run, emit, control)
        finally:
            run.release()

    def teach(self, recipe: Recipe, run: RunFolder, emit: Emit, control: RunControl) -> RunRecord:
        emit(PreparationProgress(0, 1, "reading MNIST"))
        if self.error is not None:
            run.change(state="failed", remark=str(self.error))
            raise self.error
        first, epochs = run.record().epochs, recipe.fitting.epochs
        emit(TrainingStarted(NETWORK, "CPU", 640, 64, 64, epochs, BATCHES, first + 1))
        reason = "finished"
        for epoch in range(first + 1, epochs + 1):
            for batch in range(1, BATCHES + 1):
                if self.holds_after == epoch - 1:
                    control.wait_while_paused()
                    while not control.should_stop() and not self.let_go.wait(0.001):
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
            run.change(epochs=epoch, best_epoch=epoch)
            emit(EpochEnded(epoch, epochs, metrics, 0.5, is_best=True))
        if control.is_suspended:
            raise Stopped
        if control.is_cancelled:
            _remove(run)
            raise Stopped
        run.change(state="finished", reason=reason)
        emit(TrainingEnded(reason, run.record().epochs))
        emit(PreparationProgress(1, 3, "measuring"))
        emit(RunFinished(str(run.path / "model"), reason == "stopped"))
        return run.record()


def _remove(run: RunFolder) -> None:
    run.release()
    for path in run.path.iterdir():
        path.unlink()
    run.path.rmdir()


class Bench:
    """A panel, what works for it, and everything that was heard."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.school = School()
        self.draft = Draft(RECIPE)
        self.panel = RunPanel(self.draft)
        qtbot.addWidget(self.panel)
        self.panel.resize(1100, 320)
        self.runs, self.models = folder / "runs", folder / "models"
        places = DataFolders(None, folder / "downloads")
        self.controller = RunController(
            self.panel, self.draft, lambda: places, self.runs, self.models, self.school
        )
        self.heard: list[object] = []
        self.failures: list[tuple[object, str]] = []
        self.models_made: list[str] = []
        self.running: list[bool] = []
        self.controller.told.connect(self.heard.append)
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

    def says(self) -> str:
        return child(self.panel, QLabel, "run_status").text()

    def records(self) -> list[RunRecord]:
        return [RunFolder(path).record() for path in sorted(self.runs.iterdir()) if (path / RECORD).exists()]


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(run_job, "adopt", lambda run, models: f"{run.recipe().name}-1")
    made = Bench(qtbot, tmp_path)
    yield made
    made.school.let_go.set()
    made.controller.close()


def kinds(heard: list[object]) -> list[str]:
    return [type(event).__name__ for event in heard]


def interrupted_run(
    runs: Path, monkeypatch: pytest.MonkeyPatch, name: str = "2026-01-01-000000-mlp"
) -> RunFolder:
    """A run that was cut off after its first epoch."""
    run = RunFolder(runs / name)
    run.begin(RECIPE, RunRecord("Cut off", epochs=1, best_epoch=1))
    (run.path / "last.npz").write_bytes(b"weights")
    batches = {"loss": (1.5, 1.0), "accuracy": (0.5, 0.6)}
    run.write_history(RunHistory(({"loss": 1.0, "val_loss": 1.0},), batches, 2))
    run.release()

    def resume_from(old: RunFolder, new: RunFolder, epochs: int | None = None) -> Recipe:
        new.begin(old.recipe(), replace(old.record(), continues=old.name))
        new.write_history(old.history())
        return old.recipe()

    monkeypatch.setattr(run_job, "resume_from", resume_from)
    return run


# ------------------------------------------------------------------------------------- a whole run


def test_train_runs_the_draft_elsewhere_and_tells_all_but_batches(qtbot: QtBot, bench: Bench) -> None:
    with qtbot.waitSignal(bench.controller.model_ready):
        bench.press("Train")
    assert bench.school.seen["thread"] != threading.get_ident()
    assert bench.school.seen["recipe"] == RECIPE
    assert bench.school.seen["on"] is False
    expected = [
        "PreparationProgress",
        "TrainingStarted",
        *["EpochEnded"] * EPOCHS,
        "TrainingEnded",
        "PreparationProgress",
        "RunFinished",
    ]
    assert kinds(bench.heard) == expected
    assert bench.models_made == [f"{RECIPE.name}-1"]
    assert bench.running == [True, False]
    assert not bench.controller.is_running
    assert not child(bench.controller, QTimer).isActive()
    assert "All 3 epochs" in bench.says()
    assert [record.state for record in bench.records()] == ["finished"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there has a thread a priority of its own")
def test_the_thread_of_a_run_makes_way_and_no_other_does(qtbot: QtBot, bench: Bench) -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with qtbot.waitSignal(bench.controller.model_ready):
        bench.controller.train()
    nice = bench.school.seen["nice"]
    assert isinstance(nice, int)
    assert nice >= max(before, 5)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_every_batch_reaches_the_curves(qtbot: QtBot, bench: Bench) -> None:
    with qtbot.waitSignal(bench.controller.model_ready):
        bench.controller.train()
    numbers = bench.panel.numbers()
    assert numbers["loss: Training, by batch"].shape == (EPOCHS * BATCHES, 2)
    assert numbers["loss: Validation"][:, 0].tolist() == [1, 2, 3]


def test_only_one_run_at_a_time(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    bench.controller.train()
    ((error, _),) = bench.failures
    assert isinstance(error, UserError)


# ------------------------------------------------------------------------------ hold, stop, cancel


def held(qtbot: QtBot, bench: Bench, after: int = 1) -> None:
    """Start a run that waits after an epoch."""
    bench.school.holds_after = after
    bench.press("Train")
    qtbot.waitUntil(lambda: kinds(bench.heard).count("EpochEnded") == after)


def test_a_run_is_held_and_goes_on(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    bench.panel.activateWindow()
    qtbot.waitUntil(bench.panel.isActiveWindow)
    QTest.keyClick(bench.panel, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: bench.says() == "Paused.")
    assert bench.button("Resume").isEnabled()
    bench.school.let_go.set()
    QTest.keyClick(bench.panel, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: bench.running == [True, False])
    assert "All 3 epochs" in bench.says()


def test_stop_answers_at_once_and_keeps_the_best(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    bench.press("Stop")
    assert "Stopping" in bench.says()
    assert not bench.button("Cancel").isEnabled()
    qtbot.waitUntil(lambda: bool(bench.models_made))
    assert "Stopped after 1 epoch." in bench.says()
    assert [record.reason for record in bench.records()] == ["stopped"]


def test_cancel_answers_at_once_and_leaves_nothing(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    bench.press("Cancel")
    assert "Cancelling" in bench.says()
    qtbot.waitUntil(lambda: bench.running == [True, False])
    assert "nothing was kept" in bench.says()
    assert bench.models_made == []
    assert list(bench.runs.iterdir()) == []


def test_cancel_after_all_was_learned_leaves_nothing_either(
    qtbot: QtBot, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = bench.school.teach

    def teach_then_cancel(recipe: Recipe, run: RunFolder, emit: Emit, control: RunControl) -> RunRecord:
        record = taught(recipe, run, emit, control)
        control.cancel()
        return record

    monkeypatch.setattr(bench.school, "teach", teach_then_cancel)
    bench.press("Train")
    qtbot.waitUntil(lambda: bench.running == [True, False])
    assert list(bench.runs.iterdir()) == []
    assert bench.models_made == []


# --------------------------------------------------------------------------------------- failures


def test_a_error_is_said_as_it_is(qtbot: QtBot, bench: Bench) -> None:
    bench.school.error = UserError("There is no MNIST; choose its folder.")
    with qtbot.waitSignal(bench.controller.failed):
        bench.press("Train")
    assert bench.says() == "There is no MNIST; choose its folder."
    assert bench.button("Train").isEnabled()


def test_any_other_failure_is_one_sentence_with_the_exception(qtbot: QtBot, bench: Bench) -> None:
    bench.school.error = ZeroDivisionError("no batches")
    with qtbot.waitSignal(bench.controller.failed):
        bench.press("Train")
    ((error, words),) = bench.failures
    assert isinstance(error, ZeroDivisionError)
    assert words == bench.says() == "The training broke off."


def test_without_the_libraries_it_says_what_to_install(qtbot: QtBot, bench: Bench) -> None:
    bench.school.error = ModuleNotFoundError("No module named 'keras'")
    with qtbot.waitSignal(bench.controller.failed):
        bench.press("Train")
    assert "install handwriting[training]" in bench.says()


def test_what_is_refused_before_it_begins_leaves_no_folder(
    qtbot: QtBot, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> RunRecord:
        raise UserError("This network ends in logits; choose the loss from logits.")

    monkeypatch.setattr(School, "__call__", refuse)
    with qtbot.waitSignal(bench.controller.failed):
        bench.press("Train")
    assert list(bench.runs.iterdir()) == []


# -------------------------------------------------------------------------------- interrupted runs


@pytest.fixture
def cut_off(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    run = interrupted_run(bench.runs, monkeypatch)
    bench.controller.look_for_interrupted()
    return run


def test_an_interrupted_run_is_offered_and_gone_on_with(
    qtbot: QtBot, bench: Bench, cut_off: RunFolder
) -> None:
    qtbot.waitUntil(child(bench.panel, InterruptedRow).isVisible)
    bench.press("Go on")
    qtbot.waitUntil(lambda: bool(bench.models_made))
    assert bench.school.seen["on"] is True
    assert kinds(bench.heard).count("EpochEnded") == EPOCHS - 1
    assert not cut_off.path.exists()
    assert [record.continues for record in bench.records()] == [cut_off.name]
    assert bench.panel.numbers()["loss: Validation"][:, 0].tolist() == [1, 2, 3]
    qtbot.waitUntil(lambda: not child(bench.panel, InterruptedRow).isVisible())


def test_cancelled_going_on_leaves_the_interrupted_run(
    qtbot: QtBot, bench: Bench, cut_off: RunFolder
) -> None:
    bench.school.holds_after = 1
    bench.controller.go_on(cut_off.name)
    qtbot.waitUntil(lambda: "TrainingStarted" in kinds(bench.heard))
    bench.press("Cancel")
    qtbot.waitUntil(lambda: bench.running == [True, False])
    assert [path.name for path in bench.runs.iterdir()] == [cut_off.name]
    qtbot.waitUntil(child(bench.panel, InterruptedRow).isVisible)


def test_a_finished_run_that_is_gone_on_with_stays(qtbot: QtBot, bench: Bench, cut_off: RunFolder) -> None:
    cut_off.change(state="finished")
    bench.controller.go_on(cut_off.name)
    qtbot.waitUntil(lambda: bool(bench.models_made))
    assert len(bench.records()) == 2


def test_it_is_not_asked_about_again_once_left(qtbot: QtBot, bench: Bench, cut_off: RunFolder) -> None:
    qtbot.waitUntil(child(bench.panel, InterruptedRow).isVisible)
    bench.press("Leave")
    assert not child(bench.panel, InterruptedRow).isVisible()
    bench.controller.look_for_interrupted()
    qtbot.waitUntil(lambda: not child(bench.controller, Background).busy)
    assert not child(bench.panel, InterruptedRow).isVisible()
    assert cut_off.path.exists()


def test_it_is_deleted_when_that_was_said_twice(qtbot: QtBot, bench: Bench, cut_off: RunFolder) -> None:
    qtbot.waitUntil(child(bench.panel, InterruptedRow).isVisible)
    bench.press("Delete…")
    assert cut_off.path.exists()
    with qtbot.waitSignal(bench.controller.runs_changed):
        bench.press("Delete for good")
    assert not cut_off.path.exists()


def test_what_cannot_be_deleted_is_offered_again(qtbot: QtBot, bench: Bench, cut_off: RunFolder) -> None:
    other = RunFolder(cut_off.path)
    other.hold()
    try:
        bench.panel.set_interrupted([Interrupted(cut_off.name, "Cut off", 1, 3)])
        with qtbot.waitSignal(bench.controller.failed):
            bench.panel.delete_requested.emit(cut_off.name)
        assert cut_off.path.exists()
    finally:
        other.release()


# ----------------------------------------------------------------------------------------- closing


def answer(text: str, seen: list[str]) -> Callable[[], None]:
    """Presses a button of the question that stands there."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.extend(button.text() for button in box.buttons())
        (found,) = [button for button in box.buttons() if button.text() == text]
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    return press


def asked(bench: Bench, text: str) -> bool:
    seen: list[str] = []
    QTimer.singleShot(0, answer(text, seen))
    window = bench.panel
    may = bench.controller.may_close(window)
    assert len(seen) == 4
    return may


def test_nothing_is_asked_while_nothing_runs(bench: Bench) -> None:
    assert bench.controller.may_close(QWidget(bench.panel))


def test_a_run_that_is_kept_is_waited_for_before_closing(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    with qtbot.waitSignal(bench.controller.close_requested):
        assert not asked(bench, "Stop and keep the best")
    assert bench.models_made
    assert bench.controller.may_close(bench.panel)


def test_a_run_goes_on_at_the_next_start(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    assert asked(bench, "Continue at the next start")
    bench.controller.close()
    assert [(record.state, record.epochs) for record in bench.records()] == [("running", 1)]


def test_a_cancelled_run_is_gone_when_the_window_is(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    assert asked(bench, "Cancel the run")
    bench.controller.close()
    assert list(bench.runs.iterdir()) == []


def test_whoever_keeps_training_does(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    assert not asked(bench, "Keep training")
    assert bench.controller.is_running
    assert bench.button("Stop").isEnabled()


def test_closing_without_a_question_leaves_the_run_to_be_gone_on_with(qtbot: QtBot, bench: Bench) -> None:
    held(qtbot, bench)
    bench.controller.close()
    assert [(record.state, record.epochs) for record in bench.records()] == [("running", 1)]
    bench.controller.close()
