"""A task that doubles the size of images, and what a network for it says about one image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.operation import Activation
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.task import Task
from desktop_app.views.controller import OpenNetwork
from tests.views.conftest import NETWORK

TASK = Task("restoration", 8, 8, 1, "reduce", (), scale=2)
COLOUR_TASK = replace(TASK, channels=3)
SAME_SIZE_TASK = replace(TASK, height=16, width=16, scale=1)


def info_of(task: Task) -> NetworkInfo:
    """Return a network of one layer for a task."""
    size = {"size": [task.scale, task.scale], "interpolation": "nearest"}
    layers = (
        LayerInfo("input", "InputLayer", task.input_shape),
        LayerInfo("larger", "UpSampling2D", task.output_shape, ("input",), options=size),
    )
    return NetworkInfo("enlarger", "Enlarger", task, layers)


def open_network(task: Task) -> OpenNetwork:
    """Return the network for a task; its folder does not exist."""
    info = info_of(task)
    return replace(NETWORK, info=info, graph=Graph(info, {}))


def cross(shade: int = 255) -> Picture:
    """Return a picture of 16×16 pixels with a light cross on a dark background."""
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[3:13, 7:9] = pixels[7:9, 3:13] = shade
    return picture_from_pixels(pixels, "a cross")


def observed(task: Task, output: Activation | None = None, page: Picture | None = None) -> Observation:
    """Return the observation of a cross, or another page; the output is the original, a little darker."""
    prepared = prepare(page or cross(), task)
    assert prepared is not None
    if output is None:
        assert prepared.original is not None
        output = prepared.original * np.float32(0.9)
    return Observation(None, prepared, {"input": prepared.model_input, "larger": output})
