"""The surface that the parts of a sentence are painted on, and what can be pointed at on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop_app.networks.arithmetic import Position
from desktop_app.views.parts.text_style import TextStyle

Place: TypeAlias = tuple[str, Position]
"""A layer's name and an index into its activation."""


@dataclass(frozen=True, eq=False)
class Target:
    """An area, in equal cells, that can be pointed at.

    Attributes:
        area: in pixels of the widget.
        rows, columns: of cells.
        place: the value that a click on a cell leads to; None leads nowhere.
        words: what a cell is, in a sentence.
    """

    area: QRectF
    rows: int
    columns: int
    place: Callable[[int, int], Place | None]
    words: Callable[[int, int], str]

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Row and column of the cell under a position."""
        if not self.area.contains(position):
            return None
        row = int((position.y() - self.area.top()) * self.rows / self.area.height())
        column = int((position.x() - self.area.left()) * self.columns / self.area.width())
        return min(row, self.rows - 1), min(column, self.columns - 1)


@dataclass(eq=False)
class Surface:
    """A painter with its look; takes note of what can be pointed at.

    Attributes:
        pointer: where the mouse is, if it is there.
        targets: what can be pointed at, the last painted on top.
    """

    painter: QPainter
    text_style: TextStyle
    pointer: QPointF | None = None
    targets: list[Target] = field(default_factory=list)

    def pointed_cell(self, areas: tuple[QRectF, ...], rows: int, columns: int) -> tuple[int, int] | None:
        """The cell under the mouse in one of several grids that belong together."""
        for area in areas:
            if self.pointer is not None and area.contains(self.pointer):
                return Target(area, rows, columns, lambda *_: None, lambda *_: "").cell_at(self.pointer)
        return None
