"""Maximum and average pooling, over windows and over whole maps."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, PoolWindow, Position
from desktop_app.networks.layers.common import KEEP_DIMS, PADDING, POOL, POOL_STRIDES
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.windows import layer_windows, window_count


def _argmax(patch: Activation, inside: NDArray[np.bool_]) -> tuple[int, int]:
    """Return row and column of the first maximum inside."""
    row, column = divmod(int(np.where(inside, patch, -np.inf).argmax()), patch.shape[1])
    return row, column


class Pooling(Operation):
    """Base class of pooling over windows."""

    name_prefix = "pool"
    options: ClassVar[tuple[Option, ...]] = (POOL, PADDING, POOL_STRIDES)
    config_keys = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return (rows of windows, columns of windows, channels)."""
        shape = cls.map_shape(inputs[0])
        return (*window_count(shape[:2], options["pool_size"], options), shape[2])

    def _build(self) -> None:
        self._check_image_input()
        height, width, _ = self.inputs[0].shape
        self.windows = layer_windows(
            (height, width), self._option("pool_size", 2), self.layer.options, default_strides=None
        )
        if self.layer.shape[:2] != self.windows.count:
            raise ValueError("the output has an unexpected shape")

    @abstractmethod
    def _pool(self, patch: Activation, inside: NDArray[np.bool_]) -> tuple[float, tuple[int, int] | None]:
        """Return the result of a window, and the pixel of the maximum; None for a mean."""

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the area that the windows cover."""
        return [self.windows.input_box(box)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the pixels of the window, and which one is the maximum."""
        row, column, channel = position
        patches, inside = self.windows.patch(inputs[0][..., channel : channel + 1], row, column)
        value, winner = self._pool(patches[0], inside)
        box = self.windows.input_box(Box(row, column, row + 1, column + 1))
        source = self.windows.center(row, column)
        if winner is not None:
            source = box.top + winner[0], box.left + winner[1]
        step = PoolWindow(box, channel, patches[0], inside, winner)
        sources = ((self.inputs[0].name, (*source, channel)),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)


class MaxPooling2D(Pooling):
    """The maximum of each window."""

    description = message("Takes the maximum of each window.")

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the maximum of the pixels inside each window."""
        first, *others = self.windows.pixels(self.windows.pad(inputs[0], -np.inf))
        largest = first.copy()
        for other in others:
            np.maximum(largest, other, out=largest)
        return largest

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient at the maximum of each window, the first one of equal values."""
        padded = self.windows.pad(inputs[0], -np.inf)
        back = np.zeros(padded.shape, dtype=np.float32)
        remaining = np.ones(gradient.shape, dtype=np.bool_)
        for pixels, target in zip(self.windows.pixels(padded), self.windows.pixels(back), strict=True):
            selected = remaining & (pixels == output)
            np.add(target, gradient * selected, out=target)
            remaining ^= selected
        return [self.windows.crop(back)]

    def _pool(self, patch: Activation, inside: NDArray[np.bool_]) -> tuple[float, tuple[int, int] | None]:
        """Return the maximum and its position."""
        winner = _argmax(patch, inside)
        return float(patch[winner]), winner


class AveragePooling2D(Pooling):
    """The mean of each window without padding."""

    description = message("Takes the mean of each window.")

    def _build(self) -> None:
        super()._build()
        ones = np.ones((1, *self.windows.input_size, 1), dtype=np.float32)
        self._factors = 1 / self.windows.unfold(ones).sum(axis=(3, 4))

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the mean of the pixels inside each window."""
        first, *others = self.windows.pixels(self.windows.pad(inputs[0]))
        total = first.copy()
        for other in others:
            total += other
        total *= self._factors
        return total

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient of each window, distributed equally to its pixels."""
        back = np.zeros((len(gradient), *self.windows.padded_size, gradient.shape[-1]), dtype=np.float32)
        parts = gradient * self._factors
        for target in self.windows.pixels(back):
            np.add(target, parts, out=target)
        return [self.windows.crop(back)]

    def _pool(self, patch: Activation, inside: NDArray[np.bool_]) -> tuple[float, tuple[int, int] | None]:
        """Return the mean of the pixels inside."""
        return float(patch[inside].mean(dtype=np.float64)), None


class GlobalPooling(Operation):
    """Base class of pooling over whole maps."""

    options: ClassVar[tuple[Option, ...]] = (KEEP_DIMS,)
    config_keys: ClassVar[tuple[str, ...]] = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return (channels,), or (1, 1, channels) with keepdims."""
        channels = cls.map_shape(inputs[0])[2]
        return (1, 1, channels) if options["keepdims"] else (channels,)

    def _build(self) -> None:
        self._check_image_input()

    @abstractmethod
    def _pool(self, patch: Activation) -> tuple[float, tuple[int, int] | None]:
        """Return the result of a map, and the pixel of the maximum; None for a mean."""

    def input_boxes(self, box: Box) -> None:
        """Return None: each value depends on the whole map."""

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the whole map, and which pixel is the maximum."""
        channel = position[-1]
        patch = np.ascontiguousarray(inputs[0][..., channel])
        height, width = patch.shape
        value, winner = self._pool(patch)
        step = PoolWindow(
            Box(0, 0, height, width), channel, patch, np.ones(patch.shape, dtype=np.bool_), winner
        )
        source = ((height - 1) // 2, (width - 1) // 2) if winner is None else winner
        sources = ((self.inputs[0].name, (*source, channel)),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)

    def _per_channel(self, batch: Batch) -> Batch:
        """Return one value for each channel in a shape that broadcasts to maps."""
        return batch.reshape(len(batch), 1, 1, -1)


class GlobalMaxPooling2D(GlobalPooling):
    """The maximum of each map."""

    name_prefix = "largest"
    description = message("Takes the maximum of each map.")

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the maximum of each map."""
        return np.asarray(inputs[0].max(axis=(1, 2)).reshape(-1, *self.layer.shape))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient at the maximum, distributed equally to equal values."""
        is_maximum = inputs[0] == self._per_channel(output)
        count = is_maximum.sum(axis=(1, 2), keepdims=True, dtype=np.float32)
        return [is_maximum * (self._per_channel(gradient) / count)]

    def _pool(self, patch: Activation) -> tuple[float, tuple[int, int] | None]:
        """Return the maximum and its position."""
        winner = _argmax(patch, np.ones(patch.shape, dtype=np.bool_))
        return float(patch[winner]), winner


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each map."""

    name_prefix = "average"
    description = message("Takes the mean of each map.")
    has_unbounded_output = True

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the mean of each map."""
        return np.asarray(inputs[0].mean(axis=(1, 2)).reshape(-1, *self.layer.shape))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient, distributed equally to all pixels."""
        pixels = inputs[0].shape[1] * inputs[0].shape[2]
        return [np.broadcast_to(self._per_channel(gradient) / np.float32(pixels), inputs[0].shape)]

    def _pool(self, patch: Activation) -> tuple[float, tuple[int, int] | None]:
        """Return the mean."""
        return float(patch.mean(dtype=np.float64)), None
