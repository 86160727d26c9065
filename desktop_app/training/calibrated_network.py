"""Calibrated probabilities of a network."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray


def with_probabilities(model: keras.Model) -> keras.Model:
    """Return the network with a softmax appended if it ends in logits."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return model
    if getattr(last, "activation", None) is keras.activations.softmax:
        return model
    names = {layer.name for layer in model.layers}
    name = next(name for name in ("probabilities", "softmax", "answers") if name not in names)
    return keras.Model(model.inputs[0], keras.layers.Softmax(name=name)(model.outputs[0]), name=model.name)


def calibrate(
    model: keras.Model,
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    fit_calibration: Callable[[NDArray[np.float32], NDArray[np.int64]], tuple[float, float]],
) -> float:
    """Calibrate the probabilities of a network by changing the weights of its last dense layer.

    Args:
        model: network that ends in probabilities; its weights change.
        probabilities: float32 (n, classes), its outputs for samples that were not used for training.
        classes: int64 (n,), the true classes.
        fit_calibration: returns the temperature, which divides the logits, and an offset, which is then added
            to the last logit.

    Returns:
        The temperature; 1 if there are no samples or no dense layer at the end.
    """
    layer = _last_dense(model)
    if layer is None or len(classes) == 0:
        return 1.0
    temperature, offset = fit_calibration(probabilities, classes)
    kernel, bias = (values / temperature for values in layer.get_weights())
    bias[-1] += offset
    layer.set_weights([kernel, bias])
    return temperature


def _last_dense(model: keras.Model) -> keras.layers.Dense | None:
    """Return the dense layer, with biases, that computes the logits; None if there is none."""
    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense) and len(model.layers) > 1:
        last = model.layers[-2]
        if last.get_config().get("activation") != "linear":
            return None
    return last if isinstance(last, keras.layers.Dense) and last.use_bias else None
