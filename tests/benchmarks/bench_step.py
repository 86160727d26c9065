"""Training step of ConvMixer-256/8 compared to a Keras script.

Separate processes alternate: a Keras script, and the training loop of the program with its callbacks and the
augmentation of the recipe. Both train on random pictures with batches of the same size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tests.benchmarks.report import Figure, report

ZOO_NAME, BATCH, BATCHES = "convmixer-256-8", 128, 12
_WARM_UP = 3
_TIMEOUT = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", choices=("bare", "program"))
    options = parser.parse_args()
    if options.part:
        print(json.dumps({"bare": bare, "program": program}[options.part]()))
    else:
        compare(options.rounds, options.json)


def compare(rounds: int, out: Path | None) -> None:
    """Run both parts alternately and report the medians."""
    steps = [(run_part("bare"), run_part("program")) for _ in range(rounds)]
    figures = [
        Figure("step in a script", median(bare for bare, _ in steps), "s"),
        Figure("step in the program", median(program for _, program in steps), "s"),
        Figure("program / script", median(program / bare for bare, program in steps), "", 1.05),
    ]
    report("Training step of ConvMixer-256/8", figures, out)


def run_part(part: str) -> float:
    """Run a part in a separate process; return the median step in seconds."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_step", "--part", part],
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=_TIMEOUT,
    )
    seconds: float = json.loads(process.stdout.splitlines()[-1])
    return seconds


def pictures() -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Return random pictures and classes for an epoch."""
    rng = np.random.default_rng(0)
    count = BATCH * BATCHES
    return rng.integers(0, 256, (count, 32, 32, 3), np.uint8), rng.integers(0, 10, count)


def step_seconds(steps: list[float]) -> float:
    """Return the median duration of a step from the ends of all steps; the first ones warm up."""
    return float(np.median(np.diff(steps[_WARM_UP:])))


def bare() -> float:
    """Measure a plain Keras script."""
    import keras

    layers = keras.layers
    inputs = layers.Input((32, 32, 3))
    maps = layers.BatchNormalization()(layers.Conv2D(256, 2, strides=2, activation="gelu")(inputs))
    for _ in range(8):
        mixed = layers.DepthwiseConv2D(5, padding="same", activation="gelu")(maps)
        maps = layers.Add()([layers.BatchNormalization()(mixed), maps])
        maps = layers.BatchNormalization()(layers.Conv2D(256, 1, activation="gelu")(maps))
    average = layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(maps))
    model = keras.Model(inputs, layers.Dense(10)(average))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(2e-3, weight_decay=1e-4), loss, metrics=["accuracy"])
    images, classes = pictures()
    ends: list[float] = []
    timer = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: ends.append(time.perf_counter())
    )
    unit = images.astype(np.float32) / np.float32(255)
    model.fit(unit, classes, batch_size=BATCH, epochs=1, verbose=0, callbacks=[timer])
    return step_seconds(ends)


def program() -> float:
    """Measure the training of the program."""
    from desktop_app.core.run_control import RunControl
    from desktop_app.data.dataset import Dataset
    from desktop_app.data.samples import Samples
    from desktop_app.runs.run_folder import RunFolder, RunRecord
    from desktop_app.runs.training_events import BatchEnded, TrainingEvent
    from desktop_app.runs.zoo.catalog import zoo_entry
    from desktop_app.training.fit import fit

    recipe = zoo_entry(ZOO_NAME).recipe
    recipe = replace(recipe, fitting=replace(recipe.fitting, epochs=1, batch_size=BATCH))
    images, classes = pictures()
    samples = Samples(images, classes, np.ones(len(images), np.float32))
    few = samples.at(np.arange(BATCH))
    dataset = Dataset(samples, np.arange(len(images))[None], few, few, ())
    ends: list[float] = []

    def emit(event: TrainingEvent) -> None:
        if isinstance(event, BatchEnded):
            ends.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder(Path(folder, "run"))
        run.begin(recipe, RunRecord(recipe.title))
        fit(dataset, recipe, run, emit, RunControl())
        run.release()
    return step_seconds(ends)


if __name__ == "__main__":
    main()
