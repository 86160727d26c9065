"""The samples of a CSV file: which column has the labels, and which rows can be used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.messages import Message, message
from desktop_app.data.ink_set import MOST_BYTES
from desktop_app.data.sources.checks import LONGEST_LABEL, MOST_SAMPLES, label_problem, text_labels
from desktop_app.data.sources.csv_values import (
    SQUARES,
    are_names,
    are_numbers,
    is_label_last,
    is_square,
    is_text,
    labels_of,
    one_hot_columns,
    one_hot_label,
    pixels_of,
)
from desktop_app.data.sources.pixel_rows import COLUMN_ROWS, PixelRows
from desktop_app.data.sources.source_set import LeftOut

_LABEL = "label"
_SEPARATORS = (";", "\t", ",", " ")
_MOST_LEFT_OUT = 1000
"""Rows that are left out before a table is checked for having too many of them."""
_PIXEL = message("A pixel is not a number from 0 to 255.")
_NO_PIXEL = np.zeros((1, 1), np.uint8)


@dataclass(frozen=True, eq=False)
class CsvSamples:
    """Labels (n,), images, uint8 (n, side, side, 1), and the rows of a table that are left out."""

    labels: NDArray[np.str_]
    images: NDArray[np.uint8]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class _Row:
    """A row: its number, the values that may be the label, one or two, and the others."""

    number: int
    ends: tuple[str, ...]
    pixels: str


class CsvTable:
    """The samples of a CSV file, filled row by row.

    Attributes:
        has_header: whether the first line has the names of the columns.
    """

    def __init__(self, path: Path, first: str) -> None:
        """Derive the layout from the first line.

        Raises:
            UserError: its number of values is not that of a label and a square image.
        """
        self._numbers: list[int] = []  # of the kept rows
        self._read = 0
        self._left_out: dict[int, Message] = {}
        self._name = shown_name(path)
        self._separator = next((each for each in _SEPARATORS if first.count(each) >= SQUARES[0] ** 2), ",")
        values = self._comma_separated(first).split(",")
        self._one_hot = one_hot_columns(values)
        names = [name.strip().lower() for name in values[: len(values) - self._one_hot]]
        names = [_LABEL, *names] if self._one_hot else names
        self._columns = len(names)
        self._side = math.isqrt(self._columns - 1)
        if not is_square(self._columns - 1):
            raise UserError(
                "The number of values in rows of {name} ({columns}) does not fit; a row needs a "
                "label and the {least} to {most:,} pixels of a square image.",
                name=self._name,
                columns=self._columns,
                least=SQUARES[0] ** 2,
                most=SQUARES[-1] ** 2,
            )
        self._label = names.index(_LABEL) if _LABEL in names else None
        self.has_header = not self._one_hot and (self._label is not None or are_names(names))
        self._texts: dict[str, str] = {}
        self._firsts: list[str] = []
        self._lasts: list[str] = []
        self._pixels = PixelRows(self._columns - 1)

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return self._read == 0

    def add(self, lines: Sequence[str]) -> None:
        """Add rows; leave out those that cannot be used.

        Raises:
            UserError: there are too many rows, or most cannot be used.
        """
        rows = []
        for number, line in enumerate(lines, self._read):
            row = self._row(number, line)
            if isinstance(row, _Row):
                rows.append(row)
            else:
                self._leave_out(number, row)
        self._read += len(lines)
        if (pixels := pixels_of([row.pixels for row in rows])) is None:
            rows, pixels = self._valid_rows(rows)
        if rows:
            # Equal texts are kept once.
            self._firsts += [self._texts.setdefault(row.ends[0], row.ends[0]) for row in rows]
            self._lasts += [self._texts.setdefault(row.ends[-1], row.ends[-1]) for row in rows]
            self._numbers += [row.number for row in rows]
            self._pixels.add(pixels)
        if self._read > MOST_SAMPLES or self._pixels.parsed_bytes > MOST_BYTES:
            raise UserError("The data set {name} is too large; choose a part of it.", name=self._name)
        if len(self._left_out) > _MOST_LEFT_OUT:
            self._check_left_out(len(self._numbers))

    def samples(self) -> CsvSamples:
        """Return the samples.

        Raises:
            UserError: most rows cannot be used, or there are too many labels.
        """
        self._check_left_out(len(self._numbers))
        labels = self._firsts
        if self._label is None:
            label_is_last = is_label_last(self._firsts, self._lasts)
            labels, pixels = (self._lasts, self._firsts) if label_is_last else (self._firsts, self._lasts)
            self._add_column(pixels, at_start=label_is_last)
        self._check_labels(labels)
        for row in self._pixels.clear_negative_rows():
            self._leave_out(self._numbers[row], _PIXEL)
        is_kept = np.array([number not in self._left_out for number in self._numbers], np.bool_)
        self._check_left_out(int(is_kept.sum()))
        images = self._pixels.take_bytes(self._row_name).reshape(-1, self._side, self._side, 1)
        if not is_kept.all():
            images = images[is_kept]
            labels = [label for label, kept in zip(labels, is_kept, strict=True) if kept]
        left_out = (
            LeftOut(f"{self._name}:{self._line(number)}", problem)
            for number, problem in sorted(self._left_out.items())
        )
        return CsvSamples(text_labels(labels_of(labels), self._row_name), images, tuple(left_out))

    def _leave_out(self, number: int, problem: Message) -> None:
        """Note why a row cannot be used."""
        self._left_out.setdefault(number, problem)

    def _check_left_out(self, kept: int) -> None:
        """Raise UserError if most rows are left out."""
        if len(self._left_out) > kept:
            number, problem = min(self._left_out.items())
            raise UserError(
                "Most rows of {name} cannot be used. Row {number}: {problem}",
                name=self._name,
                number=self._line(number),
                problem=problem,
            )

    def _check_labels(self, labels: Sequence[str]) -> None:
        """Leave out the rows whose labels cannot be used."""
        is_number = {label: are_numbers([label]) for label in set(labels)}
        has_numbers = not is_text(labels)
        problems = {
            label: label_problem(label, is_number=has_numbers and is_number[label]) for label in is_number
        }
        if any(problems.values()):
            for number, label in zip(self._numbers, labels, strict=True):
                if (problem := problems[label]) is not None:
                    self._leave_out(number, problem)

    def _comma_separated(self, line: str) -> str:
        """Return a row with commas between the values."""
        if self._separator == " ":
            return ",".join(line.split())
        return line if self._separator == "," else line.replace(",", ".").replace(self._separator, ",")

    def _row(self, number: int, line: str) -> _Row | Message:
        """Return a row, or why it cannot be used."""
        line = self._comma_separated(line)
        if self._one_hot:
            # The label becomes the first value.
            pixels, *values = line.rsplit(",", self._one_hot)
            if (label := one_hot_label(values)) is None:
                return message("The one-hot label is missing.")
            line = f"{label},{pixels}"
        if (count := line.count(",") + 1 if line else 0) != self._columns:
            return message(
                "The number of values in the row is {count}, not {columns}.",
                count=count,
                columns=self._columns,
            )
        if self._label is None:
            first, rest = line.split(",", 1)
            pixels, last = rest.rsplit(",", 1)
            ends = [first.strip(), last.strip()]
        else:
            values = line.split(",", self._label + 1)
            ends = [values.pop(self._label).strip()]
            pixels = ",".join(values)
        if max(map(len, ends)) > LONGEST_LABEL:
            return message("A value has more than {limit} characters.", limit=LONGEST_LABEL)
        return _Row(number, tuple(ends), pixels)

    def _line(self, number: int) -> int:
        """Return the line number of a row."""
        return number + 1 + self.has_header

    def _row_name(self, row: int) -> Message:
        """Return the name of a kept sample with its line number."""
        return message("{name}: row {number}", name=self._name, number=self._line(self._numbers[row]))

    def _valid_rows(self, rows: Sequence[_Row]) -> tuple[list[_Row], AnyArray]:
        """Return the rows whose pixels are valid, and the pixels; leave out the others."""
        kept, pixels = [], []
        for row in rows:
            if (values := pixels_of([row.pixels])) is None:
                self._leave_out(row.number, _PIXEL)
            else:
                kept.append(row)
                pixels.append(values)
        return kept, np.concatenate(pixels) if pixels else np.empty((0, 0), np.uint8)

    def _add_column(self, texts: Sequence[str], *, at_start: bool) -> None:
        """Add the first or last column of pixels, which might have been the labels."""
        if at_start:
            self._pixels.move_right()
        for first in range(0, len(texts), COLUMN_ROWS):
            # np.loadtxt skips empty lines.
            block = [text or "empty" for text in texts[first : first + COLUMN_ROWS]]
            if (column := pixels_of(block)) is None:
                single = [pixels_of([text]) for text in block]
                for row in (row for row, pixel in enumerate(single, first) if pixel is None):
                    self._leave_out(self._numbers[row], _PIXEL)
                column = np.concatenate([_NO_PIXEL if pixel is None else pixel for pixel in single])
            self._pixels.set_column(0 if at_start else -1, first, column[:, 0])
