"""Reader for CSV files with a label and the pixels of a square grey image in each row."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES
from desktop_app.data.sources.checks import (
    LONGEST_LABEL,
    MOST_SAMPLES,
    SampleName,
    file_hash,
    label_problem,
    text_labels,
)
from desktop_app.data.sources.file_list import is_file_list, read_file_list
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.pixels import scale_in_place
from desktop_app.data.sources.source_set import LeftOut, SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.task import MOST_LABELS

SQUARES = range(8, 129)
"""Valid sides of the square images."""

LONGEST_LINE = 500_000
"""Maximum length of a row in bytes."""

_BLOCK = 1 << 18  # small, because np.loadtxt holds the GIL
_GROWTH = 1 << 25
"""Bytes by which a table grows."""
_COLUMN_ROWS = 1000
_LABEL = "label"
_SEPARATORS = (";", "\t", ",", " ")
_INTEGER_CHARACTERS = b"0123456789, \n"
_MOST_LEFT_OUT = 1000
"""Rows that are left out before a table is checked for having too many of them."""
_PIXEL = message("A pixel is not a number from 0 to 255.")
_NO_PIXEL = np.zeros((1, 1), np.uint8)


def read_csv_file(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a CSV file, optionally compressed with gzip.

    Each row contains a label and 64 to 16384 pixels of a square image, separated by commas, semicolons, tabs
    or spaces; for the ranges of the pixels see `pixel_bytes`. The first row may contain column names. The
    label is in the column with the name label; or one-hot in the last columns; otherwise in the first or last
    column: the one that contains text, or else the one whose most frequent value is rarer, because most
    corner pixels are background. Rows that cannot be used are left out. Tables with names of files instead of
    pixels are read by `read_file_list`.

    Raises:
        UserError: the file has another layout, is damaged or too large, or most of its rows cannot be used.
        Stopped: should_stop() returned True.
    """
    name = shown_name(path)
    try:
        if is_file_list(_first_line(path)):
            return read_file_list(path, emit, should_stop)
        samples = _read(path, emit, should_stop)
    except (EOFError, zlib.error, gzip.BadGzipFile, csv.Error) as error:
        raise UserError("{name} is damaged or incomplete; copy or download it again.", name=name) from error
    except UnicodeDecodeError as error:
        raise UserError("{name} is not UTF-8 text; save it as CSV in UTF-8.", name=name) from error
    except OSError as error:
        raise UserError("{name} cannot be read: {reason}.", name=name, reason=reason(error)) from error
    return SourceSet(
        title=name,
        file=printable(path.name),
        sha256=file_hash(path),
        labels=samples.labels,
        images=samples.images,
        is_normalized=looks_normalized(samples.images),
        left_out=samples.left_out,
    )


