"""Resuming of runs: a new run continues from the last checkpoint of an old one."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from datetime import UTC, datetime

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import copy_file
from desktop_app.runs.checkpoint import Progress, read_checkpoint
from desktop_app.runs.recipe import Recipe, recipe_from_json, recipe_to_json
from desktop_app.runs.run_folder import BEST, LAST, RECORD, RunFolder, RunHistory, RunRecord
from desktop_app.runs.run_store import distinct_title, run_titles


def create_resumed_run(old: RunFolder, new: RunFolder, epochs: int | None = None) -> Recipe:
    """Create a new run that resumes an old one, which is not changed, and acquire its lock.

    Args:
        old: a run that is not running; if it was interrupted in its first epoch, training starts again.
        new: folder from new_run().
        epochs: total number of epochs; None for that of the old recipe.

    Returns:
        The recipe of the new run.

    Raises:
        UserError: there is no checkpoint, no epoch is left, or the new run cannot be written; then the new
            folder is deleted.
    """
    if (new.path / RECORD).exists():
        raise UserError("{name} already contains a run; choose another folder.", name=shown_name(new.path))
    try:
        old.check_not_running()
        recipe, record = old.recipe(), old.record()
        if (old.path / LAST).is_file():
            progress = read_checkpoint(old.path / LAST)[1]
        elif record.is_in_first_epoch:
            progress = Progress()
        else:
            raise UserError(
                "This run ended before its first epoch; there is nothing to resume. Start a new run."
            )
        if epochs is not None:
            changed = replace(recipe, fitting=replace(recipe.fitting, epochs=epochs))
            recipe = recipe_from_json(recipe_to_json(changed))
        # A run that was interrupted after its last epoch is only measured and exported.
        least = progress.epochs + (record.state == "finished")
        if recipe.fitting.epochs < least:
            raise UserError(
                "The number of epochs must exceed {epochs}, which this run has completed; choose more.",
                epochs=progress.epochs,
            )
        new.acquire()
        for name in (LAST, BEST):
            if (old.path / name).is_file():
                copy_file(old.path / name, new.path / name)
        new.write_history(_history_until(old, progress.epochs))
        new.begin(recipe, _record_from(old, record, progress, recipe))
    except BaseException:
        new.release()
        shutil.rmtree(new.path, ignore_errors=True)
        raise
    return recipe


def _history_until(old: RunFolder, epochs: int) -> RunHistory:
    """Return the history of exactly so many epochs; missing values are empty or NaN."""
    try:
        history = old.history()
    except UserError:
        history = RunHistory()
    points = epochs * history.batches_per_epoch

    def resized(values: tuple[float, ...]) -> tuple[float, ...]:
        return (*values[:points], *(math.nan,) * (points - len(values)))

    empty: dict[str, float] = {}
    return RunHistory(
        (*history.epochs[:epochs], *(empty,) * (epochs - len(history.epochs))),
        {name: resized(values) for name, values in history.batches.items()},
        history.batches_per_epoch,
    )


def _title_of_resumed(old: RunFolder, record: RunRecord, recipe: Recipe) -> str:
    """Return the title of a run that resumes an old one; an interrupted one will be deleted."""
    if record.state == "running":
        return record.title
    return distinct_title(record.title, recipe.fitting.epochs, run_titles(old.path.parent))


def _record_from(old: RunFolder, record: RunRecord, progress: Progress, recipe: Recipe) -> RunRecord:
    """Return the first record of a run that resumes an old one."""
    return RunRecord(
        title=_title_of_resumed(old, record, recipe),
        started=datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        seconds=progress.seconds,
        epochs=progress.epochs,
        best_epoch=progress.kept_epoch(recipe.keeping),
        parameters=record.parameters,
        device=record.device,
        precision=record.precision,
        figures={name: value for name, value in record.figures.items() if name.startswith("val_")},
        continues=old.name,
    )
