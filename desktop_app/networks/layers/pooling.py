"""Pooling: the largest value or the mean of a window, for each channel alone."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, PoolWindow, Position
from desktop_app.networks.layers.common import KEEP_DIMS, PADDING, POOL, POOL_STRIDES
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.windows import layer_windows, window_count

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo


def _winner(patch: Activation, inside: NDArray[np.bool_]) -> tuple[int, int]:
    """Row and column of the first of the largest values inside."""
    place = int(np.where(inside, patch, -np.inf).argmax())
    row, column = divmod(place, patch.shape[1])
    return row, column


class Pooling(Operation):
    """What pooling layers with windows have in common."""

    name_prefix = "pool"
    options: ClassVar[tuple[Option, ...]] = (POOL, PADDING, POOL_STRIDES)
    config_keys = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """One place for each window, and the same maps."""
        shape = cls.map_shape(inputs[0])
        return (*window_count(shape[:2], options["pool_size"], options), shape[2])

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Find where the windows lie.

        Raises:
            ValueError: not a picture with its channels last, or an unknown padding.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()
        height, width, _ = inputs[0].shape
        self.windows = layer_windows(
            (height, width), self._option("pool_size", 2), layer.options, default_strides=None
        )
        if layer.shape[:2] != self.windows.count:
            raise ValueError("the output has an unexpected shape")

    @abstractmethod
    def _chosen(self, patch: Activation, inside: NDArray[np.bool_]) -> tuple[float, tuple[int, int] | None]:
        """What a window gives, and which of its pixels gave it."""

    def input_boxes(self, box: Box) -> list[Box]:
        """The part of the input that a box of the output depends on, padding included."""
        return [self.windows.input_box(box)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The window's pixels, and which of them won."""
        row, column, channel = position
        patches, inside = self.windows.patch(inputs[0][..., channel : channel + 1], row, column)
        value, winner = self._chosen(patches[0], inside)
        box = self.windows.input_box(Box(row, column, row + 1, column + 1))
        source = self.windows.center(row, column)
        if winner is not None:
            source = box.top + winner[0], box.left + winner[1]
        step = PoolWindow(box, channel, patches[0], inside, winner)
        sources = ((self.inputs[0].name, (*source, channel)),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)


class MaxPooling2D(Pooling):
    """The largest value of each window."""

    description = message("Takes the maximum of each window.")

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The largest of the pixels inside, for each window."""
        first, *others = self.windows.pixels(self.windows.pad(inputs[0], -np.inf))
        largest = first.copy()
        for other in others:
            np.maximum(largest, other, out=largest)
        return largest

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Each window's gradient goes to the pixel that won; of equal ones, to the first."""
        padded = self.windows.pad(inputs[0], -np.inf)
        back = np.zeros(padded.shape, dtype=np.float32)
        waiting = np.ones(gradient.shape, dtype=np.bool_)
        for pixels, under in zip(self.windows.pixels(padded), self.windows.pixels(back), strict=True):
            wins = waiting & (pixels == output)
            np.add(under, gradient * wins, out=under)
            waiting ^= wins
        return [self.windows.crop(back)]

    def _chosen(self, patch: Activation, inside: NDArray[np.bool_]) -> tuple[float, tuple[int, int] | None]:
        """The largest value and its place."""
        winner = _winner(patch, inside)
        return float(patch[winner]), winner


class AveragePooling2D(Pooling):
    """The mean of each window; padding does not count."""

    description = message("Takes the mean of each window.")

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Count the pixels inside each window.

        Raises:
            ValueError: see Pooling.
        """
        super().__init__(layer, inputs, weights)
        ones = np.ones((1, *self.windows.input_size, 1), dtype=np.float32)
        self._share = 1 / self.windows.unfold(ones).sum(axis=(3, 4))

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The mean of the pixels inside, for each window."""
        first, *others = self.windows.pixels(self.windows.pad(inputs[0]))
        total = first.copy()
        for other in others:
            total += other
        total *= self._share
        return total

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Each window's gradient goes in equal parts to its pixels."""
        back = np.zeros((len(gradient), *self.windows.padded_size, gradient.shape[-1]), dtype=np.float32)
        parts = gradient * self._share
        for under in self.windows.pixels(back):
            np.add(under, parts, out=under)
        return [self.windows.crop(back)]

    def _chosen(self, patch: Activation, inside: NDArray[np.bool_]) -> tuple[float, tuple[int, int] | None]:
        """The mean of what is inside."""
        return float(patch[inside].mean(dtype=np.float64)), None


class GlobalPooling(Operation):
    """Pooling over all places of each channel."""

    options: ClassVar[tuple[Option, ...]] = (KEEP_DIMS,)
    config_keys: ClassVar[tuple[str, ...]] = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """One value for each map."""
        channels = cls.map_shape(inputs[0])[2]
        return (1, 1, channels) if options["keepdims"] else (channels,)

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Check the shape.

        Raises:
            ValueError: not a picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()

    @abstractmethod
    def _chosen(self, patch: Activation) -> tuple[float, tuple[int, int] | None]:
        """What a whole map gives, and which of its pixels gave it."""

    def input_boxes(self, box: Box) -> None:
        """Every value depends on all places."""

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The whole map, and which of its pixels won."""
        channel = position[-1]
        patch = np.ascontiguousarray(inputs[0][..., channel])
        height, width = patch.shape
        value, winner = self._chosen(patch)
        step = PoolWindow(
            Box(0, 0, height, width), channel, patch, np.ones(patch.shape, dtype=np.bool_), winner
        )
        source = ((height - 1) // 2, (width - 1) // 2) if winner is None else winner
        sources = ((self.inputs[0].name, (*source, channel)),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)

    def _spread(self, batch: Batch) -> Batch:
        """One value a channel, in a shape that fits pictures."""
        return batch.reshape(len(batch), 1, 1, -1)


class GlobalMaxPooling2D(GlobalPooling):
    """The largest value of each channel."""

    name_prefix = "largest"
    description = message("Takes the maximum of each map.")

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The largest value of each channel."""
        return np.asarray(inputs[0].max(axis=(1, 2)).reshape(-1, *self.layer.shape))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient goes to the pixel that won, in equal parts where several did."""
        wins = inputs[0] == self._spread(output)
        count = wins.sum(axis=(1, 2), keepdims=True, dtype=np.float32)
        return [wins * (self._spread(gradient) / count)]

    def _chosen(self, patch: Activation) -> tuple[float, tuple[int, int] | None]:
        """The largest value and its place."""
        winner = _winner(patch, np.ones(patch.shape, dtype=np.bool_))
        return float(patch[winner]), winner


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each channel."""

    name_prefix = "average"
    description = message("Takes the mean of each map.")
    has_unbounded_output = True

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The mean of each channel."""
        return np.asarray(inputs[0].mean(axis=(1, 2)).reshape(-1, *self.layer.shape))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient goes in equal parts to all pixels."""
        places = inputs[0].shape[1] * inputs[0].shape[2]
        return [np.broadcast_to(self._spread(gradient) / np.float32(places), inputs[0].shape)]

    def _chosen(self, patch: Activation) -> tuple[float, tuple[int, int] | None]:
        """The mean of the map."""
        return float(patch.mean(dtype=np.float64)), None
