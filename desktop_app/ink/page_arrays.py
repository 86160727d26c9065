"""Pages as .npz files, from which the program restores the drawing of its last session."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import numpy as np

from desktop_app.core.arrays import ARCHIVE_ERRORS, AnyArray, array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError
from desktop_app.ink.page import Page
from desktop_app.ink.picture import LONGEST_SIDE, Picture
from desktop_app.ink.strokes import PEN_WIDTH, Ink, Stroke

LARGEST_FILE = 64_000_000
"""Bytes."""

_MOST_ARRAYS = 5


def page_bytes(page: Page, note: bytes = b"") -> bytes:
    """Return the content of a file, from which `page_from_bytes` restores an equal page.

    An image is stored with its ink map, which cannot always be computed from its colours.

    Args:
        page: the page.
        note: any data about the page, which `note_from_bytes` restores.
    """
    arrays = _picture_arrays(page) if isinstance(page, Picture) else _ink_arrays(page)
    if note:
        arrays["note"] = np.frombuffer(note, np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def page_from_bytes(data: bytes) -> Page:
    """Return the page in the content of a file.

    Raises:
        UserError: the file is damaged.
    """
    try:
        arrays = _arrays(data)
        return _picture_of(arrays) if "rgb" in arrays else _ink_of(arrays)
    except ARCHIVE_ERRORS as error:
        raise UserError("The drawing of the last session is damaged.") from error


def note_from_bytes(data: bytes) -> bytes:
    """Return the note in the content of a file; empty if there is none.

    Raises:
        UserError: the file is damaged.
    """
    try:
        note = _arrays(data).get("note", np.empty(0, np.uint8))
        _check(note, np.uint8, 1)
    except ARCHIVE_ERRORS as error:
        raise UserError("The drawing of the last session is damaged.") from error
    return note.tobytes()


def _ink_arrays(ink: Ink) -> dict[str, AnyArray]:
    """Return the points of all strokes, where each ends, their widths, and the pressure, NaN for none."""
    strokes = ink.strokes
    no_points = np.empty((0, 2), np.float32)
    return {
        "points": np.concatenate([no_points, *(stroke.points for stroke in strokes)]),
        "ends": np.cumsum([len(stroke.points) for stroke in strokes], dtype=np.int64),
        "pressure": np.concatenate([no_points[:, 0], *map(_pressure, strokes)]),
        "widths": np.array([stroke.width for stroke in strokes], np.float64),
    }


def _pressure(stroke: Stroke) -> AnyArray:
    return np.full(len(stroke.points), np.nan, np.float32) if stroke.pressure is None else stroke.pressure


def _ink_of(arrays: dict[str, AnyArray]) -> Ink:
    points, ends, pressure = (arrays[name] for name in ("points", "ends", "pressure"))
    _check(points, np.float32, 2)
    _check(ends, np.int64, 1)
    _check(pressure, np.float32, 1)
    # Earlier versions stored no widths.
    widths = arrays.get("widths", np.full(len(ends), PEN_WIDTH))
    _check(widths, np.float64, 1)
    strokes = []
    for (start, end), width in zip(pairwise([0, *ends.tolist()]), widths.tolist(), strict=True):
        own = pressure[start:end]
        strokes.append(Stroke(points[start:end], None if np.isnan(own).all() else own, width))
    return Ink(tuple(strokes))


def _check(array: AnyArray, kind: type[np.generic], dimensions: int) -> None:
    if array.dtype.type is not kind or array.ndim != dimensions:
        raise ValueError("an array has another type")


def _picture_arrays(picture: Picture) -> dict[str, AnyArray]:
    return {"rgb": picture.rgb, "ink": picture.ink_map, "name": np.array(picture.name)}


def _picture_of(arrays: dict[str, AnyArray]) -> Picture:
    rgb, ink, name = (arrays[key] for key in ("rgb", "ink", "name"))
    _check(rgb, np.uint8, 3)
    _check(ink, np.float32, 2)
    _check(name, np.str_, 0)
    if rgb.shape != (*ink.shape, 3) or not 1 <= min(ink.shape) <= max(ink.shape) <= LONGEST_SIDE:
        raise ValueError("an array has another shape")
    if not ((ink >= 0) & (ink <= 1)).all():
        raise ValueError("ink must lie between 0 and 1")
    for array in (rgb, ink):
        array.setflags(write=False)
    return Picture(rgb, ink, str(name))


def _arrays(data: bytes) -> dict[str, AnyArray]:
    """Return the arrays of an .npz file after a check of their declared sizes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if sum(map(declared_bytes, headers.values())) > LARGEST_FILE:
            raise ValueError("the arrays are too large")
        return {name: read_array(archive, name) for name in headers}
