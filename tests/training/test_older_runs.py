"""Tests that runs of earlier versions of the program can be read and resumed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.run_control import RunControl
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.runs.answers import read_answers
from desktop_app.runs.checkpoint import read_checkpoint
from desktop_app.runs.measures import measure
from desktop_app.runs.resuming import create_resumed_run
from desktop_app.runs.run_folder import BEST, MODEL, TEST, RunFolder
from desktop_app.runs.run_store import list_runs
from desktop_app.training.train import train

OLDER = Path(__file__).parents[1] / "fixtures" / "older"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Copy of two older runs: a finished one, and the same one suspended in its second epoch."""
    return Path(shutil.copytree(OLDER, tmp_path / "runs"))


def test_finished_run_is_read(older: Path) -> None:
    listed = {run.name: run for run in list_runs(older)}
    run = listed["finished"]
    assert (run.problem, run.record.state, run.record.epochs, run.has_model) == (None, "finished", 3, True)
    assert {"val_loss", "val_accuracy", "test_loss", "test_accuracy"} == set(run.record.figures)
    history = run.folder.history()
    assert [set(epoch) for epoch in history.epochs] == [
        {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"}
    ] * 3
    assert run.recipe is not None
    evaluation = measure(read_answers(run.folder.path / TEST), run.recipe.task.labels)
    assert evaluation.accuracy == pytest.approx(run.record.figures["test_accuracy"])
    assert open_recognizer(run.folder.path / MODEL).info.labels == ("0", "1", "2")


def test_suspended_run_is_resumed_with_the_same_result(older: Path) -> None:
    suspended = next(run for run in list_runs(older) if run.name == "suspended")
    assert suspended.is_interrupted
    assert suspended.can_resume
    resumed = RunFolder(older / "resumed")
    recipe = create_resumed_run(suspended.folder, resumed)
    record = train(recipe, resumed, DataFolders(older, older), lambda _: None, RunControl(), resume=True)
    finished = RunFolder(older / "finished")
    assert record.figures == pytest.approx(finished.record().figures, rel=1e-3)
    kept, _ = read_checkpoint(resumed.path / BEST)
    expected, _ = read_checkpoint(finished.path / BEST)
    for array, other in zip(kept, expected, strict=True):
        np.testing.assert_allclose(array, other, atol=1e-4)
    assert len(resumed.history().epochs) == 3
