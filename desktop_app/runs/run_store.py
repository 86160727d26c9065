"""The runs of a user: all run folders in one place, and what is done with whole runs.

A run folder may come from anywhere, be half deleted or damaged: it never keeps the others from being
listed. Keras is not needed here.
"""

from __future__ import annotations

import contextlib
import math
import os
import secrets
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.files import copy_file, replace_file
from desktop_app.networks.card import ModelCard, is_plain_name
from desktop_app.networks.library import add_model
from desktop_app.networks.model_folder import holds_model, read_card
from desktop_app.runs.checkpoint import Progress, read_checkpoint
from desktop_app.runs.recipe import Recipe, recipe_from_json, recipe_to_json
from desktop_app.runs.run_folder import (
    BEST,
    LAST,
    MODEL,
    RECIPE,
    RECORD,
    TENSORBOARD,
    RunFolder,
    RunHistory,
    RunRecord,
)

MOST_RUNS = 3000
"""Runs that are listed, the newest ones."""

_GOING = ("running", "learned")
_MOST_ENTRIES = 100_000
_DELETED = ".deleted-"


@dataclass(frozen=True, eq=False)
class Run:
    """What is known of one run at one moment.

    Attributes:
        folder: of the run.
        recipe: None where it cannot be read.
        record: of a run whose record cannot be read, one that bears the folder's name.
        is_running: whether a program works on it.
        is_interrupted: whether nobody does although it has not come to its end.
        has_checkpoint: whether there is something to go on from.
        has_log: whether there is a log for TensorBoard.
        has_model: whether there is a model folder.
        problem: a sentence where something of it cannot be read; empty otherwise.
    """

    folder: RunFolder
    recipe: Recipe | None
    record: RunRecord
    is_running: bool = False
    is_interrupted: bool = False
    has_checkpoint: bool = False
    has_log: bool = False
    has_model: bool = False
    problem: str = ""

    @property
    def name(self) -> str:
        """Of the folder; names the run for good."""
        return self.folder.name

    @property
    def title(self) -> str:
        """What people see."""
        return self.record.title or self.name

    @property
    def started(self) -> datetime | None:
        """When it began, with zone; None where that is unknown."""
        return _snapshot(self.record.started)

    @property
    def can_resume(self) -> bool:
        """Whether there is all that is needed to go on from where it ended."""
        has_state = self.has_checkpoint or _has_no_epoch_yet(self.record)
        return has_state and self.recipe is not None and not self.is_running and not self.problem


def new_run(runs_dir: Path, recipe: Recipe) -> RunFolder:
    """An empty run folder of its own, named by the time and the recipe; begin() makes it a run.

    Raises:
        UserError: it cannot be made.
    """
    stem = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-{recipe.name}"
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        for number in range(1, _MOST_ENTRIES):
            path = runs_dir / (stem if number == 1 else f"{stem}-{number}")
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                return RunFolder(path)
    except OSError as error:
        raise UserError(f"A new run cannot be kept in {shown_name(runs_dir)}: {reason(error)}.") from error
    raise UserError(f"A new run cannot be kept in {shown_name(runs_dir)}: there are too many already.")


