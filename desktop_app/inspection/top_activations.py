"""The places in a stream of samples at which each filter of a layer answers most strongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Position


@dataclass(frozen=True)
class TopActivation:
    """A place at which a filter answered strongly.

    Attributes:
        sample: number of the sample.
        position: index into the layer's activation for it.
        value: of the activation there.
    """

    sample: int
    position: Position
    value: float


class TopActivations:
    """Keeps the strongest places of every filter while samples go by, at most one a sample."""

    def __init__(self, shape: tuple[int, ...], count: int) -> None:
        """Keep nothing yet.

        Args:
            shape: of the layer's activation, channels or units last.
            count: of the places to keep for each filter.
        """
        self._shape = shape
        # Of each filter the strongest first, so that the last place is the one to lose.
        self._values = np.full((count, shape[-1]), -np.inf, dtype=np.float32)
        self._samples = np.full((count, shape[-1]), -1, dtype=np.int64)
        self._places = np.zeros((count, shape[-1]), dtype=np.int64)

    def add(self, sample: int, activation: NDArray[np.float32]) -> None:
        """Look at a layer's activation for a sample that was not added before.

        Of equal values, the one that came first stays.
        """
        answers = activation.reshape(-1, self._shape[-1])
        places = answers.argmax(axis=0)
        values = np.take_along_axis(answers, places[None], axis=0)[0]
        (better,) = np.nonzero(values > self._values[-1])
        self._values[-1, better] = values[better]
        self._samples[-1, better] = sample
        self._places[-1, better] = places[better]
        order = np.argsort(-self._values[:, better], axis=0, kind="stable")
        for kept in (self._values, self._samples, self._places):
            kept[:, better] = np.take_along_axis(kept[:, better], order, axis=0)

    def strongest(self, channel: int) -> tuple[TopActivation, ...]:
        """The places of a filter, the strongest first; fewer than asked for after few samples."""
        kept = zip(
            self._samples[:, channel].tolist(),
            self._places[:, channel].tolist(),
            self._values[:, channel].tolist(),
            strict=True,
        )
        return tuple(
            TopActivation(sample, self._position(place, channel), value)
            for sample, place, value in kept
            if sample >= 0
        )

    def _position(self, place: int, channel: int) -> Position:
        """The index of a place's value in the activation."""
        place_of = np.unravel_index(place, self._shape[:-1]) if len(self._shape) > 1 else ()
        return (*(int(index) for index in place_of), channel)
