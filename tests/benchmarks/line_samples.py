"""Real and composed numbers and words as samples for the fit of the scores of lines."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.compose_numbers import compose_texts
from desktop_app.data.ink_set import InkSet, read_ink_set
from desktop_app.data.render_page import render_page
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.candidates import find_candidates
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.line_image import line_image
from desktop_app.lines.line_model import LineFeatures, line_features
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.networks.recognizer import Recognizer

Values = NDArray[np.float64]

DIGITS = list("0123456789")
CAPITALS = list(string.ascii_uppercase)

_KINDS = ("ink", "image", "ruled")
_LENGTHS = ((4, False), (10, False), (6, True))
"""Numbers of digits, and whether there are marks."""

_MARKED_SHARE = 0.25
"""Numbers with marks for each other one: few real numbers have any."""

_NUMBERS = "unipen_numbers.npz"
_SINGLE_DIGITS = ("pendigits.npz", "unipen_characters.npz")
_SINGLE_LETTERS = ("unipen_characters.npz", "unipen_in_words.npz")


@dataclass(frozen=True)
class Sample:
    """A text, its possible labels and its line; no line if it has several.

    `columns` is what the line network says about it; None without one.
    """

    text: str
    labels: tuple[str, ...]
    is_ink: bool
    line: LineFeatures | None = None
    columns: Values | None = None


def sample_of(page: Page, text: str, recognizer: Recognizer, labels: Sequence[str]) -> Sample:
    """Classify all candidates of a text with some labels of the network."""
    task = recognizer.info.task
    pieces = pieces_of(page)
    lines = find_lines(pieces.items)
    if len(lines) != 1:
        return Sample(text, tuple(labels), isinstance(page, Ink))
    line = find_candidates(lines[0], pieces.items)
    inputs = []
    for start, length in np.argwhere(line.is_valid).tolist():
        prepared = pieces.prepare(sorted(line.numbers[start : start + length + 1]), task)
        assert prepared is not None
        inputs.append(prepared.model_input)
    outputs = np.zeros((*line.is_valid.shape, *task.output_shape))
    outputs[line.is_valid] = recognizer.predict(np.stack(inputs))
    features = line_features(line, outputs, len(task.labels))
    own = [task.labels.index(label) for label in labels]
    of_labels = replace(features, labels=features.labels[..., own])
    columns = None
    if recognizer.has_line_network:
        image = line_image(pieces.page(range(len(pieces.items))), lines[0].slope)
        columns = None if image is None else recognizer.read_columns(image)[:, [*own, -1]]
    return Sample(text, tuple(labels), isinstance(page, Ink), of_labels, columns)


def real_numbers(data: Path, recognizer: Recognizer, part: str) -> list[Sample]:
    """Return the real numbers of the model's `train`, `validation` or `test` writers."""
    (writers,) = (source.writers for source in recognizer.card.data if source.file == _NUMBERS)
    assert writers is not None
    numbers = read_ink_set(data / _NUMBERS)
    is_part = {name: np.isin(numbers.writers, getattr(writers, name)) for name in ("validation", "test")}
    is_part["train"] = ~(is_part["validation"] | is_part["test"])
    return [
        sample_of(numbers.ink(row), str(numbers.labels[row]), recognizer, DIGITS)
        for row in np.flatnonzero(is_part[part]).tolist()
    ]


def _character_sets(
    data: Path, recognizer: Recognizer, files: tuple[str, ...], labels: list[str], *, is_test: bool
) -> Iterator[InkSet]:
    """Yield the single characters with some labels of the validation or test writers of the model."""
    for source in recognizer.card.data:
        if source.file in files and source.writers is not None:
            writers = source.writers.test if is_test else source.writers.validation
            found = read_ink_set(data / source.file)
            yield found.select(np.isin(found.writers, writers) & np.isin(found.labels, labels))


def composed(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool, kinds: tuple[str, ...] = _KINDS
) -> dict[str, list[Sample]]:
    """Return composed numbers as ink, images, and images with ruled lines."""
    groups: dict[str, list[Sample]] = {}
    for digits in _character_sets(data, recognizer, _SINGLE_DIGITS, DIGITS, is_test=is_test):
        rng = np.random.default_rng(5)
        for length, is_marked in _LENGTHS:
            own_count = round(count * _MARKED_SHARE) if is_marked else count
            inks, texts = compose_texts(digits, DIGITS, length, own_count, 11 + length, is_marked=is_marked)
            for ink, text in zip(inks, texts, strict=True):
                for kind in kinds:
                    page = ink if kind == "ink" else _image_of(ink, rng, kind)
                    sample = sample_of(page, text, recognizer, DIGITS)
                    name = f"{length} digits with marks" if is_marked else f"{length} digits"
                    groups.setdefault(f"{name}, {kind}", []).append(sample)
    return groups


def words(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool
) -> Iterator[tuple[str, list[str], list[Page], list[str]]]:
    """Yield words of 6 capitals and numbers of 6 digits: name, possible labels, pages and texts."""
    letters = [label for label in recognizer.info.task.labels if label.isalpha()]
    for name, labels, possible, is_marked in (
        ("capitals", CAPITALS, letters, False),
        ("digits", DIGITS, DIGITS, False),
        ("capitals with marks", CAPITALS, letters, True),
        ("digits with marks", DIGITS, DIGITS, True),
    ):
        for characters in _character_sets(data, recognizer, _SINGLE_LETTERS, labels, is_test=is_test):
            inks, texts = compose_texts(characters, labels, 6, count, 17, is_marked=is_marked)
            yield f"6 {name}, ink", possible, list(inks), texts
            rng = np.random.default_rng(5)
            yield f"6 {name}, image", possible, [_image_of(ink, rng, "image") for ink in inks], texts


def _image_of(ink: Ink, rng: np.random.Generator, kind: str) -> Picture:
    """Return an image of ink, with ruled lines if the kind is `ruled`."""
    height = int(rng.integers(40, 80))
    return picture_from_pixels(render_page(ink, rng, height=height, is_ruled=kind == "ruled"), kind)
