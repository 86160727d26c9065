"""The row of layers: one tile for each layer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.reading import Verdict, probability_text
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.layers.answer_tile import AnswerTile, share_of
from desktop_app.views.layers.layer_blocks import blocks_of
from desktop_app.views.layers.layer_positions import LayerPositions, is_slim, positions_in
from desktop_app.views.layers.layer_shapes import LayerShapes
from desktop_app.views.layers.layer_thumbnails import LayerThumbnails
from desktop_app.views.layers.layer_tiles import LayerTiles, introduction_lines
from desktop_app.views.layers.scrolled_row import ScrolledRow
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PaintedView, is_keyboard_focus
from desktop_app.views.parts.text_style import LEFT
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_THUMB = 4
_NOTCH = 120
_INTRODUCTION = 16 * STEP


class LayerRow(PaintedView):
    """Paints a tile for each layer, with a thumbnail of its activation or its shape."""

    is_focusable = True
    preferred_size = QSize(100 * STEP, 14 * STEP)
    minimum_size = QSize(20 * STEP, 8 * STEP)

    layer_chosen = Signal(str)
    """Name of the layer that the user has selected."""

    def __init__(self, *, shapes: bool = False) -> None:
        """Start without a network; shapes: show shapes instead of activations."""
        super().__init__()
        self.setObjectName("layer_row")
        self.setAccessibleName(self.tr("Layers of the network"))
        self._text = MapText(self)
        self._shapes = shapes
        self._hint = self.tr("The layers of the network appear here.")
        self._info: NetworkInfo | None = None
        self.observation: Observation | None = None
        self.thumbnails: LayerThumbnails | None = None
        self._tiles: LayerTiles | None = None
        self._backdrop: QPixmap | None = None
        self._selected = 0
        self._left = 0
        self._pressed: QPointF | None = None
        self._dragged = False
        self._uses_keys = False

    # --- what is shown ---

    def set_network(self, info: NetworkInfo | None) -> None:
        """Set the network, or none, and select its first layer."""
        self._info = info
        self.observation = None
        self._selected = self._left = 0
        self._discard_layout()
        self._update_description()

    def set_hint(self, hint: str) -> None:
        """Set the text that is shown without a network."""
        self._hint = hint
        self.update()

    def set_observation(self, observation: Observation | None) -> None:
        """Set the observation, or none."""
        self.observation = observation
        self.thumbnails = None
        self.update()

    def set_layer(self, name: str) -> None:
        """Select a layer if it exists."""
        if self._info is not None and name in self._info:
            self._select([layer.name for layer in self._info.layers].index(name))

    def chosen_layer(self) -> str:
        """Return the name of the selected layer; empty without a network."""
        return "" if self._info is None else self._info.layers[self._selected].name

    def describe(self, number: int) -> str:
        """Return the description of a layer."""
        if self._info is None:
            return ""
        layer = self._info.layers[number]
        preparation = self._text.preparation(self._info, layer)
        parts = (layer.name, self._text.layer(layer), self._text.inputs(layer), preparation)
        return " · ".join(part for part in parts if part)

    def positions(self) -> LayerPositions | None:
        """Return the positions of the tiles in the row; None without a network."""
        row = self.scrolled_row()
        return None if row is None else row.positions

    def scrolled_row(self) -> ScrolledRow | None:
        """Return the positions of the tiles in this widget; None without a network."""
        tiles = self._layout()
        return None if tiles is None else tiles.row

    # --- layout ---

    def _layout(self) -> LayerTiles | None:
        if self._tiles is None and self._info is not None:
            self._tiles = self._laid_out(self._info)
        return self._tiles

    def _laid_out(self, info: NetworkInfo) -> LayerTiles:
        style = self.text_style
        answer = 0.0 if self._shapes or not info.labels else share_of(info.labels)
        wanted = max(map(style.small.width, introduction_lines(info, self._text)))
        widest_introduction = self.width() / 4
        introduction = max(_INTRODUCTION, min(wanted, widest_introduction))
        with_title = min(style.strong.width(info.title) + STEP, widest_introduction)
        size = QSizeF(self.width(), self.height() - _THUMB - 2)
        texts = [text for layer in info.layers for text in (layer.name, self._text.shape(layer.shape))]
        widths = max(map(style.small.width, texts)), style.small.width(info.layers[-1].name)

        def row(introduction: float) -> ScrolledRow:
            positions = positions_in(info, size, style.small.height, widths, answer, introduction)
            return ScrolledRow(positions, self.width(), size.height(), self._left)

        placed = row(max(introduction, with_title))
        if placed.most > 0:
            placed = row(introduction)
        if placed.most > 0 and not placed.has_fixed_ends:
            # The ends of the row are more important than the text before them.
            placed = row(0.0)
        return LayerTiles(info, blocks_of(info), placed, style, self._text, answer > 0)

    def _discard_layout(self) -> None:
        self._tiles = self._backdrop = self.thumbnails = None
        self._scroll_to(self._left)
        self.update()

    def _scroll_to(self, left: float) -> None:
        tiles = self._layout()
        left = 0 if tiles is None else round(min(max(left, 0.0), tiles.row.most))
        if left != self._left:
            self._left = left
            if tiles is not None:
                self._tiles = replace(tiles, row=replace(tiles.row, left=left))
            self._backdrop = self.thumbnails = None
            self.update()

    def _tile_at(self, at: QPointF) -> int | None:
        row = self.scrolled_row()
        return None if row is None else row.tile_at(at.x())

    # --- selection ---

    def _select(self, number: int) -> bool:
        """Select a tile and scroll to it; return whether the selection has changed."""
        row = self.scrolled_row()
        if row is None:
            return False
        is_new = number != self._selected
        self._selected = number
        self._scroll_to(row.scrolled_to(number))
        self._backdrop = None
        self._update_description()
        self.update()
        return is_new

    def _select_by_user(self, number: int) -> None:
        if self._select(number):
            self.layer_chosen.emit(self.chosen_layer())

    def _update_description(self) -> None:
        self.setAccessibleDescription(self.describe(self._selected))

    # --- events ---

    def style_changed(self) -> None:
        """Discard the layout."""
        self._discard_layout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Discard the layout."""
        super().resizeEvent(event)
        self._discard_layout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring if the focus came by keyboard."""
        super().focusInEvent(event)
        self._uses_keys = is_keyboard_focus(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self._uses_keys = False

    def event(self, event: QEvent) -> bool:
        """Show the description of the layer under the mouse as tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._tile_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if number is None else self.describe(number), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll with both directions of the wheel."""
        pixels, turned = event.pixelDelta(), event.angleDelta() * (10 * STEP) / _NOTCH
        delta = turned if pixels.isNull() else pixels
        self._scroll_to(self._left - delta.x() - delta.y())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
            self._uses_keys = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll the row."""
        if self._pressed is None:
            return
        delta = event.position().x() - self._pressed.x()
        if self._dragged or abs(delta) >= QApplication.startDragDistance():
            self._dragged = True
            self._scroll_to(self._left - delta)
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the clicked layer."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        number = self._tile_at(event.position())
        if not self._dragged and number is not None:
            self._select_by_user(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select another layer with the arrow keys."""
        count = 0 if self._info is None else len(self._info.layers)
        number = index_for_key(event, self._selected, count)
        if number is None or self._info is None:
            super().keyPressEvent(event)
        else:
            self._uses_keys = True
            self._select_by_user(number)
            self.update()

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the cached backdrop, then the observation."""
        tiles = self._layout()
        if tiles is None or self._info is None:
            self.paint_hint(painter, self._hint)
            return
        if abs(painter.deviceTransform().m11() - self.devicePixelRatioF()) < 0.01:
            painter.drawPixmap(0, 0, self._painted_backdrop(tiles))
        else:
            # For print, text is rendered at print resolution.
            self._paint_backdrop(painter, tiles)
        self._paint_observation(painter, tiles)
        tiles.paint_fades(painter)
        if self._uses_keys:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tiles.text_style.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(tiles.area_of(self._selected), STEP / 2, STEP / 2)

    def _painted_backdrop(self, tiles: LayerTiles) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._backdrop is None or self._backdrop.devicePixelRatio() != ratio:
            self._backdrop = QPixmap(self.size() * ratio)
            self._backdrop.setDevicePixelRatio(ratio)
            painter = QPainter(self._backdrop)
            self._paint_backdrop(painter, tiles)
            painter.end()
        return self._backdrop

    def _paint_backdrop(self, painter: QPainter, tiles: LayerTiles) -> None:
        painter.save()
        painter.fillRect(self.rect(), self.palette().window())
        painter.setFont(self.font())
        tiles.paint(painter, self._selected)
        painter.restore()
        row = tiles.row
        if row.most > 0:
            start, width = row.start, row.end - row.start
            length = max(3 * STEP, width * width / (width + row.most))
            thumb = QRectF(
                start + (width - length) * self._left / row.most, self.height() - _THUMB, length, _THUMB
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tiles.text_style.outline)
            painter.drawRoundedRect(thumb, _THUMB / 2, _THUMB / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_observation(self, painter: QPainter, tiles: LayerTiles) -> None:
        assert self._info is not None
        activations = {} if self.observation is None else self.observation.activations
        # Labels have a tile of their own; an output image is shown like other feature maps.
        last = len(self._info.layers) - 1 if self._info.labels or self._shapes else -1
        visible = tiles.row.visible()
        shown = [number for number in visible if number != last and not is_slim(self._info.layers[number])]
        if self.thumbnails is None and activations:
            names = [self._info.layers[number].name for number in shown]
            model_input = self._info.layers[0]
            coloured = model_input.name if model_input.shape[2:] == (3,) else ""
            side = tiles.row.positions.side
            self.thumbnails = LayerThumbnails(activations, names, side, coloured)
        for number in shown:
            painter.save()
            tiles.clip_to(painter, number)
            self._paint_thumbnail(painter, tiles, number)
            painter.restore()
        if last in visible and self._shapes:
            LayerShapes(self._info, tiles.text_style).paint(painter, last, tiles.row.thumbnail(last))
        elif last in visible:
            tile = AnswerTile(tiles.row.tile(last), tiles.text_style, self.font())
            tile.paint(painter, self.answer(), activations.get(self._info.output))
            tiles.paint_confidence(painter, self.confidence())

    def _paint_thumbnail(self, painter: QPainter, tiles: LayerTiles, number: int) -> None:
        """Paint the thumbnail of a layer; its shape, or a frame with a text, if it has none."""
        name, square = tiles.info.layers[number].name, tiles.row.thumbnail(number)
        if self.thumbnails is not None and name in self.thumbnails:
            self.thumbnails.paint(painter, name, square, self.devicePixelRatioF())
            return
        if self._shapes:
            LayerShapes(tiles.info, tiles.text_style).paint(painter, number, square)
            return
        painter.setPen(QPen(tiles.text_style.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
        if self.thumbnails is not None:
            text = self.tr("no image")
            left = square.center().x() - tiles.text_style.small.width(text) / 2
            tiles.text_style.small.write(
                painter, QPointF(left, square.center().y()), text, tiles.text_style.quiet, LEFT
            )

    def confidence(self) -> str:
        """Return the confidence of the answer as a short text; empty without an answer."""
        reading = None if self.observation is None else self.observation.reading
        return probability_text(reading.confidence) if reading is not None and reading.label else ""

    def answer(self) -> str:
        """Return the answer as a short text."""
        reading = None if self.observation is None else self.observation.reading
        if reading is None or reading.verdict is Verdict.NO_INK:
            return ""
        if reading.verdict is Verdict.UNSURE:
            return f"{reading.label}?"
        return reading.label or "\N{EN DASH}"
