"""Reader for IDX files, the original format of MNIST: a file with images and a file with labels."""

from __future__ import annotations

import contextlib
import gzip
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES
from desktop_app.data.sources.checks import (
    check_count,
    check_sides,
    files_hash,
    sample_of,
    text_labels,
)
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.pixels import scale_in_place
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress

_BYTES = 8
"""Third byte of an IDX file with unsigned bytes."""

_BLOCK = 1 << 20
_GZIP_SUFFIX = ".gz"
_TEST_NAMES = ("t10k", "test")


def read_idx_files(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a file with images and the file with labels in the same folder.

    In the name of the labels file, labels and idx1 replace images and idx3. If the name contains train, the
    pair of files with t10k or test instead is the test part. All files may be compressed with gzip.

    Args:
        path: the file with images or the file with labels.
        emit: receives the progress.
        should_stop: called often.

    Raises:
        UserError: a file is missing, damaged, too large, not of unsigned bytes, or does not fit the others.
        Stopped: should_stop() returned True.
    """
    images = _images_file(path)
    pairs = [(images, _labels_file(images))]
    if (test := test_file(images)) is not None:
        pairs.append((test, _labels_file(test)))
    arrays = [(_open(file, 3), _open(labels_file, 1)) for file, labels_file in pairs]
    if len({part.shape[1:] for part, _ in arrays}) > 1:
        raise UserError(
            "{name} and {other} have images of different sizes; make them equal.",
            name=shown_name(pairs[1][0]),
            other=shown_name(images),
        )
    for part, of_labels in arrays:
        if of_labels.shape[0] != part.shape[0]:
            raise UserError(
                "{name} and {other} differ in the number of samples ({labels} and {images}); choose "
                "matching files.",
                name=shown_name(of_labels.path),
                labels=of_labels.shape[0],
                other=shown_name(part.path),
                images=part.shape[0],
            )
    pixels = _values([part for part, _ in arrays], emit, should_stop)
    labels = _values([of_labels for _, of_labels in arrays], lambda _: None, should_stop)
    rows = scale_in_place(pixels.reshape(len(labels), -1), sample_of(images, "it"))
    all_images = rows.reshape(len(labels), *arrays[0][0].shape[1:], 1)
    lengths = [part.shape[0] for part, _ in arrays]
    return SourceSet(
        title=shown_name(images),
        file=printable(images.name),
        sha256=files_hash([file for pair in pairs for file in pair], images.parent),
        labels=text_labels(labels, sample_of(pairs[0][1], "it")),
        images=all_images,
        is_normalized=looks_normalized(all_images),
        is_test=np.repeat([False, True], lengths) if len(pairs) == 2 else None,
    )


# -------------------------------------------------------------------------------------------- names


def _images_file(path: Path) -> Path:
    """Return the file with images for a file with images or labels."""
    if "idx3" in path.name.lower():
        return path
    found = _sibling(path, _swapped(path.name, (("labels", "images"), ("idx1", "idx3"))))
    if found is None:
        raise UserError(
            "{name} has labels, but its images are not in the same folder; put them there.",
            name=shown_name(path),
        )
    return found


def _labels_file(images: Path) -> Path:
    """Return the file with labels for a file with images."""
    name = _swapped(images.name, (("images", "labels"), ("idx3", "idx1")))
    found = _sibling(images, name)
    if found is None:
        raise UserError(
            "{name} has no labels in the same folder; put {labels} there.",
            name=shown_name(images),
            labels=shown_name(name),
        )
    return found


def test_file(images: Path) -> Path | None:
    """Return the file with test samples for a file with training samples; None if there is none."""
    if "train" not in images.name.lower():
        return None
    names = (_swapped(images.name, (("train", test),)) for test in _TEST_NAMES)
    return next((found for name in names if (found := _sibling(images, name)) is not None), None)


def _swapped(name: str, words: tuple[tuple[str, str], ...]) -> str:
    """Return the name with words replaced, regardless of case."""
    for old, new in words:
        start = name.lower().rfind(old)
        if start >= 0:
            name = name[:start] + new + name[start + len(old) :]
    return name


def _sibling(path: Path, name: str) -> Path | None:
    """Return the file with a name, compressed or not, in the same folder; None if there is none."""
    plain = name[: -len(_GZIP_SUFFIX)] if name.lower().endswith(_GZIP_SUFFIX) else name
    names = (name, plain, plain + _GZIP_SUFFIX)
    return next((file for name in names if (file := path.with_name(name)).is_file() and file != path), None)


# ------------------------------------------------------------------------------------------ content


@dataclass(frozen=True)
class _Array:
    """A file and the shape that its header declares."""

    path: Path
    shape: tuple[int, ...]


def _open(path: Path, dimensions: int) -> _Array:
    """Check the header of a file."""
    with _content(path) as file:
        return _Array(path, _shape(file, dimensions, path))


def _values(arrays: Sequence[_Array], emit: Emit, should_stop: ShouldStop) -> NDArray[np.uint8]:
    """Read all values of several files, uint8 (n,)."""
    values = np.empty(sum(math.prod(array.shape) for array in arrays), dtype=np.uint8)
    done = 0
    for array in arrays:
        end = done + math.prod(array.shape)
        with _content(array.path) as file:
            file.read(4 + 4 * len(array.shape))
            while done < end:
                raise_if_stopped(should_stop)
                text = message("Reading {name}", name=shown_name(array.path))
                emit(PreparationProgress(100 * done // len(values), 100, text))
                block = file.read(min(_BLOCK, end - done))
                if not block:
                    raise _wrong_count(array)
                values[done : done + len(block)] = np.frombuffer(block, np.uint8)
                done += len(block)
            if file.read(1):
                raise _wrong_count(array)
    return values


@contextlib.contextmanager
def _content(path: Path) -> Iterator[BinaryIO]:
    """Open a file, decompressed; errors in the context become user errors."""
    try:
        with path.open("rb") as file:
            if path.name.lower().endswith(_GZIP_SUFFIX):
                with gzip.open(file) as decompressed:
                    yield cast(BinaryIO, decompressed)
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(
            "{name} is damaged or incomplete; copy or download it again.", name=shown_name(path)
        ) from error
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error


def _wrong_count(array: _Array) -> UserError:
    return UserError(
        "{name} does not contain the {count} samples that its header declares; copy or download it again.",
        name=shown_name(array.path),
        count=array.shape[0],
    )


def _shape(file: BinaryIO, dimensions: int, path: Path) -> tuple[int, ...]:
    """Check the header and return the shape."""
    name = shown_name(path)
    header = file.read(4 + 4 * dimensions)
    if len(header) < 4 + 4 * dimensions or header[:2] != b"\0\0" or header[3] != dimensions:
        raise UserError(
            "{name} is not an IDX file with {count}-dimensional values; choose another.",
            name=name,
            count=dimensions,
        )
    if header[2] != _BYTES:
        raise UserError("{name} does not contain unsigned bytes; choose an idx-ubyte file.", name=name)
    shape = tuple(int(side) for side in np.frombuffer(header, ">u4", offset=4))
    check_count(shape[0], name)
    if dimensions == 3:
        check_sides(shape[1], shape[2], name)
    if math.prod(shape) > MOST_BYTES:
        raise UserError("The data set {name} is too large; choose a smaller one.", name=name)
    return shape
