"""Data sets of runs: the samples of a recipe as model inputs, split into parts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.augment_ink import Strokes, augment_character, augment_ink, side_by_side, unit_strokes
from desktop_app.data.compose_numbers import compose
from desktop_app.data.drawings import draw_no_character
from desktop_app.data.label_classes import is_number, label_classes, used_rows
from desktop_app.data.model_inputs import (
    Inputs,
    draw_input,
    input_of,
    inputs_as_is,
    sample_maker,
    sample_of,
    stack_inputs,
    takes_as_is,
    with_channels,
)
from desktop_app.data.number_candidates import (
    Number,
    image_candidates,
    ink_candidates,
    separate,
)
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_cache import cached_array
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.data.split import Rows, Split, split_sources
from desktop_app.ink.strokes import Ink
from desktop_app.lines.ink_pieces import InkPieces
from desktop_app.networks.card import DataSource
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Task

_Item = TypeVar("_Item")

_DRAWING_SHARE = 0.2
_PAIR_SHARE = 0.06
"""Shares of the negatives, more if there are too few other letters."""

_NUMBER_LENGTHS = 2, 6
_FEWEST_SAMPLES = 20
"""Smallest number of samples of a writer from which numbers are composed."""

_IMAGE_SHARE = 0.75
"""Share of numbers that are rendered as images; in images, characters more often touch."""

_WRONG_CANDIDATES = 2
"""Most wrong candidates of a number that are used, per character."""

MOST_BYTES = 8_000_000_000
"""Maximum size of all model inputs and target images of a run."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Model inputs and targets.

    Attributes:
        inputs: uint8 (n, height, width, channels).
        targets: int64 (n,), index of the label, or the number of labels for "not a character"; or target
            images, uint8 (n, height, width, channels).
        strength: float32 (n,), strength of image augmentation, lower for augmented ink.
        labels: str (n,), labels in the sources if targets are images; empty (0,) otherwise.
    """

    inputs: Inputs
    targets: NDArray[Any]
    strength: NDArray[np.float32]
    labels: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, "<U1"))

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    def at(self, rows: NDArray[np.int64]) -> Samples:
        """Return these samples, in this order."""
        labels = self.labels[rows] if len(self.labels) else self.labels
        return Samples(self.inputs[rows], self.targets[rows], self.strength[rows], labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """The training, validation and test samples of a run.

    Attributes:
        training: training samples, with all variants of augmented ink.
        epochs: int64 (variants, n), rows of `training`; epoch e uses row e modulo the number of variants.
        validation: samples without augmentation; may be empty.
        test: samples without augmentation; may be empty.
        sources: the data sources.
    """

    training: Samples
    epochs: NDArray[np.int64]
    validation: Samples
    test: Samples
    sources: tuple[DataSource, ...]


def build_dataset(recipe: Recipe, folders: DataFolders, emit: Emit, should_stop: ShouldStop) -> Dataset:
    """Open and split the sources of a recipe, and prepare all samples.

    Args:
        recipe: the recipe.
        folders: folders with data sets.
        emit: receives an event for each step.
        should_stop: called often.

    Raises:
        UserError: a source is missing, damaged, or has no sample with a label of the recipe; or the samples
            need more memory than `MOST_BYTES`.
        Stopped: should_stop() returned True.
    """
    variants = recipe.ink_augmentation.variants if recipe.ink_augmentation is not None else 1
    reporter = _Reporter(emit, should_stop, len(recipe.data) + 2 + variants)
    sources = []
    for part in recipe.data:
        reporter.step(message("Reading data"))
        source = open_source(
            part.source, folders, reporter.forward, should_stop, maker=sample_maker(recipe.task)
        )
        sources.append(source.transposed() if part.transpose else source)
    opened = []
    # All samples are split, so that the split does not depend on the labels of the recipe.
    splits = split_sources(sources, recipe.data, recipe.split_seed)
    for source, part, split in zip(sources, recipe.data, splits, strict=True):
        parts = used_rows(source, split, recipe)
        augments = recipe.ink_augmentation is not None and task_kind(recipe.task).make_sample is None
        is_augmented = augments and source.inks is not None
        is_as_is = takes_as_is(source, part, recipe.task)
        opened.append(_Opened(source, parts, is_as_is, is_augmented, folders.cache))
    _check_size(opened, recipe)
    reporter.step(message("Preparing validation samples"))
    validation = _join([_prepared(each, each.parts.validation, recipe, reporter) for each in opened])
    reporter.step(message("Preparing test samples"))
    test = _join([_prepared(each, each.parts.test, recipe, reporter) for each in opened])
    training, epochs = _training(opened, recipe, variants, reporter)
    facts = tuple(DataSource(each.source.file, each.source.sha256, each.parts.writers) for each in opened)
    return Dataset(training, epochs, validation, test, facts)


def check_data(recipe: Recipe, folders: DataFolders, should_stop: ShouldStop) -> None:
    """Check that the sources of a recipe exist and have samples with its labels; open no files of folders.

    Raises:
        UserError: see `build_dataset`.
        Stopped: should_stop() returned True.
    """
    sources = [
        open_source(part.source, folders, lambda _: None, should_stop, list_only=True) for part in recipe.data
    ]
    splits = split_sources(sources, recipe.data, recipe.split_seed)
    for source, split in zip(sources, splits, strict=True):
        used_rows(source, split, recipe)


@dataclass(frozen=True, eq=False)
class _Opened:
    """An open source with its split."""

    source: SourceSet
    parts: Split
    is_as_is: bool
    is_augmented: bool
    cache: Path | None


class _Reporter:
    """Reports the steps, and raises Stopped if the run is to stop."""

    def __init__(self, emit: Emit, should_stop: ShouldStop, steps: int) -> None:
        self._emit, self._should_stop = emit, should_stop
        self._steps, self._done = steps, 0

    def step(self, text: Message) -> None:
        raise_if_stopped(self._should_stop)
        self._emit(PreparationProgress(self._done, self._steps, text))
        self._done += 1

    def step_detail(self, text: Message) -> None:
        """Report more about the current step."""
        self._emit(PreparationProgress(self._done - 1, self._steps, text))

    def forward(self, event: object) -> None:
        """Report the text of an event of a source, without its number of steps."""
        if isinstance(event, PreparationProgress):
            self._emit(replace(event, step=self._done - 1, steps=self._steps))

    def each(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield the items, and check before each whether to stop; decoding a photo takes long."""
        for item in items:
            raise_if_stopped(self._should_stop)
            yield item


