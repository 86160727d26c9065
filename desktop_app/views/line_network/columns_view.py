"""The image of a line as its network sees it, and the probabilities of the labels for each column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.inspection.colour import LEVELS, Colours, Palette, colour_table
from desktop_app.inspection.colour_settings import Scale
from desktop_app.inspection.direction_colours import direction_colours
from desktop_app.inspection.tiles import value_tiles
from desktop_app.lines.line_columns import COLUMN_WIDTH, LINE_HEIGHT, LineColumns
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import MIDDLE, RIGHT
from desktop_app.views.parts.theme import STEP

SMALLEST_PEAK = 0.05
"""Labels that reach this probability in any column have a row."""

_GAMMA = 0.5
"""Exponent of the colours of probabilities: one of 5 % is visible."""

_LARGEST_PITCH = 2.0 * STEP
_SHARP_PITCH = 6
"""Columns from this width on are whole screen pixels wide."""

_LEAST_ROW = 6
"""Smallest height of a row; where names of rows would overlap, some are left out."""

_BESIDE = 1.0
"""Largest distance of a column from its character, in columns."""

_BARS = 7
"""Height below the image for the bars of the characters."""

_APART = 0.8
"""Smallest distance of the names of two rows, as a share of the height of a line of text."""

_DIRECTIONS = (1, 0), (0, 1), (-1, 0), (0, -1)
"""Directions of the pen, horizontal and vertical, in the legend of their colours."""

_LEGEND = 5.0 * STEP
"""Largest side of that legend."""

_BLANK_GAP = 3
"""Space between the rows of labels and that of no label."""

Span = tuple[float, float]
"""Left and right end of a character, in columns."""


@dataclass(frozen=True)
class _Layout:
    """Where things are, in device-independent pixels.

    Attributes:
        left: of the columns.
        pitch: width of a column.
        image: of the line.
        row: height of a row.
        top: of the first row.
        shown: numbers of the labels of the rows; the last is that of no label.
    """

    left: float
    pitch: float
    image: QRectF
    row: float
    top: float
    shown: tuple[int, ...]

    def area_of_row(self, number: int, count: int) -> QRectF:
        """Return the area of a row of cells; count: of columns."""
        gap = _BLANK_GAP if number == len(self.shown) - 1 else 0
        return QRectF(self.left, self.top + number * self.row + gap, count * self.pitch, self.row)

    @property
    def bottom(self) -> float:
        """Bottom of the last row."""
        return self.top + len(self.shown) * self.row + _BLANK_GAP


class ColumnsView(ChoosingView):
    """Paints a line and its columns; a column is selected with the mouse or the arrow keys.

    Ink with directions has their colours, which four triangles beside the image explain. Below it each
    character that was read has a bar over its columns, that of the selected one is thick. Then come the most
    probable labels, and a row of cells for each label; if not all rows fit, those of the most probable labels
    are shown.
    """

    preferred_size = QSize(80 * STEP, 28 * STEP)
    minimum_size = QSize(30 * STEP, 14 * STEP)
    minimum_lines = 9

    def __init__(self) -> None:
        """Start without a line."""
        super().__init__()
        self.setObjectName("line_columns")
        self.setAccessibleName(self.tr("Columns of the line"))
        self._hint = ""
        self._columns: LineColumns | None = None
        self._spans: tuple[Span, ...] = ()
        self._selected = 0
        self._pointed: int | None = None

    def set_hint(self, hint: str) -> None:
        """Show a text in place of a line."""
        self._hint, self._columns, self._spans = hint, None, ()
        self._choice = self._pointed = None
        self.setAccessibleDescription(hint)
        self.update()

    def set_line(self, columns: LineColumns, spans: Sequence[Span], selected: int) -> None:
        """Show a line; another one has no selected column.

        Args:
            columns: of the line.
            spans: of its characters, from left to right.
            selected: number of the selected one.
        """
        before = self._columns
        if before is None or not np.array_equal(before.image, columns.image):
            self._choice = None
        self._columns, self._spans, self._selected = columns, tuple(spans), selected
        if self._pointed is not None and self._pointed >= columns.count:
            self._pointed = None
        self.update()

    @property
    def columns(self) -> LineColumns | None:
        """The columns of the line; None without a line."""
        return self._columns

    @property
    def described(self) -> int | None:
        """The column under the mouse, or else the selected one; None: neither."""
        return self._choice if self._pointed is None else self._pointed

    def set_pointed(self, column: int | None) -> None:
        """Set the column under the mouse."""
        if column != self._pointed:
            self._pointed = column
            self.update()

    def row_labels(self) -> tuple[int, ...]:
        """Return the numbers of the labels with a row; the last is that of no label."""
        columns = self._columns
        return () if columns is None else self._layout(columns).shown

    def character_at(self, column: int) -> int | None:
        """Return the number of the character over or beside a column; None: none.

        The network may say the label of a narrow character beside its ink, so the most probable labels are
        assigned to the characters in their order if there are as many.
        """
        peaks = [] if self._columns is None else [peak for peak, _ in self._columns.spelled]
        if column in peaks and len(peaks) == len(self._spans):
            return peaks.index(column)
        middle = column + 0.5
        gaps = [max(first - middle, middle - last, 0.0) for first, last in self._spans]
        near = [number for number, gap in enumerate(gaps) if gap <= _BESIDE]
        return min(
            near, key=lambda number: (gaps[number], abs(sum(self._spans[number]) / 2 - middle)), default=None
        )

    def area_of(self, column: int) -> QRectF:
        """Return the area of a column, from the image to the last row."""
        assert self._columns is not None
        layout = self._layout(self._columns)
        x = layout.left + column * layout.pitch
        return QRectF(x, layout.image.top(), layout.pitch, layout.bottom - layout.image.top())

    # --- choosing ---

    def count_and_columns(self) -> tuple[int, int]:
        """Return the number of columns, all in one row."""
        return (0 if self._columns is None else self._columns.count), 0

    def locate(self, position: QPointF) -> int | None:
        """Return the column at a position."""
        if self._columns is None:
            return None
        layout = self._layout(self._columns)
        column = math.floor((position.x() - layout.left) / layout.pitch)
        return column if 0 <= column < self._columns.count and position.y() < layout.bottom else None

    def number_of(self, found: int) -> int:
        """Return the column."""
        return found

    # --- layout ---

    def _layout(self, columns: LineColumns) -> _Layout:
        style = self.text_style
        least = math.ceil(style.small.height)
        spelled = math.ceil(style.strong.height)
        fixed = _BARS + spelled + _BLANK_GAP + 2
        reached = np.flatnonzero(columns.probabilities[:, :-1].max(axis=0) >= SMALLEST_PEAK).tolist()
        left = float(round(max(map(style.small.width, map(self._name, [*reached, len(columns.labels)])))))
        left += STEP
        ratio = self.devicePixelRatioF()
        image = max(self.height() - fixed - (len(reached) + 1) * least, LINE_HEIGHT)
        widest = min((self.width() - left) / columns.count, _LARGEST_PITCH)
        pitch = _whole_pixels(min(widest, image * COLUMN_WIDTH / LINE_HEIGHT) * ratio) / ratio
        zoom = pitch / COLUMN_WIDTH
        area = QRectF(left, 1, columns.image.shape[1] * zoom, LINE_HEIGHT * zoom)
        available = max(self.height() - area.height() - fixed, 2.0 * _LEAST_ROW)
        shown = self._most_probable(columns, reached, int(available // _LEAST_ROW))
        row = float(min(int(available / len(shown)), round(1.4 * least)))
        return _Layout(left, pitch, area, row, area.bottom() + _BARS + spelled, shown)

    def _most_probable(self, columns: LineColumns, labels: list[int], most: int) -> tuple[int, ...]:
        """Return the labels that fit into a number of rows, and no label."""
        peaks = columns.probabilities.max(axis=0)
        kept = sorted(labels, key=lambda label: -peaks[label])[: most - 1]
        return (*sorted(kept), len(columns.labels))

    def _name(self, label: int) -> str:
        assert self._columns is not None
        labels = self._columns.labels
        return labels[label] if label < len(labels) else self.tr("no label")

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint image, bars, most probable labels, cells and the selected column, or the hint."""
        columns = self._columns
        if columns is None:
            self.paint_hint(painter, self._hint)
            return
        layout = self._layout(columns)
        self._paint_image(painter, columns, layout)
        self._paint_spelled(painter, columns, layout)
        self._paint_rows(painter, columns, layout)
        self._paint_characters(painter, layout)
        for column, width in ((self._choice, 2), (self._pointed, 1)):
            if column is not None:
                self._paint_frame(painter, self.area_of(column), width)
        self.paint_focus_ring(painter)

    def _paint_image(self, painter: QPainter, columns: LineColumns, layout: _Layout) -> None:
        if not columns.has_directions:
            self._paint_cells(painter, value_tiles(columns.image[None, ..., 0], 0.0, 1.0)[0], layout.image)
            return
        self._paint_cells(painter, direction_colours(*np.moveaxis(columns.image, 2, 0)), layout.image)
        self._paint_legend(painter, layout)

    def _paint_legend(self, painter: QPainter, layout: _Layout) -> None:
        """Paint a triangle in the colour of each direction, beside the image."""
        side = min(_LEGEND, layout.left - STEP, layout.image.height())
        area = QRectF(layout.left - STEP / 2 - side, layout.image.top(), side, side)
        painter.save()
        painter.fillRect(area, _directed(0, 0, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for x, y in _DIRECTIONS:
            painter.setBrush(_directed(1, x, y))
            ahead, aside = QPointF(x, y) * side, QPointF(-y, x) * side
            tip, base = area.center() + ahead * 0.44, area.center() + ahead * 0.14
            painter.drawPolygon([tip, base + aside * 0.22, base - aside * 0.22])
        painter.restore()

    def _paint_cells(self, painter: QPainter, pixels: Colours, area: QRectF) -> None:
        shrinks = area.width() * self.devicePixelRatioF() < pixels.shape[1]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        pixels = np.ascontiguousarray(pixels)
        painter.drawImage(area, image_of(pixels))

    def _paint_characters(self, painter: QPainter, layout: _Layout) -> None:
        """Paint a bar over the columns of each character."""
        style, top = self.text_style, layout.image.bottom() + 2
        for number, (first, last) in enumerate(self._spans):
            is_selected = number == self._selected
            left, right = layout.left + first * layout.pitch + 1, layout.left + last * layout.pitch - 1
            height = _BARS - 3 if is_selected else 1
            area = QRectF(left, top, max(right - left, 2.0), height)
            painter.fillRect(area, style.accent if is_selected else style.quiet)
            if is_selected:
                painter.setPen(QPen(style.accent, 1))
                for x in (area.left(), area.right()):
                    painter.drawLine(QPointF(x, top), QPointF(x, layout.bottom))

    def _paint_spelled(self, painter: QPainter, columns: LineColumns, layout: _Layout) -> None:
        """Paint the most probable label above its column, unless it would cover the one before."""
        style, end = self.text_style, -math.inf
        middle = (layout.image.bottom() + _BARS + layout.top) / 2
        for column, label in columns.spelled:
            x, name = layout.left + (column + 0.5) * layout.pitch, self._name(label)
            half = style.strong.width(name) / 2
            if x - half >= end:
                style.strong.write(painter, QPointF(x, middle), name, style.text, MIDDLE)
                end = x + half

    def _paint_rows(self, painter: QPainter, columns: LineColumns, layout: _Layout) -> None:
        style = self.text_style
        values = columns.probabilities.T[list(layout.shown)].astype(np.float32)
        pixels = probability_scale().colours(values)
        apart, above = _APART * style.small.height, -math.inf
        last = layout.area_of_row(len(layout.shown) - 1, columns.count).center().y()
        for number, label in enumerate(layout.shown):
            area = layout.area_of_row(number, columns.count)
            self._paint_cells(painter, pixels[number : number + 1], area)
            at = QPointF(layout.left - STEP / 2, area.center().y())
            is_last = label == layout.shown[-1]
            if is_last or (at.y() >= above + apart and at.y() <= last - apart):
                style.small.write(painter, at, self._name(label), style.quiet, RIGHT)
                above = at.y()

    def _paint_frame(self, painter: QPainter, area: QRectF, width: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.text_style.accent, width))
        painter.drawRect(area)


def probability_scale() -> Scale:
    """Return the colours of probabilities."""
    table = colour_table(Palette.COLOURS, 0.0, 1.0, _GAMMA)
    return Scale(0.0, 1.0, table, np.asarray(LEVELS - 1, dtype=np.float32), 0.0)


def _directed(ink: float, horizontal: float, vertical: float) -> QColor:
    """Return the colour of ink with a direction."""
    values = np.array([[ink], [horizontal], [vertical]], np.float32)
    return QColor.fromRgba(int(direction_colours(*values)[0]))


def _whole_pixels(pitch: float) -> float:
    return float(int(pitch)) if pitch >= _SHARP_PITCH else pitch
