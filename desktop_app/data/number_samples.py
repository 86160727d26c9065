"""Training samples from numbers: what the segmentation of a line offers, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from desktop_app.data.compose_numbers import compose
from desktop_app.data.ink_samples import Characters, draw_augmented, ink_samples
from desktop_app.data.model_inputs import Inputs, input_of
from desktop_app.data.number_candidates import Number, image_candidates, ink_candidates, separate
from desktop_app.data.preparation_reporter import PreparationReporter
from desktop_app.data.samples import Samples
from desktop_app.lines.ink_pieces import InkPieces
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.task import Task

_LENGTHS = 2, 6
"""Numbers of characters in composed numbers."""

_FEWEST_SAMPLES = 20
"""Smallest number of samples of a writer from which numbers are composed."""

_IMAGE_SHARE = 0.75
"""Share of numbers that are rendered as images; in images, characters more often touch."""

_WRONG_CANDIDATES = 2
"""Most wrong candidates of a number that are used, per character."""


def number_samples(
    characters: Characters, recipe: Recipe, rng: np.random.Generator, reporter: PreparationReporter
) -> Samples:
    """Return right and wrong candidates of real and composed numbers, most of them as images."""
    settings, task = recipe.ink_augmentation, recipe.task
    assert settings is not None
    # All numbers before their candidates, which take random numbers, too.
    real = list(reporter.each(_real_numbers(characters, task)))
    composed = list(reporter.each(_composed_numbers(characters, recipe, rng)))
    inputs: list[Inputs] = []
    labels: list[str] = []
    for number in reporter.each([*real, *composed]):
        is_image = rng.random() < _IMAGE_SHARE
        pieces, candidates = image_candidates(number, rng) if is_image else ink_candidates(number)
        wrong = [candidate for candidate in candidates if candidate.character is None]
        chosen = rng.permutation(len(wrong))[: _WRONG_CANDIDATES * len(number.text)].tolist()
        right = [candidate for candidate in candidates if candidate.character is not None]
        used = [*right, *(wrong[row] for row in chosen)]
        if isinstance(pieces, InkPieces):
            inputs += draw_augmented((pieces.page(each.numbers) for each in used), settings, task, rng)
        else:
            inputs += [input_of(pieces.prepare(each.numbers, task), task) for each in used]
        labels += ["" if each.character is None else number.text[each.character] for each in used]
    classes = [task.label_index[label] if label else len(task.labels) for label in labels]
    return ink_samples(inputs, np.array(classes, np.int64), np.array(labels, np.str_), recipe)


def _real_numbers(characters: Characters, task: Task) -> Iterator[Number]:
    """Yield the real numbers whose characters stand apart."""
    for row in characters.rows_of_numbers(task):
        number = separate(str(characters.labels[row]), characters.inks[row])
        if number is not None:
            yield number


def _composed_numbers(characters: Characters, recipe: Recipe, rng: np.random.Generator) -> Iterator[Number]:
    """Yield numbers composed of characters of one writer each."""
    rows = characters.rows_by_writer(recipe.task, _FEWEST_SAMPLES)
    if not rows:
        return
    for _ in range(recipe.negatives.numbers):
        of_writer = rows[int(rng.integers(len(rows)))]
        chosen = rng.choice(of_writer, int(rng.integers(_LENGTHS[0], _LENGTHS[1] + 1)))
        inks = [characters.inks[row] for row in chosen.tolist()]
        owners = np.repeat(np.arange(len(inks)), [len(ink.strokes) for ink in inks])
        text = "".join(recipe.task.labels[label] for label in characters.classes[chosen].tolist())
        yield Number(text, compose(inks, characters.labels[chosen].tolist(), rng), owners)
