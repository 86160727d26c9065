"""Exporting a view as an image at print size, as SVG, as numbers (.npz) or as a table (.csv)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.views.panel import Panel

PICTURE, PLOT, NUMBERS, TABLE = "png", "svg", "npz", "csv"
"""Kinds of export by the suffix of the file."""

PRINT_WIDTH = 2400
"""Minimum width of an image in pixels: 20 cm at 300 dots per inch."""

_LARGEST_ZOOM = 8.0
_METRES_PER_INCH = 0.0254
_LOGICAL_DPI = 96


def view_image(panel: Panel) -> QImage:
    """Return an image of the view rendered at print size.

    Returns:
        An image at least 2400 pixels wide, three to eight times the size of the view; its resolution is
        set so that it prints at the size of the view.
    """
    if own := panel.exported_file(PICTURE):
        return QImage.fromData(own)
    view = panel.exported_widget()
    zoom = min(max(PRINT_WIDTH / max(view.width(), 1), 3.0), _LARGEST_ZOOM)
    # A panel that was made as small as possible may leave a view no height.
    size = (view.size() * zoom).expandedTo(QSize(1, 1))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(zoom)
    image.fill(view.palette().window().color())
    _render(view, image)
    dots = round(_LOGICAL_DPI * zoom / _METRES_PER_INCH)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    image.setDevicePixelRatio(1.0)
    return image


def view_svg(panel: Panel, title: str) -> bytes:
    """Return the view as an SVG file with a title."""
    if own := panel.exported_file(PLOT):
        return own
    # Imported when needed: QtSvg is rarely used.
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
    """Return the arrays as an .npz file."""
    stream = io.BytesIO()
    arrays: dict[str, Any] = dict(numbers)
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def _render(view: QWidget, device: Any) -> None:
    painter = QPainter(device)
    view.render(painter, QPoint())
    painter.end()