def _check_size(opened: Sequence[_Opened], recipe: Recipe) -> None:
    """Check the memory that all samples of a run need.

    Raises:
        UserError: it is more than `MOST_BYTES`.
    """
    task, count = recipe.task, 0
    for each in opened:
        split = each.parts
        count += len(split.validation) + len(split.test) + len(split.training) * (not each.is_augmented)
    augmented = [each for each in opened if each.is_augmented]
    if augmented and (settings := recipe.ink_augmentation) is not None:
        known = sum(
            int((_classes(each.source, each.parts.training, recipe) < len(task.labels)).sum())
            for each in augmented
        )
        negatives = recipe.negatives.per_epoch if task.rejects else 0
        count += settings.variants * (known * settings.repeats + negatives)
    has_labels = task_kind(task).has_labels
    size = math.prod(task.input_shape) + (0 if has_labels else math.prod(task.output_shape))
    if count * size > MOST_BYTES:
        raise UserError(
            "The samples of this run would take {size:,.0f} GB of memory, more than {limit:.0f} "
            "GB; choose smaller inputs, fewer variants of the ink, or less data.",
            size=count * size / 1000000000.0,
            limit=MOST_BYTES / 1000000000.0,
        )


def _training(
    opened: Sequence[_Opened], recipe: Recipe, variants: int, reporter: _Reporter
) -> tuple[Samples, NDArray[np.int64]]:
    """Return the training samples, with variants of augmented ink, and the rows of each variant."""
    shared_samples = [
        _prepared(each, each.parts.training, recipe, reporter) for each in opened if not each.is_augmented
    ]
    inks = [each for each in opened if each.is_augmented]
    characters = _characters(inks, recipe, reporter) if inks else None
    augmented: list[Samples] = []
    for variant in range(variants):
        reporter.step(message("Preparing training samples"))
        rng = np.random.default_rng((recipe.seed, variant))
        if characters is not None:
            augmented.append(_augmented(characters, recipe, rng, reporter))
            if recipe.task.rejects and recipe.negatives.numbers:
                augmented[-1] = _join([augmented[-1], _of_numbers(characters, recipe, rng, reporter)])
    shared = np.arange(sum(map(len, shared_samples)))
    ends = len(shared) + np.cumsum([len(samples) for samples in augmented])
    own = [np.arange(end - len(samples), end) for samples, end in zip(augmented, ends, strict=True)]
    # The number of candidates of numbers differs; the last ones are left out.
    shortest = min(map(len, own), default=0)
    rows = [np.concatenate([shared, each[:shortest]]) for each in own] or [shared]
    return _join([*shared_samples, *augmented]), np.stack(rows)


