"""Conversion of a checked Keras model file to a model folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.text import shape_text
from desktop_app.ink.normalize import INPUT_SIZE
from desktop_app.networks.card import ModelCard
from desktop_app.networks.import_facts import CONVERSIONS, ImportFacts, Values
from desktop_app.networks.model_folder import read_card, write_card
from desktop_app.tasks.task import MOST_OUTPUTS, Preparation, Task
from desktop_app.training.conversion_folder import ConversionStep
from desktop_app.training.foreign_file import foreign_card

_MOST_VALUES = 16_000_000
_LEAST_SAMPLES, _MOST_SAMPLES = 20, 280
_MOST_SAMPLE_VALUES = 100_000_000
"""Sample digits to read, and activations in all of them, on which the time depends."""
_MOST_BATCH_VALUES = 20_000_000
_CONVERSION_NAMES: dict[Values, str] = {
    "light": "",
    "dark": "dark_on_light",
    "light 0-255": "values_0_to_255",
    "dark 0-255": "dark_on_light_0_to_255",
}
"""Names of the layers that convert the input."""
_SCALES = range(1, 9)
"""Sides of output images as a multiple of those of inputs."""


def convert_model(
    path: Path, folder: Path, start_step: Callable[[ConversionStep], None] = lambda _: None
) -> ImportFacts:
    """Convert a checked Keras model file to a model folder in this process, without limits.

    The new card gets a provisional name; without a model card in the file that fits the network, also a
    provisional title and labels. With one the network takes light ink in 0..1, as all models of this program.

    Args:
        path: the file.
        folder: the model folder.
        start_step: called at the start of each step.
    """
    start_step(ConversionStep.LIBRARIES)
    import keras

    from desktop_app.training import foreign_graph
    from desktop_app.training.foreign_digits import accuracy_of, measure

    start_step(ConversionStep.LOAD)
    graph = foreign_graph.flat_graph(keras.models.load_model(path, compile=False, safe_mode=True))
    values = _check_sizes(graph)
    graph = foreign_graph.with_image_input(graph)
    card, is_unusable = _usable_card(path, graph)
    if len(graph.outputs[0].shape) == 4:
        start_step(ConversionStep.WRITE)
        facts = _convert_image_model(graph, folder, card)
        return replace(facts, has_unusable_card=is_unusable)
    graph, is_normalized = foreign_graph.with_probabilities(graph)
    (outputs,) = graph.outputs[0].shape[1:]
    batch = max(1, min(_MOST_SAMPLES, _MOST_BATCH_VALUES // values))

    def predict(images: NDArray[np.float32]) -> NDArray[np.float32]:
        parts = [images[start : start + batch] for start in range(0, len(images), batch)]
        return np.concatenate([foreign_graph.outputs_of(graph, part) for part in parts])

    shape: tuple[int, int, int] = graph.inputs[0].shape[1:]
    start_step(ConversionStep.MEASURE)
    samples = max(_LEAST_SAMPLES, min(_MOST_SAMPLES, _MOST_SAMPLE_VALUES // values))
    if card is not None:
        accuracy = accuracy_of(predict, card.task, samples)
        start_step(ConversionStep.WRITE)
        _export(graph, card.task, folder, card)
        return ImportFacts(
            *(shape, outputs, "light", card.labels, accuracy, is_normalized), task=card.task, title=card.title
        )
    task = Task(height=shape[0], width=shape[1], channels=1 if shape[2] == 1 else 3)
    found = measure(predict, task, samples, _default_values(graph))
    start_step(ConversionStep.WRITE)
    graph = foreign_graph.with_conversion(graph, *CONVERSIONS[found.values], _CONVERSION_NAMES[found.values])
    labels = found.labels or tuple(str(number) for number in range(1, outputs + 1))
    _export(graph, replace(task, labels=labels, rejects=outputs > len(labels)), folder, None)
    return ImportFacts(
        *(shape, outputs, found.values, found.labels, found.accuracy, is_normalized),
        has_unusable_card=is_unusable,
    )


def _usable_card(path: Path, graph: Any) -> tuple[ModelCard | None, bool]:
    """Return the model card in a file, and whether there is one that is damaged or does not fit."""
    try:
        card = foreign_card(path)
    except UserError:
        return None, True
    if card is None:
        return None, False
    shapes = tuple(tuple(each[0].shape[1:]) for each in (graph.inputs, graph.outputs))
    fits = shapes == (card.task.input_shape, card.task.output_shape)
    return (card, False) if fits else (None, True)


def _export(graph: Any, task: Task, folder: Path, card: ModelCard | None) -> None:
    """Write the model folder of a network; card: that in the file, whose facts the new one gets."""
    from desktop_app.training.export import CardFacts, export_model

    export_model(graph, CardFacts(folder.name, "Imported", task), folder)
    if card is not None:
        new = read_card(folder)
        card = replace(card, name=new.name, layers=new.layers, files=new.files, parameters=new.parameters)
        write_card(folder, card)


def _convert_image_model(graph: Any, folder: Path, card: ModelCard | None) -> ImportFacts:
    """Convert a network that outputs images to a model folder; card: that in the file."""
    from desktop_app.training import foreign_graph

    task = _image_task(graph) if card is None else card.task
    values = _default_values(graph) if card is None else "light"
    graph = foreign_graph.with_conversion(graph, *CONVERSIONS[values], _CONVERSION_NAMES[values])
    _export(graph, task, folder, card)
    size, shape = (task.height, task.width), (task.height * task.scale, task.width * task.scale)
    facts = ImportFacts((*size, task.channels), 0, values, (), None, False, (*shape, task.channels))
    return facts if card is None else replace(facts, task=task, title=card.title)


def _image_task(graph: Any) -> Task:
    """Return the task of a network that outputs images of the size of its inputs, or larger.

    Raises:
        UserError: the output is no such image.
    """
    (height, width, channels), output = (tuple(each[0].shape[1:]) for each in (graph.inputs, graph.outputs))
    scale = output[0] // height
    if output != (height * scale, width * scale, channels) or scale not in _SCALES:
        raise UserError(
            "The output image of {output} does not fit the input of {input}; it must be 1 to {most} times as "
            "high and wide, with the same channels.",
            output=shape_text(output),
            input=shape_text((height, width, channels)),
            most=_SCALES[-1],
        )
    # Grey images of this size are digits as in MNIST; others are pictures of any kind.
    preparation: Preparation = "mnist-reduce" if output == (INPUT_SIZE, INPUT_SIZE, 1) else "reduce"
    return Task("restoration", height, width, channels, preparation, labels=(), scale=scale)


def _default_values(graph: Any) -> Values:
    """Return the values to assume: in 0..255 if the first layer expects them.

    These are Rescaling by 1/255 or 1/127.5, and normalization with the mean or variance of such values.
    """
    import keras

    from desktop_app.training.foreign_graph import first_layer

    first = first_layer(graph)
    is_raw = False
    if isinstance(first, keras.layers.Rescaling):
        is_raw = bool(np.max(np.abs(first.scale)) < 0.1)
    elif isinstance(first, keras.layers.BatchNormalization):
        # Values in 0..1, and in -1..1, have a mean and a variance of at most 1.
        statistics = (first.moving_mean, first.moving_variance)
        is_raw = max(float(np.abs(np.asarray(each)).max(initial=0)) for each in statistics) > 2
    return "light 0-255" if is_raw else "light"


def _check_sizes(graph: Any) -> int:
    """Return the number of values that the network computes for one input.

    Raises:
        UserError: it is too large, or weights are not finite, or the output is not a row of values.
    """
    values = sum(int(np.prod(operation.output.shape[1:])) for operation in graph.operations)
    if values > _MOST_VALUES:
        raise UserError(
            "This network computes {values:,} values for one input, more than {limit:,}; import "
            "a smaller model.",
            values=values,
            limit=_MOST_VALUES,
        )
    for layer in graph.layers:
        if not all(np.isfinite(weight).all() for weight in layer.get_weights()):
            raise UserError(
                "Weights of the layer {name} are not finite numbers; train the network again.",
                name=layer.name,
            )
    outputs = graph.outputs[0].shape[1:]
    if len(outputs) == 3:
        return values
    if len(outputs) != 1:
        raise UserError(
            "The output of this network is neither a flat row of values nor an image; end it with a Dense "
            "layer or with a convolution."
        )
    if not 2 <= outputs[0] <= MOST_OUTPUTS:
        raise UserError(
            "The number of outputs is {count:,}; import a network with 2 to {limit:,}, one for each label.",
            count=outputs[0],
            limit=MOST_OUTPUTS,
        )
    return values
