"""Where the layers of a network stand in a row, and which of them are joined by arcs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.parts.theme import STEP

INTRODUCTION = 16 * STEP
"""Width of the words before the first layer."""

_GAP, _TIGHT_GAP = 14, 9
_TIGHTEST = 32
_SLIM = 26
_PADDING = STEP // 2
_ARC_STEP = 6
_MOST_LEVELS = 4
_LEAST_SIDE, _GOOD_SIDE, _MOST_SIDE = 24, 28, 80
_BELOW = 7
"""Under the words: air, and the bar under the chosen tile."""


@dataclass(frozen=True)
class Arc:
    """A layer takes the output of one that does not stand before it.

    Attributes:
        source, target: numbers of the layers.
        level: 1 or more; arcs of one level do not cross.
    """

    source: int
    target: int
    level: int


@dataclass(frozen=True)
class LayerPositions:
    """Where everything stands in a row of a height, in device-independent pixels from its left end.

    Attributes:
        lefts: of every tile, and the right end of the last one.
        widths: of every tile.
        side: of a thumbnail.
        top: of the thumbnails; arcs run above it.
        lines: how many lines of words there is room for under a thumbnail, 1 to 4.
        gap: between tiles; an arrow stands in it.
        is_tight: whether tiles are too narrow for a whole shape on one line.
    """

    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    side: int
    top: float
    lines: int
    gap: float
    is_tight: bool

    @property
    def length(self) -> float:
        """Of the whole row."""
        return self.lefts[-1]

    def tile(self, number: int) -> QRectF:
        """A tile's place and width; its height is that of a thumbnail."""
        return QRectF(self.lefts[number], self.top, self.widths[number], self.side)

    def thumbnail(self, number: int) -> QRectF:
        """The square of a tile's thumbnail."""
        tile = self.tile(number)
        return QRectF(round(tile.center().x() - self.side / 2), self.top, self.side, self.side)

    def tile_at(self, x: float) -> int | None:
        """The tile at a place of the row; None beside all. A gap belongs to the tiles at its sides."""
        if x < self.lefts[0] - self.gap / 2:
            return None
        for number, (left, width) in enumerate(zip(self.lefts[:-1], self.widths, strict=True)):
            if x < left + width + self.gap / 2:
                return number
        return None

    def seen(self, start: float, end: float) -> range:
        """The tiles of which something lies between two places."""
        numbers = [
            number
            for number, (left, width) in enumerate(zip(self.lefts[:-1], self.widths, strict=True))
            if left < end and left + width > start
        ]
        return range(numbers[0], numbers[-1] + 1) if numbers else range(0)


def arcs_of(info: NetworkInfo) -> tuple[Arc, ...]:
    """What the order of the layers does not say: who takes outputs of layers farther back.

    The shortest arcs have the lowest levels.
    """
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
    """Whether a layer takes the output of the one before it in the row."""
    return number > 0 and info.layers[number - 1].name in info.layers[number].inputs


def is_slim(layer: LayerInfo) -> bool:
    """Whether a layer only hands on what it is given, and needs no picture."""
    return layer.passes_on and bool(layer.inputs)


def arc_band(arcs: tuple[Arc, ...]) -> int:
    """Height that arcs take above the tiles."""
    return (1 + max(arc.level for arc in arcs)) * _ARC_STEP if arcs else 0


def arc_height(arc: Arc) -> int:
    """How high an arc rises above the tiles."""
    return arc.level * _ARC_STEP + 2


def positions_in(
    info: NetworkInfo, width: float, height: float, line: float, answer: float
) -> LayerPositions:
    """Positions in a row, which scrolls only where the tiles cannot be made narrow enough to fit.

    Args:
        info: the network.
        width: that can be seen at once.
        height: of the row.
        line: height of a line of words.
        answer: how much wider than it is high the last tile is.
    """
    top = arc_band(arcs_of(info)) + STEP // 2
    lines = 3
    while lines > 1 and height - top - lines * line - _BELOW < _GOOD_SIDE:
        lines -= 1
    side = int(min(max(height - top - lines * line - _BELOW, _LEAST_SIDE), _MOST_SIDE))
    slim = tuple(is_slim(layer) for layer in info.layers)
    usual = max(side, 7 * STEP) + 2 * _PADDING
    tile, gap = _fitting(slim, width - INTRODUCTION - side * answer, usual)
    if tile < usual:
        # What narrow pictures leave of the height is enough for a shape on two lines.
        side = min(side, int(tile) - 2)
        lines = max(lines, min(4, int((height - top - side - _BELOW) // line)))
    widths = [float(_SLIM) if narrow else tile for narrow in slim]
    widths[-1] += side * answer
    lefts = [float(INTRODUCTION + _GAP)]
    for each in widths:
        lefts.append(lefts[-1] + each + gap)
    lefts[-1] -= gap
    return LayerPositions(tuple(lefts), tuple(widths), side, top, lines, gap, tile < usual)


def _fitting(slim: tuple[bool, ...], room: float, usual: float) -> tuple[float, float]:
    """Width of a tile and of a gap by which all tiles fit into the room, or the usual ones."""
    count, narrow = len(slim), sum(slim)
    if count * _GAP + narrow * _SLIM + (count - narrow) * usual <= room or count == narrow:
        return usual, _GAP
    tile = (room - _GAP - count * _TIGHT_GAP - narrow * _SLIM) // (count - narrow)
    return (min(tile, usual), _TIGHT_GAP) if tile >= _TIGHTEST else (usual, _GAP)
