"""The network: one LiteRT interpreter that answers with probabilities and every layer's activation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.networks.batch_network import BatchNetwork
from desktop_app.networks.card import ModelCard
from desktop_app.networks.native_output import suppress_native_output


class Network:
    """A loaded model. Belongs to the thread that made it."""

    def __init__(self, card: ModelCard, network: bytes) -> None:
        """Load the network that the card describes.

        Args:
            card: its labels and layers.
            network: the bytes of a .tflite file whose hash has been checked.

        Raises:
            UserError: the network does not show the layers that the card promises.
        """
        self._info = card.info
        # What is asked of every layer in every reading, gathered once.
        self._layers = [
            (layer.name, layer.inputs[0] if layer.is_identity and layer.inputs else "", layer.shape)
            for layer in card.info.layers
        ]
        self._bytes = network
        self._batch: BatchNetwork | None = None
        self._interpreter = Interpreter(model_content=network, num_threads=1)
        self._run = self._interpreter.get_signature_runner()
        inputs = [tuple(detail["shape"][1:]) for detail in self._run.get_input_details().values()]
        promised = {layer.name: layer.shape for layer in card.info.layers if not layer.is_identity}
        fits = inputs == [card.info.input_shape] and self._run.get_output_details().keys() == promised.keys()
        if fits:
            (self._input,) = self._run.get_input_details()
            # The first run prepares the network and takes many times longer than any later one. It also
            # gives the shapes: those that the network declares are not the true ones of every layer.
            with suppress_native_output():
                answers = self._run(**{self._input: np.zeros((1, *card.info.input_shape), np.float32)})
            fits = {name: values.shape[1:] for name, values in answers.items()} == promised
        if not fits:
            raise UserError(
                "The model {title} does not fit its card; install the model again.", title=card.title
            )

    def run(
        self, model_input: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], Mapping[str, NDArray[np.float32]]]:
        """Answer one input.

        Args:
            model_input: float32 of the network's input shape, (height, width, channels), in 0..1.

        Returns:
            Probabilities, float32 (labels,) or, where the network rejects, (labels + 1,), the last
            for "not a character"; and each layer's activation by name, in the order of its card,
            float32 of the layer's shape. Layers that pass on what they are given share their
            values with the layer before, the input layer with model_input; all others are the
            caller's.
        """
        answers = self._run(**{self._input: model_input[None]})
        activations: dict[str, NDArray[np.float32]] = {}
        for name, passed_on, shape in self._layers:
            if name in answers:
                activations[name] = answers[name][0]
            else:
                activations[name] = activations[passed_on].reshape(shape) if passed_on else model_input
        return activations[self._info.output], MappingProxyType(activations)

    def probabilities(self, model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer many inputs, without activations.

        The first call prepares an interpreter of its own for it, and takes about as long again.

        Args:
            model_inputs: float32 (n, height, width, channels) of the network's input shape, in
                0..1; n may be 0.

        Returns:
            Float32 (n, labels) or, where the network rejects, (n, labels + 1); rows sum to 1.
        """
        if len(model_inputs) == 0:
            return np.zeros((0, *self._info.layers[-1].shape), dtype=np.float32)
        if self._batch is None:
            self._batch = BatchNetwork(self._info, self._bytes)
        return self._batch.probabilities(model_inputs)
