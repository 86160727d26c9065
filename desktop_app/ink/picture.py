"""Pictures: an opened or pasted image, as an immutable value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Picture:
    """An image with the ink that was found in it.

    Attributes:
        rgb: uint8 (height, width, 3), upright and composited on white, for display; read-only.
        ink_map: float32 (height, width) in 0..1, 1 where there is ink; read-only.
        name: what to call it, a file's name or a word for where it came from.
    """

    rgb: NDArray[np.uint8]
    ink_map: NDArray[np.float32]
    name: str = ""
