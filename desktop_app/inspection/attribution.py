"""Why this answer: what in a model input spoke for it, and what for the runner-up.

All maps are float32 (height, width) of the model input and have a sign: what is positive speaks for
the answers whose weighting is positive, what is negative against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.gradients import Weighting, score_gradient
from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.operation import Activation, Batch
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.networks.receptive_fields import layers_before

Attribution: TypeAlias = NDArray[np.float32]

Predict: TypeAlias = Callable[[Batch], NDArray[np.float32]]
"""From model inputs (n, height, width, channels) to probabilities (n, answers)."""

_INK = 0.1
"""A spot that hides less than this of every pixel hides nothing."""

_UNHEARD = 0.01
"""A probability: what moves among smaller ones decides nothing, and is not shown."""


def integrated_gradients(
    graph: Graph, model_input: Activation, weighting: Weighting, steps: int = 24
) -> Attribution:
    """Each pixel's part in how the scores' weighted sum differs from a black input's.

    The gradient is averaged along the straight way from black to the input, so that the parts of all
    pixels sum to the difference (completeness). Sundararajan, Taly and Yan, "Axiomatic Attribution
    for Deep Networks", 2017.

    Args:
        graph: the network.
        model_input: float32 (height, width, channels).
        weighting: of the answers.
        steps: places on the way at which the gradient is taken, all in one batch.

    Raises:
        UnknownArithmetic: a layer's arithmetic is not known.
    """
    shares = (np.arange(steps, dtype=np.float32) + np.float32(0.5)) / np.float32(steps)
    outputs = graph.forward(shares.reshape(-1, 1, 1, 1) * model_input)
    gradient = score_gradient(graph, outputs, weighting, graph.info.layers[0].name)
    return np.asarray((gradient.mean(axis=0) * model_input).sum(axis=-1))


def last_spatial_layer(info: NetworkInfo) -> str | None:
    """The last layer whose channels have learned what to look for and still tell where it was.

    It is the one to make Grad-CAM's map of. None where no convolution comes before the places are
    given up, as in a network of dense layers: then every place counts for itself, and a map of the
    gradients of the input says all there is to say.
    """
    needed = layers_before(info, info.output)
    for layer in reversed(info.layers):
        if layer.name in needed and len(layer.shape) == 3 and layer.shape[:2] != (1, 1):
            before = (info.layer(name) for name in layers_before(info, layer.name))
            return layer.name if any("kernel_size" in other.options for other in before) else None
    return None


def grad_cam(
    graph: Graph, activations: Mapping[str, Activation], layer: str, weighting: Weighting
) -> Attribution:
    """Where a layer's channels found what matters for the scores.

    Each channel's map is weighed by its gradient, and all are summed. Selvaraju et al., "Grad-CAM:
    Visual Explanations from Deep Networks via Gradient-based Localization", 2017, with two changes.
    There is no final ReLU, so that what speaks against the answers remains. And each place has its
    own gradient instead of its channel's mean, which is the same where a network averages over places
    before it answers, and does not blame the wrong places where it does not (Draelos and Carin, "Use
    HiResCAM instead of Grad-CAM for faithful explanations", 2020). Each value is laid at the middle
    of what it depends on, and what lies between is interpolated.

    Args:
        graph: the network.
        activations: of one reading, as the running network has them.
        layer: see `last_spatial_layer`.
        weighting: of the answers.

    Raises:
        UnknownArithmetic: a layer behind this one has an arithmetic that is not known.
    """
    outputs = {name: activation[None] for name, activation in activations.items()}
    gradient = score_gradient(graph, outputs, weighting, layer)[0]
    heat = (activations[layer] * gradient).sum(axis=-1)
    rows, columns = _middles(graph, layer)
    height, width = graph.info.input_shape[:2]
    return _between(_between(heat, rows, height).T, columns, width).T


def occlusion(ask: Predict, model_input: Activation, weighting: Weighting) -> Attribution:
    """How much clearer the answer is with a part of the ink than with that part hidden.

    A soft spot of background, a third of the input wide, is laid on the input in steps of a
    fourteenth, wherever it hides ink. Each pixel gets the mean change, by the spots that hide it, of
    the weighted sum of log(probability + 0.01): below 0.1 next to nothing changes, whichever part is
    hidden. Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.

    Args:
        ask: the running network; it is asked once.
        model_input: float32 (height, width, channels), light ink on dark ground.
        weighting: of the answers.
    """
    ink = model_input.max(axis=-1)
    spots = _spots(*ink.shape)
    total = spots.sum(axis=0)
    spots = spots[(spots * ink).max(axis=(1, 2)) > _INK]
    if not len(spots):
        return np.zeros(ink.shape, dtype=np.float32)
    hidden = model_input * (1 - spots)[..., None]
    probabilities = ask(np.concatenate([model_input[None], hidden]))
    scores = np.log(probabilities + _UNHEARD) @ weighting
    changes = scores[0] - scores[1:]
    return np.asarray(np.tensordot(changes, spots, axes=1) / total, dtype=np.float32)


def _middles(graph: Graph, layer: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The input's rows, then columns, in the middle of what a layer's first and last values see."""
    on = graph.info.layers[0].name
    rows, columns, _ = graph.info.layer(layer).shape
    first = graph.footprint(layer, (0, 0, 0), on)
    last = graph.footprint(layer, (rows - 1, columns - 1, 0), on)
    if first is None or last is None:
        height, width, _ = graph.info.input_shape
        margins = (height / rows - 1) / 2, (width / columns - 1) / 2
        return (margins[0], height - 1 - margins[0]), (margins[1], width - 1 - margins[1])
    return (
        ((first.top + first.bottom - 1) / 2, (last.top + last.bottom - 1) / 2),
        ((first.left + first.right - 1) / 2, (last.left + last.right - 1) / 2),
    )


def _between(rows: NDArray[np.float32], ends: tuple[float, float], count: int) -> NDArray[np.float32]:
    """Rows that lie evenly between two places, interpolated at 0, 1, … count - 1.

    Beyond the first and the last they stay for a row's distance, and fade for another.
    """
    if len(rows) == 1:
        return rows.repeat(count, axis=0)
    last = len(rows) - 1
    places = (np.arange(count, dtype=np.float32) - ends[0]) * last / (ends[1] - ends[0])
    inside = places.clip(0, last)
    before = np.minimum(inside.astype(np.intp), last - 1)
    share = (inside - before)[:, None]
    strength = (2 - abs(places - inside)).clip(0, 1)[:, None]
    return np.asarray((rows[before] * (1 - share) + rows[before + 1] * share) * strength, dtype=np.float32)


def _spots(height: int, width: int) -> NDArray[np.float32]:
    """Soft spots all over a picture, float32 (spots, height, width): 1 in the middle, 0 outside."""
    radius = max(height, width) / 6
    step = max(height, width) / 14

    def along(size: int) -> NDArray[np.float32]:
        middles = np.arange((step - 1) / 2, size, step)[:, None]
        distances = np.minimum(abs(np.arange(size) - middles) / radius, 1)
        return np.asarray(np.cos(distances * np.pi / 2) ** 2, dtype=np.float32)

    down, across = along(height)[:, None, :, None], along(width)[None, :, None, :]
    return np.asarray(down * across).reshape(-1, height, width)
