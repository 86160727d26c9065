"""Trains all built-in recipes and writes a table of the results.

    HANDWRITING_DATA=FOLDER python -m tests.benchmarks.reproduce OUT [NAME ...] [--seeds N] [--hours H]

OUT gets a file for each network and seed, and table.md. Existing results are not computed again, and a
training that was interrupted is resumed from its last epoch, so the script can be interrupted. On two cores,
all recipes take days; with --hours, a training that would keep all cores busy for longer is stopped and its
best epoch is measured. Hours are processor hours divided by the number of cores, whatever else runs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import time
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from desktop_app.core import paths
from desktop_app.core.run_control import RunControl
from desktop_app.core.settings import Settings
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RECORD, RunFolder
from desktop_app.runs.run_queue import with_seeds
from desktop_app.runs.training_events import EpochEnded, TrainingEvent
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.metric import Metric
from desktop_app.views.parts.numerals import metric_text


def main() -> None:
    parser = argparse.ArgumentParser(description="Train all built-in recipes.")
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--hours", type=float, default=math.inf)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    entries = [entry for entry in ZOO if not options.names or entry.name in options.names]
    for number in range(options.seeds):
        for entry in entries:
            recipe = with_seeds(entry.recipe, options.seeds)[number]
            reproduce(recipe, options.out / f"{entry.name}.{recipe.seed}.json", options.hours)
            (options.out / "table.md").write_text(table(options.out), encoding="utf-8")
    print((options.out / "table.md").read_text(encoding="utf-8"))


def reproduce(recipe: Recipe, out: Path, hours: float) -> None:
    """Train a recipe in this process, at most so many hours of all cores, and write the results to a file.

    The run is a folder beside the file until it ends; an interrupted one is resumed.
    """
    if out.exists():
        return
    from desktop_app.training.train import train

    control, metric = RunControl(), task_kind(recipe.task).metrics[0].name
    run = RunFolder(out.with_suffix(""))
    resume = (run.path / RECORD).exists()
    timer = Timer(run.path / "times.json")

    def emit(event: TrainingEvent) -> None:
        if timer.times().processor_seconds > 3600 * hours * (os.cpu_count() or 1):
            control.stop()
        if isinstance(event, EpochEnded):
            timer.write()
            figures = {name: round(value, 4) for name, value in event.metrics.items()}
            print(f"{recipe.name}: epoch {event.epoch} of {event.epochs}: {figures}", flush=True)

    folders = DataFolders(paths.data_dir(Settings()), paths.downloads_dir())
    record = train(recipe, run, folders, emit, control, resume=resume)
    times = timer.times()
    figures: dict[str, Any] = {
        "name": recipe.name,
        "seed": recipe.seed,
        "parameters": record.parameters,
        "epochs": record.epochs,
        "kept": record.best_epoch,
        "test": record.figures[f"test_{metric}"],
        "test_loss": record.figures["test_loss"],
        "seconds": times.seconds,
        "processor_seconds": times.processor_seconds,
        "cores": os.cpu_count(),
    }
    out.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    shutil.rmtree(run.path)


class Times(NamedTuple):
    """Time on the clock, and of all processors."""

    seconds: float
    processor_seconds: float


class Timer:
    """Measures a training with all its processes; a file has the times at the end of the last epoch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._earlier = Times(0, 0)
        if path.exists():
            self._earlier = Times(*json.loads(path.read_text(encoding="utf-8")))
        self._began = Times(time.perf_counter(), time.process_time())

    def times(self) -> Times:
        """Return the times so far."""
        return Times(
            self._earlier.seconds + time.perf_counter() - self._began.seconds,
            self._earlier.processor_seconds + time.process_time() - self._began.processor_seconds,
        )

    def write(self) -> None:
        """Write the times so far."""
        self._path.write_text(json.dumps(self.times()), encoding="utf-8")


def table(folder: Path) -> str:
    """Return a table of all results, with the first metric of each seed and the mean."""
    results: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        results.setdefault(result["name"], []).append(result)
    lines = [
        "| network | parameters | epochs | test samples | in its source | processor seconds |",
        "|---|---|---|---|---|---|",
    ]
    for entry in ZOO:
        if runs := results.get(entry.name):
            metric = task_kind(entry.recipe.task).metrics[0]
            source = "" if entry.source_value is None else metric_text(metric, entry.source_value)
            epochs = ", ".join(str(one["epochs"]) for one in runs)
            measured = _measured(metric, [one["test"] for one in runs])
            seconds = mean(one["processor_seconds"] for one in runs)
            lines.append(
                f"| {entry.title} | {runs[0]['parameters']:,} | {epochs} | {measured} | {source} "
                f"| {seconds:,.0f} |"
            )
    return "\n".join(lines) + "\n"


def _measured(metric: Metric, values: list[float]) -> str:
    texts = [metric_text(metric, value) for value in values]
    return texts[0] if len(values) == 1 else f"{metric_text(metric, mean(values))} ({', '.join(texts)})"


if __name__ == "__main__":
    main()
