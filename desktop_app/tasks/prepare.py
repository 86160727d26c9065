"""Preparation of pages as model inputs, with intermediate steps.

"mnist" normalizes ink as in MNIST, "mnist-directions" adds the directions of the pen as colours. "fit" fits
an image into the input, "crop" fills the input with the middle of an image. "mnist-reduce" and "reduce" work
like "mnist" and "fit" at the size of the output, and then downscale the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.messages import Message, message
from desktop_app.core.placement import IDENTITY, Placement
from desktop_app.ink.directions import DIRECTION_CHANNELS, grey_channels, with_directions
from desktop_app.ink.normalize import (
    CHANNELS,
    NORMALIZATION_VERSION,
    SIZES,
    normalize,
    normalize_drawn,
    normalize_maps,
)
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import PEN_SHARE, draw_inks, drawing_placement, ink_map_placement, rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Preparation, Shape, Task

Values: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]

_SMALLEST_MARGIN = 0.01
"""Pixels that are left out at each side of a cropped image."""

_REDUCED_SIZES = range(4, SIZES.stop)
"""Allowed sides of a model input that is a reduction."""


_AT_ONCE = 64
"""Inks that are prepared at once: their images take 10 MB."""


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


@dataclass(frozen=True)
class PreparationKind:
    """A kind of preparation.

    Attributes:
        is_of_ink: whether the ink of a page is prepared; otherwise its whole image.
        description: one sentence for users.
        version: stored in every model card; a model of another version cannot be loaded.
        prepare: returns the prepared page, or None if it is empty.
        steps: names of the steps, from the page to the model input.
        expected_inputs: returns None if pages can become inputs of a shape (height, width, channels), and
            otherwise a description of possible inputs.
    """

    is_of_ink: bool
    description: Message
    version: int
    prepare: Callable[[Page, Task], Prepared | None]
    steps: tuple[str, ...]
    expected_inputs: Callable[[Shape], Message | None]


def prepare(page: Page, task: Task) -> Prepared | None:
    """Return the model input of a page for a task, or None if the page is empty."""
    return PREPARATIONS[task.preparation].prepare(page, task)


# ---------------------------------------------------------------------------------------- of ink


def _normalize(page: Page, task: Task) -> Prepared | None:
    """Normalize the ink of a page."""
    if isinstance(page, Ink):
        placement = ink_map_placement(page)
        return None if placement is None else _prepare_ink(rasterize(page), task, placement, page)
    return prepare_ink_map(page.ink_map, task)


def prepare_ink_map(ink_map: Values, task: Task, on_page: Placement = IDENTITY) -> Prepared | None:
    """Return the normalized ink map of an image with its steps, or None without ink.

    Args:
        ink_map: float32 (height, width) in 0..1, 1 where there is ink.
        task: a task whose preparation is "mnist" or "mnist-directions".
        on_page: from pixels of the ink map to the page.
    """
    return _prepare_ink(ink_map, task, on_page, None)


def _prepare_ink(ink_map: Values, task: Task, on_page: Placement, ink: Ink | None) -> Prepared | None:
    """Return a normalized ink map with its steps; the ink that it shows gives the directions of the pen."""
    normalized = normalize(ink_map, task.height, _ink_channels(task))
    if normalized is None:
        return None
    placement = normalized.placement.on(on_page)
    model_input = normalized.model_input
    if task.sees_directions:
        if ink is None:
            model_input = grey_channels(model_input)
        else:
            (model_input,) = with_directions([model_input], [ink], [placement])
    steps = (
        Step("ink", ink_map),
        Step("box", ink_map, (normalized.box,), (normalized.centre_of_mass,)),
        Step("input", model_input if task.sees_directions else model_input[..., 0]),
    )
    return Prepared(steps, model_input, placement)


def prepare_inks(inks: Sequence[Ink], task: Task, pen_shares: Sequence[float] | None = None) -> list[Values]:
    """Return the model inputs of several inks as `prepare` makes them, in less time for each.

    Args:
        inks: each has at least one stroke.
        task: a task whose preparation is "mnist" or "mnist-directions".
        pen_shares: one for each ink, see `rasterize`; None: the usual one.
    """
    pens = [PEN_SHARE] * len(inks) if pen_shares is None else pen_shares
    parts = (slice(start, start + _AT_ONCE) for start in range(0, len(inks), _AT_ONCE))
    return [each for part in parts for each in _prepare_some(inks[part], task, pens[part])]


def _prepare_some(inks: Sequence[Ink], task: Task, pen_shares: Sequence[float]) -> list[Values]:
    drawn = normalize_drawn(draw_inks(inks, pen_shares), task.height, _ink_channels(task))
    model_inputs = [each.model_input for each in drawn]
    if not task.sees_directions:
        return model_inputs
    placements = [
        each.placement.on(drawing_placement(ink, pen_share))
        for each, ink, pen_share in zip(drawn, inks, pen_shares, strict=True)
    ]
    return with_directions(model_inputs, inks, placements)


def prepare_ink_maps(ink_maps: Iterable[Values], task: Task) -> list[Values]:
    """Return the model inputs of several ink maps of images, in less time for each than `prepare_ink_map`.

    Args:
        ink_maps: each has ink; only one of them is kept at a time.
        task: a task whose preparation is "mnist" or "mnist-directions".
    """
    model_inputs = normalize_maps(ink_maps, task.height, _ink_channels(task))
    return [grey_channels(each) for each in model_inputs] if task.sees_directions else model_inputs


def _ink_channels(task: Task) -> int:
    """Return the channels of normalized ink without directions."""
    return 1 if task.sees_directions else task.channels


def _normalize_and_reduce(page: Page, task: Task) -> Prepared | None:
    """Normalize the ink of a page at the output size and downscale it."""
    height, width, _ = task.output_shape
    normalized = _normalize(page, replace(task, height=height, width=width, scale=1))
    if normalized is None:
        return None
    step = Step("normalized", normalized.steps[-1].image)
    return _reduced(normalized.pixels, task, (*normalized.steps[:-1], step), normalized.placement)


def _expected_squares(sizes: range, channels: tuple[int, ...], shape: Shape) -> Message | None:
    if len(shape) == 3 and shape[0] == shape[1] and shape[0] in sizes and shape[2] in channels:
        return None
    least, most = sizes[0], sizes[-1]
    if channels == CHANNELS:
        return message(
            "squares of {least} to {most} pixels with one or three channels", least=least, most=most
        )
    return message("squares of {least} to {most} pixels with three channels", least=least, most=most)


# ------------------------------------------------------------------------------------ of images


def fit_image(pixels: Pixels, shape: Shape) -> Pixels:
    """Scale an image to fit a shape, centred and with its aspect ratio kept.

    Args:
        pixels: uint8 (height, width, 3).
        shape: (height, width, channels) of the result, with 1 or 3 channels.

    Returns:
        uint8 of the shape, black outside of the image. An image of the same size stays unchanged.
    """
    height, width, channels = shape
    rows, columns = _fitted_position(pixels.shape, height, width)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if channels == 1:
        image = image.convert("L")
    size = columns.stop - columns.start, rows.stop - rows.start
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    fitted = np.zeros(shape, dtype=np.uint8)
    fitted[rows, columns] = np.asarray(image).reshape(size[1], size[0], channels)
    return fitted


def crop_image(pixels: Pixels, shape: Shape) -> Pixels:
    """Scale the largest part of an image that has the aspect ratio of a shape, from its middle.

    Args:
        pixels: uint8 (height, width, 3).
        shape: (height, width, channels) of the result, with 1 or 3 channels.

    Returns:
        uint8 of the shape. An image of the same size stays unchanged.
    """
    height, width, channels = shape
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if channels == 1:
        image = image.convert("L")
    if image.size != (width, height):
        box = _cropped_box(pixels.shape, height, width)
        image = image.resize((width, height), Image.Resampling.BILINEAR, box=box)
    cropped: Pixels = np.array(image).reshape(shape)
    return cropped


def _cropped_box(shape: Shape, height: int, width: int) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of the part of an image of a shape that cropping keeps."""
    zoom = max(height / shape[0], width / shape[1])
    kept_height, kept_width = min(shape[0], height / zoom), min(shape[1], width / zoom)
    top, left = (shape[0] - kept_height) / 2, (shape[1] - kept_width) / 2
    return left, top, left + kept_width, top + kept_height


