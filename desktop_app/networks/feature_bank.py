"""Stored features of standard data, which keep what is learned from corrections from degrading the rest."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import ARCHIVE_ERRORS, array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError
from desktop_app.networks.card import ModelCard
from desktop_app.networks.model_folder import WEIGHTS_FILE, add_file, read_verified_file

BANK_FILE = "features.npz"

BANK_SIZE = 2800
"""Number of samples in a bank."""

_ANCHOR_SHARE = 2 / 7
"""Share of the samples that a fit keeps in place; the others are held out."""

_ARRAYS = {"features", "classes", "weights"}
_LARGEST_FILE = 64_000_000


@dataclass(frozen=True, eq=False)
class FeatureBank:
    """Features of samples that the network was not trained on.

    Attributes:
        features: float32 (n, units), activations that the last layer takes; in random order.
        classes: int64 (n,), index of the output of each sample.
    """

    features: NDArray[np.float32]
    classes: NDArray[np.int64]

    @property
    def anchors(self) -> NDArray[np.float32]:
        """Features that a fit keeps in place, float32 (anchors, units)."""
        return self.features[: self._anchor_count]

    @property
    def held_out(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Features and classes of the samples that are used in no fit."""
        return self.features[self._anchor_count :], self.classes[self._anchor_count :]

    @property
    def _anchor_count(self) -> int:
        return round(len(self.features) * _ANCHOR_SHARE)


def write_bank(folder: Path, card: ModelCard, bank: FeatureBank) -> ModelCard:
    """Write the bank of a model into its folder and list it in its card.

    Returns:
        The card.

    Raises:
        UserError: a file cannot be written, or the model was removed or replaced.
    """
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {
        "features": bank.features.astype(np.float16),
        "classes": bank.classes.astype(np.int16),
        "weights": np.array(card.files[WEIGHTS_FILE]),
    }
    np.savez_compressed(buffer, **arrays)
    return add_file(folder, card, BANK_FILE, buffer.getvalue())


def read_bank(folder: Path, card: ModelCard) -> FeatureBank:
    """Read the bank of a model.

    Raises:
        UserError: the model has none, or it is damaged or belongs to other weights.
    """
    if BANK_FILE not in card.files:
        raise UserError(
            "The model {title} has no feature bank to learn corrections with; "
            "“handwriting bank {name}” makes one.",
            title=card.title,
            name=card.name,
        )
    data = read_verified_file(folder / BANK_FILE, card, _LARGEST_FILE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            headers = array_headers(archive, len(_ARRAYS))
            if set(headers) != _ARRAYS or sum(map(declared_bytes, headers.values())) > _LARGEST_FILE:
                raise ValueError("not a bank")
            arrays = {name: read_array(archive, name) for name in headers}
        features, classes = arrays["features"].astype(np.float32), arrays["classes"].astype(np.int64)
        outputs = card.info.layers[-1].shape[-1]
        if features.ndim != 2 or classes.shape != features.shape[:1] or not np.isfinite(features).all():
            raise ValueError("the features are invalid")
        if len(features) < 10 or classes.min() < 0 or classes.max() >= outputs:
            raise ValueError("the classes are invalid")
    except (*ARCHIVE_ERRORS, TypeError) as error:
        raise UserError(
            "The feature bank of the model {title} is damaged; install the model again.", title=card.title
        ) from error
    if str(arrays["weights"][()]) != card.files.get(WEIGHTS_FILE):
        raise UserError(
            "The feature bank of {title} was made for other weights; "
            "make it again with “handwriting bank {name}”.",
            title=card.title,
            name=card.name,
        )
    return FeatureBank(features, classes)
