"""The formats of data files: name patterns and readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeAlias

from desktop_app.core.stopping import ShouldStop
from desktop_app.data.sources.array_file import read_array_file, read_npy_files
from desktop_app.data.sources.cifar_archive import read_cifar_archive
from desktop_app.data.sources.class_folder import read_class_folder
from desktop_app.data.sources.csv_file import read_csv_file
from desktop_app.data.sources.idx_file import read_idx_files
from desktop_app.data.sources.mat_file import read_mat_file
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.runs.training_events import Emit

Reader: TypeAlias = Callable[[Path, Emit, ShouldStop], SourceSet]
"""Reads all samples of a file and emits the progress; raises UserError and Stopped."""


@dataclass(frozen=True)
class Format:
    """A format of data files.

    Attributes:
        title: name in sentences, e.g. ".npz".
        patterns: patterns of file names, in lower case.
        read: reader of the format.
    """

    title: str
    patterns: tuple[str, ...]
    read: Reader


FORMATS = (
    Format(".npz", ("*.npz",), read_array_file),
    Format(".npy", ("*.npy",), read_npy_files),
    Format(".mat", ("*.mat",), read_mat_file),
    Format(".csv", ("*.csv", "*.csv.gz", "*.tsv", "*.txt"), read_csv_file),
    Format(".zip", ("*.zip",), read_class_folder),
    Format("cifar-10-binary.tar.gz", ("cifar-10-binary*.tar.gz",), read_cifar_archive),
    Format("idx", ("*idx3*", "*idx1*"), read_idx_files),
)

PATTERNS = tuple(pattern for each in FORMATS for pattern in each.patterns)
"""Patterns of the names of all data files, in lower case."""


def format_of(path: Path) -> Format | None:
    """Return the format of a file by its name; None if unknown."""
    name = path.name.lower()
    return next((f for f in FORMATS if any(fnmatch(name, pattern) for pattern in f.patterns)), None)
