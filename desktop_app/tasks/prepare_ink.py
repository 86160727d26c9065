"""Preparation of ink: scaled and centred as in MNIST."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from desktop_app.core.placement import IDENTITY, Placement
from desktop_app.ink.directions import grey_channels, with_directions
from desktop_app.ink.normalize import normalize, normalize_drawn, normalize_maps
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import PEN_SHARE, draw_inks, drawing_placement, ink_map_placement, rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.prepared import Prepared, Step, Values, reduced
from desktop_app.tasks.task import Task

_AT_ONCE = 64
"""Inks that are prepared at once: their images take 10 MB."""


def normalize_page(page: Page, task: Task) -> Prepared | None:
    """Return the normalized ink of a page with its steps, or None without ink."""
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


def normalize_and_reduce(page: Page, task: Task) -> Prepared | None:
    """Return the ink of a page, normalized at the output size and downscaled, or None without ink."""
    height, width, _ = task.output_shape
    normalized = normalize_page(page, replace(task, height=height, width=width, scale=1))
    if normalized is None:
        return None
    step = Step("normalized", normalized.steps[-1].image)
    return reduced(normalized.pixels, task, (*normalized.steps[:-1], step), normalized.placement)