def _prepared(opened: _Opened, rows: Rows, recipe: Recipe, reporter: _Reporter) -> Samples:
    """Return rows of a source as samples without augmentation."""
    source, task = opened.source, recipe.task
    if not task_kind(task).has_labels:
        return image_samples(source, reporter.each(rows.tolist()), task, is_as_is=opened.is_as_is)
    if opened.is_as_is:
        assert source.images is not None
        strength = np.ones(len(rows), np.float32)
        return Samples(inputs_as_is(source.images[rows], task), _classes(source, rows, recipe), strength)
    inputs = _cached_inputs(opened, rows, task, reporter)
    if PREPARATIONS[task.preparation].is_of_ink:
        # Without ink there is nothing to recognize.
        has_ink = inputs.any(axis=(1, 2, 3))
        if not has_ink.all():
            inputs, rows = inputs[has_ink], rows[has_ink]
            reporter.step_detail(message("Left out {count} samples without ink", count=int((~has_ink).sum())))
    return Samples(inputs, _classes(source, rows, recipe), np.ones(len(rows), np.float32))


def _cached_inputs(opened: _Opened, rows: Rows, task: Task, reporter: _Reporter) -> Inputs:
    """Return rows of a source as model inputs; those of files are kept in the cache."""

    def prepare_all() -> Inputs:
        inputs = [sample_of(opened.source, row, task)[0] for row in reporter.each(rows.tolist())]
        return stack_inputs(inputs, task.input_shape)

    if opened.source.files is None or opened.source.file_samples is not None or opened.cache is None:
        return prepare_all()
    key = f"{opened.source.sha256} {task.preparation} {task.input_shape}"
    key += f" {PREPARATIONS[task.preparation].version} {hashlib.sha256(rows.tobytes()).hexdigest()}"
    return cached_array(opened.cache, key, (len(rows), *task.input_shape), prepare_all)


def image_samples(source: SourceSet, rows: Iterable[int], task: Task, *, is_as_is: bool) -> Samples:
    """Return rows of a source as samples with target images, without those without ink.

    Args:
        source: the source.
        rows: rows of the source.
        task: a task without labels.
        is_as_is: whether images are used without preparation, see `takes_as_is`.

    Raises:
        UserError: the file of a sample cannot be opened.
    """
    inputs, images, kept = [], [], []
    for row in rows:
        if is_as_is and source.images is not None:
            (image,) = with_channels(source.images[row : row + 1], task)
            model_input = downscale_image(image, task.scale)
        else:
            model_input, target = sample_of(source, row, task)
            assert target is not None
            image = target
            if PREPARATIONS[task.preparation].is_of_ink and not image.any():
                continue
        kept.append(row)
        inputs.append(model_input)
        images.append(image)
    return Samples(
        stack_inputs(inputs, task.input_shape),
        stack_inputs(images, task.output_shape),
        np.ones(len(kept), np.float32),
        source.labels[np.array(kept, np.int64)],
    )


def _classes(source: SourceSet, rows: Rows, recipe: Recipe) -> NDArray[np.int64]:
    return label_classes(source.labels[rows], recipe)


@dataclass(frozen=True, eq=False)
class _Characters:
    """Ink of all sources with classes, labels and writers."""

    inks: tuple[Ink, ...]
    classes: NDArray[np.int64]
    labels: NDArray[np.str_]
    writers: NDArray[np.str_]


def _characters(opened: Sequence[_Opened], recipe: Recipe, reporter: _Reporter) -> _Characters:
    inks: list[Ink] = []
    classes, labels, writers = [], [], []
    for each in opened:
        assert each.source.inks is not None
        rows = each.parts.training
        inks += [each.source.inks.ink(row) for row in reporter.each(rows.tolist())]
        classes.append(_classes(each.source, rows, recipe))
        labels.append(each.source.inks.labels[rows])
        writers.append(each.source.inks.writers[rows])
    return _Characters(tuple(inks), np.concatenate(classes), np.concatenate(labels), np.concatenate(writers))


def _of_numbers(
    characters: _Characters, recipe: Recipe, rng: np.random.Generator, reporter: _Reporter
) -> Samples:
    """Return right and wrong candidates of real and composed numbers, most of them as images."""
    settings, task = recipe.ink_augmentation, recipe.task
    assert settings is not None
    # All numbers before their candidates, which take random numbers, too.
    real = list(reporter.each(_real_numbers(characters, task)))
    composed = list(reporter.each(_composed_numbers(characters, recipe, rng)))
    inputs, classes = [], []
    for number in reporter.each([*real, *composed]):
        is_image = rng.random() < _IMAGE_SHARE
        pieces, candidates = image_candidates(number, rng) if is_image else ink_candidates(number)
        wrong = [candidate for candidate in candidates if candidate.character is None]
        chosen = rng.permutation(len(wrong))[: _WRONG_CANDIDATES * len(number.text)].tolist()
        right = [candidate for candidate in candidates if candidate.character is not None]
        for candidate in [*right, *(wrong[row] for row in chosen)]:
            if isinstance(pieces, InkPieces):
                inputs.append(draw_input(pieces.page(candidate.numbers), _pen(settings, rng), task))
            else:
                inputs.append(input_of(pieces.prepare(candidate.numbers, task), task))
            label = None if candidate.character is None else number.text[candidate.character]
            classes.append(len(task.labels) if label is None else task.label_index[label])
    strength = recipe.image_augmentation.ink_strength if recipe.image_augmentation is not None else 1.0
    return Samples(
        stack_inputs(inputs, task.input_shape),
        np.array(classes, np.int64),
        np.full(len(inputs), strength, np.float32),
    )


