"""Reading of image and InkML files whose labels are known."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.core.text import shortened
from desktop_app.data.ink_set import MOST_BYTES, InkSet
from desktop_app.data.sources.checks import text_labels
from desktop_app.data.sources.file_samples import FileSamples, SampleCollector, SampleMaker
from desktop_app.data.sources.normalized import looks_normalized
from desktop_app.data.sources.page_file import PageFile, decode_file
from desktop_app.data.sources.pixels import without_colour
from desktop_app.data.sources.source_set import LeftOut, SourceSet, further_pages
from desktop_app.ink.count_pages import count_pages
from desktop_app.ink.strokes import Ink
from desktop_app.runs.training_events import Emit, PreparationProgress

MOST_FILES = 100_000
"""Maximum number of files."""
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
        maker: makes samples of the files if they are images of different sizes; None: none are made.

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
        is_validation=part_mask([file.is_validation for file in kept]),
        is_test=part_mask([file.is_test for file in kept]),
        left_out=tuple(left_out),
        has_colour_files=contents.has_colour,
        file_samples=contents.samples(),
    )


def _shown_path(file: LabelledFile) -> str:
    """Return the path of a file for a sentence; its folder, which is the label, comes first."""
    return shortened(printable("/".join(file.parts)), _LONGEST_PATH)


def part_mask(values: Sequence[bool]) -> NDArray[np.bool_] | None:
    """Return values as an array; None if all are False."""
    return np.array(values) if any(values) else None


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
        """Return samples of the images; None if there are none, see `read_labelled_files`."""
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
