"""Inference with LiteRT: outputs and the activations of all layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.networks.batch_network import BatchNetwork
from desktop_app.networks.card import ModelCard
from desktop_app.networks.last_layer import LastLayer, softmax
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.native_output import suppress_native_output


class Network:
    """A network that runs in LiteRT. Use it only in the thread that created it."""

    def __init__(self, card: ModelCard, network: bytes) -> None:
        """Load the network that the card describes.

        Args:
            card: model card with the layers.
            network: content of a .tflite file whose hash has been checked.

        Raises:
            UserError: the layers of the network are not those of the card.
        """
        self._info = card.info
        # Computed once instead of in each run.
        self._layers = [
            (layer.name, layer.inputs[0] if is_identity(layer) and layer.inputs else "", layer.shape)
            for layer in card.info.layers
        ]
        self._bytes = network
        self._batches: dict[str, BatchNetwork] = {}
        self._last_layer: LastLayer | None = None
        self._interpreter = Interpreter(model_content=network, num_threads=1)
        self._run = self._interpreter.get_signature_runner()
        inputs = [tuple(detail["shape"][1:]) for detail in self._run.get_input_details().values()]
        expected = {layer.name: layer.shape for layer in card.info.layers if not is_identity(layer)}
        outputs = self._run.get_output_details()
        matches = inputs == [card.info.input_shape] and outputs.keys() == expected.keys()
        if matches:
            (self._input,) = self._run.get_input_details()
            # The first run prepares the network and takes much longer than later ones. It also gives the
            # true shapes: for some layers the network declares others.
            with suppress_native_output():
                activations = self._run(**{self._input: np.zeros((1, *card.info.input_shape), np.float32)})
            matches = {name: values.shape[1:] for name, values in activations.items()} == expected
        if not matches:
            raise UserError(
                "The model {title} does not fit its card; install the model again.", title=card.title
            )

    def replace_last_layer(self, layer: LastLayer | None) -> None:
        """Use other weights in the last layer; None: those of the network."""
        self._last_layer = layer

    def run(
        self, model_input: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], Mapping[str, NDArray[np.float32]]]:
        """Compute the output and all activations for one input.

        Args:
            model_input: float32 (height, width, channels), the input shape of the network, in 0..1.

        Returns:
            The output, float32: probabilities (labels,), with one more for "not a character" if the
            network rejects, or an image (height, width, channels); and the activations by layer name,
            float32, in the order of the card. Activations of layers that return their input unchanged
            share memory with those of the layer before, and the input layer with model_input.
        """
        outputs = self._run(**{self._input: model_input[None]})
        activations: dict[str, NDArray[np.float32]] = {}
        for name, source, shape in self._layers:
            if name in outputs:
                activations[name] = outputs[name][0]
            else:
                activations[name] = activations[source].reshape(shape) if source else model_input
        if (learned := self._last_layer) is not None:
            activations |= learned.activations_of(activations[learned.features])
        return activations[self._info.output], MappingProxyType(activations)

    def predict(self, model_inputs: NDArray[np.float32], layer: str = "") -> NDArray[np.float32]:
        """Compute the outputs, or the activations of one layer, for many inputs.

        The first call for a layer takes longer: it prepares another interpreter.

        Args:
            model_inputs: float32 (n, height, width, channels), the input shape of the network, in 0..1;
                n may be 0.
            layer: name of a layer that is computed by the network; empty for the output.

        Returns:
            Float32 (n, *output shape of the layer).
        """
        name = layer or self._info.output
        if (learned := self._last_layer) is not None and name in (learned.logits, learned.output):
            logits = learned.logits_of(self.predict(model_inputs, learned.features))
            return softmax(logits) if name == learned.output else logits
        if len(model_inputs) == 0:
            return np.zeros((0, *self._info.layer(name).shape), dtype=np.float32)
        if name not in self._batches:
            self._batches[name] = BatchNetwork(self._info, self._bytes, name)
        return self._batches[name].predict(model_inputs)
