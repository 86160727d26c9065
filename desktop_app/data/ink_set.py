"""Ink sets: characters of many writers as ink, in one .npz file."""

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
"""Largest sum of all arrays of one data set, unpacked."""

_LONGEST_TEXT = 256
_MOST_ARRAYS = 64
_INK_ARRAYS = ("points", "stroke_offsets", "character_offsets", "labels", "writers")


@dataclass(frozen=True, eq=False)
class InkSet:
    """Many characters as ink, with what they are and who wrote them.

    Stroke j is points[stroke_offsets[j]:stroke_offsets[j + 1]]; character i has the strokes
    character_offsets[i] to character_offsets[i + 1] - 1.

    Attributes:
        points: int16 (N, 2), x right and y down, in device units.
        stroke_offsets: int64 (strokes + 1,), from 0 to N, rising: every stroke has a point.
        character_offsets: int64 (characters + 1,), from 0 to the number of strokes, rising.
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
        """One character's ink, in device units."""
        first, last = self.character_offsets[index], self.character_offsets[index + 1]
        ends = self.stroke_offsets[first : last + 1]
        return Ink.from_points(self.points[a:b] for a, b in pairwise(ends))

    def select(self, which: ArrayLike) -> InkSet:
        """The characters at the given positions, or those where a mask is true, in that order."""
        chosen = np.arange(len(self))[np.asarray(which)]
        strokes = _joined_ranges(self.character_offsets, chosen)
        points = _joined_ranges(self.stroke_offsets, strokes)
        return InkSet(
            self.points[points],
            _running(np.diff(self.stroke_offsets)[strokes]),
            _running(np.diff(self.character_offsets)[chosen]),
            self.labels[chosen],
            self.writers[chosen],
        )


def is_ink_set(path: Path) -> bool:
    """Whether a data set file holds ink rather than images.

    Raises:
        UserError: it is not an .npz file.
    """
    with _opened(path) as archive:
        return set(_INK_ARRAYS) <= array_headers(archive, _MOST_ARRAYS).keys()


def read_ink_set(path: Path) -> InkSet:
    """Read a whole ink set.

    Raises:
        UserError: it is not an ink set, it contradicts itself, or it is too large.
    """
    points, strokes, characters, labels, writers = _read_arrays(path, _INK_ARRAYS)
    _require(points.dtype == np.int16 and points.ndim == 2 and points.shape[1] == 2, path, "points")
    _require(_is_offsets(strokes, len(points)), path, "stroke_offsets")
    _require(_is_offsets(characters, len(strokes) - 1), path, "character_offsets")
    for name, texts in (("labels", labels), ("writers", writers)):
        fits = texts.dtype.kind == "U" and texts.shape == (len(characters) - 1,)
        _require(fits and texts.dtype.itemsize <= 4 * _LONGEST_TEXT, path, name)
    return InkSet(points, strokes.astype(np.int64), characters.astype(np.int64), labels, writers)


def _is_offsets(offsets: AnyArray, end: int) -> bool:
    """Whether these are running offsets from 0 to end in which nothing is empty."""
    if offsets.ndim != 1 or offsets.dtype.kind not in "iu" or len(offsets) == 0:
        return False
    values = offsets.astype(np.int64)
    return bool(values[0] == 0 and values[-1] == end and (np.diff(values) > 0).all())


def _running(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Running offsets from counts."""
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _joined_ranges(offsets: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """All positions that the chosen items own, in the order of the choice."""
    counts = offsets[chosen + 1] - offsets[chosen]
    starts = np.repeat(offsets[chosen] - _running(counts)[:-1], counts)
    return np.arange(counts.sum()) + starts


def _read_arrays(path: Path, names: tuple[str, ...]) -> list[AnyArray]:
    """The named arrays, after the sizes they declare were found to be allowed.

    Raises:
        UserError: as read_ink_set.
    """
    with _opened(path) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        for name in names:
            _require(name in headers, path, name)
        if sum(declared_bytes(headers[name]) for name in names) > MOST_BYTES:
            raise UserError(f"{shown_name(path)} is too large a data set; choose a smaller one.")
        return [read_array(archive, name) for name in names]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive that an .npz file is; whatever goes wrong with it becomes one sentence."""
    try:
        if not path.is_file():
            raise UserError(f"{shown_name(path)} is not there or not a file; choose an .npz file.")
        with zipfile.ZipFile(path) as archive:
            yield archive
    except UserError:
        raise
    except Exception as error:  # zipfile, its decompressors and numpy raise a dozen kinds
        raise UserError(
            f"{shown_name(path)} is not a data set or is damaged; choose an .npz file."
        ) from error


def _require(fits: bool, path: Path, name: str) -> None:
    """Refuse a data set of which an array is missing or not as it must be."""
    if not fits:
        raise UserError(
            f"{shown_name(path)} is no data set that this program reads, since its array "
            f"{name} is missing or not as it must be; choose another."
        )
