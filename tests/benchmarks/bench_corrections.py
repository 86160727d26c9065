"""What the shipped model learns from corrections of writers that no training has seen, and how long it takes.

Needs the data sets of the model's recipe and `mnist_writers.npz` in the data folder.
The samples of each writer are divided into ten parts; each part is read by what was learned from up to k
samples per class of the others, misread ones first, because those are corrected. Which samples these are is
drawn several times; the errors are means over the draws.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core import paths
from desktop_app.core.settings import load_settings
from desktop_app.data.learner import Learner
from desktop_app.data.model_inputs import inputs_as_is, sample_of
from desktop_app.data.my_samples import add_sample, list_samples
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.data.split import split_sources
from desktop_app.ink.directions import ink_of
from desktop_app.ink.picture import Picture
from desktop_app.networks.feature_bank import read_bank
from desktop_app.networks.last_layer import LastLayer, last_layer
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.model_folder import RECIPE_FILE, WEIGHTS_FILE
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.refit import Refit
from desktop_app.networks.weights import read_weights
from desktop_app.runs.recipe import read_recipe
from desktop_app.tasks.task import Task
from tests.benchmarks.report import Figure, options, report

COUNTS = (1, 3, 5, 10)
DRAWS = 5
FOLDS, WORST, LEAST = 10, 10, 25
"""Parts of a writer's samples, number of worst writers, and smallest number of samples of a writer."""


@dataclass(frozen=True, eq=False)
class Writer:
    """Features float32 (n, units) and classes int64 (n,) of one writer, and which of them are misread."""

    name: str
    features: NDArray[np.float32]
    classes: NDArray[np.int64]
    is_misread: NDArray[np.bool_]


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__ or "", rounds=20)
    folder = find_model(DEFAULT_MODEL)
    recognizer = open_recognizer(folder)
    card = recognizer.card
    layer = last_layer(card.info, read_weights(folder, card))
    refit = Refit(layer, read_bank(folder, card), card.files[WEIGHTS_FILE])
    inputs, classes, names = unseen_samples(folder, recognizer.info.task)
    features = np.concatenate(
        [
            recognizer.activations(part.astype(np.float32) / np.float32(255), layer.features)
            for part in np.array_split(inputs, max(1, len(inputs) // 500))
        ]
    )
    misread = layer.logits_of(features).argmax(axis=1) != classes
    writers = [
        Writer(str(name), features[names == name], classes[names == name], misread[names == name])
        for name in np.unique(names)
    ]
    writers = [writer for writer in writers if len(writer.classes) >= LEAST]
    writers.sort(key=lambda writer: -writer.is_misread.mean())
    figures = []
    for title, group in (("worst ten", writers[:WORST]), ("others", writers[WORST:])):
        total = sum(len(writer.classes) for writer in group)
        before = sum(int(writer.is_misread.sum()) for writer in group)
        figures.append(
            Figure(f"{title}: errors of {total} samples by {len(group)} writers", before, "errors")
        )
        for count in COUNTS:
            draws = [errors_after(refit, layer, group, count, seed) for seed in range(DRAWS)]
            after = [errors for errors, _ in draws]
            limit = None if count != 5 else before / 2 if title == "worst ten" else float(before)
            name = f"{title}: after {count} per class, {min(after)} to {max(after)}, mean"
            figures.append(Figure(name, statistics.mean(after), "errors", limit))
            loss = 100 * max(loss for _, loss in draws)
            figures.append(Figure(f"{title}: largest loss on the bank", loss, "points", 0.1001))
    figures += times(folder, inputs, classes, chosen.rounds)
    report("Corrections", figures, chosen.json)


def unseen_samples(folder: Path, task: Task) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_]]:
    """Return model inputs, classes and writers of samples by writers that no training has seen."""
    settings, _ = load_settings(paths.settings_path())
    folders = DataFolders(paths.data_dir(settings), paths.downloads_dir())
    assert folders.folder is not None, "set the data folder"
    recipe = read_recipe(folder / RECIPE_FILE)
    sources = [open_source(part.source, folders, lambda _: None, lambda: False) for part in recipe.data]
    splits = split_sources(sources, recipe.data, recipe.split_seed)
    with np.load(folders.folder / "mnist_writers.npz", allow_pickle=False) as file:
        of_mnist = np.char.add(
            "mnist-", np.concatenate([file["writers_train"], file["writers_test"]]).astype(str)
        )
    parts = []
    for part, source, split in zip(recipe.data, sources, splits, strict=True):
        names = of_mnist if part.source == "mnist" else source.writers
        if names is not None:
            parts.append((source, split.test, names))
    return prepared(parts, task)


