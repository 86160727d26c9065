"""The batch network: answers many inputs fast, with probabilities alone."""

from __future__ import annotations

import math

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from desktop_app.networks.native_output import suppress_native_output
from desktop_app.networks.network_info import NetworkInfo

_BATCH = 16
"""Inputs at once: enough for two threads to share, few enough to stay in a processor's cache."""

_THREADS = 2
_MOST_VALUES = 16_000_000
"""Largest sum of all activations of one batch."""


class BatchNetwork:
    """One network with a fixed batch: a changed batch size would be prepared for anew."""

    def __init__(self, info: NetworkInfo, network: bytes) -> None:
        """Load a network that has been found to fit its info."""
        values = sum(math.prod(layer.shape) for layer in info.layers)
        self._size = max(1, min(_BATCH, _MOST_VALUES // values))
        self._inputs = np.zeros((self._size, *info.input_shape), dtype=np.float32)
        self._interpreter = Interpreter(model_content=network, num_threads=_THREADS)
        self._shape = info.layers[-1].shape
        answering = info.layers[-1]
        while answering.is_identity:
            answering = info.layer(answering.inputs[0])
        signature = self._interpreter.get_signature_runner()
        self._output = signature.get_output_details()[answering.name]["index"]
        # The interpreter takes no other shape while somebody holds a signature.
        del signature
        self._input = self._interpreter.get_input_details()[0]["index"]
        with suppress_native_output():
            self._interpreter.resize_tensor_input(self._input, self._inputs.shape)
            self._interpreter.allocate_tensors()

    def probabilities(self, model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's outputs, float32 (n, ...), to inputs, float32 (n, height, width, channels)."""
        answers = []
        for start in range(0, len(model_inputs), self._size):
            batch = model_inputs[start : start + self._size]
            # The last batch may be smaller; what stays of the one before it is not looked at.
            self._inputs[: len(batch)] = batch
            self._interpreter.set_tensor(self._input, self._inputs)
            self._interpreter.invoke()
            answers.append(self._interpreter.get_tensor(self._output)[: len(batch)])
        return np.concatenate(answers).reshape(len(model_inputs), *self._shape)
