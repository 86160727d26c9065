"""Painting strokes and pages with Qt, in paper units."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.views.canvas.geometry import CANVAS_SIZE, curve


def ink_pen(colour: QColor, width: float) -> QPen:
    """The pen that draws ink: round caps and joins."""
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def pressed_width(width: float, pressure: float) -> float:
    """Pen width under a pressure of 0..1: from half the width to one and a half."""
    return width * (0.5 + pressure)


def paint_stroke(painter: QPainter, stroke: Stroke, colour: QColor, width: float) -> None:
    """Paint a stroke; one that stays in one place becomes a dot.

    Args:
        painter: in paper units.
        stroke: what to paint.
        colour, width: of the pen, the width in paper units.
    """
    if (stroke.points == stroke.points[0]).all():
        point = QPointF(*stroke.points[0].tolist())
        painter.setPen(ink_pen(colour, _width_at(stroke, 0, width)))
        painter.drawPoint(point)
        return
    if stroke.pressure is None:
        painter.setPen(ink_pen(colour, width))
        painter.drawPath(_path(stroke, 0, len(stroke.points)))
        return
    for piece in range(len(stroke.points)):
        paint_piece(painter, stroke, piece, colour, width)


def paint_piece(painter: QPainter, stroke: Stroke, piece: int, colour: QColor, width: float) -> None:
    """Paint one piece of the curve of a stroke with two or more points, as paint_stroke does."""
    painter.setPen(ink_pen(colour, _width_at(stroke, piece, width)))
    painter.drawPath(_path(stroke, piece, piece + 1))


def _width_at(stroke: Stroke, point: int, width: float) -> float:
    if stroke.pressure is None:
        return width
    return pressed_width(width, float(stroke.pressure[point]))


def _path(stroke: Stroke, first: int, last: int) -> QPainterPath:
    """Pieces first..last of a stroke's curve."""
    # A piece needs its neighbours on both sides; no other point matters to it.
    low = max(0, first - 1)
    pieces = curve(stroke.points[low : last + 1])[first - low : last - low].tolist()
    path = QPainterPath(QPointF(*pieces[0][0]))
    for _, enter, control, leave in pieces:
        path.lineTo(QPointF(*enter))
        path.quadTo(QPointF(*control), QPointF(*leave))
    return path


def picture_image(picture: Picture) -> QImage:
    """The picture as a Qt image that shares its memory; keep the picture alive beside it."""
    rgb = np.ascontiguousarray(picture.rgb)
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def picture_area(width: int, height: int) -> QRectF:
    """Where a picture of a size lies on the paper, as large as fits, in paper units."""
    scale = CANVAS_SIZE / max(width, height)
    return QRectF(
        (CANVAS_SIZE - width * scale) / 2,
        (CANVAS_SIZE - height * scale) / 2,
        width * scale,
        height * scale,
    )


def page_image(page: Page, side: int, pen_width: float) -> QImage:
    """A page as an image to keep: dark ink on white paper, or the picture itself.

    Args:
        page: ink or a picture.
        side: of the square image in pixels; a picture keeps its own size.
        pen_width: in paper units.
    """
    if isinstance(page, Picture):
        return picture_image(page).copy()
    return _ink_image(page, side, pen_width)


def _ink_image(ink: Ink, side: int, pen_width: float) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / CANVAS_SIZE, side / CANVAS_SIZE)
    for stroke in ink.strokes:
        paint_stroke(painter, stroke, QColor(Qt.GlobalColor.black), pen_width)
    painter.end()
    return image
