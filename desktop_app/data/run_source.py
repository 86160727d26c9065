"""A data source as a run uses it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import Split


@dataclass(frozen=True, eq=False)
class RunSource:
    """An open source with the samples that a run uses.

    Attributes:
        source: the source.
        parts: rows of the samples.
        is_as_is: whether its images are used without preparation, see `takes_as_is`.
        is_augmented: whether the ink of its training samples is augmented.
        cache: folder for prepared samples of files; None: they are prepared each time.
    """

    source: SourceSet
    parts: Split
    is_as_is: bool
    is_augmented: bool
    cache: Path | None
