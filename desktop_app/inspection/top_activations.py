"""The strongest activations of each filter of a layer over many samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Position


@dataclass(frozen=True)
class TopActivation:
    """A strong activation of a filter.

    Attributes:
        sample: number of the sample.
        position: index into the layer's activation for it.
        value: the activation.
    """

    sample: int
    position: Position
    value: float


class TopActivations:
    """The strongest activations of every filter, at most one of each sample."""

    def __init__(self, shape: tuple[int, ...], count: int) -> None:
        """Set the shape and the number of activations to keep.

        Args:
            shape: shape of the layer's activation, channels or units last.
            count: number of activations to keep for each filter.
        """
        self._shape = shape
        # Rows are sorted from the strongest to the weakest.
        self._values = np.full((count, shape[-1]), -np.inf, dtype=np.float32)
        self._samples = np.full((count, shape[-1]), -1, dtype=np.int64)
        self._positions = np.zeros((count, shape[-1]), dtype=np.int64)

    def add(self, sample: int, activation: NDArray[np.float32]) -> None:
        """Add the layer's activation for a new sample.

        Of equal values, the first one is kept.
        """
        responses = activation.reshape(-1, self._shape[-1])
        positions = responses.argmax(axis=0)
        values = np.take_along_axis(responses, positions[None], axis=0)[0]
        (better,) = np.nonzero(values > self._values[-1])
        self._values[-1, better] = values[better]
        self._samples[-1, better] = sample
        self._positions[-1, better] = positions[better]
        order = np.argsort(-self._values[:, better], axis=0, kind="stable")
        for kept in (self._values, self._samples, self._positions):
            kept[:, better] = np.take_along_axis(kept[:, better], order, axis=0)

    def strongest(self, channel: int) -> tuple[TopActivation, ...]:
        """Return the activations of a filter, the strongest first; fewer than `count` after few samples."""
        kept = zip(
            self._samples[:, channel].tolist(),
            self._positions[:, channel].tolist(),
            self._values[:, channel].tolist(),
            strict=True,
        )
        return tuple(
            TopActivation(sample, self._position(index, channel), value)
            for sample, index, value in kept
            if sample >= 0
        )

    def _position(self, index: int, channel: int) -> Position:
        """Return the position for a flat index without the channel axis."""
        position = np.unravel_index(index, self._shape[:-1]) if len(self._shape) > 1 else ()
        return (*(int(axis) for axis in position), channel)
