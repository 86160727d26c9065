"""Resuming of runs."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.runs.resuming import create_resumed_run
from desktop_app.runs.run_folder import (
    BEST,
    HISTORY,
    LAST,
    RECIPE,
    RunFolder,
    RunHistory,
)
from desktop_app.runs.run_store import (
    interrupted_runs,
    new_run,
)
from tests.runs.run_folders import RECIPE_OF_ONE, STARTED, everything, full, made, names, with_checkpoint
from tests.user_errors import user_error


def test_resumed_run_copies_the_checkpoint_and_keeps_the_old_run(runs_dir: Path) -> None:
    figures = {"val_loss": 0.2, "test_loss": 0.3}
    old = with_checkpoint(made(runs_dir, state="running", figures=figures, parameters=77, device="CPU"))
    before = everything(old.path)
    new = new_run(runs_dir, RECIPE_OF_ONE)
    recipe = create_resumed_run(old, new, 30)
    try:
        assert new.is_locked()
        assert (
            recipe
            == new.recipe()
            == replace(RECIPE_OF_ONE, fitting=replace(RECIPE_OF_ONE.fitting, epochs=30))
        )
        record = new.record()
        assert (record.state, record.epochs, record.best_epoch, record.seconds) == ("running", 3, 3, 12.5)
        assert (record.continues, record.title) == (old.name, "One")
        assert record.figures == {"val_loss": 0.2}
        assert (record.parameters, record.device) == (77, "CPU")
        began = datetime.fromisoformat(record.started)
        assert began.tzinfo is not None
        assert began > datetime.fromisoformat(STARTED)
        assert new.history() == old.history()
        for file in (LAST, BEST):
            assert (new.path / file).read_bytes() == (old.path / file).read_bytes()
        assert everything(old.path) == before
    finally:
        new.release()


@pytest.mark.parametrize(("weights", "kept"), [("last", 3), ("best", 2)])
def test_a_resumed_run_names_the_epoch_that_is_kept(
    runs_dir: Path, weights: Literal["last", "best"], kept: int
) -> None:
    recipe = replace(RECIPE_OF_ONE, keeping=replace(RECIPE_OF_ONE.keeping, weights=weights))
    new = new_run(runs_dir, recipe)
    create_resumed_run(with_checkpoint(made(runs_dir, recipe, state="running")), new, 30)
    new.release()
    assert (new.record().epochs, new.record().best_epoch) == (3, kept)


def test_run_interrupted_in_first_epoch_starts_again(runs_dir: Path) -> None:
    old = made(runs_dir, state="running")
    assert [run.name for run in interrupted_runs(runs_dir)] == [old.name]
    new = new_run(runs_dir, RECIPE_OF_ONE)
    assert create_resumed_run(old, new) == RECIPE_OF_ONE
    new.release()
    record = new.record()
    assert (record.state, record.epochs, record.continues) == ("running", 0, old.name)
    assert new.history() == RunHistory()


@pytest.mark.parametrize("state", ["running", "learned", "failed"])
def test_run_interrupted_after_last_epoch_can_be_finished(runs_dir: Path, state: str) -> None:
    old = with_checkpoint(made(runs_dir, state=state), RECIPE_OF_ONE.fitting.epochs)
    new = new_run(runs_dir, RECIPE_OF_ONE)
    assert create_resumed_run(old, new) == RECIPE_OF_ONE
    new.release()
    assert new.record().epochs == RECIPE_OF_ONE.fitting.epochs


@pytest.mark.parametrize("written", [0, 2, 5])
def test_history_has_the_length_of_the_checkpoint(runs_dir: Path, written: int) -> None:
    old = with_checkpoint(made(runs_dir))
    points = tuple(map(float, range(2 * written)))
    old.write_history(RunHistory(({"loss": 0.5},) * written, {"loss": points, "psnr": points}, 2))
    new = new_run(runs_dir, RECIPE_OF_ONE)
    create_resumed_run(old, new)
    new.release()
    history = new.history()
    assert len(history.epochs) == 3
    assert len(history.batches["loss"]) == len(history.batches["psnr"]) == 6
    kept = min(written, 3)
    assert history.epochs[:kept] == ({"loss": 0.5},) * kept
    assert all(map(math.isnan, history.batches["loss"][2 * kept :]))


def test_run_with_damaged_history_can_be_resumed(runs_dir: Path) -> None:
    old = with_checkpoint(made(runs_dir))
    (old.path / HISTORY).write_bytes(b"{")
    new = new_run(runs_dir, RECIPE_OF_ONE)
    create_resumed_run(old, new)
    new.release()
    assert new.history() == RunHistory(({},) * 3)


def no_checkpoint(old: RunFolder) -> None:
    (old.path / LAST).unlink()


def cut_checkpoint(old: RunFolder) -> None:
    data = (old.path / LAST).read_bytes()
    (old.path / LAST).write_bytes(data[: len(data) // 2])


def changed_checkpoint(old: RunFolder) -> None:
    data = bytearray((old.path / LAST).read_bytes())
    at = data.find(np.arange(6, dtype=np.float32).tobytes())
    data[at + 5] ^= 1
    (old.path / LAST).write_bytes(bytes(data))


def other_recipe(old: RunFolder) -> None:
    (old.path / RECIPE).write_bytes(b"{}")


def held(old: RunFolder) -> None:
    old.acquire()


@pytest.mark.parametrize(
    ("spoil", "epochs", "words"),
    [
        (no_checkpoint, None, "nothing to resume"),
        (cut_checkpoint, None, "damaged"),
        (changed_checkpoint, None, "damaged"),
        (other_recipe, None, "layer"),
        (held, None, "still in progress"),
        (lambda old: None, 3, "must exceed 3, which this run has completed"),
        (lambda old: None, 100_000, "10000"),
    ],
)
def test_run_that_cannot_be_resumed_raises_user_error(
    runs_dir: Path, spoil: object, epochs: int | None, words: str
) -> None:
    old = with_checkpoint(made(runs_dir))
    assert callable(spoil)
    spoil(old)
    new = new_run(runs_dir, RECIPE_OF_ONE)
    with user_error(words):
        create_resumed_run(RunFolder(old.path), new, epochs)
    old.release()
    assert names(runs_dir) == [old.name]


def test_existing_run_is_not_overwritten(runs_dir: Path) -> None:
    old, other = with_checkpoint(made(runs_dir)), made(runs_dir)
    before = everything(other.path)
    with pytest.raises(UserError, match="already contains a run"):
        create_resumed_run(old, other)
    assert everything(other.path) == before


def test_full_disk_leaves_no_resumed_run(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = with_checkpoint(made(runs_dir))
    before = everything(old.path)
    new = new_run(runs_dir, RECIPE_OF_ONE)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with user_error("the disk is full"):
            create_resumed_run(old, new)
    assert names(runs_dir) == [old.name]
    assert everything(old.path) == before


def test_resumed_run_has_the_title_of_an_interrupted_but_not_of_a_finished_one(runs_dir: Path) -> None:
    interrupted = with_checkpoint(made(runs_dir, state="running", epochs=3, title="Cut off"))
    finished = with_checkpoint(made(runs_dir, epochs=3))
    new = [new_run(runs_dir, RECIPE_OF_ONE) for _ in range(2)]
    create_resumed_run(interrupted, new[0])
    create_resumed_run(finished, new[1], 60)
    assert [each.record().title for each in new] == ["Cut off", "One · 60 epochs"]
    for each in new:
        each.release()
