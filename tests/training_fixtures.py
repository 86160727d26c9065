"""Fixtures: a small data folder with MNIST's layout and two ink sets, and recipes for it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.paths import resources_dir
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Negatives, Recipe, Schedule
from desktop_app.runs.zoo.characters import convolutional, dense
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.task import Task

_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afedcg",
    "7": "abc",
    "8": "abcdefg",
    "9": "abfgcd",
    "A": "abcefg",
    "H": "bcefg",
    "O": "abcdef",
}
_LINES = {
    "a": ((0, 0), (50, 0)),
    "b": ((50, 0), (50, 50)),
    "c": ((50, 50), (50, 100)),
    "d": ((0, 100), (50, 100)),
    "e": ((0, 50), (0, 100)),
    "f": ((0, 0), (0, 50)),
    "g": ((0, 50), (50, 50)),
}


def write_ink_set(path: Path, labels: str, writers: int, seed: int) -> None:
    """Write seven-segment characters; each writer has another slant and jitter."""
    rng = np.random.default_rng(seed)
    points, strokes, characters, names, writer_names = [], [0], [0], [], []
    for writer in range(writers):
        slant = rng.normal(0, 0.2)
        for label in labels:
            for segment in _SEGMENTS[label]:
                start, end = np.array(_LINES[segment], float)
                line = np.linspace(start, end, 6) + rng.normal(0, 1.5, (6, 2))
                line[:, 0] += slant * line[:, 1]
                points.append(line)
                strokes.append(strokes[-1] + len(line))
            characters.append(len(strokes) - 1)
            names.append(label)
            writer_names.append(f"writer-{seed}-{writer}")
    np.savez(
        path,
        points=np.concatenate(points).astype(np.int16),
        stroke_offsets=np.array(strokes, np.int32),
        character_offsets=np.array(characters, np.int32),
        labels=np.array(names),
        writers=np.array(writer_names),
    )


def enlarged_digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the built-in digits in MNIST's size, uint8 (1797, 28, 28), and their labels."""
    with np.load(resources_dir() / "data" / "uci_digits.npz", allow_pickle=False) as data:
        levels, labels = np.rint(data["x"][:, 2:-2, 2:-2] * (16 / 255)), data["y"]
    images = np.pad(np.kron(levels, np.ones((3, 3))), ((0, 0), (2, 2), (2, 2))) * (255 / 16)
    return images.astype(np.uint8), labels


def write_small_mnist(path: Path, training: int, test: int) -> None:
    """Write the first built-in digits in MNIST's layout."""
    images, labels = enlarged_digits()
    end = training + test
    np.savez(
        path,
        x_train=images[:training],
        y_train=labels[:training],
        x_test=images[training:end],
        y_test=labels[training:end],
    )


def write_small_cifar(path: Path) -> None:
    """Write an archive with a folder per class, divided into train and test: noise, in two classes."""
    rng = np.random.default_rng(1)
    with zipfile.ZipFile(path, "w") as archive:
        for part, count in (("train", 4), ("test", 2)):
            for label in ("frog", "ship"):
                for number in range(count):
                    image = io.BytesIO()
                    Image.fromarray(rng.integers(0, 256, (32, 32, 3), np.uint8)).save(image, "jpeg")
                    archive.writestr(f"{part}/{label}/{number:04}.jpg", image.getvalue())


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a small file for each data set that can be downloaded or is in the data folder."""
    folder = tmp_path_factory.mktemp("data")
    write_small_mnist(folder / "mnist.npz", 600, 40)
    write_ink_set(folder / "pendigits.npz", "0123456789", writers=10, seed=1)
    write_ink_set(folder / "unipen_characters.npz", "0123456789AHO", writers=10, seed=2)
    write_ink_set(folder / "unipen_in_words.npz", "0123456789AHO", writers=10, seed=3)
    write_ink_set(folder / "unipen_numbers.npz", "0123456789", writers=10, seed=4)
    write_small_mnist(folder / "bhmsds.npz", 60, 10)
    write_small_cifar(folder / "cifar10.zip")
    return folder


@pytest.fixture(scope="session")
def folders(data_folder: Path) -> DataFolders:
    """Folders with the data of the recipes."""
    return DataFolders(data_folder, data_folder / "downloads")


@pytest.fixture(scope="session")
def small_recipe() -> Recipe:
    """A recipe that trains in seconds and uses all features."""
    return Recipe(
        name="small",
        title="Small",
        data=(
            DataPart("mnist", validation=50),
            DataPart("pendigits", validation=0.1, test=0.2),
            DataPart("unipen", validation=0.1, test=0.2),
        ),
        layers=convolutional(4, 8, 8, 0.3),
        task=Task(rejects=True),
        negatives=Negatives(per_epoch=120),
        ink_augmentation=InkAugmentation(variants=2, repeats=1),
        image_augmentation=ImageAugmentation(),
        fitting=Fitting(
            epochs=2,
            batch_size=64,
            optimizer="adamw",
            weight_decay=0.02,
            label_smoothing=0.03,
            average_momentum=0.9,
            recalibration_batches=5,
        ),
        schedule=Schedule("cosine", rate=0.003, warm_up=0.5),
        keeping=Keeping(weights="last"),
    )


@pytest.fixture(scope="session")
def plain_recipe() -> Recipe:
    """A recipe with a dense network and images only, for fast tests."""
    return Recipe(
        name="plain",
        title="Plain",
        data=(DataPart("mnist", validation=100),),
        layers=dense(24, 16, 0.1),
        fitting=Fitting(epochs=3, batch_size=50),
        schedule=Schedule(rate=0.003),
    )
