"""Ink sets: ink of many characters and writers in an .npz file."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop_app.core.arrays import AnyArray, array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError, shown_name
from desktop_app.ink.strokes import Ink

MOST_BYTES = 500_000_000
"""Maximum size of the arrays of a data set in bytes, uncompressed."""

_LONGEST_TEXT = 256
_MOST_ARRAYS = 64
_INK_ARRAYS = ("points", "stroke_offsets", "character_offsets", "labels", "writers")


@dataclass(frozen=True, eq=False)
class InkSet:
    """Ink of characters with labels and writers.

    Stroke j is points[stroke_offsets[j]:stroke_offsets[j + 1]]; character i has the strokes
    character_offsets[i] to character_offsets[i + 1] - 1.

    Attributes:
        points: int16 (N, 2), x right and y down, in device units.
        stroke_offsets: int64 (strokes + 1,), from 0 to N, strictly increasing.
        character_offsets: int64 (characters + 1,), from 0 to the number of strokes, strictly increasing.
        labels: text (characters,).
        writers: text (characters,).
    """

    points: NDArray[np.int16]
    stroke_offsets: NDArray[np.int64]
    character_offsets: NDArray[np.int64]
    labels: NDArray[np.str_]
    writers: NDArray[np.str_]

    def __len__(self) -> int:
        """Number of characters."""
        return len(self.labels)

    def ink(self, index: int) -> Ink:
        """Return the ink of a character, in device units."""
        first, last = self.character_offsets[index], self.character_offsets[index + 1]
        ends = self.stroke_offsets[first : last + 1]
        return Ink.from_points(self.points[a:b] for a, b in pairwise(ends))

    def select(self, which: ArrayLike) -> InkSet:
        """Return the characters at indices, in that order, or where a mask is true."""
        chosen = np.arange(len(self))[np.asarray(which)]
        strokes = _joined_ranges(self.character_offsets, chosen)
        points = _joined_ranges(self.stroke_offsets, strokes)
        return InkSet(
            self.points[points],
            _offsets(np.diff(self.stroke_offsets)[strokes]),
            _offsets(np.diff(self.character_offsets)[chosen]),
            self.labels[chosen],
            self.writers[chosen],
        )


def is_ink_set(path: Path) -> bool:
    """Return whether a file is an ink set.

    Raises:
        UserError: the file is not an .npz file.
    """
    with _open_archive(path) as archive:
        return set(_INK_ARRAYS) <= array_headers(archive, _MOST_ARRAYS).keys()


def read_ink_set(path: Path) -> InkSet:
    """Read an ink set.

    Raises:
        UserError: the file is not an ink set, is inconsistent or too large.
    """
    points, strokes, characters, labels, writers = _read_arrays(path, _INK_ARRAYS)
    _require(points.dtype == np.int16 and points.ndim == 2 and points.shape[1] == 2, path, "points")
    _require(_is_offsets(strokes, len(points)), path, "stroke_offsets")
    _require(_is_offsets(characters, len(strokes) - 1), path, "character_offsets")
    for name, texts in (("labels", labels), ("writers", writers)):
        is_valid = texts.dtype.kind == "U" and texts.shape == (len(characters) - 1,)
        _require(is_valid and texts.dtype.itemsize <= 4 * _LONGEST_TEXT, path, name)
    return InkSet(points, strokes.astype(np.int64), characters.astype(np.int64), labels, writers)


def _is_offsets(offsets: AnyArray, end: int) -> bool:
    """Return whether these are strictly increasing offsets from 0 to end."""
    if offsets.ndim != 1 or offsets.dtype.kind not in "iu" or len(offsets) == 0:
        return False
    values = offsets.astype(np.int64)
    return bool(values[0] == 0 and values[-1] == end and (np.diff(values) > 0).all())


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return offsets from counts."""
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _joined_ranges(offsets: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices in the ranges of the chosen items, in that order."""
    counts = offsets[chosen + 1] - offsets[chosen]
    starts = np.repeat(offsets[chosen] - _offsets(counts)[:-1], counts)
    return np.arange(counts.sum()) + starts


def _read_arrays(path: Path, names: tuple[str, ...]) -> list[AnyArray]:
    """Check the declared sizes and read the arrays.

    Raises:
        UserError: see `read_ink_set`.
    """
    with _open_archive(path) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        for name in names:
            _require(name in headers, path, name)
        if sum(declared_bytes(headers[name]) for name in names) > MOST_BYTES:
            raise UserError("The data set {name} is too large; choose a smaller one.", name=shown_name(path))
        return [read_array(archive, name) for name in names]


@contextlib.contextmanager
def _open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an .npz file; all errors in the context become user errors."""
    try:
        if not path.is_file():
            raise UserError(
                "{name} does not exist or is not a file; choose an .npz file.", name=shown_name(path)
            )
        with zipfile.ZipFile(path) as archive:
            yield archive
    except UserError:
        raise
    except Exception as error:  # zipfile, zlib and NumPy raise many kinds
        raise UserError(
            "{name} is damaged or not a data set; choose an .npz file.", name=shown_name(path)
        ) from error


def _require(fits: bool, path: Path, name: str) -> None:
    """Raise UserError if an array is invalid."""
    if not fits:
        raise UserError(
            "{name} cannot be used as a data set: its array {array} is missing or invalid. "
            "Choose another file.",
            name=shown_name(path),
            array=name,
        )
