"""Folders with a folder for each label: pictures and InkML files in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import Refusal, printable, shown_name
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.ink_set import InkSet
from desktop_app.data.sources.checks import files_hash, text_labels
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.ink.inkml import INK_SUFFIX
from desktop_app.ink.normalize import INPUT_SIZE, normalize
from desktop_app.ink.open_page import PAGE_SUFFIXES, load_page
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.runs.events import Emit, Preparing
from desktop_app.runs.recipe import MOST_LABELS

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
    ink, else images, normalized. Files that cannot be opened or have no ink are left out, which the
    last event says. Files whose names begin with a dot are passed over.

    Raises:
        Refusal: there is no such folder, it has too many files or labels, or a label has no file
            that can be used.
        Stopped: should_stop answered yes.
    """
    files = _files(folder)
    is_ink = all(file.path.suffix.lower() == INK_SUFFIX for file in files)
    name = shown_name(folder)
    kept, inks, images = [], [], []
    for done, file in enumerate(files):
        raise_if_stopped(should_stop)
        if done * 100 // len(files) != (done - 1) * 100 // len(files):
            emit(Preparing(done, len(files), f"reading {name}"))
        page = _page(file.path)
        if is_ink and isinstance(page, Ink) and page:
            inks.append(page)
        elif not is_ink and page is not None and (image := _model_input(page)) is not None:
            images.append(image)
        else:
            continue
        kept.append(file)
    _check_kept(files, kept)
    if left_out := len(files) - len(kept):
        emit(Preparing(len(files), len(files), f"reading {name}: {left_out} files without ink are left out"))
    labels = text_labels(np.array([file.label for file in kept]), lambda row: shown_name(kept[row].path))
    tests = np.array([file.is_test for file in kept])
    return SourceSet(
        title=name,
        file=printable(folder.name),
        sha256=files_hash([file.path for file in kept], folder),
        labels=labels,
        images=None if is_ink else np.stack(images),
        inks=_ink_set(inks, labels) if is_ink else None,
        is_normalized=not is_ink,
        is_test=tests if tests.any() else None,
    )


# -------------------------------------------------------------------------------------------- files


def _files(folder: Path) -> list[_File]:
    """All files that may be samples, sorted.

    Raises:
        Refusal: there are none or too many, or too many labels.
    """
    try:
        training, test = (_folder_of(folder, names) for names in _PARTS)
        parts = [(training, False), (test, True)] if training and test else [(training or folder, False)]
        found = [file for part, is_test in parts for file in _labelled(part, is_test)]
    except OSError as error:
        raise Refusal(f"{shown_name(folder)} cannot be looked through; choose another folder.") from error
    if not found:
        raise Refusal(
            f"{shown_name(folder)} has no folders with pictures or InkML files in them; choose a folder that "
            "has one for each label, or a file of data."
        )
    if len(found) > MOST_FILES:
        raise Refusal(f"{shown_name(folder)} has more than {MOST_FILES:,} files; choose a smaller one.")
    return found


def _folder_of(folder: Path, names: Sequence[str]) -> Path | None:
    """The folder within that has one of these names and folders in it."""
    for inner in _folders(folder):
        if inner.name.lower() in names and _folders(inner):
            return inner
    return None


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder, sorted.

    Raises:
        Refusal: there are more than labels may be.
        OSError: the folder cannot be read.
    """
    inner = (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__")))
    some = sorted(islice(inner, MOST_LABELS + 1))
    if len(some) > MOST_LABELS:
        raise Refusal(f"{shown_name(folder)} has more than {MOST_LABELS} folders; choose one with fewer.")
    return some


def _labelled(part: Path, is_test: bool) -> Iterator[_File]:
    """The files of all labels of one part, few more than may be."""
    for folder in _folders(part):
        paths = sorted(islice(_pages(folder), MOST_FILES + 1))
        yield from (_File(path, folder.name, is_test) for path in paths)


def _pages(folder: Path) -> Iterator[Path]:
    """The files in a folder, and in all folders within, that may be pictures or ink."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.suffix.lower() in PAGE_SUFFIXES and not name.startswith(".") and path.is_file():
                yield path


def _check_kept(files: Sequence[_File], kept: Sequence[_File]) -> None:
    """Look whether every label has a sample left.

    Raises:
        Refusal: one has none.
    """
    without = {file.label for file in files} - {file.label for file in kept}
    if without:
        raise Refusal(
            f"No file in the folder {shown_name(min(without))} can be opened and has ink; "
            "take the folder away or put others there."
        )


# ---------------------------------------------------------------------------------------- samples


def _page(path: Path) -> Page | None:
    """What is in a file; None where it cannot be opened."""
    try:
        return load_page(path)
    except Refusal:
        return None


def _model_input(page: Page) -> NDArray[np.uint8] | None:
    """The model input, uint8 (28, 28); None without ink."""
    normalized = normalize(rasterize(page) if isinstance(page, Ink) else page.ink_map, INPUT_SIZE)
    if normalized is None:
        return None
    grey: NDArray[np.uint8] = np.rint(normalized.model_input[..., 0] * 255).astype(np.uint8)
    return grey


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
