"""A page as a pixmap, so that a movement of the pen paints only what is new.

Long repaints are split into slices between events, so that thousands of strokes do not block the event
loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap

from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import TAP_SIZE, Ink, Points, Stroke
from desktop_app.views.canvas.geometry import CanvasArea, bounds_of, boxes_near, square_in, stroke_boxes
from desktop_app.views.canvas.paint_ink import (
    paint_piece,
    paint_stroke,
    picture_area,
    picture_image,
    pressed_width,
    widest_stroke,
)
from desktop_app.views.parts.theme import mixed

_SLICE_SECONDS = 0.003

_FADED = 0.8
"""Share of the background in the colour of ink that is not drawn yet."""


class PageCache(QObject):
    """A page as a pixmap in screen pixels. Positions and areas are in canvas units."""

    changed = Signal()
    """A slice of a long repaint was painted."""

    def __init__(self, parent: QObject) -> None:
        """Start empty and without size."""
        super().__init__(parent)
        self.pixmap = QPixmap()
        self._page: Page = Ink()
        self._until: tuple[Ink, int] | None = None
        self._boxes: NDArray[np.float32] | None = None
        self._area = square_in(1, 1)
        self._waiting: Iterator[tuple[Stroke, QColor]] | None = None
        self._clip: QRectF | None = None
        self._ink_colour = QColor()
        self._background = QColor()
        self._widest = 0.0
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._paint_slice)

    @property
    def is_painted(self) -> bool:
        """Whether the page is completely painted."""
        return self._waiting is None

    def set_style(self, ink: QColor, background: QColor) -> None:
        """Set the colours and repaint everything."""
        self._ink_colour, self._background = ink, background
        self.repaint()

    def set_area(self, area: CanvasArea, ratio: float) -> None:
        """Set size and scale in device-independent pixels, and the screen pixels for each."""
        size = QSize(max(1, round(area.width * ratio)), max(1, round(area.height * ratio)))
        if (
            self.pixmap.size() == size
            and self.pixmap.devicePixelRatio() == ratio
            and self._area.scale == area.scale
        ):
            return
        self._area = area
        self.pixmap = QPixmap(size)
        self.pixmap.setDevicePixelRatio(ratio)
        self.repaint()

    def show_page(self, page: Page, area: QRectF | None = None) -> None:
        """Show a page; area: the part that differs from the last page, None: all."""
        area = area if self._until is None else None
        self._set_page(page)
        self._until = None
        self.repaint(area)

    def show_until(self, ink: Ink, points: int | None) -> None:
        """Show a part of the ink up to a number of points and the rest faintly; None: show all of it."""
        if not (isinstance(self._page, Ink) and self._page):
            return
        before, self._until = self._until, None if points is None else (ink, points)
        if before is None and points is None:
            return
        if before is None or points is None or before[0] is not ink:
            self.repaint()
        elif before[1] != points:
            self.repaint(self._area_of(ink, min(before[1], points), max(before[1], points)))

    def paint_piece(self, stroke: Stroke, piece: int) -> None:
        """Paint one piece of the curve of the current stroke, or its dot."""
        painter = self._painter()
        painter.setClipping(False)
        paint_piece(painter, stroke, piece, self._ink_colour)
        painter.end()

    def add_stroke(self, page: Ink) -> None:
        """Set the page whose last stroke was painted by paint_piece(), except for its last piece."""
        stroke = page.strokes[-1]
        self.paint_piece(stroke, len(stroke.points) - 1)
        self._set_page(page)

    def boxes(self) -> NDArray[np.float32]:
        """Return the boxes of the strokes, float32 (strokes, 4); empty for an image."""
        if self._boxes is None:
            self._boxes = stroke_boxes(self._page if isinstance(self._page, Ink) else Ink())
        return self._boxes

    def area_of(self, boxes: NDArray[np.float32], pen_width: float) -> QRectF:
        """Return the area that strokes with boxes, float32 (n, 4), may have painted.

        Args:
            boxes: one or more; of strokes of the page, or of the current one.
            pen_width: of the current stroke.
        """
        reach = pressed_width(max(pen_width, self._widest), 1.0) / 2 + 1
        left, top, right, bottom = bounds_of(boxes)
        return QRectF(left - reach, top - reach, right - left + 2 * reach, bottom - top + 2 * reach)

    def repaint(self, area: QRectF | None = None) -> None:
        """Repaint the page or an area of it, in slices between events if it takes long."""
        if self.pixmap.isNull():
            return
        self._clip = area if self._waiting is None else None
        painter = self._painter()
        painter.fillRect(QRectF(0, 0, *self._area.units), self._background)
        if isinstance(self._page, Picture):
            image = picture_image(self._page)
            painter.drawImage(picture_area(image.width(), image.height(), self._area.units), image)
        painter.end()
        self._waiting = self._strokes()
        self._paint_slice()

    def _set_page(self, page: Page) -> None:
        self._page = page
        self._boxes = None
        self._widest = widest_stroke(page)

    def _area_of(self, ink: Ink, first: int, last: int) -> QRectF:
        """Return the area that the points from first to last may have painted."""
        points = _points_between(ink, first, last)
        # A point bends the curve on both sides of it and may end a tap.
        reach = pressed_width(self._widest, 1.0) / 2 + TAP_SIZE + 1
        left, top = (points.min(axis=0) - reach).tolist()
        right, bottom = (points.max(axis=0) + reach).tolist()
        return QRectF(left, top, right - left, bottom - top)

    def _strokes(self) -> Iterator[tuple[Stroke, QColor]]:
        """Yield the strokes to paint with their colours, those in the clip area."""
        if not isinstance(self._page, Ink):
            return
        near = self._near(self._page)
        if self._until is None:
            yield from ((stroke, self._ink_colour) for stroke in near)
            return
        faded = mixed(self._ink_colour, self._background, _FADED)
        yield from ((stroke, faded) for stroke in near)
        ink, points = self._until
        skipped = {id(stroke) for stroke in self._page.strokes} - {id(stroke) for stroke in near}
        *whole, last = ink.until(points).strokes or (None,)
        yield from ((stroke, self._ink_colour) for stroke in whole if id(stroke) not in skipped)
        if last is not None:
            yield last, self._ink_colour

    def _near(self, ink: Ink) -> tuple[Stroke, ...]:
        if self._clip is None:
            return ink.strokes
        reach = self._widest
        area = self._clip.adjusted(-reach, -reach, reach, reach)
        near = boxes_near(self.boxes(), area.left(), area.top(), area.right(), area.bottom())
        return tuple(ink.strokes[i] for i in near)

    def _paint_slice(self) -> None:
        if self._waiting is None:
            return
        until = perf_counter() + _SLICE_SECONDS
        painter = self._painter()
        for stroke, colour in self._waiting:
            paint_stroke(painter, stroke, colour)
            if perf_counter() > until:
                break
        else:
            self._waiting = None
            self._clip = None
        painter.end()
        if self._waiting is None:
            self._slices.stop()
        else:
            self._slices.start()
        self.changed.emit()

    def _painter(self) -> QPainter:
        painter = QPainter(self.pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(self._area.scale, self._area.scale)
        if self._clip is not None:
            painter.setClipRect(self._clip)
        return painter


def _points_between(ink: Ink, first: int, last: int) -> Points:
    """Return the points from first to last, with the neighbours whose curve depends on them."""
    points = np.concatenate([stroke.points for stroke in ink.strokes])
    return points[max(0, first - 3) : last + 2]
