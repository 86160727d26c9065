"""Choose the confidence thresholds of a trained model again, from the validation samples of its recipe.

The offsets of labels in sets of characters are fitted again as well, from training samples.

python -m tests.benchmarks.fit_threshold DATA MODEL [--write]

DATA is the folder with the data sets, MODEL a folder such as models/digits. Prints the old and the new
threshold with the numbers of sure and of wrong answers. With --write, writes the threshold and the figures of
the evaluations to the card.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.cli.train import add_figures
from desktop_app.core.paths import cache_dir, downloads_dir
from desktop_app.data.dataset import Dataset, build_dataset
from desktop_app.data.samples import Samples
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.model_folder import write_card
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.runs.recipe import Recipe, read_recipe
from desktop_app.runs.thresholds import choose_thresholds
from desktop_app.tasks.character_sets import SetOffsets
from desktop_app.training.set_offsets import fit_set_offsets, samples_for_offsets, sets_with_offsets


def plain_dataset(recipe: Recipe, folders: DataFolders) -> Dataset:
    """Return the samples of a recipe, those of the training without augmentation."""
    plain = replace(recipe, ink_augmentation=None, image_augmentation=None)
    return build_dataset(plain, folders, lambda _: None, lambda: False)


def predict(recognizer: Recognizer, samples: Samples) -> NDArray[np.float32]:
    """Return the outputs for samples."""
    parts = np.array_split(samples.inputs, max(1, len(samples) // 500))
    return np.concatenate([recognizer.predict(part.astype(np.float32) / np.float32(255)) for part in parts])


def set_offsets(recognizer: Recognizer, training: Samples, recipe: Recipe) -> SetOffsets:
    """Return the offsets of labels in sets of characters."""
    if not sets_with_offsets(recipe):
        return {}
    samples = training.at(samples_for_offsets(training.labels, recipe))
    return fit_set_offsets(predict(recognizer, samples), samples.targets, samples.labels, recipe)


def line(
    name: str, threshold: float, outputs: NDArray[np.float32], classes: NDArray[np.int64], labels: int
) -> str:
    """Return the numbers of sure and of wrong answers at a threshold."""
    sure = (outputs.argmax(axis=1) < labels) & (outputs.max(axis=1) >= threshold)
    wrong = sure & (outputs.argmax(axis=1) != classes)
    known, others = classes < labels, int((wrong & (classes == labels)).sum())
    return (
        f"{name} {threshold}: {sure[known].mean():.2%} of {known.sum()} characters sure, "
        f"{int((wrong & known).sum())} of them wrong, and {others} of {int((~known).sum())} others sure"
    )


def main() -> None:
    """Choose, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--write", action="store_true", help="write the card")
    chosen = parser.parse_args()
    folders = DataFolders(chosen.data, downloads_dir(), cache_dir())
    recipe, recognizer = read_recipe(chosen.model / "recipe.json"), open_recognizer(chosen.model)
    dataset = plain_dataset(recipe, folders)
    offsets = set_offsets(recognizer, dataset.training, recipe)
    samples = dataset.validation
    outputs = predict(recognizer, samples)
    thresholds = choose_thresholds(outputs, samples.targets, samples.labels, offsets, recipe)
    labels = len(recipe.task.labels)
    print(line("was", recognizer.card.read_threshold, outputs, samples.targets, labels))
    print(line("now", thresholds.read, outputs, samples.targets, labels))
    if chosen.write:
        write_card(chosen.model, replace(recognizer.card, thresholds=thresholds, set_offsets=offsets))
        add_figures(chosen.model, folders)


if __name__ == "__main__":
    main()
