"""A view of a run with a training that is quick."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.messages import message
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.new_model import NewModel
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.runs.run_folder import RECORD, RunFolder, RunRecord
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
from desktop_app.views.draft import Draft
from desktop_app.views.run.controller import RunController
from desktop_app.views.run.panel import RunPanel
from tests.finding import child

BATCHES, EPOCHS = 5, 3

RECIPE = replace(
    zoo_entry("mlp-300-300").recipe,
    data=(DataPart("mnist"),),
    fitting=replace(zoo_entry("mlp-300-300").recipe.fitting, epochs=EPOCHS),
)

NETWORK = NetworkInfo("small", "Small", Task(labels=()), layers=())


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
            emit(EpochEnded(epoch, epochs, metrics, 0.5, is_kept=True))
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


def kinds(events: list[object]) -> list[str]:
    return [type(event).__name__ for event in events]


def start_paused(qtbot: QtBot, setup: Fixture, after: int = 1) -> None:
    """Start a run that waits after a number of epochs."""
    setup.training.holds_after = after
    setup.press("Train")
    qtbot.waitUntil(lambda: kinds(setup.events).count("EpochEnded") == after)
