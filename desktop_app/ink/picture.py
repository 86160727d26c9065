"""Opened or pasted images as immutable values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

LONGEST_SIDE = 1000
"""Longer side in pixels to which larger images are reduced."""

InkMap: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Picture:
    """An image and its ink map.

    Attributes:
        rgb: uint8 (height, width, 3), upright and composited on white, for display; read-only.
        ink: the ink map, or a function that computes it when it is first needed.
        name: file name or another name for users; may be empty.
        pages: number of pages or frames of its file, of which it is the first.
    """

    rgb: NDArray[np.uint8]
    ink: InkMap | Callable[[], InkMap]
    name: str = ""
    pages: int = 1

    @cached_property
    def ink_map(self) -> InkMap:
        """Ink map, float32 (height, width) in 0..1, 1 where there is ink; read-only."""
        return self.ink() if callable(self.ink) else self.ink
