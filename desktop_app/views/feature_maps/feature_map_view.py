"""The painted view of all feature maps of a layer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
)

from desktop_app.inspection.colour_settings import (
    ColourSettings,
    Maps,
    Scale,
    Values,
    as_maps,
    measure,
    scale_of,
)
from desktop_app.inspection.mosaic import legible_grid
from desktop_app.inspection.tiles import Grid
from desktop_app.networks.arithmetic import Position
from desktop_app.views.feature_maps.map_marks import paint_dashed_outline, paint_pin
from desktop_app.views.feature_maps.map_menu import MapMenu
from desktop_app.views.feature_maps.map_mosaic import NUMBER_CELL, MapMosaic
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.feature_maps.unit_bars import UnitBars
from desktop_app.views.feature_maps.viewport import Viewport, scaled
from desktop_app.views.feature_maps.zoom_view import ZoomView
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.number_grid import outline
from desktop_app.views.parts.painted import is_keyboard_focus
from desktop_app.views.parts.theme import STEP

_MIN_TILE = 22
_MIN_UNIT = 9
_PIN = 20
_MIN_TILE_WITH_PIN = 3 * _PIN
"""Side of the smallest map with a pin button, which lies over some of its values."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_COLOUR_KEYS = {Qt.Key.Key_R: 0, Qt.Key.Key_G: 1, Qt.Key.Key_B: 2}


