"""A small network that reads the sample digits, for tests of the import; no training is needed."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from desktop_app.core.paths import resources_dir
from desktop_app.data.sample_set import open_sample_set
from desktop_app.networks.import_facts import CONVERSIONS, Values
from desktop_app.tasks.task import Task


def digit_layer(
    values: Values = "light", order: str = "0123456789", size: int = 28, others: int = 0, **options: Any
) -> Any:
    """Return a Dense layer that reads flattened digits, by least squares.

    Args:
        values: values of the images that it takes.
        order: digits of its outputs.
        size: height and width of the images.
        others: number of further outputs, which never answer.
        options: of the layer, e.g. its activation.
    """
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", Task(height=size, width=size))
    assert samples is not None
    factor, offset = CONVERSIONS[values]
    images = samples.model_inputs(0, len(samples)).reshape(len(samples), -1).astype(np.float64)
    digits = np.array([int(label) for label in samples.labels])
    wanted = 20.0 * (digits[:, None] == [int(digit) for digit in order]) - 10
    kernel = np.linalg.solve(images.T @ images + 5 * np.eye(images.shape[1]), images.T @ (wanted + 5))
    # With inputs x = factor * image + offset, the outputs are the same.
    bias = np.full(10, -5.0) - kernel.sum(axis=0) * offset / factor
    kernel = np.concatenate([kernel / factor, np.zeros((len(kernel), others))], axis=1)
    layer = keras.layers.Dense(10 + others, name="answers", **options)
    layer.build((None, images.shape[1]))
    layer.set_weights([kernel, np.concatenate([bias, np.full(others, -50.0)])])
    return layer


def digit_model(values: Values = "light", shape: tuple[int, ...] = (28, 28, 1), **options: Any) -> Any:
    """Return a model of that layer."""
    layers = [keras.layers.Input(shape), keras.layers.Flatten(name="flat"), digit_layer(values, **options)]
    return keras.Sequential(layers, name="small")
