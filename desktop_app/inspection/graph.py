"""A network as a graph of operations: computes what the running network only answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import Refusal
from desktop_app.core.network_info import LayerInfo, NetworkInfo
from desktop_app.inspection.arithmetic import Arithmetic, Box, Position
from desktop_app.inspection.operations.operation import Activation, Batch, Functional, Operation
from desktop_app.inspection.operations.registry import operation_for
from desktop_app.inspection.operations.shape import Passing


class UnknownArithmetic(Refusal):
    """A layer whose arithmetic the program does not know lies in the way."""


class Graph:
    """A network's layers with their weights. Immutable; may be asked from any thread.

    Activations are given by layer name. A running network does not answer with those of layers that
    only pass values on: they are made from the layers before, so that nobody has to hand them in.
    The model input stands under the name of the input layer.
    """

    def __init__(self, info: NetworkInfo, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Build the operations; weights by "layer/weight". Layers of unknown kind have none."""
        self.info = info
        by_layer: dict[str, dict[str, Activation]] = {}
        for path, weight in weights.items():
            layer, _, name = path.rpartition("/")
            by_layer.setdefault(layer, {})[name] = weight
        self._operations: dict[str, Operation | None] = {
            layer.name: operation_for(
                layer, [info.layer(name) for name in layer.inputs], by_layer.get(layer.name, {})
            )
            for layer in info.layers
        }

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
        wanted = None if until is None else self._before(until)
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
        before_function: bool = False,
    ) -> Batch:
        """The gradient with respect to the output of the layer `to`.

        Args:
            outputs: every layer's output for the batch: forward()'s, or the running network's.
            layer: whose output's gradient is given.
            gradient: the shape of that output.
            to: a layer before it, e.g. the input.
            before_function: the gradient is with respect to what the layer computes before its
                activation function, as scores are before softmax.

        Raises:
            UnknownArithmetic: a layer between the two has an arithmetic that is not known.
        """
        between = self._before(layer) & self._behind(to)
        outputs = self._completed(outputs)
        gradients = {layer: gradient}
        for info in reversed(self.info.layers):
            if info.name == to or info.name not in gradients or info.name not in between:
                continue
            operation = self._known(info)
            inputs = [outputs[name] for name in info.inputs]
            ahead = gradients.pop(info.name)
            if before_function and info.name == layer and isinstance(operation, Functional):
                backs = operation.backward_before(ahead, inputs)
            else:
                backs = operation.backward(ahead, inputs, outputs[info.name])
            for name, back in zip(info.inputs, backs, strict=True):
                gradients[name] = gradients[name] + back if name in gradients else back
        return gradients.get(to, np.zeros_like(outputs[to]))

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
        batches = {name: activation[None] for name, activation in activations.items()}
        names = info.inputs or (layer,)
        return operation.explain(position, [self._output(name, batches)[0] for name in names])

    def receptive_field(self, layer: str, position: Position, on: str) -> Box | None:
        """The part of the layer `on` (e.g. the input) that a value depends on, clipped to its map.

        None where it depends on all of it, where `on` is no picture, or where a layer between has
        an arithmetic that is not known.
        """
        return self._traced(layer, position, on, clipped=True)

    def footprint(self, layer: str, position: Position, on: str) -> Box | None:
        """Like receptive_field, but padding counts: equally large for all places of a layer."""
        return self._traced(layer, position, on, clipped=False)

    def _traced(self, layer: str, position: Position, on: str, clipped: bool) -> Box | None:
        """Follow the windows from a value back to a layer."""
        if len(self.info.layer(on).shape) != 3:
            return None
        layer, position = self._unpassed(layer, position)
        if len(position) != 3:
            return None
        row, column, _ = position
        boxes = {layer: Box(row, column, row + 1, column + 1)}
        for info in reversed(self.info.layers):
            if info.name == on or info.name not in boxes:
                continue
            operation = self._operations[info.name]
            windows = None if operation is None else operation.window(boxes.pop(info.name))
            if windows is None:
                if on in self._before(info.name):
                    return None
                continue
            for name, window in zip(info.inputs, windows, strict=True):
                self._add_box(boxes, name, window, clipped)
        return boxes.get(on, Box(0, 0, 0, 0))

    def _add_box(self, boxes: dict[str, Box], name: str, box: Box, clipped: bool) -> None:
        """Note a part of a layer beside what is already noted; padding is no part of it."""
        if clipped:
            box = box.clipped(*self.info.layer(name).shape[:2])
        if box.top < box.bottom and box.left < box.right:
            boxes[name] = boxes[name].united(box) if name in boxes else box

    def _unpassed(self, layer: str, position: Position) -> tuple[str, Position]:
        """Where a value was first, before layers that only change the shape."""
        operation = self._operations[layer]
        while len(position) != 3 and isinstance(operation, Passing):
            position = operation.origin(position)
            layer = operation.inputs[0].name
            operation = self._operations[layer]
        return layer, position

    def _known(self, layer: LayerInfo) -> Operation:
        """The layer's operation, or a refusal that says what is missing."""
        operation = self._operations[layer.name]
        if operation is None:
            raise UnknownArithmetic(
                f"The program does not know how the layer {layer.name} ({layer.kind}) computes: "
                "its feature maps can be seen, but not taken apart."
            )
        return operation

    def _completed(self, outputs: Mapping[str, Batch]) -> dict[str, Batch]:
        """The outputs with those of layers that only pass on, as far as they can be had."""
        complete = dict(outputs)
        for layer in self.info.layers[1:]:
            if layer.name not in complete and layer.passes_on and layer.inputs[0] in complete:
                complete[layer.name] = complete[layer.inputs[0]].reshape(-1, *layer.shape)
        return complete

    def _output(self, name: str, outputs: Mapping[str, Batch]) -> Batch:
        """A layer's output, made from the layer before where it only passes on."""
        layer = self.info.layer(name)
        if name in outputs or not layer.inputs:
            return outputs[name]
        return self._output(layer.inputs[0], outputs).reshape(-1, *layer.shape)

    def _before(self, layer: str) -> set[str]:
        """The layer and all that it depends on."""
        found = {layer}
        for info in reversed(self.info.layers):
            if info.name in found:
                found.update(info.inputs)
        return found

    def _behind(self, layer: str) -> set[str]:
        """The layer and all that depend on it."""
        found = {layer}
        for info in self.info.layers:
            if found.intersection(info.inputs):
                found.add(info.name)
        return found
