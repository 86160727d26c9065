"""Painting strokes and pages, in canvas units."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from desktop_app.core.placement import IDENTITY, Placement
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.views.canvas.geometry import curve


def _ink_pen(colour: QColor, width: float) -> QPen:
    """Return a pen with round caps and joins."""
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def pressed_width(width: float, pressure: float) -> float:
    """Return the pen width for a pressure 0..1: 0.5 to 1.5 times the width."""
    return width * (0.5 + pressure)


def widest_stroke(page: Page) -> float:
    """Return the largest width of the strokes of a page; 0 without strokes."""
    strokes = page.strokes if isinstance(page, Ink) else ()
    return max((stroke.width for stroke in strokes), default=0.0)


def paint_stroke(painter: QPainter, stroke: Stroke, colour: QColor) -> None:
    """Paint a stroke with a painter in canvas units; equal points are painted as a dot."""
    if (stroke.points == stroke.points[0]).all():
        _paint_dot(painter, stroke, colour)
        return
    if stroke.pressure is None:
        painter.setPen(_ink_pen(colour, stroke.width))
        painter.drawPath(_path(stroke, 0, len(stroke.points)))
        return
    for piece in range(len(stroke.points)):
        paint_piece(painter, stroke, piece, colour)


def paint_piece(painter: QPainter, stroke: Stroke, piece: int, colour: QColor) -> None:
    """Paint one piece of the curve of a stroke; of a stroke with one point, the dot."""
    if len(stroke.points) == 1:
        _paint_dot(painter, stroke, colour)
        return
    painter.setPen(_ink_pen(colour, _width_at(stroke, piece)))
    painter.drawPath(_path(stroke, piece, piece + 1))


def _paint_dot(painter: QPainter, stroke: Stroke, colour: QColor) -> None:
    painter.setPen(_ink_pen(colour, _width_at(stroke, 0)))
    painter.drawPoint(QPointF(*stroke.points[0].tolist()))


def _width_at(stroke: Stroke, point: int) -> float:
    if stroke.pressure is None:
        return stroke.width
    return pressed_width(stroke.width, float(stroke.pressure[point]))


def _path(stroke: Stroke, first: int, last: int) -> QPainterPath:
    """Return pieces first..last of the curve of a stroke."""
    # A piece depends on its neighbours only.
    low = max(0, first - 1)
    pieces = curve(stroke.points[low : last + 1])[first - low : last - low].tolist()
    path = QPainterPath(QPointF(*pieces[0][0]))
    for _, enter, control, leave in pieces:
        path.lineTo(QPointF(*enter))
        path.quadTo(QPointF(*control), QPointF(*leave))
    return path


def picture_image(picture: Picture) -> QImage:
    """Return a Qt image that shares the memory of a picture, which must outlive it."""
    rgb = np.ascontiguousarray(picture.rgb)
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def picture_area(width: int, height: int, units: tuple[float, float]) -> QRectF:
    """Return the area of a picture on a canvas, as large as fits, in canvas units.

    Args:
        width, height: of the picture in pixels.
        units: width and height of the canvas.
    """
    scale = min(units[0] / width, units[1] / height)
    return QRectF(
        (units[0] - width * scale) / 2, (units[1] - height * scale) / 2, width * scale, height * scale
    )


def page_placement(page: Page, units: tuple[float, float]) -> Placement:
    """Return the placement of a page on a canvas, in canvas units; units: size of the canvas."""
    if not isinstance(page, Picture):
        return IDENTITY
    height, width = page.rgb.shape[:2]
    area = picture_area(width, height, units)
    return Placement(area.width() / width, area.height() / height, area.left(), area.top())


def page_image(page: Page, side: int, units: tuple[float, float]) -> QImage:
    """Return a page as an image: dark ink on white, or a copy of the picture.

    Args:
        page: ink or a picture.
        side: shorter side of the image in pixels; a picture keeps its own size.
        units: width and height of the canvas in canvas units.
    """
    if isinstance(page, Picture):
        return picture_image(page).copy()
    return _ink_image(page, side / min(units), units)


def _ink_image(ink: Ink, scale: float, units: tuple[float, float]) -> QImage:
    image = QImage(round(units[0] * scale), round(units[1] * scale), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    for stroke in ink.strokes:
        paint_stroke(painter, stroke, QColor(Qt.GlobalColor.black))
    painter.end()
    return image
