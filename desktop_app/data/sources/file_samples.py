"""Samples of a task that are made from image files while they are read, so that files are decoded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]

MOST_BYTES = 500_000_000
"""Maximum size of the samples of a source; of larger ones, files are decoded again when needed."""


@dataclass(frozen=True)
class SampleMaker:
    """A way to make samples of image files.

    Attributes:
        key: text that differs if the samples do.
        make: returns the model input and the target image, or None for labels, of an image, uint8 (height,
            width, 3).
    """

    key: str
    make: Callable[[Pixels], tuple[Pixels, Pixels | None]]


@dataclass(frozen=True, eq=False)
class FileSamples:
    """Samples of all files of a source.

    Attributes:
        key: see `SampleMaker`.
        inputs: uint8 (n, height, width, channels).
        targets: uint8 (n, height, width, channels); None for labels.
    """

    key: str
    inputs: Pixels
    targets: Pixels | None


class SampleCollector:
    """Makes samples of images until they need too much memory."""

    def __init__(self, maker: SampleMaker) -> None:
        """Start without samples."""
        self._maker = maker
        self._inputs: list[Pixels] = []
        self._targets: list[Pixels] = []
        self._bytes = 0

    def add(self, image: Pixels) -> None:
        """Add an image, uint8 (height, width, 3)."""
        if self._bytes > MOST_BYTES:
            return
        model_input, target = self._maker.make(image)
        self._inputs.append(model_input)
        self._bytes += model_input.nbytes
        if target is not None:
            self._targets.append(target)
            self._bytes += target.nbytes
        if self._bytes > MOST_BYTES:
            self._inputs, self._targets = [], []

    def samples(self) -> FileSamples | None:
        """Return the samples; None without images or if they need too much memory."""
        if not self._inputs:
            return None
        targets = np.stack(self._targets) if self._targets else None
        return FileSamples(self._maker.key, np.stack(self._inputs), targets)
