"""Tables of pixels in CSV files: a row a sample, its label and a square of grey values."""

from __future__ import annotations

import gzip
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES
from desktop_app.data.sources.checks import (
    LONGEST_LABEL,
    MOST_SAMPLES,
    file_hash,
    no_pixel,
    pixel_bytes,
    text_labels,
)
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress

SQUARES = range(8, 129)
"""Sides that a row's square of pixels may have."""

LONGEST_LINE = 500_000
"""Bytes of one row."""

_BLOCK = 1 << 18  # small, since numpy's reader of numbers lets no other thread run meanwhile
_LABEL = "label"
_PLAIN = b"0123456789, \n"


def read_csv_file(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a table of pixels, packed by gzip or not.

    Each row has a label and 64 to 16384 pixels, a square row by row, in 0..1 or in 0..255; columns are
    separated by commas. A line of names may stand above them. The label is in the column that is
    named label, else in the first or the last one: the one that holds text, or else the one whose
    commonest value is rarer (a corner of an image is paper mostly).

    Raises:
        UserError: it is no such table, is damaged or too large. The sentence names the row.
        Stopped: should_stop answered yes.
    """
    name = shown_name(path)
    try:
        labels, images = _read(path, emit, should_stop)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{name} is damaged or cut off; fetch it again.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is no text in UTF-8; save it as CSV in UTF-8.") from error
    except OSError as error:
        raise UserError(f"{name} cannot be read: {reason(error)}.") from error
    return SourceSet(
        title=name,
        file=printable(path.name),
        sha256=file_hash(path),
        labels=labels,
        images=images,
        is_normalized=looks_normalized(images),
    )


def _read(path: Path, emit: Emit, should_stop: ShouldStop) -> tuple[NDArray[np.str_], NDArray[np.uint8]]:
    """Labels and images of a table."""
    table, told, size = None, -1, max(1, path.stat().st_size)
    with path.open("rb") as file:
        for block in _lines(file, path):
            raise_if_stopped(should_stop)
            if (percent := 100 * file.tell() // size) > told:
                told = percent
                emit(PreparationProgress(min(percent, 100), 100, f"reading {shown_name(path)}"))
            if table is None:
                table = _Table(path, block[0])
                table.add(block[table.has_header :])
            else:
                table.add(block)
    if table is None or table.rows == 0:
        raise UserError(f"There is no sample in {shown_name(path)}; choose other data.")
    return table.samples()


# -------------------------------------------------------------------------------------------- lines


def _lines(file: BinaryIO, path: Path) -> Iterator[list[str]]:
    """The lines of a text, some at a time, never none; empty ones at its end are left away."""
    packed = path.name.lower().endswith(".gz")
    stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
    rest = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
    while block := stream.read(_BLOCK):
        whole, newline, begun = (rest + block).replace(b"\r\n", b"\n").rpartition(b"\n")
        ended = whole.rstrip(b"\n")
        rest = whole[len(ended) :] + newline + begun
        if len(rest) > LONGEST_LINE + _BLOCK:
            raise UserError(
                f"{shown_name(path)} has a line that is too long for a sample; choose other data."
            )
        if ended:
            rest = rest.removeprefix(b"\n")
            yield _text(ended)
    if ended := rest.replace(b"\r\n", b"\n").rstrip(b"\n\r\x1a"):
        yield _text(ended)


def _text(lines: bytes) -> list[str]:
    return lines.replace(b'"', b"").decode("utf-8").split("\n")


# -------------------------------------------------------------------------------------------- table


class _Table:
    """The samples of a table while its rows come in."""

    def __init__(self, path: Path, first: str) -> None:
        """Take the layout from the first line."""
        self.rows = 0
        self._name = shown_name(path)
        names = [name.strip().lower() for name in first.split(",")]
        self._columns = len(names)
        self._side = math.isqrt(self._columns - 1)
        if self._side not in SQUARES or self._side**2 != self._columns - 1:
            raise UserError(
                f"{self._name} has rows of {self._columns}; they need one value for the label and "
                f"{SQUARES[0] ** 2} to {SQUARES[-1] ** 2} for a square of pixels, separated by commas."
            )
        self._label = names.index(_LABEL) if _LABEL in names else None
        self.has_header = self._label is not None or _are_names(names)
        self._ends: list[list[str]] = []
        self._pixels: list[AnyArray] = []

    def add(self, lines: Sequence[str]) -> None:
        """Take more rows.

        Raises:
            UserError: a row has too many or too few values, or one that is no pixel; or there are too
                many rows.
        """
        for row, line in enumerate(lines, self.rows):
            if (count := line.count(",") + 1 if line else 0) != self._columns:
                raise UserError(
                    f"{self._place(row)} has {count} values where the others have {self._columns}; mend it."
                )
        if not lines:
            return
        cut = [self._cut(row, line) for row, line in enumerate(lines, self.rows)]
        self._ends += [ends for ends, _ in cut]
        self._pixels.append(self._checked([pixels for _, pixels in cut], self.rows))
        self.rows += len(lines)
        if self.rows > MOST_SAMPLES or sum(pixels.nbytes for pixels in self._pixels) > MOST_BYTES:
            raise UserError(f"{self._name} is too large a data set; choose a smaller part of it.")

    def samples(self) -> tuple[NDArray[np.str_], NDArray[np.uint8]]:
        """Labels (n,) and images, uint8 (n, side, side, 1), of all rows.

        Raises:
            UserError: labels or pixels are not as they must be.
        """
        labels = [ends[0] for ends in self._ends]
        if self._label is None:
            lasts = [ends[-1] for ends in self._ends]
            label_is_last = _is_label_last(labels, lasts)
            labels, others = (lasts, labels) if label_is_last else (labels, lasts)
            self._complete(others, first=label_is_last)
        parts = [pixels.reshape(-1, self._side, self._side) for pixels in self._pixels]
        images = pixel_bytes(parts, [self._place] * len(parts))
        return text_labels(_labels(labels), self._place), images

    def _place(self, row: int) -> str:
        """Names a sample by its line, as editors count them."""
        return f"{self._name}: row {row + 1 + self.has_header}"

    def _cut(self, row: int, line: str) -> tuple[list[str], str]:
        """What may be the label, one value or two, and the pixels."""
        if self._label is None:
            first, rest = line.split(",", 1)
            pixels, last = rest.rsplit(",", 1)
            ends = [first.strip(), last.strip()]
        else:
            values = line.split(",", self._label + 1)
            ends = [values.pop(self._label).strip()]
            pixels = ",".join(values)
        if max(map(len, ends)) > LONGEST_LABEL:
            raise UserError(
                f"{self._place(row)} has a value of more than {LONGEST_LABEL} characters; mend it."
            )
        return ends, pixels

    def _checked(self, texts: Sequence[str], first: int) -> AnyArray:
        """The pixels of some rows, uint8 or float32 (n, pixels); the first has that number."""
        values = _numbers(texts)
        if values is None:
            bad = next(row for row, text in enumerate(texts) if _numbers([text]) is None)
        else:
            fits = ((values >= 0) & (values <= 255)).all(axis=1)
            if fits.all():
                return values
            bad = int(fits.argmin())
        raise no_pixel(self._place(first + bad))

    def _complete(self, texts: Sequence[str], *, first: bool) -> None:
        """Give the pixels the column that was held back, as their first one or their last."""
        done = 0
        for number, pixels in enumerate(self._pixels):
            # numpy passes over empty lines.
            column = self._checked([text or "nothing" for text in texts[done : done + len(pixels)]], done)
            done += len(pixels)
            self._pixels[number] = np.hstack((column, pixels) if first else (pixels, column))


def _numbers(texts: Sequence[str]) -> AnyArray | None:
    """Rows of numbers, uint8 where all of them are, else float32; None where something is no number."""
    # Bytes are read ten times as fast; the reader of bytes would take fractions, too, but with a warning.
    kinds = (np.uint8, np.float32) if not "\n".join(texts).encode().translate(None, _PLAIN) else (np.float32,)
    for kind in kinds:
        try:
            values: AnyArray = np.loadtxt(texts, dtype=kind, delimiter=",", comments=None, ndmin=2)
        except ValueError:
            continue
        return values
    return None


def _are_names(values: Sequence[str]) -> bool:
    """Whether a first line names columns: no pixel in it is a number, or the columns are counted."""
    counted = [str(number) for number in range(len(values))]
    return list(values) == counted or not any(_are_numbers([value]) for value in values[1:-1])


def _is_label_last(firsts: Sequence[str], lasts: Sequence[str]) -> bool:
    """Which of two columns has the labels: the one with text, else the one of rarer values."""
    if not _are_numbers(firsts):
        return False
    if not _are_numbers(lasts):
        return True
    return max(Counter(lasts).values()) < max(Counter(firsts).values())


def _are_numbers(texts: Iterable[str]) -> bool:
    try:
        return all(math.isfinite(float(text)) for text in set(texts))
    except ValueError:
        return False


def _labels(texts: Sequence[str]) -> AnyArray:
    """Labels as numbers where all of them are, since 7 may be written as 7.0; else as they are."""
    if not _are_numbers(texts):
        return np.array(texts, dtype=np.str_)
    values = {text: float(text) for text in set(texts)}
    return np.array([values[text] for text in texts])