def prepared(
    parts: Sequence[tuple[SourceSet, NDArray[np.int64], NDArray[np.str_]]], task: Task
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_]]:
    """Return the samples of rows of sources that have a label of the task."""
    inputs, classes, names = [], [], []
    for source, rows, writers in parts:
        for row in rows.tolist():
            number = task.label_index.get(str(source.labels[row]))
            if number is not None:
                inputs.append(_input_of(source, row, task))
                classes.append(number)
                names.append(str(writers[row]))
    return np.stack(inputs), np.array(classes), np.array(names)


def _input_of(source: SourceSet, row: int, task: Task) -> NDArray[np.uint8]:
    if source.images is None or not source.is_normalized:
        return sample_of(source, row, task)[0]
    model_input: NDArray[np.uint8] = inputs_as_is(source.images[row : row + 1], task)[0]
    return model_input


def _picture(model_input: NDArray[np.float32]) -> Picture:
    """Return an image of the ink of a model input."""
    ink = model_input[..., 0] if model_input.shape[2] == 1 else ink_of(model_input)
    grey = np.rint(255 * (1 - ink)).astype(np.uint8)
    return Picture(np.repeat(grey[..., None], 3, axis=2), ink)


def errors_after(
    refit: Refit, layer: LastLayer, group: Sequence[Writer], count: int, seed: int
) -> tuple[int, float]:
    """Return the errors of a group of writers, and the largest loss of accuracy on the bank, 0..1.

    Args:
        refit: of the model.
        layer: its last layer.
        group: the writers.
        count: samples of each class to learn from.
        seed: of the draw of the samples.
    """
    errors, largest = 0, 0.0
    for writer in group:
        rng = np.random.default_rng(seed)
        for part in np.array_split(rng.permutation(len(writer.classes)), FOLDS):
            rows = own_samples(writer, np.setdiff1d(np.arange(len(writer.classes)), part), count, rng)
            learned = refit.learn(writer.features[rows], writer.classes[rows])
            if learned.adaptation is None:
                errors += int(writer.is_misread[part].sum())
                continue
            answers = layer.with_weights(learned.adaptation).logits_of(writer.features[part]).argmax(axis=1)
            errors += int((answers != writer.classes[part]).sum())
            largest = max(largest, learned.figures.accuracy_before - learned.figures.accuracy_after)
    return errors, largest


def own_samples(
    writer: Writer, rows: NDArray[np.int64], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return up to `count` rows of each class, misread ones first."""
    chosen = []
    for number in np.unique(writer.classes[rows]):
        own = rng.permutation(rows[writer.classes[rows] == number])
        chosen.append(own[np.argsort(~writer.is_misread[own], kind="stable")][:count])
    return np.concatenate(chosen)


def times(folder: Path, inputs: NDArray[np.uint8], classes: NDArray[np.int64], rounds: int) -> list[Figure]:
    """Measure a correction: saving the sample, learning from it and all earlier ones, reading again."""
    with tempfile.TemporaryDirectory() as name:
        samples, adaptations = Path(name) / "samples", Path(name) / "adaptations"
        started = time.perf_counter()
        learner = Learner(folder, adaptations)
        opened = time.perf_counter() - started
        recognizer = open_recognizer(folder)
        spent, busy = [], []
        for number in range(50 + rounds):
            page = _picture(inputs[number].astype(np.float32) / np.float32(255))
            # Every fifth sample is said to be another digit, so that there is something to learn.
            label = str((classes[number] + (number % 5 == 0)) % 10)
            started, used = time.perf_counter(), time.process_time()
            add_sample(samples, page, label)
            learner.learn(list_samples(samples), lambda: False)
            recognizer.observe(page)
            if number >= 50:
                spent.append(time.perf_counter() - started)
                busy.append(time.process_time() - used)
    return [
        Figure("opening a model for learning, once", 1000 * opened, "ms"),
        Figure("correction, fit and new reading with 50 samples, CPU", 1000 * statistics.median(busy), "ms"),
        Figure(
            "correction, fit and new reading with 50 samples, p50", 1000 * statistics.median(spent), "ms", 150
        ),
        Figure(
            "correction, fit and new reading with 50 samples, p95",
            1000 * float(np.percentile(spent, 95)),
            "ms",
        ),
    ]


if __name__ == "__main__":
    main()
