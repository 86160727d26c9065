"""Samples from arrays of images and labels, which may be in one file or in several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES
from desktop_app.data.sources.array_layout import ImageLayout, image_layout, label_counts, one_label_each
from desktop_app.data.sources.array_names import PAIRS
from desktop_app.data.sources.checks import (
    LONGEST_LABEL,
    check_count,
    check_sides,
    sample_of,
    shown_size,
    text_labels,
)
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.pixels import StoredPixels, pixel_bytes
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.sources.stored_array import StoredArray
from desktop_app.runs.training_events import Emit, PreparationProgress

_LONGEST_TEXT = 256


@dataclass(frozen=True, eq=False)
class _Part:
    """Images and labels of a part, by their names in `PAIRS`."""

    images: str
    labels: str
    layout: ImageLayout


def read_arrays(
    path: Path,
    arrays: Mapping[str, StoredArray],
    emit: Emit,
    should_stop: ShouldStop,
    convert_labels: Callable[[AnyArray], AnyArray] = lambda labels: labels,
) -> SourceSet:
    """Read arrays of images and labels, without a hash.

    Images are numbers (n, height, width), also with 1 or 3 channels first or last, or square images
    (n, pixels); the samples may also be on the last axis. See `pixel_bytes` for their ranges. Labels are
    integers or text, (n,), (n, 1) or (1, n), or one-hot, (n, labels) or (labels, n).

    Args:
        path: the file or folder for the title and errors.
        arrays: the arrays by their names in `PAIRS`.
        emit: receives the progress.
        should_stop: called often.
        convert_labels: maps the labels of all parts, (n,), to others.

    Raises:
        UserError: arrays are missing, inconsistent or too large.
        ValueError: an array is damaged.
        Stopped: should_stop() returned True.
    """
    parts = _parts(arrays, path)
    report = _Report(path, parts, arrays, emit, should_stop)
    pixels = [_pixels(path, part, arrays[part.images], report) for part in parts]
    images = pixel_bytes(pixels)
    labels = [_labels(path, part, arrays[part.labels], report) for part in parts]
    lengths = [len(each) for each in labels]
    return SourceSet(
        title=shown_name(path),
        file=shown_name(path),
        sha256="",
        labels=text_labels(convert_labels(np.concatenate(labels)), sample_of(path, "both parts")),
        images=images,
        is_normalized=looks_normalized(images),
        is_validation=_part_rows(parts, lengths, "x_val"),
        is_test=_part_rows(parts, lengths, "x_test"),
    )


class _Report:
    """Progress of reading in percent of the bytes."""

    def __init__(
        self,
        path: Path,
        parts: Sequence[_Part],
        arrays: Mapping[str, StoredArray],
        emit: Emit,
        should_stop: ShouldStop,
    ) -> None:
        self._text = message("Reading {name}", name=shown_name(path))
        self._emit, self._should_stop = emit, should_stop
        images = [arrays[part.images] for part in parts]
        # Values that are not bytes are read twice.
        passes = 1 if all(each.dtype == np.uint8 for each in images) else 2
        self._total = passes * sum(each.nbytes for each in images)
        self._total += sum(arrays[part.labels].nbytes for part in parts)
        self._done, self._percent = 0, -1

    def add(self, count: int) -> None:
        """Report that bytes have been read.

        Raises:
            Stopped: should_stop() returned True.
        """
        raise_if_stopped(self._should_stop)
        self._done += count
        percent = min(100, 100 * self._done // max(1, self._total))
        if percent > self._percent:
            self._percent = percent
            self._emit(PreparationProgress(percent, 100, self._text))


def _pixels(path: Path, part: _Part, array: StoredArray, report: _Report) -> StoredPixels:
    layout = part.layout
    axes = len(array.shape)
    return StoredPixels(
        layout.shape,
        array.dtype,
        lambda: array.blocks(report.add),
        lambda images: layout.view(images).T if array.is_fortran else layout.view(images),
        axes - 1 - layout.sample_axis if array.is_fortran else layout.sample_axis,
        sample_of(path, part.images),
    )


def _labels(path: Path, part: _Part, array: StoredArray, report: _Report) -> AnyArray:
    """Return the labels of a part, (n,), text or numbers."""
    name_of = sample_of(path, part.labels)
    labels = one_label_each(array.values(report.add), part.layout.shape[0], name_of)
    return text_labels(labels, name_of)


def _part_rows(parts: Sequence[_Part], lengths: Sequence[int], images: str) -> NDArray[np.bool_] | None:
    """Return a mask of the samples of the part with these images; None if there is no such part."""
    is_part = [part.images == images for part in parts]
    return np.repeat(is_part, lengths) if any(is_part) else None


# ------------------------------------------------------------------------------------------- checks


def _parts(arrays: Mapping[str, StoredArray], path: Path) -> list[_Part]:
    """Check the arrays before they are read; return the parts, the test part last."""
    pairs = [pair for pair in PAIRS if set(pair) & arrays.keys()]
    if len(pairs) > 1 and ("x_train" in arrays or not {"x", "y"} <= arrays.keys()):
        pairs = [pair for pair in pairs if pair != ("x", "y")]
    for name in (name for pair in pairs for name in pair):
        _check_array(arrays, name, path)
    if sum(arrays[name].nbytes for pair in pairs for name in pair) > MOST_BYTES:
        raise UserError("The data set {name} is too large; choose a smaller one.", name=shown_name(path))
    parts = [_checked_part(arrays, images, labels, path) for images, labels in pairs]
    if len({part.layout.shape[1:] for part in parts}) > 1:
        raise UserError(
            "The training and test images of {name} differ in size; make them equal.", name=shown_name(path)
        )
    return parts


def _check_array(arrays: Mapping[str, StoredArray], name: str, path: Path) -> None:
    if name not in arrays:
        raise UserError("{name} has no array {array}; add it.", name=shown_name(path), array=name)
    if arrays[name].dtype.hasobject:
        raise UserError(
            "{name} contains Python objects in {array}, which are not loaded; save plain numbers or texts.",
            name=shown_name(path),
            array=name,
        )


def _checked_part(arrays: Mapping[str, StoredArray], images: str, labels: str, path: Path) -> _Part:
    """Check shapes and types of the images and labels of a part."""
    name, array = shown_name(path), arrays[images]
    counts = label_counts(arrays[labels].shape)
    layout = image_layout(array.shape, counts)
    if layout is None or array.dtype.kind not in "uifb":
        raise UserError(
            "{name}: {array} is {size} of type {kind}; images must be numbers, n×height×width or "
            "n×height×width×3.",
            name=name,
            array=images,
            size=shown_size(array.shape),
            kind=array.dtype,
        )
    check_count(layout.shape[0], f"{name}: {images}")
    check_sides(*layout.shape[1:3], name)
    _check_labels(name, labels, arrays[labels], counts)
    if layout.shape[0] not in counts:
        raise UserError(
            "{name}: the number of labels in {array} ({labels}) differs from that of the images "
            "({images}); correct it.",
            name=name,
            array=labels,
            labels=counts[0],
            images=layout.shape[0],
        )
    return _Part(images, labels, layout)


def _check_labels(name: str, labels: str, array: StoredArray, counts: Sequence[int]) -> None:
    kind, is_row = array.dtype.kind, len(array.shape) == 1 or 1 in array.shape
    if not counts or kind not in ("uifbUS" if is_row else "uifb"):
        raise UserError(
            "{name}: {array} is {size} of type {kind}; labels must be one number or text each.",
            name=name,
            array=labels,
            size=shown_size(array.shape),
            kind=array.dtype,
        )
    if kind in "US" and array.dtype.itemsize > _LONGEST_TEXT * (4 if kind == "U" else 1):
        raise UserError(
            "{name} has labels of more than {limit} characters in {array}; choose shorter ones.",
            name=name,
            limit=LONGEST_LABEL,
            array=labels,
        )
