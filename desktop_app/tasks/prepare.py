"""Preparation of pages as model inputs, with intermediate steps.

"mnist" normalizes ink as in MNIST, "mnist-directions" adds the directions of the pen as colours. "fit" fits
an image into the input, "crop" fills the input with the middle of an image. "mnist-reduce" and "reduce" work
like "mnist" and "fit" at the size of the output, and then downscale the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from desktop_app.core.messages import Message, message
from desktop_app.ink.directions import DIRECTION_CHANNELS
from desktop_app.ink.normalize import CHANNELS, NORMALIZATION_VERSION, SIZES
from desktop_app.ink.page import Page
from desktop_app.tasks.prepare_images import crop, fit, fit_and_reduce
from desktop_app.tasks.prepare_ink import normalize_and_reduce, normalize_page
from desktop_app.tasks.prepared import Prepared
from desktop_app.tasks.task import Preparation, Shape, Task

_REDUCED_SIZES = range(4, SIZES.stop)
"""Allowed sides of a model input that is a reduction."""


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


def _expected_squares(sizes: range, channels: tuple[int, ...], shape: Shape) -> Message | None:
    if len(shape) == 3 and shape[0] == shape[1] and shape[0] in sizes and shape[2] in channels:
        return None
    least, most = sizes[0], sizes[-1]
    if channels == CHANNELS:
        return message(
            "squares of {least} to {most} pixels with one or three channels", least=least, most=most
        )
    return message("squares of {least} to {most} pixels with three channels", least=least, most=most)


def _any_shape(_: Shape) -> None:
    """Accept every shape."""


_INK_STEPS = ("ink", "box", "input")

PREPARATIONS: Mapping[Preparation, PreparationKind] = MappingProxyType(
    {
        "mnist": PreparationKind(
            True,
            message("Ink is scaled and centred as in MNIST."),
            NORMALIZATION_VERSION,
            normalize_page,
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
            normalize_page,
            _INK_STEPS,
            partial(_expected_squares, SIZES, (DIRECTION_CHANNELS,)),
        ),
        "fit": PreparationKind(
            False,
            message("Images are letterboxed: scaled to fit into the input, with black margins."),
            1,
            fit,
            ("picture", "input"),
            _any_shape,
        ),
        "crop": PreparationKind(
            False,
            message("Images are cropped: the middle of the image fills the input."),
            1,
            crop,
            ("picture", "input"),
            _any_shape,
        ),
        "mnist-reduce": PreparationKind(
            True,
            message("Ink is scaled and centred as in MNIST at the size of the output, and reduced."),
            NORMALIZATION_VERSION,
            normalize_and_reduce,
            (*_INK_STEPS[:-1], "normalized", "input"),
            partial(_expected_squares, _REDUCED_SIZES, CHANNELS),
        ),
        "reduce": PreparationKind(
            False,
            message("Images are letterboxed at the size of the output, and reduced."),
            2,
            fit_and_reduce,
            ("picture", "fitted", "input"),
            _any_shape,
        ),
    }
)
"""Kinds of preparation by name."""
