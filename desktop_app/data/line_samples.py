"""Samples of line networks: images of real and composed lines of characters, with their texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.compose_images import compose_images
from desktop_app.data.compose_numbers import compose
from desktop_app.data.dataset import open_run_sources
from desktop_app.data.ink_samples import Characters, characters_of
from desktop_app.data.label_classes import label_classes
from desktop_app.data.number_marks import draw_marks
from desktop_app.data.preparation_reporter import PreparationReporter
from desktop_app.data.render_page import render_page
from desktop_app.data.run_source import RunSource
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.data.split import Rows
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.ink.ruled_lines import erase_ruled_lines
from desktop_app.ink.strokes import Ink
from desktop_app.lines.ctc import Text
from desktop_app.lines.line_image import COLUMN_WIDTH, LINE_HEIGHT, LineImage, line_image
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.training_events import Emit
from desktop_app.tasks.task import Task

_REAL_SHARE = 0.06
"""Share of real numbers, if there are any; the others are composed."""

_LENGTHS = 1, 10
"""Numbers of characters in composed lines."""

_FEWEST_SAMPLES = 12
"""Smallest number of samples of a writer from which lines are composed."""

_REPEATING_SHARE, _REPEATED = 0.15, 0.6
"""Share of lines with a character that repeats, and how many of their characters are that one."""

_MARKED_SHARE = 0.3
"""Share of composed lines of ink with marks or spaces, which have no label."""

_PICTURED_SHARE = 0.25
"""Share of lines that are composed of images of characters, if there are any."""

_KINDS = "ink", "image", "ruled", "image"
"""How lines are written, equally often."""

_PENS = 0.05, 0.13
"""Widths of the pen as a share of the height of the ink."""

_HEIGHTS = 28, 80
"""Heights of the ink in images, in pixels."""

_WIDEST = 600
"""Largest width of the image of a line; the few wider ones are left out."""

_NO_PIXELS = np.zeros((1, 1, 3), np.uint8)
"""Pixels of pictures that are only ink."""

_INK, _INK_OF_ROW = 0.15, 1.0
"""Rows at the ends of an image with less ink than that are noise."""


@dataclass(frozen=True, eq=False)
class LineSamples:
    """Images of lines with their texts.

    Attributes:
        images: uint8 (LINE_HEIGHT, width) of each line, 255 where there is ink.
        texts: classes of the characters of each line.
    """

    images: tuple[NDArray[np.uint8], ...]
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
            count=_FEWEST_SAMPLES,
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
    pictured = [found for source, of_part in rows if (found := _characters_in(source, of_part, recipe))]
    rng = np.random.default_rng((recipe.seed, int(is_training)))
    images, texts = [], []
    for image, text in reporter.each(_lines(characters, pictured, recipe.task, count, rng)):
        if image is not None and _is_readable(image, text):
            images.append(np.rint(image * 255).astype(np.uint8))
            texts.append(text)
    return LineSamples(tuple(images), tuple(texts))


@dataclass(frozen=True, eq=False)
class _Pictured:
    """Normalized images of characters of a source: uint8 (n, height, width), and their classes."""

    images: NDArray[np.uint8]
    classes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.classes)


def _characters_in(source: SourceSet, rows: Rows, recipe: Recipe) -> _Pictured | None:
    """Return the images with a label of the recipe and with ink; None if there are none of these."""
    if source.images is None or not source.is_normalized or source.images.shape[-1] != 1:
        return None
    images, classes = source.images[rows, ..., 0], label_classes(source.labels[rows], recipe)
    is_known = (classes >= 0) & (classes < len(recipe.task.labels)) & images.any(axis=(1, 2))
    return _Pictured(images[is_known], classes[is_known]) if is_known.any() else None


def _lines(
    characters: Characters, pictured: Sequence[_Pictured], task: Task, count: int, rng: np.random.Generator
) -> Iterator[tuple[LineImage | None, Text]]:
    """Yield so many lines with their texts, each of one writer or source; none if there is too little ink."""
    real, of_writers = characters.rows_of_numbers(task), characters.rows_by_writer(task, _FEWEST_SAMPLES)
    if not of_writers:
        return
    ends = np.cumsum([len(each) for each in pictured])
    for _ in range(count):
        if pictured and rng.random() < _PICTURED_SHARE:
            of_source = pictured[int(np.searchsorted(ends, rng.integers(ends[-1]), side="right"))]
            chosen = _choose(np.arange(len(of_source)), rng)
            ink = compose_images(list(of_source.images[chosen]), rng)
            yield line_image(Picture(_NO_PIXELS, ink)), tuple(of_source.classes[chosen].tolist())
        elif real and rng.random() < _REAL_SHARE:
            row = real[int(rng.integers(len(real)))]
            text = (task.label_index[character] for character in str(characters.labels[row]))
            yield _image(characters.inks[row], rng), tuple(text)
        else:
            chosen = _choose(of_writers[int(rng.integers(len(of_writers)))], rng)
            marks = draw_marks(len(chosen), rng) if rng.random() < _MARKED_SHARE else ()
            written = compose([characters.inks[row] for row in chosen.tolist()], rng, marks)
            yield _image(written, rng), tuple(characters.classes[chosen].tolist())


def _choose(rows: Rows, rng: np.random.Generator) -> Rows:
    """Choose the characters of a line."""
    chosen = rng.choice(rows, int(rng.integers(_LENGTHS[0], _LENGTHS[1] + 1)))
    if rng.random() < _REPEATING_SHARE:
        chosen = np.where(rng.random(len(chosen)) < _REPEATED, chosen[0], chosen)
    return chosen


def _image(ink: Ink, rng: np.random.Generator) -> LineImage | None:
    """Return ink as the image of a line: drawn, or found in an image; None if it is very flat."""
    kind = _KINDS[int(rng.integers(len(_KINDS)))]
    pen_share, height = float(rng.uniform(*_PENS)), int(rng.integers(*_HEIGHTS))
    left, top, right, bottom = ink.bounds() or (0.0, 0.0, 0.0, 0.0)
    if (right - left) * LINE_HEIGHT > _WIDEST * (bottom - top):
        return None
    if kind == "ink":
        return line_image(ink, pen_share=pen_share)
    pixels = render_page(ink, rng, height=height, is_ruled=kind == "ruled")
    found = erase_ruled_lines(picture_from_pixels(pixels, "").ink_map)
    rows = np.flatnonzero(np.where(found > _INK, found, 0.0).sum(axis=1) > _INK_OF_ROW)
    if not len(rows):
        return None
    return line_image(Picture(pixels, found[rows[0] : rows[-1] + 1]))


def _is_readable(image: LineImage, text: tuple[int, ...]) -> bool:
    """Return whether the image of a line is not too wide, and wide enough for its text."""
    width = int(image.shape[1])
    return width <= _WIDEST and width // COLUMN_WIDTH >= 2 * len(text) + 1
