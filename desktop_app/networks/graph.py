"""Graphs of operations: forward and backward passes, explanations, and receptive fields of a network."""

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
    """A layer whose computation is not supported is needed for the result."""


class Graph:
    """The layers of a network with their weights. Immutable and safe to use from any thread.

    Activations are keyed by layer name as in observations: the model input has the name of the input
    layer, and layers that pass their input on unchanged are included.
    """

    def __init__(self, info: NetworkInfo, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Build the operations of the layers.

        Args:
            info: the layers and their connections.
            weights: by "layer/weight", e.g. "conv1/kernel". Layers of unsupported kinds have no operation.
        """
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

    def with_weights(self, replaced: Mapping[str, NDArray[np.float32]]) -> Graph:
        """Return the same layers with some weights, by "layer/weight", replaced."""
        weights = {
            f"{layer}/{name}": values for layer, own in self._weights.items() for name, values in own.items()
        }
        return Graph(self.info, {**weights, **replaced})

    def weights(self, layer: str) -> Mapping[str, Activation]:
        """Return the weights of a layer by their Keras names, also for unsupported kinds."""
        return self._weights.get(layer, {})

    def operation(self, layer: str) -> Operation | None:
        """Return the operation of a layer; None if its kind is not supported."""
        return self._operations[layer]

    def forward(self, model_inputs: Batch, until: str | None = None) -> dict[str, Batch]:
        """Compute the outputs of all layers for a batch of model inputs.

        Args:
            model_inputs: float32 (n, *input shape).
            until: compute only this layer and those that it depends on; None for all layers.

        Raises:
            UnknownArithmetic: a layer that is needed is of an unsupported kind.
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
        """Backpropagate a gradient from the output of `layer` to the output of the layer `to`.

        Args:
            outputs: the outputs of all layers for the batch, from `forward` or from the LiteRT network.
            layer: the layer whose output's gradient is given.
            gradient: float32, same shape as that output.
            to: an earlier layer, e.g. the input.
            before_activation: the gradient is with respect to the value before the activation function
                of `layer`, e.g. logits before softmax.

        Returns:
            Float32 (n, *shape of `to`); zeros if `layer` does not depend on `to`.

        Raises:
            UnknownArithmetic: a layer between the two is of an unsupported kind.
        """
        between = layers_before(self.info, layer) & layers_after(self.info, to)
        gradients = {layer: gradient}
        for info in reversed(self.info.layers):
            if info.name == to or info.name not in gradients or info.name not in between:
                continue
            operation = self._known(info)
            inputs = [outputs[name] for name in info.inputs]
            output_gradient = gradients.pop(info.name)
            if before_activation and info.name == layer and isinstance(operation, ActivatedOperation):
                input_gradients = operation.backward_pre_activation(output_gradient, inputs)
            else:
                input_gradients = operation.backward(output_gradient, inputs, outputs[info.name])
            for name, input_gradient in zip(info.inputs, input_gradients, strict=True):
                gradients[name] = gradients[name] + input_gradient if name in gradients else input_gradient
        if to in gradients:
            return gradients[to]
        return np.zeros((len(gradient), *self.info.layer(to).shape), dtype=np.float32)

    def explain(self, layer: str, position: Position, activations: Mapping[str, Activation]) -> Arithmetic:
        """Explain how one value of a layer was computed.

        Args:
            layer: name of the layer.
            position: non-negative index into its activation.
            activations: of one model input; those of the layer's inputs are sufficient.

        Raises:
            UnknownArithmetic: the layer is of an unsupported kind.
        """
        info = self.info.layer(layer)
        operation = self._known(info)
        return operation.explain(position, [activations[name] for name in info.inputs or (layer,)])

    def receptive_field(self, layer: str, position: Position, on: str) -> Box | None:
        """Return the part of the layer `on`, e.g. the input, that a value depends on, clipped to its map.

        None if the value depends on the whole map, if `on` has no rows and columns, or if a layer
        between is of an unsupported kind.
        """
        return receptive_field(self.info, self._operations, (layer, position), on, clipped=True)

    def footprint(self, layer: str, position: Position, on: str) -> Box | None:
        """Return the receptive field with padding included: of the same size at all positions of a layer."""
        return receptive_field(self.info, self._operations, (layer, position), on, clipped=False)

    def _known(self, layer: LayerInfo) -> Operation:
        """Return the operation of a layer.

        Raises:
            UnknownArithmetic: its kind is not supported.
        """
        operation = self._operations[layer.name]
        if operation is None:
            raise UnknownArithmetic(
                "The layer {name} ({kind}) cannot be explained: its kind is not supported. Its "
                "feature maps are shown all the same.",
                name=layer.name,
                kind=layer.kind,
            )
        return operation
