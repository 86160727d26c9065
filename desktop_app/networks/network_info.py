"""Descriptions of networks: layers, shapes, options, and connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from msgspec import Meta

from desktop_app.tasks.task import Task

MOST_PARAMETERS = 1_000_000_000

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=MOST_PARAMETERS)]


@dataclass(frozen=True)
class LayerInfo:
    """Description of one layer of a network.

    Attributes:
        name: unique within the network, e.g. "conv1".
        kind: Keras class name, e.g. "Conv2D".
        shape: output shape without the batch axis, (height, width, channels), (units,) or another.
        inputs: names of its input layers, in order; empty for the input layer.
        trainable, fixed: numbers of parameters that training changes and does not change.
        options: values of the Keras configuration that decide what the layer computes, e.g.
            "strides", "padding", "activation"; JSON lists and scalars.
    """

    name: Text
    kind: Text
    shape: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=4)]
    inputs: Annotated[tuple[Text, ...], Meta(max_length=100)] = ()
    trainable: Count = 0
    fixed: Count = 0
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class NetworkInfo:
    """Description of a network: a graph of layers with one input and one output.

    Attributes:
        name: name of the model and its folder.
        title: title of the model in the interface.
        task: task of the network.
        layers: all layers, each after its inputs; the first is the input, the last the output.
    """

    name: str
    title: str
    task: Task
    layers: tuple[LayerInfo, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the outputs, in order; empty if the output is an image."""
        return self.task.labels

    @property
    def rejects(self) -> bool:
        """Whether an additional last output means "none of the labels"."""
        return self.task.rejects

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one model input."""
        return self.layers[0].shape

    @property
    def output(self) -> str:
        """Name of the output layer."""
        return self.layers[-1].name

    @cached_property
    def by_name(self) -> Mapping[str, LayerInfo]:
        """Layers by name."""
        return MappingProxyType({layer.name: layer for layer in self.layers})

    def __contains__(self, name: object) -> bool:
        """Return whether there is a layer of this name."""
        return name in self.by_name

    def layer(self, name: str) -> LayerInfo:
        """Return the layer of this name.

        Raises:
            KeyError: there is no such layer.
        """
        return self.by_name[name]
