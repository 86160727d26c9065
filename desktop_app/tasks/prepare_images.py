"""Preparation of images: letterboxed, cropped or reduced."""

from __future__ import annotations

import numpy as np
from PIL import Image

from desktop_app.core.messages import message
from desktop_app.core.placement import IDENTITY, Placement
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import ink_map_placement, rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.prepared import Pixels, Prepared, Step, image_of, reduced, values_of
from desktop_app.tasks.task import Shape, Task

_SMALLEST_MARGIN = 0.01
"""Pixels that are left out at each side of a cropped image."""


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


def crop(page: Page, task: Task) -> Prepared | None:
    """Return the image of a page, cropped to the input, with its steps; None without pixels."""
    pixels = _pixels_of(page)
    if pixels.size == 0:
        return None
    box = _cropped_box(pixels.shape, task.height, task.width)
    left, top, right, bottom = box
    placement = Placement((right - left) / task.width, (bottom - top) / task.height, left, top)
    model_input = values_of(crop_image(pixels, task.input_shape))
    # Rounding errors of the box are no cropping.
    is_whole = max(left, top) < _SMALLEST_MARGIN
    picture = Step("picture", pixels, () if is_whole else (box,))
    return Prepared(
        (picture, Step("input", image_of(model_input))),
        model_input,
        placement.on(_image_placement(page)),
        fitting=None if is_whole else message("cropped"),
    )


def fit(page: Page, task: Task) -> Prepared | None:
    """Return the image of a page, fitted into the input, with its steps; None without pixels."""
    pixels = _pixels_of(page)
    if pixels.size == 0:
        return None
    fitted, placement = _fitted(pixels, page, task.input_shape)
    model_input = values_of(fitted)
    steps = (Step("picture", pixels), Step("input", image_of(model_input)))
    rows, columns = _fitted_position(pixels.shape, task.height, task.width)
    is_full = (rows, columns) == (slice(0, task.height), slice(0, task.width))
    fitting = None if is_full else message("letterboxed")
    return Prepared(steps, model_input, placement, fitting=fitting)


def fit_and_reduce(page: Page, task: Task) -> Prepared | None:
    """Return the image of a page, fitted into the output and downscaled; None without pixels."""
    pixels = _pixels_of(page)
    if pixels.size == 0:
        return None
    fitted, placement = _fitted(pixels, page, task.output_shape)
    steps = (Step("picture", pixels), Step("fitted", image_of(values_of(fitted))))
    return reduced(fitted, task, steps, placement)


def _fitted(pixels: Pixels, page: Page, shape: Shape) -> tuple[Pixels, Placement]:
    """Fit the image of a page into a shape; return it with its placement on the page."""
    rows, columns = _fitted_position(pixels.shape, *shape[:2])
    scale_y = pixels.shape[0] / (rows.stop - rows.start)
    scale_x = pixels.shape[1] / (columns.stop - columns.start)
    placement = Placement(scale_x, scale_y, -columns.start * scale_x, -rows.start * scale_y)
    return fit_image(pixels, shape), placement.on(_image_placement(page))


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
