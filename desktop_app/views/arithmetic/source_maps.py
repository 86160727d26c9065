"""Where a value looks: the model input and the layer before, with its window outlined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from desktop_app.inspection.colour import colour_indices, colours_for, value_range
from desktop_app.networks.arithmetic import Box, PoolWindow, WeightedSum, WindowSum
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Place, Surface, Target
from desktop_app.views.arithmetic.value_text import text_for, tr
from desktop_app.views.parts.number_grid import outline, paint_padding
from desktop_app.views.parts.numerals import ARROW, numeral
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import MIDDLE
from desktop_app.views.parts.theme import STEP

Values = NDArray[np.float32]

CAPTION = 2.25 * STEP
"""Height of the line over a map."""
BETWEEN = 3.0 * STEP
"""From one map to the next, with room for an arrow."""


@dataclass(frozen=True, eq=False)
class SmallMap:
    """A map to show small.

    Attributes:
        caption: over it.
        colours: uint32 (height, width), 0xAARRGGBB.
        window: what to outline; may reach into the padding.
        margin: rows and columns of padding that windows may reach into on each side.
        place: the value at a row and a column.
        words: what lies at a row and a column.
    """

    caption: str
    colours: NDArray[np.uint32]
    window: Box
    margin: int
    place: Callable[[int, int], Place]
    words: Callable[[int, int], str]


def maps_of(story: Derivation) -> list[SmallMap]:
    """The model input with the receptive field, then the map of the layer before with the window.

    A step that sums over many maps shows those itself; no map is shown twice.
    """
    first = story.info.layers[0]
    channel = _only_channel(story)
    found = []
    if len(first.shape) == 3 and story.layer != first and (story.before != first or channel is None):
        found.append(_model_input(story, first.name))
    if channel is not None and len(story.before.shape) in (2, 3):
        found.append(map_before(story, channel))
    return found


def map_before(story: Derivation, channel: int) -> SmallMap:
    """One map of the layer before, with the window of the step."""
    layer, values = story.before, story.map_before(channel)
    low, high = story.range_before
    caption = layer.name if layer.inputs else tr("model input")
    if layer.shape[-1] > 1:
        caption = tr("{layer}, channel {channel}").format(layer=layer.name, channel=channel)

    def words(row: int, column: int) -> str:
        place = text_for(layer.name, story.place_before(row, column, channel))
        return f"{place} · {numeral(float(values[row, column]))}"

    window = _window(story)
    same = story.layer.options.get("padding") == "same"
    return SmallMap(
        caption,
        colours_for(low)[colour_indices(values, low, high)],
        window,
        max(window.bottom - window.top, window.right - window.left) // 2 if same else 0,
        lambda row, column: (layer.name, story.place_before(row, column, channel)),
        words,
    )


def paint_map(surface: Surface, small: SmallMap, area: QRectF) -> None:
    """Paint a map as large as fits into an area, its window over it, and make it a target."""
    height, width = small.colours.shape
    ratio = surface.painter.device().devicePixelRatioF()
    across, down = width + 2 * small.margin, height + 2 * small.margin
    zoom = min(area.width() / across, area.height() / down)
    if zoom * ratio >= 2:
        zoom = int(zoom * ratio) / ratio
    # A line is a map of one row: it is drawn broad enough to be seen.
    tall = zoom if height > 1 else max(zoom, 2.0 * STEP)
    left = round(area.left() + (area.width() - width * zoom) / 2)
    top = round(area.top() + (area.height() - height * tall) / 2)
    box = small.window
    window = QRectF(
        left + box.left * zoom,
        top + box.top * tall,
        (box.right - box.left) * zoom,
        (box.bottom - box.top) * tall,
    )
    if box.clipped(height, width) != box:
        paint_padding(surface.painter, surface.text_style, window)
    whole = QRectF(left, top, width * zoom, height * tall)
    pixels = np.ascontiguousarray(small.colours)
    surface.painter.drawImage(whole, image_of(pixels))
    if not window.isEmpty():
        outline(surface.painter, surface.text_style, window)
    surface.targets.append(Target(whole, height, width, small.place, small.words))


def paint_maps(surface: Surface, maps: list[SmallMap], areas: list[QRectF]) -> None:
    """Paint maps with their captions, and arrows between them where they stand side by side."""
    style = surface.text_style
    for number, (small, area) in enumerate(zip(maps, areas, strict=True)):
        at = QPointF(area.center().x(), area.top() + CAPTION / 2)
        caption = style.small.elided(small.caption, area.width())
        style.small.write(surface.painter, at, caption, style.quiet, MIDDLE)
        square = area.adjusted(0, CAPTION, 0, 0)
        paint_map(surface, small, square)
        if number and area.top() == areas[number - 1].top():
            between = QPointF(area.left() - BETWEEN / 2, square.center().y())
            style.plain.write(surface.painter, between, ARROW, style.quiet, MIDDLE)


def _model_input(story: Derivation, layer: str) -> SmallMap:
    activation = story.activations[layer]
    height, width = activation.shape[:2]

    def words(row: int, column: int) -> str:
        values = ", ".join(numeral(float(value)) for value in activation[row, column])
        return tr("{layer} · row {row}, column {column} · {values}").format(
            layer=layer, row=row, column=column, values=values
        )

    return SmallMap(
        tr("model input"),
        _as_picture(activation),
        story.field(layer) or Box(0, 0, height, width),
        0,
        lambda row, column: (layer, (row, column, 0)),
        words,
    )


def _as_picture(activation: Values) -> NDArray[np.uint32]:
    """A model input in colours: its own if it has three channels, else those of the mean."""
    if activation.shape[-1] != 3:
        mean = activation.mean(axis=-1)
        low, high = value_range(mean)
        return np.asarray(colours_for(low)[colour_indices(mean, low, high)])
    low, high = min(float(activation.min()), 0.0), max(float(activation.max()), 1.0)
    scaled = np.rint((activation - low) * (255 / (high - low))).astype(np.uint32)
    red, green, blue = (scaled[..., channel] for channel in range(3))
    return np.asarray(np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue, dtype=np.uint32)


def _only_channel(story: Derivation) -> int | None:
    """The only channel of the layer before that takes part; None where there are several."""
    step, sources = story.arithmetic.step, story.arithmetic.sources
    if isinstance(step, WindowSum):
        return step.channels[0] if len(step.channels) == 1 else None
    if isinstance(step, PoolWindow):
        return step.channel
    if isinstance(step, WeightedSum) and len(step.inputs) > 1:
        return None
    if len(sources) == 1 and len(story.before.shape) > 1 and len(story.layer.shape) > 1:
        return sources[0][1][-1]
    return None


def _window(story: Derivation) -> Box:
    """What the step covers of the layer before."""
    step = story.arithmetic.step
    if isinstance(step, (WindowSum, PoolWindow)):
        return step.box
    row, column = (0, *story.arithmetic.sources[0][1])[-3:-1]
    return Box(row, column, row + 1, column + 1)