def runs(runs_dir: Path) -> tuple[Run, ...]:
    """All runs, the newest first, at most MOST_RUNS; none where the folder is missing or unreadable."""
    try:
        with os.scandir(runs_dir) as entries:
            names = [
                entry.name
                for entry in islice(entries, _MOST_ENTRIES)
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return ()
    # Names begin with the date: the newest are among the last.
    newest = sorted(names, reverse=True)[:MOST_RUNS]
    found = [run for name in newest if (run := read_run(RunFolder(runs_dir / name))) is not None]
    return tuple(sorted(found, key=_age))


def read_run(folder: RunFolder) -> Run | None:
    """What is known of one run now; None where the folder holds no run."""
    has_recipe, has_record = ((folder.path / name).exists() for name in (RECIPE, RECORD))
    if not has_record and (not has_recipe or folder.is_held()):
        # Another folder, or a run that is only just being made.
        return None
    recipe, recipe_problem = _recipe_of(folder)
    record, problem = _record_of(folder)
    held = record.state in _GOING and folder.is_held()
    if record.state in _GOING and not held:
        # It may have ended between the two looks.
        record, problem = _record_of(folder)
    going = record.state in _GOING
    return Run(
        folder,
        recipe,
        record,
        is_running=going and held,
        is_interrupted=going and not held,
        has_checkpoint=(folder.path / LAST).is_file(),
        has_log=_holds_something(folder.path / TENSORBOARD),
        has_model=holds_model(folder.path / MODEL),
        problem=problem or recipe_problem,
    )


def interrupted(runs_dir: Path) -> tuple[Run, ...]:
    """Runs that somebody may want to go on with: cut off while learning, or before."""
    return tuple(
        run
        for run in runs(runs_dir)
        if run.is_interrupted and run.record.state == "running" and run.can_resume
    )


def rename_run(run: Run | RunFolder, title: str) -> None:
    """Give a run another title.

    Raises:
        UserError: the title is empty, or the record cannot be changed.
    """
    title = printable(" ".join(title.split()))
    if not title:
        raise UserError("A run needs a title; type one.")
    _folder_of(run).change(title=title)


def delete_run(run: Run | RunFolder) -> None:
    """Remove a run with everything in it; links in it are removed, not followed.

    Raises:
        UserError: a program works on it, it is no folder, or the system forbids it.
    """
    folder = _folder_of(run)
    path = folder.path
    if path.is_symlink() or not path.is_dir():
        raise UserError(f"There is no run {shown_name(path)} any more.")
    _refuse_held(folder)
    # Under its hidden name it is gone for everybody at once, however long removing takes.
    hidden = path.with_name(f"{_DELETED}{secrets.token_hex(8)}")
    try:
        replace_file(path, hidden)
        if RunFolder(hidden).is_held():
            # A program began to work on it in this very moment.
            replace_file(hidden, path)
            _refuse_held(folder)
    except OSError as error:
        raise UserError(f"The run {shown_name(path)} cannot be deleted: {reason(error)}.") from error
    _clear_away(path.parent)
    if hidden.exists():
        raise UserError(f"Not everything of the run can be deleted; {hidden.name} in {path.parent} is left.")


def resume_from(old: RunFolder, new: RunFolder, epochs: int | None = None) -> Recipe:
    """Make a new run that begins where an old one ended, and hold its lock; nothing changes in the old.

    Args:
        old: a run that nobody works on; one that was cut off in its first epoch begins again.
        new: from new_run().
        epochs: how many there will be in all; None: as many as the old recipe says.

    Returns:
        The recipe of the new run.

    Raises:
        UserError: there is nothing to go on from, nothing left to learn, or the new run cannot be
            written; the new folder is gone then.
    """
    if (new.path / RECORD).exists():
        raise UserError(f"{shown_name(new.path)} is a run already; go on in another folder.")
    try:
        _refuse_held(old)
        recipe, record = old.recipe(), old.record()
        if (old.path / LAST).is_file():
            progress = read_checkpoint(old.path / LAST)[1]
        elif _has_no_epoch_yet(record):
            progress = Progress()
        else:
            raise UserError("This run was over before an epoch was; there is nothing to go on from.")
        if epochs is not None:
            longer = replace(recipe, fitting=replace(recipe.fitting, epochs=epochs))
            recipe = recipe_from_json(recipe_to_json(longer))
        # What was cut off behind its last epoch has yet to be measured and exported.
        least = progress.epochs + (record.state == "finished")
        if recipe.fitting.epochs < least:
            raise UserError(f"This run has learned {progress.epochs} epochs already; choose more.")
        new.hold()
        for name in (LAST, BEST):
            if (old.path / name).is_file():
                copy_file(old.path / name, new.path / name)
        new.write_history(_history_until(old, progress.epochs))
        new.begin(recipe, _record_from(old, record, progress))
    except BaseException:
        new.release()
        shutil.rmtree(new.path, ignore_errors=True)
        raise
    return recipe


def adopt(run: Run | RunFolder, models_dir: Path) -> str:
    """Copy a run's model into the user's library, and write its name there into the run's record.

    The model has the run's title, with a number where its name has one.

    Args:
        run: with a model folder.
        models_dir: the user's library.

    Returns:
        The model's name in the library; that of the first time where it was copied before.

    Raises:
        UserError: there is no model, it is damaged, or it cannot be copied; the library is untouched.
    """
    folder = _folder_of(run)
    record = folder.record()
    before = record.model
    if is_plain_name(before) and holds_model(models_dir / before):
        return before
    if card_of(folder) is None:
        raise UserError("This run has no model yet; wait for its end or go on with it.")
    name = add_model(folder.path / MODEL, models_dir, record.title)
    folder.change(model=name)
    return name


def card_of(run: RunFolder) -> ModelCard | None:
    """The card of a run's model; None where it has none yet.

    Raises:
        UserError: the card is damaged.
    """
    model = run.path / MODEL
    if not holds_model(model):
        return None
    try:
        return read_card(model)
    except UserError as error:
        raise UserError("The model of this run is damaged; repeat the run.") from error


# ---------------------------------------------------------------------------------------- reading


def _folder_of(run: Run | RunFolder) -> RunFolder:
    return run.folder if isinstance(run, Run) else run


def _recipe_of(folder: RunFolder) -> tuple[Recipe | None, str]:
    """The recipe, or why there is none."""
    try:
        about = (folder.path / RECIPE).stat()
        return _kept_recipe(folder.path, about.st_mtime_ns, about.st_size), ""
    except UserError as error:
        return None, str(error)
    except OSError as error:
        return None, f"{RECIPE} of this run cannot be read: {reason(error)}."


@lru_cache(MOST_RUNS)
def _kept_recipe(folder: Path, _changed: int, _size: int) -> Recipe:
    """A recipe, read once: tracing its layers takes most of the time of listing runs."""
    return RunFolder(folder).recipe()


def _record_of(folder: RunFolder) -> tuple[RunRecord, str]:
    """The record, or one in its place and why."""
    try:
        return folder.record(), ""
    except UserError as error:
        return RunRecord(title=shown_name(folder.name), state="failed"), str(error)


def _snapshot(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone() if moment.tzinfo is None else moment
    except (ValueError, OverflowError, OSError):
        return None


def _age(run: Run) -> tuple[float, str]:
    """Sorts the newest first; a run that does not know its time goes by its folder's."""
    with contextlib.suppress(OSError, OverflowError, ValueError):
        moment = run.started
        seconds = moment.timestamp() if moment is not None else run.folder.path.stat().st_mtime
        return -seconds, run.name
    return math.inf, run.name


def _holds_something(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is not None
    except OSError:
        return False


def _refuse_held(folder: RunFolder) -> None:
    if folder.is_held():
        raise UserError("This run is still going on; stop it or wait for its end.")


def _clear_away(runs_dir: Path) -> None:
    """Remove what is deleted, and finish what a deletion that was cut off has left behind."""
    for path in runs_dir.glob(f"{_DELETED}*"):
        if not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)


# --------------------------------------------------------------------------------------- going on


def _has_no_epoch_yet(record: RunRecord) -> bool:
    """Whether a run has still to learn its first epoch: without a checkpoint it begins again."""
    return record.state == "running" and record.epochs == 0


def _history_until(old: RunFolder, epochs: int) -> RunHistory:
    """The history of exactly so many epochs, whatever is missing of it or was written too much."""
    try:
        history = old.history()
    except UserError:
        history = RunHistory()
    points = epochs * history.batches_per_epoch

    def fitted(values: tuple[float, ...]) -> tuple[float, ...]:
        return (*values[:points], *(math.nan,) * (points - len(values)))

    none: dict[str, float] = {}
    return RunHistory(
        (*history.epochs[:epochs], *(none,) * (epochs - len(history.epochs))),
        {name: fitted(values) for name, values in history.batches.items()},
        history.batches_per_epoch,
    )


def _record_from(old: RunFolder, record: RunRecord, progress: Progress) -> RunRecord:
    """The first record of a run that goes on from an old one."""
    return RunRecord(
        title=record.title,
        started=datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        seconds=progress.seconds,
        epochs=progress.epochs,
        best_epoch=progress.best_epoch,
        parameters=record.parameters,
        device=record.device,
        figures={name: value for name, value in record.figures.items() if name.startswith("val_")},
        continues=old.name,
    )
