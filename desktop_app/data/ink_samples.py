"""Training samples of ink: augmented characters, and negatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.augment_ink import Strokes, augment_character, augment_ink, side_by_side, unit_strokes
from desktop_app.data.drawings import draw_no_character
from desktop_app.data.label_classes import is_number, label_classes
from desktop_app.data.model_inputs import Inputs, draw_inputs, stack_inputs
from desktop_app.data.preparation_reporter import PreparationReporter
from desktop_app.data.samples import Samples
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import Rows
from desktop_app.ink.directions import without_directions
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.tasks.task import Task

_WITHOUT_DIRECTIONS = 0.5
"""Share of the samples that look like those of images."""

_AT_ONCE = 64
"""Inks that are drawn at once."""

_DRAWING_SHARE = 0.2
_PAIR_SHARE = 0.06
"""Shares of the negatives, more if there are too few other letters."""


@dataclass(frozen=True, eq=False)
class Characters:
    """Ink of all sources with classes, labels and writers."""

    inks: tuple[Ink, ...]
    classes: NDArray[np.int64]
    labels: NDArray[np.str_]
    writers: NDArray[np.str_]

    def rows_by_writer(self, task: Task, fewest: int) -> list[Rows]:
        """Return the rows with a label of a task, for each writer who has at least so many."""
        is_known = self.classes < len(task.labels)
        rows = [np.flatnonzero(is_known & (self.writers == name)) for name in np.unique(self.writers)]
        return [each for each in rows if len(each) >= fewest]

    def rows_of_numbers(self, task: Task) -> list[int]:
        """Return the rows whose ink is a number of several characters."""
        index = task.label_index
        return [row for row, label in enumerate(self.labels.tolist()) if is_number(label, index)]


def characters_of(
    sources: Sequence[tuple[SourceSet, Rows]], recipe: Recipe, reporter: PreparationReporter
) -> Characters:
    """Return the ink of some rows of each source.

    Args:
        sources: at least one; each has ink.
        recipe: its task and negatives give the classes.
        reporter: asked before each sample whether to stop.
    """
    inks: list[Ink] = []
    classes, labels, writers = [], [], []
    for source, rows in sources:
        assert source.inks is not None
        inks += [source.inks.ink(row) for row in reporter.each(rows.tolist())]
        classes.append(label_classes(source.labels[rows], recipe))
        labels.append(source.inks.labels[rows])
        writers.append(source.inks.writers[rows])
    return Characters(tuple(inks), np.concatenate(classes), np.concatenate(labels), np.concatenate(writers))


def augmented_samples(
    characters: Characters, recipe: Recipe, rng: np.random.Generator, reporter: PreparationReporter
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
    augmented = chain(
        (augment_character(inks[row], str(characters.labels[row]), settings, rng) for row in chosen.tolist()),
        generated,
    )
    inputs = draw_augmented(reporter.each(augmented), settings, task, rng)
    drawings = len(inputs) - len(chosen)
    return ink_samples(
        inputs,
        np.concatenate([classes[chosen], np.full(drawings, other)]),
        np.concatenate([characters.labels[chosen], np.full(drawings, "")]),
        recipe,
    )


def ink_samples(
    inputs: Sequence[Inputs], classes: NDArray[np.int64], labels: NDArray[np.str_], recipe: Recipe
) -> Samples:
    """Return samples of augmented ink, whose images are augmented less."""
    strength = recipe.image_augmentation.ink_strength if recipe.image_augmentation is not None else 1.0
    strengths = np.full(len(inputs), strength, np.float32)
    return Samples(stack_inputs(inputs, recipe.task.input_shape), classes, strengths, labels)


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


def draw_augmented(
    inks: Iterable[Ink], settings: InkAugmentation, task: Task, rng: np.random.Generator
) -> list[Inputs]:
    """Draw ink with pens of random widths, in some cases without its directions; return the model inputs."""
    inputs: list[Inputs] = []
    remaining = iter(inks)
    # The next ink is made only after the random numbers of the one before were drawn.
    while pens := [
        (ink, float(rng.uniform(*settings.pen_share)), _is_coloured(task, rng))
        for ink in islice(remaining, _AT_ONCE)
    ]:
        some, pen_shares, are_coloured = zip(*pens, strict=True)
        drawn = draw_inputs(some, pen_shares, task)
        inputs += [
            image if is_coloured else _without_directions(image)
            for image, is_coloured in zip(drawn, are_coloured, strict=True)
        ]
    return inputs


def _is_coloured(task: Task, rng: np.random.Generator) -> bool:
    """Return whether ink keeps its directions, at random."""
    return not task.sees_directions or rng.random() >= _WITHOUT_DIRECTIONS


def _without_directions(image: Inputs) -> Inputs:
    grey: Inputs = np.rint(without_directions(image.astype(np.float32))).astype(np.uint8)
    return grey
