"""Upsampling by repetition or bilinear interpolation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, Rearranged, WindowSum
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.windows import pair

_NEAREST, _BILINEAR = "nearest", "bilinear"
_INTERPOLATIONS = (_NEAREST, _BILINEAR)


class UpSampling2D(Operation):
    """Repeats rows and columns, or interpolates between them."""

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
        """Return height and width times the factors."""
        height, width, channels = cls.map_shape(inputs[0])
        rows, columns = pair(options["size"])
        return height * rows, width * columns, channels

    def _build(self) -> None:
        self._check_image_input()
        interpolation = self._option("interpolation", _NEAREST)
        if interpolation not in _INTERPOLATIONS:
            raise ValueError("only nearest and bilinear interpolation are supported")
        self._factors = pair(self._option("size", 2))
        self._repeats = interpolation == _NEAREST
        height, width, _ = self.inputs[0].shape
        if self.layer.shape[:2] != (height * self._factors[0], width * self._factors[1]):
            raise ValueError("the output has an unexpected shape")
        self._rows, self._columns = (
            _interpolation_weights(height, self._factors[0]),
            _interpolation_weights(width, self._factors[1]),
        )

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the larger maps."""
        if self._repeats:
            return inputs[0].repeat(self._factors[0], axis=1).repeat(self._factors[1], axis=2)
        return _interpolate(inputs[0], self._rows, self._columns)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the sum of the gradients of all values computed from each input value."""
        if not self._repeats:
            return [_interpolate(gradient, self._rows.T, self._columns.T)]
        n, height, width, channels = inputs[0].shape
        copies = gradient.reshape(n, height, self._factors[0], width, self._factors[1], channels)
        return [np.asarray(copies.sum(axis=(2, 4)))]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the repeated value, or the neighbours with their weights."""
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
        """Return the repeated position; None with interpolation."""
        if not self._repeats:
            return None
        row, column, channel = position
        return self.inputs[0].name, (row // self._factors[0], column // self._factors[1], channel)

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the repeated values, or the neighbours."""
        (top, bottom), (left, right) = (
            self._span(first, last, factor)
            for first, last, factor in zip(
                (box.top, box.left), (box.bottom, box.right), self._factors, strict=True
            )
        )
        return [Box(top, left, bottom, right)]

    def _span(self, first: int, last: int, factor: int) -> tuple[int, int]:
        """Return the range of input rows (or columns) for the output rows from first to last - 1."""
        if self._repeats:
            return first // factor, (last - 1) // factor + 1
        return math.floor(_input_coordinate(first, factor)), math.ceil(
            _input_coordinate(last - 1, factor)
        ) + 1


def _input_coordinate(index: int, factor: int) -> float:
    """Return the center of an output row in coordinates of input rows."""
    return (index + 0.5) / factor - 0.5


def _interpolation_weights(size: int, factor: int) -> Activation:
    """Return the weight of each input row in each output row, float32 (size * factor, size)."""
    output = np.arange(size * factor)
    coordinates = (output + 0.5) / factor - 0.5
    before = np.floor(coordinates).astype(np.intp)
    weight_after = (coordinates - before).astype(np.float32)
    weights = np.zeros((size * factor, size), dtype=np.float32)
    # Beyond the border the outermost row is repeated.
    np.add.at(weights, (output, before.clip(0, size - 1)), 1 - weight_after)
    np.add.at(weights, (output, (before + 1).clip(0, size - 1)), weight_after)
    return weights


def _interpolate(maps: Batch, rows: Activation, columns: Activation) -> Batch:
    """Return maps, (n, height, width, channels), times the weights of rows and columns."""
    n, _, width, channels = maps.shape
    tall = np.matmul(rows, maps.reshape(n, rows.shape[1], width * channels))
    wide = np.matmul(columns, tall.reshape(n * len(rows), width, channels))
    return np.asarray(wide).reshape(n, len(rows), len(columns), channels)
