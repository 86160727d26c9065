"""Files per second of reading folders, compared with decoding alone and with a script that uses Keras.

Rates are without the start of the processes, which `recognize --csv` needs once.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.batch.read_files import read_in_processes, read_sources
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.recognizer import open_recognizer
from tests.benchmarks.report import Figure, options, report
from tests.synthetic_digits import SHAPES
from tests.synthetic_numbers import image_of, number

FILES = 200
"""Files per folder."""


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__ or "", rounds=2)
    recognizer = open_recognizer(find_model(DEFAULT_MODEL))
    choice = ModelChoice(find_model(DEFAULT_MODEL), recognizer.card.sha256)
    figures = []
    with (
        tempfile.TemporaryDirectory() as root,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor,
    ):
        for kind, sides in (("28×28", (28, 28)), ("300 to 600 pixels", (300, 600))):
            folder = Path(root, kind)
            draw_images(folder, *sides)
            readers: dict[str, Callable[[Path], float]] = {
                "decoding": lambda path: rate(lambda: decode(path)),
                "one process": lambda path: rate(lambda: [*read_sources(recognizer, find_sources([path]))]),
                "two processes": lambda path: rate(
                    lambda: [*read_in_processes(executor, choice, find_sources([path]))]
                ),
                "Keras": with_keras,
            }
            for name in ("one process", "two processes"):
                readers[name](folder)  # loads the model in every process
            rates = defaultdict(list)
            for _ in range(chosen.rounds):
                for name, reader in readers.items():
                    rates[name].append(reader(folder))
            typical = {name: median(values) for name, values in rates.items()}
            figures += [Figure(f"{kind}: {name}", value, "/s") for name, value in typical.items()]
            figures += [
                Figure(f"{kind}: one process, times Keras", typical["one process"] / typical["Keras"], "×"),
                Figure(
                    f"{kind}: two processes, times Keras",
                    typical["two processes"] / typical["Keras"],
                    "×",
                    10,
                    more_is_better=True,
                ),
                Figure(
                    f"{kind}: one process, times the time of decoding",
                    typical["decoding"] / typical["one process"],
                    "×",
                ),
                Figure(
                    f"{kind}: two processes, times the time of decoding",
                    typical["decoding"] / typical["two processes"],
                    "×",
                    2.5,
                ),
            ]
            figures.append(Figure(f"{kind}: recognize --csv with its start", with_csv(folder), "/s"))
    report("Batch", figures, chosen.json)


def draw_images(folder: Path, smallest: int, largest: int) -> None:
    """Write grey images of digits on paper with noise."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    digits = sorted(SHAPES)
    for index in range(FILES):
        digit = digits[index % len(digits)]
        side = int(rng.integers(smallest, largest + 1))
        drawn = image_of(number(digit, index % len(SHAPES[digit])), 300.0, 24)
        square = Image.new("L", (max(drawn.size) + 60,) * 2, 245)
        square.paste(drawn, ((square.width - drawn.width) // 2, (square.height - drawn.height) // 2))
        pixels = np.asarray(square.resize((side, side)), dtype=np.float32)
        noisy = np.clip(pixels + rng.normal(0, 2, pixels.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(folder / f"{index}.png")


def rate(read: Callable[[], object]) -> float:
    """Return the files per second of reading a folder."""
    started = time.perf_counter()
    read()
    return FILES / (time.perf_counter() - started)


def decode(folder: Path) -> None:
    """Decode all images of a folder into grey pixels."""
    for path, _ in find_sources([folder]):
        with Image.open(path) as image:
            np.asarray(image.convert("L"))


def with_keras(folder: Path) -> float:
    """Return the files per second of the script with Keras."""
    model = find_model(DEFAULT_MODEL) / "model.keras"
    command = [sys.executable, "-m", "tests.benchmarks.predict_files", str(model), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def with_csv(folder: Path) -> float:
    """Return the files per second of the command line with its start."""
    command = [sys.executable, "-m", "desktop_app", "recognize", "--csv"]
    return rate(
        lambda: subprocess.run(
            [*command, str(folder.with_suffix(".csv")), str(folder)], capture_output=True, check=True
        )
    )


if __name__ == "__main__":
    main()
