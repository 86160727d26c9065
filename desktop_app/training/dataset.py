"""Datasets: MNIST and the ink sets, split by writer and drawn as model inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.ink import Ink
from desktop_app.core.training_events import Emit, Preparing, ShouldStop
from desktop_app.imaging.find_ink import find_ink
from desktop_app.imaging.ink_set import InkSet, read_image_set, read_ink_set
from desktop_app.imaging.normalize import INPUT_SIZE, normalize
from desktop_app.imaging.rasterize import rasterize
from desktop_app.training.recipe import Recipe
from desktop_app.training.split import WriterSplit, split_writers
from desktop_app.training.vary_ink import Strokes, scribble, side_by_side, unit_strokes, vary

Inputs = NDArray[np.uint8]

MNIST_FILE = "mnist.npz"
INK_FILES = ("pendigits.npz", "unipen_characters.npz")
_SCRIBBLE_SHARE = 0.12
_PAIR_SHARE = 0.06


@dataclass(frozen=True, eq=False)
class Samples:
    """Model inputs with their classes.

    Attributes:
        inputs: uint8 (n, 28, 28), 255 where there is ink.
        classes: int64 (n,), the position of the label; the number of labels means no character.
        strength: float32 (n,), how far image variety may go (less for ink, varied already).
    """

    inputs: Inputs
    classes: NDArray[np.int64]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.inputs)


@dataclass(frozen=True)
class Source:
    """Where samples came from: what a model card says about one data file.

    Attributes:
        file: the file's name.
        sha256: of the whole file, hexadecimal.
        writers: how its writers were shared out, or None where writers are unknown (MNIST).
    """

    file: str
    sha256: str
    writers: WriterSplit | None


@dataclass(frozen=True, eq=False)
class Dataset:
    """Everything one run learns from and is tuned on. The test parts are not in it.

    Attributes:
        epochs: variants of the training samples; epoch e learns from number e modulo their count.
        validation: undisturbed samples of the validation writers.
        sources: the data files.
    """

    epochs: tuple[Samples, ...]
    validation: Samples
    sources: tuple[Source, ...]


class Stopped(Exception):
    """The run was asked to stop while its data was being prepared."""


def build_dataset(folder: Path, recipe: Recipe, emit: Emit, should_stop: ShouldStop) -> Dataset:
    """Read the data files and draw all samples of a run.

    Args:
        folder: holds mnist.npz, pendigits.npz and unipen_characters.npz.
        recipe: labels, split and variety.
        emit: told of each step.
        should_stop: asked between steps.

    Raises:
        Refusal: a file is missing, damaged or of another layout.
        Stopped: should_stop answered yes.
    """
    steps = recipe.ink_variety.variants + 2
    emit(Preparing(0, steps, "reading data"))
    mnist = _mnist(folder, recipe)
    characters, held_out, sources = _read_inks(folder, recipe)
    emit(Preparing(1, steps, "drawing validation samples"))
    validation = _join([_part(mnist, slice(-recipe.split.mnist_validation, None)), _drawn(held_out)])
    training = _part(mnist, slice(None, -recipe.split.mnist_validation))
    epochs = []
    for variant in range(recipe.ink_variety.variants):
        if should_stop():
            raise Stopped
        emit(Preparing(2 + variant, steps, "drawing training samples"))
        rng = np.random.default_rng((recipe.seed, variant))
        epochs.append(_join([training, _varied(characters, recipe, rng)]))
    mnist_source = Source(MNIST_FILE, file_hash(folder / MNIST_FILE), None)
    return Dataset(tuple(epochs), validation, (mnist_source, *sources))


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, eq=False)
class _Characters:
    """Ink with its classes, from any number of ink sets."""

    inks: tuple[Ink, ...]
    classes: NDArray[np.int64]


def _mnist(folder: Path, recipe: Recipe) -> Samples:
    """MNIST's training part through the path of image files."""
    images = read_image_set(folder / MNIST_FILE, "train")
    inputs = np.stack([_input_of_image(image) for image in images.images])
    names = np.array(recipe.labels)
    classes = np.array([np.flatnonzero(names == str(label))[0] for label in images.labels])
    return Samples(inputs, classes, np.ones(len(inputs), np.float32))


def _input_of_image(image: NDArray[np.uint8]) -> Inputs:
    return _bytes(find_ink(image.astype(np.float32) / np.float32(255)))


