"""The formats of data files: how their names look, and what reads them. One line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeAlias

from desktop_app.core.stopping import ShouldStop
from desktop_app.data.sources.array_file import read_array_file
from desktop_app.data.sources.csv_file import read_csv_file
from desktop_app.data.sources.idx_file import read_idx_files
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit

Reader: TypeAlias = Callable[[Path, Emit, ShouldStop], SourceSet]
"""Reads all samples of a file and tells of its progress; raises UserError and Stopped."""


@dataclass(frozen=True)
class Format:
    """One format of data files.

    Attributes:
        title: what it is called in a sentence, e.g. ".npz".
        patterns: what the names of its files look like, in lower case.
        read: its reader.
    """

    title: str
    patterns: tuple[str, ...]
    read: Reader


FORMATS = (
    Format(".npz", ("*.npz",), read_array_file),
    Format(".csv", ("*.csv", "*.csv.gz"), read_csv_file),
    Format("idx", ("*idx3*", "*idx1*"), read_idx_files),
)

PATTERNS = tuple(pattern for known in FORMATS for pattern in known.patterns)
"""What the names of data files look like, in lower case."""


def format_of(path: Path) -> Format | None:
    """The format that a file's name says; None where it says none."""
    name = path.name.lower()
    return next((f for f in FORMATS if any(fnmatch(name, pattern) for pattern in f.patterns)), None)
