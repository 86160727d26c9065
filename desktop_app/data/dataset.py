"""Datasets: the samples of a recipe's sources, split and drawn as model inputs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.augment_ink import Strokes, augment_ink, scribble, side_by_side, unit_strokes
from desktop_app.data.pages import brightness, page_of, pixels_of
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.data.split import Rows, Split, split_source
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.networks.card import DataSource
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import Prepared, prepare, prepare_ink_map
from desktop_app.tasks.task import Task

Inputs = NDArray[np.uint8]

_SCRIBBLE_SHARE = 0.12
_PAIR_SHARE = 0.06
_LOOKS_UP = 500

MOST_BYTES = 8_000_000_000
"""Largest sum of all model inputs of one run, and of the images that they are to become."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Model inputs with what the network is to give.

    Attributes:
        inputs: uint8 (n, height, width, channels).
        targets: int64 (n,), the position of the label, where the number of labels means none of them;
            or uint8 (n, height, width, channels), the images that the network is to give.
        strength: float32 (n,), how far image augmentation may go (less for ink, augmented already).
    """

    inputs: Inputs
    targets: NDArray[Any]
    strength: NDArray[np.float32]

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    def at(self, rows: NDArray[np.int64]) -> Samples:
        """Only these samples, in this order."""
        return Samples(self.inputs[rows], self.targets[rows], self.strength[rows])


@dataclass(frozen=True, eq=False)
class Dataset:
    """Everything one run learns from, is chosen by and, at its very end, measured by.

    Attributes:
        training: samples to learn from, with all variants of augmented ink.
        epochs: int64 (variants, n), rows of `training`: epoch e learns from those of number e modulo
            the count of variants.
        validation: undisturbed samples to choose by; may be none.
        test: undisturbed samples that nothing is chosen by; may be none.
        sources: the data files.
    """

    training: Samples
    epochs: NDArray[np.int64]
    validation: Samples
    test: Samples
    sources: tuple[DataSource, ...]


def build_dataset(recipe: Recipe, places: DataFolders, emit: Emit, should_stop: ShouldStop) -> Dataset:
    """Open the recipe's sources, share them out and draw all samples of a run.

    Args:
        recipe: task, sources and augmentation.
        places: where sources are looked for.
        emit: told of each step.
        should_stop: asked between steps, and often while drawing.

    Raises:
        UserError: a source is missing, damaged, or has no sample with a label of the recipe; or the samples
            would take more than `MOST_BYTES`.
        Stopped: should_stop answered yes.
    """
    variants = recipe.ink_augmentation.variants if recipe.ink_augmentation is not None else 1
    reporter = _Reporter(emit, should_stop, len(recipe.data) + 2 + variants)
    opened = []
    for part in recipe.data:
        reporter.step("reading data")
        source = open_source(part.source, places, reporter.unless_preparing, should_stop)
        # Shared out before anything is left out, so that whose hand is whose depends on nothing else.
        parts = _useful(source, split_source(source, part, recipe.split_seed), recipe)
        augments = recipe.ink_augmentation is not None and task_kind(recipe.task).sample is None
        is_augmented = augments and source.inks is not None
        opened.append(_Opened(source, parts, takes_as_is(source, part, recipe.task), is_augmented))
    _check_size(opened, recipe)
    reporter.step("drawing samples to choose by")
    validation = _join([_still(one, one.parts.validation, recipe, reporter) for one in opened])
    reporter.step("drawing samples to measure by")
    test = _join([_still(one, one.parts.test, recipe, reporter) for one in opened])
    training, epochs = _training(opened, recipe, variants, reporter)
    sources = tuple(DataSource(one.source.file, one.source.sha256, one.parts.writers) for one in opened)
    return Dataset(training, epochs, validation, test, sources)


def classes_of(labels: NDArray[np.str_], recipe: Recipe) -> NDArray[np.int64]:
    """Class numbers of labels; every label that the recipe does not know is "not a character"."""
    classes = np.full(len(labels), len(recipe.task.labels), dtype=np.int64)
    for number, label in enumerate(recipe.task.labels):
        classes[labels == label] = number
    return classes


def takes_as_is(source: SourceSet, part: DataPart, task: Task) -> bool:
    """Whether the images of a source are model inputs as they are.

    Raises:
        UserError: they are not to be normalized, and have another size than model inputs.
    """
    shape = None if source.images is None else source.images.shape[1:]
    same_size = shape is not None and shape[:2] == task.input_shape[:2]
    if task_kind(task).sample is not None:
        # Fitting a picture of this very size changes nothing; an image to be restored has a target too.
        is_alike = shape is not None and same_size and shape[2] <= task.channels
        return is_alike and bool(task.labels) and task.preparation == "fit"
    if source.inks is not None or (part.normalize and not source.is_normalized):
        return False
    if not same_size:
        raise UserError(
            f"The images of {source.title} are {_size(source)}, and only those of {task.width}×{task.height} "
            "can be learned as they are; have them normalized."
        )
    return True


def inputs_as_is(images: Inputs, task: Task) -> Inputs:
    """Images that are model inputs already, uint8 (n, height, width, channels), in the task's channels."""
    grey = images if images.shape[3] == task.channels else brightness(images)[..., None]
    return grey if grey.shape[3] == task.channels else np.repeat(grey, task.channels, axis=3)


