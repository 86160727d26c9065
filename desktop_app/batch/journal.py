"""The rows of a batch on disk while it runs, so that an interrupted batch can be resumed."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.batch.model_choice import BatchModel
from desktop_app.batch.row import Row
from desktop_app.core.decoding import decode_json
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import check_replaceable
from desktop_app.core.temporary import lock_file

Stamp: TypeAlias = tuple[int, int]
"""Size of a file in bytes, and the time of its last modification in nanoseconds."""

_LONGEST_LINE = 10_000_000
"""Maximum length of a row in bytes; that of a long page has thousands of boxes."""

_FORMAT = 3
_FLUSHED_ROWS = 256


@dataclass(frozen=True)
class _Header:
    format: int
    model: BatchModel


@dataclass(frozen=True)
class _Entry:
    """A line of a journal: a row, and the stamp of its file before it was read."""

    stamp: Stamp | None
    row: Row

    @property
    def digest(self) -> int:
        """A number by which the file is found again as long as it is the same."""
        return _digest(self.row.source, self.stamp)


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a file, None if there is none or it cannot be asked for."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


class Journal:
    """Rows of a batch in a file of JSON lines: a header, then a row with the stamp of its file per line.

    A row that was cut off when the program or the computer stopped is removed when the file is opened again.
    About 16 bytes per row of an earlier session are kept in memory.

    Attributes:
        path: the file.
        count: number of rows when the journal was opened.
    """

    def __init__(self, path: Path, model: BatchModel) -> None:
        """Open a new journal, or one to go on with.

        Raises:
            UserError: the file cannot be written, is another file, belongs to another model or version, or is
                in use.
        """
        self.path = path
        self._encoder = msgspec.json.Encoder()
        self._unflushed = 0
        check_replaceable(path)
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise _open_error(path, error) from error
        try:
            if not lock_file(self._file):
                raise UserError("{name} is used by another batch; wait for its end.", name=shown_name(path))
            digests = self._open_rows(model)
        except BaseException:
            self._file.close()
            raise
        self.count = len(digests)
        self._sources, counts = np.unique(digests, return_counts=True)
        self._left = counts.astype(np.uint32)

    @property
    def left(self) -> int:
        """Number of rows from when the journal was opened that were not taken."""
        return int(self._left.sum())

    def take(self, source: str, stamp: Stamp | None) -> bool:
        """Return whether the journal had a row of the file, with this stamp, when it was opened.

        Each row is taken once: a file that is named twice has two rows.
        """
        return self._take(_digest(_storable(source), stamp), self._left)

    def add(self, row: Row, stamp: Stamp | None) -> None:
        """Append a row; stamp: of its file before it was read.

        Raises:
            UserError: the row cannot be written, e.g. because the disk is full.
        """
        entry = _Entry(stamp, replace(row, source=_storable(row.source)))
        try:
            self._file.write(self._encoder.encode(entry) + b"\n")
            self._unflushed += 1
            if self._unflushed >= _FLUSHED_ROWS:
                self._flush()
        except OSError as error:
            raise _write_error(self.path, error) from error

    def rows(self) -> Iterator[Row]:
        """Yield the rows that were taken or added, one at a time.

        Raises:
            UserError: the file cannot be written or read.
        """
        left = self._left.copy()
        try:
            self._flush()
        except OSError as error:
            raise _write_error(self.path, error) from error
        for number, entry in enumerate(_entries(self.path)):
            if number >= self.count or not self._take(entry.digest, left):
                yield entry.row

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

    def _take(self, digest: int, left: NDArray[np.uint32]) -> bool:
        """Return whether a row with this digest is left, and count one less; left: number for each digest."""
        position = int(np.searchsorted(self._sources, digest))
        if position == len(self._sources) or self._sources[position] != digest or not left[position]:
            return False
        left[position] -= 1
        return True

    def _flush(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unflushed = 0

    def _open_rows(self, model: BatchModel) -> NDArray[np.uint64]:
        """Check the header or write it, remove a row that was cut off; return the digests of all rows."""
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
        digests = array("Q")
        while (line := self._file.readline(_LONGEST_LINE)).endswith(b"\n"):
            digests.append(_decoded_entry(self.path, line).digest)
            end = self._file.tell()
        self._file.truncate(end)
        return np.array(digests, np.uint64)


def _entries(path: Path) -> Iterator[_Entry]:
    """Yield the lines of a journal after its header, one at a time.

    Raises:
        UserError: the file cannot be read or is not a journal.
    """
    try:
        with path.open("rb") as file:
            _decoded_header(path, file.readline(_LONGEST_LINE))
            while (line := file.readline(_LONGEST_LINE)).endswith(b"\n"):
                yield _decoded_entry(path, line)
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error


def _is_start_of_header(line: bytes) -> bool:
    start = b'{"format":'
    return line.startswith(start) or start.startswith(line)


def _decoded_header(path: Path, line: bytes) -> _Header:
    try:
        header = decode_json(line, _Header)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _not_a_journal(path) from error
    if header.format != _FORMAT:
        raise UserError(
            "{name} was begun with another version of the program; delete it or choose another file.",
            name=shown_name(path),
        )
    return header


def _decoded_entry(path: Path, line: bytes) -> _Entry:
    try:
        return decode_json(line, _Entry)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _not_a_journal(path) from error


def _not_a_journal(path: Path) -> UserError:
    return UserError(
        "{name} is not an interrupted batch, or it is damaged; delete it or choose another file.",
        name=shown_name(path),
    )


def _open_error(path: Path, error: OSError) -> UserError:
    return UserError(
        "{name} cannot be written: {reason}; choose another folder.",
        name=shown_name(path),
        reason=reason(error),
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


def _digest(source: str, stamp: Stamp | None) -> int:
    digest = hashlib.blake2b(f"{source}\0{stamp}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
