"""Reading of untrusted .npz files, with a check of array sizes before memory is allocated."""

from __future__ import annotations

import math
import sys
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

AnyArray: TypeAlias = NDArray[Any]
Header: TypeAlias = tuple[tuple[int, ...], np.dtype[Any]]
"""Shape and dtype."""
_Parsed = TypeVar("_Parsed")

_SUFFIX = ".npy"

_LONGEST_HEADER = 10_000
"""Bytes; the limit of NumPy for header version 1."""

_TRIES = 5
"""Times that a header is parsed at most; see `_parsed`."""


ARCHIVE_ERRORS = (
    OSError,
    KeyError,
    ValueError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What reading a damaged .npz file raises."""


def array_headers(archive: zipfile.ZipFile, limit: int) -> dict[str, Header]:
    """Read the shape and dtype of every array without its values.

    Args:
        archive: an open .npz file.
        limit: largest number of members.

    Raises:
        ValueError: there are more members, or a header is invalid. A damaged archive raises other errors.
    """
    headers = {}
    for name, member in array_members(archive, limit).items():
        with archive.open(member) as file:
            headers[name] = read_header(file)[:2]
    return headers


def array_members(archive: zipfile.ZipFile, limit: int) -> dict[str, str]:
    """Return the members of an .npz file that are arrays, by the name of the array.

    Args:
        archive: the open file.
        limit: largest number of members.

    Raises:
        ValueError: there are more members.
    """
    members = archive.namelist()
    if len(members) > limit:
        raise ValueError("too many arrays")
    return {member.removesuffix(_SUFFIX): member for member in members if member.endswith(_SUFFIX)}


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any], bool]:
    """Read the header of an array in the .npy format, to where its values begin.

    Args:
        file: at the beginning of the array; can seek.

    Returns:
        Shape, dtype, and whether the first index varies fastest (Fortran order).

    Raises:
        ValueError: the header is invalid.
    """
    _check_length(file.read(12))
    file.seek(0)
    try:
        shape, is_fortran, dtype = _parsed(_numpy_header, file)
    except OSError:
        raise
    except Exception as error:  # the header is a Python expression, whose parsers raise many kinds
        raise ValueError("the header is invalid") from error
    if any(side < 0 for side in shape):
        raise ValueError("a size is negative")
    return shape, dtype, is_fortran


def _numpy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    if np.lib.format.read_magic(file) == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)


def _parsed(read: Callable[[IO[bytes]], _Parsed], file: IO[bytes]) -> _Parsed:
    """Read a file from its beginning, again if its header could not be parsed beside another thread.

    All threads share the depth of Python's parser of expressions. It raises SystemError ("AST constructor
    recursion depth mismatch") if another thread begins to parse before it ends.
    """
    for _ in range(_TRIES - 1):
        try:
            return read(file)
        except SystemError:
            file.seek(0)
    return read(file)


def _check_length(start: bytes) -> None:
    """Raise an error for a long header; later versions of the format allow gigabytes."""
    if start[6:7] != b"\x01" and int.from_bytes(start[8:12], "little") > _LONGEST_HEADER:
        raise ValueError("the header is too long")


def declared_bytes(header: Header) -> int:
    """Return the size of an array in memory, in bytes."""
    shape, dtype = header
    return math.prod(shape, start=dtype.itemsize)


def read_array(archive: zipfile.ZipFile, name: str) -> AnyArray:
    """Read one array, at most its declared size, which the caller has checked.

    Raises:
        KeyError: there is no array of this name.
        ValueError: the array contains objects or invalid characters, or is shorter than declared.
    """
    with archive.open(f"{name}.npy") as file:
        array = _parsed(_numpy_array, file)
    check_texts(array)
    return array


def _numpy_array(file: IO[bytes]) -> AnyArray:
    array: AnyArray = np.lib.format.read_array(file, allow_pickle=False)
    return array


def check_texts(array: AnyArray) -> None:
    """Check that all texts of an array have valid characters.

    Raises:
        ValueError: a text has invalid characters; converting it to str would raise SystemError.
    """
    if array.dtype.kind == "U" and array.size:
        code_points = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("=")).view(np.uint32)
        if code_points.max() > sys.maxunicode:
            raise ValueError("a text contains invalid characters")
