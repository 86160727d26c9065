"""Calibrate: probabilities that mean what they say, on samples that nothing was learned from."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.recipe import Recipe


def with_probabilities(model: keras.Model) -> keras.Model:
    """The network with a softmax at its end, where it ends in plain sums."""
    if _ends_in_softmax(model):
        return model
    names = {layer.name for layer in model.layers}
    name = next(name for name in ("probabilities", "softmax", "answers") if name not in names)
    return keras.Model(model.inputs[0], keras.layers.Softmax(name=name)(model.outputs[0]), name=model.name)


def calibrate(
    model: keras.Model, probabilities: NDArray[np.float32], classes: NDArray[np.int64], recipe: Recipe
) -> float:
    """Make the probabilities of a network that ends in them mean what they say.

    Method: temperature scaling (Guo, Pleiss, Sun and Weinberger, 2017), together with an offset for
    "not a character", if the recipe knows it: negatives are far more common in training than on
    anybody's paper; here they weigh as much as the recipe expects. The numbers that minimize the
    weighted negative log likelihood go into the last dense layer's weights, so that nothing else
    needs to know them. The most probable label stays what it was.

    Args:
        model: whose last dense layer changes.
        probabilities: float32 (n, classes), its answers to samples that nothing was learned from.
        classes: int64 (n,), what these are.
        recipe: of the model.

    Returns:
        The temperature; 1 where there is nothing to calibrate by, or no dense layer at the end.
    """
    from scipy.optimize import minimize

    last = _last_dense(model)
    if last is None or len(classes) == 0:
        return 1.0
    # The sums before the softmax, but for one number a sample. What float32 rounds to nothing is at
    # most as probable as this.
    logits = np.log(np.maximum(probabilities.astype(np.float64), 1e-30))
    targets = np.eye(recipe.task.output_shape[0])[classes]
    weights = _expected_weights(classes, recipe)
    shifts = recipe.task.rejects

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = logits / np.exp(parameters[0])
        if shifts:
            scaled[:, -1] += parameters[1]
        scaled -= scaled.max(axis=1, keepdims=True)
        log_probability = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(log_probability * targets).sum(axis=1) @ weights)

    # A network that is right every time would be made ever surer.
    bounds = [(-3.0, 3.0), (-20.0, 20.0)][: 1 + shifts]
    log_temperature, *offset = minimize(loss, np.zeros(1 + shifts), method="Nelder-Mead", bounds=bounds).x
    temperature = float(np.exp(log_temperature))
    kernel, bias = (values / temperature for values in last.get_weights())
    if shifts:
        bias[-1] += offset[0]
    last.set_weights([kernel, bias])
    return temperature


def _ends_in_softmax(model: keras.Model) -> bool:
    last = model.layers[-1]
    activation = getattr(last, "activation", None)
    return isinstance(last, keras.layers.Softmax) or activation is keras.activations.softmax


def _last_dense(model: keras.Model) -> keras.layers.Dense | None:
    """The dense layer, with biases, whose sums the softmax at the end is of."""
    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense) and len(model.layers) > 1:
        last = model.layers[-2]
        if last.get_config().get("activation") != "linear":
            return None
    return last if isinstance(last, keras.layers.Dense) and last.use_bias else None


def _expected_weights(classes: NDArray[np.int64], recipe: Recipe) -> NDArray[np.float64]:
    """Weights of samples, summing to 1, by which negatives are as rare as the recipe expects."""
    negative = classes == len(recipe.task.labels)
    expected = recipe.negatives.expected_share if recipe.task.rejects else 0.0
    share = expected if negative.any() else 0.0
    weights = np.full(len(classes), (1 - share) / max(1, (~negative).sum()))
    weights[negative] = share / max(1, negative.sum())
    return weights
