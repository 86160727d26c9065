"""Positions of the layers of a network in a row, and the arcs between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF

from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.layers.layer_blocks import blocks_of
from desktop_app.views.parts.theme import STEP

_GAP, _TIGHT_GAP = 14, 9
_TIGHTEST, _DEFAULT = 32, 7 * STEP
_TIGHTEST_LINES, _DEFAULT_LINES = 2.4, 4.3
"""Least widths of tiles: in pixels, and in relation to the height of a line of text."""

_WIDEST_TEXT, _WIDEST_TEXT_LINES = 12 * STEP, 6.5
"""Largest widths of tiles due to their text: in pixels, and in relation to the height of a line of text."""
_MOST_FOR_NAME = 2 * STEP
"""Width that the other tiles leave to the last one, so that its name is not cut off."""
_SLIM = 26
_PADDING = STEP // 2
_ARC_STEP = 6
_MOST_LEVELS = 4
_LEAST_SIDE, _GOOD_SIDE, _MOST_SIDE = 24, 28, 80
_BELOW = 7
"""Space below the text, with the bar of the selected tile."""


@dataclass(frozen=True)
class Arc:
    """A connection between layers that are not neighbours.

    Attributes:
        source, target: numbers of the layers.
        level: height of the arc, 1 or more; arcs of one level do not cross.
    """

    source: int
    target: int
    level: int


@dataclass(frozen=True)
class LayerPositions:
    """Positions of all tiles in device-independent pixels from the left end of the row.

    Attributes:
        lefts: left end of every tile, and the right end of the last one.
        widths: of the tiles.
        side: of a thumbnail.
        top: of the thumbnails; arcs and brackets are above it.
        bracket: height of the brackets with the names of blocks; 0 if there is no room for them.
        lines: lines of text below a thumbnail, 1 to 4.
        gap: between tiles, with an arrow in it.
        is_tight: whether tiles are too narrow for a shape on one line.
    """

    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    side: int
    top: float
    bracket: float
    lines: int
    gap: float
    is_tight: bool

    @property
    def introduction(self) -> float:
        """Width of the text before the first layer; 0 if there is none."""
        return max(0.0, self.lefts[0] - _GAP)

    @property
    def length(self) -> float:
        """Length of the row."""
        return self.lefts[-1]

    def tile(self, number: int) -> QRectF:
        """Return the area of a tile without its text."""
        return QRectF(self.lefts[number], self.top, self.widths[number], self.side)

    def thumbnail(self, number: int) -> QRectF:
        """Return the square of the thumbnail of a tile."""
        tile = self.tile(number)
        return QRectF(round(tile.center().x() - self.side / 2), self.top, self.side, self.side)

    def tile_at(self, x: float) -> int | None:
        """Return the tile at a position of the row, or None; half of a gap belongs to each tile beside it."""
        if x < self.lefts[0] - self.gap / 2:
            return None
        for number, (left, width) in enumerate(zip(self.lefts[:-1], self.widths, strict=True)):
            if x < left + width + self.gap / 2:
                return number
        return None

    def visible(self, start: float, end: float) -> range:
        """Return the tiles that are at least partly between two positions."""
        numbers = [
            number
            for number, (left, width) in enumerate(zip(self.lefts[:-1], self.widths, strict=True))
            if left < end and left + width > start
        ]
        return range(numbers[0], numbers[-1] + 1) if numbers else range(0)


def arcs_of(info: NetworkInfo) -> tuple[Arc, ...]:
    """Return the connections between layers that are not neighbours; the shortest have the lowest levels."""
    numbers = {layer.name: number for number, layer in enumerate(info.layers)}
    joined = [
        (numbers[source], target)
        for target, layer in enumerate(info.layers)
        for source in dict.fromkeys(layer.inputs)
        if source in numbers and numbers[source] != target - 1
    ]
    arcs: list[Arc] = []
    for source, target in sorted(joined, key=lambda pair: pair[1] - pair[0]):
        below = [arc.level for arc in arcs if arc.source < target and source < arc.target]
        arcs.append(Arc(source, target, min(1 + max(below, default=0), _MOST_LEVELS)))
    return tuple(arcs)


def follows(info: NetworkInfo, number: int) -> bool:
    """Return whether a layer takes the output of its predecessor in the row."""
    return number > 0 and info.layers[number - 1].name in info.layers[number].inputs


def is_slim(layer: LayerInfo) -> bool:
    """Return whether a layer passes on its input and needs no thumbnail."""
    return is_identity(layer) and bool(layer.inputs)


def _arc_band(arcs: tuple[Arc, ...]) -> int:
    """Return the height of the arcs above the tiles."""
    return (1 + max(arc.level for arc in arcs)) * _ARC_STEP if arcs else 0


def arc_height(arc: Arc) -> int:
    """Return the height of an arc above the tiles."""
    return arc.level * _ARC_STEP + 2


def positions_in(
    info: NetworkInfo,
    size: QSizeF,
    line: float,
    texts: tuple[float, float],
    answer: float,
    introduction: float,
) -> LayerPositions:
    """Return the positions of tiles, which are made narrower to fit the width if possible.

    Args:
        info: the network.
        size: width of the view and height of the row.
        line: height of a line of text.
        texts: widths of the widest line of text of a tile, and of the name of the last tile.
        answer: extra width of the last tile, in relation to the height of a thumbnail.
        introduction: width of the text before the first layer; 0: there is none.
    """
    width, height = size.width(), size.height()
    bracket = float(math.ceil(line) + STEP // 2) if blocks_of(info) else 0.0
    top = float(_arc_band(arcs_of(info)) + STEP // 2)
    if height - top - bracket - 2 * line - _BELOW < _LEAST_SIDE:
        bracket = 0.0
    top += bracket
    lines = 3
    while lines > 1 and height - top - lines * line - _BELOW < _GOOD_SIDE:
        lines -= 1
    side = int(min(max(height - top - lines * line - _BELOW, _LEAST_SIDE), _MOST_SIDE))
    slim = tuple(is_slim(layer) for layer in info.layers)
    text, last_name = texts
    widest = math.ceil(min(text, max(_WIDEST_TEXT, _WIDEST_TEXT_LINES * line)))
    default = max(side, _DEFAULT, int(_DEFAULT_LINES * line), widest) + 2 * _PADDING
    tightest = max(_TIGHTEST, _TIGHTEST_LINES * line)
    available = width - introduction
    tile, _ = _fitting_widths(slim, available - side * answer, default, tightest)
    extra = min(max(side * answer, last_name - tile), side * answer + _MOST_FOR_NAME)
    tile, gap = _fitting_widths(slim, available - extra, default, tightest)
    if tile < default:
        # Narrow thumbnails leave room for a shape on two lines.
        side = min(side, int(tile) - 2)
        lines = max(lines, min(4, int((height - top - side - _BELOW) // line)))
    widths = [float(_SLIM) if narrow else tile for narrow in slim]
    widths[-1] = tile + max(round(side * answer), int(extra))
    lefts = [introduction + _GAP if introduction else 2.0]
    for each in widths:
        lefts.append(lefts[-1] + each + gap)
    lefts[-1] -= gap
    return LayerPositions(tuple(lefts), tuple(widths), side, top, bracket, lines, gap, tile < default)


def _fitting_widths(
    slim: tuple[bool, ...], available: float, default: float, tightest: float
) -> tuple[float, float]:
    """Return the widths of tiles and gaps with which all tiles fit, or the default ones."""
    count, narrow = len(slim), sum(slim)
    if count * _GAP + narrow * _SLIM + (count - narrow) * default <= available or count == narrow:
        return default, _GAP
    tile = (available - _GAP - count * _TIGHT_GAP - narrow * _SLIM) // (count - narrow)
    return (min(tile, default), _TIGHT_GAP) if tile >= tightest else (default, _GAP)
