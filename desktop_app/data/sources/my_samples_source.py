"""Data source of the user's own samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.my_samples import list_samples
from desktop_app.data.sources.built_in import MY_SAMPLES_TITLE
from desktop_app.data.sources.file_samples import SampleMaker
from desktop_app.data.sources.labelled_files import LabelledFile, read_labelled_files
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit

WRITER = "me"
"""The writer of all samples."""

NO_CHARACTER_LABEL = "not a character"
"""The label of drawings that are no character."""


def read_my_samples(
    folder: Path, emit: Emit, should_stop: ShouldStop, maker: SampleMaker | None
) -> SourceSet:
    """Read the user's samples; all are by one writer, so that they stay in one part of a split.

    Raises:
        UserError: there are none.
        Stopped: should_stop() returned True.
    """
    samples = list_samples(folder)
    if not samples:
        raise UserError("My samples is empty; correct a reading first.")
    files = [
        LabelledFile(PageFile(each.path), each.path.parts[-2:], each.label or NO_CHARACTER_LABEL)
        for each in samples
    ]
    source = read_labelled_files(folder, "", files, emit, should_stop, maker)
    return replace(source, title=MY_SAMPLES_TITLE, writers=np.full(len(source), WRITER))
