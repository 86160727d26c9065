"""Arrays in files, read block by block so that they cost no more memory than a block."""

from __future__ import annotations

import contextlib
import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from desktop_app.core.arrays import AnyArray, array_members, check_texts, read_header

_BLOCK_BYTES = 1 << 22


class Readable(Protocol):
    """Something that returns bytes in order."""

    def read(self, count: int, /) -> bytes:
        """Return at most this number of bytes; nothing at the end."""


@dataclass(frozen=True, eq=False)
class StoredArray:
    """An array in a file.

    Attributes:
        shape: its shape.
        dtype: type of its values.
        is_fortran: whether the first index varies fastest in the file.
        opened: opens the file where the values begin.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool
    opened: Callable[[], AbstractContextManager[Readable]]

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Shape with the axes in the order of the file: the last index varies fastest."""
        return self.shape[::-1] if self.is_fortran else self.shape

    @property
    def nbytes(self) -> int:
        """Size of all values in bytes."""
        return math.prod(self.shape, start=self.dtype.itemsize)

    def blocks(self, read_bytes: Callable[[int], None]) -> Iterator[AnyArray]:
        """Yield all values in the order of the file, as blocks along the first axis of the stored shape.

        Args:
            read_bytes: called with the number of bytes after each block.

        Raises:
            ValueError: there are fewer values than declared.
        """
        first, *rest = self.stored_shape or (1,)
        row_bytes = math.prod(rest, start=self.dtype.itemsize)
        rows = max(1, _BLOCK_BYTES // max(1, row_bytes))
        with self.opened() as file:
            for start in range(0, first, rows):
                count = min(rows, first - start)
                values = np.frombuffer(_read_exactly(file, count * row_bytes), self.dtype)
                read_bytes(count * row_bytes)
                yield values.reshape(count, *rest)

    def values(self, read_bytes: Callable[[int], None]) -> AnyArray:
        """Read all values.

        Raises:
            ValueError: there are fewer values than declared, or a text has invalid characters.
        """
        blocks = list(self.blocks(read_bytes))
        values = np.concatenate(blocks) if blocks else np.zeros(self.stored_shape, self.dtype)
        check_texts(values)
        shaped = values.reshape(self.stored_shape)
        return shaped.T if self.is_fortran else shaped


def npz_arrays(path: Path, archive: zipfile.ZipFile, limit: int) -> dict[str, StoredArray]:
    """Return the arrays of an .npz file by name, without their values.

    Args:
        path: the file.
        archive: the open file.
        limit: largest number of members.

    Raises:
        ValueError: there are more members, or a header is invalid. A damaged archive raises other errors.
    """
    return {
        name: _stored(_member_opener(path, member)) for name, member in array_members(archive, limit).items()
    }


def npy_array(path: Path) -> StoredArray:
    """Return the array of an .npy file without its values.

    Raises:
        ValueError: the header is invalid.
        OSError: the file cannot be read.
    """
    return _stored(lambda: path.open("rb"))


def _member_opener(path: Path, member: str) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    @contextlib.contextmanager
    def opened() -> Iterator[IO[bytes]]:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            yield file

    return opened


def _stored(opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> StoredArray:
    """Return the array of a file in the .npy format."""

    @contextlib.contextmanager
    def at_values() -> Iterator[IO[bytes]]:
        with opened() as file:
            read_header(file)
            yield file

    with opened() as file:
        shape, dtype, is_fortran = read_header(file)
    return StoredArray(shape, dtype, is_fortran, at_values)


def _read_exactly(file: Readable, count: int) -> bytes:
    pieces, missing = [], count
    while missing:
        piece = file.read(missing)
        if not piece:
            raise ValueError("the values are incomplete")
        pieces.append(piece)
        missing -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
