"""Examples for the filters of a layer: maximizing inputs and top samples, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATCHES = 9
"""Top patches of each filter."""

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class MaximizingInputs:
    """Maximizing inputs for the filters of a layer, as far as they are computed.

    Attributes:
        layer: its name.
        images: uint8 (filters, height, width, 1 or 3), light on dark like model inputs.
        values: float32 (filters,), mean response of each filter to its input.
        done: bool (filters,), whether the input of a filter is computed.
    """

    layer: str
    images: NDArray[np.uint8]
    values: NDArray[np.float32]
    done: NDArray[np.bool_]

    @classmethod
    def empty(cls, layer: str, filters: int, shape: tuple[int, ...]) -> MaximizingInputs:
        """Return a result without computed inputs, for images of this shape."""
        empty = np.zeros((filters, *shape), dtype=np.uint8)
        return cls(layer, empty, np.zeros(filters, dtype=np.float32), np.zeros(filters, dtype=np.bool_))

    def with_images(
        self, first: int, model_inputs: NDArray[np.float32], values: NDArray[np.float32]
    ) -> MaximizingInputs:
        """Return a copy with more model inputs, float32 in 0..1, of the filters from `first` on."""
        added = slice(first, first + len(model_inputs))
        images, all_values, done = self.images.copy(), self.values.copy(), self.done.copy()
        images[added] = np.rint(model_inputs.clip(0, 1) * np.float32(255)).astype(np.uint8)
        all_values[added], done[added] = values, True
        return MaximizingInputs(self.layer, images, all_values, done)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays to store."""
        return {"pictures": self.images, "values": self.values, "done": self.done}

    @classmethod
    def from_arrays(
        cls, layer: str, filters: int, shape: tuple[int, ...], arrays: Arrays
    ) -> MaximizingInputs | None:
        """Restore from stored arrays; None if they do not fit."""
        expected = {
            "pictures": ((filters, *shape), np.uint8),
            "values": ((filters,), np.float32),
            "done": ((filters,), np.bool_),
        }
        if not _fits(arrays, expected):
            return None
        return cls(layer, arrays["pictures"], arrays["values"], arrays["done"])


@dataclass(frozen=True, eq=False)
class TopSamples:
    """Samples with the strongest responses of each filter of a layer, the strongest first.

    Attributes:
        layer: its name.
        patches: uint8 (filters, PATCHES, height, width, channels), the receptive field in each sample;
            0 beyond the edges of the sample.
        values: float32 (filters, PATCHES), the responses; -inf where there is none.
        samples: int64 (filters, PATCHES), numbers of the samples in their set, -1 where there is none.
        labels: str (filters, PATCHES), labels of the samples.
        seen: number of samples that were run through the network.
        total: number of samples in the set.
        set_name: name of the sample set.
    """

    layer: str
    patches: NDArray[np.uint8]
    values: NDArray[np.float32]
    samples: NDArray[np.int64]
    labels: NDArray[np.str_]
    seen: int
    total: int
    set_name: str

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays to store."""
        return {
            "patches": self.patches,
            "values": self.values,
            "samples": self.samples,
            "labels": self.labels,
            "seen": np.array([self.seen, self.total], dtype=np.int64),
        }

    @classmethod
    def from_arrays(cls, layer: str, filters: int, set_name: str, arrays: Arrays) -> TopSamples | None:
        """Restore from stored arrays; None if they do not fit."""
        rows = (filters, PATCHES)
        patches, labels = arrays.get("patches"), arrays.get("labels")
        if patches is None or patches.ndim != 5 or labels is None or labels.dtype.kind != "U":
            return None
        expected = {
            "patches": ((*rows, *patches.shape[2:]), np.uint8),
            "values": (rows, np.float32),
            "samples": (rows, np.int64),
            "labels": (rows, labels.dtype),
            "seen": ((2,), np.int64),
        }
        if not _fits(arrays, expected):
            return None
        seen, total = arrays["seen"].tolist()
        return cls(layer, patches, arrays["values"], arrays["samples"], labels, seen, total, set_name)


def _fits(arrays: Arrays, expected: Mapping[str, tuple[tuple[int, ...], Any]]) -> bool:
    """Return whether the arrays have these names, shapes and dtypes."""
    return arrays.keys() == expected.keys() and all(
        arrays[name].shape == shape and arrays[name].dtype == dtype
        for name, (shape, dtype) in expected.items()
    )
