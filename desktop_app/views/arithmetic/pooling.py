"""The computation of a pooling layer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from desktop_app.networks.arithmetic import PoolWindow
from desktop_app.views.arithmetic.computation import HEADER_HEIGHT, Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.surface import Location, Surface, Target
from desktop_app.views.arithmetic.value_text import translate, value_text
from desktop_app.views.parts.number_grid import (
    NumberGrid,
    cell_rect,
    outline,
    paint_grid,
    readable_cell_width,
    ring,
)
from desktop_app.views.parts.numerals import ARROW, MINUS, numeral
from desktop_app.views.parts.text_style import LEFT, MIDDLE
from desktop_app.views.parts.theme import STEP

_MAX_CELL = 56.0
_MAX_WRITTEN_OUT = 9


class Pooling(Computation):
    """The pooling window with its maximum, or the mean of its values."""

    def __init__(self, derivation: Derivation, step: PoolWindow) -> None:
        """Store the window."""
        self._derivation, self._step = derivation, step
        self._grid = NumberGrid(step.patch, *derivation.range_before, step.inside)

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """Paint the window, and beside or below it what is computed."""
        style, grid = surface.text_style, self._grid
        beside = area.width() >= 56 * STEP
        room = area.adjusted(0, HEADER_HEIGHT, 0, 0 if beside else -4 * STEP)
        across = (0.5 * room.width() if beside else room.width()) / grid.columns
        wanted = readable_cell_width(style, grid.low, grid.high)
        width = min(across, max(wanted, _MAX_CELL))
        height = min(room.height() / grid.rows, width)
        width = min(width, max(height, wanted))
        if height < style.small.height:
            # A window as large as a map has no room for numbers; keep its aspect ratio unless it is one row.
            width = min(width, height)
            height = width if grid.rows > 1 else 2.0 * STEP
        width, height = max(1.0, float(int(width))), max(1.0, float(int(height)))
        left = area.left() + (0 if beside else (area.width() - width * grid.columns) / 2)
        top = room.top() + (room.height() - height * grid.rows) / 2
        where = QRectF(round(left), round(top), width * grid.columns, height * grid.rows)
        at = QPointF(where.left(), where.top() - HEADER_HEIGHT / 2)
        style.small.write(surface.painter, at, translate("Arithmetic", "window"), style.quiet)
        self._paint_window(surface, where)
        if beside:
            at, anchor = QPointF(where.right() + 3 * STEP, where.center().y()), LEFT
            style.plain.write(surface.painter, at, ARROW, style.quiet)
            at += QPointF(3 * STEP, 0)
        else:
            at, anchor = QPointF(area.center().x(), where.bottom() + 2 * STEP), MIDDLE
        text = style.plain.elided(self._text(), area.right() - at.x() if beside else area.width())
        style.plain.write(surface.painter, at, text, style.text, anchor)

    def _paint_window(self, surface: Surface, where: QRectF) -> None:
        paint_grid(surface.painter, surface.text_style, self._grid, where)
        if self._step.winner is not None:
            ring(surface.painter, surface.text_style, cell_rect(self._grid, where, *self._step.winner))
        pointed = surface.pointed_cell((where,), self._grid.rows, self._grid.columns)
        if pointed is not None and self._step.inside[pointed]:
            outline(
                surface.painter,
                surface.text_style,
                cell_rect(self._grid, where, *pointed).adjusted(0, 0, -1, -1),
                1.5,
            )
        target = Target(where, self._grid.rows, self._grid.columns, self._location, self._text_at)
        surface.targets.append(target)

    def _text(self) -> str:
        """Describe what is computed from the values inside."""
        step = self._step
        inside = step.patch[step.inside]
        if len(inside) == 1:
            if step.patch.size > 1:
                return translate("Arithmetic", "only one value; the rest is padding")
            return translate("Arithmetic", "only one value")
        if step.winner is not None:
            return translate("Arithmetic", "maximum of the window")
        if len(inside) > _MAX_WRITTEN_OUT:
            return translate("Arithmetic", "mean of the window")
        total = " + ".join(f"{value:.2f}".replace("-", MINUS) for value in inside.tolist())
        return f"({total}) ÷ {len(inside)}"

    def _location(self, row: int, column: int) -> Location | None:
        step = self._step
        if not step.inside[row, column]:
            return None
        at = step.box.top + row, step.box.left + column
        return self._derivation.before.name, self._derivation.position_before(*at, step.channel)

    def _text_at(self, row: int, column: int) -> str:
        location = self._location(row, column)
        if location is None:
            return translate("Arithmetic", "padding: not counted")
        return f"{value_text(*location)} · {numeral(float(self._step.patch[row, column]))}"
