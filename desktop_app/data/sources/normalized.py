"""Whether images are model inputs already, as MNIST's own are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.normalize import BOX_SIZE, INK_THRESHOLD, INPUT_SIZE

_LOOKED_AT = 1000
_ENOUGH = 0.95
_BOX_TOLERANCE = 2
_MIDDLE_TOLERANCE = 0.6


def looks_normalized(images: NDArray[np.uint8]) -> bool:
    """Whether nearly all images look as if MNIST's normalization had been at work.

    The rule, for 95 of 100 images (of up to 1000, spread over all): 28×28 pixels; what is not dark
    lies in a box whose longer side is 18 to 20 pixels, so that there is a dark border; the centre of
    mass is no farther than 0.6 pixels from pixel 14, across and down. Every image of MNIST keeps
    it.

    Args:
        images: uint8 (n, height, width, channels).
    """
    if len(images) == 0 or images.shape[1:] != (INPUT_SIZE, INPUT_SIZE, 1):
        return False
    some = images[np.linspace(0, len(images) - 1, min(len(images), _LOOKED_AT)).astype(np.int64), ..., 0]
    inked = np.greater(some, INK_THRESHOLD * 255)
    longer = np.maximum(_extent(np.any(inked, axis=1)), _extent(np.any(inked, axis=2)))
    boxed = (longer >= BOX_SIZE - _BOX_TOLERANCE) & (longer <= BOX_SIZE)
    centred = _is_centred(some.sum(axis=1)) & _is_centred(some.sum(axis=2))
    return bool(np.mean(boxed & centred) >= _ENOUGH)


def _extent(inked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """From the first to the last true value of each row, both counted; all of it where none is."""
    extent: NDArray[np.int64] = inked.shape[1] - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1)
    return extent


def _is_centred(profile: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether the centre of mass of each row (n, 28) lies at pixel 14."""
    total = np.maximum(profile.sum(axis=1), 1)
    centre = profile @ np.arange(INPUT_SIZE) / total
    near: NDArray[np.bool_] = np.abs(centre - INPUT_SIZE // 2) <= _MIDDLE_TOLERANCE
    return near
