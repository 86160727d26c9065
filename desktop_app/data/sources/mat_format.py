"""Numeric arrays in MATLAB files of version 5 (saved by MATLAB 5 to 7.2, or with -v7).

The format is described in MathWorks' "MAT-File Format": https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from desktop_app.data.sources.stored_array import Readable, StoredArray

MOST_BYTES = 2_000_000_000
"""Maximum number of bytes, uncompressed, that are read to find the arrays."""

_HEADER = 128
_BLOCK = 1 << 18
_MOST_ARRAYS = 200
_MOST_NESTED = 4
_LONGEST_NAME = 256
_MOST_AXES = 8

_MATRIX, _COMPRESSED = 14, 15
_STRUCT = 2
_NUMERIC = range(6, 16)
_COMPLEX, _LOGICAL = 0x800, 0x200
_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}


class NotMatlab5Error(ValueError):
    """The file has another format."""


def mat_arrays(path: Path) -> dict[str, StoredArray]:
    """Return the real numeric arrays of a file by name, without their values.

    Fields of structures have names such as dataset.train.images. Other variables are skipped.

    Raises:
        NotMatlab5Error: the file has another format.
        ValueError, struct.error, zlib.error: the file is damaged or would cost too much.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        order = _byte_order(file.read(_HEADER))
        size = file.seek(0, 2)
        arrays: dict[str, StoredArray] = {}
        start = _HEADER
        while start + 8 <= size:
            file.seek(start)
            kind, count = struct.unpack(f"{order}2I", file.read(8))
            stream = _Stream(path, start, order)
            if kind in (_MATRIX, _COMPRESSED):
                with stream.opened(0) as content:
                    _Reader(stream, content, arrays).read_element("")
            start += 8 + count
    return arrays


def _byte_order(header: bytes) -> str:
    """Check the header; return the byte order for `struct`."""
    orders = {b"IM": "<", b"MI": ">"}
    order = orders.get(header[126:128], "")
    if not order or struct.unpack(f"{order}H", header[124:126])[0] != 0x0100:
        raise NotMatlab5Error
    return order


@dataclass(frozen=True)
class _Stream:
    """The bytes of a variable in a file, decompressed if it is compressed."""

    path: Path
    start: int
    order: str

    @contextlib.contextmanager
    def opened(self, position: int) -> Iterator[_Counted]:
        """Open the bytes at a position."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            kind, count = struct.unpack(f"{self.order}2I", file.read(8))
            if kind == _COMPRESSED:
                content = _Counted(_Inflated(file, count))
            else:
                file.seek(self.start)
                content = _Counted(file)
            content.skip(position)
            yield content


class _Inflated:
    """Decompressed bytes of a part of a file."""

    def __init__(self, file: BinaryIO, count: int) -> None:
        self._file, self._left, self._inflate = file, count, zlib.decompressobj()

    def read(self, count: int) -> bytes:
        """Return at most this number of bytes; nothing at the end."""
        while not self._inflate.eof:
            data = self._inflate.unconsumed_tail or self._file.read(min(_BLOCK, self._left))
            self._left -= 0 if self._inflate.unconsumed_tail else len(data)
            values = self._inflate.decompress(data, count)
            if values or not data:
                return values
        return b""


class _Counted:
    """Bytes with their position."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self.position = 0

    def read(self, count: int) -> bytes:
        """Return at most this number of bytes."""
        data = self._file.read(count)
        self.position += len(data)
        return data

    def skip(self, count: int) -> None:
        """Pass over bytes.

        Raises:
            ValueError: the end is reached.
        """
        end = self.position + count
        if end > MOST_BYTES:
            raise ValueError("the file is too large")
        while self.position < end:
            if not self.read(min(_BLOCK, end - self.position)):
                raise ValueError("the file is incomplete")


@dataclass(frozen=True)
class _Tag:
    """Type and number of bytes of an element, and its first position after it."""

    kind: int
    count: int
    end: int


class _Reader:
    """Reads the elements of a variable."""

    def __init__(self, stream: _Stream, content: _Counted, arrays: dict[str, StoredArray]) -> None:
        self._stream, self._content, self._arrays = stream, content, arrays

    def read_element(self, name: str, depth: int = 0) -> None:
        """Read a matrix; an empty name is replaced by its own."""
        tag = self._tag()
        if tag.kind != _MATRIX or tag.count == 0:
            self._content.skip(tag.end - self._content.position)
            return
        flags = struct.unpack(f"{self._stream.order}2I", self._short(16))[0]
        raw_shape = self._short(4 * _MOST_AXES)
        shape = struct.unpack(f"{self._stream.order}{len(raw_shape) // 4}i", raw_shape)
        own_name = self._short(_LONGEST_NAME).decode("utf-8", "replace")
        name = name or own_name
        kind = flags & 0xFF
        if min(shape, default=-1) < 0:
            raise ValueError("a size is negative")
        if kind == _STRUCT and set(shape) == {1} and depth < _MOST_NESTED:
            self._read_fields(name, depth)
        elif kind in _NUMERIC and not flags & _COMPLEX:
            self._add(name, shape)
        self._content.skip(tag.end - self._content.position)

    def _read_fields(self, name: str, depth: int) -> None:
        """Read the fields of a structure."""
        (length,) = struct.unpack(f"{self._stream.order}i", self._short(4))
        names = self._short(_MOST_ARRAYS * _LONGEST_NAME)
        if not 1 <= length <= _LONGEST_NAME:
            raise ValueError("a name has an invalid length")
        for start in range(0, len(names), length):
            field = names[start : start + length].split(b"\0")[0].decode("utf-8", "replace")
            self.read_element(f"{name}.{field}", depth + 1)

    def _add(self, name: str, shape: tuple[int, ...]) -> None:
        """Add the array whose values come next."""
        tag = self._tag()
        dtype = np.dtype(self._stream.order + _TYPES[tag.kind])
        if len(self._arrays) >= _MOST_ARRAYS:
            raise ValueError("too many arrays")
        position, stream = self._content.position, self._stream
        array = StoredArray(shape, dtype, True, lambda: stream.opened(position))
        if array.nbytes != tag.count:
            raise ValueError("the size of an array is wrong")
        self._arrays.setdefault(name, array)

    def _short(self, most: int) -> bytes:
        """Return the content of a short element, e.g. of a name.

        Raises:
            ValueError: it is longer.
        """
        tag = self._tag()
        if tag.count > most:
            raise ValueError("an element is too long")
        data = self._exactly(tag.count)
        self._content.skip(tag.end - self._content.position)
        return data

    def _tag(self) -> _Tag:
        """Read a tag; small elements have their content in it."""
        order = self._stream.order
        (kind,) = struct.unpack(f"{order}I", self._exactly(4))
        if kind >> 16:
            return _Tag(kind & 0xFFFF, kind >> 16, self._content.position + 4)
        (count,) = struct.unpack(f"{order}I", self._exactly(4))
        return _Tag(kind, count, self._content.position + count + -count % 8)

    def _exactly(self, count: int) -> bytes:
        """Return this number of bytes.

        Raises:
            ValueError: there are fewer.
        """
        data = b""
        while len(data) < count:
            piece = self._content.read(count - len(data))
            if not piece:
                raise ValueError("the file is incomplete")
            data += piece
        return data
