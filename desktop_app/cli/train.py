"""The `train` command: trains a model from a recipe and measures it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from desktop_app.cli.arguments import not_empty, not_empty_path, seed_count
from desktop_app.cli.data_sets import data_folders
from desktop_app.cli.progress_reporter import ProgressReporter
from desktop_app.core import paths
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import is_folder, is_there
from desktop_app.core.installation import install_advice
from desktop_app.core.run_control import RunControl
from desktop_app.core.temporary import remove_abandoned
from desktop_app.data.recipe_file import open_recipe
from desktop_app.data.sources.built_in import source_info
from desktop_app.data.sources.download import download
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.model_folder import check_replaceable_by_model, copy_model
from desktop_app.networks.native_output import suppress_native_output
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.resuming import create_resumed_run
from desktop_app.runs.run_folder import MODEL, RECIPE, RunFolder
from desktop_app.runs.run_progress import EarlierRun
from desktop_app.runs.run_queue import text_without_seed, with_seeds
from desktop_app.runs.run_store import add_run_to_library, delete_run, new_run
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    names = ", ".join(entry.name for entry in ZOO)
    parser.epilog = (
        f"Built-in recipes: {names}. Ctrl+C stops the training and keeps the best epoch; pressing it again "
        "suspends the run, which can be resumed with --go-on. After either, no further seed is trained."
    )
    parser.add_argument(
        "recipe",
        type=not_empty,
        metavar="RECIPE",
        help="recipe file, e.g. models/digits/recipe.json, or name of a built-in recipe",
    )
    parser.add_argument(
        "folder",
        type=not_empty_path,
        nargs="?",
        metavar="FOLDER",
        help="model folder to write (default: a folder in the model library)",
    )
    parser.add_argument(
        "--go-on",
        type=not_empty,
        metavar="RUN",
        help="resume the run of RECIPE in this folder or with this name; epochs of RECIPE may have changed",
    )
    parser.add_argument(
        "--seeds",
        type=seed_count,
        default=1,
        metavar="N",
        help="train N runs with consecutive seeds one after another; with --go-on, that run and those after "
        "it (default: %(default)s)",
    )
    parser.add_argument(
        "--download", action="store_true", help="download data sets that are missing, e.g. MNIST"
    )


def run(args: argparse.Namespace) -> int:
    """Train, export and measure a model; return the exit code.

    Raises:
        UserError: the recipe, the run or the data cannot be used.
    """
    remove_abandoned(*paths.own_dirs())
    recipes = with_seeds(_recipe(args.recipe), args.seeds)
    model_folder = None if args.folder is None else Path(os.path.realpath(args.folder))
    if model_folder is not None:
        # Before hours of training.
        check_replaceable_by_model(model_folder)
        if len(recipes) > 1:
            raise UserError("A folder is for one model; leave it out to train several seeds.")
    earlier = _run_to_resume(args.go_on) if args.go_on else None
    if earlier is not None:
        recipes = _from_run(recipes, earlier)
    folders = data_folders()
    if args.download:
        _download(recipes[0], folders)
    _train_all(recipes, folders, model_folder, earlier)
    return 0


def _train_all(
    recipes: Sequence[Recipe], folders: DataFolders, model_folder: Path | None, earlier: RunFolder | None
) -> None:
    """Train recipes one after another until one is stopped; the first one resumes an earlier run."""
    for number, recipe in enumerate(recipes, start=1):
        run = new_run(paths.runs_dir(), recipe)
        if len(recipes) > 1:
            print(f"run {number} of {len(recipes)}: seed {recipe.seed}, {run.name}", flush=True)
        with _deleted_unless_started(run) as reporter:
            resumed = recipe if earlier is None else create_resumed_run(earlier, run, recipe.fitting.epochs)
            is_complete = _train(resumed, run, folders, model_folder, earlier, reporter)
        if not is_complete and number < len(recipes):
            seeds = ", ".join(str(each.seed) for each in recipes[number:])
            print(f"not trained: seeds {seeds}", flush=True)
            return
        earlier = None


def _from_run(recipes: Sequence[Recipe], run: RunFolder) -> tuple[Recipe, ...]:
    """Return the recipe of a run and those after it, with the number of epochs that is asked for now.

    Raises:
        UserError: the run has none of the recipes.
    """
    trained, asked = run.recipe(), recipes[0]
    fitting = replace(trained.fitting, epochs=asked.fitting.epochs)
    if text_without_seed(replace(trained, fitting=fitting)) != text_without_seed(asked):
        raise UserError(
            "The run {run} has another recipe than {recipe}; resume it with {file} in its folder.",
            run=shown_name(run.name),
            recipe=asked.name,
            file=RECIPE,
        )
    if len(recipes) == 1:
        return tuple(recipes)
    seeds = [recipe.seed for recipe in recipes]
    if trained.seed not in seeds:
        raise UserError(
            "The run {name} is none of the {count} runs of this recipe; resume it without --seeds.",
            name=run.name,
            count=len(recipes),
        )
    return tuple(recipes[seeds.index(trained.seed) :])


@contextmanager
def _deleted_unless_started(run: RunFolder) -> Iterator[ProgressReporter]:
    """Delete the run if an error or Ctrl+C ends the command before the training begins."""
    reporter = ProgressReporter()
    try:
        yield reporter
    except (UserError, KeyboardInterrupt):
        if not reporter.has_started:
            with suppress(UserError):
                delete_run(run)
        raise


def _download(recipe: Recipe, folders: DataFolders) -> None:
    """Download the built-in data sets of a recipe that are missing."""
    for part in recipe.data:
        source = source_info(part.source)
        if source is None or source.download is None:
            continue
        if folders.folder is None or not (folders.folder / source.file).is_file():
            print(f"downloading {source.title}", file=sys.stderr, flush=True)
            download(source, folders, lambda _: None, lambda: False)


def _recipe(name: str) -> Recipe:
    """Return the recipe from a file, or the built-in one of that name."""
    if is_there(Path(name)):
        return open_recipe(Path(name))
    try:
        return zoo_entry(name).recipe
    except KeyError:
        raise UserError(
            "There is no file and no built-in network called {name}; see --help.", name=shown_name(name)
        ) from None


def _run_to_resume(name: str) -> RunFolder:
    """Return a run by its folder or its name.

    Raises:
        UserError: there is none.
    """
    path = Path(name)
    run = RunFolder(path if is_folder(path) else paths.runs_dir() / name)
    if not is_there(run.path / RECIPE):
        raise UserError(
            "There is no run {name}; name one of the window, or its folder.", name=shown_name(name)
        )
    return run


def _train(
    recipe: Recipe,
    run: RunFolder,
    folders: DataFolders,
    model_folder: Path | None,
    earlier: RunFolder | None,
    reporter: ProgressReporter,
) -> bool:
    """Train a new run, or one that resumes an earlier run, and copy its model to a folder.

    Returns:
        Whether it was trained to its end, not stopped by the user.
    """
    try:
        # Imported here because Keras takes seconds to import, which --help should not need.
        from desktop_app.core.stopping import Stopped

        # TensorFlow logs about missing graphics cards, from native code and however its level is set.
        with suppress_native_output():
            from desktop_app.training.train import train
    except ImportError as error:
        raise UserError("Training needs more libraries. {advice}", advice=install_advice()) from error
    reporter.progress.recipe = recipe
    if earlier is not None:
        record = run.record()
        reporter.progress.continue_from(EarlierRun(run.history(), record.best_epoch, record.seconds, recipe))
    control = RunControl()
    handler = signal.signal(signal.SIGINT, lambda *_: _on_interrupt(control))
    try:
        with reporter:
            train(recipe, run, folders, reporter.report, control, resume=earlier is not None)
    except Stopped:
        if control.is_suspended:
            _delete_interrupted(earlier)
            print(f"suspended; resume with --go-on {run.name}", flush=True)
        else:
            print("stopped before training began; nothing was saved", flush=True)
        return False
    finally:
        signal.signal(signal.SIGINT, handler)
    _delete_interrupted(earlier)
    _save_model(run, model_folder, folders)
    return not control.should_stop()


def _save_model(run: RunFolder, folder: Path | None, data_folders: DataFolders) -> None:
    """Copy the model of a run to a folder, or, without one, into the library, and measure it."""
    try:
        saved = folder or paths.user_models_dir() / add_run_to_library(run, paths.user_models_dir())
        if folder is not None:
            copy_model(run.path / MODEL, folder)
    except UserError as error:
        raise UserError(
            "{error} The trained model is complete in its run: copy {model}.",
            error=error,
            model=run.path / MODEL,
        ) from error
    add_figures(saved, data_folders)
    print(f"model: {saved}\nrun: {run.path}", flush=True)
    if folder is None:
        print(f"evaluate it: handwriting evaluate DATA --model {saved.name}", flush=True)


def _delete_interrupted(run: RunFolder | None) -> None:
    """Delete an interrupted run that was resumed, or the window would offer to resume it again."""
    if run is None or run.path.resolve().parent != paths.runs_dir().resolve():
        return
    # If it cannot be deleted, it is offered again.
    with suppress(UserError):
        if run.record().state == "running":
            delete_run(run)


def _on_interrupt(control: RunControl) -> None:
    if control.should_stop():
        control.suspend()
        return
    control.stop()
    print("stopping; press Ctrl+C again to suspend the run", file=sys.stderr, flush=True)


def add_figures(folder: Path, folders: DataFolders) -> None:
    """Evaluate a model on its data sets, as `evaluate` does, and write the figures to its card.

    Data sets without writers and without a test part are skipped; their metrics are in the run.

    Raises:
        UserError: the model cannot be used, or its card cannot be written.
    """
    from desktop_app.cli.evaluate import evaluate, open_data
    from desktop_app.networks.model_folder import current_card, write_card
    from desktop_app.networks.recognizer import open_recognizer

    recognizer = open_recognizer(folder)
    parents = [parent for parent in (folders.folder, folders.downloads) if parent is not None]
    files = [parent / source.file for source in recognizer.card.data for parent in parents]
    sources = (open_data(str(path), recognizer.card.task) for path in files if path.exists())
    with_test = (source for source in sources if source.writers is not None or source.is_test is not None)
    reports = [evaluate(source, recognizer) for source in with_test]
    if reports:
        write_card(folder, replace(current_card(folder, recognizer.card), figures=tuple(reports)))
    for report in reports:
        print(json.dumps({key: report[key] for key in report if key != "confusion"}))
