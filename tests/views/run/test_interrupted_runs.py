"""Interrupted runs are offered, resumed and deleted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.jobs.background import Background
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RunFolder, RunHistory, RunRecord
from desktop_app.views.run import run_job
from desktop_app.views.run.interrupted_row import InterruptedRow, InterruptedRun
from tests.finding import child
from tests.views.run.run_views import EPOCHS, RECIPE, Fixture, kinds


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


def test_title_that_looks_like_rich_text_is_shown_as_it_is(
    qtbot: QtBot, setup: Fixture, interrupted: RunFolder
) -> None:
    row = child(setup.panel, InterruptedRow)
    qtbot.waitUntil(row.isVisible)
    row.set_runs([InterruptedRun("run", "<b>Mine</b>", 1, 3)])
    assert "<b>Mine</b>" in child(row, QLabel).text()
    assert child(row, QLabel).textFormat() == Qt.TextFormat.PlainText


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
    setup.press("Keep in Runs")
    assert not child(setup.panel, InterruptedRow).isVisible()
    setup.controller.find_interrupted()
    qtbot.waitUntil(lambda: not any(each.is_busy for each in setup.controller.findChildren(Background)))
    assert not child(setup.panel, InterruptedRow).isVisible()
    assert interrupted.record().is_dismissed, "nor at the next start"
    assert interrupted.path.exists()


def test_run_dismissed_at_an_earlier_start_is_not_offered(
    qtbot: QtBot, setup: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    dismissed = interrupted_run(setup.runs, monkeypatch)
    dismissed.update(is_dismissed=True)
    interrupted_run(setup.runs, monkeypatch, "2026-01-02-000000-mlp").update(title="Newer")
    setup.controller.find_interrupted()
    qtbot.waitUntil(child(setup.panel, InterruptedRow).isVisible)
    words = [label.text() for label in child(setup.panel, InterruptedRow).findChildren(QLabel)]
    assert words == ["“Newer” was interrupted at epoch 1 of 3."]


def test_run_that_was_offered_is_not_reported_at_the_next_start(
    qtbot: QtBot, setup: Fixture, interrupted: RunFolder
) -> None:
    qtbot.waitUntil(lambda: interrupted.record().is_reported)
    assert not interrupted.record().is_dismissed
    assert child(setup.panel, InterruptedRow).isVisible()


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
            setup.panel.interrupted.delete_requested.emit(interrupted.name)
        assert interrupted.path.exists()
    finally:
        other.release()
