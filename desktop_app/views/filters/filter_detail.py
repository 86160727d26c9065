"""One filter, large: its picture with the numbers in it, and what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.inspection.mosaic import whole_zoom
from desktop_app.inspection.tiles import Pixels
from desktop_app.views.filters.bar_rows import BarRows
from desktop_app.views.parts.numerals import with_decimals
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes

_LEAST_FOR_WORDS = 20 * STEP
_THREE = TileSizes(least=STEP, most=40 * STEP, columns=3)


@dataclass(frozen=True, eq=False)
class Detail:
    """What is shown of one filter: a picture, several of them, or bars, and words.

    Attributes:
        title: its name.
        words: a sentence or two about it.
        picture: uint32 (height, width), or None.
        values: float32 (height, width), to be written into the picture where there is room, or None.
        tiles: several pictures with their captions, or None.
        bars: float32 (n,), or None.
    """

    title: str
    words: str = ""
    picture: Pixels | None = None
    values: NDArray[np.float32] | None = None
    tiles: Tiles | None = None
    bars: NDArray[np.float32] | None = None


class FilterDetail(QWidget):
    """Shows a filter large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("The chosen filter"))
        self._title, self._words = QLabel(), QLabel()
        self._cells, self._tiles, self._bars = CellPicture(), TileGrid(_THREE), BarRows()
        self._tiles.set_can_choose(False)
        # There is nothing to choose in here.
        self._bars.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bars.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        for view in (self._cells, self._tiles, self._bars):
            self._stack.addWidget(view)
        for label in (self._title, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._take_font()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._title)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._words)
        layout.addStretch()

    def set_detail(self, detail: Detail | None) -> None:
        """Show a filter, or nothing."""
        shown = detail or Detail("")
        self._title.setText(shown.title)
        self._words.setText(shown.words)
        self._cells.set_picture(shown.picture, shown.values)
        self._tiles.set_tiles(shown.tiles)
        self._bars.set_rows({} if shown.bars is None else {self.tr("Weights"): shown.bars})
        contents = {self._cells: shown.picture, self._tiles: shown.tiles, self._bars: shown.bars}
        view = next((view for view, content in contents.items() if content is not None), None)
        if view is not None:
            self._stack.setCurrentWidget(view)
        self._stack.setVisible(view is not None)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room it is the picture's."""
        super().resizeEvent(event)
        self._make_room()

    def text(self) -> str:
        """All its words."""
        return f"{self._title.text()}\n{self._words.text()}"

    def minimumSizeHint(self) -> QSize:
        """Enough for a small kernel."""
        return QSize(12 * STEP, 10 * STEP)

    def changeEvent(self, event: QEvent) -> None:
        """Words are as small as captions."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._take_font()

    def _make_room(self) -> None:
        has_picture = not self._stack.isHidden()
        self._words.setVisible(not has_picture or self.height() >= _LEAST_FOR_WORDS)

    def _take_font(self) -> None:
        self._words.setFont(caption_font(self.font()))


class CellPicture(PaintedView):
    """A picture with large square pixels, and in each of them its value where there is room for it."""

    minimum_size = QSize(6 * STEP, 6 * STEP)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a picture."""
        super().__init__(parent)
        self._pixels: Pixels | None = None
        self._values: NDArray[np.float32] | None = None

    def set_picture(self, pixels: Pixels | None, values: NDArray[np.float32] | None) -> None:
        """Colours, uint32 (height, width), and values, float32 (height, width) or none."""
        self._pixels, self._values = pixels, values
        self.update()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The picture from the top left corner, and the values."""
        if self._pixels is None:
            return
        height, width = self._pixels.shape
        ratio = self.devicePixelRatioF()
        zoom = whole_zoom(min(self.width() * ratio / width, self.height() * ratio / height)) / ratio
        pixels = np.ascontiguousarray(self._pixels)
        image = image_of(pixels)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom * ratio < 1)
        painter.drawImage(QRectF(0, 0, width * zoom, height * zoom), image)
        if self._values is not None:
            self._write_values(painter, self._values, pixels, zoom)

    def _write_values(
        self, painter: QPainter, values: NDArray[np.float32], pixels: Pixels, zoom: float
    ) -> None:
        """Each value in the middle of its cell, if all of them fit."""
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
        """The caption's font, or one a little smaller, in which the widest text fits a cell."""
        font = caption_font(self.font())
        for share in (1.0, 0.85, 0.7):
            smaller = QFont(font)
            smaller.setPointSizeF(font.pointSizeF() * share)
            if max(map(QFontMetricsF(smaller).horizontalAdvance, texts)) <= zoom - 4:
                return smaller
        return None
