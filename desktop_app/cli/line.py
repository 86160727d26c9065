"""The `line` command: trains the network of a model that reads whole lines."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.arguments import not_empty, not_empty_path, whole_number
from desktop_app.cli.data_sets import data_folders, print_left_out
from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.networks.card import LINE_FILE
from desktop_app.networks.library import find_model
from desktop_app.networks.native_output import suppress_native_output
from desktop_app.runs.training_events import PreparationProgress, SamplesLeftOut, TrainingEvent

if TYPE_CHECKING:
    from desktop_app.training.fit_line_network import LineEpoch

_MOST_EPOCHS = 1000
_NUMBERS = 100, 500_000
"""Smallest and largest number of lines; they are kept in memory, 500,000 take about 3 GB."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = (
        "Lines are composed of the ink in the data sets of the model's recipe. Ctrl+C stops the training; "
        "the same command resumes it after its last complete epoch."
    )
    parser.add_argument("model", type=not_empty, metavar="MODEL", help="name of the model")
    parser.add_argument(
        "--epochs",
        type=whole_number(1, _MOST_EPOCHS),
        default=10,
        metavar="N",
        help="number of epochs (default: %(default)s)",
    )
    parser.add_argument(
        "--numbers",
        type=whole_number(*_NUMBERS),
        default=50_000,
        metavar="N",
        help="number of lines to train with (default: %(default)s)",
    )
    parser.add_argument(
        "--run",
        type=not_empty_path,
        metavar="FOLDER",
        help="folder of the checkpoint (default: one in the user's data, for this model and these numbers)",
    )


def run(args: argparse.Namespace) -> int:
    """Train the line network; return the exit code.

    Raises:
        UserError: the model or its data cannot be used.
    """
    folder = find_model(args.model)
    name = f"{folder.name}-{args.epochs}-{args.numbers}"
    run_folder = args.run or paths.line_networks_dir() / name
    reporter = Reporter()
    control = RunControl()
    handler = signal.signal(signal.SIGINT, lambda *_: _on_interrupt(control))
    try:
        _train(folder, args, run_folder, reporter, control)
    except Stopped:
        done = f"after epoch {reporter.epoch} of {args.epochs}" if reporter.epoch else "before an epoch ended"
        print(f"stopped {done}; resume with the same command (checkpoint: {run_folder})", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, handler)
    print(folder / LINE_FILE)
    return 0


def _train(
    folder: Path, args: argparse.Namespace, run_folder: Path, reporter: Reporter, control: RunControl
) -> None:
    try:
        # Imported here because Keras takes seconds to import, which --help should not need. TensorFlow logs
        # about missing graphics cards, from native code and however its level is set.
        with suppress_native_output():
            from desktop_app.training.train_line_network import LineTraining, train_line_network
    except ImportError as error:
        raise UserError("Training needs more libraries. {advice}", advice=install_advice()) from error
    training = LineTraining(args.epochs, args.numbers, run_folder)
    folders, should_stop = data_folders(), control.should_stop
    train_line_network(folder, training, folders, reporter.prepare, reporter.end_epoch, should_stop)


class Reporter:
    """Prints the steps of the preparation to standard error and the epochs to standard output.

    Attributes:
        epoch: number of the last epoch; 0 before the first one.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self._steps: set[str] = set()

    def prepare(self, event: TrainingEvent) -> None:
        """Print a step of the preparation, once, and what is left out of the data."""
        if isinstance(event, PreparationProgress) and (step := event.text.text()) not in self._steps:
            self._steps.add(step)
            print(step, file=sys.stderr, flush=True)
        elif isinstance(event, SamplesLeftOut):
            print_left_out(event.title, event.files)

    def end_epoch(self, event: LineEpoch) -> None:
        """Print the result of an epoch."""
        self.epoch = event.epoch
        accuracy = "" if event.accuracy is None else f", {event.accuracy:.1%} of validation lines read"
        print(
            f"epoch {event.epoch} of {event.epochs}: loss {event.loss:.4f}{accuracy}, {event.seconds:.0f} s",
            flush=True,
        )


def _on_interrupt(control: RunControl) -> None:
    control.stop()
    print("stopping", file=sys.stderr, flush=True)
