"""Attribution: which pixels of a model input are evidence for an answer and which against it.

All maps are float32 (height, width) of the model input. Positive values are evidence for the answers
with positive weights, negative values are evidence against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

_MIN_HIDDEN = 0.1
"""Patches that change every pixel by less than this are skipped."""

_MIN_PROBABILITY = 0.01
"""Added to probabilities: changes among smaller ones do not affect the answer."""

_STEPS = 24
_STEPS_AT_ONCE = 4
"""Steps between two reports."""

Report: TypeAlias = Callable[[float], None]
"""Takes the share of the work that is done, 0..1; it may raise Stopped."""


def mean_colour(model_input: Activation) -> Activation:
    """Return the mean of each channel of a model input, float32 (channels,)."""
    return np.asarray(model_input.mean(axis=(0, 1)), dtype=np.float32)


def integrated_gradients(
    graph: Graph,
    model_input: Activation,
    weightings: Sequence[Weighting],
    baseline: Activation | None = None,
    report: Report | None = None,
) -> list[Attribution]:
    """Return the share of each pixel in the difference of the weighted scores to those of a plain input.

    The gradient is averaged along the straight line from the baseline to the input, so the shares sum to the
    difference (completeness). Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks",
    2017.

    Args:
        graph: the network.
        model_input: float32 (height, width, channels).
        weightings: weights of the answers, for each map.
        baseline: colour of the plain input, float32 (channels,); black if it is None.
        report: called often.

    Returns:
        A map for each weighting; all share their forward passes.

    Raises:
        UnknownArithmetic: a layer's arithmetic is not known.
    """
    start = np.zeros(model_input.shape[-1], np.float32) if baseline is None else baseline
    shares = (np.arange(_STEPS, dtype=np.float32) + np.float32(0.5)) / np.float32(_STEPS)
    inputs = start + shares.reshape(-1, 1, 1, 1) * (model_input - start)
    sums = np.zeros((len(weightings), *model_input.shape), np.float32)
    passes = 1 + len(weightings)
    total = passes * _STEPS // _STEPS_AT_ONCE
    for part in range(0, _STEPS, _STEPS_AT_ONCE):
        outputs = graph.forward(inputs[part : part + _STEPS_AT_ONCE])
        done = passes * part // _STEPS_AT_ONCE
        for number, weighting in enumerate(weightings):
            if report is not None:
                report((done + 1 + number) / total)
            gradient = score_gradient(graph, outputs, weighting, graph.info.layers[0].name)
            sums[number] += gradient.sum(axis=0)
    return [np.asarray((each / _STEPS * (model_input - start)).sum(axis=-1)) for each in sums]


def last_spatial_layer(info: NetworkInfo) -> str | None:
    """Return the last layer behind a convolution whose activation still has rows and columns.

    Grad-CAM is computed from this layer. None for networks without one, such as networks of dense
    layers.
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
    """Return the sum of a layer's feature maps, each multiplied by its gradient.

    Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization", 2017, with two changes. There is no final ReLU, so evidence against the answers is
    kept. And each position has its own gradient instead of the mean of its channel (Draelos and Carin,
    "Use HiResCAM instead of Grad-CAM for faithful explanations", 2020); with global average pooling
    both are the same. Each value is placed at the centre of its receptive field, with linear
    interpolation between.

    Args:
        graph: the network.
        activations: all activations of one model input.
        layer: see `last_spatial_layer`.
        weighting: weights of the answers.

    Raises:
        UnknownArithmetic: the arithmetic of a layer behind this one is not known.
    """
    outputs = {name: activation[None] for name, activation in activations.items()}
    gradient = score_gradient(graph, outputs, weighting, layer)[0]
    heat = (activations[layer] * gradient).sum(axis=-1)
    rows, columns = _receptive_centres(graph, layer)
    height, width = graph.info.input_shape[:2]
    return _interpolate(_interpolate(heat, rows, height).T, columns, width).T


