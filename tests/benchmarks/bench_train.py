"""Training time in the window compared to a Keras script, and latency of the window during training.

Separate processes alternate: a Keras script, the window that trains, and the window that trains while a pen
moves at 125 Hz. All use the same 60,000 images and the same recipe. QT_QPA_PLATFORM chooses the platform
(default: offscreen).
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
from tests.training_fixtures import enlarged_digits

ZOO_NAME, EPOCHS, BATCH = "conv-32-64-64", 2, 128
_PARTS = ("bare", "window", "drawing")
_TICK = 5
_TIMEOUT = 900


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", choices=_PARTS)
    options = parser.parse_args()
    if options.part == "bare":
        print(json.dumps(bare()))
    elif options.part:
        print(json.dumps(window(draws=options.part == "drawing")))
    else:
        compare(options.rounds, options.json)


def compare(rounds: int, out: Path | None) -> None:
    """Run all parts alternately and report the medians."""
    with tempfile.TemporaryDirectory() as folder:
        write_data(Path(folder, "mnist.npz"))
        found: dict[str, list[dict[str, float]]] = {part: [] for part in _PARTS}
        for _ in range(rounds):
            for part in _PARTS:
                found[part].append(run_part(part, Path(folder)))
    fits = {part: median(one["fit"] for one in found[part]) for part in _PARTS}
    ratios = [w["fit"] / b["fit"] for w, b in zip(found["window"], found["bare"], strict=True)]
    figures = [
        Figure("fit in a script", fits["bare"], "s"),
        Figure("fit in the window", fits["window"], "s"),
        Figure("window / script", median(ratios), "", 1.05),
    ]
    for part, words in (("window", "without drawing"), ("drawing", "while drawing")):
        for name, limit in (("p99", 16.7), ("most", 100.0), ("import", 400.0)):
            value = median(one[name] for one in found[part])
            figures.append(Figure(f"timer delay, {words}, {_NAMES[name]}", value, "ms", limit))
    report("Training from the window", figures, out)


_NAMES = {"p99": "p99", "most": "maximum", "import": "at the import of TensorFlow"}


def run_part(part: str, folder: Path) -> dict[str, float]:
    """Run a part in a separate process with a temporary home folder."""
    home = folder / "home"
    homes = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | homes | {"HANDWRITING_DATA": str(folder)}
    process = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_train", "--part", part],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=_TIMEOUT,
    )
    figures: dict[str, float] = json.loads(process.stdout.splitlines()[-1])
    return figures


def write_data(path: Path) -> None:
    """Write a data set of the size of MNIST: the bundled digits, enlarged, shifted and repeated."""
    (images, digits), rng = enlarged_digits(), np.random.default_rng(0)
    chosen = rng.integers(0, len(images), 70_000)
    shifted = np.roll(images[chosen], rng.integers(-1, 2), axis=2)
    labels = digits[chosen]
    np.savez(
        path,
        x_train=shifted[:60_000],
        y_train=labels[:60_000],
        x_test=shifted[60_000:],
        y_test=labels[60_000:],
    )


def bare() -> dict[str, float]:
    """Measure a plain Keras script."""
    import keras

    layers = keras.layers
    with np.load(Path(os.environ["HANDWRITING_DATA"], "mnist.npz"), allow_pickle=False) as data:
        images, labels = data["x_train"][..., None].astype(np.float32) / np.float32(255), data["y_train"]
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    began = time.perf_counter()
    model.fit(
        images[5000:],
        labels[5000:],
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=(images[:5000], labels[:5000]),
        verbose=0,
    )
    return {"fit": time.perf_counter() - began}


def window(*, draws: bool) -> dict[str, float]:
    """Measure training in the window, after a short training that imports TensorFlow."""
    from PySide6.QtWidgets import QPushButton

    from desktop_app.app import build_window
    from desktop_app.core.settings import Settings
    from desktop_app.runs.recipe import DataPart
    from desktop_app.runs.zoo.catalog import zoo_entry
    from desktop_app.views.run.controller import RunController
    from desktop_app.views.view import TRAIN
    from tests.benchmarks.bench_inside import draw, wait, wait_until
    from tests.benchmarks.pen import Pen
    from tests.views_of_window import view_of

    built = build_window(Settings(workspace=TRAIN))
    built.resize(1440, 960)
    built.show()
    wait(2000)
    draft, run = built.context.training.draft, view_of(built, RunController)
    button = next(b for b in built.findChildren(QPushButton) if b.text() == built.tr("Train"))
    recipe = zoo_entry(ZOO_NAME).recipe
    fitting = replace(recipe.fitting, epochs=EPOCHS, batch_size=BATCH)
    recipe = replace(recipe, data=(DataPart("mnist", validation=5000, normalize=False),), fitting=fitting)

    def train(delays: TimerDelays) -> None:
        button.click()
        wait(50)
        while run.is_running:
            if draws:
                draw(Pen(built), 1)
            wait(50)
        delays.stop()

    tiny = replace(recipe, data=(DataPart("uci-digits"),), fitting=replace(fitting, epochs=1))
    draft.set(tiny)
    first = TimerDelays()
    train(first)
    wait_until(lambda: not run.is_running)
    draft.set(recipe)
    wait(500)
    fits = timed_fit()
    delays = TimerDelays()
    train(delays)
    built.close()
    return {"fit": fits[0], "import": max(first.delays)} | delays.figures()


def timed_fit() -> list[float]:
    """Record the duration of each following call of fit in the returned list."""
    import keras

    fit, seconds = keras.Model.fit, []

    def timed(model: Any, *given: Any, **options: Any) -> Any:
        began = time.perf_counter()
        history = fit(model, *given, **options)
        seconds.append(time.perf_counter() - began)
        return history

    keras.Model.fit = timed
    return seconds


class TimerDelays:
    """Records the delays of a timer."""

    def __init__(self) -> None:
        """Start the timer."""
        from PySide6.QtCore import Qt, QTimer

        self.delays: list[float] = []
        self._timer = QTimer(interval=_TICK, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = time.perf_counter()
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.delays.append(max(0.0, 1000 * (now - self._last) - _TICK))
        self._last = now

    def stop(self) -> None:
        """Stop the timer."""
        self._timer.stop()

    def figures(self) -> dict[str, float]:
        """Return the 99th percentile and the maximum in milliseconds."""
        return {"p99": float(np.percentile(self.delays, 99)), "most": max(self.delays)}


if __name__ == "__main__":
    main()
