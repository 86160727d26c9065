"""Data sets of runs: the samples of a recipe as model inputs, split into parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.ink_samples import augmented_samples, characters_of
from desktop_app.data.label_classes import label_classes
from desktop_app.data.model_inputs import sample_maker, takes_as_is
from desktop_app.data.number_samples import number_samples
from desktop_app.data.plain_samples import plain_samples
from desktop_app.data.preparation_reporter import PreparationReporter
from desktop_app.data.run_source import RunSource
from desktop_app.data.samples import Samples, join_samples
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.data.split import split_sources, used_rows
from desktop_app.networks.card import DataSource
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import Emit
from desktop_app.tasks.kinds import task_kind

MOST_BYTES = 8_000_000_000
"""Maximum size of all model inputs and target images of a run."""


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
    reporter = PreparationReporter(emit, should_stop, len(recipe.data) + 2 + variants)
    opened = open_run_sources(recipe, folders, reporter, should_stop)
    _check_size(opened, recipe)
    reporter.step(message("Preparing validation samples"))
    validation = join_samples(
        [plain_samples(each, each.parts.validation, recipe, reporter) for each in opened]
    )
    reporter.step(message("Preparing test samples"))
    test = join_samples([plain_samples(each, each.parts.test, recipe, reporter) for each in opened])
    training, epochs = _training(opened, recipe, variants, reporter)
    facts = tuple(DataSource(each.source.file, each.source.sha256, each.parts.writers) for each in opened)
    return Dataset(training, epochs, validation, test, facts)


def open_run_sources(
    recipe: Recipe, folders: DataFolders, reporter: PreparationReporter, should_stop: ShouldStop
) -> tuple[RunSource, ...]:
    """Open and split the sources of a recipe; each source is a step of the reporter.

    Raises:
        UserError: a source is missing, damaged, or has no sample with a label of the recipe.
        Stopped: should_stop() returned True.
    """
    sources = []
    for part in recipe.data:
        reporter.step(message("Reading data"))
        source = open_source(
            part.source, folders, reporter.forward, should_stop, maker=sample_maker(recipe.task)
        )
        reporter.left_out(source)
        sources.append(source.transposed() if part.transpose else source)
    opened = []
    # All samples are split, so that the split does not depend on the labels of the recipe.
    splits = split_sources(sources, recipe.data, recipe.split_seed)
    for source, part, split in zip(sources, recipe.data, splits, strict=True):
        parts = used_rows(source, split, recipe)
        reporter.unused_labels(source, split, parts)
        augments = recipe.ink_augmentation is not None and task_kind(recipe.task).make_sample is None
        is_augmented = augments and source.inks is not None
        is_as_is = takes_as_is(source, part, recipe.task)
        opened.append(RunSource(source, parts, is_as_is, is_augmented, folders.cache))
    return tuple(opened)


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


def _check_size(opened: Sequence[RunSource], recipe: Recipe) -> None:
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
            int((label_classes(each.source.labels[each.parts.training], recipe) < len(task.labels)).sum())
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
    opened: Sequence[RunSource], recipe: Recipe, variants: int, reporter: PreparationReporter
) -> tuple[Samples, NDArray[np.int64]]:
    """Return the training samples, with variants of augmented ink, and the rows of each variant."""
    shared_samples = [
        plain_samples(each, each.parts.training, recipe, reporter) for each in opened if not each.is_augmented
    ]
    inks = [(each.source, each.parts.training) for each in opened if each.is_augmented]
    characters = characters_of(inks, recipe, reporter) if inks else None
    augmented: list[Samples] = []
    for variant in range(variants):
        reporter.step(message("Preparing training samples"))
        rng = np.random.default_rng((recipe.seed, variant))
        if characters is not None:
            augmented.append(augmented_samples(characters, recipe, rng, reporter))
            if recipe.task.rejects and recipe.negatives.numbers:
                augmented[-1] = join_samples(
                    [augmented[-1], number_samples(characters, recipe, rng, reporter)]
                )
    shared = np.arange(sum(map(len, shared_samples)))
    ends = len(shared) + np.cumsum([len(samples) for samples in augmented])
    own = [np.arange(end - len(samples), end) for samples, end in zip(augmented, ends, strict=True)]
    # The number of candidates of numbers differs; the last ones are left out.
    shortest = min(map(len, own), default=0)
    rows = [np.concatenate([shared, each[:shortest]]) for each in own] or [shared]
    return join_samples([*shared_samples, *augmented]), np.stack(rows)
