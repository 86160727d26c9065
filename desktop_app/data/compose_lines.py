"""Lines of characters by one writer, or of images of characters: composed with marks, drawn or rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.augment_ink import augment_character
from desktop_app.data.compose_images import compose_images
from desktop_app.data.compose_numbers import compose
from desktop_app.data.ink_samples import Characters
from desktop_app.data.label_classes import label_classes
from desktop_app.data.number_marks import draw_marks
from desktop_app.data.render_page import render_page
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import Rows
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.ink.ruled_lines import erase_ruled_lines
from desktop_app.ink.strokes import Ink
from desktop_app.lines.ctc import Text
from desktop_app.lines.line_columns import LINE_HEIGHT, LineImage
from desktop_app.lines.line_image import line_image
from desktop_app.runs.recipe import Recipe

WIDEST = 600
"""Largest width of the image of a line; the few wider ones are left out."""

_REAL_SHARE = 0.06
"""Share of real numbers, if there are any; the others are composed."""

_LENGTHS = 1, 10
"""Numbers of characters in composed lines."""

FEWEST_SAMPLES = 12
"""Smallest number of samples of a writer from which lines are composed."""

_MIXED_SHARE, _FEWEST_OF_KIND = 0.1, 8
"""Share of lines with characters of any kind; the others are of one kind, if there are so many of it."""

_NAME_SHARE = 0.4
"""Share of lines of small letters that begin with a capital."""

_REPEATING_SHARE, _REPEATED = 0.15, 0.6
"""Share of lines with a character that repeats, and how many of their characters are that one."""

_MARKED_SHARE = 0.3
"""Share of composed lines of ink with marks or spaces, which have no label."""

_AUGMENTED_SHARE = 0.7
"""Share of characters of ink that are augmented."""

_PICTURED_SHARE = 0.25
"""Share of lines that are composed of images of characters, if there are any."""

_KINDS = "ink", "image", "ruled", "image"
"""How lines are written, equally often."""

_PENS = 0.05, 0.13
"""Widths of the pen as a share of the height of the ink."""

_HEIGHTS = 28, 80
"""Heights of the ink in images, in pixels."""

_NO_PIXELS = np.zeros((1, 1, 3), np.uint8)
"""Pixels of pictures that are only ink."""

_INK, _INK_OF_ROW = 0.15, 1.0
"""Rows at the ends of an image with less ink than that are noise."""


@dataclass(frozen=True, eq=False)
class Pictured:
    """Normalized images of characters of a source: uint8 (n, height, width), and their classes."""

    images: NDArray[np.uint8]
    classes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.classes)


def pictured_characters(source: SourceSet, rows: Rows, recipe: Recipe) -> Pictured | None:
    """Return the images with a label of the recipe and with ink; None if there are none of these."""
    if source.images is None or not source.is_normalized or source.images.shape[-1] != 1:
        return None
    images, classes = source.images[rows, ..., 0], label_classes(source.labels[rows], recipe)
    is_known = (classes >= 0) & (classes < len(recipe.task.labels)) & images.any(axis=(1, 2))
    return Pictured(images[is_known], classes[is_known]) if is_known.any() else None


def written_lines(
    characters: Characters, pictured: Sequence[Pictured], recipe: Recipe, count: int, rng: np.random.Generator
) -> Iterator[tuple[LineImage | None, Text]]:
    """Yield so many lines with their texts, each of one writer or source; none if there is too little ink."""
    task = recipe.task
    real, of_writers = characters.rows_of_numbers(task), characters.rows_by_writer(task, FEWEST_SAMPLES)
    if not of_writers:
        return
    ends = np.cumsum([len(each) for each in pictured])
    kinds = _kinds(characters)
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
            rows = of_writers[int(rng.integers(len(of_writers)))]
            chosen = _choose_of_writer(rows, kinds, rng)
            marks = draw_marks(len(chosen), rng) if rng.random() < _MARKED_SHARE else ()
            own = [_character(characters, row, recipe, rng) for row in chosen.tolist()]
            written = compose(own, characters.labels[chosen].tolist(), rng, marks)
            yield _image(written, rng), tuple(characters.classes[chosen].tolist())


def _kinds(characters: Characters) -> dict[str, NDArray[np.bool_]]:
    """Return which characters are digits, capitals or small letters, for the kinds that there are."""
    labels = characters.labels
    kinds = {"digits": np.char.isdecimal(labels), "capitals": np.char.isupper(labels)}
    kinds["small letters"] = np.char.islower(labels)
    return {name: is_of_kind for name, is_of_kind in kinds.items() if is_of_kind.any()}


def _choose_of_writer(rows: Rows, kinds: dict[str, NDArray[np.bool_]], rng: np.random.Generator) -> Rows:
    """Choose the characters of a line among those of a writer, in most cases of one kind."""
    kind = list(kinds)[int(rng.integers(len(kinds)))]
    of_kind = rows[kinds[kind][rows]]
    if rng.random() < _MIXED_SHARE or len(of_kind) < _FEWEST_OF_KIND:
        return _choose(rows, rng)
    chosen = _choose(of_kind, rng)
    if kind == "small letters" and rng.random() < _NAME_SHARE:
        capitals = rows[kinds["capitals"][rows]] if "capitals" in kinds else rows[:0]
        if len(capitals):
            chosen[0] = rng.choice(capitals)
    return chosen


def _character(characters: Characters, row: int, recipe: Recipe, rng: np.random.Generator) -> Ink:
    """Return the ink of a character, in most cases augmented as the recipe says, at its own size."""
    ink, settings = characters.inks[row], recipe.ink_augmentation
    if settings is None or rng.random() >= _AUGMENTED_SHARE:
        return ink
    augmented = augment_character(ink, str(characters.labels[row]), settings, rng)
    return augmented.transformed(ink.extent() or 1.0, 0, 0)


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
    if (right - left) * LINE_HEIGHT > WIDEST * (bottom - top):
        return None
    if kind == "ink":
        return line_image(ink, pen_share=pen_share)
    pixels = render_page(ink, rng, height=height, is_ruled=kind == "ruled")
    found = erase_ruled_lines(picture_from_pixels(pixels, "").ink_map)
    rows = np.flatnonzero(np.where(found > _INK, found, 0.0).sum(axis=1) > _INK_OF_ROW)
    if not len(rows):
        return None
    return line_image(Picture(pixels, found[rows[0] : rows[-1] + 1]))
