"""A matrix of values as coloured cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPen

from desktop_app.inspection.tiles import value_tiles
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.theme import STEP

_BARS = 4 * STEP
_SMALL_PITCH = 6


@dataclass(frozen=True, eq=False)
class MatrixContent:
    """Content of a matrix view.

    Attributes:
        values: float32 (rows, columns).
        low, high: values of the first and the last colour.
        chooses: what a click selects.
        row_labels: label of each row; repeated labels are written once.
        totals: float32 (columns,), >= 0, shown as bars above the columns; or None.
    """

    values: NDArray[np.float32]
    low: float
    high: float
    chooses: Literal["row", "column"]
    row_labels: tuple[str, ...] = ()
    totals: NDArray[np.float32] | None = None


class MatrixView(ChoosingView):
    """Paints a matrix; rows or columns can be selected."""

    preferred_size = QSize(60 * STEP, 24 * STEP)
    minimum_size = QSize(12 * STEP, 8 * STEP)

    def __init__(self) -> None:
        """Start without a matrix."""
        super().__init__()
        self._content: MatrixContent | None = None

    def set_content(self, content: MatrixContent | None) -> None:
        """Set the matrix, or none."""
        self._content = content
        self._choice = None
        self.update()

    @property
    def content(self) -> MatrixContent | None:
        """The matrix."""
        return self._content

    def count_and_columns(self) -> tuple[int, int]:
        """Return the number of rows or columns; all arrow keys move through them."""
        if self._content is None:
            return 0, 1
        return self._content.values.shape[0 if self._content.chooses == "row" else 1], 1

    def number_of(self, found: tuple[int, int]) -> int | None:
        """Return the row or column of a cell; None for the bars above the rows."""
        row, column = found
        if self._content is None or self._content.chooses == "column":
            return column
        return row if row >= 0 else None

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint cells, bars, labels and the selection."""
        if self._content is None:
            return
        content, area = self._content, self._area(self._content)
        pixels = np.ascontiguousarray(value_tiles(content.values[None], content.low, content.high)[0])
        rows, columns = content.values.shape
        ratio = self.devicePixelRatioF()
        shrinks = area.width() * ratio < columns or area.height() * ratio < rows
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        painter.drawImage(area, image_of(pixels))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._paint_totals(painter, content, area)
        self._paint_labels(painter, content, area)
        self._paint_choice(painter, content, area)

    def locate(self, position: QPointF) -> tuple[int, int] | None:
        """Return row and column at a position, row -1 for the bars; None outside the matrix."""
        if self._content is None:
            return None
        content, area = self._content, self._area(self._content)
        rows, columns = content.values.shape
        column = int((position.x() - area.left()) / area.width() * columns // 1)
        row = int((position.y() - area.top()) / area.height() * rows // 1)
        if not (0 <= column < columns and row < rows):
            return None
        if row >= 0:
            return row, column
        return (-1, column) if content.totals is not None and position.y() >= 0 else None

    def _area(self, content: MatrixContent) -> QRectF:
        """Return the area of the cells."""
        rows, columns = content.values.shape
        ratio = self.devicePixelRatioF()
        left = self._label_width(content)
        top = float(_BARS + STEP // 2) if content.totals is not None else 0.0
        width = _cell_pixels((self.width() - left) * ratio / columns) * columns / ratio
        height = _cell_pixels((self.height() - top) * ratio / rows) * rows / ratio
        return QRectF(left, top, max(width, 1.0), max(height, 1.0))

    def _label_width(self, content: MatrixContent) -> float:
        if not content.row_labels:
            return 0.0
        return float(round(max(map(self.text_style.small.width, set(content.row_labels)))) + STEP)

    def _paint_totals(self, painter: QPainter, content: MatrixContent, area: QRectF) -> None:
        if content.totals is None:
            return
        highest = float(content.totals.max(initial=0.0)) or 1.0
        pitch = area.width() / len(content.totals)
        gap = 1.0 if pitch >= 4 else 0.0
        colour = self.text_style.quiet
        for column, total in enumerate(content.totals.tolist()):
            height = _BARS * total / highest
            painter.fillRect(
                QRectF(area.left() + column * pitch, _BARS - height, pitch - gap, height), colour
            )

    def _paint_labels(self, painter: QPainter, content: MatrixContent, area: QRectF) -> None:
        if not content.row_labels:
            return
        pitch, small = area.height() / len(content.row_labels), self.text_style.small
        lowest = -1.0
        for row, label in enumerate(content.row_labels):
            top = area.top() + row * pitch
            if (row and label == content.row_labels[row - 1]) or top < lowest:
                continue
            small.write(painter, QPointF(0, top + small.height / 2), label, self.text_style.quiet)
            lowest = top + small.height * 0.8

    def _paint_choice(self, painter: QPainter, content: MatrixContent, area: QRectF) -> None:
        if self._choice is None:
            return
        rows, columns = content.values.shape
        if content.chooses == "column":
            pitch = area.width() / columns
            frame = QRectF(area.left() + self._choice * pitch, 0, pitch, area.bottom())
        else:
            pitch = area.height() / rows
            frame = QRectF(area.left(), area.top() + self._choice * pitch, area.width(), pitch)
        painter.setPen(QPen(self.text_style.accent, 2))
        painter.drawRect(frame.adjusted(1, 1, -1, -1) if min(frame.width(), frame.height()) > 6 else frame)


def _cell_pixels(pitch: float) -> float:
    """Return the size of a cell in whole screen pixels, unless cells are small."""
    return float(int(pitch)) if pitch >= _SMALL_PITCH else pitch
