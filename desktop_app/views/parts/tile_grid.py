"""A grid of small images."""

from __future__ import annotations

from dataclasses import dataclass

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

from desktop_app.inspection.tiles import Pixels, TileArea, TileLayout, fit_tiles
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.theme import STEP

_CAPTION_SHARE = 0.8
_SEPARATOR = " · "


@dataclass(frozen=True)
class TileSizes:
    """Sizes of tiles in device-independent pixels.

    Attributes:
        least, most: range of the longer side of a tile.
        gap: between tiles.
        columns: tiles in a row; 0: as many as make the tiles largest.
    """

    least: int = 2 * STEP
    most: int = 20 * STEP
    gap: int = STEP // 2
    columns: int = 0


DEFAULT_SIZES = TileSizes()


@dataclass(frozen=True, eq=False)
class Tiles:
    """Small images of one size.

    Attributes:
        pixels: uint32 (n, height, width), 0xAARRGGBB; zeros: a tile without an image yet.
        captions: above each tile, all with the same number of lines; empty: no captions. A line
            "name · value" that is too long loses the end of the name.
    """

    pixels: Pixels
    captions: tuple[str, ...] = ()


class TileGrid(ChoosingView):
    """Paints tiles as large as they fit; every pixel is a sharp square."""

    preferred_size = QSize(60 * STEP, 24 * STEP)

    def __init__(self, sizes: TileSizes = DEFAULT_SIZES) -> None:
        """Start without tiles."""
        super().__init__()
        self._sizes = sizes
        self._tiles: Tiles | None = None
        self._layout: TileLayout | None = None
        self._hint = ""
        self._can_choose = True
        self._viewport_size = QSize()

    def set_tiles(self, tiles: Tiles | None) -> None:
        """Set the tiles, or none."""
        self._tiles = tiles if tiles is not None and len(tiles.pixels) else None
        if self._tiles is None or (self._choice or 0) >= len(self._tiles.pixels):
            self._choice = None
        self._update_layout()

    def set_sizes(self, sizes: TileSizes) -> None:
        """Set the sizes of the tiles and their number in a row."""
        if sizes != self._sizes:
            self._sizes = sizes
            self._update_layout()

    def set_hint(self, hint: str) -> None:
        """Set the text that is shown without tiles."""
        self._hint = hint
        self.update()

    def set_can_choose(self, can: bool) -> None:
        """Set whether tiles can be selected."""
        self._can_choose = can
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if can else Qt.FocusPolicy.NoFocus)

    def set_viewport_size(self, size: QSize) -> None:
        """Set the size to fill with tiles; they exceed its height if they would be too small."""
        if size != self._viewport_size:
            self._viewport_size = size
            self._update_layout()

    @property
    def tiles(self) -> Tiles | None:
        """The tiles."""
        return self._tiles

    @property
    def hint(self) -> str:
        """The text that is shown without tiles."""
        return self._hint

    @property
    def choice(self) -> int | None:
        """Index of the selected tile."""
        return self._choice

    @property
    def layout_of_tiles(self) -> TileLayout | None:
        """The layout in screen pixels; None without tiles."""
        return self._layout

    def area_of(self, tile: int) -> QRectF:
        """Return the area of a tile in device-independent pixels.

        Raises:
            IndexError: the tile does not exist.
        """
        layout = self._layout
        if layout is None or not 0 <= tile < layout.count:
            raise IndexError(tile)
        left, top = layout.grid.corner(tile)
        ratio = self.devicePixelRatioF()
        return QRectF(left / ratio, top / ratio, layout.shown_width / ratio, layout.shown_height / ratio)

    def minimumSizeHint(self) -> QSize:
        """Return the height of the tiles for the current width."""
        if self._layout is None:
            return QSize(8 * STEP, 4 * STEP)
        return QSize(8 * STEP, int(np.ceil(self._layout.grid.height / self.devicePixelRatioF())))

    def count_and_columns(self) -> tuple[int, int]:
        """Return the tiles and columns; none if tiles cannot be selected."""
        layout = self._layout
        return (0, 0) if layout is None or not self._can_choose else (layout.count, layout.columns)

    def number_of(self, found: tuple[int, int, int]) -> int | None:
        """Return the tile."""
        return found[0] if self._can_choose else None

    def style_changed(self) -> None:
        """Update the layout for a new font."""
        self._update_layout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the layout of a grid without a TileView."""
        super().resizeEvent(event)
        if self._viewport_size.isEmpty():
            self._update_layout()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint tiles, captions and selection, or the hint."""
        if self._tiles is None or self._layout is None:
            self.paint_hint(painter, self._hint)
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        visible = QRectF(exposed.x() * ratio, exposed.y() * ratio, 0, 0)
        visible.setSize(exposed.size().toSizeF() * ratio)
        self._paint_tiles(painter, self._tiles, self._layout, visible)

    def _paint_tiles(self, painter: QPainter, tiles: Tiles, layout: TileLayout, visible: QRectF) -> None:
        count = len(tiles.pixels)
        # For a zoom of n + 1/2 pixels are enlarged by 2n + 1 and then reduced, so that all look alike.
        more = 1 if layout.zoom < 1 or layout.zoom.is_integer() else int(2 * layout.zoom)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, more > 1 or layout.zoom < 1)
        waiting = (tiles.pixels.reshape(count, -1) == 0).all(axis=1).tolist()
        font = _caption_font(self.font(), self.devicePixelRatioF())
        painter.setFont(font)
        metrics, grid = QFontMetricsF(font), layout.grid
        for tile in range(count):
            left, top = grid.corner(tile)
            area = QRectF(left, top, layout.shown_width, layout.shown_height)
            if not area.adjusted(0, -layout.caption, 0, 0).intersects(visible):
                continue
            if waiting[tile]:
                painter.setPen(self.text_style.line)
                painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                pixels = np.ascontiguousarray(tiles.pixels[tile].repeat(more, axis=0).repeat(more, axis=1))
                painter.drawImage(area, image_of(pixels))
            if layout.caption:
                painter.setPen(self.text_style.quiet)
                # Half of the gap may be used; the next caption begins at its end.
                width = layout.shown_width + layout.gap / 2
                baseline = top - metrics.descent()
                for line in reversed(tiles.captions[tile].split("\n")):
                    painter.drawText(QPointF(left, baseline), elided_caption(line, metrics, width))
                    baseline -= metrics.height()
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
            # A dotted line, so that colour is not the only sign of the focus.
            painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1, Qt.PenStyle.DotLine))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))

    def locate(self, position: QPointF) -> tuple[int, int, int] | None:
        """Return tile, row and column in its image at a position; None outside the tiles."""
        if self._layout is None:
            return None
        ratio = self.devicePixelRatioF()
        return self._layout.locate(position.x() * ratio, position.y() * ratio)

    def _update_layout(self) -> None:
        """Compute the layout of the tiles."""
        if self._tiles is None:
            self._layout = None
        else:
            ratio = self.devicePixelRatioF()
            size = self.size() if self._viewport_size.isEmpty() else self._viewport_size
            lines = 1 + self._tiles.captions[0].count("\n") if self._tiles.captions else 0
            caption = lines * QFontMetricsF(_caption_font(self.font(), ratio)).height()
            area = TileArea(
                round(size.width() * ratio),
                round(size.height() * ratio),
                round(self._sizes.least * ratio),
                round(self._sizes.most * ratio),
                round(self._sizes.gap * ratio),
                round(caption),
                self._sizes.columns,
            )
            count, height, width = self._tiles.pixels.shape
            self._layout = fit_tiles(area, count, width, height)
        self.updateGeometry()
        self.update()