def sample_of(source: SourceSet, row: int, task: Task) -> tuple[Inputs, Inputs | None]:
    """One sample of a source: the model input and, where the network gives images, the one to give.

    Returns:
        uint8 of the task's input shape, and uint8 of its output shape or None.

    Raises:
        UserError: it lies in a file of its own that can no longer be opened.
    """
    sample = task_kind(task).sample
    if sample is None:
        return _pixels(prepare(page_of(source, row), task), task), None
    return sample(pixels_of(source, row), task)


def draw(ink: Ink, pen_share: float, task: Task) -> Inputs:
    """The model input, uint8 of the task's input shape, of ink, drawn with a pen of a share of its size."""
    return _pixels(prepare_ink_map(rasterize(ink, pen_share), task), task)


@dataclass(frozen=True, eq=False)
class _Opened:
    """A source with what is known of its rows."""

    source: SourceSet
    parts: Split
    is_as_is: bool
    is_augmented: bool


class _Reporter:
    """Tells of steps, and lets a wish to stop through."""

    def __init__(self, emit: Emit, should_stop: ShouldStop, steps: int) -> None:
        self._emit, self._should_stop = emit, should_stop
        self._steps, self._done = steps, 0

    def step(self, text: str) -> None:
        raise_if_stopped(self._should_stop)
        self._emit(PreparationProgress(self._done, self._steps, text))
        self._done += 1

    def unless_preparing(self, event: object) -> None:
        """What a source tells while it is opened, which has a count of its own: only the words."""
        if isinstance(event, PreparationProgress):
            self._emit(replace(event, step=self._done - 1, steps=self._steps))

    def each(self, items: Sequence[int] | Rows) -> Iterator[int]:
        """The items one by one, looking up now and then."""
        for place, item in enumerate(items):
            if place % _LOOKS_UP == 0:
                raise_if_stopped(self._should_stop)
            yield int(item)


def _useful(source: SourceSet, parts: Split, recipe: Recipe) -> Split:
    """The rows without look-alikes and, where nothing is called no character, without other labels."""
    if not recipe.task.labels:
        return parts
    known = np.isin(source.labels, recipe.task.labels)
    if not known[parts.training].any():
        raise UserError(f"{source.title} has no sample with a label of this recipe; choose other labels.")
    if recipe.task.rejects:
        known = ~np.isin(source.labels, recipe.negatives.look_alikes)
    return Split(
        parts.training[known[parts.training]],
        parts.validation[known[parts.validation]],
        parts.test[known[parts.test]],
        parts.writers,
    )


def _check_size(opened: Sequence[_Opened], recipe: Recipe) -> None:
    """Look whether all samples of a run fit into memory, before the first one is drawn.

    Raises:
        UserError: they do not.
    """
    task, count = recipe.task, 0
    for one in opened:
        split = one.parts
        count += len(split.validation) + len(split.test) + len(split.training) * (not one.is_augmented)
    augmented = [one for one in opened if one.is_augmented]
    if augmented and (settings := recipe.ink_augmentation) is not None:
        known = sum(
            int(np.isin(one.source.labels[one.parts.training], task.labels).sum()) for one in augmented
        )
        negatives = recipe.negatives.per_epoch if task.rejects else 0
        count += settings.variants * (known * settings.repeats + negatives)
    each = math.prod(task.input_shape) + (0 if task.labels else math.prod(task.output_shape))
    if count * each > MOST_BYTES:
        raise UserError(
            f"The samples of this run would take {count * each / 1e9:,.0f} GB of memory, more than "
            f"{MOST_BYTES / 1e9:.0f} GB; choose smaller inputs, fewer variants of the ink, or less data."
        )


def _training(
    opened: Sequence[_Opened], recipe: Recipe, variants: int, reporter: _Reporter
) -> tuple[Samples, NDArray[np.int64]]:
    """All training samples, those that are not augmented once, and the rows of them in each variant."""
    once = [_still(one, one.parts.training, recipe, reporter) for one in opened if not one.is_augmented]
    inks = [one for one in opened if one.is_augmented]
    augmented = []
    for variant in range(variants):
        reporter.step("drawing samples to learn from")
        rng = np.random.default_rng((recipe.seed, variant))
        if inks:
            augmented.append(_augmented(_characters(inks, recipe), recipe, rng, reporter))
    shared = np.arange(sum(map(len, once)))
    ends = len(shared) + np.cumsum([len(samples) for samples in augmented])
    own = [np.arange(end - len(samples), end) for samples, end in zip(augmented, ends, strict=True)]
    rows = [np.concatenate([shared, each]) for each in own] or [shared]
    return _join([*once, *augmented]), np.stack(rows)


