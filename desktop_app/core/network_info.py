"""What there is to know about a network's layers without running it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LayerInfo:
    """One layer whose activation can be looked at.

    Attributes:
        name: unique within the network, e.g. "conv1".
        kind: Keras class name, e.g. "Conv2D".
        shape: output shape without the batch axis, (height, width, channels) or (units,).
    """

    name: str
    kind: str
    shape: tuple[int, ...]
