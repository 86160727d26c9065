"""Samples of line networks: images of real and composed lines of characters, with their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.compose_lines import FEWEST_SAMPLES, WIDEST, pictured_characters, written_lines
from desktop_app.data.dataset import open_run_sources
from desktop_app.data.ink_samples import characters_of
from desktop_app.data.preparation_reporter import PreparationReporter
from desktop_app.data.run_source import RunSource
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.lines.line_columns import COLUMN_WIDTH, LineImage
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import Emit

FULL = 127
"""Value of full ink and of a full direction in samples."""


@dataclass(frozen=True, eq=False)
class LineSamples:
    """Images of lines with their texts.

    Attributes:
        images: int8 (LINE_HEIGHT, width, LINE_CHANNELS) of each line, in FULL-ths of a `LineImage`.
        texts: classes of the characters of each line.
    """

    images: tuple[NDArray[np.int8], ...]
    texts: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.images)


def line_samples(
    recipe: Recipe, folders: DataFolders, counts: tuple[int, int], emit: Emit, should_stop: ShouldStop
) -> tuple[LineSamples, LineSamples]:
    """Compose lines of the ink of a recipe.

    Args:
        recipe: its data, labels, split and seed are used.
        folders: folders with data sets.
        counts: numbers of lines of training writers and of validation writers; a few less are returned,
            because very flat ones are left out.
        emit: receives an event for each step.
        should_stop: called often.

    Returns:
        Lines of training writers, at least one, and of validation writers, maybe none.

    Raises:
        UserError: a source is missing or damaged, or has no ink of which lines can be composed.
        Stopped: should_stop() returned True.
    """
    reporter = PreparationReporter(emit, should_stop, len(recipe.data) + 2)
    opened = open_run_sources(recipe, folders, reporter, should_stop)
    if all(each.source.inks is None for each in opened):
        raise UserError(
            "The data of the recipe {title} has no ink, of which lines are composed; choose another model.",
            title=recipe.title,
        )
    training, validation = (
        _samples(opened, part, recipe, count, reporter)
        for part, count in zip(("training", "validation"), counts, strict=True)
    )
    if not len(training):
        raise UserError(
            "The data of the recipe {title} has no writer of {count} characters with its labels, of which "
            "lines are composed; choose another model.",
            title=recipe.title,
            count=FEWEST_SAMPLES,
        )
    return training, validation


def _samples(
    opened: Sequence[RunSource], part: str, recipe: Recipe, count: int, reporter: PreparationReporter
) -> LineSamples:
    """Return lines of the training or the validation writers."""
    is_training = part == "training"
    reporter.step(
        message("Preparing training samples") if is_training else message("Preparing validation samples")
    )
    rows = [(each.source, each.parts.training if is_training else each.parts.validation) for each in opened]
    inks = [(source, of_part) for source, of_part in rows if source.inks is not None]
    characters = characters_of(inks, recipe, reporter)
    pictured = [found for source, of_part in rows if (found := pictured_characters(source, of_part, recipe))]
    rng = np.random.default_rng((recipe.seed, int(is_training)))
    images, texts = [], []
    for image, text in reporter.each(written_lines(characters, pictured, recipe, count, rng)):
        if image is not None and _is_readable(image, text):
            images.append(np.rint(image * FULL).astype(np.int8))
            texts.append(text)
    return LineSamples(tuple(images), tuple(texts))


def _is_readable(image: LineImage, text: tuple[int, ...]) -> bool:
    """Return whether the image of a line is not too wide, and wide enough for its text."""
    width = int(image.shape[1])
    return width <= WIDEST and width // COLUMN_WIDTH >= 2 * len(text) + 1
