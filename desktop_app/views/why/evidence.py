"""Evidence: what spoke for one label and what for another, and how that is said in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import Placement

Map = NDArray[np.float32]

_INK = 0.1
_BESIDE, _FAR = 0.08, 0.25
_GAMMA = 0.75
_USUAL = 0.99
_LEAST = 0.1


ANY_OTHER = ""
"""In place of a rival: all other answers together."""


class Method(StrEnum):
    """How evidence is found."""

    OCCLUSION = "occlusion"
    GRAD_CAM = "grad_cam"
    GRADIENTS = "integrated_gradients"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What one method found in one model input.

    Attributes:
        method: that found it.
        answer, rival: the two labels; None stands for "not a character", ANY_OTHER as the rival for
            all answers but the one.
        for_answer, for_rival: float32 (height, width), what spoke for each of them (above 0) and
            against it, each pixel of the model input with its share.
        model_input: float32 (height, width), what the network saw, 0..1.
        placement: from pixels of the model input to the page.
        milliseconds: how long it took.
    """

    method: Method
    answer: str | None
    rival: str | None
    for_answer: Map
    for_rival: Map
    model_input: Map
    placement: Placement
    milliseconds: float

    @property
    def difference(self) -> Map:
        """What decided between the two: above 0 for the answer, below it for its rival."""
        difference: Map = self.for_answer - self.for_rival
        return difference

    @property
    def least(self) -> float:
        """What must be found to be shown in full colour.

        Where hiding any part changes the logarithm of a probability by hundredths, hiding decides
        nothing, and differences between such changes are noise.
        """
        return _LEAST if self.method is Method.OCCLUSION else 0.0

    @property
    def is_faint(self) -> bool:
        """Whether next to nothing was found."""
        return float(np.abs(self.difference).max(initial=0.0)) < self.least

    @property
    def share(self) -> float | None:
        """Share, 0..1, of all that decided between the two which spoke for the answer."""
        difference = self.difference
        total = float(np.abs(difference).sum())
        return float(difference.clip(min=0).sum()) / total if total > 0 else None


@dataclass(frozen=True, eq=False)
class CanvasEvidence:
    """Evidence as it lies over the ink on the paper.

    Attributes:
        values: float32 (height, width) in -1..1: above 0 for the one, below for the other.
        placement: from the values to the page.
        words: what values above and below 0 mean, e.g. "speaks for 7".
        strength: of the colours, 0..1.
    """

    values: Map
    placement: Placement
    words: tuple[str, str]
    strength: float


def shown(values: Map, model_input: Map, extreme: float) -> Map:
    """Values as they are shown over the ink: in -1..1, weak ones brought out, around the ink alone.

    Far from the ink there is nothing that could have spoken; what coarse maps say there belongs to
    the ink nearest to it.

    Args:
        values: float32 (height, width), of any size and sign.
        model_input: float32 (height, width) in 0..1.
        extreme: value that becomes 1.
    """
    if extreme <= 0:
        return np.zeros_like(values)
    shares = (values / np.float32(extreme)).clip(-1, 1)
    result: Map = np.sign(shares) * np.abs(shares) ** np.float32(_GAMMA) * _near_ink(model_input)
    return result


def extreme_of(values: Map) -> float:
    """How far the values lie from 0, but for the few that stand out."""
    sizes = np.abs(values)
    return float(np.quantile(sizes, _USUAL)) or float(sizes.max(initial=0.0))


def _near_ink(model_input: Map) -> Map:
    """1 at the ink and beside it, falling to 0 a quarter of the picture away, same shape."""
    side = max(model_input.shape)
    full, end = side * _BESIDE, side * _FAR
    steps = np.arange(-int(end), int(end) + 1)
    fall = ((end - np.abs(steps)) / (end - full)).clip(0, 1).astype(np.float32)
    near = (model_input > _INK).astype(np.float32)
    for axis in (0, 1):
        padding = [(int(end), int(end)) if axis == other else (0, 0) for other in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(near, padding), len(steps), axis=axis)
        near = (windows * fall).max(axis=-1)
    return near
