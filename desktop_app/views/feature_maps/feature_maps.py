"""Feature maps: every channel of a layer as one image, redrawn with every pen movement."""

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
from PySide6.QtWidgets import QWidget

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
from desktop_app.views.feature_maps.map_marks import dashed_outline, pin_mark
from desktop_app.views.feature_maps.map_menu import MapMenu
from desktop_app.views.feature_maps.map_picture import NUMBER_CELL, MapPicture, scaled
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.feature_maps.unit_bars import UnitBars
from desktop_app.views.feature_maps.viewport import Viewport
from desktop_app.views.feature_maps.zoom_view import ZoomView
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.number_grid import outline
from desktop_app.views.parts.painted import is_keyboard_focus
from desktop_app.views.parts.theme import STEP

_SMALLEST_TILE = 22
_SMALLEST_UNIT = 9
_PIN = 20
_SMALLEST_WITH_PIN = 36

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_COLOUR_KEYS = {Qt.Key.Key_R: 0, Qt.Key.Key_G: 1, Qt.Key.Key_B: 2}


class FeatureMapView(ZoomView):
    """Paints one layer's activation: a mosaic of maps, or a bar for each unit of a dense layer.

    The mosaic is made when it is painted: of activations that come faster than the screen, only
    the last costs anything.
    """

    preferred_size = QSize(100 * STEP, 24 * STEP)
    minimum_size = QSize(20 * STEP, 6 * STEP)

    pointed_at = Signal(str)
    """What lies under the mouse or the keyboard's frame, in words; empty where nothing does."""
    value_chosen = Signal(object)
    """The position in the activation that the user asks about."""
    pin_requested = Signal(int)
    """A channel that the user wants to keep in sight."""
    colour_requested = Signal(int, int)
    """0, 1 or 2 for red, green or blue, and the channel that the user wants to see in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without an activation."""
        super().__init__(parent)
        self.setObjectName("feature_maps")
        self.setAccessibleName(self.tr("Feature maps"))
        self._words = MapText(self)
        self.hint = self.tr("What each channel of the network answers appears here while you draw.")
        self._activation: Values | None = None
        self._look = ColourSettings()
        self._names: tuple[str, ...] = ()
        self._is_strip = False
        self._maps: Maps | None = None
        self._scale: Scale | None = None
        self._grid: Grid | None = None
        self._picture: MapPicture | None = None
        self._pin: QPixmap | None = None
        self._mouse: QPointF | None = None
        self._pointed: Position | None = None
        self._cursor: Position | None = None
        self._uses_keys = False
        self._marked: Position | None = None

    # --- what is shown ---

    def set_activation(self, activation: Values | None) -> None:
        """The activation to paint, or none.

        Args:
            activation: float32 (height, width, channels), (steps, features) or (units,); of any
                other rank there is no picture.
        """
        before = None if self._activation is None else self._activation.shape
        self._activation = activation
        self._maps = self._scale = self._picture = None
        if before != (None if activation is None else activation.shape):
            self._cursor = self._grid = None
            self.fit()
        self._tell()
        self.update()

    def activation(self) -> Values | None:
        """What is painted."""
        return self._activation

    def set_hint(self, hint: str) -> None:
        """What is said while there is no picture."""
        self.hint = hint
        self.update()

    def set_look(self, look: ColourSettings) -> None:
        """Contrast, gamma and colours."""
        self._look = look
        self._scale = self._picture = None
        self.update()

    def set_names(self, names: tuple[str, ...]) -> None:
        """What the units of a dense layer stand for; empty where they stand for nothing."""
        self._names = names
        self.update()

    def set_strip(self, is_strip: bool) -> None:
        """Show the units of a dense layer as squares in their order instead of bars."""
        self._is_strip = is_strip
        self._grid = self._picture = None
        self.fit()

    def set_marked(self, position: Position | None) -> None:
        """Outline the value at a position of the activation, or none."""
        self._marked = position
        self.update()

    def maps(self) -> Maps | None:
        """The activation, measured; None where it has no picture."""
        if self._maps is None and self._activation is not None:
            values = as_maps(self._activation)
            self._maps = None if values is None else measure(values)
        return self._maps

    def scale(self) -> Scale | None:
        """How values are coloured; None where there is no picture."""
        if self._scale is None and (maps := self.maps()) is not None:
            self._scale = scale_of(maps, self._look)
        return self._scale

    def silent_words(self) -> str:
        """How many channels say nothing about this input, in words; empty where all say something."""
        maps = self.maps()
        if maps is None or self._activation is None:
            return ""
        return self._words.silent(int(maps.silent().sum()), len(maps.planes), self._activation.ndim)

    def is_pointed(self) -> bool:
        """Whether anything is pointed at."""
        return self._pointed is not None

    def pointed_channel(self) -> int | None:
        """The channel of what pointed_at tells."""
        if self._pointed is None or (picture := self._shown_picture()) is None:
            return None
        return picture.channel_of(self._pointed)

    # --- places and values ---

    def position_at(self, at: QPointF) -> Position | None:
        """Index into the activation of the value at a place of the widget, or None where none is."""
        if (bars := self._shown_bars()) is not None:
            unit = bars.unit_at(at)
            return None if unit is None else (unit,)
        viewport, picture = self.viewport(), self._shown_picture()
        if viewport is None or picture is None:
            return None
        return picture.position_at(viewport.content_at(at * self.devicePixelRatioF()))

    def describe(self, at: QPointF) -> str:
        """Where a value stands and what it is, at a place of the widget; empty where there is none."""
        return self._described(self.position_at(at))

    def _described(self, position: Position | None) -> str:
        if position is None or self._activation is None:
            return ""
        return self._words.value(position, float(self._activation[position]), self._names)

    def _tell(self) -> None:
        """Say what is pointed at, by the mouse or else by the keyboard."""
        before = self._pointed
        self._pointed = self._cursor if self._mouse is None else self.position_at(self._mouse)
        if self._pointed is not None or before is not None:
            self.pointed_at.emit(self._described(self._pointed))
        if self._pointed != before:
            self.update()

    # --- what is painted with ---

    def fitted_viewport(self) -> Viewport | None:
        """All tiles as large as fits, or rows of tiles that can be made out."""
        if self._activation is None or (values := as_maps(self._activation)) is None:
            return None
        shape = (values.shape[0], values.shape[1], values.shape[2])
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        self._grid, zoom = legible_grid(shape, width, height, self._least_tile(shape) * ratio)
        self._picture = None
        return Viewport(self._grid.width, self._grid.height, width, height, zoom)

    def _least_tile(self, shape: tuple[int, int, int]) -> int:
        if self._activation is not None and self._activation.ndim == 1:
            return _SMALLEST_UNIT
        return NUMBER_CELL if shape[:2] == (1, 1) else _SMALLEST_TILE

    def _shown_bars(self) -> UnitBars | None:
        """The bars, where bars are shown."""
        if self._activation is None or self._activation.ndim != 1 or self._is_strip:
            return None
        maps, scale = self.maps(), self.scale()
        if maps is None or scale is None:
            return None
        return UnitBars(maps, scale, self._names, QRectF(self.rect()), self.text_style)

    def _shown_picture(self) -> MapPicture | None:
        """The mosaic, where a mosaic is shown."""
        if self._picture is None:
            self.viewport()
            maps, scale = self.maps(), self.scale()
            if maps is None or scale is None or self._grid is None or self._activation is None:
                return None
            self._picture = MapPicture(maps, scale, self._grid, self._activation.ndim)
        return self._picture

    # --- painting ---

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The mosaic or the bars; without an activation, what would fill the panel."""
        bars = self._shown_bars()
        if bars is not None:
            bars.paint(painter, self.devicePixelRatioF())
            self._paint_frames_on_bars(painter, bars)
            return
        viewport, picture = self.viewport(), self._shown_picture()
        if viewport is None or picture is None:
            self.paint_hint(painter, self.hint)
            return
        picture.paint(painter, viewport, self.devicePixelRatioF(), self.text_style)
        self._paint_frames(painter, viewport, picture)
        self.paint_place(painter)

    def _paint_frames(self, painter: QPainter, viewport: Viewport, picture: MapPicture) -> None:
        """What is pointed at, what is explained, where the keyboard is."""
        ratio = self.devicePixelRatioF()
        pin = self._pin_area()
        if pin is not None:
            pin_mark(painter, pin, self._drawn_pin(ratio), self.text_style.window)
        marked = None if self._marked is None else picture.part_of(self._marked)
        if marked is not None:
            around = scaled(viewport.area_of(marked), 1 / ratio).adjusted(-1, -1, 1, 1)
            outline(painter, self.text_style, around, 1.75)
        cursor = picture.part_of(self._cursor) if self._cursor and self._uses_keys else None
        if cursor is not None:
            dashed_outline(painter, scaled(viewport.area_of(cursor), 1 / ratio))

    def _paint_frames_on_bars(self, painter: QPainter, bars: UnitBars) -> None:
        units = len(bars.maps.planes)
        if self._marked is not None and len(self._marked) == 1 and self._marked[0] < units:
            outline(painter, self.text_style, bars.column_of(self._marked[0]).adjusted(1, 1, -1, -1), 1.75)
        if self._cursor is not None and self._uses_keys:
            dashed_outline(painter, bars.column_of(self._cursor[0]).adjusted(2, 2, -2, -2))

    def _pin_area(self) -> QRectF | None:
        """Where the pin of the map under the mouse lies; None where it would cover the map."""
        viewport, channel = self.viewport(), self.pointed_channel()
        if self._mouse is None or channel is None or viewport is None or not self._can_pin():
            return None
        picture = self._shown_picture()
        assert picture is not None
        area = scaled(viewport.area_of(picture.part_of_map(channel)), 1 / self.devicePixelRatioF())
        area = area.intersected(QRectF(self.rect()))
        if min(area.width(), area.height()) < _SMALLEST_WITH_PIN:
            return None
        return QRectF(area.right() - _PIN, area.top(), _PIN, _PIN)

    def _drawn_pin(self, ratio: float) -> QPixmap:
        if self._pin is None or self._pin.devicePixelRatio() != ratio:
            self._pin = icon_pixmap("pin", self.text_style.text, _PIN - 6, ratio)
        return self._pin

    def _can_pin(self) -> bool:
        return self._activation is not None and self._activation.ndim == 3

    # --- events ---

    def style_changed(self) -> None:
        """The pin takes the colour of a new palette."""
        self._pin = None

    def view_moved(self) -> None:
        """Another value may lie under the mouse."""
        self._tell()
        super().view_moved()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells what lies under the mouse."""
        super().mouseMoveEvent(event)
        self._mouse = event.position()
        self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the mouse any more."""
        self._mouse = None
        self._tell()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard's frame is seen, if it was the keyboard that brought the focus."""
        super().focusInEvent(event)
        if is_keyboard_focus(event):
            self._begin_with_keys()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard's frame goes."""
        super().focusOutEvent(event)
        self._uses_keys = False

    def clicked_at(self, at: QPointF) -> None:
        """Pins the map, or chooses the value."""
        pin, channel = self._pin_area(), self.pointed_channel()
        if pin is not None and channel is not None and pin.contains(at):
            self.pin_requested.emit(channel)
            return
        position = self.position_at(at)
        if position is not None:
            self._cursor, self._uses_keys = position, False
            self.value_chosen.emit(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the frame, by a whole map with Shift; Enter chooses, P pins, R, G and B colour."""
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

    def _begin_with_keys(self) -> bool:
        """Put the keyboard's frame where it last was, on what is marked, or on the first value.

        Returns:
            Whether it begins at something that could be seen before.
        """
        picture = self._shown_picture()
        if picture is None:
            return False
        if self._cursor is None and self._marked is not None and picture.part_of(self._marked) is not None:
            self._cursor = self._marked
        was_seen = self._cursor is not None
        self._cursor = self._cursor or picture.position_at(QPointF(0, 0))
        self._uses_keys, self._mouse = True, None
        self._tell()
        self.update()
        return was_seen

    def _move_cursor(self, right: int, down: int, *, by_map: bool) -> None:
        was_seen, picture = self._begin_with_keys(), self._shown_picture()
        if picture is None or self._cursor is None:
            return
        if was_seen and self._shown_bars() is not None:
            self._cursor = (min(max(self._cursor[0] + right, 0), len(picture.maps.planes) - 1),)
        elif was_seen:
            grid = picture.grid
            wide, high = grid.pitch if by_map else (1, 1)
            self._cursor = picture.beside(self._cursor, right * wide, down * high)
        part = picture.part_of(self._cursor)
        if part is not None and self._shown_bars() is None:
            self.show_part(part)
        self._tell()
        self.setAccessibleDescription(self._described(self._cursor))
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the map that is pointed at."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self._mouse = QPointF(event.pos())
            self._tell()
        position, channel = self._pointed, self.pointed_channel()
        place = "" if position is None else self._words.place(position, self._names)
        menu = MapMenu(place, channel if self._can_pin() else None, self)
        menu.arithmetic_requested.connect(lambda: self.value_chosen.emit(position))
        menu.pin_requested.connect(lambda: self.pin_requested.emit(channel))
        menu.colour_requested.connect(lambda colour: self.colour_requested.emit(colour, channel))
        menu.fit_requested.connect(self.fit)
        menu.popup(event.globalPos())
