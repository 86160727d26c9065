"""The left part of the diagram: the model input and the previous layer with the window outlined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from desktop_app.inspection.colour import colour_indices, colours_for, value_range
from desktop_app.networks.arithmetic import Box, PoolWindow, WeightedSum, WindowSum
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Location, Surface, Target
from desktop_app.views.arithmetic.value_text import translate, value_text
from desktop_app.views.parts.number_grid import outline, paint_padding
from desktop_app.views.parts.numerals import ARROW, numeral
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import MIDDLE
from desktop_app.views.parts.theme import STEP

Values = NDArray[np.float32]

CAPTION = 2.25 * STEP
"""Height of the caption above a map."""
BETWEEN = 3.0 * STEP
"""Distance between maps, with room for an arrow."""


@dataclass(frozen=True, eq=False)
class SmallMap:
    """A map in small size.

    Attributes:
        caption: above the map.
        colours: uint32 (height, width), 0xAARRGGBB.
        window: box to outline; may extend into the padding.
        margin: rows and columns of padding on each side that windows may cover.
        location: the value at a row and a column.
        text: description of a row and a column.
    """

    caption: str
    colours: NDArray[np.uint32]
    window: Box
    margin: int
    location: Callable[[int, int], Location]
    text: Callable[[int, int], str]


def maps_of(derivation: Derivation) -> list[SmallMap]:
    """Return the model input with the receptive field, and the previous map with the window.

    A step that sums over several maps shows those itself, so no map is repeated.
    """
    first = derivation.info.layers[0]
    channel = _only_channel(derivation)
    found = []
    if (
        len(first.shape) == 3
        and derivation.layer != first
        and (derivation.before != first or channel is None)
    ):
        found.append(_model_input(derivation, first.name))
    if channel is not None and len(derivation.before.shape) in (2, 3):
        found.append(map_before(derivation, channel))
    return found


def map_before(derivation: Derivation, channel: int) -> SmallMap:
    """Return a map of the previous layer with the window of the step."""
    layer, values = derivation.before, derivation.map_before(channel)
    low, high = derivation.range_before
    caption = layer.name if layer.inputs else translate("Arithmetic", "model input")
    if layer.shape[-1] > 1:
        caption = translate("Arithmetic", "{layer}, channel {channel}")
        caption = caption.format(layer=layer.name, channel=channel)

    def describe(row: int, column: int) -> str:
        location = value_text(layer.name, derivation.position_before(row, column, channel))
        return f"{location} · {numeral(float(values[row, column]))}"

    window = _window(derivation)
    same = derivation.layer.options.get("padding") == "same"
    return SmallMap(
        caption,
        colours_for(low)[colour_indices(values, low, high)],
        window,
        max(window.bottom - window.top, window.right - window.left) // 2 if same else 0,
        lambda row, column: (layer.name, derivation.position_before(row, column, channel)),
        describe,
    )


def paint_map(surface: Surface, small: SmallMap, area: QRectF) -> None:
    """Paint a map with its window as large as fits, and add its target."""
    height, width = small.colours.shape
    ratio = surface.painter.device().devicePixelRatioF()
    across, down = width + 2 * small.margin, height + 2 * small.margin
    zoom = min(area.width() / across, area.height() / down)
    if zoom * ratio >= 2:
        zoom = int(zoom * ratio) / ratio
    # A 1-D map is painted tall enough to be seen.
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
    surface.targets.append(Target(whole, height, width, small.location, small.text))


def paint_maps(surface: Surface, maps: list[SmallMap], areas: list[QRectF]) -> None:
    """Paint maps with captions, and arrows between maps side by side."""
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


def _model_input(derivation: Derivation, layer: str) -> SmallMap:
    activation = derivation.activations[layer]
    height, width = activation.shape[:2]

    def describe(row: int, column: int) -> str:
        values = ", ".join(numeral(float(value)) for value in activation[row, column])
        text = translate("Arithmetic", "{layer} · row {row}, column {column} · {values}")
        return text.format(layer=layer, row=row, column=column, values=values)

    return SmallMap(
        translate("Arithmetic", "model input"),
        _as_colours(activation),
        derivation.field(layer) or Box(0, 0, height, width),
        0,
        lambda row, column: (layer, (row, column, 0)),
        describe,
    )


def _as_colours(activation: Values) -> NDArray[np.uint32]:
    """Return a model input as colours: RGB for three channels, otherwise the mean in a colour map."""
    if activation.shape[-1] != 3:
        mean = activation.mean(axis=-1)
        low, high = value_range(mean)
        return np.asarray(colours_for(low)[colour_indices(mean, low, high)])
    low, high = min(float(activation.min()), 0.0), max(float(activation.max()), 1.0)
    scaled = np.rint((activation - low) * (255 / (high - low))).astype(np.uint32)
    red, green, blue = (scaled[..., channel] for channel in range(3))
    return np.asarray(np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue, dtype=np.uint32)


def _only_channel(derivation: Derivation) -> int | None:
    """Return the only channel of the previous layer that is used; None if there are several."""
    step, sources = derivation.arithmetic.step, derivation.arithmetic.sources
    if isinstance(step, WindowSum):
        return step.channels[0] if len(step.channels) == 1 else None
    if isinstance(step, PoolWindow):
        return step.channel
    if isinstance(step, WeightedSum) and len(step.inputs) > 1:
        return None
    if len(sources) == 1 and len(derivation.before.shape) > 1 and len(derivation.layer.shape) > 1:
        return sources[0][1][-1]
    return None


def _window(derivation: Derivation) -> Box:
    """Return the box of the previous layer that the step uses."""
    step = derivation.arithmetic.step
    if isinstance(step, (WindowSum, PoolWindow)):
        return step.box
    row, column = (0, *derivation.arithmetic.sources[0][1])[-3:-1]
    return Box(row, column, row + 1, column + 1)
