"""Checkpoints: all that a run needs to go on, as arrays in one file that is replaced whole."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError
from desktop_app.core.files import write_atomically

_PROGRESS = "progress"
_MOST_BYTES = 2_000_000_000
_MOST_ARRAYS = 4000

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Progress:
    """How far a run has come, and what it is waiting for.

    Attributes:
        epochs: that were completed.
        best: of the monitored value; None before the first.
        best_epoch: from 1; 0 where there is none.
        waited: epochs since the best one.
        plateau: epochs since the learning rate was last lowered or a better one seen.
        seconds: of learning.
    """

    epochs: int = 0
    best: float | None = None
    best_epoch: int = 0
    waited: int = 0
    plateau: int = 0
    seconds: float = 0.0


def write_checkpoint(path: Path, arrays: Sequence[NDArray[Any]], progress: Progress) -> None:
    """Write arrays, in their order, with the progress that they belong to.

    Raises:
        UserError: it cannot be written; the older file stays.
    """
    buffer = io.BytesIO()
    text: Any = np.frombuffer(json.dumps(asdict(progress)).encode(), np.uint8)
    named: dict[str, Any] = {f"a{i}": array for i, array in enumerate(arrays)}
    np.savez(buffer, **{_PROGRESS: text}, **named)
    write_atomically(path, buffer.getvalue())


def read_checkpoint(path: Path) -> tuple[Arrays, Progress]:
    """The arrays and the progress of a checkpoint.

    Raises:
        UserError: it is missing, damaged (every byte is covered by a check sum) or no checkpoint.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            headers = array_headers(archive, _MOST_ARRAYS)
            if sum(map(declared_bytes, headers.values())) > _MOST_BYTES:
                raise UserError("This run's checkpoint is too large; delete the run.")
            progress = msgspec.json.decode(read_array(archive, _PROGRESS).tobytes(), type=Progress)
            arrays = tuple(read_array(archive, f"a{i}") for i in range(len(headers) - 1))
    except UserError:
        raise
    except Exception as error:  # zipfile, its decompressor, numpy and msgspec raise a dozen kinds
        raise UserError("This run's checkpoint is missing or damaged; it cannot go on.") from error
    return arrays, progress
