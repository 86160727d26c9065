"""Samples of sources as model inputs and target images, one by one or in batches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message, message
from desktop_app.data.pages import brightness, page_of, pixels_of
from desktop_app.data.sources.file_samples import SampleMaker
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.ink.directions import grey_channels
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import DataPart
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import PREPARATIONS, prepare
from desktop_app.tasks.prepare_ink import prepare_inks
from desktop_app.tasks.prepared import Prepared
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Task

Inputs: TypeAlias = NDArray[np.uint8]
"""Model inputs or target images, (height, width, channels) of one or (n, height, width, channels) of many."""


def takes_as_is(source: SourceSet, part: DataPart, task: Task) -> bool:
    """Return whether the images of a source are used as model inputs without preparation.

    Raises:
        UserError: normalization is off and the images have another size than the model input.
    """
    shape = None if source.images is None else source.images.shape[1:]
    # Images of this size need no fitting; those of tasks with an output image are still downscaled.
    height, width = task.height * task.scale, task.width * task.scale
    same_size = shape is not None and shape[:2] == (height, width)
    if not PREPARATIONS[task.preparation].is_of_ink:
        return shape is not None and same_size and shape[2] <= task.channels
    if source.inks is not None or (part.normalize and not source.is_normalized):
        return False
    if not same_size:
        raise UserError(
            "The images of {title} are {size}, not {width}×{height}; turn on normalization for this data.",
            title=source.title,
            size=_size(source),
            width=width,
            height=height,
        )
    return True


def inputs_as_is(images: Inputs, task: Task) -> Inputs:
    """Convert images that need no preparation, (n, height, width, channels), to model inputs."""
    images = with_channels(images, task)
    if task.scale == 1:
        return images
    return stack_inputs([downscale_image(image, task.scale) for image in images], task.input_shape)


def sample_of(source: SourceSet, row: int, task: Task) -> tuple[Inputs, Inputs | None]:
    """Prepare a sample of a source.

    Returns:
        The model input, and the target image, of the task's output shape; None if the task has labels.

    Raises:
        UserError: the file of the sample cannot be opened.
    """
    kind = task_kind(task)
    if (maker := sample_maker(task)) is not None:
        made = source.file_samples
        if made is None or made.key != maker.key:
            return maker.make(pixels_of(source, row))
        return made.inputs[row], None if made.targets is None else made.targets[row]
    prepared = prepare(page_of(source, row), task)
    return input_of(prepared, task), None if kind.has_labels else _original(prepared, task)


def sample_maker(task: Task) -> SampleMaker | None:
    """Return how samples of a task are made from images; None if they are made from the ink in them."""
    make_sample, preparation = task_kind(task).make_sample, PREPARATIONS[task.preparation]
    if make_sample is None or preparation.is_of_ink:
        return None
    key = f"{task.kind} {task.preparation} {preparation.version} {task.input_shape} {task.scale}"
    return SampleMaker(key, lambda pixels: make_sample(pixels, task))


def draw_input(ink: Ink, pen_share: float, task: Task) -> Inputs:
    """Draw ink with a pen width relative to its size; return the model input."""
    return draw_inputs([ink], [pen_share], task)[0]


def draw_inputs(inks: Sequence[Ink], pen_shares: Sequence[float], task: Task) -> list[Inputs]:
    """Draw several inks with pen widths relative to their sizes, in less time for each."""
    is_drawn = [bool(ink) for ink in inks]
    drawn = iter(prepare_inks(list(compress(inks, is_drawn)), task, list(compress(pen_shares, is_drawn))))
    return [
        np.rint(next(drawn) * 255).astype(np.uint8) if has_ink else input_of(None, task)
        for has_ink in is_drawn
    ]


def input_of(prepared: Prepared | None, task: Task) -> Inputs:
    """Return the model input; all 0 if the page is empty."""
    return np.zeros(task.input_shape, np.uint8) if prepared is None else prepared.pixels


def _original(prepared: Prepared | None, task: Task) -> Inputs:
    """Return the image that the network has to restore; all 0 if the page is empty."""
    if prepared is None or prepared.original is None:
        return np.zeros(task.output_shape, np.uint8)
    original: Inputs = np.rint(prepared.original * 255).astype(np.uint8)
    return original


def with_channels(images: Inputs, task: Task) -> Inputs:
    """Convert images, (n, height, width, channels), to the channels of the task."""
    if task.sees_directions:
        ink = brightness(images)[..., None].astype(np.float32)
        return np.rint(grey_channels(ink)).astype(np.uint8)
    grey = images if images.shape[3] == task.channels else brightness(images)[..., None]
    return grey if grey.shape[3] == task.channels else np.repeat(grey, task.channels, axis=3)


def _size(source: SourceSet) -> Message:
    """Return the size of the images of a source as text."""
    if source.images is None:
        return message("of different sizes")
    height, width = source.images.shape[1:3]
    return message("{width}×{height} pixels", width=width, height=height)


def stack_inputs(images: Sequence[Inputs], shape: tuple[int, ...]) -> Inputs:
    """Return images of a shape as one array; there may be none."""
    return np.stack(images) if images else np.zeros((0, *shape), np.uint8)
