"""The run folders of a user: listing, renaming, deleting, and adding models to the library.

A damaged or incomplete run folder does not affect the others. The module does not need Keras.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.files import replace_file
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.core.temporary import temporary_neighbour
from desktop_app.networks.card import ModelCard, is_plain_name
from desktop_app.networks.library import add_model, model_folders, rename_model
from desktop_app.networks.model_folder import is_model_folder, read_card
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import (
    LAST,
    MODEL,
    RECIPE,
    RECORD,
    TENSORBOARD,
    RunFolder,
    RunRecord,
)

MAX_RUNS = 3000
"""Maximum number of listed runs."""

_LONGEST_STEM = 150
"""Characters of a title before what makes it distinct."""

_ACTIVE = ("running", "learned")
_MOST_ENTRIES = 100_000


@dataclass(frozen=True, eq=False)
class Run:
    """State of a run when it was read.

    Attributes:
        folder: folder of the run.
        recipe: None if it cannot be read.
        record: if it cannot be read, a record with the name of the folder as title.
        is_running: whether a program performs the run.
        is_interrupted: whether no program performs the run although it has not ended.
        has_checkpoint: whether there is a checkpoint to resume from.
        has_log: whether there is a TensorBoard log.
        has_model: whether there is a model folder.
        problem: error message if a file cannot be read; empty otherwise.
    """

    folder: RunFolder
    recipe: Recipe | None
    record: RunRecord
    is_running: bool = False
    is_interrupted: bool = False
    has_checkpoint: bool = False
    has_log: bool = False
    has_model: bool = False
    problem: Message | None = None

    @property
    def name(self) -> str:
        """Name of the folder, which identifies the run."""
        return self.folder.name

    @property
    def title(self) -> str:
        """Title shown to the user."""
        return self.record.title or self.name

    @property
    def started(self) -> datetime | None:
        """Time of the start, with time zone; None if unknown."""
        return _parse_time(self.record.started)

    @property
    def can_resume(self) -> bool:
        """Whether the run can be resumed."""
        has_state = self.has_checkpoint or self.record.is_in_first_epoch
        return has_state and self.recipe is not None and not self.is_running and not self.problem


def new_run(runs_dir: Path, recipe: Recipe) -> RunFolder:
    """Create an empty run folder, named after the time and the recipe; begin() starts the run.

    Raises:
        UserError: the folder cannot be created.
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
        raise UserError(
            "A new run cannot be saved in {folder}: {reason}.", folder=runs_dir, reason=reason(error)
        ) from error
    raise UserError("There are too many runs in {name}; delete some.", name=shown_name(runs_dir))


