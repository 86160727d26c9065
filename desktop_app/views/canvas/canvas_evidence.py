"""Evidence over the ink on the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import Placement

Map: TypeAlias = NDArray[np.float32]
"""Values by pixel, float32 (height, width)."""


@dataclass(frozen=True, eq=False)
class CanvasEvidence:
    """Evidence as shown over the ink on the canvas.

    Attributes:
        values: float32 (height, width) in -1..1, above 0 for the answer, below 0 for its rival.
        placement: from the values to the page.
        legend: meaning of values above and below 0, e.g. "supports 7".
        strength: opacity of the colours, 0..1.
    """

    values: Map
    placement: Placement
    legend: tuple[str, str]
    strength: float
