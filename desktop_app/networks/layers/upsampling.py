"""Layers that make maps larger: by repetition, or by values between those that are there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, Rearranged, WindowSum
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.windows import pair

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo

_NEAREST, _BILINEAR = "nearest", "bilinear"
_INTERPOLATIONS = (_NEAREST, _BILINEAR)


class UpSampling2D(Operation):
    """Every row and column several times, or values between neighbours."""

    name_prefix = "up"
    description = message("Enlarges maps by repeating values (nearest) or interpolating them (bilinear).")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "size",
            message("Factor"),
            message("How many rows and columns are made of each"),
            2,
            1,
            8,
            lengths=(2,),
            short="{full}",
            always_shown=True,
        ),
        Option(
            "interpolation",
            message("Between"),
            message("nearest: values are repeated; bilinear: values between neighbours"),
            _NEAREST,
            choices=_INTERPOLATIONS,
        ),
    )
    config_keys = ("data_format",)
    keeps_channels = True

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """So many times as high and as wide."""
        height, width, channels = cls.map_shape(inputs[0])
        rows, columns = pair(options["size"])
        return height * rows, width * columns, channels

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Find what each row and column is made of.

        Raises:
            ValueError: values are interpolated otherwise, or it is no picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()
        interpolation = self._option("interpolation", _NEAREST)
        if interpolation not in _INTERPOLATIONS:
            raise ValueError("only repetition and linear interpolation")
        self._factors = pair(self._option("size", 2))
        self._repeats = interpolation == _NEAREST
        height, width, _ = inputs[0].shape
        if layer.shape[:2] != (height * self._factors[0], width * self._factors[1]):
            raise ValueError("the output has an unexpected shape")
        self._rows, self._columns = _mixing(height, self._factors[0]), _mixing(width, self._factors[1])

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The larger maps."""
        if self._repeats:
            return inputs[0].repeat(self._factors[0], axis=1).repeat(self._factors[1], axis=2)
        return _mixed(inputs[0], self._rows, self._columns)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Each value gets the gradients of all that were made of it."""
        if not self._repeats:
            return [_mixed(gradient, self._rows.T, self._columns.T)]
        n, height, width, channels = inputs[0].shape
        copies = gradient.reshape(n, height, self._factors[0], width, self._factors[1], channels)
        return [np.asarray(copies.sum(axis=(2, 4)))]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The value that was repeated, or the neighbours with their weights."""
        source = self.source_of(position)
        if source is not None:
            value = float(inputs[0][source[1]])
            return Arithmetic(
                self.layer.name, position, Rearranged(*source), value, "linear", value, (source,)
            )
        row, column, channel = position
        rows, columns = np.flatnonzero(self._rows[row]), np.flatnonzero(self._columns[column])
        box = Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
        patch = np.ascontiguousarray(inputs[0][box.top : box.bottom, box.left : box.right, channel])
        kernel = np.outer(self._rows[row, rows], self._columns[column, columns])
        total = float((patch * kernel).sum(dtype=np.float64))
        step = WindowSum(
            box,
            (channel,),
            patch[None],
            np.ones(patch.shape, dtype=np.bool_),
            kernel[None],
            np.array([total], dtype=np.float32),
            None,
        )
        nearest = (
            int(rows[self._rows[row, rows].argmax()]),
            int(columns[self._columns[column, columns].argmax()]),
        )
        sources = ((self.inputs[0].name, (*nearest, channel)),)
        return Arithmetic(self.layer.name, position, step, total, "linear", total, sources)

    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """The place that was repeated; None where values are mixed."""
        if not self._repeats:
            return None
        row, column, channel = position
        return self.inputs[0].name, (row // self._factors[0], column // self._factors[1], channel)

    def input_boxes(self, box: Box) -> list[Box]:
        """The places that were repeated, or the neighbours."""
        (top, bottom), (left, right) = (
            self._span(first, last, factor)
            for first, last, factor in zip(
                (box.top, box.left), (box.bottom, box.right), self._factors, strict=True
            )
        )
        return [Box(top, left, bottom, right)]

    def _span(self, first: int, last: int, factor: int) -> tuple[int, int]:
        """The rows (or columns) that those from first to last - 1 are made of."""
        if self._repeats:
            return first // factor, (last - 1) // factor + 1
        return math.floor(_origin(first, factor)), math.ceil(_origin(last - 1, factor)) + 1


def _origin(place: int, factor: int) -> float:
    """Where the middle of a new row lies among the old ones."""
    return (place + 0.5) / factor - 0.5


def _mixing(size: int, factor: int) -> Activation:
    """The share of each old row in each new one, float32 (size * factor, size)."""
    places = (np.arange(size * factor) + 0.5) / factor - 0.5
    before = np.floor(places).astype(np.intp)
    share = (places - before).astype(np.float32)
    mixing = np.zeros((size * factor, size), dtype=np.float32)
    new = np.arange(size * factor)
    # Beyond the edge the last row goes on.
    np.add.at(mixing, (new, before.clip(0, size - 1)), 1 - share)
    np.add.at(mixing, (new, (before + 1).clip(0, size - 1)), share)
    return mixing


def _mixed(pictures: Batch, rows: Activation, columns: Activation) -> Batch:
    """Pictures, (n, height, width, channels), whose rows and columns are mixed anew."""
    n, _, width, channels = pictures.shape
    tall = np.matmul(rows, pictures.reshape(n, rows.shape[1], width * channels))
    wide = np.matmul(columns, tall.reshape(n * len(rows), width, channels))
    return np.asarray(wide).reshape(n, len(rows), len(columns), channels)
