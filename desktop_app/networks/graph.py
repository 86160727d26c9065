"""A network as a graph of operations: computes what the running network only answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.networks.arithmetic import Arithmetic, Box, Position
from desktop_app.networks.layers.operation import ActivatedOperation, Activation, Batch, Operation
from desktop_app.networks.layers.registry import operation_for
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.receptive_fields import layers_after, layers_before, receptive_field


class UnknownArithmetic(UserError):
    """A layer whose arithmetic the program does not know lies in the way."""


class Graph:
    """A network's layers with their weights. Immutable; may be asked from any thread.

    Activations are given by layer name, as observations hold them: the model input stands under the
    name of the input layer, and layers that only pass values on have theirs too.
    """

    def __init__(self, info: NetworkInfo, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Build the operations; weights by "layer/weight". Layers of unknown kind have none."""
        self.info = info
        by_layer: dict[str, dict[str, Activation]] = {}
        for path, weight in weights.items():
            layer, _, name = path.partition("/")
            by_layer.setdefault(layer, {})[name] = weight
        self._operations: dict[str, Operation | None] = {
            layer.name: operation_for(
                layer, [info.layer(name) for name in layer.inputs], by_layer.get(layer.name, {})
            )
            for layer in info.layers
        }
        self._weights = by_layer

    def weights(self, layer: str) -> Mapping[str, Activation]:
        """The layer's weights by their Keras names, also where its arithmetic is not known."""
        return self._weights.get(layer, {})

    def operation(self, layer: str) -> Operation | None:
        """What a layer computes; None where the program does not know its arithmetic."""
        return self._operations[layer]

    def forward(self, model_inputs: Batch, until: str | None = None) -> dict[str, Batch]:
        """Every layer's output for a batch of model inputs.

        Args:
            model_inputs: float32 (n, *input shape).
            until: only this layer and those that it depends on; all where it is None.

        Raises:
            UnknownArithmetic: a layer's arithmetic is not known.
        """
        wanted = None if until is None else layers_before(self.info, until)
        outputs = {self.info.layers[0].name: model_inputs}
        for layer in self.info.layers[1:]:
            if wanted is None or layer.name in wanted:
                inputs = [outputs[name] for name in layer.inputs]
                outputs[layer.name] = self._known(layer).forward(inputs)
        return outputs

    def backward(
        self,
        outputs: Mapping[str, Batch],
        layer: str,
        gradient: Batch,
        to: str,
        before_activation: bool = False,
    ) -> Batch:
        """The gradient with respect to the output of the layer `to`.

        Args:
            outputs: every layer's output for the batch: forward()'s, or the running network's.
            layer: whose output's gradient is given.
            gradient: the shape of that output.
            to: a layer before it, e.g. the input.
            before_activation: the gradient is with respect to what the layer computes before its
                activation function, as scores are before softmax.

        Raises:
            UnknownArithmetic: a layer between the two has an arithmetic that is not known.
        """
        between = layers_before(self.info, layer) & layers_after(self.info, to)
        gradients = {layer: gradient}
        for info in reversed(self.info.layers):
            if info.name == to or info.name not in gradients or info.name not in between:
                continue
            operation = self._known(info)
            inputs = [outputs[name] for name in info.inputs]
            ahead = gradients.pop(info.name)
            if before_activation and info.name == layer and isinstance(operation, ActivatedOperation):
                backs = operation.backward_pre_activation(ahead, inputs)
            else:
                backs = operation.backward(ahead, inputs, outputs[info.name])
            for name, back in zip(info.inputs, backs, strict=True):
                gradients[name] = gradients[name] + back if name in gradients else back
        if to in gradients:
            return gradients[to]
        return np.zeros((len(gradient), *self.info.layer(to).shape), dtype=np.float32)

    def explain(self, layer: str, position: Position, activations: Mapping[str, Activation]) -> Arithmetic:
        """How one value of a layer came about, from the activations of one reading.

        Args:
            layer: whose value.
            position: index into its activation, no negative numbers.
            activations: those of the layers that it takes as inputs are enough.

        Raises:
            UnknownArithmetic: the layer's arithmetic is not known.
        """
        info = self.info.layer(layer)
        operation = self._known(info)
        return operation.explain(position, [activations[name] for name in info.inputs or (layer,)])

    def receptive_field(self, layer: str, position: Position, on: str) -> Box | None:
        """The part of the layer `on` (e.g. the input) that a value depends on, clipped to its map.

        None where it depends on all of it, where `on` is no picture, or where a layer between has
        an arithmetic that is not known.
        """
        return receptive_field(self.info, self._operations, (layer, position), on, clipped=True)

    def footprint(self, layer: str, position: Position, on: str) -> Box | None:
        """Like receptive_field, but padding counts: equally large for all places of a layer."""
        return receptive_field(self.info, self._operations, (layer, position), on, clipped=False)

    def _known(self, layer: LayerInfo) -> Operation:
        """The layer's operation, or a user error that says what is missing."""
        operation = self._operations[layer.name]
        if operation is None:
            raise UnknownArithmetic(
                "The layer {name} ({kind}) cannot be explained: its kind is not supported. Its "
                "feature maps are shown all the same.",
                name=layer.name,
                kind=layer.kind,
            )
        return operation
