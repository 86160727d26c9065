"""Taking a view away: its picture at print size, its drawing as SVG, its numbers as .npz or as a table."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.views.panel import Panel

PICTURE, PLOT, NUMBERS, TABLE = "png", "svg", "npz", "csv"
"""What can be taken away, by the suffix of its file."""

PRINT_WIDTH = 2400
"""Least pixels across a picture for print: 20 cm at 300 dots per inch."""

_LARGEST_ZOOM = 8.0
_METRES_PER_INCH = 0.0254
_LOGICAL_DPI = 96


def view_image(panel: Panel) -> QImage:
    """The view painted anew at print size: lines and letters are sharp, not enlarged.

    Returns:
        An image at least 2400 pixels wide where that takes no more than eight times the view's own
        size, and at least three times that; its resolution is noted in it.
    """
    if own := panel.exported_file(PICTURE):
        return QImage.fromData(own)
    view = panel.exported_widget()
    zoom = min(max(PRINT_WIDTH / max(view.width(), 1), 3.0), _LARGEST_ZOOM)
    image = QImage(view.size() * zoom, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(zoom)
    image.fill(view.palette().window().color())
    _render(view, image)
    dots = round(_LOGICAL_DPI * zoom / _METRES_PER_INCH)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    # Whoever opens the file has a screen of their own.
    image.setDevicePixelRatio(1.0)
    return image


def view_svg(panel: Panel, title: str) -> bytes:
    """The view's drawing as an SVG file with a title."""
    if own := panel.exported_file(PLOT):
        return own
    # Imported here: QtSvg is needed only once a drawing is asked for.
    from PySide6.QtSvg import QSvgGenerator

    view = panel.exported_widget()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(view.size())
    drawing.setViewBox(view.rect())
    drawing.setResolution(_LOGICAL_DPI)
    drawing.setTitle(title)
    _render(view, drawing)
    return bytes(data.data())


def npz_bytes(numbers: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as one .npz file."""
    stream = io.BytesIO()
    arrays: dict[str, Any] = dict(numbers)
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def _render(view: QWidget, device: Any) -> None:
    painter = QPainter(device)
    view.render(painter, QPoint())
    painter.end()
