"""A convolution: patch times kernel for each input channel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from desktop_app.networks.arithmetic import WindowSum
from desktop_app.views.arithmetic.computation import HEAD, NUMBER, ComputationRows, paint_summand_bar
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.source_maps import map_before, paint_map
from desktop_app.views.arithmetic.surface import Place, Surface, Target
from desktop_app.views.arithmetic.value_text import text_for, tr
from desktop_app.views.parts.number_grid import (
    NumberGrid,
    cell_rect,
    outline,
    paint_grid,
    readable_cell_width,
)
from desktop_app.views.parts.numerals import TIMES, numeral, with_decimals
from desktop_app.views.parts.text_style import MIDDLE, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

_SIGN = 2.5 * STEP
_GAP = STEP
_FLAT = 17.0
_SQUARE = 44.0
_SMALLEST = 3
_CHANNEL = 4.5 * STEP
_BESIDE = 15.0 * STEP
"""Width from which a sum has its bar beside it, and not below."""
_SMALLEST_MAP = 36.0


@dataclass(frozen=True)
class _Columns:
    """Where things stand in a row, in pixels from its left edge."""

    cell_width: int
    cell_height: int
    map_side: float
    patch: float
    kernel: float
    products: float | None
    sums: float
    end: float


class ChannelRows(ComputationRows):
    """One row for each input channel, with its patch, its kernel, their products and their sum."""

    def __init__(self, story: Derivation, step: WindowSum) -> None:
        """Compute the products."""
        super().__init__(step.sums, story.largest_first)
        self._story, self._step = story, step
        self._products: NDArray[np.float32] = step.patches * step.kernels
        self._kernel_range = _symmetric(step.kernels)
        self._product_range = _symmetric(self._products)
        self._rows, self._across = step.inside.shape
        self._columns = _Columns(1, 1, 0, 0, 0, None, 0, 0)

    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """The grids and a little air; decides on the columns of everything that is painted then."""
        columns = self._columns = self._laid_out(style, area)
        return float(max(self._rows * columns.cell_height, 2.5 * STEP) + _GAP)

    def words_for_rest(self, count: int) -> str:
        """The other channels."""
        if count == 1:
            return tr("the other channel")
        return tr("the other {count} channels together").format(count=count)

    def paint_head(self, surface: Surface, area: QRectF) -> None:
        """Channel, patch, kernel, products, sum."""
        columns, style = self._columns, surface.text_style
        middle = area.top() + HEAD / 2
        width = self._across * columns.cell_width
        patch = tr("patch of {layer}").format(layer=self._story.before.name)
        # The word for the channels stands to the left of it.
        channels = style.small.width(tr("channel")) + STEP if self.count > 1 else 0.0
        if style.small.width(patch) > min(width, 2 * (columns.patch - channels) + width):
            patch = tr("patch")
        titles = [(columns.patch, patch), (columns.kernel, tr("kernel"))]
        if columns.products is not None:
            titles.append((columns.products, tr("products")))
        for left, title in titles:
            at = QPointF(area.left() + left + width / 2, middle)
            style.small.write(surface.painter, at, title, style.quiet, MIDDLE)
        at = QPointF(area.left() + columns.end, middle)
        style.small.write(surface.painter, at, tr("sum"), style.quiet, RIGHT)
        if self.count > 1:
            style.small.write(surface.painter, QPointF(area.left(), middle), tr("channel"), style.quiet)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """The arithmetic of one channel."""
        columns, style = self._columns, surface.text_style
        size = self._across * columns.cell_width, self._rows * columns.cell_height
        top = round(area.top() + (area.height() - _GAP - size[1]) / 2)
        middle = top + size[1] / 2
        self._paint_channel(surface, area, columns, index)
        areas = [
            QRectF(area.left() + left, top, *size)
            for left in (columns.patch, columns.kernel, columns.products)
            if left is not None
        ]
        for grid, where in zip(self._grids(index), areas, strict=False):
            paint_grid(surface.painter, style, grid, where)
        signs = ([TIMES] if len(areas) < 3 else [TIMES, "="]) if areas else []
        for sign, where in zip(signs, areas[1:], strict=True):
            at = QPointF(where.left() - _SIGN / 2, middle)
            style.plain.write(surface.painter, at, sign, style.quiet, MIDDLE)
        self._mark_pointed(surface, areas)
        self._note_targets(surface, areas, index)
        self._paint_sum(
            surface, QRectF(area.left() + columns.sums, top, columns.end - columns.sums, size[1]), index
        )

    def wanted_width(self, style: TextStyle) -> tuple[float, float]:
        """With patch and kernel alone, and with the products."""
        grid = self._across * self._wanted_cell(style)
        fixed = self._channel(style) + _SIGN + NUMBER
        return fixed + 2 * grid + _SIGN, fixed + 3 * grid + 2 * _SIGN

    def _laid_out(self, style: TextStyle, area: QRectF) -> _Columns:
        """As much of a row as the width of an area has room for."""
        channel = self._channel(style)
        grids = 3 if area.width() >= self.wanted_width(style)[1] else 2
        room = area.width() - channel - _SIGN - NUMBER - (grids - 1) * _SIGN
        width, height = self._cell(style, room / (grids * self._across), area.height() - HEAD - _GAP)
        spare = room - grids * self._across * width
        side = float(self._rows * height)
        if self.count == 1 or side < _SMALLEST_MAP or spare < side + _GAP:
            side = 0.0
        left = channel + (side + _GAP if side else 0.0)
        step = self._across * width + _SIGN
        sums = left + grids * step
        end = area.width() if self.count > 1 else min(area.width(), sums + NUMBER)
        products = left + 2 * step if grids == 3 else None
        return _Columns(width, height, side, left, left + step, products, sums, end)

    def _cell(self, style: TextStyle, widest: float, tallest: float) -> tuple[int, int]:
        """Width and height of a cell: flat in rows, as square as fits where there is only one row."""
        wanted = self._wanted_cell(style)
        if self.count > 1:
            width, height = min(wanted, widest), min(_FLAT, 0.8 * widest)
        else:
            height = min(tallest / self._rows, widest, _SQUARE)
            width = min(widest, max(height, wanted))
        return max(_SMALLEST, int(width)), max(_SMALLEST, int(height))

    def _channel(self, style: TextStyle) -> float:
        """Width of the column of channels: their numbers, and its name where no wide grid follows."""
        if self.count == 1:
            return 0.0
        return _CHANNEL if self._across > 1 else max(_CHANNEL, style.small.width(tr("channel")) + STEP)

    def _wanted_cell(self, style: TextStyle) -> float:
        """Width of a cell in which every number of the step fits."""
        ranges = (self._story.range_before, self._kernel_range, self._product_range)
        return max(readable_cell_width(style, low, high) for low, high in ranges)

    def _grids(self, index: int) -> list[NumberGrid]:
        step = self._step
        return [
            NumberGrid(step.patches[index], *self._story.range_before, step.inside),
            NumberGrid(step.kernels[index], *self._kernel_range),
            NumberGrid(self._products[index], *self._product_range, step.inside),
        ]

    def _paint_channel(self, surface: Surface, area: QRectF, columns: _Columns, index: int) -> None:
        """The channel's number, and its map with the window."""
        if self.count == 1:
            return
        style, middle = surface.text_style, area.top() + (area.height() - _GAP) / 2
        number = str(self._step.channels[index])
        style.plain.write(surface.painter, QPointF(area.left(), middle), number, style.text)
        if columns.map_side:
            left = area.left() + self._channel(surface.text_style)
            where = QRectF(left, middle - columns.map_side / 2, columns.map_side, columns.map_side)
            paint_map(surface, map_before(self._story, self._step.channels[index]), where)

    def _paint_sum(self, surface: Surface, area: QRectF, index: int) -> None:
        """The channel's sum, with a bar of its size and direction where there are several."""
        style, value, middle = surface.text_style, float(self.summands[index]), area.center().y()
        at = QPointF(area.left() - _SIGN / 2, middle)
        style.plain.write(surface.painter, at, "=", style.quiet, MIDDLE)
        if self.count > 1 and area.width() >= _BESIDE:
            bar = area.adjusted(0, area.height() / 2 - 4, -NUMBER, 4 - area.height() / 2)
            paint_summand_bar(surface, bar, value, self.extreme)
        elif self.count > 1 and area.height() > 3 * STEP:
            middle -= STEP / 2
            bar = QRectF(area.left() + STEP, middle + 1.25 * STEP, area.width() - STEP, 5)
            paint_summand_bar(surface, bar, value, self.extreme)
        text = with_decimals(value, self.decimals)
        style.plain.write(surface.painter, QPointF(area.right(), middle), text, style.text, RIGHT)

    def _mark_pointed(self, surface: Surface, areas: list[QRectF]) -> None:
        """The cells that belong to the one under the mouse."""
        cell = surface.pointed_cell(tuple(areas), self._rows, self._across)
        if cell is None or not self._step.inside[cell]:
            return
        for grid, area in zip(self._grids(0), areas, strict=False):
            outline(
                surface.painter, surface.text_style, cell_rect(grid, area, *cell).adjusted(0, 0, -1, -1), 1.5
            )

    def _note_targets(self, surface: Surface, areas: list[QRectF], index: int) -> None:
        def words(row: int, column: int) -> str:
            if not self._step.inside[row, column]:
                return tr("padding: the map has ended here")
            place = self._place(index, row, column)
            assert place is not None
            values = (self._step.patches, self._step.kernels, self._products)
            value, weight, product = (numeral(float(each[index, row, column])) for each in values)
            return f"{text_for(*place)}\n{value} {TIMES} {weight} = {product}"

        for number, area in enumerate(areas):
            place = (lambda row, column: self._place(index, row, column)) if number == 0 else _nowhere
            surface.targets.append(Target(area, self._rows, self._across, place, words))

    def _place(self, index: int, row: int, column: int) -> Place | None:
        """The value of the layer before that lies under a cell."""
        step = self._step
        if not step.inside[row, column]:
            return None
        at = (
            step.box.top + row * _spread(step.box.bottom - step.box.top, self._rows),
            step.box.left + column * _spread(step.box.right - step.box.left, self._across),
        )
        return self._story.before.name, self._story.place_before(*at, step.channels[index])


def _nowhere(row: int, column: int) -> None:
    """A cell that leads nowhere."""


def _spread(extent: int, taps: int) -> int:
    """How far apart the pixels of a window are: its dilation."""
    return (extent - 1) // (taps - 1) if taps > 1 else 1


def _symmetric(values: NDArray[np.float32]) -> tuple[float, float]:
    """A range for values with a sign, zero in its middle."""
    extreme = float(np.abs(values).max(initial=0.0))
    extreme = extreme if 0 < extreme < math.inf else 1.0
    return -extreme, extreme
