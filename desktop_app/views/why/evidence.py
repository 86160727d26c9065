"""Evidence for two labels, and the values to display."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from desktop_app.core.placement import Placement
from desktop_app.views.canvas.canvas_evidence import Map

_INK = 0.1
_FULL_DISTANCE, _MAX_DISTANCE = 0.08, 0.25
_GAMMA = 0.75
_QUANTILE = 0.99
_MIN_OCCLUSION = 0.1


ANY_OTHER = ""
"""The rival of an answer that is compared with all others."""


class Method(StrEnum):
    """Methods of attribution."""

    OCCLUSION = "occlusion"
    GRAD_CAM = "grad_cam"
    GRADIENTS = "integrated_gradients"


@dataclass(frozen=True, eq=False)
class Evidence:
    """The result of a method for one model input.

    Attributes:
        method: used.
        answer, rival: labels; None stands for "not a character", and ANY_OTHER as the rival for all
            other answers.
        for_answer, for_rival: float32 (height, width), evidence for each label (above 0) and against
            it, by pixel of the model input.
        model_input: in 0..1, float32 (height, width) for ink, or (height, width, channels) for an image.
        placement: from pixels of the model input to the page.
        milliseconds: duration of the computation.
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
        """Evidence for the answer (above 0) and for its rival (below 0), float32 (height, width)."""
        difference: Map = self.for_answer - self.for_rival
        return difference

    @property
    def ink(self) -> Map | None:
        """Ink near which evidence is shown, float32 (height, width) in 0..1; None for images."""
        return self.model_input if self.model_input.ndim == 2 else None

    @property
    def min_extreme(self) -> float:
        """The minimum value that is shown in full colour.

        With occlusion, changes of the logarithm of a probability by hundredths are noise.
        """
        return _MIN_OCCLUSION if self.method is Method.OCCLUSION else 0.0

    @property
    def is_weak(self) -> bool:
        """Whether the evidence is too weak to be meaningful."""
        return float(np.abs(self.difference).max(initial=0.0)) < self.min_extreme

    @property
    def share(self) -> float | None:
        """Share of the evidence that supports the answer, 0..1; None if there is no evidence."""
        difference = self.difference
        total = float(np.abs(difference).sum())
        return float(difference.clip(min=0).sum()) / total if total > 0 else None


def display_values(values: Map, ink: Map | None, extreme: float) -> Map:
    """Return values for display: in -1..1, with weak values emphasized, near the ink only if there is any.

    Coarse maps have values far from the ink, which belong to the nearest ink.

    Args:
        values: float32 (height, width), of any size and sign.
        ink: float32 (height, width) in 0..1; None for images.
        extreme: value that becomes 1.
    """
    if extreme <= 0:
        return np.zeros_like(values)
    shares = (values / np.float32(extreme)).clip(-1, 1)
    result: Map = np.sign(shares) * np.abs(shares) ** np.float32(_GAMMA)
    return result if ink is None else result * _ink_proximity(ink)


def display_extreme(values: Map) -> float:
    """Return the absolute value below which all but a few values are."""
    sizes = np.abs(values)
    return float(np.quantile(sizes, _QUANTILE)) or float(sizes.max(initial=0.0))


def _ink_proximity(ink: Map) -> Map:
    """Return 1 at the ink and next to it, falling to 0 a quarter of the image away; same shape."""
    side = max(ink.shape)
    full, end = side * _FULL_DISTANCE, side * _MAX_DISTANCE
    steps = np.arange(-int(end), int(end) + 1)
    fall = ((end - np.abs(steps)) / (end - full)).clip(0, 1).astype(np.float32)
    near = (ink > _INK).astype(np.float32)
    for axis in (0, 1):
        padding = [(int(end), int(end)) if axis == other else (0, 0) for other in (0, 1)]
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(near, padding), len(steps), axis=axis)
        near = (windows * fall).max(axis=-1)
    return near
