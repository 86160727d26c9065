"""Reader for CSV files with a label and the pixels of a square grey image in each row."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.checks import file_hash
from desktop_app.data.sources.csv_table import CsvSamples, CsvTable
from desktop_app.data.sources.file_list import is_file_list, read_file_list
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress

LONGEST_LINE = 500_000
"""Maximum length of a row in bytes."""

_BLOCK = 1 << 18  # small, because np.loadtxt holds the GIL


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


def _read(path: Path, emit: Emit, should_stop: ShouldStop) -> CsvSamples:
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
                table = CsvTable(path, block[0])
                table.add(block[table.has_header :])
            else:
                table.add(block)
    if table is None or table.is_empty:
        raise UserError("{name} has no samples; choose other data.", name=shown_name(path))
    return table.samples()


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
