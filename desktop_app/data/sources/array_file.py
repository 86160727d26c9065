"""Reader for .npz files with images or ink."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from desktop_app.core.arrays import Header, array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, Stopped, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES, is_ink_set, read_ink_set
from desktop_app.data.sources.checks import (
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

_MOST_ARRAYS = 64
_LAYOUTS = ((("x_train", "y_train"), ("x_test", "y_test")), (("x", "y"),))


def read_array_file(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read an .npz file.

    The file contains an ink set; or images and labels as in keras.datasets.mnist, x_train and y_train, x_test
    and y_test, or both; or only x and y. Images are numbers (n, height, width), (n, height, width, 1) or (n,
    height, width, 3), in 0..1 or 0..255. Labels are integers or text, (n,) or (n, 1).

    Raises:
        UserError: the arrays are missing or inconsistent, or the file is damaged or too large.
        Stopped: should_stop() returned True.
    """
    with _open_archive(path) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if not any(set(pair) & headers.keys() for layout in _LAYOUTS for pair in layout):
            return _read_ink(path)
        pairs = _pairs(headers, path)
        arrays = {}
        for done, name in enumerate(name for pair in pairs for name in pair):
            raise_if_stopped(should_stop)
            emit(PreparationProgress(done, 2 * len(pairs), message("Reading {name}", name=shown_name(path))))
            arrays[name] = read_array(archive, name)
    raise_if_stopped(should_stop)
    names = [sample_of(path, images) for images, _ in pairs]
    images = pixel_bytes([arrays[x] for x, _ in pairs], names)
    labels = [text_labels(arrays[y].reshape(-1), sample_of(path, y)) for _, y in pairs]
    tests = [x == "x_test" for x, _ in pairs]
    return SourceSet(
        title=shown_name(path),
        file=printable(path.name),
        sha256=file_hash(path),
        labels=text_labels(np.concatenate(labels), sample_of(path, "both parts")),
        images=images,
        is_normalized=looks_normalized(images),
        is_test=np.repeat(tests, [len(part) for part in labels]) if any(tests) else None,
    )


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
        labels=text_labels(inks.labels, sample_of(path, "labels")),
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
    sizes = {(*headers[images][0][1:], 1)[:3] for images, _ in pairs}
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
    if not (len(shape) == 3 or (len(shape) == 4 and shape[3] in (1, 3))) or kind.kind not in "uifb":
        raise UserError(
            "{name}: {array} is {size} of type {kind}; images must be numbers, n×height×width or "
            "n×height×width×3.",
            name=name,
            array=images,
            size=shown_size(shape),
            kind=kind,
        )
    check_count(shape[0], f"{name}: {images}")
    check_sides(shape[1], shape[2], name)
    shape, kind = headers[labels]
    if len(shape) not in (1, 2) or shape[1:] not in ((), (1,)) or kind.kind not in "uifbUS":
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
