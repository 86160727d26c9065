"""Weights: what every layer of a network has learned, for whoever wants to look at it."""

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
    """Every weight of a model by "layer/weight", e.g. "conv1/kernel"; read-only.

    Raises:
        UserError: the file is missing, too large, or not the one that the card describes.
    """
    data = read_verified_file(folder / WEIGHTS_FILE, card, _LARGEST_FILE)
    try:
        weights = _unpacked(data)
        if any(key.partition("/")[0] not in card.info for key in weights):
            raise ValueError("weights of a layer that the card does not know")
    except Exception as error:  # zipfile, its decompressors and numpy raise a dozen kinds
        raise UserError(
            "The weights of the model {title} cannot be used; train or install it again.", title=card.title
        ) from error
    return MappingProxyType(weights)


def write_weights(folder: Path, weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Write the weights of a model, as `read_weights` gives them, into a folder that is to be one's."""
    arrays: dict[str, Any] = dict(weights)
    np.savez_compressed(folder / WEIGHTS_FILE, **arrays)


def _unpacked(data: bytes) -> dict[str, NDArray[np.float32]]:
    """The arrays of an .npz file, after the sizes they declare were found to be allowed.

    Raises:
        ValueError: they are too large or not what weights are. A damaged archive raises others as well.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        headers = array_headers(archive, _MOST_ARRAYS)
        if sum(map(declared_bytes, headers.values())) > _MOST_BYTES:
            raise ValueError("more weights than a network may have")
        if any(dtype != np.float32 for _, dtype in headers.values()):
            raise ValueError("weights that are no float32")
        weights = {name: read_array(archive, name) for name in headers}
    for array in weights.values():
        if not np.isfinite(array).all():
            raise ValueError("weights that are no numbers")
        array.setflags(write=False)
    return weights
