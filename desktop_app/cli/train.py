"""The `train` command: a recipe becomes a model, measured on writers whom it never saw."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from desktop_app import paths
from desktop_app.core.errors import Refusal
from desktop_app.core.files import write_atomically
from desktop_app.core.training_events import BatchDone, EpochDone, Finished, Preparing, TrainingEvent
from desktop_app.settings import load_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "recipe", type=Path, metavar="RECIPE", help="a recipe, e.g. models/digits/recipe.json"
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the model folder goes")


def run(args: argparse.Namespace) -> int:
    """Train, export, measure; 0 when it was done, 1 when the recipe or the data cannot be used."""
    try:
        settings, _ = load_settings(paths.settings_path())
        data = paths.data_dir(settings)
        if data is None:
            raise Refusal(f"Name the folder of the data sets in the variable {paths.DATA_VARIABLE}.")
        _train(args.recipe, data, args.folder)
    except Refusal as refusal:
        print(f"handwriting: {refusal}", file=sys.stderr)
        return 1
    return 0


def _train(recipe_file: Path, data: Path, folder: Path) -> None:
    try:
        # Keras takes seconds to import; nobody who only asks for help should wait for it.
        from desktop_app.training.dataset import Stopped
        from desktop_app.training.recipe import read_recipe
        from desktop_app.training.train import train
    except ImportError as error:
        raise Refusal("Training needs more than reading: install handwriting[training].") from error
    try:
        recipe = read_recipe(recipe_file)
    except (OSError, ValueError) as error:
        raise Refusal(f"{recipe_file.name} is no recipe that this program knows.") from error
    stop = threading.Event()
    # The first Ctrl+C ends the run and keeps what it has learned, a second one breaks it off.
    before = signal.signal(signal.SIGINT, lambda *_: _ask_to_stop(stop))
    try:
        train(recipe, data, folder, _tell, stop.is_set)
    except Stopped:
        print("stopped before there was anything to keep", flush=True)
        return
    finally:
        signal.signal(signal.SIGINT, before)
    add_figures(folder, data)


def _ask_to_stop(stop: threading.Event) -> None:
    if stop.is_set():
        raise KeyboardInterrupt
    stop.set()
    print("stopping; once more to break off", file=sys.stderr, flush=True)


def add_figures(folder: Path, data: Path) -> None:
    """Measure a model through the reading paths and write the figures into its card.

    Raises:
        Refusal: the model or a data file cannot be used.
    """
    from desktop_app.cli.evaluate import evaluate
    from desktop_app.recognition.card import CARD_FILE
    from desktop_app.recognition.recognizer import open_recognizer

    recognizer = open_recognizer(folder)
    reports = [evaluate(data / source.file, recognizer) for source in recognizer.card.data]
    card: dict[str, Any] = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    card["figures"] = reports
    write_atomically(folder / CARD_FILE, (json.dumps(card, indent=2) + "\n").encode())
    for report in reports:
        print(json.dumps({key: report[key] for key in report if key != "confusion"}))


def _tell(event: TrainingEvent) -> None:
    """One line an event, the running batch on a line of its own where somebody watches."""
    match event:
        case Preparing():
            print(f"{event.text} ({event.step} of {event.steps})", flush=True)
        case BatchDone() if sys.stderr.isatty():
            place = f"epoch {event.epoch} of {event.epochs}, batch {event.batch} of {event.batches}"
            print(f"\r{place}: loss {event.loss:.4f} ", end="", file=sys.stderr, flush=True)
        case EpochDone():
            metrics = ", ".join(f"{name} {value:.4f}" for name, value in sorted(event.metrics.items()))
            print(f"epoch {event.epoch} of {event.epochs}: {metrics} ({event.seconds:.0f} s)", flush=True)
        case Finished():
            print(f"{'stopped; ' if event.stopped else ''}model written to {event.folder}", flush=True)
