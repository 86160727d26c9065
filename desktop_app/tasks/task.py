"""Tasks of networks, as stored in recipes and model cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from desktop_app.core.text import composed

TaskName: TypeAlias = Literal["character", "picture", "restoration"]
Preparation: TypeAlias = Literal["mnist", "mnist-directions", "fit", "crop", "mnist-reduce", "reduce"]
Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=40)]
Shape: TypeAlias = tuple[int, ...]

DIGITS = tuple("0123456789")

MOST_LABELS = 200
"""Limit for networks that are trained here."""

MOST_OUTPUTS = 1000
"""Limit for imported networks."""


@dataclass(frozen=True)
class Task:
    """Input and output of a network.

    Attributes:
        kind: name of the task kind in `tasks.kinds`.
        height, width, channels: shape of the model input; 1 channel is grey, 3 are red, green and blue, or
            the directions of the pen.
        preparation: conversion of a page to a model input: "mnist" normalizes ink as in MNIST,
            "mnist-directions" adds the directions of the pen as colours, "fit" fits an image into the input,
            "crop" fills the input with the middle of an image; "mnist-reduce" and "reduce" work like "mnist"
            and "fit" at the size of the output and downscale the result.
        labels: labels of the outputs in their order, with composed characters; empty if the output is an
            image.
        aliases: pairs of a label in data and the label of the task that it counts as, e.g. ("c", "C") where
            both have the same shape.
        rejects: whether there is one more output, the last, for "none of the labels".
        scale: sides of an output image as a multiple of those of the input; 1 for tasks with labels.
    """

    kind: TaskName = "character"
    height: Annotated[int, Meta(ge=1, le=1024)] = 28
    width: Annotated[int, Meta(ge=1, le=1024)] = 28
    channels: Literal[1, 3] = 1
    preparation: Preparation = "mnist"
    labels: Annotated[tuple[Label, ...], Meta(max_length=MOST_OUTPUTS)] = DIGITS
    aliases: Annotated[tuple[tuple[Label, Label], ...], Meta(max_length=MOST_OUTPUTS)] = ()
    rejects: bool = False
    scale: Annotated[int, Meta(ge=1, le=8)] = 1

    def __post_init__(self) -> None:
        """Compose the characters of labels, as those of data are."""
        object.__setattr__(self, "labels", tuple(map(composed, self.labels)))
        aliases = tuple((composed(alias), composed(label)) for alias, label in self.aliases)
        object.__setattr__(self, "aliases", aliases)

    @property
    def label_index(self) -> dict[str, int]:
        """Index of the output of each label and each alias."""
        index = {label: number for number, label in enumerate(self.labels)}
        return index | {alias: index[label] for alias, label in self.aliases if label in index}

    def label_of(self, label: str) -> str:
        """Return the label that a label in data counts as; labels that are unknown stay as they are."""
        index = self.label_index.get(label)
        return label if index is None else self.labels[index]

    @property
    def input_shape(self) -> Shape:
        """Shape of a model input, (height, width, channels)."""
        return self.height, self.width, self.channels

    @property
    def sees_directions(self) -> bool:
        """Whether the channels of a model input show the directions of the pen, see `ink.directions`."""
        return self.preparation == "mnist-directions"

    @property
    def without_directions(self) -> Task:
        """The same task for ink without the directions of the pen."""
        return self.with_preparation("mnist") if self.sees_directions else self

    def with_preparation(self, preparation: Preparation) -> Task:
        """Return the task with another preparation, and the channels that it needs."""
        channels: Literal[1, 3] = self.channels
        if preparation in ("mnist", "mnist-directions"):
            channels = 1 if preparation == "mnist" else 3
        return replace(self, preparation=preparation, channels=channels)

    @property
    def output_shape(self) -> Shape:
        """Shape of an output: (labels,), (labels + 1,) with rejection, or (height, width, channels)."""
        if self.labels:
            return (len(self.labels) + self.rejects,)
        return self.height * self.scale, self.width * self.scale, self.channels
