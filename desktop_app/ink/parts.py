"""Connected parts of a mask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int64]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Parts:
    """Connected parts of a mask (height, width), as runs of pixels in rows.

    Attributes:
        shape: of the mask.
        rows: int64 (runs,), in ascending order.
        left: int64 (runs,), first column of each run.
        right: int64 (runs,), column after each run.
        numbers: int64 (runs,), number of the part from 0, in the order of the first runs.
        count: number of parts.
    """

    shape: tuple[int, int]
    rows: Numbers
    left: Numbers
    right: Numbers
    numbers: Numbers
    count: int

    @cached_property
    def areas(self) -> Numbers:
        """Pixels of each part, int64 (parts,)."""
        areas = np.bincount(self.numbers, weights=self.right - self.left, minlength=self.count)
        return areas.astype(np.int64)

    @cached_property
    def boxes(self) -> Numbers:
        """Top, bottom, left and right of each part, int64 (parts, 4); bottom and right are exclusive."""
        boxes = np.empty((4, self.count), dtype=np.int64)
        boxes[::2] = max(self.shape)
        boxes[1::2] = 0
        np.minimum.at(boxes[0], self.numbers, self.rows)
        np.maximum.at(boxes[1], self.numbers, self.rows + 1)
        np.minimum.at(boxes[2], self.numbers, self.left)
        np.maximum.at(boxes[3], self.numbers, self.right)
        return boxes.T

    def maxima(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the largest value in each part.

        Args:
            values: float32 (height, width).

        Returns:
            float32 (parts,).
        """
        maxima = np.full(self.count, -np.inf, dtype=np.float32)
        if self.count:
            first = self.rows * self.shape[1]
            edges = np.stack((first + self.left, first + self.right), axis=1).ravel()
            if edges[-1] == values.size:
                edges = edges[:-1]
            np.maximum.at(maxima, self.numbers, np.maximum.reduceat(values.ravel(), edges)[::2])
        return maxima

    def image(self, values: NDArray[Value]) -> NDArray[Value]:
        """Return an image (height, width) in which each part has its value, (parts,), and the rest 0."""
        height, width = self.shape
        first = self.rows * width
        edges = np.stack((first + self.left, first + self.right), axis=1).ravel()
        pieces = np.zeros(len(edges) + 1, dtype=values.dtype)
        pieces[1::2] = values[self.numbers]
        lengths = np.diff(edges, prepend=0, append=height * width)
        return np.repeat(pieces, lengths).reshape(height, width)


def connected_parts(mask: Mask, *, corners: bool) -> Parts:
    """Find the connected parts of a mask.

    Args:
        mask: bool (height, width).
        corners: whether pixels that touch at corners are connected.
    """
    height, width = mask.shape
    stride = width + 1  # one empty column, so that runs end with their row
    line = np.zeros(1 + height * stride, dtype=np.bool_)
    line[1:].reshape(height, stride)[:, :width] = mask
    edges = np.flatnonzero(line[1:] != line[:-1])
    starts, stops = edges[::2], edges[1::2]
    # Runs of the next row that touch each run: from `low` up to `high`, exclusive.
    low = np.searchsorted(stops, starts + stride, side="left" if corners else "right")
    high = np.searchsorted(starts, stops + stride, side="right" if corners else "left")
    counts = np.maximum(high - low, 0)
    upper = np.repeat(np.arange(len(starts)), counts)
    lower = np.arange(len(upper)) + np.repeat(low - (np.cumsum(counts) - counts), counts)
    first = _first_of_component(len(starts), upper, lower)
    is_first = first == np.arange(len(first))
    rows, left = np.divmod(starts, stride)
    numbers = (np.cumsum(is_first) - 1)[first]
    return Parts((height, width), rows, left, stops - rows * stride, numbers, int(is_first.sum()))


def _first_of_component(count: int, one: Numbers, other: Numbers) -> Numbers:
    """Return the smallest node that each node of a graph is connected with.

    Args:
        count: number of nodes.
        one: int64 (edges,), a node of each edge.
        other: int64 (edges,), its other node.

    Returns:
        int64 (count,).
    """
    parents = np.arange(count)
    while len(one):
        np.minimum.at(parents, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(grandparents := parents[parents], parents):
            parents = grandparents
        one, other = parents[one], parents[other]
        is_open = one != other
        one, other = one[is_open], other[is_open]
    return parents