class TileView(ColumnView):
    """A scroll area for a grid whose tiles do not fit."""

    def __init__(self, grid: TileGrid) -> None:
        """Show a grid, which becomes a child."""
        super().__init__(grid)
        self.grid = grid
        grid.chosen.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the view with tiles."""
        self.grid.set_viewport_size(self.viewport().size())
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Return a size for a few tiles."""
        return QSize(12 * STEP, 8 * STEP)

    def _show(self, tile: int) -> None:
        area: QRect = self.grid.area_of(tile).toAlignedRect()
        self.ensureVisible(area.center().x(), area.center().y(), area.width(), area.height())


def elided_caption(line: str, metrics: QFontMetricsF, width: float) -> str:
    """Return a line of a caption in at most this width; of "name · value" the value stays whole."""
    if metrics.horizontalAdvance(line) <= width:
        return line
    name, separator, value = line.rpartition(_SEPARATOR)
    rest = separator + value if separator else ""
    room = width - metrics.horizontalAdvance(rest)
    return metrics.elidedText(name if separator else line, Qt.TextElideMode.ElideRight, room) + rest


def _caption_font(base: QFont, ratio: float) -> QFont:
    """Return a font smaller than that of captions, in screen pixels as the tiles."""
    font = QFont(base)
    font.setPixelSize(round(QFontMetricsF(base).height() * _CAPTION_SHARE * ratio * 0.8))
    return font
