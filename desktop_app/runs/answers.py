"""Answers of a network to the test samples of its run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray, Header
from desktop_app.core.errors import UserError
from desktop_app.runs.answer_file import damaged, read_arrays, write_arrays

_ROUNDING = 0.01
"""Tolerance of the sum of a row of probabilities, because of half precision."""

_TYPES = {
    "probabilities": (2, np.dtype(np.float32)),
    "classes": (1, np.dtype(np.int64)),
    "inputs": (4, np.dtype(np.uint8)),
}


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of a network to test samples, with the true classes.

    Attributes:
        probabilities: float32 (n, classes), each row sums to 1; n may be 0.
        classes: int64 (n,), true classes, 0..classes - 1.
        inputs: uint8 (n, height, width, channels), model inputs.

    Raises:
        UserError: the arrays have other shapes, types or values.
    """

    probabilities: NDArray[np.float32]
    classes: NDArray[np.int64]
    inputs: NDArray[np.uint8]

    def __post_init__(self) -> None:
        arrays: dict[str, AnyArray] = vars(self)
        headers = {name: (array.shape, array.dtype) for name, array in arrays.items()}
        if not _are_consistent(headers):
            raise UserError(
                "The predictions, classes and inputs of the test samples differ in number; train again."
            )
        if not _are_probabilities(self.probabilities):
            raise UserError("The predictions for the test samples are not probabilities; train again.")
        classes = self.probabilities.shape[1]
        if len(self) and not 0 <= int(self.classes.min()) <= int(self.classes.max()) < classes:
            raise UserError("A test sample has a class that the network does not have; train again.")

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.classes)


def write_answers(path: Path, answers: Answers) -> None:
    """Write answers to an .npz file.

    Raises:
        UserError: the file cannot be written, or there are too many samples.
    """
    write_arrays(path, {name: getattr(answers, name) for name in _TYPES})


def read_answers(path: Path) -> Answers:
    """Read answers from an .npz file.

    Raises:
        UserError: the file is missing, damaged, too large or of another kind.
    """
    arrays = read_arrays(path, len(_TYPES), lambda headers: _are_consistent(_with_channels(headers)))
    probabilities, classes, inputs = (arrays[name] for name in _TYPES)
    try:
        return Answers(probabilities, classes, inputs if inputs.ndim == 4 else inputs[..., None])
    except UserError as error:
        raise damaged(path) from error


def _with_channels(headers: dict[str, Header]) -> dict[str, Header]:
    """Return the headers with one channel if the inputs have none, as in earlier versions."""
    if "inputs" not in headers or len(headers["inputs"][0]) != 3:
        return headers
    shape, dtype = headers["inputs"]
    return {**headers, "inputs": ((*shape, 1), dtype)}


def _are_consistent(headers: dict[str, Header]) -> bool:
    """Return whether the arrays are exactly the expected ones, with shapes and types that fit."""
    if headers.keys() != _TYPES.keys():
        return False
    for name, (rank, dtype) in _TYPES.items():
        shape, given = headers[name]
        if len(shape) != rank or given != dtype:
            return False
    counts = {shape[0] for shape, _ in headers.values()}
    return len(counts) == 1 and 0 not in (*headers["probabilities"][0][1:], *headers["inputs"][0][1:])


def _are_probabilities(values: NDArray[np.float32]) -> bool:
    return bool(
        np.isfinite(values).all()
        and values.min(initial=0.0) >= 0
        and (abs(values.sum(axis=1, dtype=np.float64) - 1) <= _ROUNDING).all()
    )
