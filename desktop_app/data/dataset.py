"""Datasets: the samples of a recipe's sources, shared out and drawn as model inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import Refusal
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.augment_ink import Strokes, augment_ink, scribble, side_by_side, unit_strokes
from desktop_app.data.pages import brightness, page_of
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import Places, SourceSet
from desktop_app.data.split import Parts, Rows, share_out
from desktop_app.ink.normalize import INPUT_SIZE, normalize
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.networks.card import DataSource
from desktop_app.runs.events import Emit, Preparing
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.augmentation import InkAugmentation

Inputs = NDArray[np.uint8]

_SCRIBBLE_SHARE = 0.12
_PAIR_SHARE = 0.06
_LOOKS_UP = 500


@dataclass(frozen=True, eq=False)
class Samples:
    """Model inputs with their classes.

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
        epochs: variants of the training samples, of one length; epoch e learns from number e modulo
            their count.
        validation: undisturbed samples to choose by; may be none.
        test: undisturbed samples that nothing is chosen by; may be none.
        sources: the data files.
    """

    epochs: tuple[Samples, ...]
    validation: Samples
    test: Samples
    sources: tuple[DataSource, ...]


def build_dataset(recipe: Recipe, places: Places, emit: Emit, should_stop: ShouldStop) -> Dataset:
    """Open the recipe's sources, share them out and draw all samples of a run.

    Args:
        recipe: task, sources and augmentation.
        places: where sources are looked for.
        emit: told of each step.
        should_stop: asked between steps, and often while drawing.

    Raises:
        Refusal: a source is missing, damaged, or has no sample with a label of the recipe.
        Stopped: should_stop answered yes.
    """
    variants = recipe.ink_augmentation.variants if recipe.ink_augmentation is not None else 1
    reporter = _Reporter(emit, should_stop, len(recipe.data) + 2 + variants)
    opened = []
    for part in recipe.data:
        reporter.step("reading data")
        source = open_source(part.source, places, reporter.unless_preparing, should_stop)
        # Shared out before anything is left out, so that whose hand is whose depends on nothing else.
        parts = _useful(source, share_out(source, part, recipe.split_seed), recipe)
        opened.append(_Opened(source, parts, part.normalize))
    reporter.step("drawing samples to choose by")
    validation = _join([_still(one, one.parts.validation, recipe, reporter) for one in opened])
    reporter.step("drawing samples to measure by")
    test = _join([_still(one, one.parts.test, recipe, reporter) for one in opened])
    epochs = _training(opened, recipe, variants, reporter)
    sources = tuple(DataSource(one.source.file, one.source.sha256, one.parts.writers) for one in opened)
    return Dataset(epochs, validation, test, sources)


def classes_of(labels: NDArray[np.str_], recipe: Recipe) -> NDArray[np.int64]:
    """Class numbers of labels; every label that the recipe does not know is "not a character"."""
    classes = np.full(len(labels), len(recipe.task.labels), dtype=np.int64)
    for number, label in enumerate(recipe.task.labels):
        classes[labels == label] = number
    return classes


def input_of_page(page: Page) -> Inputs:
    """The model input, uint8 (28, 28, 1), of a page; all 0 where there is no ink."""
    return _bytes(rasterize(page) if isinstance(page, Ink) else page.ink_map)


@dataclass(frozen=True, eq=False)
class _Opened:
    """A source with what is known of its rows."""

    source: SourceSet
    parts: Parts
    normalizes: bool


class _Reporter:
    """Tells of steps, and lets a wish to stop through."""

    def __init__(self, emit: Emit, should_stop: ShouldStop, steps: int) -> None:
        self._emit, self._should_stop = emit, should_stop
        self._steps, self._done = steps, 0

    def step(self, text: str) -> None:
        raise_if_stopped(self._should_stop)
        self._emit(Preparing(self._done, self._steps, text))
        self._done += 1

    def unless_preparing(self, event: object) -> None:
        """What a source tells while it is opened, which has a count of its own: only the words."""
        if isinstance(event, Preparing):
            self._emit(replace(event, step=self._done - 1, steps=self._steps))

    def each(self, items: Sequence[int] | Rows) -> Iterator[int]:
        """The items one by one, looking up now and then."""
        for place, item in enumerate(items):
            if place % _LOOKS_UP == 0:
                raise_if_stopped(self._should_stop)
            yield int(item)


def _useful(source: SourceSet, parts: Parts, recipe: Recipe) -> Parts:
    """The rows without look-alikes and, where nothing is called no character, without other labels."""
    known = np.isin(source.labels, recipe.task.labels)
    if not known[parts.training].any():
        raise Refusal(f"{source.title} has no sample with a label of this recipe; choose other labels.")
    if recipe.task.rejects:
        known = ~np.isin(source.labels, recipe.negatives.look_alikes)
    return Parts(
        parts.training[known[parts.training]],
        parts.validation[known[parts.validation]],
        parts.test[known[parts.test]],
        parts.writers,
    )


def _training(
    opened: Sequence[_Opened], recipe: Recipe, variants: int, reporter: _Reporter
) -> tuple[Samples, ...]:
    """The variants of the training samples; what is not augmented is drawn once."""
    augments = recipe.ink_augmentation is not None
    still = [
        _still(one, one.parts.training, recipe, reporter)
        for one in opened
        if one.source.inks is None or not augments
    ]
    inks = [one for one in opened if one.source.inks is not None and augments]
    epochs = []
    for variant in range(variants):
        reporter.step("drawing samples to learn from")
        rng = np.random.default_rng((recipe.seed, variant))
        augmented = [_augmented(_characters(inks, recipe), recipe, rng, reporter)] if inks else []
        epochs.append(_join([*still, *augmented]))
    return tuple(epochs)


def _still(one: _Opened, rows: Rows, recipe: Recipe, reporter: _Reporter) -> Samples:
    """Rows of a source as they are read when nothing disturbs them."""
    source = one.source
    classes = classes_of(source.labels[rows], recipe)
    if source.inks is None and (source.is_normalized or not one.normalizes):
        if source.images is None or source.images.shape[1:3] != (INPUT_SIZE, INPUT_SIZE):
            raise Refusal(f"Images of {source.title} are not 28×28 pixels; have them normalized.")
        inputs = brightness(source.images[rows])[..., None]
    else:
        inputs = _stack([input_of_page(page_of(source, row)) for row in reporter.each(rows)])
    return Samples(inputs, classes, np.ones(len(inputs), np.float32))


def _bytes(ink_map: NDArray[np.float32]) -> Inputs:
    normalized = normalize(ink_map)
    if normalized is None:
        return np.zeros((INPUT_SIZE, INPUT_SIZE, 1), np.uint8)
    return np.rint(normalized.model_input * 255).astype(np.uint8)


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
    drawn = [
        _draw(augment_ink(unit_strokes(inks[i]), settings, rng), settings, rng) for i in reporter.each(chosen)
    ]
    drawn += [_draw(ink, settings, rng) for ink in made]
    labels = np.concatenate([classes[chosen], np.full(len(drawn) - len(chosen), other)])
    image_augmentation = recipe.image_augmentation
    strength = image_augmentation.ink_strength if image_augmentation is not None else 1.0
    return Samples(_stack(drawn), labels, np.full(len(drawn), strength, np.float32))


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


def _draw(ink: Ink, settings: InkAugmentation, rng: np.random.Generator) -> Inputs:
    return _bytes(rasterize(ink, float(rng.uniform(*settings.pen_share))))


def _stack(inputs: Sequence[Inputs]) -> Inputs:
    return np.stack(inputs) if inputs else np.zeros((0, INPUT_SIZE, INPUT_SIZE, 1), np.uint8)


def _join(parts: list[Samples]) -> Samples:
    return Samples(
        np.concatenate([p.inputs for p in parts]),
        np.concatenate([p.targets for p in parts]),
        np.concatenate([p.strength for p in parts]),
    )
