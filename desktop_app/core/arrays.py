"""Arrays in .npz files of others: their sizes are looked at before they cost memory."""

from __future__ import annotations

import math
import zipfile
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

AnyArray: TypeAlias = NDArray[Any]
Header: TypeAlias = tuple[tuple[int, ...], np.dtype[Any]]


_LONGEST_HEADER = 10_000
"""Bytes; numpy's own limit for what it takes apart."""


def array_headers(archive: zipfile.ZipFile, most: int) -> dict[str, Header]:
    """Shape and type of every array, from the first bytes of each; nothing else is unpacked.

    Args:
        archive: an opened .npz file.
        most: how many arrays there may be.

    Raises:
        ValueError: there are more, or a header is none. A damaged archive raises others as well.
    """
    members = archive.namelist()
    if len(members) > most:
        raise ValueError("more arrays than there may be")
    headers = {}
    for member in members:
        if member.endswith(".npy"):
            with archive.open(member) as file:
                _check_length(file.read(12))
            with archive.open(member) as file:
                headers[member.removesuffix(".npy")] = _header(file)
    return headers


def _check_length(start: bytes) -> None:
    """Refuse a header of gigabytes, which later versions of the format allow and numpy would read."""
    if start[6:7] != b"\x01" and int.from_bytes(start[8:12], "little") > _LONGEST_HEADER:
        raise ValueError("a header that is too long")


def _header(file: IO[bytes]) -> Header:
    """Shape and type of one array in the .npy format."""
    if np.lib.format.read_magic(file) == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    if any(side < 0 for side in shape):
        raise ValueError("a negative size")
    return shape, dtype


def declared_bytes(header: Header) -> int:
    """Memory that an array will take."""
    shape, dtype = header
    return math.prod(shape, start=dtype.itemsize)


def read_array(archive: zipfile.ZipFile, name: str) -> AnyArray:
    """One array whose declared size was allowed; numpy reads no more than that.

    Raises:
        KeyError: there is no array of this name.
        ValueError: it holds objects or is shorter than it says.
    """
    with archive.open(f"{name}.npy") as file:
        array: AnyArray = np.lib.format.read_array(file, allow_pickle=False)
        return array