def _real_numbers(characters: _Characters, task: Task) -> Iterator[Number]:
    """Yield the real numbers whose characters stand apart."""
    for row, label in enumerate(characters.labels.tolist()):
        if is_number(label, task.label_index):
            number = separate(label, characters.inks[row])
            if number is not None:
                yield number


def _composed_numbers(characters: _Characters, recipe: Recipe, rng: np.random.Generator) -> Iterator[Number]:
    """Yield numbers composed of characters of one writer each."""
    is_known = characters.classes < len(recipe.task.labels)
    rows = [np.flatnonzero(is_known & (characters.writers == name)) for name in np.unique(characters.writers)]
    rows = [each for each in rows if len(each) >= _FEWEST_SAMPLES]
    if not rows:
        return
    for _ in range(recipe.negatives.numbers):
        of_writer = rows[int(rng.integers(len(rows)))]
        chosen = rng.choice(of_writer, int(rng.integers(_NUMBER_LENGTHS[0], _NUMBER_LENGTHS[1] + 1)))
        inks = [characters.inks[row] for row in chosen.tolist()]
        owners = np.repeat(np.arange(len(inks)), [len(ink.strokes) for ink in inks])
        text = "".join(recipe.task.labels[label] for label in characters.classes[chosen].tolist())
        yield Number(text, compose(inks, rng), owners)


def _augmented(
    characters: _Characters, recipe: Recipe, rng: np.random.Generator, reporter: _Reporter
) -> Samples:
    """Return a variant of augmented ink: all characters, repeated, and a choice of negatives."""
    settings = recipe.ink_augmentation
    assert settings is not None
    inks, classes = characters.inks, characters.classes
    other = len(recipe.task.labels)
    chosen = np.repeat(np.flatnonzero(classes < other), settings.repeats)
    character_rows = chosen
    generated: Iterator[Ink] = iter(())
    if recipe.task.rejects:
        count = recipe.negatives.per_epoch
        letters = rng.permutation(np.flatnonzero(classes == other))
        letters = letters[: count - round(count * (_DRAWING_SHARE + _PAIR_SHARE))]
        chosen = np.concatenate([chosen, letters])
        generated = _generated_negatives(inks, character_rows, count - len(letters), settings, rng)
    task = recipe.task
    inputs = [
        draw_input(
            augment_character(inks[row], str(characters.labels[row]), settings, rng),
            _pen(settings, rng),
            task,
        )
        for row in reporter.each(chosen.tolist())
    ]
    inputs += [draw_input(ink, _pen(settings, rng), task) for ink in reporter.each(generated)]
    labels = np.concatenate([classes[chosen], np.full(len(inputs) - len(chosen), other)])
    image_augmentation = recipe.image_augmentation
    strength = image_augmentation.ink_strength if image_augmentation is not None else 1.0
    return Samples(stack_inputs(inputs, task.input_shape), labels, np.full(len(inputs), strength, np.float32))


def _generated_negatives(
    inks: tuple[Ink, ...],
    rows: NDArray[np.int64],
    count: int,
    settings: InkAugmentation,
    rng: np.random.Generator,
) -> Iterator[Ink]:
    """Yield so many drawings and pairs of characters."""
    drawings = round(count * _DRAWING_SHARE / (_DRAWING_SHARE + _PAIR_SHARE))
    for _ in range(drawings):
        yield draw_no_character(inks, rng)

    def character() -> Strokes:
        return unit_strokes(inks[rng.choice(rows)])

    for _ in range(count - drawings):
        yield augment_ink(unit_strokes(side_by_side(character(), character(), rng)), settings, rng)


def _pen(settings: InkAugmentation, rng: np.random.Generator) -> float:
    return float(rng.uniform(*settings.pen_share))


def _join(parts: list[Samples]) -> Samples:
    return Samples(
        np.concatenate([p.inputs for p in parts]),
        np.concatenate([p.targets for p in parts]),
        np.concatenate([p.strength for p in parts]),
        np.concatenate([p.labels for p in parts]),
    )
