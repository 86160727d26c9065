"""What excites filters most: inputs that were made for it, and samples that were found. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATCHES = 9
"""Places that are kept of each filter."""

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class MaximizingInputs:
    """For each filter of a layer the input that excites it most, as far as they were made.

    Attributes:
        layer: its name.
        pictures: uint8 (filters, height, width, 1 or 3), light on dark as model inputs are.
        values: float32 (filters,), how strongly the filter answers.
        done: bool (filters,), whether a filter's picture was made.
    """

    layer: str
    images: NDArray[np.uint8]
    values: NDArray[np.float32]
    done: NDArray[np.bool_]

    @classmethod
    def empty(cls, layer: str, filters: int, shape: tuple[int, ...]) -> MaximizingInputs:
        """Of so many filters, with pictures of this shape, none."""
        empty = np.zeros((filters, *shape), dtype=np.uint8)
        return cls(layer, empty, np.zeros(filters, dtype=np.float32), np.zeros(filters, dtype=np.bool_))

    def with_images(
        self, first: int, pictures: NDArray[np.float32], values: NDArray[np.float32]
    ) -> MaximizingInputs:
        """The same with the pictures, float32 in 0..1, of the filters from first on."""
        made = slice(first, first + len(pictures))
        all_pictures, all_values, done = self.images.copy(), self.values.copy(), self.done.copy()
        all_pictures[made] = np.rint(pictures.clip(0, 1) * np.float32(255)).astype(np.uint8)
        all_values[made], done[made] = values, True
        return MaximizingInputs(self.layer, all_pictures, all_values, done)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything but the layer's name, to be kept."""
        return {"pictures": self.images, "values": self.values, "done": self.done}

    @classmethod
    def from_arrays(
        cls, layer: str, filters: int, shape: tuple[int, ...], arrays: Arrays
    ) -> MaximizingInputs | None:
        """What arrays() gave; None where it is anything else."""
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
    """For each filter of a layer the places in samples that excite it most, the strongest first.

    Attributes:
        layer: its name.
        patches: uint8 (filters, PATCHES, height, width, channels), what the filter sees of the samples there;
            0 beyond their edges.
        values: float32 (filters, PATCHES), what it answers; -inf where there was no place.
        samples: int64 (filters, PATCHES), numbers of the samples in their set, -1 where there is none.
        labels: of the samples, text (filters, PATCHES).
        seen: how many samples were shown to the network.
        total: how many there are.
        set_name: of the sample set.
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
        """Everything but names, to be kept."""
        return {
            "patches": self.patches,
            "values": self.values,
            "samples": self.samples,
            "labels": self.labels,
            "seen": np.array([self.seen, self.total], dtype=np.int64),
        }

    @classmethod
    def from_arrays(cls, layer: str, filters: int, set_name: str, arrays: Arrays) -> TopSamples | None:
        """What arrays() gave; None where it is anything else."""
        several = (filters, PATCHES)
        patches, labels = arrays.get("patches"), arrays.get("labels")
        if patches is None or patches.ndim != 5 or labels is None or labels.dtype.kind != "U":
            return None
        expected = {
            "patches": ((*several, *patches.shape[2:]), np.uint8),
            "values": (several, np.float32),
            "samples": (several, np.int64),
            "labels": (several, labels.dtype),
            "seen": ((2,), np.int64),
        }
        if not _fits(arrays, expected):
            return None
        seen, total = arrays["seen"].tolist()
        return cls(layer, patches, arrays["values"], arrays["samples"], labels, seen, total, set_name)


def _fits(arrays: Arrays, expected: Mapping[str, tuple[tuple[int, ...], Any]]) -> bool:
    """Whether the arrays have these names, shapes and types."""
    return arrays.keys() == expected.keys() and all(
        arrays[name].shape == shape and arrays[name].dtype == dtype
        for name, (shape, dtype) in expected.items()
    )
