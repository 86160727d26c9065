"""Tasks: what a network is for, as one frozen value in recipes and model cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

TaskName: TypeAlias = Literal["character", "picture", "restoration"]
Preparation: TypeAlias = Literal["mnist", "fit", "reduce"]
Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=40)]
Shape: TypeAlias = tuple[int, ...]

DIGITS = tuple("0123456789")

MOST_LABELS = 200
"""That a network is trained to tell apart."""

MOST_OUTPUTS = 1000
"""Labels that a network that was trained elsewhere may have."""


@dataclass(frozen=True)
class Task:
    """What a network is for: what it takes, and what its output means.

    Attributes:
        kind: the function table (`tasks.kinds`) that holds everything that differs between tasks.
        height, width, channels: of the model input; 1 channel is grey, 3 are red, green and blue.
        preparation: how a page becomes a model input: "mnist" normalizes ink as MNIST does, "fit"
            fits a picture into the input, "reduce" shrinks an image.
        labels: what the outputs mean, in their order; empty where the output is an image.
        rejects: whether one more output, the last, means "none of the labels".
        scale: sides of an output image, as a multiple of those of the input; 1 where there are labels.
    """

    kind: TaskName = "character"
    height: Annotated[int, Meta(ge=1, le=1024)] = 28
    width: Annotated[int, Meta(ge=1, le=1024)] = 28
    channels: Literal[1, 3] = 1
    preparation: Preparation = "mnist"
    labels: Annotated[tuple[Label, ...], Meta(max_length=MOST_OUTPUTS)] = DIGITS
    rejects: bool = False
    scale: Annotated[int, Meta(ge=1, le=8)] = 1

    @property
    def input_shape(self) -> Shape:
        """(height, width, channels) of a model input."""
        return self.height, self.width, self.channels

    @property
    def output_shape(self) -> Shape:
        """Shape of the network's output: (labels,), one more where it rejects, or that of an image."""
        if self.labels:
            return (len(self.labels) + self.rejects,)
        return self.height * self.scale, self.width * self.scale, self.channels
