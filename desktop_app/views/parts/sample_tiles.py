"""Grid of samples that can be put on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes


class SampleTiles(TileGrid):
    """Samples that are activated by a click or Enter; arrow keys only move the focus."""

    activated = Signal(int)
    description_changed = Signal(str)
    """Description of the sample under the mouse or keyboard focus; empty: none."""

    def __init__(self, sizes: TileSizes, name: str) -> None:
        """Create an empty grid.

        Args:
            sizes: of the tiles.
            name: accessible name.
        """
        super().__init__(sizes)
        self._description: Callable[[int], str] = str
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Click a sample to open it on the canvas"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pointed_at.connect(lambda position: self._describe(position[0] if position else None))
        self.chosen.connect(self._describe)

    def set_samples(self, tiles: Tiles, description: Callable[[int], str]) -> None:
        """Show samples; description(tile) describes one of them."""
        self._description = description
        self.set_chosen(None)
        self.set_tiles(tiles)

    def press(self, position: tuple[int, int, int]) -> None:
        """Activate a tile."""
        super().press(position)
        self.activated.emit(position[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Activate the focused tile."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)
        elif self._choice is not None:
            self.activated.emit(self._choice)

    def _describe(self, tile: int | None) -> None:
        text = "" if tile is None else self._description(tile)
        if text:
            self.setAccessibleDescription(text)
        self.description_changed.emit(text)