def _still(one: _Opened, rows: Rows, recipe: Recipe, reporter: _Reporter) -> Samples:
    """Rows of a source as they are read when nothing disturbs them."""
    source, task = one.source, recipe.task
    strength = np.ones(len(rows), np.float32)
    if one.is_as_is:
        assert source.images is not None
        return Samples(inputs_as_is(source.images[rows], task), _classes(source, rows, recipe), strength)
    inputs, wanted = [], []
    for row in reporter.each(rows):
        model_input, image = sample_of(source, row, task)
        inputs.append(model_input)
        if image is not None:
            wanted.append(image)
    targets = _classes(source, rows, recipe) if task.labels else _stack(wanted, task.output_shape)
    return Samples(_stack(inputs, task.input_shape), targets, strength)


def _classes(source: SourceSet, rows: Rows, recipe: Recipe) -> NDArray[np.int64]:
    return classes_of(source.labels[rows], recipe)


def _pixels(prepared: Prepared | None, task: Task) -> Inputs:
    """A model input in bytes; all 0 where there is nothing on the page."""
    return np.zeros(task.input_shape, np.uint8) if prepared is None else prepared.pixels


def _size(source: SourceSet) -> str:
    """The size of a source's images in words."""
    if source.images is None:
        return "of different sizes"
    height, width = source.images.shape[1:3]
    return f"{width}×{height} pixels"


@dataclass(frozen=True, eq=False)
class _Characters:
    """Ink with its classes, from any number of ink sets."""

    inks: tuple[Ink, ...]
    classes: NDArray[np.int64]


def _characters(opened: Sequence[_Opened], recipe: Recipe) -> _Characters:
    inks, classes = [], []
    for one in opened:
        assert one.source.inks is not None
        inks += [one.source.inks.ink(int(row)) for row in one.parts.training]
        classes.append(classes_of(one.source.labels[one.parts.training], recipe))
    return _Characters(tuple(inks), np.concatenate(classes))


def _augmented(
    characters: _Characters, recipe: Recipe, rng: np.random.Generator, reporter: _Reporter
) -> Samples:
    """One epoch's ink: every character some times, and a choice of letters, pairs and scribbles."""
    settings = recipe.ink_augmentation
    assert settings is not None
    inks, classes = characters.inks, characters.classes
    other = len(recipe.task.labels)
    chosen = np.repeat(np.flatnonzero(classes < other), settings.repeats)
    digits = chosen
    made: Iterator[Ink] = iter(())
    if recipe.task.rejects:
        count = recipe.negatives.per_epoch
        letters = rng.permutation(np.flatnonzero(classes == other))
        chosen = np.concatenate([chosen, letters[: count - round(count * (_SCRIBBLE_SHARE + _PAIR_SHARE))]])
        made = _made_up(inks, digits, count, settings, rng)
    task = recipe.task
    drawn = [
        draw(augment_ink(unit_strokes(inks[row]), settings, rng), _pen(settings, rng), task)
        for row in reporter.each(chosen)
    ]
    drawn += [draw(ink, _pen(settings, rng), task) for ink in made]
    labels = np.concatenate([classes[chosen], np.full(len(drawn) - len(chosen), other)])
    image_augmentation = recipe.image_augmentation
    strength = image_augmentation.ink_strength if image_augmentation is not None else 1.0
    return Samples(_stack(drawn, task.input_shape), labels, np.full(len(drawn), strength, np.float32))


def _made_up(
    inks: tuple[Ink, ...],
    digits: NDArray[np.int64],
    count: int,
    settings: InkAugmentation,
    rng: np.random.Generator,
) -> Iterator[Ink]:
    """Scribbles, and pairs of digits in one drawing."""
    for _ in range(round(count * _SCRIBBLE_SHARE)):
        yield scribble(rng)

    def digit() -> Strokes:
        return unit_strokes(inks[rng.choice(digits)])

    for _ in range(round(count * _PAIR_SHARE)):
        yield augment_ink(unit_strokes(side_by_side(digit(), digit(), rng)), settings, rng)


def _pen(settings: InkAugmentation, rng: np.random.Generator) -> float:
    return float(rng.uniform(*settings.pen_share))


def _stack(images: Sequence[Inputs], shape: tuple[int, ...]) -> Inputs:
    return np.stack(images) if images else np.zeros((0, *shape), np.uint8)


def _join(parts: list[Samples]) -> Samples:
    return Samples(
        np.concatenate([p.inputs for p in parts]),
        np.concatenate([p.targets for p in parts]),
        np.concatenate([p.strength for p in parts]),
    )
