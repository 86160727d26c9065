"""Making of feature banks: the features of samples that a model was validated with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.augment_ink import side_by_side, unit_strokes
from desktop_app.data.drawings import draw_no_character
from desktop_app.data.label_classes import label_classes
from desktop_app.data.model_inputs import draw_input, inputs_as_is, sample_of, takes_as_is
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.data.split import split_sources
from desktop_app.ink.strokes import Ink
from desktop_app.networks.card import ModelCard
from desktop_app.networks.feature_bank import BANK_SIZE, FeatureBank, write_bank
from desktop_app.networks.last_layer import last_layer
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.runs.model_recipe import read_model_recipe
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.runs.training_events import Emit

Inputs = NDArray[np.uint8]

_LETTER_SHARE = 0.09
_DRAWING_SHARE = 0.03
_PAIR_SHARE = 0.015
"""Shares of the samples for "not a character"."""

_PEN_SHARE = 0.1
"""Pen width of drawn negatives relative to their size."""

_STOP_INTERVAL = 100


def make_bank(folder: Path, folders: DataFolders, emit: Emit, should_stop: ShouldStop) -> ModelCard:
    """Make the feature bank of a model, write it into the model's folder, and list it in the card.

    Returns:
        The card.

    Raises:
        UserError: the model cannot learn from corrections, has no recipe or too few validation samples, or
            its data is missing.
        Stopped: should_stop() returned True.
    """
    recognizer = open_recognizer(folder)
    card = recognizer.card
    layer = last_layer(card.info, read_weights(folder, card))
    recipe = read_model_recipe(folder, card)
    inputs, classes = _bank_samples(recipe, card.title, folders, emit, should_stop)
    parts = []
    for start in range(0, len(inputs), _STOP_INTERVAL):
        raise_if_stopped(should_stop)
        batch = inputs[start : start + _STOP_INTERVAL].astype(np.float32) / np.float32(255)
        parts.append(recognizer.activations(batch, layer.features))
    return write_bank(folder, card, FeatureBank(np.concatenate(parts), classes))


def _bank_samples(
    recipe: Recipe, title: str, folders: DataFolders, emit: Emit, should_stop: ShouldStop
) -> tuple[Inputs, NDArray[np.int64]]:
    """Return validation samples in random order: model inputs, uint8 (n, *input shape), and classes (n,).

    Raises:
        UserError: the data is missing, or there are too few for the model with this title.
        Stopped: should_stop() returned True.
    """
    sources = []
    for part in recipe.data:
        source = open_source(part.source, folders, emit, should_stop)
        sources.append(source.transposed() if part.transpose else source)
    splits = split_sources(sources, recipe.data, recipe.split_seed)
    rng = np.random.default_rng(recipe.split_seed)
    other = len(recipe.task.labels)
    rows = [(number, int(row)) for number, split in enumerate(splits) for row in split.validation]
    of_sources = zip(sources, splits, strict=True)
    classes = np.concatenate(
        [label_classes(each.labels[split.validation], recipe) for each, split in of_sources]
    )
    known = rng.permutation(np.flatnonzero((classes >= 0) & (classes < other)))
    letters = rng.permutation(np.flatnonzero(classes == other))[: round(BANK_SIZE * _LETTER_SHARE)]
    inks = [ink for number in known if (ink := _ink_of(sources, *rows[number])) is not None]
    drawn = list(_drawn_negatives(inks, recipe, rng)) if recipe.task.rejects else []
    chosen = np.concatenate([known[: BANK_SIZE - len(letters) - len(drawn)], letters])
    if (count := len(chosen) + len(drawn)) < BANK_SIZE // 4:
        raise UserError(
            "The model {title} has too few validation samples for a feature bank: {count}.",
            title=title,
            count=count,
        )
    inputs = []
    for number in chosen:
        raise_if_stopped(should_stop)
        source, row = rows[number]
        inputs.append(_input_of(sources[source], row, recipe.data[source], recipe))
    all_classes = np.concatenate([classes[chosen], np.full(len(drawn), other, np.int64)])
    order = rng.permutation(len(all_classes))
    return np.stack([*inputs, *drawn])[order], all_classes[order]


def _drawn_negatives(inks: Sequence[Ink], recipe: Recipe, rng: np.random.Generator) -> Iterator[Inputs]:
    """Yield model inputs of drawings without characters and of pairs of characters, if there is ink."""
    count = len(inks)
    for _ in range(round(BANK_SIZE * _DRAWING_SHARE) if count else 0):
        yield draw_input(draw_no_character(inks, rng), _PEN_SHARE, recipe.task)
    for first, second in rng.integers(0, max(1, count), (round(BANK_SIZE * _PAIR_SHARE) if count else 0, 2)):
        pair = side_by_side(unit_strokes(inks[first]), unit_strokes(inks[second]), rng)
        yield draw_input(pair, _PEN_SHARE, recipe.task)


def _ink_of(sources: Sequence[SourceSet], number: int, row: int) -> Ink | None:
    inks = sources[number].inks
    return None if inks is None else inks.ink(row)


def _input_of(source: SourceSet, row: int, part: DataPart, recipe: Recipe) -> Inputs:
    """Return a sample as a model input."""
    if source.images is not None and takes_as_is(source, part, recipe.task):
        images = source.images[row : row + 1]
        model_input: Inputs = inputs_as_is(images, recipe.task)[0]
        return model_input
    return sample_of(source, row, recipe.task)[0]
