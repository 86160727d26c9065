"""Reader for .npz files with images or ink."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray, Header, array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, Stopped, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES, is_ink_set, read_ink_set
from desktop_app.data.sources.checks import (
    MOST_SAMPLES,
    SIDES,
    check_count,
    check_sides,
    file_hash,
    pixel_bytes,
    sample_of,
    shown_size,
    text_labels,
)
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.task import MOST_LABELS

_MOST_ARRAYS = 64
_LAYOUTS = ((("x_train", "y_train"), ("x_val", "y_val"), ("x_test", "y_test")), (("x", "y"),))
_OTHER_NAMES = {
    **{f"{part}_{images}": f"x_{part}" for part in ("train", "val", "test") for images in ("images", "x")},
    **{f"{part}_{labels}": f"y_{part}" for part in ("train", "val", "test") for labels in ("labels", "y")},
    "images": "x",
    "data": "x",
    "labels": "y",
    "target": "y",
}
"""Other names of the arrays, e.g. in MedMNIST."""
_SQUARES = {side * side: side for side in range(SIDES[0], 129)}


def read_array_file(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read an .npz file.

    The file contains an ink set; or images and labels as in keras.datasets.mnist: some of the pairs x_train
    and y_train, x_val and y_val, x_test and y_test; or only x and y. Names in capitals and those of MedMNIST
    are known as well. Images are numbers (n, height, width), also with 1 or 3 channels first or last, or
    square images (n, pixels); see `pixel_bytes` for their ranges. Labels are integers or text, (n,) or
    (n, 1), or one-hot, (n, labels).

    Raises:
        UserError: the arrays are missing or inconsistent, or the file is damaged or too large.
        Stopped: should_stop() returned True.
    """
    with _open_archive(path) as archive:
        stored = array_headers(archive, _MOST_ARRAYS)
        if "points" in stored or not (names := _known_names(stored)):
            return _read_ink(path)
        headers = {known: stored[name] for known, name in names.items()}
        pairs = _pairs(headers, path)
        arrays = {}
        for done, name in enumerate(name for pair in pairs for name in pair):
            raise_if_stopped(should_stop)
            emit(PreparationProgress(done, 2 * len(pairs), message("Reading {name}", name=shown_name(path))))
            arrays[name] = read_array(archive, names[name])
    raise_if_stopped(should_stop)
    samples = [sample_of(path, images) for images, _ in pairs]
    images = pixel_bytes([_channels_last(arrays[x]) for x, _ in pairs], samples)
    labels = [text_labels(_one_label_each(arrays[y], path, y), sample_of(path, y)) for _, y in pairs]
    lengths = [len(part) for part in labels]
    return SourceSet(
        title=shown_name(path),
        file=printable(path.name),
        sha256=file_hash(path),
        labels=text_labels(np.concatenate(labels), sample_of(path, "both parts")),
        images=images,
        is_normalized=looks_normalized(images),
        is_validation=_part_rows(pairs, lengths, "x_val"),
        is_test=_part_rows(pairs, lengths, "x_test"),
    )


def _part_rows(
    pairs: Sequence[tuple[str, str]], lengths: Sequence[int], images: str
) -> NDArray[np.bool_] | None:
    """Return a mask of the samples of the part with these images; None if there is no such part."""
    is_part = [x == images for x, _ in pairs]
    return np.repeat(is_part, lengths) if any(is_part) else None


def _read_ink(path: Path) -> SourceSet:
    if not is_ink_set(path):
        raise UserError(
            "{name} has no arrays with known names; name them x_train, y_train, x_test and "
            "y_test, or x and y.",
            name=shown_name(path),
        )
    inks = read_ink_set(path)
    check_count(len(inks), shown_name(path))
    return SourceSet(
        title=shown_name(path),
        file=printable(path.name),
        sha256=file_hash(path),
        # Numbers are labelled with their digits: nearly every label is different.
        labels=text_labels(inks.labels, sample_of(path, "labels"), most=MOST_SAMPLES),
        inks=inks,
        writers=inks.writers,
    )


@contextlib.contextmanager
def _open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an .npz file; all errors in the context become user errors."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (UserError, Stopped):
        raise
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error
    except Exception as error:  # zipfile, zlib and NumPy raise many kinds
        raise UserError(
            "{name} is damaged or not an .npz file; choose another file.", name=shown_name(path)
        ) from error


