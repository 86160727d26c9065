"""Reader for folders and zip archives with one subfolder of image and InkML files for each label."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import find_files
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.core.text import composed, shortened
from desktop_app.data.ink_set import MOST_BYTES, InkSet
from desktop_app.data.sources.checks import file_hash, label_problem, text_labels
from desktop_app.data.sources.file_samples import FileSamples, SampleCollector, SampleMaker
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.page_file import PageFile, decode_file
from desktop_app.data.sources.pixels import without_colour
from desktop_app.data.sources.source_set import LeftOut, SourceSet, further_pages
from desktop_app.data.sources.zip_entries import zip_entries
from desktop_app.ink.count_pages import count_pages
from desktop_app.ink.open_page import PAGE_SUFFIXES
from desktop_app.ink.strokes import Ink
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.task import MOST_LABELS

MOST_FILES = 100_000
"""Maximum number of files."""

_PARTS = (("train", "training"), ("val", "valid", "validation"), ("test", "testing"))
"""Names of the folders of training, validation and test samples."""
_LONGEST_PATH = 60
_INK_SIZE = 8000
"""Longer side of a character in device units."""


@dataclass(frozen=True)
class LabelledFile:
    """A file with its label.

    Attributes:
        file: the file.
        parts: its path in the folder or archive.
        label: its label; empty if unknown.
        is_validation, is_test: whether it is in the validation or test part of the source.
    """

    file: PageFile
    parts: tuple[str, ...]
    label: str
    is_validation: bool = False
    is_test: bool = False


def read_class_folder(
    folder: Path, emit: Emit, should_stop: ShouldStop, maker: SampleMaker | None = None
) -> SourceSet:
    """Read a folder or zip archive with one subfolder for each label.

    The names of the subfolders are the labels; they contain image and InkML files, possibly in subfolders.
    The folder may be divided into the folders train, val and test; an archive may contain it as its only
    folder, also in further ones. If all files are InkML, the samples are ink; if all are images of the same
    size, images; else files. Damaged files, drawings without ink, all pages of a file but the first, folders
    whose names cannot be labels, and what is beside train, val and test are left out; files whose names start
    with a dot are ignored.

    Args:
        folder: the folder or archive.
        emit: receives the progress.
        should_stop: called often.
        maker: makes samples of the files if they are images of different sizes; None: none are made.

    Raises:
        UserError: there is no such folder, it has too many files or labels, a label has no valid file, or the
            archive is damaged.
        Stopped: should_stop() returned True.
    """
    sha256 = "" if folder.is_dir() else file_hash(folder)
    found = _all_files(folder, should_stop)
    files = _in_parts(found)
    problems = {label: label_problem(label, is_number=False) for label in {file.label for file in files}}
    labelled = [file for file in files if problems[file.label] is None]
    if not labelled and (problem := next((problems[file.label] for file in files if file.label), None)):
        raise UserError("No folder in {name} is a label. {problem}", name=shown_name(folder), problem=problem)
    _check_labels(labelled, shown_name(folder))
    source = read_labelled_files(folder, sha256, labelled, emit, should_stop, maker)
    others = (*_without_label(files, problems), *_beside_parts(found, files))
    return replace(source, left_out=(*source.left_out, *others))


def read_labelled_files(
    source: Path,
    sha256: str,
    files: Sequence[LabelledFile],
    emit: Emit,
    should_stop: ShouldStop,
    maker: SampleMaker | None = None,
) -> SourceSet:
    """Read the first pages of files with labels; files that are damaged or without ink are left out.

    Args:
        source: folder, archive or list of the files.
        sha256: hash of the source, hexadecimal; if empty, that of the contents of the files.
        files: the files.
        emit: receives the progress.
        should_stop: called often.
        maker: see `read_class_folder`.

    Raises:
        UserError: a label has no valid file.
        Stopped: should_stop() returned True.
    """
    name = shown_name(source)
    kept: list[LabelledFile] = []
    left_out: list[LeftOut] = []
    contents, digest = _Contents(maker, should_stop), hashlib.sha256()
    for done, file in enumerate(files):
        raise_if_stopped(should_stop)
        if done * 100 // len(files) != (done - 1) * 100 // len(files):
            emit(PreparationProgress(done, len(files), message("Reading {name}", name=name)))
        try:
            content = file.file.content()
            contents.add(decode_file(file.file, content))
        except UserError as error:
            left_out.append(LeftOut(printable("/".join(file.parts)), error.message))
            continue
        kept.append(file)
        left_out += further_pages(printable("/".join(file.parts)), count_pages(content))
        path = "/".join(file.parts).encode("utf-8", "replace")
        digest.update(path + b"\0" + hashlib.sha256(content).hexdigest().encode() + b"\n")
    _check_kept(files, kept)
    raise_if_stopped(should_stop)
    labels = text_labels(np.array([file.label for file in kept]), lambda row: _shown_path(kept[row]))
    images = contents.images()
    inks = contents.inks(labels)
    return SourceSet(
        title=name,
        file=printable(source.name),
        sha256=sha256 or digest.hexdigest(),
        labels=labels,
        images=images,
        inks=inks,
        files=tuple(file.file for file in kept) if images is None and inks is None else None,
        is_normalized=images is not None and looks_normalized(images),
        is_validation=_mask([file.is_validation for file in kept]),
        is_test=_mask([file.is_test for file in kept]),
        left_out=tuple(left_out),
        has_colour_files=contents.has_colour,
        file_samples=contents.samples(),
    )


def _shown_path(file: LabelledFile) -> str:
    """Return the path of a file for a sentence; its folder, which is the label, comes first."""
    return shortened(printable("/".join(file.parts)), _LONGEST_PATH)


def list_folder(folder: Path, should_stop: ShouldStop) -> SourceSet:
    """List the image and InkML files in a folder or zip archive and its subfolders without opening them.

    Labels are as in `read_class_folder`; files directly in the folder have none. At most MOST_FILES files are
    listed.

    Raises:
        UserError: there are no files, or the archive is damaged.
        Stopped: should_stop() returned True.
    """
    files = _in_parts(_all_files(folder, should_stop))[:MOST_FILES]
    if not files:
        raise UserError(
            "{name} contains no image or InkML file; choose another folder.", name=shown_name(folder)
        )
    return SourceSet(
        title=shown_name(folder),
        file=printable(folder.name),
        sha256="",
        labels=np.array([file.label for file in files]),
        files=tuple(file.file for file in files),
        is_validation=_mask([file.is_validation for file in files]),
        is_test=_mask([file.is_test for file in files]),
    )


def _mask(values: Sequence[bool]) -> NDArray[np.bool_] | None:
    """Return values as an array; None if all are False."""
    return np.array(values) if any(values) else None


# -------------------------------------------------------------------------------------------- files


def _check_labels(files: Sequence[LabelledFile], name: str) -> None:
    """Check the number of files and labels.

    Raises:
        UserError: there are no files, too many files, or too many labels.
    """
    if not files:
        raise UserError(
            "{name} has no folders with images or InkML files; choose a folder with a folder for "
            "each label, or a data file.",
            name=name,
        )
    if len({file.label for file in files}) > MOST_LABELS:
        raise UserError(
            "{name} has more than {limit} folders; choose a folder with fewer.", name=name, limit=MOST_LABELS
        )
    if len(files) > MOST_FILES:
        raise UserError(
            "{name} has more than {limit:,} files; choose a smaller folder.", name=name, limit=MOST_FILES
        )


def _all_files(folder: Path, should_stop: ShouldStop) -> list[tuple[tuple[str, ...], PageFile]]:
    """Return the paths of all image and InkML files and the files, sorted, at most MOST_FILES + 1."""
    if folder.is_dir():
        paths = islice(find_files(folder, PAGE_SUFFIXES, should_stop), MOST_FILES + 1)
        depth = len(folder.parts)
        found = {path.parts[depth:]: PageFile(path) for path in paths}
    else:
        entries = (entry for entry in zip_entries(folder) if entry.parts[-1].lower().endswith(PAGE_SUFFIXES))
        found = _unwrapped({entry.parts: PageFile(folder, entry) for entry in entries})
    return sorted(found.items(), key=lambda item: item[0])[: MOST_FILES + 1]


def _in_parts(files: Sequence[tuple[tuple[str, ...], PageFile]]) -> list[LabelledFile]:
    """Return files with their labels.

    If there is a folder train with subfolders, only it and the folders val and test, if any, are used.
    """
    nested = {parts[0] for parts, _ in files if len(parts) > 2}
    training, validation, test = ({name for name in nested if name.lower() in part} for part in _PARTS)
    if not training:
        return [LabelledFile(file, parts, _label(parts)) for parts, file in files]
    return [
        LabelledFile(file, parts, _label(parts[1:]), parts[0] in validation, parts[0] in test)
        for names in (training, validation, test)
        for parts, file in files
        if parts[0] in names
    ]


def _without_label(
    files: Sequence[LabelledFile], problems: Mapping[str, Message | None]
) -> Iterator[LeftOut]:
    """Yield the files that are in no folder, and the folders whose names cannot be labels."""
    for file in files:
        if not file.label:
            yield LeftOut(
                printable("/".join(file.parts)), message("The file is not in a folder for a label.")
            )
    counts = Counter(file.label for file in files if file.label)
    for label, count in counts.items():
        if problem := problems[label]:
            yield LeftOut(shown_name(label), problem, count)


def _beside_parts(
    found: Sequence[tuple[tuple[str, ...], PageFile]], used: Sequence[LabelledFile]
) -> Iterator[LeftOut]:
    """Yield the folders, each with the number of its files, and files that are beside train, val and test."""
    used_paths = {file.parts for file in used}
    counts = Counter((parts[0], len(parts) > 1) for parts, _ in found if parts not in used_paths)
    for (name, is_folder), count in counts.items():
        reason = (
            message("The folder is beside train, val and test and is not one of them.")
            if is_folder
            else message("The file is not in a folder for a label.")
        )
        yield LeftOut(printable(name), reason, count)


def _unwrapped(files: dict[tuple[str, ...], PageFile]) -> dict[tuple[str, ...], PageFile]:
    """Remove folders that contain everything in an archive, and folders in turn, from the paths."""
    while (
        len({parts[0] for parts in files}) == 1
        and all(len(parts) > 1 for parts in files)
        and any(len(parts) > 2 for parts in files)
    ):
        files = {parts[1:]: file for parts, file in files.items()}
    return files


def _label(parts: Sequence[str]) -> str:
    """Return the first folder of a relative path; empty if there is none."""
    return composed(parts[0]) if len(parts) > 1 else ""


def _check_kept(files: Sequence[LabelledFile], kept: Sequence[LabelledFile]) -> None:
    """Check that each label has a valid file.

    Raises:
        UserError: a label has none.
    """
    without = {file.label for file in files} - {file.label for file in kept}
    if without:
        raise UserError(
            "No file in the folder {name} can be used; remove the folder or add other files.",
            name=shown_name(min(without)),
        )


# ---------------------------------------------------------------------------------------- samples


class _Contents:
    """Contents of files, while all are ink or all are images of the same size."""

    def __init__(self, maker: SampleMaker | None, should_stop: ShouldStop) -> None:
        self._should_stop = should_stop
        self._inks: list[Ink] | None = []
        self._images: list[NDArray[np.uint8]] | None = []
        self._collector = None if maker is None else SampleCollector(maker)
        self.has_colour = False

    def add(self, content: Ink | NDArray[np.uint8]) -> None:
        """Add the content of a file.

        Raises:
            UserError: it is a drawing without ink.
            Stopped: the reading is to stop.
        """
        if isinstance(content, Ink):
            self._add_ink(content)
        else:
            self._add_image(content)

    def _add_ink(self, ink: Ink) -> None:
        if not ink:
            raise UserError("The drawing is empty.")
        self._images = self._collector = None
        if self._inks is not None:
            self._inks.append(ink)

    def _add_image(self, pixels: NDArray[np.uint8]) -> None:
        self._inks = None
        self.has_colour = self.has_colour or bool((pixels != pixels[..., :1]).any())
        if (images := self._images) is not None:
            images.append(pixels)
            if pixels.shape != images[0].shape or len(images) * pixels.nbytes > MOST_BYTES:
                self._images = None
                self._add_samples(images)
        else:
            self._add_samples([pixels])

    def _add_samples(self, images: Sequence[NDArray[np.uint8]]) -> None:
        if self._collector is not None:
            for image in images:
                raise_if_stopped(self._should_stop)
                self._collector.add(image)

    def images(self) -> NDArray[np.uint8] | None:
        """Return the images, uint8 (n, height, width, channels); None if files are ink or sizes differ."""
        return without_colour(np.stack(self._images)) if self._images else None

    def samples(self) -> FileSamples | None:
        """Return samples of the images; None if there are none, see `read_class_folder`."""
        return None if self._collector is None else self._collector.samples()

    def inks(self, labels: NDArray[np.str_]) -> InkSet | None:
        """Return the ink; None if a file is an image."""
        return _ink_set(self._inks, labels) if self._inks else None


def _ink_set(inks: Sequence[Ink], labels: NDArray[np.str_]) -> InkSet:
    """Return drawings as an ink set without writers, scaled to the same size."""
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
    """Return all points of a drawing in device units, (n, 2)."""
    points = np.concatenate([stroke.points for stroke in ink.strokes]).astype(np.float64)
    low = points.min(axis=0)
    extent = ink.extent()
    scale = _INK_SIZE / extent if extent > 0 else 1.0
    rounded: NDArray[np.int16] = np.rint((points - low) * scale).astype(np.int16)
    return rounded
