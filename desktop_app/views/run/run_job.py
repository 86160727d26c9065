"""Job of the training thread: train, add the model to the library, delete what is superseded."""

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
from desktop_app.core.installation import install_advice
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.long_job import JobFunction
from desktop_app.runs.new_model import NewModel, compare_models
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.resuming import create_resumed_run
from desktop_app.runs.run_folder import RECORD, RunFolder, RunRecord
from desktop_app.runs.run_progress import EarlierRun
from desktop_app.runs.run_store import add_run_to_library, delete_run, new_run
from desktop_app.runs.training_events import Emit, TrainingEvent

_NICE = 10
_TRAIN = "desktop_app.training.train"

RunMessage: TypeAlias = TrainingEvent | EarlierRun


class Train(Protocol):
    """`training.train.train`."""

    def __call__(
        self,
        recipe: Recipe,
        run: RunFolder,
        data_folders: DataFolders,
        emit: Emit,
        control: RunControl,
        /,
        *,
        resume: bool = False,
    ) -> RunRecord:
        """Train a network."""


@dataclass(frozen=True)
class RunFolders:
    """Folders of the runs and of the user's models.

    Attributes:
        current_model: returns the folder of the model in use, which a new one is compared with; called in
            the thread of the job.
    """

    runs: Path
    models: Path
    current_model: Callable[[], Path | None] = lambda: None


@dataclass(frozen=True)
class RunRequest:
    """A run to start.

    Attributes:
        recipe: of a new run; None: resume an existing one.
        name: of the run to resume.
        epochs: total number when resuming; None: the number in its recipe.
    """

    recipe: Recipe | None = None
    name: str = ""
    epochs: int | None = None


@dataclass(frozen=True)
class RunOutcome:
    """Result of a run.

    Attributes:
        kind: "kept", "suspended", "cancelled", or "nothing" if it was stopped before its first epoch.
        model: the new model in the library; None if there is none.
    """

    kind: str
    model: NewModel | None = None


def run_training(
    request: RunRequest,
    folders: RunFolders,
    data_folders: DataFolders,
    control: RunControl,
    emit: Callable[[RunMessage], None],
    train: Train | None = None,
) -> JobFunction:
    """Return a long job that performs a run.

    Args:
        request: the run to start.
        folders: of runs and models.
        data_folders: folders with data sets.
        control: pauses and stops the run.
        emit: called with every message, in the thread of the job.
        train: replaces `training.train.train`, which is imported in that thread.
    """

    def run(_: object, __: object) -> RunOutcome:
        _lower_priority()
        try:
            return _run(request, folders, data_folders, control, emit, train or _load_train())
        except ImportError as error:
            raise UserError("Training needs more libraries. {advice}", advice=install_advice()) from error

    return run


def _lower_priority() -> None:
    """Lower the priority of this thread and of the threads it starts, so that the window stays responsive."""
    if sys.platform == "linux":
        # Only Linux has priorities of single threads; being refused does no harm.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _load_train() -> Train:
    """Import `training.train.train` and exclude the objects of its libraries from garbage collection.

    Keras and TensorFlow create hundreds of thousands of permanent objects. Scanning them took
    300 ms per collection, during which all threads stood still.
    """
    if _TRAIN not in sys.modules and gc.isenabled():
        # Before freeze(), which would keep present garbage forever.
        gc.collect()
        gc.disable()
        try:
            importlib.import_module(_TRAIN)
            gc.freeze()
        finally:
            gc.enable()
    from desktop_app.training.train import train

    return partial(train, in_subprocess=True)


def _run(
    request: RunRequest,
    folders: RunFolders,
    data_folders: DataFolders,
    control: RunControl,
    emit: Callable[[RunMessage], None],
    train: Train,
) -> RunOutcome:
    run, recipe, replaced = _begin(request, folders, emit)
    try:
        train(recipe, run, data_folders, emit, control, resume=request.recipe is None)
    except Stopped:
        if not control.is_suspended:
            return RunOutcome("cancelled" if control.is_cancelled else "nothing")
        _delete_replaced(replaced)
        return RunOutcome("suspended")
    finally:
        if not (run.path / RECORD).exists():
            # train() failed before the run began.
            with contextlib.suppress(OSError):
                run.path.rmdir()
    if control.is_cancelled:
        # Cancelled after the last epoch.
        delete_run(run)
        return RunOutcome("cancelled")
    _delete_replaced(replaced)
    name, record = add_run_to_library(run, folders.models), run.record()
    current = folders.current_model() if record.epochs else None
    comparison = compare_models(run, current) if current is not None else None
    return RunOutcome("kept", NewModel(name, record.title, record.epochs, comparison))


def _begin(
    request: RunRequest, folders: RunFolders, emit: Callable[[RunMessage], None]
) -> tuple[RunFolder, Recipe, RunFolder | None]:
    """Return the run's folder, its recipe, and the interrupted run that it replaces."""
    if request.recipe is not None:
        return new_run(folders.runs, request.recipe), request.recipe, None
    old = RunFolder(folders.runs / request.name)
    before = old.record()
    run = new_run(folders.runs, old.recipe())
    recipe = create_resumed_run(old, run, request.epochs)
    record = run.record()
    emit(EarlierRun(run.history(), record.best_epoch, record.seconds, recipe))
    return run, recipe, old if before.state == "running" else None


def _delete_replaced(replaced: RunFolder | None) -> None:
    """Delete the interrupted run that was resumed."""
    if replaced is not None:
        # If it cannot be deleted, it is offered again.
        with contextlib.suppress(UserError):
            delete_run(replaced)