def _pairs(headers: Mapping[str, Header], path: Path) -> list[tuple[str, str]]:
    """Check the arrays; return the names of images and labels of each part, the test part last."""
    layout = next(layout for layout in _LAYOUTS if any(set(pair) & headers.keys() for pair in layout))
    pairs = [pair for pair in layout if set(pair) & headers.keys()]
    for name in (name for pair in pairs for name in pair):
        if name not in headers:
            raise UserError("{name} has no array {array}; add it.", name=shown_name(path), array=name)
        if headers[name][1].hasobject:
            raise UserError(
                "{name} contains Python objects in {array}, which are not loaded; save plain numbers "
                "or texts.",
                name=shown_name(path),
                array=name,
            )
    if sum(declared_bytes(headers[name]) for pair in pairs for name in pair) > MOST_BYTES:
        raise UserError("The data set {name} is too large; choose a smaller one.", name=shown_name(path))
    for images, labels in pairs:
        _check_part(headers, (images, labels), path)
    sizes = {_image_shape(headers[images][0]) for images, _ in pairs}
    if len(sizes) > 1:
        raise UserError(
            "The training and test images of {name} differ in size; make them equal.", name=shown_name(path)
        )
    return pairs


def _check_part(headers: Mapping[str, Header], pair: tuple[str, str], path: Path) -> None:
    """Check shapes and types of the images and labels of a part."""
    images, labels = pair
    name = shown_name(path)
    shape, kind = headers[images]
    image_shape = _image_shape(shape)
    if image_shape is None or kind.kind not in "uifb":
        raise UserError(
            "{name}: {array} is {size} of type {kind}; images must be numbers, n×height×width or "
            "n×height×width×3.",
            name=name,
            array=images,
            size=shown_size(shape),
            kind=kind,
        )
    check_count(shape[0], f"{name}: {images}")
    check_sides(*image_shape[:2], name)
    shape, kind = headers[labels]
    is_one_hot = len(shape) == 2 and 2 <= shape[1] <= MOST_LABELS and kind.kind in "uifb"
    if (shape[1:] not in ((), (1,)) and not is_one_hot) or not shape or kind.kind not in "uifbUS":
        raise UserError(
            "{name}: {array} is {size} of type {kind}; labels must be one number or text each.",
            name=name,
            array=labels,
            size=shown_size(shape),
            kind=kind,
        )
    if shape[0] != headers[images][0][0]:
        raise UserError(
            "{name}: the number of labels in {array} ({labels}) differs from that of the images "
            "({images}); correct it.",
            name=name,
            array=labels,
            labels=shape[0],
            images=headers[images][0][0],
        )


def _known_names(stored: Iterable[str]) -> dict[str, str]:
    """Return the names of arrays in the file by the names of `_LAYOUTS`; empty if there are none."""
    layout_names = {name for layout in _LAYOUTS for pair in layout for name in pair}
    names: dict[str, str] = {}
    for name in stored:
        known = _OTHER_NAMES.get(name.lower(), name.lower())
        if known in layout_names and (known not in names or name == known):
            names[known] = name
    return names


def _image_shape(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Return height, width and channels of the images in an array of a shape; None if it has no images."""
    if len(shape) == 2 and shape[1] in _SQUARES:
        return _SQUARES[shape[1]], _SQUARES[shape[1]], 1
    if len(shape) == 3:
        return shape[1], shape[2], 1
    if len(shape) == 4 and shape[3] in (1, 3):
        return shape[1], shape[2], shape[3]
    if len(shape) == 4 and shape[1] in (1, 3):
        return shape[2], shape[3], shape[1]
    return None


def _channels_last(images: AnyArray) -> AnyArray:
    """Return images as (n, height, width, channels)."""
    shape = _image_shape(images.shape)
    assert shape is not None
    if images.ndim == 4 and images.shape[1:] != shape:
        return images.transpose(0, 2, 3, 1)
    return images.reshape(len(images), *shape)


def _one_label_each(labels: AnyArray, path: Path, name: str) -> AnyArray:
    """Return labels as (n,); of one-hot labels the position of the 1.

    Raises:
        UserError: a row of several values is not one-hot.
    """
    if labels.ndim == 1 or labels.shape[1] == 1:
        return labels.reshape(-1)
    is_one_hot = ((labels == 0) | (labels == 1)).all(axis=1) & (labels.sum(axis=1) == 1)
    if not is_one_hot.all():
        sample = sample_of(path, name)(int(is_one_hot.argmin()))
        raise UserError("{sample} has no one-hot label; correct it.", sample=sample)
    positions: AnyArray = labels.argmax(axis=1)
    return positions
