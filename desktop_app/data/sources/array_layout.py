"""Order of the axes in arrays of images, and labels in arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError
from desktop_app.data.sources.checks import SIDES, SampleName
from desktop_app.tasks.task import MOST_LABELS

_SQUARES = {side * side: side for side in range(SIDES[0], 129)}


@dataclass(frozen=True, eq=False)
class ImageLayout:
    """How images lie in an array.

    Attributes:
        shape: number, height, width and channels of the images.
        sample_axis: axis of the samples in the array.
        view: returns a view of images (n, height, width, channels) with the axes of the array.
    """

    shape: tuple[int, int, int, int]
    sample_axis: int
    view: Callable[[AnyArray], AnyArray]


def image_layout(shape: Sequence[int], counts: Sequence[int]) -> ImageLayout | None:
    """Return the layout of images in an array; None if it has no images.

    Args:
        shape: shape of the array.
        counts: possible numbers of samples, by the shape of the labels. The samples are on the first axis
            unless only the last one fits.
    """
    layouts = list(_layouts(tuple(shape)))
    fitting = (layout for layout in layouts if layout.shape[0] in counts)
    return next(fitting, layouts[0] if layouts and layouts[0].sample_axis == 0 else None)


def _layouts(shape: tuple[int, ...]) -> Iterator[ImageLayout]:
    """Yield the possible layouts of an array, the usual ones first."""
    if len(shape) == 2:
        n, pixels = shape
        if pixels in _SQUARES:
            side = _SQUARES[pixels]
            yield ImageLayout((n, side, side, 1), 0, lambda images: images.reshape(n, pixels))
        if n in _SQUARES:
            side = _SQUARES[n]
            yield ImageLayout((pixels, side, side, 1), 1, lambda images: images.reshape(pixels, n).T)
    elif len(shape) == 3:
        a, b, c = shape
        yield ImageLayout((a, b, c, 1), 0, lambda images: images[..., 0])
        yield ImageLayout((c, a, b, 1), 2, lambda images: images[..., 0].transpose(1, 2, 0))
    elif len(shape) == 4:
        a, b, c, d = shape
        if d in (1, 3):
            yield ImageLayout((a, b, c, d), 0, lambda images: images)
        if b in (1, 3):
            yield ImageLayout((a, c, d, b), 0, lambda images: images.transpose(0, 3, 1, 2))
        if c in (1, 3):
            yield ImageLayout((d, a, b, c), 3, lambda images: images.transpose(1, 2, 3, 0))


def label_counts(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the numbers of samples that an array of labels of a shape may have; empty if it has no labels.

    Labels are (n,), (n, 1), (1, n), or one-hot: (n, labels) or (labels, n).
    """
    if len(shape) == 1:
        return (shape[0],)
    if len(shape) != 2:
        return ()
    if 1 in shape:
        return (max(shape),)
    return tuple(count for count, others in (shape, shape[::-1]) if 2 <= others <= MOST_LABELS)


def one_label_each(labels: AnyArray, count: int, name_of: SampleName) -> AnyArray:
    """Return labels as (n,); of one-hot labels the position of the largest value.

    Args:
        labels: see `label_counts`.
        count: number of samples.
        name_of: returns the name of a sample.

    Raises:
        UserError: a row of several values is not one-hot: one 1 among values of 0, or among values of -1.
    """
    if labels.ndim == 1 or 1 in labels.shape:
        return labels.reshape(-1)
    rows = labels if len(labels) == count else labels.T
    is_one = rows == 1
    others = np.where(is_one, 0, rows)
    is_uniform = (others == 0).all(axis=1) | ((others == -1) | is_one).all(axis=1)
    is_one_hot = is_uniform & (is_one.sum(axis=1) == 1)
    if not is_one_hot.all():
        raise UserError(
            "{sample} has no one-hot label; correct it.", sample=name_of(int(is_one_hot.argmin()))
        )
    positions: AnyArray = is_one.argmax(axis=1)
    return positions
