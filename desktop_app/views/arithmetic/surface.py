"""The surface that parts of a diagram are painted on, and its clickable targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from desktop_app.networks.arithmetic import Position
from desktop_app.views.parts.text_style import TextStyle

Location: TypeAlias = tuple[str, Position]
"""Name of a layer and an index into its activation."""


@dataclass(frozen=True, eq=False)
class Target:
    """An area of equal cells under the mouse.

    Attributes:
        area: in pixels of the widget.
        rows, columns: number of cells.
        location: value that a click on a cell leads to; None if there is none.
        text: description of a cell.
    """

    area: QRectF
    rows: int
    columns: int
    location: Callable[[int, int], Location | None]
    text: Callable[[int, int], str]

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the row and column of the cell at a point; None outside."""
        if not self.area.contains(position):
            return None
        row = int((position.y() - self.area.top()) * self.rows / self.area.height())
        column = int((position.x() - self.area.left()) * self.columns / self.area.width())
        return min(row, self.rows - 1), min(column, self.columns - 1)


@dataclass(eq=False)
class Surface:
    """A painter with its text style, the mouse position, and the targets painted so far.

    Attributes:
        pointer: position of the mouse; None outside.
        targets: painted so far, the last one on top.
    """

    painter: QPainter
    text_style: TextStyle
    pointer: QPointF | None = None
    targets: list[Target] = field(default_factory=list)

    def pointed_cell(self, areas: tuple[QRectF, ...], rows: int, columns: int) -> tuple[int, int] | None:
        """Return the cell under the mouse in any of several grids of the same shape."""
        for area in areas:
            if self.pointer is not None and area.contains(self.pointer):
                return Target(area, rows, columns, lambda *_: None, lambda *_: "").cell_at(self.pointer)
        return None
