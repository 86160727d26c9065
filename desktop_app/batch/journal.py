"""The rows of a batch on disk while it runs, so that an interrupted batch can be resumed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.row import Row
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.temporary import lock_file

_LONGEST_LINE = 10_000_000
"""Maximum length of a row in bytes; that of a long page has thousands of boxes."""

_FORMAT = 1
_FLUSHED_ROWS = 256


@dataclass(frozen=True)
class _Header:
    format: int
    model: BatchModel


class Journal:
    """Rows of a batch in a file of JSON lines: a header, then a row per line.

    A row that was cut off when the program or the computer stopped is removed when the file is opened again.
    At most 16 bytes per row are kept in memory.

    Attributes:
        path: the file.
        count: number of rows when the journal was opened.
        has_errors: whether a file could not be read, also before the interruption.
    """

    def __init__(self, path: Path, model: BatchModel) -> None:
        """Open a new journal, or one to go on with.

        Raises:
            UserError: the file cannot be written, is another file, belongs to another model, or is in use.
        """
        self.path = path
        self._encoder = msgspec.json.Encoder()
        self._unflushed = 0
        self.has_errors = False
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise _write_error(path, error) from error
        try:
            if not lock_file(self._file):
                raise UserError("{name} is used by another batch; wait for its end.", name=shown_name(path))
            digests = self._open_rows(model)
        except BaseException:
            self._file.close()
            raise
        self.count = len(digests)
        self._sources, self._left = np.unique(digests, return_counts=True)

    def take(self, source: str) -> bool:
        """Return whether the journal had a row of the file when it was opened.

        Each row is taken once: a file that is named twice has two rows.
        """
        digest = _digest(_storable(source))
        position = int(np.searchsorted(self._sources, digest))
        if position == len(self._sources) or self._sources[position] != digest or not self._left[position]:
            return False
        self._left[position] -= 1
        return True

    def add(self, row: Row) -> None:
        """Append a row.

        Raises:
            UserError: the row cannot be written, e.g. because the disk is full.
        """
        self.has_errors = self.has_errors or bool(row.error)
        try:
            self._file.write(self._encoder.encode(replace(row, source=_storable(row.source))) + b"\n")
            self._unflushed += 1
            if self._unflushed >= _FLUSHED_ROWS:
                self._flush()
        except OSError as error:
            raise _write_error(self.path, error) from error

    def close(self) -> None:
        """Write what is left and close the file.

        Raises:
            UserError: the rows cannot be written.
        """
        try:
            self._flush()
        except OSError as error:
            raise _write_error(self.path, error) from error
        finally:
            with suppress(OSError):
                self._file.close()

    def remove(self) -> None:
        """Close and delete the file."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.path.unlink()

    def _flush(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unflushed = 0

    def _open_rows(self, model: BatchModel) -> NDArray[np.uint64]:
        """Check the header or write it, remove a row that was cut off; return the hashes of all sources."""
        self._file.seek(0)
        first = self._file.readline(_LONGEST_LINE)
        if not first.endswith(b"\n"):
            if first and not _is_start_of_header(first):
                raise _not_a_journal(self.path)
            self._file.truncate(0)
            self._file.write(self._encoder.encode(_Header(_FORMAT, model)) + b"\n")
            return np.zeros(0, np.uint64)
        if _decoded_header(self.path, first).model != model:
            raise UserError(
                "{name} was begun with another model or other weights; delete it or choose another file.",
                name=shown_name(self.path),
            )
        end = self._file.tell()
        digests = []
        while (line := self._file.readline(_LONGEST_LINE)).endswith(b"\n"):
            row = _decoded_row(self.path, line)
            digests.append(_digest(row.source))
            self.has_errors = self.has_errors or bool(row.error)
            end = self._file.tell()
        self._file.truncate(end)
        return np.array(digests, np.uint64)


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a journal, one at a time.

    Raises:
        UserError: the file cannot be read or is not a journal.
    """
    try:
        with path.open("rb") as file:
            _decoded_header(path, file.readline(_LONGEST_LINE))
            while (line := file.readline(_LONGEST_LINE)).endswith(b"\n"):
                yield _decoded_row(path, line)
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error


def _is_start_of_header(line: bytes) -> bool:
    start = b'{"format":'
    return line.startswith(start) or start.startswith(line)


def _decoded_header(path: Path, line: bytes) -> _Header:
    try:
        header = msgspec.json.decode(line, type=_Header)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _not_a_journal(path) from error
    if header.format != _FORMAT:
        raise _not_a_journal(path)
    return header


def _decoded_row(path: Path, line: bytes) -> Row:
    try:
        return msgspec.json.decode(line, type=Row)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _not_a_journal(path) from error


def _not_a_journal(path: Path) -> UserError:
    return UserError(
        "{name} is not an interrupted batch, or it is damaged; delete it or choose another file.",
        name=shown_name(path),
    )


def _write_error(path: Path, error: OSError) -> UserError:
    return UserError(
        "{name} cannot be written: {reason}. Repeat the command to go on.",
        name=shown_name(path),
        reason=reason(error),
    )


def _storable(source: str) -> str:
    """Return a path as JSON can hold it: file names may contain bytes that are not text."""
    return source.encode("utf-8", "backslashreplace").decode()


def _digest(source: str) -> int:
    digest = hashlib.blake2b(source.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
