"""Contrast of numbers in coloured cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.inspection.colour import contrast, luminance
from desktop_app.inspection.tiles import value_tiles
from desktop_app.views.feature_maps.map_marks import paint_numbers
from desktop_app.views.filters.filter_detail import ValueGrid
from desktop_app.views.parts.number_grid import NumberGrid, paint_grid
from desktop_app.views.parts.text_style import text_style_of

CELL = 90
COUNT = 17

Paint = Callable[[QWidget, np.ndarray, float], QImage]


def blank() -> QImage:
    """Room for a row of cells."""
    image = QImage(CELL * COUNT, CELL, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    return image


def number_grid(widget: QWidget, values: np.ndarray, low: float) -> QImage:
    """As arithmetic and tutorial paint them."""
    image = blank()
    painter = QPainter(image)
    texts = ("8",) * COUNT
    paint_grid(
        painter, text_style_of(widget), NumberGrid(values, low, 1.0, None, texts), QRectF(image.rect())
    )
    painter.end()
    return image


def map_numbers(widget: QWidget, values: np.ndarray, low: float) -> QImage:
    """As feature maps have them where they are enlarged."""
    image, grounds = blank(), value_tiles(values[None], low, 1.0)[0]
    painter = QPainter(image)
    for column in range(COUNT):
        cell = QRectF(column * CELL, 0, CELL, CELL)
        painter.fillRect(cell, int(grounds[0, column]))
    paint_numbers(
        painter, text_style_of(widget).plain, np.full_like(values, 8), grounds, QRectF(image.rect())
    )
    painter.end()
    return image


def cell_picture(widget: QWidget, values: np.ndarray, low: float) -> QImage:
    """As a chosen filter shows its weights."""
    view = ValueGrid()
    view.setParent(widget)
    view.setFont(widget.font())
    view.resize(CELL * COUNT, CELL)
    view.set_values(value_tiles(values[None], low, 1.0)[0], np.full_like(values, 8))
    return view.grab().toImage()


@pytest.mark.parametrize("low", [0.0, -1.0])
@pytest.mark.parametrize("paint", [number_grid, map_numbers, cell_picture])
def test_numbers_contrast_with_their_cells(qtbot: QtBot, paint: Paint, low: float) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    font = widget.font()
    # So large that there are pixels which letters cover whole.
    font.setPointSizeF(24.0)
    widget.setFont(font)
    values = np.linspace(low, 1.0, COUNT, dtype=np.float32)[None]
    image = paint(widget, values, low).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    for column in range(COUNT):
        cell = pixels[4 : CELL - 4, column * CELL + 4 : (column + 1) * CELL - 4]
        lights = luminance(cell)
        assert float(contrast(lights, luminance(cell[:1, :1])).max()) >= 4.5, values[0, column]
