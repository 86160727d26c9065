"""Very many samples in rows, of which only those that can be seen are drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop_app.inspection.tiles import Grid, Pixels
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import Painted
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import LEFT, TextStyle
from desktop_app.views.parts.theme import STEP

Positions = NDArray[np.int64]

MOST_CHOSEN = 24
"""Samples that can be chosen at a time."""

_TILE = 56
_GAP = STEP // 2
_MOST_KEPT = 4000
_AT_ONCE = 32


class SampleGrid(Painted, QAbstractScrollArea):
    """Shows samples by their positions in a collection; pictures come when they are asked for."""

    preferred_size = QSize(60 * STEP, 24 * STEP)
    minimum_size = QSize(20 * STEP, 8 * STEP)
    is_focusable = True

    pictures_requested = Signal(object)
    """Positions, int64 (n,), of samples that are seen and have no picture yet; a few at a time."""
    pointed_at = Signal(object)
    """The position under the mouse, or None."""
    choice_changed = Signal()
    """chosen is another one now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without samples."""
        super().__init__(parent)
        self._positions: Positions = np.zeros(0, dtype=np.int64)
        self._label_of: Callable[[int], str] = str
        self._kept: OrderedDict[int, Pixels] = OrderedDict()
        self._chosen: list[int] = []
        self._current: int | None = None
        self._hint = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._ask)

    # --- what is shown ---

    def set_samples(self, positions: Positions, label_of: Callable[[int], str]) -> None:
        """Other samples of the same collection, from the first on."""
        self._positions, self._label_of = positions, label_of
        self._current = None
        self._place()
        self.verticalScrollBar().setValue(0)
        self._ask()

    def clear(self) -> None:
        """Another collection: pictures and choice are void."""
        self._kept.clear()
        self._chosen = []
        self.set_samples(np.zeros(0, dtype=np.int64), str)

    def set_pictures(self, positions: Positions, pixels: Pixels) -> None:
        """Pictures, uint32 (n, height, width) 0xAARRGGBB, of samples that were asked for."""
        for position, picture in zip(positions.tolist(), pixels, strict=True):
            self._kept[position] = np.ascontiguousarray(picture)
            self._kept.move_to_end(position)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self.viewport().update()
        self._ask()

    def set_hint(self, hint: str) -> None:
        """What is said while there are no samples."""
        self._hint = hint
        self.viewport().update()

    @property
    def chosen(self) -> tuple[int, ...]:
        """Positions of the chosen samples, in the order of choosing."""
        return tuple(self._chosen)

    @property
    def positions(self) -> Positions:
        """Positions of all samples that can be scrolled to."""
        return self._positions

    @property
    def kept(self) -> int:
        """How many pictures are kept."""
        return len(self._kept)

    @property
    def first(self) -> tuple[int, ...]:
        """Positions of the first dozen that is shown."""
        return tuple(self._positions[:12].tolist())

    def ask_again(self) -> None:
        """Ask for the pictures that are missing, since an earlier request may have been in vain."""
        self._ask()

    def area_of(self, place: int) -> QRectF:
        """Where the picture of the sample in a place of the row of samples lies in the viewport."""
        left, top = self._tiles.corner(place)
        return QRectF(left, top - self.verticalScrollBar().value(), _TILE, _TILE)

    # --- sizes ---

    def surface(self) -> QWidget:
        """What scrolls."""
        return self.viewport()

    @property
    def _tiles(self) -> Grid:
        """Where the samples lie, seen from the first one."""
        columns = max(1, (self.viewport().width() - _GAP) // (_TILE + _GAP))
        caption = round(self.text_style.small.height)
        return Grid(len(self._positions), _TILE, _TILE, columns, _GAP, _GAP, caption)

    def _place(self) -> None:
        """Let the scroll bar span all rows."""
        height, tiles, bar = self.viewport().height(), self._tiles, self.verticalScrollBar()
        pitch = tiles.pitch[1]
        bar.setRange(0, max(0, tiles.height - height))
        bar.setSingleStep(pitch // 2)
        bar.setPageStep(max(pitch, height - pitch))
        self.viewport().update()

    def _seen(self) -> range:
        """Places of the samples of which anything is seen."""
        top, tiles = self.verticalScrollBar().value(), self._tiles
        first = max(0, (top - _GAP) // tiles.pitch[1])
        last = (top + self.viewport().height()) // tiles.pitch[1] + 1
        return range(first * tiles.columns, min(last * tiles.columns, tiles.count))

    def _ask(self) -> None:
        if not self.isVisible():
            return
        seen = self._positions[self._seen().start : self._seen().stop]
        missing = [position for position in seen.tolist() if position not in self._kept]
        if missing:
            self.pictures_requested.emit(np.array(missing[:_AT_ONCE], dtype=np.int64))
        self.viewport().update()

    # --- events ---

    def showEvent(self, event: QEvent) -> None:
        """What was not asked for while nothing could be seen is asked for now."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rows are filled anew; what was at the top stays."""
        super().resizeEvent(event)
        self._place()
        self._ask()

    def style_changed(self) -> None:
        """Captions take the room of a new font."""
        self._place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which sample lies under the mouse."""
        place = self._at(event.position())
        self.pointed_at.emit(None if place is None else int(self._positions[place]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the sample under the mouse, or no longer."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._current = place
            self._toggle(place)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tells that the mouse has left."""
        if event.type() == QEvent.Type.Leave:
            self.pointed_at.emit(None)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from sample to sample; the space bar chooses, Escape lets go of all."""
        key = Qt.Key(event.key())
        tiles = self._tiles
        page = tiles.columns * max(1, self.viewport().height() // tiles.pitch[1] - 1)
        place = index_for_key(event, self._current, tiles.count, columns=tiles.columns, page=page)
        if place is not None:
            self._go_to(place)
        elif self._current is not None and key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(self._current)
        elif self._chosen and key == Qt.Key.Key_Escape:
            self._chosen = []
            self.viewport().update()
            self.choice_changed.emit()
        else:
            super().keyPressEvent(event)

    def _go_to(self, place: int) -> None:
        self._current = place
        tiles, bar = self._tiles, self.verticalScrollBar()
        top = place // tiles.columns * tiles.pitch[1]
        least = top + tiles.pitch[1] + _GAP - self.viewport().height()
        bar.setValue(min(max(bar.value(), least), top))
        position = int(self._positions[place])
        self.setAccessibleDescription(self._label_of(position))
        self.pointed_at.emit(position)
        self.viewport().update()

    def _toggle(self, place: int) -> None:
        position = int(self._positions[place])
        if position in self._chosen:
            self._chosen.remove(position)
        elif len(self._chosen) < MOST_CHOSEN:
            self._chosen.append(position)
        else:
            return
        self.viewport().update()
        self.choice_changed.emit()

    def _at(self, at: QPointF) -> int | None:
        """The place of the sample at a point of the viewport."""
        found = self._tiles.locate(at.x(), at.y() + self.verticalScrollBar().value())
        return None if found is None else found[0]

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The samples that are seen, else the hint."""
        if not len(self._positions):
            self.paint_hint(painter, self._hint)
            return
        for place in self._seen():
            self._paint_sample(painter, place, self.text_style)

    def _paint_sample(self, painter: QPainter, place: int, style: TextStyle) -> None:
        position, area = int(self._positions[place]), self.area_of(place)
        picture = self._kept.get(position)
        if picture is None:
            painter.setPen(style.line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            height, width = picture.shape
            painter.drawImage(_fitted(area, width, height), image_of(picture))
        is_chosen = position in self._chosen
        words = style.small.elided(self._label_of(position), _TILE - (STEP if is_chosen else 0))
        middle = area.top() - style.small.height / 2
        style.small.write(painter, QPointF(area.left(), middle), words, style.quiet, LEFT)
        if is_chosen:
            self._paint_choice(painter, area, middle, style)
        if place == self._current and self.hasFocus():
            painter.setPen(QPen(style.text, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_choice(self, painter: QPainter, area: QRectF, middle: float, style: TextStyle) -> None:
        """A frame and a tick, since colour alone says nothing."""
        pen = QPen(style.accent, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(-1, -1, 1, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = area.right() - 1
        tick = [QPointF(right - 8, middle), QPointF(right - 5, middle + 3), QPointF(right, middle - 4)]
        painter.drawPolyline(tick)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _fitted(area: QRectF, width: int, height: int) -> QRectF:
    """The largest rectangle of a picture's proportions in the middle of an area."""
    zoom = min(area.width() / width, area.height() / height)
    fitted = QRectF(0, 0, width * zoom, height * zoom)
    fitted.moveCenter(area.center())
    return fitted
