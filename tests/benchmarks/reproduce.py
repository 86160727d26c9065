"""Train every network of the zoo by its recipe, and write a table of what came of it.

    HANDWRITING_DATA=FOLDER python -m tests.benchmarks.reproduce OUT [NAME ...] [--seeds N]

OUT gets one file for each network and seed, and table.md over all of them. What is there already is not
trained again, so the script may be broken off. On two cores all of it takes some hours.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

from desktop_app.core import paths
from desktop_app.core.run_control import RunControl
from desktop_app.core.settings import Settings
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.run_folder import RunFolder
from desktop_app.runs.training_events import EpochEnded, TrainingEvent
from desktop_app.runs.zoo import ZOO, ZooEntry


def main() -> None:
    parser = argparse.ArgumentParser(description="Train every network of the zoo by its recipe.")
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for seed in range(1, options.seeds + 1):
        for entry in ZOO:
            if not options.names or entry.name in options.names:
                reproduce(entry, seed, options.out / f"{entry.name}.{seed}.json")
                (options.out / "table.md").write_text(table(options.out), encoding="utf-8")
    print((options.out / "table.md").read_text(encoding="utf-8"))


def reproduce(entry: ZooEntry, seed: int, out: Path) -> None:
    """One run in this process; its figures go into a file."""
    if out.exists():
        return
    from desktop_app.training.train import train

    def tell(event: TrainingEvent) -> None:
        if isinstance(event, EpochEnded):
            figures = {name: round(value, 4) for name, value in event.metrics.items()}
            print(f"{entry.name}: epoch {event.epoch} of {event.epochs}: {figures}", flush=True)

    places = DataFolders(paths.data_dir(Settings()), paths.downloads_dir())
    began, computed = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder(Path(folder, "run"))
        record = train(replace(entry.recipe, seed=seed), run, places, tell, RunControl())
    figures: dict[str, Any] = {
        "name": entry.name,
        "seed": seed,
        "parameters": record.parameters,
        "epochs": record.epochs,
        "kept": record.best_epoch,
        "test_accuracy": record.figures["test_accuracy"],
        "test_loss": record.figures["test_loss"],
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time() - computed,
        "cores": os.cpu_count(),
    }
    out.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def table(folder: Path) -> str:
    """All results so far, in the order of the zoo: of several seeds each accuracy, and the mean."""
    results: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        results.setdefault(result["name"], []).append(result)
    lines = [
        "| network | parameters | epochs | test accuracy | in its source | processor seconds |",
        "|---|---|---|---|---|---|",
    ]
    for entry in ZOO:
        if found := results.get(entry.name):
            source = "" if entry.source_value is None else f"{100 * entry.source_value:.2f} %"
            epochs = ", ".join(str(one["epochs"]) for one in found)
            accuracies = _accuracies([100 * one["test_accuracy"] for one in found])
            seconds = mean(one["processor_seconds"] for one in found)
            lines.append(
                f"| {entry.title} | {found[0]['parameters']:,} | {epochs} | {accuracies} | {source} "
                f"| {seconds:,.0f} |"
            )
    return "\n".join(lines) + "\n"


def _accuracies(found: list[float]) -> str:
    if len(found) == 1:
        return f"{found[0]:.2f} %"
    return f"{mean(found):.2f} % ({', '.join(f'{one:.2f}' for one in found)})"


if __name__ == "__main__":
    main()
