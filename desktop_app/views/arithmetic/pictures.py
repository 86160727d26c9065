"""Steps that are one picture: a pooling window, an activation function alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from desktop_app.networks.arithmetic import Combined, PoolWindow
from desktop_app.views.arithmetic.computation import HEAD, Computation
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.formula import Token, paint_formula
from desktop_app.views.arithmetic.result import paint_curve
from desktop_app.views.arithmetic.surface import Place, Surface, Target
from desktop_app.views.arithmetic.value_text import text_for, tr
from desktop_app.views.parts.number_grid import (
    NumberGrid,
    cell_rect,
    outline,
    paint_grid,
    readable_cell_width,
    ring,
)
from desktop_app.views.parts.numerals import ARROW, numeral
from desktop_app.views.parts.text_style import LEFT, MIDDLE
from desktop_app.views.parts.theme import STEP

_LARGEST_CELL = 56.0
_MOST_IN_WORDS = 9
_CURVE = 26.0 * STEP


class Pooling(Computation):
    """A pooling window with its winner, or the mean of its values."""

    def __init__(self, story: Derivation, step: PoolWindow) -> None:
        """Take the window."""
        self._story, self._step = story, step
        self._grid = NumberGrid(step.patch, *story.range_before, step.inside)

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """The window; beside or below it what is done with it."""
        style, grid = surface.text_style, self._grid
        beside = area.width() >= 56 * STEP
        room = area.adjusted(0, HEAD, 0, 0 if beside else -4 * STEP)
        across = (0.5 * room.width() if beside else room.width()) / grid.columns
        wanted = readable_cell_width(style, grid.low, grid.high)
        width = min(across, max(wanted, _LARGEST_CELL))
        height = min(room.height() / grid.rows, width)
        width = min(width, max(height, wanted))
        if height < style.small.height:
            # Of a whole map there is no room for numbers: it stays in shape, but for a line.
            width = min(width, height)
            height = width if grid.rows > 1 else 2.0 * STEP
        width, height = max(1.0, float(int(width))), max(1.0, float(int(height)))
        left = area.left() + (0 if beside else (area.width() - width * grid.columns) / 2)
        top = room.top() + (room.height() - height * grid.rows) / 2
        where = QRectF(round(left), round(top), width * grid.columns, height * grid.rows)
        style.small.write(
            surface.painter, QPointF(where.left(), where.top() - HEAD / 2), tr("window"), style.quiet
        )
        self._paint_window(surface, where)
        if beside:
            at, anchor = QPointF(where.right() + 3 * STEP, where.center().y()), LEFT
            style.plain.write(surface.painter, at, ARROW, style.quiet)
            at += QPointF(3 * STEP, 0)
        else:
            at, anchor = QPointF(area.center().x(), where.bottom() + 2 * STEP), MIDDLE
        words = style.plain.elided(self._words(), area.right() - at.x() if beside else area.width())
        style.plain.write(surface.painter, at, words, style.text, anchor)

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
        target = Target(where, self._grid.rows, self._grid.columns, self._place, self._words_at)
        surface.targets.append(target)

    def _words(self) -> str:
        """What is done with the values inside."""
        step = self._step
        inside = step.patch[step.inside]
        if len(inside) == 1:
            return tr("the only value; all else is padding") if step.patch.size > 1 else tr("the only value")
        if step.winner is not None:
            return tr("the largest of {count} values wins").format(count=len(inside))
        if len(inside) > _MOST_IN_WORDS:
            return tr("the mean of {count} values").format(count=len(inside))
        total = " + ".join(f"{value:.2f}".replace("-", "\N{MINUS SIGN}") for value in inside.tolist())
        return tr("({total}) ÷ {count}").format(total=total, count=len(inside))

    def _place(self, row: int, column: int) -> Place | None:
        step = self._step
        if not step.inside[row, column]:
            return None
        at = step.box.top + row, step.box.left + column
        return self._story.before.name, self._story.place_before(*at, step.channel)

    def _words_at(self, row: int, column: int) -> str:
        place = self._place(row, column)
        if place is None:
            return tr("padding: it does not count")
        return f"{text_for(*place)} · {numeral(float(self._step.patch[row, column]))}"


class FunctionAlone(Computation):
    """A layer that is an activation function and nothing else."""

    def __init__(self, story: Derivation, step: Combined) -> None:
        """Take the value."""
        self._story, self._step = story, step

    def paint(self, surface: Surface, area: QRectF, first: int) -> None:
        """The value that comes in, and the function with the point that it becomes."""
        arithmetic, style = self._story.arithmetic, surface.text_style
        value = Token(numeral(arithmetic.before), arithmetic.sources[0][0], arithmetic.sources[0])
        share = min(18.0 * STEP, 0.4 * area.width())
        paint_formula(surface, [value, Token(ARROW)], QRectF(area.left(), area.top(), share, area.height()))
        curve = self._story.curve()
        plot = QRectF(
            area.left() + share + STEP, area.top(), min(area.width() - share - STEP, _CURVE), area.height()
        )
        height = min(plot.height() - HEAD, plot.width())
        plot.setTop(plot.top() + (plot.height() - HEAD - height) / 2)
        plot.setHeight(height + HEAD)
        if curve is not None:
            paint_curve(surface, curve, arithmetic.before, arithmetic.value, plot.adjusted(0, HEAD, 0, 0))
        at = QPointF(plot.left(), plot.top() + HEAD / 2)
        style.small.write(surface.painter, at, arithmetic.function, style.quiet)
