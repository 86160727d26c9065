"""Readers for .npz files with images or ink, and for .npy files with images and labels."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.ink_set import is_ink_set, read_ink_set
from desktop_app.data.sources.array_names import known_names
from desktop_app.data.sources.array_source import read_arrays
from desktop_app.data.sources.checks import (
    MOST_SAMPLES,
    check_count,
    file_hash,
    files_hash,
    sample_of,
    text_labels,
)
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.sources.stored_array import npy_array, npz_arrays
from desktop_app.runs.training_events import Emit

_MOST_ARRAYS = 64
_MOST_FILES = 10_000
_SUFFIX = ".npy"


def read_array_file(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read an .npz file.

    The file contains an ink set; or images and labels as in keras.datasets.mnist: some of the pairs x_train
    and y_train, x_val and y_val, x_test and y_test; or only x and y; or arrays with similar names, see
    `known_name`. See `read_arrays` for images and labels.

    Raises:
        UserError: the arrays are missing or inconsistent, or the file is damaged or too large.
        Stopped: should_stop() returned True.
    """
    with _readable(path):
        with zipfile.ZipFile(path) as archive:
            stored = npz_arrays(path, archive, _MOST_ARRAYS)
        groups = known_names(stored)
        if "points" in stored or not groups:
            return _read_ink(path)
        arrays = {known: stored[name] for known, name in groups[0].items()}
        return replace(read_arrays(path, arrays, emit, should_stop), sha256=file_hash(path))


def read_npy_files(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read an .npy file with images or labels, and those in the same folder that belong to it.

    These are files whose names differ only in the words for images and labels, and for training, validation
    and test, e.g. x_train.npy, y_train.npy, x_test.npy and y_test.npy, or images.npy and labels.npy.

    Args:
        path: any of the files.
        emit: receives the progress.
        should_stop: called often.

    Raises:
        UserError: a file is missing, damaged, too large, or does not fit the others.
        Stopped: should_stop() returned True.
    """
    groups = _npy_groups(path.parent, path.stem)
    group = next((group for group in groups if path.name in group.values()), {})
    if len(group) < 2:
        raise UserError(
            "{name} is a single array; put images and labels next to each other as x.npy and y.npy, or "
            "x_train.npy and y_train.npy.",
            name=shown_name(path),
        )
    return _read_npy_group(path, path.parent, group, emit, should_stop)


def has_npy_files(folder: Path) -> bool:
    """Return whether images and labels lie directly in a folder as .npy files."""
    return any(len(group) > 1 for group in _npy_groups(folder))


def read_npy_folder(folder: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read the .npy files in a folder for which `has_npy_files` is True; see `read_npy_files`."""
    return _read_npy_group(folder, folder, _npy_groups(folder)[0], emit, should_stop)


def _npy_groups(folder: Path, first: str = "") -> list[dict[str, str]]:
    """Return the names of the .npy files in a folder by their names in `PAIRS`, grouped.

    Of files with the same meaning, that with the first stem is used.
    """
    try:
        entries = islice(folder.iterdir(), _MOST_FILES)
        stems = sorted(entry.stem for entry in entries if entry.name.endswith(_SUFFIX) and entry.is_file())
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(folder), reason=reason(error)
        ) from error
    groups = known_names(sorted(stems, key=lambda stem: stem != first))
    return [{known: stem + _SUFFIX for known, stem in group.items()} for group in groups]


def _read_npy_group(
    path: Path, folder: Path, names: dict[str, str], emit: Emit, should_stop: ShouldStop
) -> SourceSet:
    files = {known: folder / name for known, name in names.items()}
    arrays = {}
    for known, file in files.items():
        with _readable(file):
            arrays[known] = npy_array(file)
    with _readable(path):
        source = read_arrays(path, arrays, emit, should_stop)
    return replace(source, sha256=files_hash(list(files.values()), folder))


def _read_ink(path: Path) -> SourceSet:
    if not is_ink_set(path):
        raise UserError(
            "{name} has no arrays with known names; name them x_train, y_train, x_test and "
            "y_test, or x and y.",
            name=shown_name(path),
        )
    inks = read_ink_set(path)
    check_count(len(inks), shown_name(path))
    return SourceSet(
        title=shown_name(path),
        file=printable(path.name),
        sha256=file_hash(path),
        # Numbers are labelled with their digits: nearly every label is different.
        labels=text_labels(inks.labels, sample_of(path, "labels"), most=MOST_SAMPLES),
        inks=inks,
        writers=inks.writers,
    )


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn all errors of reading arrays into user errors."""
    try:
        yield
    except (UserError, Stopped):
        raise
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error
    except Exception as error:  # zipfile, zlib and NumPy raise many kinds
        raise UserError(
            "{name} is damaged or not an {suffix} file; choose another file.",
            name=shown_name(path),
            suffix=path.suffix or ".npy",
        ) from error
