"""The last layer of a network with labels, and weights for it that were learned from corrections."""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import ARCHIVE_ERRORS, array_headers, declared_bytes, read_array
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import read_file, write_atomically
from desktop_app.networks.card import ModelCard
from desktop_app.networks.layers.registry import has_softmax
from desktop_app.networks.model_folder import WEIGHTS_FILE
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.networks.weights import read_weights

Values = NDArray[np.float32]

ADAPTATION_SUFFIX = ".npz"

_ARRAYS = {"kernel", "bias", "weights", "samples"}
_LARGEST_FILE = 64_000_000


@dataclass(frozen=True, eq=False)
class LastLayer:
    """The dense layer that computes the logits of a network with labels.

    Attributes:
        features: name of the layer whose activation it takes, (units,).
        logits: name of the dense layer.
        output: name of the layer with the probabilities; the dense layer itself if its activation is softmax.
        kernel: float32 (units, outputs).
        bias: float32 (outputs,).
    """

    features: str
    logits: str
    output: str
    kernel: Values
    bias: Values

    def logits_of(self, features: Values) -> Values:
        """Return the logits, float32 (n, outputs), of features, float32 (n, units)."""
        return features @ self.kernel + self.bias

    def activations_of(self, features: Values) -> dict[str, Values]:
        """Return the activations of the last layers by name, for the features of one input, (units,)."""
        logits = self.logits_of(features[None])
        of_layers = {self.logits: logits[0]} if self.logits != self.output else {}
        return of_layers | {self.output: softmax(logits)[0]}

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of kernel and bias, hexadecimal."""
        return hashlib.sha256(self.kernel.tobytes() + self.bias.tobytes()).hexdigest()

    def weights(self) -> dict[str, Values]:
        """Return the weights by "layer/weight"."""
        return {f"{self.logits}/kernel": self.kernel, f"{self.logits}/bias": self.bias}

    def with_weights(self, adaptation: Adaptation) -> LastLayer:
        """Return the layer with other weights."""
        return replace(self, kernel=adaptation.kernel, bias=adaptation.bias)


@dataclass(frozen=True, eq=False)
class Adaptation:
    """Weights of a last layer that were learned from corrections.

    Attributes:
        kernel: float32 (units, outputs).
        bias: float32 (outputs,).
        weights: SHA-256 of the weights of the model that it replaces, hexadecimal.
        samples: number of samples that it was learned from.
    """

    kernel: Values
    bias: Values
    weights: str
    samples: int


def softmax(logits: Values) -> Values:
    """Return the probabilities of logits along the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Values = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def last_layer(info: NetworkInfo, weights: Mapping[str, Values]) -> LastLayer:
    """Return the last layer of a network.

    Args:
        info: its layers.
        weights: by "layer/weight".

    Raises:
        UserError: the network does not end with a dense layer and softmax.
    """
    output = dense = info.layers[-1]
    if dense.kind in ("Softmax", "Activation") and len(dense.inputs) == 1:
        dense = info.layer(dense.inputs[0])
    has_logits = dense is output or dense.options.get("activation", "linear") in ("linear", None)
    kernel = weights.get(f"{dense.name}/kernel")
    bias = weights.get(f"{dense.name}/bias")
    if (
        dense.kind != "Dense"
        or not has_logits
        or not has_softmax(output.kind, output.options)
        or kernel is None
        or bias is None
    ):
        raise UserError(
            "The model {title} cannot learn from corrections: its last layer is not dense with softmax.",
            title=info.title,
        )
    return LastLayer(dense.inputs[0], dense.name, output.name, kernel, bias)


def adaptation_path(folder: Path, card: ModelCard) -> Path:
    """Return the file in a folder for what was learned for a model."""
    key = hashlib.sha256(card.name.encode()).hexdigest()[:8]
    return folder / f"{card.name}-{key}{ADAPTATION_SUFFIX}"


def write_adaptation(path: Path, adaptation: Adaptation) -> None:
    """Write an adaptation.

    Raises:
        UserError: the file cannot be written; an existing one stays unchanged.
    """
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        kernel=adaptation.kernel,
        bias=adaptation.bias,
        weights=np.array(adaptation.weights),
        samples=np.array(adaptation.samples),
    )
    write_atomically(path, buffer.getvalue())


def read_adaptation(path: Path, card: ModelCard, layer: LastLayer) -> Adaptation:
    """Read an adaptation of a model.

    Raises:
        UserError: the file is missing or damaged, or belongs to other weights.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(read_file(path, _LARGEST_FILE))) as archive:
            headers = array_headers(archive, len(_ARRAYS))
            if set(headers) != _ARRAYS or sum(map(declared_bytes, headers.values())) > _LARGEST_FILE:
                raise ValueError("not an adaptation")
            arrays = {name: read_array(archive, name) for name in headers}
        kernel, bias = arrays["kernel"], arrays["bias"]
        for values, expected in ((kernel, layer.kernel), (bias, layer.bias)):
            if values.dtype != np.float32 or values.shape != expected.shape or not np.isfinite(values).all():
                raise ValueError("an array is invalid")
        found = Adaptation(kernel, bias, str(arrays["weights"][()]), int(arrays["samples"][()]))
    except (*ARCHIVE_ERRORS, TypeError) as error:
        raise UserError("{name} is damaged; correct a reading again.", name=shown_name(path)) from error
    if found.weights != card.files.get(WEIGHTS_FILE):
        raise UserError(
            "{name} was learned for other weights of the model {title}.",
            name=shown_name(path),
            title=card.title,
        )
    return found


def learned_layer(model: Path, card: ModelCard, adaptations: Path) -> LastLayer | None:
    """Return the last layer that a model learned from corrections; None if it has learned nothing.

    Args:
        model: folder of the model.
        card: its card.
        adaptations: folder of what models learned.
    """
    path = adaptation_path(adaptations, card)
    if path.exists():
        with contextlib.suppress(UserError):
            layer = last_layer(card.info, read_weights(model, card))
            return layer.with_weights(read_adaptation(path, card, layer))
    return None