def _first_line(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
    line = start.replace(b"\r", b"\n").split(b"\n", 1)[0]
    return line.decode("utf-8", "replace")


def _read(path: Path, emit: Emit, should_stop: ShouldStop) -> _Samples:
    """Return the samples of a file."""
    table, reported, size = None, -1, max(1, path.stat().st_size)
    with path.open("rb") as file:
        for block in _lines(file, path):
            raise_if_stopped(should_stop)
            if (percent := 100 * file.tell() // size) > reported:
                reported = percent
                emit(
                    PreparationProgress(
                        min(percent, 100), 100, message("Reading {name}", name=shown_name(path))
                    )
                )
            if table is None:
                table = _Table(path, block[0])
                table.add(block[table.has_header :])
            else:
                table.add(block)
    if table is None or table.is_empty:
        raise UserError("{name} has no samples; choose other data.", name=shown_name(path))
    return table.samples()


# -------------------------------------------------------------------------------------------- lines


def _lines(file: BinaryIO, path: Path) -> Iterator[list[str]]:
    """Yield the lines of a text in blocks, without empty lines at its end."""
    is_compressed = path.name.lower().endswith(".gz")
    stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_compressed else file
    rest = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
    while block := stream.read(_BLOCK):
        complete, newline, incomplete = _with_newlines(rest + block).rpartition(b"\n")
        lines = complete.rstrip(b"\n")
        rest = complete[len(lines) :] + newline + incomplete
        if len(rest) > LONGEST_LINE + _BLOCK:
            raise UserError("{name} has a line that is too long; choose other data.", name=shown_name(path))
        if lines:
            rest = rest.removeprefix(b"\n")
            yield _decoded_lines(lines)
    if lines := rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n\x1a"):
        yield _decoded_lines(lines)


def _with_newlines(text: bytes) -> bytes:
    """Return a text with LF at the ends of lines; a CR at the end may be half of a CR LF, and stays."""
    text, end = (text[:-1], b"\r") if text.endswith(b"\r") else (text, b"")
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + end


def _decoded_lines(lines: bytes) -> list[str]:
    return lines.replace(b'"', b"").decode("utf-8").split("\n")


# -------------------------------------------------------------------------------------------- table


@dataclass(frozen=True, eq=False)
class _Samples:
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


class _Table:
    """The samples of a CSV file, filled row by row."""

    def __init__(self, path: Path, first: str) -> None:
        """Derive the layout from the first line."""
        self._numbers: list[int] = []  # of the kept rows
        self._read = 0
        self._left_out: dict[int, Message] = {}
        self._name = shown_name(path)
        self._separator = next((each for each in _SEPARATORS if first.count(each) >= SQUARES[0] ** 2), ",")
        values = self._comma_separated(first).split(",")
        self._one_hot = _one_hot_columns(values)
        names = [name.strip().lower() for name in values[: len(values) - self._one_hot]]
        names = [_LABEL, *names] if self._one_hot else names
        self._columns = len(names)
        self._side = math.isqrt(self._columns - 1)
        if not _is_square(self._columns - 1):
            raise UserError(
                "The number of values in rows of {name} ({columns}) does not fit; a row needs a "
                "label and the {least} to {most:,} pixels of a square image.",
                name=self._name,
                columns=self._columns,
                least=SQUARES[0] ** 2,
                most=SQUARES[-1] ** 2,
            )
        self._label = names.index(_LABEL) if _LABEL in names else None
        self.has_header = not self._one_hot and (self._label is not None or _are_names(names))
        self._texts: dict[str, str] = {}
        self._firsts: list[str] = []
        self._lasts: list[str] = []
        self._pixels = _Rows(self._columns - 1)

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
        if (pixels := _pixels([row.pixels for row in rows])) is None:
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

    def samples(self) -> _Samples:
        """Return the samples.

        Raises:
            UserError: most rows cannot be used, or there are too many labels.
        """
        self._check_left_out(len(self._numbers))
        labels = self._firsts
        if self._label is None:
            label_is_last = _is_label_last(self._firsts, self._lasts)
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
        return _Samples(text_labels(_labels(labels), self._row_name), images, tuple(left_out))

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
        is_number = {label: _are_numbers([label]) for label in set(labels)}
        are_numbers = not _is_text(labels)
        problems = {
            label: label_problem(label, is_number=are_numbers and is_number[label]) for label in is_number
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
            if (label := _one_hot_label(values)) is None:
                return message("The one-hot label is missing.")
            line = f"{label},{pixels}"
        if (count := line.count(",") + 1 if line else 0) != self._columns:
            return message("The row has {count} values, not {columns}.", count=count, columns=self._columns)
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
            if (values := _pixels([row.pixels])) is None:
                self._leave_out(row.number, _PIXEL)
            else:
                kept.append(row)
                pixels.append(values)
        return kept, np.concatenate(pixels) if pixels else np.empty((0, 0), np.uint8)

    def _add_column(self, texts: Sequence[str], *, at_start: bool) -> None:
        """Add the first or last column of pixels, which might have been the labels."""
        if at_start:
            self._pixels.move_right()
        for first in range(0, len(texts), _COLUMN_ROWS):
            # np.loadtxt skips empty lines.
            block = [text or "empty" for text in texts[first : first + _COLUMN_ROWS]]
            if (column := _pixels(block)) is None:
                single = [_pixels([text]) for text in block]
                for row in (row for row, pixel in enumerate(single, first) if pixel is None):
                    self._leave_out(self._numbers[row], _PIXEL)
                column = np.concatenate([_NO_PIXEL if pixel is None else pixel for pixel in single])
            self._pixels.set_column(0 if at_start else -1, first, column[:, 0])


class _Rows:
    """A growing table of pixels: bytes, or float16 from the first value on that is not a byte."""

    def __init__(self, columns: int) -> None:
        self._table: AnyArray = np.empty((0, columns), np.uint8)
        self._used = 0
        self.parsed_bytes = 0

    def add(self, block: AnyArray) -> None:
        """Add rows; missing columns at the end are to be set later."""
        self._take_type(block)
        end = self._used + len(block)
        if end > len(self._table):
            grown = max(end, self._used + max(1, _GROWTH // self._table[:1].nbytes)) if self._used else end
            # Changes the array in place: large memory is moved without a copy.
            self._table.resize((grown, self._table.shape[1]), refcheck=False)
        self._table[self._used : end, : block.shape[1]] = block
        self._used = end
        self.parsed_bytes += block.nbytes

    def take_bytes(self, name_of: SampleName) -> NDArray[np.uint8]:
        """Return all rows scaled to bytes, in the memory of the table, which is empty afterwards."""
        table, self._table = self._table, np.empty((0, 0), np.uint8)
        shape = (self._used, table.shape[1])
        table.resize(shape, refcheck=False)
        scaled = scale_in_place(table, name_of)
        if table.dtype == np.uint8:
            return scaled
        del scaled
        table.resize((table.size + 1) // 2, refcheck=False)
        return table.view(np.uint8)[: math.prod(shape)].reshape(shape)

    def clear_negative_rows(self) -> list[int]:
        """Set rows with negative values to 0 and return their numbers, if other values are above 1."""
        table = self._table[: self._used]
        if table.dtype == np.uint8 or not len(table) or table.min() >= 0 or table.max() <= 1:
            return []
        rows = np.flatnonzero([row.min() < 0 for row in table])
        table[rows] = 0
        return [int(row) for row in rows]

    def move_right(self) -> None:
        """Move all columns to the right by one."""
        for first in range(0, self._used, _COLUMN_ROWS):
            rows = self._table[first : min(self._used, first + _COLUMN_ROWS)]
            rows[:, 1:] = rows[:, :-1].copy()

    def set_column(self, column: int, first: int, values: AnyArray) -> None:
        """Set the values of a column from a row on."""
        self._take_type(values)
        self._table[first : first + len(values), column] = values

    def _take_type(self, values: AnyArray) -> None:
        if values.dtype != np.uint8 and self._table.dtype == np.uint8:
            self._table = self._table.astype(np.float16)


def _is_square(count: int) -> bool:
    """Return whether a number of pixels is that of a square image of a valid size."""
    return math.isqrt(count) in SQUARES and math.isqrt(count) ** 2 == count


def _one_hot_columns(values: Sequence[str]) -> int:
    """Return the number of columns of a one-hot label at the end of a row; 0 if there is none."""
    if _is_square(len(values) - 1):
        return 0
    counts = range(2, min(len(values), MOST_LABELS + 1))
    fitting = (count for count in counts if _is_square(len(values) - count))
    return next((count for count in fitting if _one_hot_label(values[-count:]) is not None), 0)


def _one_hot_label(values: Sequence[str]) -> int | None:
    """Return the position of the only 1 among zeros; None for other values."""
    if not _are_numbers(values):
        return None
    numbers = [float(value) for value in values]
    return numbers.index(1) if set(numbers) == {0, 1} and sum(numbers) == 1 else None


def _pixels(texts: Sequence[str]) -> AnyArray | None:
    """Parse rows of pixels, uint8 or float32 (n, pixels); None if a value is not a number from -1 to 255."""
    if not texts:
        return np.empty((0, 0), np.uint8)
    values = _numbers(texts)
    return values if values is not None and ((values >= -1) & (values <= 255)).all() else None


def _numbers(texts: Sequence[str]) -> AnyArray | None:
    """Parse rows of numbers as uint8, if possible, else as float32; None if a value is not a number."""
    # Parsing uint8 is ten times as fast; it would accept fractions with a warning.
    are_integers = not "\n".join(texts).encode().translate(None, _INTEGER_CHARACTERS)
    dtypes = (np.uint8, np.float32) if are_integers else (np.float32,)
    for dtype in dtypes:
        try:
            values: AnyArray = np.loadtxt(texts, dtype=dtype, delimiter=",", comments=None, ndmin=2)
        except ValueError:
            continue
        return values
    return None


def _are_names(values: Sequence[str]) -> bool:
    """Return whether a first line has column names: no pixel is a number, or all are indices."""
    indices = [str(number) for number in range(len(values))]
    return list(values) == indices or not any(_are_numbers([value]) for value in values[1:-1])


def _is_label_last(firsts: Sequence[str], lasts: Sequence[str]) -> bool:
    """Return whether the last column has the labels: it has text, or rarer values than the first."""
    if _is_text(firsts):
        return False
    if _is_text(lasts):
        return True
    return max(Counter(lasts).values()) < max(Counter(firsts).values())


def _is_text(texts: Sequence[str]) -> bool:
    """Return whether most values are no numbers."""
    return sum(count for text, count in Counter(texts).items() if not _are_numbers([text])) > len(texts) / 2


def _are_numbers(texts: Iterable[str]) -> bool:
    try:
        return all(math.isfinite(float(text)) for text in set(texts))
    except ValueError:
        return False


def _labels(texts: Sequence[str]) -> AnyArray:
    """Return labels as numbers if all are, because 7 may be written as 7.0."""
    if not _are_numbers(texts):
        return np.array(texts, dtype=np.str_)
    values = {text: float(text) for text in set(texts)}
    return np.array([values[text] for text in texts])
