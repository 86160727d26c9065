"""Real and composed numbers and words as samples for the fit of the scores of lines."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.compose_numbers import ComposedText, compose, compose_texts
from desktop_app.data.ink_set import InkSet, read_ink_set
from desktop_app.data.number_marks import Mark
from desktop_app.data.render_page import on_page, render_page
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Box, Ink
from desktop_app.lines.candidates import find_candidates
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.line_image import line_image
from desktop_app.lines.line_model import LineFeatures, line_features
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.networks.recognizer import Recognizer

Values = NDArray[np.float64]

DIGITS = list("0123456789")
CAPITALS, SMALL_LETTERS = list(string.ascii_uppercase), list(string.ascii_lowercase)

_KINDS = ("ink", "image", "ruled")
_LENGTHS = ((4, False), (10, False), (6, True))
"""Numbers of digits, and whether there are marks."""

_MARKED_SHARE = 0.5
"""Numbers with marks for each one of 4 and of 10 digits without: few real numbers have any."""

_PEN_SHARE = 0.1
"""Room around a mark in an image, as a share of the height of the ink."""

_PATTERNS = {
    "words and numbers": ("Aa 9", "Aaaa 99", "Aa Aa 99", "AAA 9999", "A 99", "99 Aaa", "999 AAA", "9 aaaa"),
    "words with digits": ("A9", "A99", "A9A", "9aa", "A9A9", "AA9A", "AA99", "99a", "AA 99 AA", "AAA 999"),
}
"""Lines of words: A stands for any capital, a for any small letter, 9 for any digit."""

_WORD_SPACES = 0.8, 1.4
"""Widths of the spaces between words, in heights of capitals."""

_FEWEST_OF_KIND = 7
"""Different digits, capitals and small letters that the writer of such lines must have written."""

_NUMBERS = "unipen_numbers.npz"
_SINGLE_DIGITS = ("pendigits.npz", "unipen_characters.npz")
_SINGLE_LETTERS = ("unipen_characters.npz", "unipen_in_words.npz")


@dataclass(frozen=True)
class Sample:
    """A text, its possible labels and its line; no line if it has several.

    `columns` is what the line network says about it; None without one. `is_mark` says which pieces are parts
    of marks; None if that is unknown.
    """

    text: str
    labels: tuple[str, ...]
    is_ink: bool
    line: LineFeatures | None = None
    columns: Values | None = None
    is_mark: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Written:
    """A page with its text, and the boxes of its marks; None if they are unknown."""

    page: Page
    text: str
    marks: tuple[Box, ...] | None = None


def sample_of(written: Written, recognizer: Recognizer, labels: Sequence[str]) -> Sample:
    """Classify all candidates of a text with some labels of the network."""
    page, task = written.page, recognizer.info.task
    text = "".join(task.label_of(character) for character in written.text)
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
    is_mark = None
    if written.marks is not None:
        within = (any(_is_within(item.box, mark) for mark in written.marks) for item in line.items)
        is_mark = np.fromiter(within, np.bool_)
    return Sample(text, tuple(labels), isinstance(page, Ink), of_labels, columns, is_mark)


def _is_within(box: Box, mark: Box) -> bool:
    return box[0] >= mark[0] and box[1] >= mark[1] and box[2] <= mark[2] and box[3] <= mark[3]


def real_numbers(data: Path, recognizer: Recognizer, part: str) -> list[Sample]:
    """Return the real numbers of the model's `train`, `validation` or `test` writers."""
    (writers,) = (source.writers for source in recognizer.card.data if source.file == _NUMBERS)
    assert writers is not None
    numbers = read_ink_set(data / _NUMBERS)
    is_part = {name: np.isin(numbers.writers, getattr(writers, name)) for name in ("validation", "test")}
    is_part["train"] = ~(is_part["validation"] | is_part["test"])
    return [
        sample_of(Written(numbers.ink(row), str(numbers.labels[row])), recognizer, DIGITS)
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
            name = f"{length} digits with marks" if is_marked else f"{length} digits"
            for each in compose_texts(digits, DIGITS, length, own_count, 11 + length, is_marked=is_marked):
                for kind in kinds:
                    sample = sample_of(_written(each, rng, kind), recognizer, DIGITS)
                    groups.setdefault(f"{name}, {kind}", []).append(sample)
    return groups


def words(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool
) -> Iterator[tuple[str, list[str], list[Written]]]:
    """Yield words and numbers of 6 characters of a kind: name, possible labels, and pages with texts."""
    letters = [label for label in recognizer.info.task.labels if label.isalpha()]
    for name, labels, possible, is_marked in (
        ("capitals", CAPITALS, letters, False),
        ("small letters", SMALL_LETTERS, letters, False),
        ("digits", DIGITS, DIGITS, False),
        ("capitals with marks", CAPITALS, letters, True),
        ("digits with marks", DIGITS, DIGITS, True),
    ):
        for characters in _character_sets(data, recognizer, _SINGLE_LETTERS, labels, is_test=is_test):
            texts = compose_texts(characters, labels, 6, count, 17, is_marked=is_marked)
            rng = np.random.default_rng(5)
            for kind in ("ink", "image"):
                yield f"6 {name}, {kind}", possible, [_written(each, rng, kind) for each in texts]


def lines_of_words(
    data: Path, recognizer: Recognizer, count: int, *, is_test: bool
) -> Iterator[tuple[str, list[Written]]]:
    """Yield lines of words of several kinds, and of words with digits and letters: name, pages with texts."""
    labels = [*DIGITS, *CAPITALS, *SMALL_LETTERS]
    for characters in _character_sets(data, recognizer, _SINGLE_LETTERS[:1], labels, is_test=is_test):
        writers = list(_rows_of_writers(characters))
        for name, patterns in _PATTERNS.items():
            rng = np.random.default_rng(17)
            for kind in ("ink", "image"):
                texts = [_line_of_words(characters, writers, patterns, rng) for _ in range(count)]
                yield f"{name}, {kind}", [_written(each, rng, kind) for each in texts]


def _rows_of_writers(characters: InkSet) -> Iterator[dict[str, list[int]]]:
    """Yield the rows of each label, for each writer who has written enough of them."""
    for writer in np.unique(characters.writers).tolist():
        of_writer: dict[str, list[int]] = {}
        for row in np.flatnonzero(characters.writers == writer).tolist():
            of_writer.setdefault(str(characters.labels[row]), []).append(row)
        kinds = (DIGITS, CAPITALS, SMALL_LETTERS)
        if all(sum(label in of_writer for label in kind) >= _FEWEST_OF_KIND for kind in kinds):
            yield of_writer


def _line_of_words(
    characters: InkSet,
    writers: Sequence[dict[str, list[int]]],
    patterns: Sequence[str],
    rng: np.random.Generator,
) -> ComposedText:
    """Compose a line of a pattern with random characters of a random writer."""
    of_writer = writers[int(rng.integers(len(writers)))]
    text, spaces = "", []
    for symbol in patterns[int(rng.integers(len(patterns)))]:
        if symbol == " ":
            spaces.append(Mark(len(text), width=float(rng.uniform(*_WORD_SPACES))))
            continue
        of_kind = {"9": DIGITS, "A": CAPITALS, "a": SMALL_LETTERS}[symbol]
        text += str(rng.choice([label for label in of_kind if label in of_writer]))
    chosen = [characters.ink(int(rng.choice(of_writer[label]))) for label in text]
    return ComposedText(compose(chosen, text, rng, spaces), text)


def _written(composed: ComposedText, rng: np.random.Generator, kind: str) -> Written:
    """Return a text as ink or as an image, with ruled lines if the kind is `ruled`."""
    if kind == "ink":
        return Written(composed.ink, composed.text, _boxes(composed.ink, composed.marks, 0.0))
    height = int(rng.integers(40, 80))
    pixels = render_page(composed.ink, rng, height=height, is_ruled=kind == "ruled")
    marks = _boxes(on_page(composed.ink, height), composed.marks, _PEN_SHARE * height)
    return Written(picture_from_pixels(pixels, kind), composed.text, marks)


def _boxes(ink: Ink, strokes: Sequence[int], room: float) -> tuple[Box, ...]:
    """Return the boxes of strokes with room around them."""
    points = [ink.strokes[number].points for number in strokes]
    ends = [(*each.min(axis=0).tolist(), *each.max(axis=0).tolist()) for each in points]
    return tuple((a - room, b - room, c + room, d + room) for a, b, c, d in ends)
