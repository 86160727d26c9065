"""Sample sets: many model inputs with their labels, from a data set or a folder of files.

All of them are prepared for a task, so that a network sees of them what it sees of ink that is drawn
or of pictures that are opened.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.pages import sample_page_of
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.task import Task

MOST_SAMPLES = 2000
"""Largest number of samples that are taken from a data set."""

MOST_FILES = 500
"""Largest number of samples that are taken from a folder; opening a photograph takes its time."""

_SEED = 7


@dataclass(frozen=True, eq=False)
class SampleSet:
    """Samples, in an order in which any first ones have all labels about equally often.

    Attributes:
        name: of the file or folder.
        total: how many there were to choose from.
        pixels: uint8 (n, height, width, channels), model inputs, n at least 1.
        labels: n of them; empty texts where they are not known.
        sha256: over pixels and labels, hexadecimal.
    """

    name: str
    total: int
    pixels: NDArray[np.uint8]
    labels: tuple[str, ...]
    sha256: str

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.labels)

    def model_inputs(self, first: int, last: int) -> NDArray[np.float32]:
        """Samples first to last - 1 as a network sees them, float32 (last - first, *shape) in 0..1."""
        return self.pixels[first:last].astype(np.float32) / np.float32(255)


def open_sample_set(path: Path, task: Task, should_stop: ShouldStop = lambda: False) -> SampleSet | None:
    """Open any data that can be trained on, or a folder of images and InkML files without labels.

    Of large sets some are taken, the labels evenly, always the same ones; of data that has a test part
    of its own only that.

    Args:
        path: a data file or a folder.
        task: what the samples are prepared for.
        should_stop: asked while the data is opened, and before each sample.

    Returns:
        None when should_stop() was true.

    Raises:
        UserError: it is none of these, damaged or too large, or no sample in it can be read.
    """
    try:
        source = open_source(
            str(path.absolute()), DataFolders(None, path.parent), lambda _: None, should_stop, to_look_at=True
        )
    except Stopped:
        return None
    rows = _rows(source)
    most = MOST_SAMPLES if source.files is None else MOST_FILES
    pixels, labels = [], []
    for row in rows[evenly(source.labels[rows], most)].tolist():
        if should_stop():
            return None
        if (model_input := _model_input(source, row, task)) is not None:
            pixels.append(model_input)
            labels.append(str(source.labels[row]))
    if not pixels:
        raise UserError(f"There is nothing to read in {shown_name(path)}; choose other samples.")
    together = np.stack(pixels)
    digest = hashlib.sha256(together.tobytes() + "\0".join(labels).encode("utf-8", "replace"))
    return SampleSet(path.name, len(rows), together, tuple(labels), digest.hexdigest())


def evenly(labels: ArrayLike, most: int) -> NDArray[np.int64]:
    """Positions of samples to take: one of each label, then another one of each, and so on.

    Args:
        labels: text (n,), of all samples.
        most: how many positions are wanted at most.

    Returns:
        int64 (n,), drawn with a fixed seed.
    """
    names, number = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    shuffled = np.random.default_rng(_SEED).permutation(len(number))
    by_label = shuffled[np.argsort(number[shuffled], kind="stable")]
    counts = np.bincount(number, minlength=len(names))
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    rank = np.arange(len(number)) - starts
    order: NDArray[np.int64] = by_label[np.argsort(rank, kind="stable")][:most]
    return order


def _rows(source: SourceSet) -> NDArray[np.int64]:
    """The rows to choose from: those of the source's own test part where it has one."""
    return np.arange(len(source)) if source.is_test is None else np.flatnonzero(source.is_test)


def _model_input(source: SourceSet, row: int, task: Task) -> NDArray[np.uint8] | None:
    """What a sample becomes; None where there is nothing to read, or its file cannot be opened."""
    try:
        prepared = prepare(sample_page_of(source, row), task)
    except UserError:  # one file spoils no folder
        return None
    return None if prepared is None else prepared.pixels