def occlusion(
    predict: Predict, model_input: Activation, weighting: Weighting, baseline: Activation | None = None
) -> Attribution:
    """Return how much the answer depends on each part of the input, measured by hiding that part.

    A soft-edged patch of the baseline, a third of the input wide, is moved over the input in steps of a
    fourteenth, wherever it hides something. The value of a pixel is the mean change of the weighted sum of
    log(probability + 0.01) over the patches that hide it; values below 0.1 are insignificant. Zeiler
    and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.

    Args:
        predict: runs the network; called at most once.
        model_input: float32 (height, width, channels).
        weighting: weights of the answers.
        baseline: colour of the patch, float32 (channels,); black, the ground of ink, if it is None.
    """
    patch_colour = np.zeros(model_input.shape[-1], np.float32) if baseline is None else baseline
    hidden = np.abs(model_input - patch_colour).max(axis=-1)
    patches = _soft_patches(*hidden.shape)
    total = patches.sum(axis=0)
    patches = patches[(patches * hidden).max(axis=(1, 2)) > _MIN_HIDDEN]
    if not len(patches):
        return np.zeros(hidden.shape, dtype=np.float32)
    occluded = model_input + (patch_colour - model_input) * patches[..., None]
    probabilities = predict(np.concatenate([model_input[None], occluded]))
    scores = np.log(probabilities + _MIN_PROBABILITY) @ weighting
    changes = scores[0] - scores[1:]
    return np.asarray(np.tensordot(changes, patches, axes=1) / total, dtype=np.float32)


def _receptive_centres(graph: Graph, layer: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the first and last centres of a layer's receptive fields: input rows, then input columns."""
    input_layer = graph.info.layers[0].name
    rows, columns, _ = graph.info.layer(layer).shape
    first = graph.footprint(layer, (0, 0, 0), input_layer)
    last = graph.footprint(layer, (rows - 1, columns - 1, 0), input_layer)
    if first is None or last is None:
        height, width, _ = graph.info.input_shape
        margins = (height / rows - 1) / 2, (width / columns - 1) / 2
        return (margins[0], height - 1 - margins[0]), (margins[1], width - 1 - margins[1])
    return (
        ((first.top + first.bottom - 1) / 2, (last.top + last.bottom - 1) / 2),
        ((first.left + first.right - 1) / 2, (last.left + last.right - 1) / 2),
    )


def _interpolate(rows: NDArray[np.float32], ends: tuple[float, float], count: int) -> NDArray[np.float32]:
    """Interpolate rows, evenly spaced between two positions, at the positions 0, 1, … count - 1.

    Beyond the ends, values stay the same for the distance of one row and fade to 0 over another.
    """
    if len(rows) == 1:
        return rows.repeat(count, axis=0)
    last = len(rows) - 1
    positions = (np.arange(count, dtype=np.float32) - ends[0]) * last / (ends[1] - ends[0])
    inside = positions.clip(0, last)
    before = np.minimum(inside.astype(np.intp), last - 1)
    share = (inside - before)[:, None]
    strength = (2 - abs(positions - inside)).clip(0, 1)[:, None]
    return np.asarray((rows[before] * (1 - share) + rows[before + 1] * share) * strength, dtype=np.float32)


def _soft_patches(height: int, width: int) -> NDArray[np.float32]:
    """Return masks of all patches, float32 (patches, height, width): 1 in the centre, 0 outside."""
    radius = max(height, width) / 6
    step = max(height, width) / 14

    def profile(size: int) -> NDArray[np.float32]:
        centres = np.arange((step - 1) / 2, size, step)[:, None]
        distances = np.minimum(abs(np.arange(size) - centres) / radius, 1)
        return np.asarray(np.cos(distances * np.pi / 2) ** 2, dtype=np.float32)

    down, across = profile(height)[:, None, :, None], profile(width)[None, :, None, :]
    return np.asarray(down * across).reshape(-1, height, width)
