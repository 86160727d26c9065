"""Files with the answers of a network to the test samples of its run: .npz with a fixed set of arrays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.arrays import (
    ARCHIVE_ERRORS,
    AnyArray,
    Header,
    array_headers,
    declared_bytes,
    read_array,
)
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file, write_atomically

_LARGEST_FILE = 500_000_000
_LARGEST_DECLARED = 1_000_000_000


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays to an .npz file.

    Raises:
        UserError: the file cannot be written, or there are too many samples.
    """
    if sum(array.nbytes for array in arrays.values()) > _LARGEST_DECLARED:
        raise UserError("There are too many test samples to save; choose a smaller test share.")
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    write_atomically(path, file.getvalue())


def read_arrays(
    path: Path, count: int, are_consistent: Callable[[dict[str, Header]], bool]
) -> dict[str, AnyArray]:
    """Read all arrays of an .npz file.

    Args:
        path: the file.
        count: maximum number of arrays.
        are_consistent: returns whether the headers are the expected ones; called before data is read.

    Raises:
        UserError: the file is missing, damaged, too large or has other arrays.
    """
    data = read_file(path, _LARGEST_FILE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            headers = array_headers(archive, count)
            if not are_consistent(headers) or sum(map(declared_bytes, headers.values())) > _LARGEST_DECLARED:
                raise ValueError("unexpected arrays")
            return {name: read_array(archive, name) for name in headers}
    except (UserError, *ARCHIVE_ERRORS) as error:
        raise damaged(path) from error


def damaged(path: Path) -> UserError:
    """Return the error for a damaged file."""
    return UserError("{name} of this run is damaged; train again.", name=shown_name(path))
