"""Inference of one layer for many inputs at once."""

from __future__ import annotations

import math

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.native_output import suppress_native_output
from desktop_app.networks.network_info import NetworkInfo

_MOST_INPUTS = 16
"""Largest batch size: large enough for two threads, small enough for the processor's cache."""

_THREADS = 2
_MOST_VALUES = 16_000_000
"""Largest number of activation values in one batch."""


class BatchNetwork:
    """A LiteRT network with a fixed batch size; LiteRT prepares again for each other size."""

    def __init__(self, info: NetworkInfo, network: bytes, layer: str) -> None:
        """Load a network.

        Args:
            info: description that the network is known to match.
            network: content of a .tflite file.
            layer: name of the layer to compute.
        """
        values = sum(math.prod(layer.shape) for layer in info.layers)
        self._size = max(1, min(_MOST_INPUTS, _MOST_VALUES // values))
        self._inputs = np.zeros((self._size, *info.input_shape), dtype=np.float32)
        self._interpreter = Interpreter(model_content=network, num_threads=_THREADS)
        output = info.layer(layer)
        self._shape = output.shape
        while is_identity(output):
            output = info.layer(output.inputs[0])
        signature = self._interpreter.get_signature_runner()
        self._output = signature.get_output_details()[output.name]["index"]
        # The input cannot be resized while a signature runner exists.
        del signature
        self._input = self._interpreter.get_input_details()[0]["index"]
        with suppress_native_output():
            self._interpreter.resize_tensor_input(self._input, self._inputs.shape)
            self._interpreter.allocate_tensors()

    def predict(self, model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the activations, float32 (n, *shape), for inputs, float32 (n, *input shape), in 0..1."""
        outputs = []
        for start in range(0, len(model_inputs), self._size):
            batch = model_inputs[start : start + self._size]
            # If the last batch is smaller, the remaining outputs are ignored.
            self._inputs[: len(batch)] = batch
            self._interpreter.set_tensor(self._input, self._inputs)
            self._interpreter.invoke()
            outputs.append(self._interpreter.get_tensor(self._output)[: len(batch)])
        return np.concatenate(outputs).reshape(len(model_inputs), *self._shape)
