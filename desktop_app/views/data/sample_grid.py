"""Scrollable grid of many samples, of which only the visible ones are rendered."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from desktop_app.inspection.tiles import Grid, Pixels
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import Painted
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import MIDDLE, TextStyle
from desktop_app.views.parts.theme import STEP

Positions = NDArray[np.int64]

MAX_SELECTED = 24
"""Maximum number of selected samples."""

FIRST_SAMPLES = 64
"""Number of samples that are augmented while none are selected."""

_LEAST_TILE, _MOST_TILE = 6 * STEP, 12 * STEP
_GAP, _TICK = STEP // 2, 2 * STEP
_MAX_IMAGES = 4000
_BATCH = 32


_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CTRL = Qt.KeyboardModifier.ControlModifier


class SampleGrid(Painted, QAbstractScrollArea):
    """Shows samples by their positions in a collection and requests their images."""

    preferred_size = QSize(60 * STEP, 24 * STEP)
    minimum_size = QSize(20 * STEP, 8 * STEP)
    minimum_lines = 4
    is_focusable = True

    images_requested = Signal(object)
    """Positions, int64 (n,), of some visible samples whose images are missing."""
    pointed_at = Signal(object)
    """Position of the sample under the mouse, or None."""
    activated = Signal(QImage)
    """A sample to put on the canvas: double-clicked, or chosen with Ctrl+Enter."""
    selection_changed = Signal()
    """The selection has changed."""

    def __init__(self) -> None:
        """Create an empty grid."""
        super().__init__()
        self._positions: Positions = np.zeros(0, dtype=np.int64)
        self._label_of: Callable[[int], str] = str
        self._tile = _LEAST_TILE
        self._classes: tuple[str, ...] = ()
        self._images: OrderedDict[int, Pixels] = OrderedDict()
        self._selected: list[int] = []
        self._current: int | None = None
        self._hint = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._request_missing)

    # --- content ---

    def set_format(self, side: int, classes: tuple[str, ...]) -> None:
        """Set the longer side of the images, in image pixels, and the names of the classes.

        Images are shown with twice their size, within limits, and with room for the names.
        """
        self._tile = max(_LEAST_TILE, min(_MOST_TILE, 2 * side))
        self._classes = classes
        self._update_scroll_bar()

    def set_samples(self, positions: Positions, label_of: Callable[[int], str]) -> None:
        """Show other samples of the same collection from the first on."""
        self._positions, self._label_of = positions, label_of
        self._current = None
        self._update_scroll_bar()
        self.verticalScrollBar().setValue(0)
        self._request_missing()

    def clear(self) -> None:
        """Remove all samples, images and the selection."""
        self._images.clear()
        self._selected = []
        self.set_samples(np.zeros(0, dtype=np.int64), str)

    def set_images(self, positions: Positions, pixels: Pixels) -> None:
        """Set requested images, uint32 (n, height, width) 0xAARRGGBB."""
        for position, image in zip(positions.tolist(), pixels, strict=True):
            self._images[position] = np.ascontiguousarray(image)
            self._images.move_to_end(position)
        while len(self._images) > _MAX_IMAGES:
            self._images.popitem(last=False)
        self.viewport().update()
        self._request_missing()

    def set_hint(self, hint: str) -> None:
        """Set the text shown without samples."""
        self._hint = hint
        self.viewport().update()

    @property
    def selected(self) -> tuple[int, ...]:
        """Positions of the selected samples in order of selection."""
        return tuple(self._selected)

    @property
    def positions(self) -> Positions:
        """Positions of all samples."""
        return self._positions

    @property
    def image_count(self) -> int:
        """Number of cached images."""
        return len(self._images)

    @property
    def first_positions(self) -> tuple[int, ...]:
        """Positions of the first samples, at most FIRST_SAMPLES."""
        return tuple(self._positions[:FIRST_SAMPLES].tolist())

    def request_missing(self) -> None:
        """Request missing images again; an earlier request may have been dropped."""
        self._request_missing()

    def area_of(self, index: int) -> QRectF:
        """Return the area of the image with an index in the viewport."""
        cell = self._cell_of(index)
        return QRectF(cell.center().x() - self._tile / 2, cell.top(), self._tile, self._tile)

    # --- sizes ---

    def surface(self) -> QWidget:
        """Return the viewport."""
        return self.viewport()

    @property
    def _tiles(self) -> Grid:
        """Layout of the samples, each with its label, relative to the first one."""
        font = self.text_style.small
        longest = max(map(font.width, self._classes), default=0)
        width = max(self._tile, min(math.ceil(longest), 2 * self._tile))
        columns = max(1, (self.viewport().width() - _GAP) // (width + _GAP))
        return Grid(len(self._positions), width, self._tile + round(font.height), columns, _GAP, _GAP)

    def _cell_of(self, index: int) -> QRectF:
        """Return the area of an image and its label in the viewport."""
        left, top = self._tiles.corner(index)
        return QRectF(
            left, top - self.verticalScrollBar().value(), self._tiles.tile_width, self._tiles.tile_height
        )

    def _update_scroll_bar(self) -> None:
        """Set the range of the scroll bar to all rows."""
        height, tiles, bar = self.viewport().height(), self._tiles, self.verticalScrollBar()
        pitch = tiles.pitch[1]
        bar.setRange(0, max(0, tiles.height - height))
        bar.setSingleStep(pitch // 2)
        bar.setPageStep(max(pitch, height - pitch))
        self.viewport().update()

    def _visible(self) -> range:
        """Return the indices of the samples that are at least partly visible."""
        top, tiles = self.verticalScrollBar().value(), self._tiles
        first_positions = max(0, (top - _GAP) // tiles.pitch[1])
        last = (top + self.viewport().height()) // tiles.pitch[1] + 1
        return range(first_positions * tiles.columns, min(last * tiles.columns, tiles.count))

    def _request_missing(self) -> None:
        if not self.isVisible():
            return
        visible = self._positions[self._visible().start : self._visible().stop]
        missing = [position for position in visible.tolist() if position not in self._images]
        if missing:
            self.images_requested.emit(np.array(missing[:_BATCH], dtype=np.int64))
        self.viewport().update()

    # --- events ---

    def showEvent(self, event: QShowEvent) -> None:
        """Request images when the grid becomes visible."""
        super().showEvent(event)
        self._request_missing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the rows."""
        super().resizeEvent(event)
        self._update_scroll_bar()
        self._request_missing()

    def style_changed(self) -> None:
        """Follow the height of the font."""
        self._update_scroll_bar()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Emit the sample under the mouse."""
        index = self._index_at(event.position())
        self.pointed_at.emit(None if index is None else int(self._positions[index]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select or deselect the sample under the mouse."""
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._current = index
            self._toggle(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Put the sample under the mouse on the canvas; its selection is as before the two clicks."""
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._toggle(index)
            self._activate(index)

    def viewportEvent(self, event: QEvent) -> bool:
        """Emit None when the mouse leaves; show elided labels as tooltips."""
        if event.type() == QEvent.Type.Leave:
            self.pointed_at.emit(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index_at(QPointF(event.pos()))
            text = "" if index is None else self._label_of(int(self._positions[index]))
            is_elided = self.text_style.small.width(text) > self._tiles.tile_width
            QToolTip.showText(event.globalPos(), text if is_elided else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrow keys, select with the space bar, deselect all with Escape; Ctrl+Enter activates."""
        key = Qt.Key(event.key())
        tiles = self._tiles
        page = tiles.columns * max(1, self.viewport().height() // tiles.pitch[1] - 1)
        index = index_for_key(event, self._current, tiles.count, columns=tiles.columns, page=page)
        if index is not None:
            self._go_to(index)
        elif self._current is not None and key in _ENTER and event.modifiers() & _CTRL:
            self._activate(self._current)
        elif self._current is not None and key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(self._current)
        elif self._selected and key == Qt.Key.Key_Escape:
            self._selected = []
            self.viewport().update()
            self.selection_changed.emit()
        else:
            super().keyPressEvent(event)

    def _go_to(self, index: int) -> None:
        self._current = index
        tiles, bar = self._tiles, self.verticalScrollBar()
        top = index // tiles.columns * tiles.pitch[1]
        minimum = top + tiles.pitch[1] + _GAP - self.viewport().height()
        bar.setValue(min(max(bar.value(), minimum), top))
        position = int(self._positions[index])
        self.setAccessibleDescription(self._label_of(position))
        self.pointed_at.emit(position)
        self.viewport().update()

    def _activate(self, index: int) -> None:
        pixels = self._images.get(int(self._positions[index]))
        if pixels is not None:
            self.activated.emit(image_of(pixels).copy())

    def _toggle(self, index: int) -> None:
        position = int(self._positions[index])
        if position in self._selected:
            self._selected.remove(position)
        elif len(self._selected) < MAX_SELECTED:
            self._selected.append(position)
        else:
            return
        self.viewport().update()
        self.selection_changed.emit()

    def _index_at(self, point: QPointF) -> int | None:
        """Return the index of the sample at a point of the viewport."""
        tile = self._tiles.locate(point.x(), point.y() + self.verticalScrollBar().value())
        return None if tile is None else tile[0]

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the visible samples or the hint."""
        if not len(self._positions):
            self.paint_hint(painter, self._hint)
            return
        for index in self._visible():
            self._paint_sample(painter, index, self.text_style)

    def _paint_sample(self, painter: QPainter, index: int, style: TextStyle) -> None:
        position, area = int(self._positions[index]), self.area_of(index)
        image = self._images.get(position)
        if image is None:
            painter.setPen(style.line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            height, width = image.shape
            painter.drawImage(_fitted(area, width, height), image_of(image))
        cell = self._cell_of(index)
        text = style.small.elided(self._label_of(position), cell.width())
        middle = QPointF(cell.center().x(), cell.bottom() - style.small.height / 2)
        style.small.write(painter, middle, text, style.quiet, MIDDLE)
        if position in self._selected:
            self._paint_selection(painter, area, style)
        if index == self._current and self.hasFocus():
            painter.setPen(QPen(style.text, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_selection(self, painter: QPainter, area: QRectF, style: TextStyle) -> None:
        """Paint a frame, and a tick in its corner, so that colour is not the only sign."""
        pen = QPen(style.accent, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(-1, -1, 1, 1))
        corner = QRectF(area.right() - _TICK, area.top(), _TICK, _TICK)
        painter.fillRect(corner, style.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.window, 2))
        x, y = corner.center().x(), corner.center().y()
        painter.drawPolyline([QPointF(x - 4, y), QPointF(x - 1, y + 3), QPointF(x + 4, y - 4)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _fitted(area: QRectF, width: int, height: int) -> QRectF:
    """Return the largest centred rectangle with the proportions of an image."""
    zoom = min(area.width() / width, area.height() / height)
    fitted = QRectF(0, 0, width * zoom, height * zoom)
    fitted.moveCenter(area.center())
    return fitted
