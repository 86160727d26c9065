"""Painting evidence over ink in two colours, one of them striped.

The colours tint the ink and, more faintly, the background, so that ink on any background keeps its
contrast. No mask of the ink is needed: the mode "screen" changes dark pixels only, "multiply" light ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from desktop_app.core.placement import Placement
from desktop_app.views.canvas.canvas_evidence import Map

_PERIOD = 6
"""Period of the stripes in device-independent pixels."""

_BETWEEN_STRIPES = 0.3
"""Share of the colour between two stripes."""

_LEVELS = 255

Table = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Tints:
    """Colours for values from -1 (the other answer) to 1 (the answer).

    Attributes:
        first, second: uint32 (255,) 0xAARRGGBB, painted one after the other.
        modes: composition mode of each.
    """

    first: Table
    second: Table
    modes: tuple[QPainter.CompositionMode, QPainter.CompositionMode]


def _between(rival: str, nothing: str, answer: str) -> Table:
    """Return colours from that of the other answer over that of zero to that of the answer."""
    at = np.linspace(-1.0, 1.0, _LEVELS)
    ends = np.array([QColor(colour).getRgb() for colour in (rival, nothing, answer)], dtype=np.float64)
    red, green, blue = (
        np.rint(np.interp(at, (-1, 0, 1), ends[:, channel])).astype(np.uint32) for channel in range(3)
    )
    table: Table = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    return table


_SCREEN = QPainter.CompositionMode.CompositionMode_Screen
_MULTIPLY = QPainter.CompositionMode.CompositionMode_Multiply

ON_LIGHT = Tints(
    _between("#0f68e6", "#000000", "#b84a00"), _between("#90c6ff", "#ffffff", "#ffbe80"), (_SCREEN, _MULTIPLY)
)
"""For dark ink on a light background, and images."""

ON_DARK = Tints(
    _between("#4ea4ff", "#ffffff", "#ff9833"), _between("#15509e", "#000000", "#743a00"), (_MULTIPLY, _SCREEN)
)
"""For light ink on a dark background."""


@dataclass(frozen=True, eq=False)
class EvidenceImages:
    """Evidence in screen pixels, ready to be painted.

    Attributes:
        left, top: of the first pixel, in screen pixels of the widget.
        first, second: images, with the arrays whose memory they share.
        modes: composition mode of each.
    """

    left: int
    top: int
    first: tuple[QImage, Table]
    second: tuple[QImage, Table]
    modes: tuple[QPainter.CompositionMode, QPainter.CompositionMode]


def evidence_images(
    values: Map, placement: Placement, within: QRectF, ratio: float, tints: Tints
) -> EvidenceImages | None:
    """Return evidence interpolated to screen pixels.

    Args:
        values: float32 (height, width) in -1..1, at the centres of the pixels.
        placement: from the values to device-independent pixels of the widget.
        within: the part of the widget to cover, in device-independent pixels.
        ratio: screen pixels for each of them.
        tints: the colours.

    Returns:
        None if no part of it is visible.
    """
    height, width = values.shape
    left, top = placement.point(-0.5, -0.5)
    right, bottom = placement.point(width + 0.5, height + 0.5)
    area = QRectF(left, top, right - left, bottom - top).intersected(within)
    if area.isEmpty():
        return None
    first_x, last_x = round(area.left() * ratio), round(area.right() * ratio)
    first_y, last_y = round(area.top() * ratio), round(area.bottom() * ratio)
    if first_x >= last_x or first_y >= last_y:
        return None
    across = _between_values(first_x, last_x, ratio, (placement.left, placement.scale_x), width)
    down = _between_values(first_y, last_y, ratio, (placement.top, placement.scale_y), height)
    wide = np.ascontiguousarray(_interpolated(np.pad(values, 1).T, across).T)
    large = _interpolated(wide, down)
    # Plain for the answer, striped for the other answer.
    striped = np.minimum(large, 0)
    striped *= _stripes(large.shape, ratio)
    striped += np.maximum(large, 0)
    striped *= np.float32(_LEVELS // 2)
    striped += np.float32(_LEVELS / 2)
    levels = striped.astype(np.uint8)
    first, second = (_image(table.take(levels)) for table in (tints.first, tints.second))
    return EvidenceImages(first_x, first_y, first, second, tints.modes)


def paint_evidence(painter: QPainter, images: EvidenceImages, ratio: float) -> None:
    """Paint evidence; the painter is in device-independent pixels of the widget."""
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    for (image, _), mode in zip((images.first, images.second), images.modes, strict=True):
        painter.setCompositionMode(mode)
        painter.drawImage(images.left, images.top, image)
    painter.restore()


def paint_swatch(painter: QPainter, area: QRectF, tints: Tints, answer: bool) -> None:
    """Paint a sample for the legend: plain for the answer, striped for the other answer."""
    on_light = tints is ON_LIGHT
    table = tints.first
    strong = QColor.fromRgb(int(table[-1 if answer else 0]))
    faint = QColor.fromRgb(int(tints.second[-1 if answer else 0]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint if answer or not on_light else QColor(Qt.GlobalColor.white))
    painter.drawRoundedRect(area, 2, 2)
    if not answer:
        painter.setClipRect(area)
        painter.setPen(QPen(strong, 1.6))
        step = _PERIOD * 0.75
        reach = area.width() + area.height()
        for i in range(int(reach / step) + 1):
            x = area.left() + i * step
            painter.drawLine(QPointF(x, area.top()), QPointF(x - area.height(), area.bottom()))
        painter.setClipping(False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(strong, 1.2))
    painter.drawRoundedRect(area, 2, 2)
    painter.restore()


def _between_values(
    first: int, last: int, ratio: float, start_and_scale: tuple[float, float], count: int
) -> tuple[NDArray[np.intp], Map]:
    """Return for each screen pixel the index of the value before it and the weight of the next value.

    There are count values, with a zero added at each end, at the centres of the pixels.
    """
    start, scale = start_and_scale
    at = ((np.arange(first, last) + 0.5) / ratio - start) / scale + 0.5
    at = at.clip(0, count + 1)
    before = np.minimum(at.astype(np.intp), count)
    return before, (at - before).astype(np.float32)


def _interpolated(values: Map, between: tuple[NDArray[np.intp], Map]) -> Map:
    """Return interpolated rows, float32 (len(before), columns)."""
    before, share = between
    result: Map = values[before + 1] - values[before]
    result *= share[:, None]
    result += values[before]
    return result


def _stripes(shape: tuple[int, ...], ratio: float) -> Map:
    """Return diagonal stripes with soft edges, float32 of a shape."""
    height, width = shape
    phase = np.arange(height + width - 1) / (_PERIOD * ratio) * 2 * np.pi
    wave = (np.sin(phase) * 1.8 + 0.5).clip(0, 1) * (1 - _BETWEEN_STRIPES) + _BETWEEN_STRIPES
    stripes: Map = np.lib.stride_tricks.sliding_window_view(wave.astype(np.float32), width)
    return stripes


def _image(pixels: Table) -> tuple[QImage, Table]:
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32), pixels
