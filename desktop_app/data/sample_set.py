"""Sample sets: model inputs with labels from a data set or a folder of files, e.g. for the sample grid.

The samples are prepared in the same way as drawings and image files.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.orientation import upright
from desktop_app.data.pages import sample_page_of
from desktop_app.data.sample_order import balanced_order
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.task import Task

MOST_SAMPLES = 2000
"""Maximum number of samples from a data set."""

MOST_FILES = 500
"""Maximum number of samples from a folder; opening photos takes long."""


@dataclass(frozen=True, eq=False)
class SampleSet:
    """Samples in an order in which labels alternate.

    Attributes:
        name: name of the file or folder.
        total: number of samples in the file or folder.
        pixels: uint8 (n, height, width, channels), model inputs, n >= 1.
        labels: n labels; empty texts if unknown.
        sha256: hash of pixels and labels, hexadecimal.
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
        """Return samples first to last - 1 as float32 (last - first, *shape) in 0..1."""
        return self.pixels[first:last].astype(np.float32) / np.float32(255)


def open_sample_set(path: Path, task: Task, should_stop: ShouldStop = lambda: False) -> SampleSet | None:
    """Open a data file or folder; the files of a folder need no labels.

    If the data has a test part, only that is used. Large sets are reduced to a fixed choice with balanced
    labels. Images that seem to be transposed are turned upright, see `data.orientation`.

    Args:
        path: a data file or a folder.
        task: task for which the samples are prepared.
        should_stop: called often.

    Returns:
        The samples; None if should_stop() returned True.

    Raises:
        UserError: the data has an unknown format, is damaged or too large, or no sample can be read.
    """
    try:
        source = open_source(
            str(path.absolute()), DataFolders(None, path.parent), lambda _: None, should_stop, list_only=True
        )
        source = upright(source)
    except Stopped:
        return None
    rows = _rows(source)
    limit = MOST_SAMPLES if source.files is None else MOST_FILES
    pixels, labels = [], []
    for row in rows[balanced_order(source.labels[rows], limit)].tolist():
        if should_stop():
            return None
        if (model_input := _model_input(source, row, task)) is not None:
            pixels.append(model_input)
            labels.append(task.label_of(str(source.labels[row])))
    if not pixels:
        raise UserError("{name} has no readable samples; choose other samples.", name=shown_name(path))
    stacked = np.stack(pixels)
    digest = hashlib.sha256(stacked.tobytes() + "\0".join(labels).encode("utf-8", "replace"))
    return SampleSet(path.name, len(rows), stacked, tuple(labels), digest.hexdigest())


def _rows(source: SourceSet) -> NDArray[np.int64]:
    """Return the rows of the test part; all rows if there is none."""
    return np.arange(len(source)) if source.is_test is None else np.flatnonzero(source.is_test)


def _model_input(source: SourceSet, row: int, task: Task) -> NDArray[np.uint8] | None:
    """Return the model input of a sample; None if there is no ink or its file cannot be opened."""
    try:
        prepared = prepare(sample_page_of(source, row), task)
    except UserError:
        return None
    return None if prepared is None else prepared.pixels
