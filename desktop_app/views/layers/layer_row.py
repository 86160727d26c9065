"""The row of layers: one tile a layer, alive, to scroll and to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
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
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.reading import Verdict
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.layers.answer_tile import SHARE, AnswerTile
from desktop_app.views.layers.layer_positions import LayerPositions, is_slim, positions_in
from desktop_app.views.layers.layer_shapes import LayerShapes
from desktop_app.views.layers.layer_thumbnails import LayerThumbnails
from desktop_app.views.layers.layer_tiles import LayerTiles
from desktop_app.views.parts.arrow_keys import index_for_key
from desktop_app.views.parts.painted import PaintedView, is_keyboard_focus
from desktop_app.views.parts.text_style import LEFT
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_THUMB = 4
_NOTCH = 120
_MARGIN = 3 * STEP


class LayerRow(PaintedView):
    """Paints tiles, and what an observation shows in those that are seen, or the layers' shapes."""

    is_focusable = True
    preferred_size = QSize(100 * STEP, 14 * STEP)
    minimum_size = QSize(20 * STEP, 8 * STEP)

    layer_chosen = Signal(str)
    """The name of the layer that the user wants to see."""

    def __init__(self, parent: QWidget | None = None, *, shapes: bool = False) -> None:
        """Start without a network; with shapes, tiles show these, and wait for no observation."""
        super().__init__(parent)
        self.setObjectName("layer_row")
        self.setAccessibleName(self.tr("Layers of the network"))
        self._words = MapText(self)
        self._shapes = shapes
        self._hint = self.tr("The layers of the network appear here once it is open.")
        self._info: NetworkInfo | None = None
        self.observation: Observation | None = None
        self.thumbnails: LayerThumbnails | None = None
        self._tiles: LayerTiles | None = None
        self._backdrop: QPixmap | None = None
        self._chosen = 0
        self._left = 0
        self._pressed: QPointF | None = None
        self._dragged = False
        self._uses_keys = False

    # --- what is shown ---

    def set_network(self, info: NetworkInfo | None) -> None:
        """Another network, or none: its first layer is chosen, and nothing is shown yet."""
        self._info = info
        self.observation = None
        self._chosen = self._left = 0
        self._lay_out_anew()
        self._say()

    def set_hint(self, hint: str) -> None:
        """What is said while there is no network."""
        self._hint = hint
        self.update()

    def set_observation(self, observation: Observation | None) -> None:
        """What a reading showed."""
        self.observation = observation
        self.thumbnails = None
        self.update()

    def set_layer(self, name: str) -> None:
        """Choose a layer; nothing happens where there is none of this name."""
        if self._info is not None and name in self._info:
            self._choose([layer.name for layer in self._info.layers].index(name))

    def chosen_layer(self) -> str:
        """Name of the layer that is chosen; empty without a network."""
        return "" if self._info is None else self._info.layers[self._chosen].name

    def describe(self, number: int) -> str:
        """A layer in words."""
        if self._info is None:
            return ""
        layer = self._info.layers[number]
        parts = (layer.name, self._words.layer(layer), self._words.inputs(layer))
        return " · ".join(part for part in parts if part)

    def places(self) -> LayerPositions | None:
        """Where the tiles stand, from the left end of the row; None without a network."""
        tiles = self._laid_out()
        return None if tiles is None else tiles.places

    def scrolled(self) -> int:
        """How much of the row lies left of the view, in device-independent pixels."""
        return self._left

    # --- places ---

    def _laid_out(self) -> LayerTiles | None:
        if self._tiles is None and self._info is not None:
            style = self.text_style
            answer = 0.0 if self._shapes or not self._info.labels else SHARE
            places = positions_in(
                self._info, self.width(), self.height() - _THUMB - 2, style.small.height, answer
            )
            self._tiles = LayerTiles(self._info, places, style, self._words)
        return self._tiles

    def _lay_out_anew(self) -> None:
        self._tiles = self._backdrop = self.thumbnails = None
        self._scroll_to(self._left)
        self.update()

    def _scroll_to(self, left: float) -> None:
        places = self.places()
        most = 0.0 if places is None else max(0.0, places.length - self.width() + 2)
        left = round(min(max(left, 0.0), most))
        if left != self._left:
            self._left = left
            self._backdrop = self.thumbnails = None
            self.update()

    def _seen(self, places: LayerPositions) -> range:
        return places.seen(self._left, self._left + self.width())

    def _tile_at(self, at: QPointF) -> int | None:
        places = self.places()
        return None if places is None else places.tile_at(at.x() + self._left)

    # --- choosing ---

    def _choose(self, number: int) -> bool:
        """Choose a tile and bring it to sight; whether another one was chosen before."""
        places = self.places()
        if places is None:
            return False
        is_new = number != self._chosen
        self._chosen = number
        tile = places.tile(number)
        # Its neighbours are seen as well, and the introduction with the first one.
        start = tile.left() - places.widths[0] if number else 0.0
        if start < self._left:
            self._scroll_to(start)
        elif tile.right() + _MARGIN > self._left + self.width():
            self._scroll_to(tile.right() + places.widths[0] - self.width())
        self._backdrop = None
        self._say()
        self.update()
        return is_new

    def _choose_by_hand(self, number: int) -> None:
        if self._choose(number):
            self.layer_chosen.emit(self.chosen_layer())

    def _say(self) -> None:
        self.setAccessibleDescription(self.describe(self._chosen))

    # --- events ---

    def style_changed(self) -> None:
        """Tiles take the new type and colours."""
        self._lay_out_anew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Thumbnails take the new height."""
        super().resizeEvent(event)
        self._lay_out_anew()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is seen, if it was the keyboard that brought the focus."""
        super().focusInEvent(event)
        self._uses_keys = is_keyboard_focus(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        super().focusOutEvent(event)
        self._uses_keys = False

    def event(self, event: QEvent) -> bool:
        """Says everything about the layer under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._tile_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if number is None else self.describe(number), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls, whichever way the wheel turns."""
        pixels, turned = event.pixelDelta(), event.angleDelta() * (10 * STEP) / _NOTCH
        way = turned if pixels.isNull() else pixels
        self._scroll_to(self._left - way.x() - way.y())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
            self._uses_keys = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags the row."""
        if self._pressed is None:
            return
        way = event.position().x() - self._pressed.x()
        if self._dragged or abs(way) >= QApplication.startDragDistance():
            self._dragged = True
            self._scroll_to(self._left - way)
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Chooses the layer that was clicked."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        number = self._tile_at(event.position())
        if not self._dragged and number is not None:
            self._choose_by_hand(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The next layer, the one before, the first, the last."""
        count = 0 if self._info is None else len(self._info.layers)
        number = index_for_key(event, self._chosen, count)
        if number is None or self._info is None:
            super().keyPressEvent(event)
        else:
            self._uses_keys = True
            self._choose_by_hand(number)
            self.update()

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """What never changes from a pixmap, then what the observation shows."""
        tiles = self._laid_out()
        if tiles is None or self._info is None:
            self.paint_hint(painter, self._hint)
            return
        seen = self._seen(tiles.places)
        if abs(painter.deviceTransform().m11() - self.devicePixelRatioF()) < 0.01:
            painter.drawPixmap(0, 0, self._painted_backdrop(tiles, seen))
        else:
            # For print: letters are set in the size of the paper, not enlarged.
            self._paint_backdrop(painter, tiles, seen)
        painter.translate(-self._left, 0)
        self._paint_observation(painter, tiles, seen)
        if self._uses_keys:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tiles.text_style.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(tiles.area_of(self._chosen), STEP / 2, STEP / 2)

    def _painted_backdrop(self, tiles: LayerTiles, seen: range) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._backdrop is None or self._backdrop.devicePixelRatio() != ratio:
            self._backdrop = QPixmap(self.size() * ratio)
            self._backdrop.setDevicePixelRatio(ratio)
            painter = QPainter(self._backdrop)
            self._paint_backdrop(painter, tiles, seen)
            painter.end()
        return self._backdrop

    def _paint_backdrop(self, painter: QPainter, tiles: LayerTiles, seen: range) -> None:
        painter.save()
        painter.fillRect(self.rect(), self.palette().window())
        painter.translate(-self._left, 0)
        painter.setFont(self.font())
        tiles.paint(painter, seen, self._chosen)
        painter.restore()
        spare = tiles.places.length - self.width()
        if spare > 0:
            length = max(3 * STEP, self.width() * self.width() / tiles.places.length)
            start = (self.width() - length) * min(1.0, self._left / spare)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tiles.text_style.line)
            thumb = QRectF(start, self.height() - _THUMB, length, _THUMB)
            painter.drawRoundedRect(thumb, _THUMB / 2, _THUMB / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_observation(self, painter: QPainter, tiles: LayerTiles, seen: range) -> None:
        assert self._info is not None
        activations = {} if self.observation is None else self.observation.activations
        # An answer in labels is told in a tile of its own; an image is shown as all maps are.
        last = len(self._info.layers) - 1 if self._info.labels or self._shapes else -1
        shown = [number for number in seen if number != last and not is_slim(self._info.layers[number])]
        if self.thumbnails is None and activations:
            names = [self._info.layers[number].name for number in shown]
            self.thumbnails = LayerThumbnails(activations, names, tiles.places.side)
        for number in shown:
            layer = self._info.layers[number]
            square = tiles.places.thumbnail(number)
            if self.thumbnails is not None and layer.name in self.thumbnails:
                self.thumbnails.paint(painter, layer.name, square, self.devicePixelRatioF())
            else:
                self._paint_empty(painter, tiles, number, square)
        if last in seen and self._shapes:
            LayerShapes(self._info, tiles.text_style).paint(painter, last, tiles.places.thumbnail(last))
        elif last in seen:
            tile = AnswerTile(tiles.places.tile(last), tiles.text_style, self.font())
            tile.paint(painter, self.answer(), activations.get(self._info.output))

    def _paint_empty(self, painter: QPainter, tiles: LayerTiles, number: int, square: QRectF) -> None:
        """The shape, or a frame, with words where there is ink and still no picture."""
        if self._shapes:
            LayerShapes(tiles.info, tiles.text_style).paint(painter, number, square)
            return
        painter.setPen(QPen(tiles.text_style.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
        if self.thumbnails is not None:
            words = self.tr("no picture")
            left = square.center().x() - tiles.text_style.small.width(words) / 2
            tiles.text_style.small.write(
                painter, QPointF(left, square.center().y()), words, tiles.text_style.quiet, LEFT
            )

    def answer(self) -> str:
        """The answer in a few letters."""
        reading = None if self.observation is None else self.observation.reading
        if reading is None or reading.verdict is Verdict.NO_INK:
            return ""
        if reading.verdict is Verdict.UNSURE:
            return f"{reading.label}?"
        return reading.label or "\N{EN DASH}"
