"""Many small pictures side by side, to point at and to choose from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop_app.inspection.tiles import Pixels, TileArea, TileLayout, layout_in
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.theme import STEP

_CAPTION_SHARE = 0.8


@dataclass(frozen=True)
class TileSizes:
    """How tiles are laid out, in logical pixels.

    Attributes:
        least, most: the longer side of a tile stays within them.
        gap: between tiles.
        columns: tiles in a row; 0 for as many as make them largest.
    """

    least: int = 2 * STEP
    most: int = 20 * STEP
    gap: int = STEP // 2
    columns: int = 0


_USUAL = TileSizes()


@dataclass(frozen=True, eq=False)
class Tiles:
    """Small pictures of one size.

    Attributes:
        pixels: uint32 (n, height, width), 0xAARRGGBB; a tile of zeros is one that is still to come.
        captions: over each tile, or none at all.
    """

    pixels: Pixels
    captions: tuple[str, ...] = ()


class TileGrid(ChoosingView):
    """Paints tiles as large as they fit, every pixel a sharp square."""

    preferred_size = QSize(60 * STEP, 24 * STEP)

    def __init__(self, sizes: TileSizes = _USUAL, parent: QWidget | None = None) -> None:
        """Start without tiles."""
        super().__init__(parent)
        self._sizes = sizes
        self._tiles: Tiles | None = None
        self._layout: TileLayout | None = None
        self._hint = ""
        self._can_choose = True
        self._room = QSize()

    def set_tiles(self, tiles: Tiles | None) -> None:
        """The tiles to paint, at least one, or none."""
        self._tiles = tiles if tiles is not None and len(tiles.pixels) else None
        if self._tiles is None or (self._choice or 0) >= len(self._tiles.pixels):
            self._choice = None
        self._place()

    def set_columns(self, columns: int) -> None:
        """How many tiles stand in a row from now on; 0 for as many as make them largest."""
        if columns != self._sizes.columns:
            self._sizes = replace(self._sizes, columns=columns)
            self._place()

    def set_hint(self, hint: str) -> None:
        """What is said while there are no tiles."""
        self._hint = hint
        self.update()

    def set_can_choose(self, can: bool) -> None:
        """Whether tiles are there to be chosen, or just to be looked at."""
        self._can_choose = can
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can else Qt.FocusPolicy.NoFocus)

    def set_room(self, room: QSize) -> None:
        """The size of the view, which the tiles fill, or exceed in height where they must."""
        if room != self._room:
            self._room = room
            self._place()

    @property
    def tiles(self) -> Tiles | None:
        """What is painted."""
        return self._tiles

    @property
    def hint(self) -> str:
        """What is said while there are no tiles."""
        return self._hint

    @property
    def choice(self) -> int | None:
        """The tile that is framed, if one is."""
        return self._choice

    @property
    def layout_of_tiles(self) -> TileLayout | None:
        """Where the tiles lie, in screen pixels from the top left corner; None without tiles."""
        return self._layout

    def area_of(self, tile: int) -> QRectF:
        """Where a tile's picture lies, in the widget's own units.

        Raises:
            IndexError: there is no such tile.
        """
        layout = self._layout
        if layout is None or not 0 <= tile < layout.count:
            raise IndexError(tile)
        left, top = layout.grid.corner(tile)
        ratio = self.devicePixelRatioF()
        return QRectF(left / ratio, top / ratio, layout.shown_width / ratio, layout.shown_height / ratio)

    def minimumSizeHint(self) -> QSize:
        """As high as the tiles are in a view of this width."""
        if self._layout is None:
            return QSize(8 * STEP, 4 * STEP)
        return QSize(8 * STEP, int(np.ceil(self._layout.grid.height / self.devicePixelRatioF())))

    def count_and_columns(self) -> tuple[int, int]:
        """The tiles in their rows; none where they are just to be looked at."""
        layout = self._layout
        return (0, 0) if layout is None or not self._can_choose else (layout.count, layout.columns)

    def number_of(self, found: tuple[int, int, int]) -> int | None:
        """The tile."""
        return found[0] if self._can_choose else None

    def style_changed(self) -> None:
        """Captions take the room of a new font."""
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A grid that stands alone fills its own size."""
        super().resizeEvent(event)
        if self._room.isEmpty():
            self._place()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The tiles with their captions and the frame of the chosen one; else the hint."""
        if self._tiles is None or self._layout is None:
            self.paint_hint(painter, self._hint)
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        seen = QRectF(exposed.x() * ratio, exposed.y() * ratio, 0, 0)
        seen.setSize(exposed.size().toSizeF() * ratio)
        self._paint_tiles(painter, self._tiles, self._layout, seen)

    def _paint_tiles(self, painter: QPainter, tiles: Tiles, layout: TileLayout, seen: QRectF) -> None:
        count, height, width = tiles.pixels.shape
        tall = np.ascontiguousarray(tiles.pixels).reshape(count * height, width)
        # A zoom of a half more: pixels are made larger than they are shown, so that all are alike.
        more = 1 if layout.zoom < 1 or layout.zoom.is_integer() else int(2 * layout.zoom)
        large = tall.repeat(more, axis=0).repeat(more, axis=1) if more > 1 else tall
        image = image_of(large)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, more > 1 or layout.zoom < 1)
        waiting = (tall.reshape(count, -1) == 0).all(axis=1).tolist()
        font = _caption_font(self.font(), self.devicePixelRatioF())
        painter.setFont(font)
        metrics, grid = QFontMetricsF(font), layout.grid
        for tile in range(count):
            left, top = grid.corner(tile)
            area = QRectF(left, top, layout.shown_width, layout.shown_height)
            if not area.adjusted(0, -layout.caption, 0, 0).intersects(seen):
                continue
            if waiting[tile]:
                painter.setPen(self.text_style.line)
                painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                painter.drawImage(area, image, QRectF(0, tile * height * more, width * more, height * more))
            if layout.caption:
                painter.setPen(self.text_style.quiet)
                text = tiles.captions[tile]
                if metrics.horizontalAdvance(text) > layout.shown_width + layout.gap:
                    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, layout.shown_width)
                painter.drawText(QPointF(left, top - metrics.descent()), text)
        self._paint_frame(painter, layout)

    def _paint_frame(self, painter: QPainter, layout: TileLayout) -> None:
        if self._choice is None:
            return
        left, top = layout.grid.corner(self._choice)
        width = max(2.0, 0.3 * STEP * self.devicePixelRatioF())
        pen = QPen(self.text_style.accent, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        area = QRectF(left, top, layout.shown_width, layout.shown_height)
        painter.drawRect(area.adjusted(-width / 2, -width / 2, width / 2, width / 2))
        if self.hasFocus():
            # The keyboard is here: a second line, since colour alone says nothing.
            painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1, Qt.PenStyle.DotLine))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))

    def locate(self, position: QPointF) -> tuple[int, int, int] | None:
        """Tile, and row and column in its picture, at a place of the widget; None beside the pictures."""
        if self._layout is None:
            return None
        ratio = self.devicePixelRatioF()
        return self._layout.locate(position.x() * ratio, position.y() * ratio)

    def _place(self) -> None:
        """Find the layout for the present tiles and room."""
        if self._tiles is None:
            self._layout = None
        else:
            ratio = self.devicePixelRatioF()
            size = self.size() if self._room.isEmpty() else self._room
            caption = QFontMetricsF(_caption_font(self.font(), ratio)).height() if self._tiles.captions else 0
            room = TileArea(
                round(size.width() * ratio),
                round(size.height() * ratio),
                round(self._sizes.least * ratio),
                round(self._sizes.most * ratio),
                round(self._sizes.gap * ratio),
                round(caption),
                self._sizes.columns,
            )
            count, height, width = self._tiles.pixels.shape
            self._layout = layout_in(room, count, width, height)
        self.updateGeometry()
        self.update()


class TileView(QScrollArea):
    """A grid of tiles that goes on below where they would come out too small."""

    def __init__(self, grid: TileGrid) -> None:
        """Show a grid."""
        super().__init__()
        self.grid = grid
        self.setWidget(grid)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        grid.chosen.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tiles fill the view."""
        self.grid.set_room(self.viewport().size())
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Some tiles."""
        return QSize(12 * STEP, 8 * STEP)

    def _show(self, tile: int) -> None:
        area: QRect = self.grid.area_of(tile).toAlignedRect()
        self.ensureVisible(area.center().x(), area.center().y(), area.width(), area.height())


def _caption_font(base: QFont, ratio: float) -> QFont:
    """Smaller than captions elsewhere; in screen pixels, since tiles are."""
    font = QFont(base)
    font.setPixelSize(round(QFontMetricsF(base).height() * _CAPTION_SHARE * ratio * 0.8))
    return font
