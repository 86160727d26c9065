"""Reading and writing of the weights in a model folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError
from desktop_app.networks.card import ModelCard
from desktop_app.networks.model_folder import WEIGHTS_FILE, read_verified_file

_LARGEST_FILE = 256_000_000
_MOST_BYTES = 256_000_000
_MOST_ARRAYS = 5000


def read_weights(folder: Path, card: ModelCard) -> Mapping[str, NDArray[np.float32]]:
    """Read all weights of a model.

    Returns:
        Read-only float32 arrays by "layer/weight", e.g. "conv1/kernel".

    Raises:
        UserError: the file is missing, too large, damaged, or does not match the card.
    """
    data = read_verified_file(folder / WEIGHTS_FILE, card, _LARGEST_FILE)
    try:
        weights = _load_arrays(data)
        if any(key.partition("/")[0] not in card.info for key in weights):
            raise ValueError("weights of a layer that is not in the card")
    except Exception as error:  # zipfile, its decompressors, and numpy raise many types
        raise UserError(
            "The weights of the model {title} cannot be used; train or install it again.", title=card.title
        ) from error
    return MappingProxyType(weights)


def write_weights(folder: Path, weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Write weights, keyed as `read_weights` returns them, into a model folder that is being written."""
    arrays: dict[str, Any] = dict(weights)
    np.savez_compressed(folder / WEIGHTS_FILE, **arrays)


def _load_arrays(data: bytes) -> dict[str, NDArray[np.float32]]:
    """Load the arrays of an .npz file after checking their declared sizes and types.

    Raises:
        ValueError: the arrays are too large, not float32, or not finite. Damaged archives raise other
            exceptions as well.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if sum(map(declared_bytes, headers.values())) > _MOST_BYTES:
            raise ValueError("the weights are too large")
        if any(dtype != np.float32 for _, dtype in headers.values()):
            raise ValueError("the weights are not float32")
        weights = {name: read_array(archive, name) for name in headers}
    for array in weights.values():
        if not np.isfinite(array).all():
            raise ValueError("the weights are not finite")
        array.setflags(write=False)
    return weights
