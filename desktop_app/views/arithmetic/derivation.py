"""Data needed to show how a single value is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import value_range
from desktop_app.networks.arithmetic import (
    Arithmetic,
    Box,
    Combined,
    NormalizedValue,
    PoolWindow,
    Position,
    WeightedSum,
    WindowSum,
)
from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.functions import function_named
from desktop_app.networks.layers.operation import ActivatedOperation
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.arithmetic.positions import origin
from desktop_app.views.arithmetic.value_text import translate
from desktop_app.views.parts.unit_names import unit_names

Values = NDArray[np.float32]
Curve = Callable[[Values], Values]

_COLOURS = 3
_NO_CURVE = ("linear", "softmax", "log_softmax")


@dataclass(frozen=True, eq=False)
class Derivation:
    """The arithmetic of a value with its network and activations.

    Attributes:
        info, graph: the network.
        activations: by layer, float32.
        arithmetic: of the value.
        largest_first: whether summands are sorted by size instead of network order.
    """

    info: NetworkInfo
    graph: Graph
    activations: Mapping[str, Values]
    arithmetic: Arithmetic
    largest_first: bool

    @property
    def layer(self) -> LayerInfo:
        """The layer of the value."""
        return self.info.layer(self.arithmetic.layer)

    @property
    def before(self) -> LayerInfo:
        """The layer whose values are the input of the step; the layer itself if there is none."""
        sources, inputs = self.arithmetic.sources, self.layer.inputs
        name = sources[0][0] if sources else (inputs[0] if inputs else self.layer.name)
        return self.info.layer(name)

    @property
    def shown(self) -> float:
        """The value in the feature map."""
        return float(self.activations[self.arithmetic.layer][self.arithmetic.position])

    @cached_property
    def range_before(self) -> tuple[float, float]:
        """The value range for the colours of the previous layer, common to all its maps."""
        return value_range(self.activations[self.before.name])

    def map_before(self, channel: int) -> Values:
        """Return a map of the previous layer, float32 (height, width); a 1-D map has one row."""
        channels = self.activations[self.before.name]
        return (channels[None] if channels.ndim == 2 else channels)[..., channel]

    def position_before(self, row: int, column: int, channel: int) -> Position:
        """Return the index into the previous layer of a value in one of its maps."""
        location = (row, column, channel)
        return location[3 - len(self.before.shape) :]

    def field(self, layer: str) -> Box | None:
        """Return the receptive field in an earlier layer; None if it is the whole layer."""
        return self.graph.receptive_field(self.arithmetic.layer, self.arithmetic.position, layer)

    def curve(self) -> Curve | None:
        """Return the activation function as a function of float32 (n,); None if there is none to draw."""
        if self.arithmetic.function in _NO_CURVE:
            return None
        operation = self.graph.operation(self.arithmetic.layer)
        name = self.arithmetic.function
        try:
            own = operation.function if isinstance(operation, ActivatedOperation) else None
            function = own if own is not None and own.name == name else function_named(name)
        except ValueError:
            return None
        position = self.arithmetic.position

        def curve(x: Values) -> Values:
            y = function.value(x.reshape(-1, *(1 for _ in position)))
            # Some functions have parameters per channel or position.
            location = (min(i, size - 1) for i, size in zip(position, y.shape[1:], strict=True))
            return np.asarray(y[(slice(None), *location)])

        return curve

    def origin_of(self, unit: int) -> tuple[str, Position]:
        """Return the source of an input of a weighted sum: a position in a map if the input was flattened."""
        location = self.arithmetic.sources[0][1][:-1]
        return origin(self.info, self.before.name, (*location, unit))

    def name_of_channel(self, channel: int) -> str:
        """Return the number of a channel of the previous layer, or the colour in an RGB model input."""
        if self.before.inputs or self.before.shape[-1] != _COLOURS:
            return str(channel)
        names = (
            translate("Arithmetic", "red"),
            translate("Arithmetic", "green"),
            translate("Arithmetic", "blue"),
        )
        return names[channel]

    def name_of_unit(self, unit: int) -> str:
        """Return the label of an output unit, or the number of any other unit."""
        names = unit_names(self.info, self.layer)
        return names[unit] if names else translate("Arithmetic", "unit {unit}").format(unit=unit)


def numbers_of(arithmetic: Arithmetic) -> dict[str, NDArray[Any]]:
    """Return the arithmetic as arrays by name, for export."""
    step = arithmetic.step
    found: dict[str, NDArray[Any]] = {
        "position": np.array(arithmetic.position),
        "before": _one(arithmetic.pre_activation),
        "value": _one(arithmetic.value),
    }
    if isinstance(step, WindowSum):
        found |= {"patches": step.patches, "kernels": step.kernels, "sums": step.sums, "inside": step.inside}
        found |= {"channels": np.array(step.channels), "bias": _one(step.bias or 0.0)}
    elif isinstance(step, PoolWindow):
        found |= {"patch": step.patch, "inside": step.inside}
    elif isinstance(step, WeightedSum):
        found |= {"inputs": step.inputs, "weights": step.weights, "bias": _one(step.bias or 0.0)}
    elif isinstance(step, Combined):
        found["values"] = step.values
    elif isinstance(step, NormalizedValue):
        names = ("mean", "variance", "gamma", "beta", "epsilon")
        found |= {name: _one(getattr(step, name)) for name in names}
        found["normalized"] = _one(step.value)
    return found


def _one(value: float) -> NDArray[Any]:
    return np.array([value], dtype=np.float32)
