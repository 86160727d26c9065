"""The `train` command: a recipe becomes a model, measured on writers whom it never saw."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.settings import load_settings
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.model_folder import copy_model
from desktop_app.runs.recipe import Recipe, read_recipe
from desktop_app.runs.run_folder import MODEL, RunFolder
from desktop_app.runs.run_store import adopt, new_run, resume_from
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    PreparationProgress,
    RunFinished,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
)
from desktop_app.runs.zoo import ZOO, zoo_entry

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_REASONS = {
    "finished": "all epochs are done",
    "stopped": "stopped",
    "patience": "no better epoch came in time",
    "not a number": "the loss was no number any more",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    names = ", ".join(entry.name for entry in ZOO)
    parser.epilog = (
        f"Recipes of the zoo: {names}. Ctrl+C ends a run and keeps the best it has; a second one leaves "
        "it as it is, to go on later with --go-on."
    )
    parser.add_argument(
        "recipe", metavar="RECIPE", help="a recipe file, e.g. models/digits/recipe.json, or one of the zoo"
    )
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="FOLDER",
        help="where the model folder goes (default: the model library)",
    )
    parser.add_argument("--go-on", metavar="RUN", help="continue the run in this folder by its own recipe")


def run(args: argparse.Namespace) -> int:
    """Train, export, measure; 0 when it was done, 1 when the recipe or the data cannot be used."""
    try:
        recipe = _recipe(args.recipe)
        settings, _ = load_settings(paths.settings_path())
        places = DataFolders(paths.data_dir(settings), paths.downloads_dir())
        folder = new_run(paths.runs_dir(), recipe)
        if args.go_on:
            recipe = resume_from(_run_to_go_on(args.go_on), folder)
        _train(recipe, folder, places, args.folder, resume=bool(args.go_on))
    except UserError as error:
        print(f"handwriting: {error}", file=sys.stderr)
        return 1
    return 0


def _recipe(wanted: str) -> Recipe:
    """The recipe in a file, or the zoo's of that name."""
    if Path(wanted).exists():
        return read_recipe(Path(wanted))
    try:
        return zoo_entry(wanted).recipe
    except KeyError:
        raise UserError(f"There is no file and no network of the zoo called {wanted}; see --help.") from None


def _run_to_go_on(wanted: str) -> RunFolder:
    """A run by its folder, or by its name among the user's."""
    path = Path(wanted)
    return RunFolder(path if path.is_dir() else paths.runs_dir() / wanted)


def _train(recipe: Recipe, run: RunFolder, places: DataFolders, out: Path | None, *, resume: bool) -> None:
    try:
        # Keras takes seconds to import; nobody who only asks for help should wait for it.
        from desktop_app.core.stopping import Stopped
        from desktop_app.training.train import train
    except ImportError as error:
        raise UserError("Training needs more than reading: install handwriting[training].") from error
    control = RunControl()
    before = signal.signal(signal.SIGINT, lambda *_: _ask_to_stop(control))
    try:
        with _ProgressReporter() as reporter:
            train(recipe, run, places, reporter.report, control, resume=resume)
    except Stopped:
        left = f"left as it is; go on with --go-on {run.name}" if control.is_suspended else "nothing to keep"
        print(f"stopped: {left}", flush=True)
        return
    finally:
        signal.signal(signal.SIGINT, before)
    if out is None:
        folder = paths.user_models_dir() / adopt(run, paths.user_models_dir())
    else:
        folder = out
        copy_model(run.path / MODEL, folder)
    add_figures(folder, places)
    print(f"model: {folder}\nrun: {run.path}", flush=True)


def _ask_to_stop(control: RunControl) -> None:
    if control.should_stop():
        control.suspend()
        return
    control.stop()
    print("stopping; once more to leave the run as it is", file=sys.stderr, flush=True)


def add_figures(folder: Path, places: DataFolders) -> None:
    """Measure a model through the reading paths and write the figures into its card.

    Sources without writers or a test part of their own are left out: the run has measured what it
    kept of them for testing.

    Raises:
        UserError: the model cannot be used, or its card not be written.
    """
    from desktop_app.cli.evaluate import evaluate, open_data
    from desktop_app.networks.model_folder import write_card
    from desktop_app.networks.recognizer import open_recognizer

    recognizer = open_recognizer(folder)
    folders = [place for place in (places.folder, places.downloads) if place is not None]
    found = [place / source.file for source in recognizer.card.data for place in folders]
    opened = (open_data(str(path)) for path in found if path.exists())
    fair = (source for source in opened if source.writers is not None or source.is_test is not None)
    reports = [evaluate(source, recognizer) for source in fair]
    write_card(folder, replace(recognizer.card, figures=tuple(reports)))
    for report in reports:
        print(json.dumps({key: report[key] for key in report if key != "confusion"}))


class _ProgressReporter:
    """Lines for what happens, and a bar for the running epoch where somebody watches."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._entered: AbstractContextManager[Any] = nullcontext()

    def __enter__(self) -> _ProgressReporter:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[words]}"),
            )
            self._entered = self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._entered.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered.__exit__(kind, error, trace)

    def report(self, event: TrainingEvent) -> None:
        """Called in the thread that trains, which is the only one."""
        match event:
            case PreparationProgress():
                self._say(f"{event.text} ({event.step} of {event.steps})")
            case TrainingStarted():
                self._begin(event)
            case BatchEnded() if self._bar is not None and self._task is not None:
                speed = f"{event.images / max(event.seconds, 1e-9):,.0f} images/s"
                words = f"{speed}, loss {event.metrics['loss']:.4f}"
                description = f"epoch {event.epoch} of {event.epochs}"
                done = (event.epoch - 1) * event.batches + event.batch
                self._bar.update(self._task, completed=done, description=description, words=words)
            case EpochEnded():
                self._say(_epoch(event))
            case TrainingEnded():
                self._say(f"learned: {_REASONS[event.reason]}; kept epoch {event.best_epoch}")
            case RunFinished():
                self._say(f"{'stopped; ' if event.stopped else ''}model written")

    def _begin(self, event: TrainingStarted) -> None:
        counts = (
            f"{event.training:,} samples, {event.validation:,} to choose by, {event.test:,} to measure by"
        )
        self._say(f"{event.network.title} on {event.device}: {counts}")
        if self._bar is not None:
            total = event.epochs * event.batches
            self._task = self._bar.add_task("", total=total, words="")

    def _say(self, line: str) -> None:
        (self._bar.console.print if self._bar is not None else print)(line)
        if self._bar is None:
            sys.stdout.flush()


def _epoch(event: EpochEnded) -> str:
    metrics = ", ".join(
        f"{name} {value:.4g}" for name, value in sorted(event.metrics.items()) if name != "seconds"
    )
    best = " *" if event.is_best else ""
    return f"epoch {event.epoch} of {event.epochs}: {metrics} ({event.seconds:.1f} s){best}"