def _crop(page: Page, task: Task) -> Prepared | None:
    """Crop the image of a page to the input."""
    pixels = _pixels_of(page)
    if pixels.size == 0:
        return None
    box = _cropped_box(pixels.shape, task.height, task.width)
    left, top, right, bottom = box
    placement = Placement((right - left) / task.width, (bottom - top) / task.height, left, top)
    model_input = _values_of(crop_image(pixels, task.input_shape))
    # Rounding errors of the box are no cropping.
    is_whole = max(left, top) < _SMALLEST_MARGIN
    picture = Step("picture", pixels, () if is_whole else (box,))
    return Prepared(
        (picture, Step("input", _image_of(model_input))),
        model_input,
        placement.on(_image_placement(page)),
        fitting=None if is_whole else message("cropped"),
    )


def _fit(page: Page, task: Task) -> Prepared | None:
    """Fit the image of a page into the input."""
    pixels = _pixels_of(page)
    if pixels.size == 0:
        return None
    fitted, placement = _fitted(pixels, page, task.input_shape)
    model_input = _values_of(fitted)
    steps = (Step("picture", pixels), Step("input", _image_of(model_input)))
    rows, columns = _fitted_position(pixels.shape, task.height, task.width)
    is_full = (rows, columns) == (slice(0, task.height), slice(0, task.width))
    fitting = None if is_full else message("letterboxed")
    return Prepared(steps, model_input, placement, fitting=fitting)


