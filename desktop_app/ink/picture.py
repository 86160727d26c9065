"""Pictures: an opened or pasted image, as an immutable value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

InkMap: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Picture:
    """An image, and the ink that can be found in it.

    Attributes:
        rgb: uint8 (height, width, 3), upright and composited on white, for display; read-only.
        ink: the ink map, or what finds it: networks for pictures never need it.
        name: what to call it, a file's name or a word for where it came from.
    """

    rgb: NDArray[np.uint8]
    ink: InkMap | Callable[[], InkMap]
    name: str = ""

    @cached_property
    def ink_map(self) -> InkMap:
        """Float32 (height, width) in 0..1, 1 where there is ink; read-only. Found when first asked for."""
        return self.ink() if callable(self.ink) else self.ink
