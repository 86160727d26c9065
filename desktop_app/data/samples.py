"""Model inputs with their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.model_inputs import Inputs


@dataclass(frozen=True, eq=False)
class Samples:
    """Model inputs and targets.

    Attributes:
        inputs: uint8 (n, height, width, channels).
        targets: int64 (n,), index of the label, or the number of labels for "not a character"; or target
            images, uint8 (n, height, width, channels).
        strength: float32 (n,), strength of image augmentation, lower for augmented ink.
        labels: str (n,), labels in the sources, "" for generated drawings; empty (0,) if they are unknown.
    """

    inputs: Inputs
    targets: NDArray[Any]
    strength: NDArray[np.float32]
    labels: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, "<U1"))

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    def at(self, rows: NDArray[np.int64]) -> Samples:
        """Return these samples, in this order."""
        labels = self.labels[rows] if len(self.labels) else self.labels
        return Samples(self.inputs[rows], self.targets[rows], self.strength[rows], labels)


def join_samples(parts: Sequence[Samples]) -> Samples:
    """Return the samples of all parts, one after another."""
    return Samples(
        np.concatenate([p.inputs for p in parts]),
        np.concatenate([p.targets for p in parts]),
        np.concatenate([p.strength for p in parts]),
        np.concatenate([p.labels for p in parts]),
    )
