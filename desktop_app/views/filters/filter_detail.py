"""The enlarged view of a single filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.inspection.mosaic import integer_zoom
from desktop_app.inspection.tiles import Pixels
from desktop_app.views.filters.bar_rows import BarRows
from desktop_app.views.parts.numerals import with_decimals
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes

_MIN_HEIGHT_FOR_TEXT = 20 * STEP
_THREE_COLUMNS = TileSizes(least=STEP, most=40 * STEP, columns=3)


@dataclass(frozen=True, eq=False)
class FilterDescription:
    """A filter: title, text, and one of an image, tiles or bars.

    Attributes:
        title: name of the filter.
        text: one or two sentences or values.
        pixels: colours, uint32 (height, width), or None.
        values: float32 (height, width), written into the pixels if they fit, or None.
        tiles: several images with captions, or None.
        bars: float32 (n,), or None.
    """

    title: str
    text: str = ""
    pixels: Pixels | None = None
    values: NDArray[np.float32] | None = None
    tiles: Tiles | None = None
    bars: NDArray[np.float32] | None = None


class FilterDetail(QWidget):
    """The enlarged view of a filter."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.setAccessibleName(self.tr("Chosen filter"))
        self._title, self._label = QLabel(), QLabel()
        self._cells, self._tiles, self._bars = ValueGrid(), TileGrid(_THREE_COLUMNS), BarRows()
        self._tiles.set_can_choose(False)
        # The bars cannot be chosen here.
        self._bars.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bars.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        for view in (self._cells, self._tiles, self._bars):
            self._stack.addWidget(view)
        for label in (self._title, self._label):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._update_font()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._title)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._label)
        layout.addStretch()

    def set_detail(self, detail: FilterDescription | None) -> None:
        """Show a filter; None clears the view."""
        shown = detail or FilterDescription("")
        self._title.setText(shown.title)
        self._label.setText(shown.text)
        self._cells.set_values(shown.pixels, shown.values)
        self._tiles.set_tiles(shown.tiles)
        self._bars.set_rows({} if shown.bars is None else {self.tr("Weights"): shown.bars})
        contents = {self._cells: shown.pixels, self._tiles: shown.tiles, self._bars: shown.bars}
        view = next((view for view, content in contents.items() if content is not None), None)
        if view is not None:
            self._stack.setCurrentWidget(view)
        self._stack.setVisible(view is not None)
        self._update_text_visibility()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the text if there is little room."""
        super().resizeEvent(event)
        self._update_text_visibility()

    def text(self) -> str:
        """Return title and text."""
        return f"{self._title.text()}\n{self._label.text()}"

    def minimumSizeHint(self) -> QSize:
        """Return the size for a small kernel."""
        return QSize(12 * STEP, 10 * STEP)

    def changeEvent(self, event: QEvent) -> None:
        """Use the caption font for the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_font()

    def _update_text_visibility(self) -> None:
        has_picture = not self._stack.isHidden()
        self._label.setVisible(not has_picture or self.height() >= _MIN_HEIGHT_FOR_TEXT)

    def _update_font(self) -> None:
        self._label.setFont(caption_font(self.font()))


class ValueGrid(PaintedView):
    """Large square pixels with their values, if these fit."""

    minimum_size = QSize(6 * STEP, 6 * STEP)

    def __init__(self) -> None:
        """Start without pixels."""
        super().__init__()
        self._pixels: Pixels | None = None
        self._values: NDArray[np.float32] | None = None

    def set_values(self, pixels: Pixels | None, values: NDArray[np.float32] | None) -> None:
        """Show colours, uint32 (height, width), with values, float32 (height, width), or None."""
        self._pixels, self._values = pixels, values
        self.update()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the pixels from the top left corner, and the values."""
        if self._pixels is None:
            return
        height, width = self._pixels.shape
        ratio = self.devicePixelRatioF()
        zoom = integer_zoom(min(self.width() * ratio / width, self.height() * ratio / height)) / ratio
        pixels = np.ascontiguousarray(self._pixels)
        image = image_of(pixels)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom * ratio < 1)
        painter.drawImage(QRectF(0, 0, width * zoom, height * zoom), image)
        if self._values is not None:
            self._paint_values(painter, self._values, pixels, zoom)

    def _paint_values(
        self, painter: QPainter, values: NDArray[np.float32], pixels: Pixels, zoom: float
    ) -> None:
        """Write each value into its pixel if all of them fit."""
        texts = [[with_decimals(value, 2) for value in row] for row in values.tolist()]
        font = self._fitting_font([text for row in texts for text in row], zoom)
        if font is None:
            return
        painter.setFont(font)
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                painter.setPen(text_colour_on(int(pixels[row, column])))
                cell = QRectF(column * zoom, row * zoom, zoom, zoom)
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    def _fitting_font(self, texts: list[str], zoom: float) -> QFont | None:
        """Return the caption font, or a smaller one, in which the widest text fits; None if none does."""
        font = caption_font(self.font())
        for share in (1.0, 0.85, 0.7):
            smaller = QFont(font)
            smaller.setPointSizeF(font.pointSizeF() * share)
            if max(map(QFontMetricsF(smaller).horizontalAdvance, texts)) <= zoom - 4:
                return smaller
        return None
