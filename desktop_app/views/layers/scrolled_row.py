"""The visible part of the row of layers: its ends stay in place, the layers between them scroll."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from desktop_app.views.layers.layer_positions import LayerPositions


@dataclass(frozen=True)
class ScrolledRow:
    """Positions of tiles in a view that may be narrower than the row.

    Attributes:
        positions: of the tiles in the row.
        width, height: of the view.
        left: scroll position; 0 at the beginning of the row.
    """

    positions: LayerPositions
    width: float
    height: float
    left: float = 0.0

    @property
    def most(self) -> float:
        """Largest scroll position."""
        return max(0.0, self.positions.length - self.width + 2)

    @property
    def has_fixed_ends(self) -> bool:
        """Whether the first and the last tile stay in place; in a very narrow view they scroll."""
        return self.most > 0 and self._end - self._start >= self.positions.widths[0]

    @property
    def start(self) -> float:
        """Left end of the area that scrolls."""
        return self._start if self.has_fixed_ends else 0.0

    @property
    def end(self) -> float:
        """Right end of the area that scrolls."""
        return self._end if self.has_fixed_ends else self.width

    @property
    def middle(self) -> QRectF:
        """The area that scrolls, with arcs, brackets and text."""
        return QRectF(self.start, 0, self.end - self.start, self.height)

    @property
    def _last(self) -> int:
        return len(self.positions.widths) - 1

    @property
    def _start(self) -> float:
        return self.positions.lefts[0] + self.positions.widths[0] + self.positions.gap

    @property
    def _end(self) -> float:
        return self.width - 2 - self.positions.widths[-1] - self.positions.gap

    def is_fixed(self, number: int) -> bool:
        """Return whether a tile stays in place."""
        return self.has_fixed_ends and number in (0, self._last)

    def offset(self, number: int) -> float:
        """Return how far to the left of its position in the row a tile is visible."""
        if not self.is_fixed(number):
            return self.left
        return self.most if number else 0.0

    def tile(self, number: int) -> QRectF:
        """Return the area of a tile without its text."""
        return self.positions.tile(number).translated(-self.offset(number), 0)

    def thumbnail(self, number: int) -> QRectF:
        """Return the square of the thumbnail of a tile."""
        return self.positions.thumbnail(number).translated(-self.offset(number), 0)

    def tile_at(self, x: float) -> int | None:
        """Return the tile at a position in the view, or None."""
        if self.has_fixed_ends and x < self.start:
            return 0 if self.positions.tile_at(x) == 0 else None
        if self.has_fixed_ends and x >= self.end:
            return self._last
        return self.positions.tile_at(x + self.left)

    def scrolling(self) -> range:
        """Return the visible tiles that scroll."""
        visible = self.positions.visible(self.start + self.left, self.end + self.left)
        if not self.has_fixed_ends:
            return visible
        return range(max(visible.start, 1), min(visible.stop, self._last))

    def visible(self) -> list[int]:
        """Return the numbers of all visible tiles."""
        return [0, *self.scrolling(), self._last] if self.has_fixed_ends else list(self.scrolling())

    def scrolled_to(self, number: int) -> float:
        """Return the scroll position at which a tile and its neighbours are visible."""
        tile, beside = self.positions.tile(number), self.positions.widths[0]
        if number == 0:
            return 0.0
        if number == self._last:
            return self.most
        if tile.left() - beside < self.left + self.start:
            return max(0.0, tile.left() - beside - self.start)
        if tile.right() + beside > self.left + self.end:
            return min(self.most, tile.right() + beside - self.end)
        return self.left