def list_runs(runs_dir: Path, should_stop: ShouldStop = lambda: False) -> tuple[Run, ...]:
    """Return the newest runs, newest first; none if the folder is missing or unreadable.

    Raises:
        Stopped: should_stop(), which is called before each run, returned True.
    """
    try:
        with os.scandir(runs_dir) as entries:
            names = [
                entry.name
                for entry in islice(entries, _MOST_ENTRIES)
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return ()
    # Names start with the date.
    newest = sorted(names, reverse=True)[:MAX_RUNS]
    listed = []
    for name in newest:
        raise_if_stopped(should_stop)
        if (run := _read_run(RunFolder(runs_dir / name))) is not None:
            listed.append(run)
    return tuple(sorted(listed, key=_sort_key))


def _read_run(folder: RunFolder) -> Run | None:
    """Read the state of a run; None if the folder is not a run."""
    has_recipe, has_record = ((folder.path / name).exists() for name in (RECIPE, RECORD))
    if not has_record and (not has_recipe or folder.is_locked()):
        # Another folder, or a run that is being created.
        return None
    recipe, recipe_problem = _recipe_of(folder)
    record, problem = _record_of(folder)
    is_locked = record.state in _ACTIVE and folder.is_locked()
    if record.state in _ACTIVE and not is_locked:
        # The run may have ended after its record was read.
        record, problem = _record_of(folder)
    is_active = record.state in _ACTIVE
    return Run(
        folder,
        recipe,
        record,
        is_running=is_active and is_locked,
        is_interrupted=is_active and not is_locked,
        has_checkpoint=(folder.path / LAST).is_file(),
        has_log=_is_not_empty(folder.path / TENSORBOARD),
        has_model=is_model_folder(folder.path / MODEL),
        problem=problem or recipe_problem,
    )


def interrupted_runs(runs_dir: Path, should_stop: ShouldStop = lambda: False) -> tuple[Run, ...]:
    """Return the runs that were interrupted before the end of training and can be resumed.

    A run that was resumed, by one that was interrupted as well, is not among them.

    Raises:
        Stopped: should_stop(), which is called before each run, returned True.
    """
    runs = list_runs(runs_dir, should_stop)
    resumed = {run.record.continues for run in runs if run.can_resume or not run.is_interrupted}
    return tuple(
        run
        for run in runs
        if run.is_interrupted and run.record.state == "running" and run.can_resume and run.name not in resumed
    )


def report_runs(runs: Iterable[RunFolder]) -> None:
    """Remember that the interruption of runs was reported to the user.

    Raises:
        UserError: a record cannot be read or written.
    """
    for run in runs:
        if not run.record().is_reported:
            run.update(is_reported=True)


def dismiss_run(run: RunFolder) -> None:
    """Remember that the user does not want to be asked again to resume an interrupted run.

    Raises:
        UserError: the record cannot be read or written.
    """
    run.update(is_reported=True, is_dismissed=True)


def rename_run(run: Run | RunFolder, title: str) -> None:
    """Change the title of a run, and that of its model in the user's library.

    Raises:
        UserError: the title is empty, or the record or the card of the model cannot be changed.
    """
    title = printable(" ".join(title.split()))
    if not title:
        raise UserError("The title is empty; enter one.")
    folder = _folder_of(run)
    name = folder.update(title=title).model
    model = model_folders().get(name)
    # After the model was removed, another one may have got its name.
    if model is not None and _is_copy(model, folder.path / MODEL):
        rename_model(name, title)


def rename_model_and_run(name: str, title: str, runs_dir: Path) -> None:
    """Change the title of a model in the user's library, and that of the run that trained it.

    Raises:
        UserError: see `rename_model`, or the record of the run cannot be changed.
    """
    rename_model(name, title)
    model = model_folders()[name]
    for run in list_runs(runs_dir):
        if run.record.model == name and _is_copy(model, run.folder.path / MODEL):
            run.folder.update(title=read_card(model).title)


def _is_copy(model: Path, original: Path) -> bool:
    """Return whether two model folders have the same files; False if a card is missing or damaged."""
    try:
        return read_card(model).files == read_card(original).files
    except UserError:
        return False


def distinct_title(title: str, epochs: int, taken: Collection[str]) -> str:
    """Return a title that no other run has: with the number of epochs, or the time, if needed.

    Args:
        title: the first choice.
        epochs: number of epochs of the run.
        taken: titles of the other runs.
    """
    now = datetime.now().astimezone()
    stem = title[:_LONGEST_STEM]
    candidates = [
        stem,
        f"{stem} · {epochs} epochs",
        f"{stem} · {now:%Y-%m-%d %H:%M}",
        f"{stem} · {now:%Y-%m-%d %H:%M:%S}",
    ]
    return next((each for each in candidates if each not in taken), candidates[-1])


def run_titles(runs_dir: Path) -> set[str]:
    """Return the titles of all runs in a folder."""
    return {run.title for run in list_runs(runs_dir)}


def delete_run(run: Run | RunFolder) -> None:
    """Delete a run folder; links in it are not followed.

    Raises:
        UserError: a program performs the run, it does not exist, or it cannot be deleted.
    """
    folder = _folder_of(run)
    path = folder.path
    if path.is_symlink() or not path.is_dir():
        raise UserError("There is no longer a run {name}; choose another.", name=shown_name(path))
    folder.check_not_running()
    # The hidden name removes it from the list at once; deleting its files may take long.
    hidden = temporary_neighbour(path)
    try:
        replace_file(path, hidden)
        if RunFolder(hidden).is_locked():
            # A program has started to perform the run in the meantime.
            replace_file(hidden, path)
            folder.check_not_running()
    except OSError as error:
        raise UserError(
            "The run {name} cannot be deleted: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error
    shutil.rmtree(hidden, ignore_errors=True)
    if hidden.exists():
        raise UserError(
            "The run could not be deleted completely; delete {name} in {folder}.",
            name=hidden.name,
            folder=path.parent,
        )


def add_run_to_library(run: Run | RunFolder, models_dir: Path) -> str:
    """Copy the model of a run to the model library, and write its name to the record.

    The model gets the title of the run, with the number of its name, if there is one.

    Args:
        run: run with a model folder.
        models_dir: the model library.

    Returns:
        The name of the model in the library; the same if it was copied before.

    Raises:
        UserError: there is no model, it is damaged, or it cannot be copied; the library is unchanged.
    """
    folder = _folder_of(run)
    record = folder.record()
    copied = record.model
    if is_plain_name(copied) and is_model_folder(models_dir / copied):
        return copied
    if card_of(folder) is None:
        raise UserError("This run has no model yet; wait for its end or resume it.")
    name = add_model(folder.path / MODEL, models_dir, record.title)
    folder.update(model=name)
    return name


def card_of(run: RunFolder) -> ModelCard | None:
    """Return the card of the model of a run; None if it has no model.

    Raises:
        UserError: the card is damaged.
    """
    model = run.path / MODEL
    if not is_model_folder(model):
        return None
    try:
        return read_card(model)
    except UserError as error:
        raise UserError("The model of this run is damaged; train again.") from error


# ---------------------------------------------------------------------------------------- reading


def _folder_of(run: Run | RunFolder) -> RunFolder:
    return run.folder if isinstance(run, Run) else run


def _recipe_of(folder: RunFolder) -> tuple[Recipe | None, Message | None]:
    """Return the recipe, or None and an error message."""
    try:
        stat = (folder.path / RECIPE).stat()
        return _cached_recipe(folder.path, stat.st_mtime_ns, stat.st_size), None
    except UserError as error:
        return None, error.message
    except OSError as error:
        problem = message("{name} of this run cannot be read: {reason}.", name=RECIPE, reason=reason(error))
        return None, problem


@lru_cache(MAX_RUNS)
def _cached_recipe(folder: Path, _modified: int, _size: int) -> Recipe:
    # Checking the layers of recipes takes most of the time of listing runs.
    return RunFolder(folder).recipe()


def _record_of(folder: RunFolder) -> tuple[RunRecord, Message | None]:
    """Return the record; or a replacement and an error message."""
    try:
        return folder.record(), None
    except UserError as error:
        return RunRecord(title=shown_name(folder.name), state="failed"), error.message


def _parse_time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone() if time.tzinfo is None else time
    except (ValueError, OverflowError, OSError):
        return None


def _sort_key(run: Run) -> tuple[float, str]:
    """Return a key that sorts newest first; runs without a start time by that of their folder."""
    with contextlib.suppress(OSError, OverflowError, ValueError):
        started = run.started
        seconds = started.timestamp() if started is not None else run.folder.path.stat().st_mtime
        return -seconds, run.name
    return math.inf, run.name


def _is_not_empty(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is not None
    except OSError:
        return False