class FeatureMapView(ZoomView):
    """The activation of a layer: a mosaic of maps, or a bar for each unit of a dense layer.

    The mosaic is computed when it is painted, so that only the last of several activations costs time.
    """

    preferred_size = QSize(100 * STEP, 24 * STEP)
    minimum_size = QSize(20 * STEP, 6 * STEP)

    pointed_at = Signal(str)
    """Description of what is under the mouse or the keyboard cursor; empty if there is nothing."""
    value_chosen = Signal(object)
    """Position in the activation that the user chose."""
    pin_requested = Signal(int)
    """Channel that the user wants to pin."""
    colour_requested = Signal(int, int)
    """0, 1 or 2 for red, green or blue, and the channel to show in it."""

    def __init__(self) -> None:
        """Start without an activation."""
        super().__init__()
        self.setObjectName("feature_maps")
        self.setAccessibleName(self.tr("Feature maps"))
        self._text = MapText(self)
        self.hint = self.tr("The values of each channel of a layer appear here.")
        self._activation: Values | None = None
        self._settings = ColourSettings()
        self._names: tuple[str, ...] = ()
        self._as_squares = False
        self._maps: Maps | None = None
        self._scale: Scale | None = None
        self._grid: Grid | None = None
        self._mosaic: MapMosaic | None = None
        self._pin: QPixmap | None = None
        self._mouse: QPointF | None = None
        self._pointed: Position | None = None
        self._cursor: Position | None = None
        self._uses_keys = False
        self._marked: Position | None = None

    # --- contents ---

    def set_activation(self, activation: Values | None) -> None:
        """Show an activation, or none.

        Args:
            activation: float32 (height, width, channels), (steps, features) or (units,); activations of
                other ranks are not shown.
        """
        before = None if self._activation is None else self._activation.shape
        self._activation = activation
        self._maps = self._scale = self._mosaic = None
        if before != (None if activation is None else activation.shape):
            self._cursor = self._grid = None
            self.fit()
        self._update_pointed()
        self.update()

    def activation(self) -> Values | None:
        """Return the activation shown."""
        return self._activation

    def set_hint(self, hint: str) -> None:
        """Set the message shown without maps."""
        self.hint = hint
        self.update()

    def set_colour_settings(self, settings: ColourSettings) -> None:
        """Set contrast, gamma and colours."""
        self._settings = settings
        self._scale = self._mosaic = None
        self.update()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Set the labels of the units of a dense layer; empty if they have none."""
        self._names = names
        self.update()

    def set_squares(self, as_squares: bool) -> None:
        """Show the units of a dense layer as squares instead of bars."""
        self._as_squares = as_squares
        self._grid = self._mosaic = None
        self.fit()

    def set_marked(self, position: Position | None) -> None:
        """Outline the value at a position of the activation, or none; the cursor goes there, too."""
        self._marked = position
        if self._cursor is not None and self._is_marked_here():
            self._cursor = position
            self._update_pointed()
        self.update()

    def maps(self) -> Maps | None:
        """Return the activation as maps; None if it cannot be shown."""
        if self._maps is None and self._activation is not None:
            values = as_maps(self._activation)
            self._maps = None if values is None else measure(values)
        return self._maps

    def scale(self) -> Scale | None:
        """Return the colour scale; None without maps."""
        if self._scale is None and (maps := self.maps()) is not None:
            self._scale = scale_of(maps, self._settings)
        return self._scale

    def constant_channels_text(self) -> str:
        """Return how many channels are constant for this input; empty if none."""
        maps = self.maps()
        if maps is None or self._activation is None:
            return ""
        return self._text.constant_channels(
            int(maps.constant_channels().sum()), len(maps.planes), self._activation.ndim
        )

    def is_pointed(self) -> bool:
        """Return whether a value is under the mouse or the keyboard cursor."""
        return self._pointed is not None

    def pointed_channel(self) -> int | None:
        """Return the channel of the value under the mouse or the keyboard cursor."""
        if self._pointed is None or (mosaic := self._current_mosaic()) is None:
            return None
        return mosaic.channel_of(self._pointed)

    # --- positions and values ---

    def position_at(self, at: QPointF) -> Position | None:
        """Return the index into the activation at a point of the widget; None outside."""
        if (bars := self._current_bars()) is not None:
            unit = bars.unit_at(at)
            return None if unit is None else (unit,)
        viewport, mosaic = self.viewport(), self._current_mosaic()
        if viewport is None or mosaic is None:
            return None
        return mosaic.position_at(viewport.content_at(at * self.devicePixelRatioF()))

    def describe(self, at: QPointF) -> str:
        """Describe the value at a point of the widget; empty outside."""
        return self._describe_position(self.position_at(at))

    def _describe_position(self, position: Position | None) -> str:
        if position is None or self._activation is None:
            return ""
        return self._text.value(position, float(self._activation[position]), self._names)

    def _update_pointed(self) -> None:
        """Update the position under the mouse, or else under the keyboard cursor."""
        before = self._pointed
        self._pointed = self._cursor if self._mouse is None else self.position_at(self._mouse)
        if self._pointed is not None or before is not None:
            self.pointed_at.emit(self._describe_position(self._pointed))
        if self._pointed != before:
            self.update()

    # --- layout ---

    def fitted_viewport(self) -> Viewport | None:
        """Return the viewport that shows all tiles, or rows of tiles of a readable size."""
        if self._activation is None or (values := as_maps(self._activation)) is None:
            return None
        shape = (values.shape[0], values.shape[1], values.shape[2])
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        self._grid, zoom = legible_grid(shape, width, height, self._min_tile(shape) * ratio)
        self._mosaic = None
        return Viewport(self._grid.width, self._grid.height, width, height, zoom)

    def _min_tile(self, shape: tuple[int, int, int]) -> int:
        if self._activation is not None and self._activation.ndim == 1:
            return _MIN_UNIT
        return NUMBER_CELL if shape[:2] == (1, 1) else _MIN_TILE

    def _current_bars(self) -> UnitBars | None:
        """Return the bars if units are shown as bars."""
        if self._activation is None or self._activation.ndim != 1 or self._as_squares:
            return None
        maps, scale = self.maps(), self.scale()
        if maps is None or scale is None:
            return None
        return UnitBars(maps, scale, self._names, QRectF(self.rect()), self.text_style)

    def _current_mosaic(self) -> MapMosaic | None:
        """Return the mosaic, or None without maps."""
        if self._mosaic is None:
            self.viewport()
            maps, scale = self.maps(), self.scale()
            if maps is None or scale is None or self._grid is None or self._activation is None:
                return None
            self._mosaic = MapMosaic(maps, scale, self._grid, self._activation.ndim)
        return self._mosaic

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the mosaic, the bars, or the hint."""
        bars = self._current_bars()
        if bars is not None:
            bars.paint(painter, self.devicePixelRatioF())
            self._paint_frames_on_bars(painter, bars)
            return
        viewport, mosaic = self.viewport(), self._current_mosaic()
        if viewport is None or mosaic is None:
            self.paint_hint(painter, self.hint)
            return
        mosaic.paint(painter, viewport, self.devicePixelRatioF(), self.text_style)
        self._paint_frames(painter, viewport, mosaic)
        self.paint_scroll_marks(painter)

    def _paint_frames(self, painter: QPainter, viewport: Viewport, mosaic: MapMosaic) -> None:
        """Paint the pin, the outline of the marked value, and the keyboard cursor."""
        ratio = self.devicePixelRatioF()
        pin = self._pin_area()
        if pin is not None:
            paint_pin(painter, pin, self._pin_icon(ratio), self.text_style.window)
        marked = None if self._marked is None else mosaic.square_of(self._marked)
        if marked is not None:
            around = scaled(viewport.area_of(marked), 1 / ratio).adjusted(-1, -1, 1, 1)
            outline(painter, self.text_style, around, 1.75)
        cursor = mosaic.square_of(self._cursor) if self._cursor and self._uses_keys else None
        if cursor is not None:
            paint_dashed_outline(painter, scaled(viewport.area_of(cursor), 1 / ratio))

    def _paint_frames_on_bars(self, painter: QPainter, bars: UnitBars) -> None:
        units = len(bars.maps.planes)
        if self._marked is not None and len(self._marked) == 1 and self._marked[0] < units:
            outline(painter, self.text_style, bars.column_of(self._marked[0]).adjusted(1, 1, -1, -1), 1.75)
        if self._cursor is not None and self._uses_keys:
            paint_dashed_outline(painter, bars.column_of(self._cursor[0]).adjusted(2, 2, -2, -2))

    def _pin_area(self) -> QRectF | None:
        """Return the area of the pin button; None if it would cover much of the map."""
        viewport, channel = self.viewport(), self.pointed_channel()
        if self._mouse is None or channel is None or viewport is None or not self._can_pin():
            return None
        mosaic = self._current_mosaic()
        assert mosaic is not None
        area = scaled(viewport.area_of(mosaic.tile_of(channel)), 1 / self.devicePixelRatioF())
        area = area.intersected(QRectF(self.rect()))
        if min(area.width(), area.height()) < _MIN_TILE_WITH_PIN:
            return None
        return QRectF(area.right() - _PIN, area.top(), _PIN, _PIN)

    def _pin_icon(self, ratio: float) -> QPixmap:
        if self._pin is None or self._pin.devicePixelRatio() != ratio:
            self._pin = icon_pixmap("pin", self.text_style.text, _PIN - 6, ratio)
        return self._pin

    def _can_pin(self) -> bool:
        return self._activation is not None and self._activation.ndim == 3

    # --- events ---

    def style_changed(self) -> None:
        """Discard the icon, which has the colour of the old palette."""
        self._pin = None

    def view_moved(self) -> None:
        """Update the position under the mouse."""
        self._update_pointed()
        super().view_moved()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Update the position under the mouse."""
        super().mouseMoveEvent(event)
        self._mouse = event.position()
        self._update_pointed()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the mouse position."""
        self._mouse = None
        self._update_pointed()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the keyboard cursor if the keyboard brought the focus."""
        super().focusInEvent(event)
        if is_keyboard_focus(event):
            self._show_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the keyboard cursor."""
        super().focusOutEvent(event)
        self._uses_keys = False

    def clicked_at(self, at: QPointF) -> None:
        """Pin the map, or choose the value."""
        pin, channel = self._pin_area(), self.pointed_channel()
        if pin is not None and channel is not None and pin.contains(at):
            self.pin_requested.emit(channel)
            return
        position = self.position_at(at)
        if position is not None:
            self._cursor, self._uses_keys = position, False
            self.value_chosen.emit(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor (Shift: by a whole map), choose (Enter), pin (P), or colour (R, G, B)."""
        key = Qt.Key(event.key())
        channel = self.pointed_channel()
        if key in _ARROWS:
            self._move_cursor(
                *_ARROWS[key], by_map=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._cursor is not None:
            self.value_chosen.emit(self._cursor)
        elif key == Qt.Key.Key_P and channel is not None and self._can_pin():
            self.pin_requested.emit(channel)
        elif key in _COLOUR_KEYS and channel is not None and self._can_pin():
            self.colour_requested.emit(_COLOUR_KEYS[key], channel)
        else:
            super().keyPressEvent(event)

    def _show_cursor(self) -> bool:
        """Show the keyboard cursor at its last position, the marked value, or the first value.

        Returns:
            Whether the cursor had a position.
        """
        mosaic = self._current_mosaic()
        if mosaic is None:
            return False
        if self._cursor is None and self._is_marked_here():
            self._cursor = self._marked
        was_seen = self._cursor is not None
        self._cursor = self._cursor or mosaic.position_at(QPointF(0, 0))
        self._uses_keys, self._mouse = True, None
        self._update_pointed()
        self.update()
        return was_seen

    def _is_marked_here(self) -> bool:
        """Return whether the marked value is one of this layer."""
        mosaic = self._current_mosaic()
        return mosaic is not None and self._marked is not None and mosaic.square_of(self._marked) is not None

    def _move_cursor(self, right: int, down: int, *, by_map: bool) -> None:
        was_seen, mosaic = self._show_cursor(), self._current_mosaic()
        if mosaic is None or self._cursor is None:
            return
        if was_seen and self._current_bars() is not None:
            self._cursor = (min(max(self._cursor[0] + right, 0), len(mosaic.maps.planes) - 1),)
        elif was_seen:
            grid = mosaic.grid
            wide, high = grid.pitch if by_map else (1, 1)
            self._cursor = mosaic.neighbour(self._cursor, right * wide, down * high)
        part = mosaic.square_of(self._cursor)
        if part is not None and self._current_bars() is None:
            self.show_part(part)
        self._update_pointed()
        self.setAccessibleDescription(self._describe_position(self._cursor))
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show a menu for the map under the mouse or the cursor."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self._mouse = QPointF(event.pos())
            self._update_pointed()
        position, channel = self._pointed, self.pointed_channel()
        text = "" if position is None else self._text.position(position, self._names)
        menu = MapMenu(text, channel if self._can_pin() else None, self)
        menu.arithmetic_requested.connect(lambda: self.value_chosen.emit(position))
        menu.pin_requested.connect(lambda: self.pin_requested.emit(channel))
        menu.colour_requested.connect(lambda colour: self.colour_requested.emit(colour, channel))
        menu.fit_requested.connect(self.fit)
        menu.popup(event.globalPos())
