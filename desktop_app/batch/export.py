"""Tables of a batch as CSV and JSON files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.row import Row
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import check_replaceable, new_file

COLUMNS = (
    "source",
    "text",
    "verdict",
    "confidence",
    "runner_up",
    "runner_up_confidence",
    "boxes",
    "error",
    "model",
    "model_sha256",
    "learned_sha256",
    "pages",
    "not_a_character",
)
"""Columns of the CSV file and keys of the JSON objects."""

# Spreadsheets recognize UTF-8 by the byte order mark.
_CSV_HEADER = b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"
_CSV_START = _CSV_HEADER.partition(b",boxes")[0]
"""Also of the tables of earlier versions, which have fewer columns."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters of a cell that spreadsheets compute (OWASP, CSV injection)."""


def write_csv(path: Path, rows: Iterable[Row], model: BatchModel) -> None:
    """Write rows as a CSV file in UTF-8, row by row; cells that spreadsheets compute get an apostrophe.

    Raises:
        UserError: the file cannot be written; what was there is untouched.
    """
    _write(path, _csv_rows(rows, model))


def check_replaceable_by_csv(path: Path) -> None:
    """Check that `write_csv` could write a file, and that it would replace nothing but such a table.

    Raises:
        UserError: it cannot be written, or what is there is not empty and does not begin like such a table.
    """
    check_replaceable(path)
    try:
        with path.open("rb") as file:
            start = file.read(len(_CSV_START))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}; choose another file for the table.",
            name=shown_name(path),
            reason=reason(error),
        ) from error
    if start not in (b"", _CSV_START):
        raise UserError(
            "{name} already exists and is not a table of this program; choose another file for the table.",
            name=shown_name(path),
        )


def write_json(path: Path, rows: Iterable[Row], model: BatchModel) -> None:
    """Write rows as a JSON array in UTF-8, row by row.

    Raises:
        UserError: the file cannot be written; what was there is untouched.
    """
    _write(path, _json_rows(rows, model))


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    check_replaceable(path)
    with new_file(path) as file:
        for chunk in chunks:
            file.write(chunk)


def _csv_rows(rows: Iterable[Row], model: BatchModel) -> Iterable[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)

    def encoded(cells: Iterable[object]) -> bytes:
        text.seek(0)
        text.truncate()
        writer.writerow(cells)
        return text.getvalue().encode("utf-8", "backslashreplace")

    yield _CSV_HEADER
    for row in rows:
        yield encoded(_cell(value) for value in _values(row, model).values())


def _json_rows(rows: Iterable[Row], model: BatchModel) -> Iterable[bytes]:
    encoder = msgspec.json.Encoder()
    separator = b"[\n"
    for row in rows:
        content = {key: _printable(value) for key, value in _values(row, model).items()}
        yield separator + encoder.encode(content)
        separator = b",\n"
    yield b"\n]\n" if separator.startswith(b",") else b"[]\n"


def _values(row: Row, model: BatchModel) -> dict[str, Any]:
    runner_up = row.alternatives[0] if row.alternatives else None
    return {
        "source": row.source,
        "text": row.text,
        "verdict": row.verdict,
        "confidence": round(row.confidence, 6) if row.text else None,
        "runner_up": runner_up.label if runner_up else None,
        "runner_up_confidence": round(runner_up.probability, 6) if runner_up else None,
        "boxes": row.boxes,
        "error": row.error,
        "model": model.name,
        "model_sha256": model.sha256,
        "learned_sha256": model.learned_sha256 or None,
        "pages": None if row.error else row.pages,
        "not_a_character": None if row.not_a_character is None else round(row.not_a_character, 6),
    }


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(",".join(f"{edge:.6g}" for edge in box) for box in value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return "" if value is None else value


def _printable(value: object) -> object:
    """Return a value that JSON can hold: file names may contain bytes that are not text."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
