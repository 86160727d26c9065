"""Checkpoints: the arrays and the progress that are needed to resume a run, in one file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import array_headers, declared_bytes, read_array
from desktop_app.core.decoding import decode_json
from desktop_app.core.errors import UserError
from desktop_app.core.files import write_atomically

if TYPE_CHECKING:
    from desktop_app.runs.recipe import Keeping

_PROGRESS = "progress"
_MOST_BYTES = 2_000_000_000
_MOST_ARRAYS = 4000

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Progress:
    """Progress of a run.

    Attributes:
        epochs: number of completed epochs.
        best: best value of the monitored metric, negated if higher is better; None before the first epoch.
        best_epoch: number of that epoch, from 1; 0 if there is none.
        waited: epochs since the best one.
        plateau: epochs since the best one or the last reduction of the learning rate.
        seconds: duration of the training.
        labels: labels of the outputs, in order; empty if the output is an image, or in earlier versions.
    """

    epochs: int = 0
    best: float | None = None
    best_epoch: int = 0
    waited: int = 0
    plateau: int = 0
    seconds: float = 0.0
    labels: tuple[str, ...] = ()

    def kept_epoch(self, keeping: Keeping) -> int:
        """Return the number of the epoch whose weights are kept, from 1; 0 before the first epoch."""
        return self.epochs if keeping.weights == "last" else self.best_epoch


def write_checkpoint(path: Path, arrays: Sequence[NDArray[Any]], progress: Progress) -> None:
    """Write arrays, in order, and the progress.

    Raises:
        UserError: the file cannot be written; an existing file is unchanged.
    """
    buffer = io.BytesIO()
    text: Any = np.frombuffer(json.dumps(asdict(progress)).encode(), np.uint8)
    named: dict[str, Any] = {f"a{i}": array for i, array in enumerate(arrays)}
    np.savez(buffer, **{_PROGRESS: text}, **named)
    write_atomically(path, buffer.getvalue())


def read_checkpoint(path: Path) -> tuple[Arrays, Progress]:
    """Read the arrays and the progress of a checkpoint.

    Raises:
        UserError: the file is missing, damaged (checksums cover all bytes) or not a checkpoint.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            headers = array_headers(archive, _MOST_ARRAYS)
            if sum(map(declared_bytes, headers.values())) > _MOST_BYTES:
                raise UserError("The checkpoint of this run is too large; delete the run.")
            progress = decode_json(read_array(archive, _PROGRESS).tobytes(), Progress)
            arrays = tuple(read_array(archive, f"a{i}") for i in range(len(headers) - 1))
    except UserError:
        raise
    except Exception as error:  # zipfile, zlib, NumPy and msgspec raise many kinds
        raise UserError("The checkpoint of this run is missing or damaged; start a new run.") from error
    return arrays, progress
