"""Everything that is needed to tell how one value came about."""

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
from desktop_app.networks.layers.operation import Functional
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.arithmetic.positions import origin
from desktop_app.views.arithmetic.value_text import tr

Values = NDArray[np.float32]
Curve = Callable[[Values], Values]

_NO_CURVE = ("linear", "softmax", "log_softmax")


@dataclass(frozen=True, eq=False)
class Derivation:
    """One value's arithmetic and where it plays.

    Attributes:
        info, graph: the network.
        activations: of the reading, by layer.
        arithmetic: of the value.
        largest_first: whether summands stand by size, or as the network has them.
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
        """The layer that the step takes its values from; the layer itself where there is none."""
        sources, inputs = self.arithmetic.sources, self.layer.inputs
        name = sources[0][0] if sources else (inputs[0] if inputs else self.layer.name)
        return self.info.layer(name)

    @property
    def shown(self) -> float:
        """What the feature map shows at the place."""
        return float(self.activations[self.arithmetic.layer][self.arithmetic.position])

    @cached_property
    def range_before(self) -> tuple[float, float]:
        """The range to colour the layer before with: all its maps alike."""
        return value_range(self.activations[self.before.name])

    def map_before(self, channel: int) -> Values:
        """One map of the layer before, float32 (height, width); a line is a map of one row."""
        channels = self.activations[self.before.name]
        return (channels[None] if channels.ndim == 2 else channels)[..., channel]

    def place_before(self, row: int, column: int, channel: int) -> Position:
        """The index into the layer before of a value of one of its maps."""
        place = (row, column, channel)
        return place[3 - len(self.before.shape) :]

    def field(self, layer: str) -> Box | None:
        """The part of a picture that the value depends on; None: on all of it."""
        return self.graph.receptive_field(self.arithmetic.layer, self.arithmetic.position, layer)

    def curve(self) -> Curve | None:
        """The layer's activation function as a curve, of float32 (n,); None where it has none."""
        if self.arithmetic.function in _NO_CURVE:
            return None
        operation = self.graph.operation(self.arithmetic.layer)
        name = self.arithmetic.function
        try:
            own = operation.function if isinstance(operation, Functional) else None
            function = own if own is not None and own.name == name else function_named(name)
        except ValueError:
            return None
        position = self.arithmetic.position

        def curve(x: Values) -> Values:
            y = function.value(x.reshape(-1, *(1 for _ in position)))
            # Some functions have numbers of their own for each channel or place.
            place = (min(i, size - 1) for i, size in zip(position, y.shape[1:], strict=True))
            return np.asarray(y[(slice(None), *place)])

        return curve

    def origin_of(self, unit: int) -> tuple[str, Position]:
        """Where one input of a weighted sum came from: a place in a picture, if it came from one."""
        place = self.arithmetic.sources[0][1][:-1]
        return origin(self.info, self.before.name, (*place, unit))

    def name_of_unit(self, unit: int) -> str:
        """What a unit of the answer stands for; the number of any other unit."""
        labels = self.info.labels
        if self.layer.shape == (len(labels) + self.info.rejects,):
            return labels[unit] if unit < len(labels) else tr("not a character")
        return tr("unit {unit}").format(unit=unit)


def numbers_of(arithmetic: Arithmetic) -> dict[str, NDArray[Any]]:
    """The arithmetic as arrays by name, to be taken away."""
    step = arithmetic.step
    found: dict[str, NDArray[Any]] = {
        "position": np.array(arithmetic.position),
        "before": _one(arithmetic.before),
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
