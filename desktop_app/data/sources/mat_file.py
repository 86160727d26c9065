"""Reader for MATLAB files with images and labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.sources.array_names import known_names
from desktop_app.data.sources.array_source import read_arrays
from desktop_app.data.sources.checks import files_hash
from desktop_app.data.sources.class_arrays import join_classes
from desktop_app.data.sources.idx_file import test_file
from desktop_app.data.sources.mat_format import NotMatlab5Error, mat_arrays
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.sources.stored_array import StoredArray
from desktop_app.runs.training_events import Emit
from desktop_app.tasks.task import MOST_LABELS

_HDF5 = b"\x89HDF\r\n\x1a\n"
_HDF5_PLACES = (0, 512)
_MAPPING = "mapping"
_CHARACTER_CODES = range(33, 127)


def read_mat_file(path: Path, emit: Emit, should_stop: ShouldStop) -> SourceSet:
    """Read a MATLAB file of version 5 with images and labels, as of SVHN, EMNIST or USPS.

    The arrays have names as in `known_name`, for example X and y, also in structures. If the name of the file
    contains train and there is one with test instead in the same folder, that is the test part. Labels 1 to
    10 mean digits, 10 for 0; an array called mapping, as in EMNIST, gives the character code of each label.
    Instead there may be an array of images for each label, for example train0 to train9 and test0 to test9.
    See `read_arrays` for images and labels.

    Raises:
        UserError: the arrays are missing or inconsistent, or the file is damaged, too large or of another
            version.
        Stopped: should_stop() returned True.
    """
    files, (stored, mapping) = [path], _arrays(path)
    arrays = _known_arrays(stored, path)
    if arrays.keys() == {"x", "y"} and (test := test_file(path)) is not None:
        tests = _known_arrays(_arrays(test)[0], test)
        if tests.keys() == {"x", "y"}:
            arrays |= {"x_test": tests["x"], "y_test": tests["y"]}
            files.append(test)
    try:
        source = read_arrays(path, arrays, emit, should_stop, partial(_characters, mapping))
    except (UserError, Stopped):
        raise
    except Exception as error:
        raise _damaged(path) from error
    return replace(source, sha256=files_hash(files, path.parent))


def _arrays(path: Path) -> tuple[dict[str, StoredArray], dict[int, str]]:
    """Return the arrays of a file by name, and the characters of labels by their numbers."""
    try:
        arrays = mat_arrays(path)
        return arrays, _mapping(arrays)
    except NotMatlab5Error as error:
        raise _other_version(path) from error
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error
    except Exception as error:  # struct, zlib and NumPy raise many kinds
        raise _damaged(path) from error


def _known_arrays(stored: Mapping[str, StoredArray], path: Path) -> dict[str, StoredArray]:
    """Return the arrays by their names in `PAIRS`."""
    groups = known_names(stored)
    has_labels = any(name.startswith("y") for group in groups for name in group)
    if not has_labels and (joined := join_classes(stored)):
        return joined
    if not groups:
        raise UserError(
            "{name} has no arrays with known names; name images and labels X and y in MATLAB.",
            name=shown_name(path),
        )
    return {known: stored[name] for known, name in groups[0].items()}


def _mapping(stored: Mapping[str, StoredArray]) -> dict[int, str]:
    """Return the characters of labels by their numbers, from an array (labels, 2 or more)."""
    array = next((array for name, array in stored.items() if name.split(".")[-1] == _MAPPING), None)
    if array is None or len(array.shape) != 2 or array.shape[0] > MOST_LABELS or not 2 <= array.shape[1] <= 3:
        return {}
    rows = np.asarray(array.values(lambda _: None), np.int64).tolist()
    return {number: chr(code) for number, code, *_ in rows if code in _CHARACTER_CODES}


def _characters(mapping: Mapping[int, str], labels: AnyArray) -> AnyArray:
    """Return the labels with the characters of a mapping, and with 0 for 10 if they are 1 to 10."""
    kinds = set(np.unique(labels).tolist())
    if mapping and kinds <= {str(number) for number in mapping}:
        return _replaced(labels, {str(number): text for number, text in mapping.items()})
    if kinds == {str(number) for number in range(1, 11)}:
        return _replaced(labels, {"10": "0"})
    return labels


def _replaced(labels: AnyArray, texts: Mapping[str, str]) -> NDArray[np.str_]:
    """Return labels with some of them replaced."""
    kinds, numbers = np.unique(labels, return_inverse=True)
    replaced = np.array([texts.get(kind, kind) for kind in kinds.tolist()])
    result: NDArray[np.str_] = replaced[numbers]
    return result


def _damaged(path: Path) -> UserError:
    return UserError("{name} is damaged or incomplete; copy or download it again.", name=shown_name(path))


def _other_version(path: Path) -> UserError:
    """Return the error for a file that is not of MATLAB 5."""
    with path.open("rb") as file:
        start = file.read(_HDF5_PLACES[-1] + len(_HDF5))
    if any(start.startswith(_HDF5, place) for place in _HDF5_PLACES):
        return UserError(
            "{name} is a MATLAB file of version 7.3 (HDF5); save it with save(…, '-v7') and open that file.",
            name=shown_name(path),
        )
    return UserError(
        "{name} is no MATLAB file of version 5 to 7; save it with save(…, '-v7') and open that file.",
        name=shown_name(path),
    )