def _bytes(ink_map: NDArray[np.float32]) -> Inputs:
    normalized = normalize(ink_map)
    if normalized is None:
        return np.zeros((INPUT_SIZE, INPUT_SIZE), np.uint8)
    return np.rint(normalized.model_input[..., 0] * 255).astype(np.uint8)


def _read_inks(folder: Path, recipe: Recipe) -> tuple[_Characters, _Characters, tuple[Source, ...]]:
    """The ink sets' training and validation writers, look-alikes left out."""
    training, validation, sources = [], [], []
    for file in INK_FILES:
        characters = read_ink_set(folder / file)
        writers = split_writers(characters.writers, recipe.split)
        useful = ~np.isin(characters.labels, recipe.look_alikes)
        training.append(characters.select(useful & np.isin(characters.writers, writers.training)))
        validation.append(characters.select(useful & np.isin(characters.writers, writers.validation)))
        sources.append(Source(file, file_hash(folder / file), writers))
    return _characters(training, recipe), _characters(validation, recipe), tuple(sources)


def _characters(sets: list[InkSet], recipe: Recipe) -> _Characters:
    inks = tuple(part.ink(i) for part in sets for i in range(len(part)))
    return _Characters(inks, np.concatenate([classes_of(part.labels, recipe) for part in sets]))


def classes_of(labels: NDArray[np.str_], recipe: Recipe) -> NDArray[np.int64]:
    """Class numbers of labels; every label that the recipe does not know is "not a character"."""
    classes = np.full(len(labels), len(recipe.labels), dtype=np.int64)
    for number, label in enumerate(recipe.labels):
        classes[labels == label] = number
    return classes


def _drawn(characters: _Characters) -> Samples:
    """Ink as the canvas would draw it."""
    inputs = np.stack([_bytes(rasterize(ink)) for ink in characters.inks])
    return Samples(inputs, characters.classes, np.zeros(len(inputs), np.float32))


def _varied(characters: _Characters, recipe: Recipe, rng: np.random.Generator) -> Samples:
    """One epoch's ink: every digit some times, and a choice of letters, pairs and scribbles."""
    inks, classes = characters.inks, characters.classes
    other = len(recipe.labels)
    digits = np.repeat(np.flatnonzero(classes < other), recipe.digit_repeats)
    made = round(recipe.negatives * (_SCRIBBLE_SHARE + _PAIR_SHARE))
    letters = np.flatnonzero(classes == other)
    letters = rng.permutation(letters)[: recipe.negatives - made]
    chosen = np.concatenate([digits, letters])
    drawn = [_draw(vary(unit_strokes(inks[i]), recipe.ink_variety, rng), recipe, rng) for i in chosen]
    drawn += [_draw(ink, recipe, rng) for ink in _made_up(inks, digits, recipe, rng)]
    labels = np.concatenate([classes[chosen], np.full(len(drawn) - len(chosen), other)])
    strength = np.full(len(drawn), recipe.image_variety.ink_strength, np.float32)
    return Samples(np.stack(drawn), labels, strength)


def _made_up(
    inks: tuple[Ink, ...], digits: NDArray[np.int64], recipe: Recipe, rng: np.random.Generator
) -> Iterator[Ink]:
    """Scribbles, and pairs of digits in one drawing."""
    for _ in range(round(recipe.negatives * _SCRIBBLE_SHARE)):
        yield scribble(rng)

    def digit() -> Strokes:
        return unit_strokes(inks[rng.choice(digits)])

    for _ in range(round(recipe.negatives * _PAIR_SHARE)):
        yield vary(unit_strokes(side_by_side(digit(), digit(), rng)), recipe.ink_variety, rng)


def _draw(ink: Ink, recipe: Recipe, rng: np.random.Generator) -> Inputs:
    return _bytes(rasterize(ink, float(rng.uniform(*recipe.ink_variety.pen_share))))


def _part(samples: Samples, rows: slice) -> Samples:
    return Samples(samples.inputs[rows], samples.classes[rows], samples.strength[rows])


def _join(parts: list[Samples]) -> Samples:
    return Samples(
        np.concatenate([p.inputs for p in parts]),
        np.concatenate([p.classes for p in parts]),
        np.concatenate([p.strength for p in parts]),
    )
