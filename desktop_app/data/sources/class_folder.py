"""Folders with a folder for each label: pictures and InkML files in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import find_files
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import MOST_BYTES, InkSet
from desktop_app.data.sources.checks import files_hash, text_labels, without_colour
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.ink.find_ink import FAINTEST
from desktop_app.ink.image_file import load_pixels
from desktop_app.ink.inkml import INK_SUFFIX, read_inkml
from desktop_app.ink.open_page import PAGE_SUFFIXES
from desktop_app.ink.strokes import Ink
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.task import MOST_LABELS

MOST_FILES = 100_000
"""Largest number of samples that are taken from a folder."""

_PARTS = (("train", "training"), ("test", "testing"))
_INK_SIZE = 8000
"""The longer side of a character in the device units of an ink set."""


@dataclass(frozen=True)
class _File:
    """A file with the label of its folder, and whether it is of the test part."""

    path: Path
    label: str
    is_test: bool


def read_class_folder(folder: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a folder with a folder for each label.

    The folders have the names of the labels; pictures and InkML files lie in them, or in folders
    within. Two folders train and test in between are parts. Where all files are InkML the samples are
    ink; where all are pictures of one size they are images, else files. Files that cannot be opened or
    are empty are left out, which the last event says. Files whose names begin with a dot are passed
    over.

    Raises:
        UserError: there is no such folder, it has too many files or labels, or a label has no file
            that can be used.
        Stopped: should_stop answered yes.
    """
    files = _files(folder, should_stop)
    name = shown_name(folder)
    kept: list[_File] = []
    contents = _Contents()
    for done, file in enumerate(files):
        raise_if_stopped(should_stop)
        if done * 100 // len(files) != (done - 1) * 100 // len(files):
            emit(PreparationProgress(done, len(files), f"reading {name}"))
        if contents.add(file.path):
            kept.append(file)
    _check_kept(files, kept)
    if left_out := len(files) - len(kept):
        told = f"reading {name}: {left_out} files that are empty or damaged are left out"
        emit(PreparationProgress(len(files), len(files), told))
    labels = text_labels(np.array([file.label for file in kept]), lambda row: shown_name(kept[row].path))
    tests = np.array([file.is_test for file in kept])
    images = contents.images()
    inks = contents.inks(labels)
    return SourceSet(
        title=name,
        file=printable(folder.name),
        sha256=files_hash([file.path for file in kept], folder),
        labels=labels,
        images=images,
        inks=inks,
        files=tuple(file.path for file in kept) if images is None and inks is None else None,
        is_normalized=images is not None and looks_normalized(images),
        is_test=tests if tests.any() else None,
    )


def list_folder(folder: Path, should_stop: ShouldStop) -> SourceSet:
    """List the pictures and InkML files in a folder and in all folders in it, without opening them.

    Labels as `read_class_folder` finds them; files beside each other have none. Of very many files
    only the first MOST_FILES are listed.

    Raises:
        UserError: there are none.
        Stopped: should_stop answered yes.
    """
    files = _found(folder, should_stop)[:MOST_FILES]
    if not files:
        raise UserError(f"There is no picture or InkML file in {shown_name(folder)}; choose another folder.")
    tests = np.array([file.is_test for file in files])
    return SourceSet(
        title=shown_name(folder),
        file=printable(folder.name),
        sha256="",
        labels=np.array([file.label for file in files]),
        files=tuple(file.path for file in files),
        is_test=tests if tests.any() else None,
    )


# -------------------------------------------------------------------------------------------- files


def _files(folder: Path, should_stop: ShouldStop) -> list[_File]:
    """All files that have a label, sorted.

    Raises:
        UserError: there are none or too many, or too many labels.
    """
    found = [file for file in _found(folder, should_stop) if file.label]
    name = shown_name(folder)
    if not found:
        raise UserError(
            f"{name} has no folders with pictures or InkML files in them; choose a folder that "
            "has one for each label, or a file of data."
        )
    if len({file.label for file in found}) > MOST_LABELS:
        raise UserError(f"{name} has more than {MOST_LABELS} folders; choose one with fewer.")
    if len(found) > MOST_FILES:
        raise UserError(f"{name} has more than {MOST_FILES:,} files; choose a smaller one.")
    return found


