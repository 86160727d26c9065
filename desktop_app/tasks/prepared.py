"""Prepared pages: model inputs with the steps that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message
from desktop_app.core.placement import Placement
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Task

Values: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Step:
    """An intermediate step from a page to a model input.

    Attributes:
        name: "ink", "box", "picture", "normalized", "fitted" or "input".
        image: float32 (height, width) or (height, width, 3) in 0..1, or uint8 (height, width, 3).
        boxes: left, top, right and bottom of marked boxes, in pixels of the image.
        crosses: x and y of marked points, in pixels of the image (0.5 is the centre of the first pixel).
    """

    name: str
    image: Values | Pixels
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    crosses: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Prepared:
    """A model input with the steps that lead to it.

    Attributes:
        steps: from the page to the model input, which is the image of the last step.
        model_input: float32 (height, width, channels) in 0..1, read-only.
        placement: from pixels of the model input to the page: canvas units for ink, pixels for
            images.
        original: image of which the model input is a reduction, float32 of the output shape of the task in
            0..1, read-only; None for tasks with labels.
        fitting: "letterboxed" if the model input has margins around the image of the page, "cropped" if it
            lacks parts of it; None otherwise.
    """

    steps: tuple[Step, ...]
    model_input: Values
    placement: Placement
    original: Values | None = None
    fitting: Message | None = None

    @property
    def ink_map(self) -> Values | None:
        """Ink map, float32 (height, width), from which the model input was made; None for images."""
        first = self.steps[0]
        return first.image.astype(np.float32, copy=False) if first.name == "ink" else None

    @property
    def pixels(self) -> Pixels:
        """Model input as uint8 (height, width, channels) in 0..255."""
        pixels: Pixels = np.rint(self.model_input * 255).astype(np.uint8)
        return pixels


def reduced(pixels: Pixels, task: Task, steps: tuple[Step, ...], placement: Placement) -> Prepared:
    """Downscale an image of the output size to a model input.

    Args:
        pixels: uint8 of the output shape.
        task: a task without labels.
        steps: steps to the image, which is the last one. Without downscaling, it becomes the model input.
        placement: from pixels of the image to the page.
    """
    model_input = values_of(downscale_image(pixels, task.scale))
    earlier = steps if task.scale > 1 else steps[:-1]
    on_image = Placement(task.scale, task.scale, 0, 0)
    steps = (*earlier, Step("input", image_of(model_input)))
    return Prepared(steps, model_input, on_image.on(placement), values_of(pixels))


def values_of(pixels: Pixels) -> Values:
    """Return uint8 values as float32 in 0..1, read-only."""
    values = pixels.astype(np.float32) / np.float32(255)
    values.setflags(write=False)
    return values


def image_of(model_input: Values) -> Values:
    """Return a model input as an image, (height, width) if it is grey."""
    return model_input[..., 0] if model_input.shape[2] == 1 else model_input
