"""The progress of a training in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any

from desktop_app.cli.data_sets import print_left_out
from desktop_app.core.messages import Message
from desktop_app.runs.run_progress import RunProgress
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    PreparationProgress,
    RunFinished,
    SamplesLeftOut,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
)
from desktop_app.tasks.metric import ACCURACY

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_REASONS = {
    "finished": "all epochs completed",
    "stopped": "stopped",
    "patience": "stopped early, no improvement",
    "not a number": "training diverged, the loss became NaN",
}


class ProgressReporter:
    """Prints events to standard output, and advice to standard error, below it a bar if it is a terminal.

    Attributes:
        progress: of the run.
        has_started: whether the first epoch has begun.
    """

    def __init__(self) -> None:
        """Start without events."""
        self.has_started = False
        self.progress = RunProgress()
        self._advice: set[Message] = set()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._context: AbstractContextManager[Any] = nullcontext()

    def __enter__(self) -> ProgressReporter:
        """Show the progress bar."""
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            # Titles are text, not markup.
            console = Console(stderr=True, markup=False, emoji=False, highlight=False)
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[metrics]}"),
            )
            # What is printed to a terminal appears above the bar; files receive it as it is.
            self._context = self._bar = Progress(
                *columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()
            )
        self._context.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the progress bar."""
        self._context.__exit__(kind, error, trace)

    def report(self, event: TrainingEvent) -> None:
        """Print an event; called in the thread that trains."""
        self.progress.add(event)
        match event:
            case PreparationProgress():
                _print(f"{event.text} ({event.step} of {event.steps})")
            case SamplesLeftOut():
                print_left_out(event.title, event.files)
            case TrainingStarted():
                self.has_started = True
                self._start(event)
            case BatchEnded() if self._bar is not None and self._task is not None:
                speed = f"{event.images / max(event.seconds, 1e-9):,.0f} images/s"
                metrics = f"{speed}, loss {event.metrics['loss']:.4f}"
                description = f"epoch {event.epoch} of {event.epochs}"
                done = (event.epoch - 1) * event.batches + event.batch
                self._bar.update(self._task, completed=done, description=description, metrics=metrics)
            case EpochEnded():
                _print(_epoch(event))
                self._print_advice()
            case TrainingEnded():
                _print(f"training ended: {_REASONS[event.reason]}; kept epoch {event.best_epoch}")
                self._print_advice()
            case RunFinished():
                if test := _test_figures(event.figures):
                    _print(f"test samples: {test}")

    def _start(self, event: TrainingStarted) -> None:
        counts = f"{event.training:,} training, {event.validation:,} validation, {event.test:,} test samples"
        _print(f"{event.network.title} on {event.device} in {event.precision}: {counts}")
        if self._bar is not None:
            total = event.epochs * event.batches
            self._task = self._bar.add_task("", total=total, metrics="")

    def _print_advice(self) -> None:
        """Print each advice when it is given for the first time."""
        for advice in self.progress.advice():
            if advice.text not in self._advice:
                self._advice.add(advice.text)
                print(f"advice: {advice.text}", file=sys.stderr)


def _print(line: str) -> None:
    print(line, flush=True)


def _test_figures(figures: Mapping[str, float]) -> str:
    """Return the metrics on the test samples, e.g. "accuracy 98.61 %, loss 0.0512"; empty for none."""
    prefix = "test_"
    values = {
        name.removeprefix(prefix): value for name, value in sorted(figures.items()) if name.startswith(prefix)
    }
    return ", ".join(
        f"{name} {100 * value:.2f} %" if name == ACCURACY.name else f"{name} {value:.4g}"
        for name, value in values.items()
    )


def _epoch(event: EpochEnded) -> str:
    metrics = ", ".join(
        f"{name} {value:.4g}" for name, value in sorted(event.metrics.items()) if name != "seconds"
    )
    best = " *" if event.is_kept else ""
    return f"epoch {event.epoch} of {event.epochs}: {metrics} ({event.seconds:.1f} s){best}"