def _reduce(page: Page, task: Task) -> Prepared | None:
    """Fit the image of a page into the output and downscale it."""
    pixels = _pixels_of(page)
    if pixels.size == 0:
        return None
    fitted, placement = _fitted(pixels, page, task.output_shape)
    steps = (Step("picture", pixels), Step("fitted", _image_of(_values_of(fitted))))
    return _reduced(fitted, task, steps, placement)


def _fitted(pixels: Pixels, page: Page, shape: Shape) -> tuple[Pixels, Placement]:
    """Fit the image of a page into a shape; return it with its placement on the page."""
    rows, columns = _fitted_position(pixels.shape, *shape[:2])
    scale_y = pixels.shape[0] / (rows.stop - rows.start)
    scale_x = pixels.shape[1] / (columns.stop - columns.start)
    placement = Placement(scale_x, scale_y, -columns.start * scale_x, -rows.start * scale_y)
    return fit_image(pixels, shape), placement.on(_image_placement(page))


def _reduced(pixels: Pixels, task: Task, steps: tuple[Step, ...], placement: Placement) -> Prepared:
    """Downscale an image of the output size to a model input.

    Args:
        pixels: uint8 of the output shape.
        task: a task without labels.
        steps: steps to the image, which is the last one. Without downscaling, it becomes the model input.
        placement: from pixels of the image to the page.
    """
    model_input = _values_of(downscale_image(pixels, task.scale))
    earlier = steps if task.scale > 1 else steps[:-1]
    on_image = Placement(task.scale, task.scale, 0, 0)
    steps = (*earlier, Step("input", _image_of(model_input)))
    return Prepared(steps, model_input, on_image.on(placement), _values_of(pixels))


def _values_of(pixels: Pixels) -> Values:
    """Return uint8 values as float32 in 0..1, read-only."""
    values = pixels.astype(np.float32) / np.float32(255)
    values.setflags(write=False)
    return values


def _pixels_of(page: Page) -> Pixels:
    """Return the image of a page, uint8 (height, width, 3): ink is black on white, or empty."""
    if not isinstance(page, Ink):
        return page.rgb
    grey = np.rint((1 - rasterize(page)) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _fitted_position(shape: Shape, height: int, width: int) -> tuple[slice, slice]:
    """Return the rows and columns that an image of a shape covers after fitting."""
    zoom = min(height / shape[0], width / shape[1])
    rows, columns = (max(1, round(length * zoom)) for length in shape[:2])
    top, left = (height - rows) // 2, (width - columns) // 2
    return slice(top, top + rows), slice(left, left + columns)


def _image_placement(page: Page) -> Placement:
    """Return the placement of the pixels of `_pixels_of` on the page."""
    placement = ink_map_placement(page) if isinstance(page, Ink) else IDENTITY
    assert placement is not None, "the page is not empty"
    return placement


def _image_of(model_input: Values) -> Values:
    """Return a model input as an image, (height, width) if it is grey."""
    return model_input[..., 0] if model_input.shape[2] == 1 else model_input


def _any_shape(_: Shape) -> None:
    """Accept every shape."""


_INK_STEPS = ("ink", "box", "input")

PREPARATIONS: Mapping[Preparation, PreparationKind] = MappingProxyType(
    {
        "mnist": PreparationKind(
            True,
            message("Ink is scaled and centred as in MNIST."),
            NORMALIZATION_VERSION,
            _normalize,
            _INK_STEPS,
            partial(_expected_squares, SIZES, CHANNELS),
        ),
        "mnist-directions": PreparationKind(
            True,
            message(
                "Ink is scaled and centred as in MNIST. Its colour is the direction of the pen: orange "
                "right, green down, blue left, magenta up; grey in images."
            ),
            NORMALIZATION_VERSION,
            _normalize,
            _INK_STEPS,
            partial(_expected_squares, SIZES, (DIRECTION_CHANNELS,)),
        ),
        "fit": PreparationKind(
            False,
            message("Images are letterboxed: scaled to fit into the input, with black margins."),
            1,
            _fit,
            ("picture", "input"),
            _any_shape,
        ),
        "crop": PreparationKind(
            False,
            message("Images are cropped: the middle of the image fills the input."),
            1,
            _crop,
            ("picture", "input"),
            _any_shape,
        ),
        "mnist-reduce": PreparationKind(
            True,
            message("Ink is scaled and centred as in MNIST at the size of the output, and reduced."),
            NORMALIZATION_VERSION,
            _normalize_and_reduce,
            (*_INK_STEPS[:-1], "normalized", "input"),
            partial(_expected_squares, _REDUCED_SIZES, CHANNELS),
        ),
        "reduce": PreparationKind(
            False,
            message("Images are letterboxed at the size of the output, and reduced."),
            2,
            _reduce,
            ("picture", "fitted", "input"),
            _any_shape,
        ),
    }
)
"""Kinds of preparation by name."""
