"""Rows of a convolution: patch times kernel for each input channel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from desktop_app.networks.arithmetic import WindowSum
from desktop_app.views.arithmetic.computation import (
    HEADER_HEIGHT,
    NUMBER_WIDTH,
    ComputationRows,
    paint_summand_bar,
)
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.source_maps import map_before, paint_map
from desktop_app.views.arithmetic.surface import Location, Surface, Target
from desktop_app.views.arithmetic.value_text import translate, value_text
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
_MAX_ROW_CELL_HEIGHT = 17.0
_MAX_CELL_HEIGHT = 44.0
_MIN_CELL = 3
_CHANNEL_WIDTH = 4.5 * STEP
_MIN_SUM_WIDTH = 15.0 * STEP
"""Minimum width of the sum column for a bar beside the number."""
_MIN_MAP = 36.0
_MOST_ADDED = 6
"""Number of channels whose sums are listed one by one if some of their rows are hidden."""
_NAMED = 3
"""Number of channels that may have a name."""


@dataclass(frozen=True)
class _Columns:
    """Positions in a row, in pixels from its left edge."""

    cell_width: int
    cell_height: int
    map_side: float
    patch: float
    kernel: float
    products: float | None
    sums: float
    end: float


class ChannelRows(ComputationRows):
    """One row per input channel: patch, kernel, their products and their sum."""

    def __init__(self, derivation: Derivation, step: WindowSum) -> None:
        """Compute the products."""
        super().__init__(step.sums, derivation.largest_first)
        self._derivation, self._step = derivation, step
        self._products: NDArray[np.float32] = step.patches * step.kernels
        self._kernel_range = _symmetric(step.kernels)
        self._product_range = _symmetric(self._products)
        self._rows, self._across = step.inside.shape
        self._columns = _Columns(1, 1, 0, 0, 0, None, 0, 0)

    def row_height(self, style: TextStyle, area: QRectF) -> float:
        """Return the height of a row; also fits the columns that are painted next."""
        columns = self._columns = self._fit_columns(style, area)
        return float(max(self._rows * columns.cell_height, 2.5 * STEP) + _GAP)

    def rest_text(self, count: int) -> str:
        """Name the hidden channels."""
        return translate("Arithmetic", "other channels: {count}").format(count=count)

    def addition(self, shown: list[int]) -> list[tuple[str, bool]]:
        """Return the sums of all channels as an addition, and which of its parts are of shown rows."""
        parts: list[tuple[str, bool]] = []
        for index in self.order:
            name = self._derivation.name_of_channel(self._step.channels[index])
            number = with_decimals(float(self.summands[index]), self.decimals)
            parts += [("+", False), (f"{name}: {number}", index in shown)]
        return [*parts[1:], ("=", False), (with_decimals(self.total, self.decimals), False)]

    def paint_rest(self, surface: Surface, line: QRectF, shown: list[int]) -> None:
        """Paint the sums of all channels, if they are few, so that hidden ones are seen; else their sum."""
        style, middle = surface.text_style, line.center().y()
        fonts = [(style.strong if is_shown else style.plain, text) for text, is_shown in self.addition(shown)]
        x = line.right() - sum(font.width(text) for font, text in fonts) - STEP * (len(fonts) - 1)
        if self.count > _MOST_ADDED or x < line.left():
            super().paint_rest(surface, line, shown)
            return
        for font, text in fonts:
            is_quiet = font is style.plain and text in ("+", "=")
            font.write(surface.painter, QPointF(x, middle), text, style.quiet if is_quiet else style.text)
            x += font.width(text) + STEP

    def paint_header(self, surface: Surface, area: QRectF) -> None:
        """Paint the headers: channel, patch, kernel, products, sum."""
        columns, style = self._columns, surface.text_style
        middle = area.top() + HEADER_HEIGHT / 2
        width = self._across * columns.cell_width
        patch = translate("Arithmetic", "patch of {layer}").format(layer=self._derivation.before.name)
        channel = translate("Arithmetic", "channel") if self.count > 1 else ""
        channels = style.small.width(channel) + STEP if channel else 0.0
        if style.small.width(patch) > min(width, 2 * (columns.patch - channels) + width):
            patch = translate("Arithmetic", "patch")
        titles = [(columns.patch, patch), (columns.kernel, translate("Arithmetic", "kernel"))]
        if columns.products is not None:
            titles.append((columns.products, translate("Arithmetic", "products")))
        for left, title in titles:
            at = QPointF(area.left() + left + width / 2, middle)
            style.small.write(surface.painter, at, title, style.quiet, MIDDLE)
        at = QPointF(area.left() + columns.end, middle)
        style.small.write(surface.painter, at, translate("Arithmetic", "sum"), style.quiet, RIGHT)
        style.small.write(surface.painter, QPointF(area.left(), middle), channel, style.quiet)

    def paint_row(self, surface: Surface, area: QRectF, index: int) -> None:
        """Paint the arithmetic of a channel."""
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
        self._mark_cells(surface, areas)
        self._add_targets(surface, areas, index)
        self._paint_sum(
            surface, QRectF(area.left() + columns.sums, top, columns.end - columns.sums, size[1]), index
        )

    def widths(self, style: TextStyle) -> tuple[float, float]:
        """Return the widths with patch and kernel alone, and with the products."""
        grid = self._across * self._wanted_cell(style)
        fixed = self._channel(style) + _SIGN + NUMBER_WIDTH
        return fixed + 2 * grid + _SIGN, fixed + 3 * grid + 2 * _SIGN

    def _fit_columns(self, style: TextStyle, area: QRectF) -> _Columns:
        """Return the columns that fit the width of an area."""
        channel = self._channel(style)
        grids = 3 if area.width() >= self.widths(style)[1] else 2
        room = area.width() - channel - _SIGN - NUMBER_WIDTH - (grids - 1) * _SIGN
        width, height = self._cell(style, room / (grids * self._across), area.height() - HEADER_HEIGHT - _GAP)
        spare = room - grids * self._across * width
        side = float(self._rows * height)
        if self.count == 1 or side < _MIN_MAP or spare < side + _GAP:
            side = 0.0
        left = channel + (side + _GAP if side else 0.0)
        step = self._across * width + _SIGN
        sums = left + grids * step
        end = area.width() if self.count > 1 else min(area.width(), sums + NUMBER_WIDTH)
        products = left + 2 * step if grids == 3 else None
        return _Columns(width, height, side, left, left + step, products, sums, end)

    def _cell(self, style: TextStyle, widest: float, tallest: float) -> tuple[int, int]:
        """Return the size of a cell: low in several rows, as square as possible in a single row."""
        wanted = self._wanted_cell(style)
        if self.count > 1:
            width, height = min(wanted, widest), min(_MAX_ROW_CELL_HEIGHT, 0.8 * widest)
        else:
            height = min(tallest / self._rows, widest, _MAX_CELL_HEIGHT)
            width = min(widest, max(height, wanted))
        return max(_MIN_CELL, int(width)), max(_MIN_CELL, int(height))

    def _channel(self, style: TextStyle) -> float:
        """Return the width of the column of channel numbers."""
        if self.count == 1:
            return 0.0
        names = map(self._derivation.name_of_channel, self._step.channels[:_NAMED])
        width = max(_CHANNEL_WIDTH, *(style.plain.width(name) + STEP for name in names))
        if self._across > 1:
            return width
        return max(width, style.small.width(translate("Arithmetic", "channel")) + STEP)

    def _wanted_cell(self, style: TextStyle) -> float:
        """Return the width of a cell that fits every number of the step.

        It is the same for all windows of a map, so that the columns keep their places while a window slides.
        """
        before = self._derivation.range_before
        largest = max(map(abs, before)) * self._kernel_range[1]
        return max(
            readable_cell_width(style, *before),
            readable_cell_width(style, *self._kernel_range),
            # The products of most windows are smaller than the largest one, and have another decimal.
            readable_cell_width(style, -largest, largest, more_decimals=1),
        )

    def _grids(self, index: int) -> list[NumberGrid]:
        step = self._step
        return [
            NumberGrid(step.patches[index], *self._derivation.range_before, step.inside),
            NumberGrid(step.kernels[index], *self._kernel_range),
            NumberGrid(self._products[index], *self._product_range, step.inside),
        ]

    def _paint_channel(self, surface: Surface, area: QRectF, columns: _Columns, index: int) -> None:
        """Paint the channel number, and the map with the window."""
        if self.count == 1:
            return
        style, middle = surface.text_style, area.top() + (area.height() - _GAP) / 2
        name = self._derivation.name_of_channel(self._step.channels[index])
        style.plain.write(surface.painter, QPointF(area.left(), middle), name, style.text)
        if columns.map_side:
            left = area.left() + self._channel(surface.text_style)
            where = QRectF(left, middle - columns.map_side / 2, columns.map_side, columns.map_side)
            paint_map(surface, map_before(self._derivation, self._step.channels[index]), where)

    def _paint_sum(self, surface: Surface, area: QRectF, index: int) -> None:
        """Paint the sum, with a bar if there are several channels."""
        style, value, middle = surface.text_style, float(self.summands[index]), area.center().y()
        at = QPointF(area.left() - _SIGN / 2, middle)
        style.plain.write(surface.painter, at, "=", style.quiet, MIDDLE)
        if self.count > 1 and area.width() >= _MIN_SUM_WIDTH:
            bar = area.adjusted(0, area.height() / 2 - 4, -NUMBER_WIDTH, 4 - area.height() / 2)
            paint_summand_bar(surface, bar, value, self.extreme)
        elif self.count > 1 and area.height() > 3 * STEP:
            middle -= STEP / 2
            bar = QRectF(area.left() + STEP, middle + 1.25 * STEP, area.width() - STEP, 5)
            paint_summand_bar(surface, bar, value, self.extreme)
        text = with_decimals(value, self.decimals)
        style.plain.write(surface.painter, QPointF(area.right(), middle), text, style.text, RIGHT)

    def _mark_cells(self, surface: Surface, areas: list[QRectF]) -> None:
        """Outline the cell under the mouse in every grid."""
        cell = surface.pointed_cell(tuple(areas), self._rows, self._across)
        if cell is None or not self._step.inside[cell]:
            return
        for grid, area in zip(self._grids(0), areas, strict=False):
            outline(
                surface.painter, surface.text_style, cell_rect(grid, area, *cell).adjusted(0, 0, -1, -1), 1.5
            )

    def _add_targets(self, surface: Surface, areas: list[QRectF], index: int) -> None:
        def text(row: int, column: int) -> str:
            if not self._step.inside[row, column]:
                return translate("Arithmetic", "padding: outside the map")
            location = self._location(index, row, column)
            assert location is not None
            values = (self._step.patches, self._step.kernels, self._products)
            value, weight, product = (numeral(float(each[index, row, column])) for each in values)
            return f"{value_text(*location)}\n{value} {TIMES} {weight} = {product}"

        for number, area in enumerate(areas):
            location = (
                (lambda row, column: self._location(index, row, column)) if number == 0 else _no_location
            )
            surface.targets.append(Target(area, self._rows, self._across, location, text))

    def _location(self, index: int, row: int, column: int) -> Location | None:
        """Return the value of the previous layer under a cell."""
        step = self._step
        if not step.inside[row, column]:
            return None
        at = (
            step.box.top + row * _spread(step.box.bottom - step.box.top, self._rows),
            step.box.left + column * _spread(step.box.right - step.box.left, self._across),
        )
        return self._derivation.before.name, self._derivation.position_before(*at, step.channels[index])


def _no_location(row: int, column: int) -> None:
    """Return None: cells of kernel and products lead nowhere."""


def _spread(extent: int, taps: int) -> int:
    """Return the distance between the pixels of a window: its dilation."""
    return (extent - 1) // (taps - 1) if taps > 1 else 1


def _symmetric(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return a range that is symmetric around zero."""
    extreme = float(np.abs(values).max(initial=0.0))
    extreme = extreme if 0 < extreme < math.inf else 1.0
    return -extreme, extreme
