"""What the thread of a run does: train, put the model into the library, and clear away."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.long_job import Work
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RECORD, RunFolder, RunRecord
from desktop_app.runs.run_store import adopt, delete_run, new_run, resume_from
from desktop_app.runs.training_events import Emit, TrainingEvent
from desktop_app.views.run.run_progress import EarlierRun

_NICE = 10
_TRAIN = "desktop_app.training.train"

Told: TypeAlias = TrainingEvent | EarlierRun


class Train(Protocol):
    """`training.train.train`."""

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
        """See there."""


@dataclass(frozen=True)
class RunFolders:
    """Where runs and the user's models lie."""

    runs: Path
    models: Path


@dataclass(frozen=True)
class RunRequest:
    """What is to be run.

    Attributes:
        recipe: of a new run; None where one goes on.
        name: of the run to go on with.
        epochs: how many there will be in all; None: as many as its recipe says.
    """

    recipe: Recipe | None = None
    name: str = ""
    epochs: int | None = None


@dataclass(frozen=True)
class RunOutcome:
    """What became of a run.

    Attributes:
        kind: "kept", "left", "cancelled", or "nothing" where it was stopped before it had learned.
        model: its name in the library; empty where there is none.
    """

    kind: str
    model: str = ""


def run_training(
    order: RunRequest,
    folders: RunFolders,
    places: DataFolders,
    control: RunControl,
    tell: Callable[[Told], None],
    train: Train | None = None,
) -> Work:
    """A long job that runs an order.

    Args:
        order: what is to be run.
        folders: where it goes.
        places: where data is looked for.
        control: what is wished of the run.
        tell: told of everything, in the thread of the job.
        train: in place of the program's own, which is imported there.
    """

    def work(_: object, __: object) -> RunOutcome:
        make_way()
        try:
            return _run(order, folders, places, control, tell, train or _own_train())
        except ImportError as error:
            raise UserError("Training needs more than reading: install handwriting[training].") from error

    return work


def make_way() -> None:
    """Let the window go first: what this thread starts from now on computes behind everything else."""
    if sys.platform == "linux":
        # Only there has a thread a priority of its own; whoever may not change it is no slower.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _own_train() -> Train:
    """The program's own; what its libraries bring is kept from the garbage collector.

    They bring hundreds of thousands of objects that stay for good. To look through them took 300 ms
    each time, in which no thread of the program could go on.
    """
    if _TRAIN not in sys.modules and gc.isenabled():
        # What is garbage now would be kept as well.
        gc.collect()
        gc.disable()
        try:
            importlib.import_module(_TRAIN)
            gc.freeze()
        finally:
            gc.enable()
    from desktop_app.training.train import train

    return partial(train, aside=True)


def _run(
    order: RunRequest,
    folders: RunFolders,
    places: DataFolders,
    control: RunControl,
    tell: Callable[[Told], None],
    train: Train,
) -> RunOutcome:
    run, recipe, replaced = _begin(order, folders, tell)
    try:
        train(recipe, run, places, tell, control, resume=order.recipe is None)
    except Stopped:
        if not control.is_suspended:
            return RunOutcome("cancelled" if control.is_cancelled else "nothing")
        _clear_away(replaced)
        return RunOutcome("left")
    finally:
        if not (run.path / RECORD).exists():
            # Refused before it began.
            with contextlib.suppress(OSError):
                run.path.rmdir()
    if control.is_cancelled:
        # Wished when all was learned already.
        delete_run(run)
        return RunOutcome("cancelled")
    _clear_away(replaced)
    return RunOutcome("kept", adopt(run, folders.models))


def _begin(
    order: RunRequest, folders: RunFolders, tell: Callable[[Told], None]
) -> tuple[RunFolder, Recipe, RunFolder | None]:
    """The run's folder and recipe, and the interrupted run that it takes the place of."""
    if order.recipe is not None:
        return new_run(folders.runs, order.recipe), order.recipe, None
    old = RunFolder(folders.runs / order.name)
    before = old.record()
    run = new_run(folders.runs, old.recipe())
    recipe = resume_from(old, run, order.epochs)
    record = run.record()
    tell(EarlierRun(run.history(), record.best_epoch, record.seconds, recipe))
    return run, recipe, old if before.state == "running" else None


def _clear_away(replaced: RunFolder | None) -> None:
    """Delete the interrupted run whose place a longer one has taken."""
    if replaced is not None:
        # What cannot be deleted is offered again.
        with contextlib.suppress(UserError):
            delete_run(replaced)
