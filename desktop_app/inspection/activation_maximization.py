"""Activation maximization: model inputs that maximize the response of a filter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.stopping import ShouldStop
from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.functions import is_softmax
from desktop_app.networks.layers.operation import ActivatedOperation, Batch
from desktop_app.tasks.prepare import PREPARATIONS

_STEPS, _IMAGE_STEPS = 64, 40
"""Steps for inputs of ink, and for images, whose networks are larger."""

_MOST_FILTERS, _MOST_VALUES = 8, 1 << 16
"""Filters computed at once, and values of their largest activations: few enough for the processor's cache and
for frequent results."""

_SEED = 0

_NOISE = 0.2
"""Brightest pixel of the initial noise."""

_FIRST_STEP_SIZE, _LAST_STEP_SIZE = 0.15, 0.02
"""Change of the pixels in a step, as a standard deviation over the input."""

_FADING = np.float32(0.1)
"""Share of the step size by which all pixels move to the ground, so that only what is needed remains."""

_GREY = np.float32(0.5)
"""Ground of images; that of ink is black."""

_JITTER = 2
"""Largest random shift of the input before a step, in pixels."""

_BLUR_INTERVAL = 8
"""Steps from one blur to the next."""


@dataclass(frozen=True, eq=False)
class MaximizingInput:
    """A model input that maximizes the response of a filter.

    Attributes:
        channel: number of the filter, a channel or unit of its layer.
        model_input: float32 (height, width, channels) in 0..1.
        value: mean of the filter's feature map for it.
    """

    channel: int
    model_input: NDArray[np.float32]
    value: float


def maximizing_inputs(
    graph: Graph, layer: str, channels: Sequence[int], should_stop: ShouldStop
) -> Iterator[MaximizingInput]:
    """Compute for each filter a model input that maximizes the mean of its feature map.

    From faint noise on a black ground for ink, or on a grey ground for images, each step follows the
    normalized gradient. Random shifts, blurring and fading to the ground suppress noise. Yosinski et al.,
    "Understanding Neural Networks Through Deep Visualization", 2015; Olah, Mordvintsev and Schubert,
    "Feature Visualization", 2017.

    Args:
        graph: the network.
        layer: name of the layer; with softmax, the values before softmax are maximized.
        channels: numbers of the filters; each result is independent of the others.
        should_stop: checked before every step; after a stop, unfinished inputs are left out.

    Yields:
        The inputs in the order of the filters.

    Raises:
        UnknownArithmetic: the arithmetic of the layer or one before it is not known.
    """
    largest = max(math.prod(info.shape) for info in graph.info.layers)
    size = min(max(_MOST_VALUES // largest, 1), _MOST_FILTERS)
    for first in range(0, len(channels), size):
        batch = channels[first : first + size]
        inputs = _maximize(graph, layer, batch, should_stop)
        if inputs is None:
            return
        outputs = graph.forward(inputs, until=layer)[layer]
        for channel, model_input, output in zip(batch, inputs, outputs, strict=True):
            yield MaximizingInput(channel, model_input, float(output[..., channel].mean()))


def _maximize(graph: Graph, layer: str, channels: Sequence[int], should_stop: ShouldStop) -> Batch | None:
    """Return the inputs after all steps; None after a stop."""
    shape = graph.info.input_shape
    noise = [np.random.default_rng([_SEED, channel]).random(shape, dtype=np.float32) for channel in channels]
    is_of_ink = PREPARATIONS[graph.info.task.preparation].is_of_ink
    ground, steps = (np.float32(0), _STEPS) if is_of_ink else (_GREY, _IMAGE_STEPS)
    # The noise of images is half darker and half lighter than the ground.
    inputs = ground + (np.stack(noise) - ground) * np.float32(_NOISE)
    shifts = np.random.default_rng(_SEED).integers(-_JITTER, _JITTER + 1, (steps, 2)).tolist()
    sizes = np.geomspace(_FIRST_STEP_SIZE, _LAST_STEP_SIZE, steps, dtype=np.float32)
    for step, ((down, right), size) in enumerate(zip(shifts, sizes, strict=True)):
        if should_stop():
            return None
        inputs = np.roll(inputs, (down, right), axis=(1, 2))
        inputs += size * _normalized_gradient(graph, layer, channels, inputs)
        inputs = np.roll(inputs, (-down, -right), axis=(1, 2))
        if step % _BLUR_INTERVAL == 0:
            inputs = _blur(inputs)
        fading = size * _FADING
        # Pixels stop at the ground.
        inputs = np.where(
            inputs > ground, np.maximum(inputs - fading, ground), np.minimum(inputs + fading, ground)
        )
        inputs = inputs.clip(0, 1)
    return inputs


def _normalized_gradient(graph: Graph, layer: str, channels: Sequence[int], inputs: Batch) -> Batch:
    """Return for each input the gradient of its filter's mean, scaled to a root mean square of 1."""
    outputs = graph.forward(inputs, until=layer)
    activations = outputs[layer]
    selected = np.zeros(activations.shape, dtype=np.float32)
    for number, channel in enumerate(channels):
        selected[number, ..., channel] = 1
    input_layer = graph.info.layers[0].name
    operation = graph.operation(layer)
    if isinstance(operation, ActivatedOperation) and is_softmax(operation.function):
        gradient = graph.backward(outputs, layer, selected, input_layer, before_activation=True)
    else:
        gradient = graph.backward(outputs, layer, selected, input_layer)
        is_zero = ~gradient.any(axis=(1, 2, 3), keepdims=True)
        if is_zero.any():
            # An inactive filter has no gradient, but its values before the activation function do.
            before = graph.backward(outputs, layer, selected, input_layer, before_activation=True)
            gradient = np.where(is_zero, before, gradient)
    scale = np.sqrt((gradient**2).mean(axis=(1, 2, 3), keepdims=True))
    return np.asarray(gradient / np.maximum(scale, np.finfo(np.float32).tiny))


def _blur(inputs: Batch) -> Batch:
    """Blur rows and columns with the kernel 1 2 1; edge pixels are repeated."""
    padded = np.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    return np.asarray((rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4)
