"""Run folders for tests."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np

from desktop_app.core.decoding import convert
from desktop_app.runs.checkpoint import Progress, write_checkpoint
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import (
    BEST,
    LAST,
    MODEL,
    RunFolder,
    RunHistory,
    RunRecord,
)
from desktop_app.runs.run_store import (
    Run,
    list_runs,
    new_run,
)
from desktop_app.runs.zoo.catalog import ZOO
from tests.small_model import small_card, write_small_model

RECIPE_OF_ONE = ZOO[0].recipe
STARTED = "2026-03-01T14:15:02+01:00"


def made(
    runs_dir: Path, recipe: Recipe = RECIPE_OF_ONE, *, held: bool = False, **record: object
) -> RunFolder:
    """Create a run as training would have left it."""
    folder = new_run(runs_dir, recipe)
    values = {"title": "One", "state": "finished", "started": STARTED} | record
    folder.begin(recipe, convert(values, RunRecord))
    if not held:
        folder.release()
    return folder


def with_checkpoint(folder: RunFolder, epochs: int = 3) -> RunFolder:
    arrays = [np.arange(6, dtype=np.float32)]
    write_checkpoint(folder.path / LAST, arrays, Progress(epochs, 0.2, 2, 1, 1, 12.5))
    write_checkpoint(folder.path / BEST, arrays, Progress(2))
    points = tuple(map(float, range(2 * epochs)))
    folder.write_history(RunHistory(({"loss": 0.5},) * epochs, {"loss": points}, 2))
    return folder


def with_model(folder: RunFolder, name: str = "mlp-300-300") -> RunFolder:
    write_small_model(folder.path / MODEL, small_card(name, "One"))
    return folder


def only(runs_dir: Path) -> Run:
    (run,) = list_runs(runs_dir)
    return run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
