"""idx files, as MNIST was first given away: one file of images, one of labels, often packed by gzip."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES
from desktop_app.data.sources.checks import (
    check_count,
    check_sides,
    files_hash,
    pixel_bytes,
    sample_of,
    text_labels,
)
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit, PreparationProgress

_BYTES = 8
"""The number in an idx file's third byte that means unsigned bytes."""

_AT_ONCE = 1 << 20
_PACKED = ".gz"
_TEST_NAMES = ("t10k", "test")


def read_idx_files(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a file of images with the labels that lie beside it.

    The labels' file has the same name with labels and idx1 for images and idx3. Where train stands in
    the name, a pair beside it with t10k or test in its place becomes the test part. Any of them may
    be packed by gzip.

    Args:
        path: the images, or the labels.

    Raises:
        UserError: a file is missing, damaged, too large, not of unsigned bytes, or contradicts another.
        Stopped: should_stop answered yes.
    """
    images = _images_beside(path)
    pairs = [(images, _labels_beside(images))]
    if (test := _test_beside(images)) is not None:
        pairs.append((test, _labels_beside(test)))
    pictures = []
    for done, (file, _) in enumerate(pairs):
        emit(PreparationProgress(done, len(pairs), f"reading {shown_name(file)}"))
        pictures.append(_read(file, 3, should_stop))
    if len({part.shape[1:] for part in pictures}) > 1:
        raise UserError(f"{shown_name(pairs[1][0])} has images of another size than {shown_name(images)}.")
    labels = []
    for (file, labels_file), part in zip(pairs, pictures, strict=True):
        values = _read(labels_file, 1, should_stop)
        if len(values) != len(part):
            raise UserError(
                f"{shown_name(labels_file)} has {len(values)} labels, but {shown_name(file)} has "
                f"{len(part)} images; choose files that belong together."
            )
        labels.append(values)
    together = pixel_bytes(pictures, [sample_of(file, "it") for file, _ in pairs])
    return SourceSet(
        title=shown_name(images),
        file=printable(images.name),
        sha256=files_hash([file for pair in pairs for file in pair], images.parent),
        labels=text_labels(np.concatenate(labels), sample_of(pairs[0][1], "it")),
        images=together,
        is_normalized=looks_normalized(together),
        is_test=np.repeat([False, True], [len(part) for part in labels]) if len(pairs) == 2 else None,
    )


# -------------------------------------------------------------------------------------------- names


def _images_beside(path: Path) -> Path:
    """The file of images where the labels were chosen; the chosen one where it has images."""
    if "idx3" in path.name.lower():
        return path
    found = _beside(path, _swapped(path.name, (("labels", "images"), ("idx1", "idx3"))))
    if found is None:
        raise UserError(f"{shown_name(path)} has labels, but its images are not beside it; put them there.")
    return found


def _labels_beside(images: Path) -> Path:
    """The labels of a file of images."""
    name = _swapped(images.name, (("images", "labels"), ("idx3", "idx1")))
    found = _beside(images, name)
    if found is None:
        raise UserError(f"{shown_name(images)} has no labels beside it; put {shown_name(name)} there.")
    return found


def _test_beside(images: Path) -> Path | None:
    """The images of the test part, where the chosen ones are for training and it is there."""
    if "train" not in images.name.lower():
        return None
    names = (_swapped(images.name, (("train", test),)) for test in _TEST_NAMES)
    return next((found for name in names if (found := _beside(images, name)) is not None), None)


def _swapped(name: str, words: tuple[tuple[str, str], ...]) -> str:
    """The name with words put in the place of others, whatever their case was."""
    for old, new in words:
        start = name.lower().rfind(old)
        if start >= 0:
            name = name[:start] + new + name[start + len(old) :]
    return name


def _beside(path: Path, name: str) -> Path | None:
    """The file of this name in the same folder, packed or not."""
    plain = name[: -len(_PACKED)] if name.lower().endswith(_PACKED) else name
    names = (name, plain, plain + _PACKED)
    return next((file for name in names if (file := path.with_name(name)).is_file() and file != path), None)


# ------------------------------------------------------------------------------------------ content


def _read(path: Path, dimensions: int, should_stop: ShouldStop) -> NDArray[np.uint8]:
    """The array in an idx file, read only as far as its header says."""
    try:
        with path.open("rb") as file:
            if path.name.lower().endswith(_PACKED):
                with gzip.open(file) as unpacked:
                    return _array(cast(BinaryIO, unpacked), dimensions, path, should_stop)
            return _array(file, dimensions, path, should_stop)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{shown_name(path)} is damaged or cut off; fetch it again.") from error
    except OSError as error:
        raise UserError(f"{shown_name(path)} cannot be read: {reason(error)}.") from error


def _array(file: BinaryIO, dimensions: int, path: Path, should_stop: ShouldStop) -> NDArray[np.uint8]:
    """The array, uint8, after its header was found to be allowed."""
    shape = _shape(file, dimensions, path)
    values = np.empty(math.prod(shape), dtype=np.uint8)
    done = 0
    while done < len(values):
        raise_if_stopped(should_stop)
        block = file.read(min(_AT_ONCE, len(values) - done))
        if not block:
            raise _other_count(path, "less", shape)
        values[done : done + len(block)] = np.frombuffer(block, np.uint8)
        done += len(block)
    if file.read(1):
        raise _other_count(path, "more", shape)
    return values.reshape(shape)


def _other_count(path: Path, held: str, shape: tuple[int, ...]) -> UserError:
    return UserError(
        f"{shown_name(path)} holds {held} than the {shape[0]} samples that it names; fetch it again."
    )


def _shape(file: BinaryIO, dimensions: int, path: Path) -> tuple[int, ...]:
    """The shape that the header declares."""
    name = shown_name(path)
    start = file.read(4 + 4 * dimensions)
    if len(start) < 4 + 4 * dimensions or start[:2] != b"\0\0" or start[3] != dimensions:
        what = "images" if dimensions == 3 else "labels"
        raise UserError(f"{name} is no idx file of {what}; choose another.")
    if start[2] != _BYTES:
        raise UserError(f"{name} does not hold unsigned bytes; choose an idx-ubyte file.")
    shape = tuple(int(side) for side in np.frombuffer(start, ">u4", offset=4))
    check_count(shape[0], name)
    if dimensions == 3:
        check_sides(shape[1], shape[2], name)
    if math.prod(shape) > MOST_BYTES:
        raise UserError(f"{name} is too large a data set; choose a smaller one.")
    return shape
