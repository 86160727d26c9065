"""Detection of images that are normalized as those of MNIST are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.normalize import BOX_SIZE, INK_THRESHOLD, INPUT_SIZE

_MAX_CHECKED = 1000
_MIN_SHARE = 0.95
_BOX_TOLERANCE = 2
_CENTRE_TOLERANCE = 0.6


def looks_normalized(images: NDArray[np.uint8]) -> bool:
    """Return whether images seem to be normalized as those of MNIST are.

    Of up to 1000 images at equal distances, 95 % must have 28×28 pixels, ink in a box whose longer side is 18
    to 20 pixels, and a centre of mass within 0.6 pixels of pixel 14 in both directions. All images of MNIST
    do.

    Args:
        images: uint8 (n, height, width, channels), light ink on a dark background.
    """
    if len(images) == 0 or images.shape[1:] != (INPUT_SIZE, INPUT_SIZE, 1):
        return False
    rows = np.linspace(0, len(images) - 1, min(len(images), _MAX_CHECKED)).astype(np.int64)
    checked = images[rows, ..., 0]
    is_ink = np.greater(checked, INK_THRESHOLD * 255)
    longer = np.maximum(_extent(np.any(is_ink, axis=1)), _extent(np.any(is_ink, axis=2)))
    is_boxed = (longer >= BOX_SIZE - _BOX_TOLERANCE) & (longer <= BOX_SIZE)
    is_centred = _is_centred(checked.sum(axis=1)) & _is_centred(checked.sum(axis=2))
    return bool(np.mean(is_boxed & is_centred) >= _MIN_SHARE)


def _extent(is_ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the length from the first to the last true value of each row; the full length without any."""
    extent: NDArray[np.int64] = is_ink.shape[1] - is_ink.argmax(axis=1) - is_ink[:, ::-1].argmax(axis=1)
    return extent


def _is_centred(profile: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return whether the centre of mass of each row, (n, 28), is at pixel 14."""
    total = np.maximum(profile.sum(axis=1), 1)
    centre = profile @ np.arange(INPUT_SIZE) / total
    result: NDArray[np.bool_] = np.abs(centre - INPUT_SIZE // 2) <= _CENTRE_TOLERANCE
    return result
