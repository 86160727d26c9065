"""The input that excites a filter most, made by climbing along the gradient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.stopping import ShouldStop
from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.functions import is_softmax
from desktop_app.networks.layers.operation import ActivatedOperation, Batch

_TOGETHER = 8
"""Filters that are worked on at once: enough for fast matrix products, few enough to stop soon."""

_START = 0.2
"""Brightest pixel of the noise that the climb begins with."""

_FIRST_STEP, _LAST_STEP = 0.15, 0.02
"""How far pixels move in a step, as a standard deviation over the input."""

_DARKER = np.float32(0.1)
"""Share of a step by which all pixels get darker: no ink where none is needed."""

_JITTER = 2
"""Pixels by which the input is shifted to and fro before a step."""

_BLUR_EVERY = 8
"""Steps between two blurs."""


@dataclass(frozen=True, eq=False)
class MaximizingInput:
    """What excites a filter most.

    Attributes:
        channel: number of the filter, a channel or unit of its layer.
        model_input: float32 (height, width, channels) in 0..1.
        value: the mean of the filter's feature map for it.
    """

    channel: int
    model_input: NDArray[np.float32]
    value: float


def maximizing_inputs(
    graph: Graph,
    layer: str,
    channels: Sequence[int],
    should_stop: ShouldStop = lambda: False,
    steps: int = 64,
    seed: int = 0,
) -> Iterator[MaximizingInput]:
    """For each filter an input that makes the mean of its feature map large.

    From faint noise, each step follows the normalized gradient. Shifting between steps, blurring now
    and then and darkening keep the inputs from becoming patterns that no pen could draw. Yosinski et al.,
    "Understanding Neural Networks Through Deep Visualization", 2015; Olah, Mordvintsev and Schubert,
    "Feature Visualization", 2017.

    Args:
        graph: the network.
        layer: whose filters; of softmax, what comes before it is climbed.
        channels: numbers of the filters.
        should_stop: asked before every step; when it says so, what is not done is left out.
        steps: of the climb.
        seed: the same gives the same inputs, whichever filters are asked for.

    Yields:
        The inputs in the order of the filters.

    Raises:
        UnknownArithmetic: the arithmetic of the layer or one before it is not known.
    """
    for first in range(0, len(channels), _TOGETHER):
        together = channels[first : first + _TOGETHER]
        inputs = _climbed(graph, layer, together, should_stop, steps, seed)
        if inputs is None:
            return
        answers = graph.forward(inputs, until=layer)[layer]
        for channel, model_input, answer in zip(together, inputs, answers, strict=True):
            yield MaximizingInput(channel, model_input, float(answer[..., channel].mean()))


def _climbed(
    graph: Graph, layer: str, channels: Sequence[int], should_stop: ShouldStop, steps: int, seed: int
) -> Batch | None:
    """The inputs at the end of the climb; None when it was stopped."""
    shape = graph.info.input_shape
    noise = [np.random.default_rng([seed, channel]).random(shape, dtype=np.float32) for channel in channels]
    inputs = np.stack(noise) * np.float32(_START)
    shifts = np.random.default_rng(seed).integers(-_JITTER, _JITTER + 1, (steps, 2)).tolist()
    sizes = np.geomspace(_FIRST_STEP, _LAST_STEP, steps, dtype=np.float32)
    for step, ((down, right), size) in enumerate(zip(shifts, sizes, strict=True)):
        if should_stop():
            return None
        inputs = np.roll(inputs, (down, right), axis=(1, 2))
        inputs += size * _direction(graph, layer, channels, inputs)
        inputs = np.roll(inputs, (-down, -right), axis=(1, 2))
        if step % _BLUR_EVERY == 0:
            inputs = _blurred(inputs)
        inputs = (inputs - size * _DARKER).clip(0, 1)
    return inputs


def _direction(graph: Graph, layer: str, channels: Sequence[int], inputs: Batch) -> Batch:
    """For each input the gradient of its filter's mean, of standard deviation 1."""
    outputs = graph.forward(inputs, until=layer)
    answers = outputs[layer]
    wanted = np.zeros(answers.shape, dtype=np.float32)
    for number, channel in enumerate(channels):
        wanted[number, ..., channel] = 1
    on = graph.info.layers[0].name
    operation = graph.operation(layer)
    if isinstance(operation, ActivatedOperation) and is_softmax(operation.function):
        gradient = graph.backward(outputs, layer, wanted, on, before_activation=True)
    else:
        gradient = graph.backward(outputs, layer, wanted, on)
        silent = ~gradient.any(axis=(1, 2, 3), keepdims=True)
        if silent.any():
            # Where a filter says nothing at all there is no slope, but before its function there is.
            before = graph.backward(outputs, layer, wanted, on, before_activation=True)
            gradient = np.where(silent, before, gradient)
    spread = np.sqrt((gradient**2).mean(axis=(1, 2, 3), keepdims=True))
    return np.asarray(gradient / np.maximum(spread, np.finfo(np.float32).tiny))


def _blurred(inputs: Batch) -> Batch:
    """Every pixel mixed with its neighbours, 1 : 2 : 1 in rows and columns; edges are repeated."""
    padded = np.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    return np.asarray((rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4)
