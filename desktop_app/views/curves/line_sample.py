"""A short piece of a curve for its legend: colour, dashes and mark."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from desktop_app.views.curves.curve import Curve
from desktop_app.views.curves.plot import PlotLook, style_of

WIDTH, HEIGHT = 26, 12

_RATIO = 2.0
_PLUS = ((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4))
_CROSS = ((-1.2, -0.7), (-0.7, -1.2), (0, -0.5), (0.7, -1.2), (1.2, -0.7), (0.5, 0))
_OUTLINES = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "^": ((0, -1.2), (1.1, 1), (-1.1, 1)),
    "v": ((0, 1.2), (1.1, -1), (-1.1, -1)),
    "D": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    # Turned half round, each half is the other.
    "P": (*_PLUS, *((-x, -y) for x, y in _PLUS)),
    "X": (*_CROSS, *((-x, -y) for x, y in _CROSS)),
}
_MARK = 2.6


def line_sample(curve: Curve, look: PlotLook) -> QIcon:
    """The line of a curve as an icon, WIDTH x HEIGHT device-independent pixels."""
    style = style_of(curve, look)
    pixmap = QPixmap(round(WIDTH * _RATIO), round(HEIGHT * _RATIO))
    pixmap.setDevicePixelRatio(_RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(style.get("alpha", 1.0))
    pen = QPen(QColor(style["color"]), style["linewidth"])
    if style["linestyle"] != "-":
        pen.setDashPattern([3.0, 1.5])
    painter.setPen(pen)
    middle = QPointF(WIDTH / 2, HEIGHT / 2)
    painter.drawLine(QLineF(1, middle.y(), WIDTH - 1, middle.y()))
    if "marker" in style:
        painter.setPen(QPen(QColor(style["markeredgecolor"]), 1.2))
        painter.setBrush(QColor(style["markerfacecolor"]))
        if outline := _OUTLINES.get(style["marker"]):
            painter.drawPolygon(QPolygonF([middle + QPointF(x, y) * _MARK for x, y in outline]))
        else:
            painter.drawEllipse(middle, _MARK, _MARK)
    painter.end()
    return QIcon(pixmap)