def _found(folder: Path, should_stop: ShouldStop) -> list[_File]:
    """All files that may be samples, sorted, at most one more than there may be.

    Where there is a folder train and perhaps test, each with folders in it, nothing beside them counts.
    """
    paths = sorted(islice(find_files(folder, PAGE_SUFFIXES, should_stop), MOST_FILES + 1))
    places = [path.relative_to(folder).parts for path in paths]
    deep = sorted({parts[0] for parts in places if len(parts) > 2})
    training, test = (next((name for name in deep if name.lower() in part), None) for part in _PARTS)
    if training is None:
        return [_File(path, _label(parts), False) for path, parts in zip(paths, places, strict=True)]
    return [
        _File(path, _label(parts[1:]), part == test)
        for part in (training, test)
        for path, parts in zip(paths, places, strict=True)
        if parts[0] == part
    ]


def _label(parts: Sequence[str]) -> str:
    """The first folder on the way to a file; empty where there is none."""
    return parts[0] if len(parts) > 1 else ""


def _check_kept(files: Sequence[_File], kept: Sequence[_File]) -> None:
    """Look whether every label has a sample left.

    Raises:
        UserError: one has none.
    """
    without = {file.label for file in files} - {file.label for file in kept}
    if without:
        raise UserError(
            f"No file in the folder {shown_name(min(without))} can be opened and is not empty; "
            "take the folder away or put others there."
        )


# ---------------------------------------------------------------------------------------- samples


class _Contents:
    """What is in files: kept while they are all ink, or all pictures of one size."""

    def __init__(self) -> None:
        self._inks: list[Ink] | None = []
        self._images: list[NDArray[np.uint8]] | None = []

    def add(self, path: Path) -> bool:
        """Open a file; false where it cannot be opened or is empty."""
        try:
            if path.suffix.lower() == INK_SUFFIX:
                return self._add_ink(read_inkml(path))
            return self._add_image(load_pixels(path))
        except UserError:
            return False

    def _add_ink(self, ink: Ink) -> bool:
        if ink:
            self._images = None
            if self._inks is not None:
                self._inks.append(ink)
        return bool(ink)

    def _add_image(self, pixels: NDArray[np.uint8]) -> bool:
        if np.ptp(pixels, axis=(0, 1)).max() < 255 * FAINTEST:
            return False
        self._inks = None
        if (images := self._images) is not None:
            images.append(pixels)
            if pixels.shape != images[0].shape or len(images) * pixels.nbytes > MOST_BYTES:
                self._images = None
        return True

    def images(self) -> NDArray[np.uint8] | None:
        """The pictures, uint8 (n, height, width, channels); None where they are no such array."""
        return without_colour(np.stack(self._images)) if self._images else None

    def inks(self, labels: NDArray[np.str_]) -> InkSet | None:
        """The ink; None where a file is a picture."""
        return _ink_set(self._inks, labels) if self._inks else None


def _ink_set(inks: Sequence[Ink], labels: NDArray[np.str_]) -> InkSet:
    """Drawings as an ink set, each scaled to the same size; who wrote them is not known."""
    points = [_device_points(ink) for ink in inks]
    strokes = [len(stroke.points) for ink in inks for stroke in ink.strokes]
    return InkSet(
        np.concatenate(points),
        np.concatenate(([0], np.cumsum(strokes))).astype(np.int64),
        np.concatenate(([0], np.cumsum([len(ink.strokes) for ink in inks]))).astype(np.int64),
        labels,
        np.full(len(inks), ""),
    )


def _device_points(ink: Ink) -> NDArray[np.int16]:
    """All points of a drawing in whole device units, (n, 2)."""
    points = np.concatenate([stroke.points for stroke in ink.strokes]).astype(np.float64)
    low = points.min(axis=0)
    extent = ink.extent()
    scale = _INK_SIZE / extent if extent > 0 else 1.0
    whole: NDArray[np.int16] = np.rint((points - low) * scale).astype(np.int16)
    return whole
