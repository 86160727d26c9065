"""Maps kept in sight: cards at the side with pinned maps, and with three channels in colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from desktop_app.inspection.colour_settings import ColourSettings, measure
from desktop_app.inspection.three_channels import Channels, strongest
from desktop_app.inspection.tiles import Grid, best_columns
from desktop_app.networks.arithmetic import Position
from desktop_app.views.feature_maps.live_picture import ChannelPicture, ColourPicture, LivePicture
from desktop_app.views.feature_maps.map_tools import SlimButton
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.theme import STEP

Activations: TypeAlias = Mapping[str, NDArray[np.float32]]

MOST_PINS = 12
"""More pinned maps would be too small to see; the oldest makes room."""

_HEAD = 26


class Card(QWidget):
    """A picture of a layer, under a line that says what it is and a button that takes it away."""

    closed = Signal()
    pointed_at = Signal(str, object)
    """A layer, and the position in it that lies under the mouse, or None."""
    value_chosen = Signal(str, object)
    """A layer, and the position in it that the user asks about."""

    def __init__(self, layer: str, picture: LivePicture, close: str) -> None:
        """Show a picture of a layer; close says what the button does."""
        super().__init__()
        self.layer = layer
        self.picture = picture
        self._title = Caption()
        action = QAction(close, self)
        action.setData("close")
        action.triggered.connect(self.closed)
        button = SlimButton(action)
        button.setFixedSize(_HEAD - 4, _HEAD - 4)
        head = QHBoxLayout()
        head.setSpacing(STEP // 2)
        head.addWidget(self._title, 1)
        head.addWidget(button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.column.addLayout(head)
        self.column.addWidget(picture, 1)
        picture.pointed_at.connect(self._tell)
        picture.clicked.connect(self._choose)

    def channel(self) -> int:
        """The channel whose values are told and chosen."""
        raise NotImplementedError

    def show_activation(self, activation: NDArray[np.float32] | None, look: ColourSettings) -> None:
        """Show the activation of the card's layer, or none."""
        usable = activation is not None and activation.ndim == 3 and activation.size > 0
        self.picture.set_activation(activation if usable else None, look)

    def set_marked(self, layer: str, position: Position | None) -> None:
        """Outline a value of a layer, if it is the card's."""
        here = position is not None and len(position) == 3 and layer == self.layer
        mine = here and position is not None and position[2] == self.channel()
        self.picture.set_marked((position[0], position[1]) if mine and position is not None else None)

    def _tell(self, place: tuple[int, int] | None) -> None:
        self.pointed_at.emit(self.layer, None if place is None else (*place, self.channel()))

    def _choose(self, row: int, column: int) -> None:
        self.value_chosen.emit(self.layer, (row, column, self.channel()))


class PinnedCard(Card):
    """One map of one layer, whatever layer is looked at."""

    def __init__(self, layer: str, channel: int) -> None:
        """Pin a channel of a layer."""
        super().__init__(layer, ChannelPicture(channel), self.tr("Unpin"))
        self._channel = channel
        self._title.set_text(f"{layer} · {channel}")
        words = self.tr("Channel {channel} of {layer}").format(layer=layer, channel=channel)
        self.setToolTip(words)
        self.picture.setAccessibleName(words)

    def channel(self) -> int:
        """The pinned one."""
        return self._channel


class ColourCard(Card):
    """Three channels of the layer that is looked at, as red, green and blue."""

    def __init__(self) -> None:
        """Start without a layer."""
        self._colours = ColourPicture()
        super().__init__("", self._colours, self.tr("Close the picture in colour"))
        self._chosen: Channels | None = None
        self._shape: tuple[int, ...] = ()
        row = QHBoxLayout()
        row.setSpacing(STEP // 2)
        names = (self.tr("Channel in red"), self.tr("Channel in green"), self.tr("Channel in blue"))
        self._spins = [self._spin(letter, name) for letter, name in zip("RGB", names, strict=True)]
        for spin in self._spins:
            row.addWidget(spin)
        row.addStretch(1)
        self.column.addLayout(row)
        self._title.set_text(self.tr("In colour"))
        self._colours.setAccessibleName(self.tr("Three channels in colour"))

    def channel(self) -> int:
        """The red one."""
        return self._chosen[0] if self._chosen else 0

    def channels(self) -> Channels | None:
        """The channels in red, green and blue; None before there was anything to choose from."""
        return self._chosen

    def set_layer(self, layer: str) -> None:
        """Another layer: its strongest channels are chosen once it shows something."""
        if layer != self.layer:
            self.layer = layer
            self._chosen = None
            self._title.set_text(self.tr("{layer} in colour").format(layer=layer))

    def choose(self, colour: int, channel: int) -> None:
        """Show a channel in red (0), green (1) or blue (2)."""
        if self._chosen is not None:
            chosen = list(self._chosen)
            chosen[colour] = channel
            self._take((chosen[0], chosen[1], chosen[2]))

    def show_activation(self, activation: NDArray[np.float32] | None, look: ColourSettings) -> None:
        """Show the activation of the layer that is looked at, or none."""
        super().show_activation(activation, look)
        if activation is None or activation.ndim != 3 or activation.size == 0:
            return
        if self._chosen is None or self._shape != activation.shape:
            self._shape = activation.shape
            for spin in self._spins:
                spin.setMaximum(activation.shape[2] - 1)
            self._take(strongest(measure(activation)))

    def _take(self, channels: Channels) -> None:
        self._chosen = channels
        for spin, channel in zip(self._spins, channels, strict=True):
            with QSignalBlocker(spin):
                spin.setValue(channel)
        self._colours.set_channels(channels)

    def _spin(self, letter: str, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setPrefix(f"{letter} ")
        spin.setMaximum(0)
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.setMinimumWidth(5 * STEP)
        spin.valueChanged.connect(self._choose_channels)
        return spin

    def _choose_channels(self) -> None:
        red, green, blue = (spin.value() for spin in self._spins)
        self._take((red, green, blue))


class MapCards(QWidget):
    """All cards, as large as they fit beside and below each other."""

    count_changed = Signal(int)
    """How many cards there are from now on."""
    colour_closed = Signal()
    pointed_at = Signal(str, object)
    """A layer, and the position in it that lies under the mouse, or None."""
    value_chosen = Signal(str, object)
    """A layer, and the position in it that the user asks about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without cards."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pinned maps"))
        self._layer = ""
        self._marked: tuple[str, Position | None] = ("", None)
        self._activations: Activations = {}
        self._look = ColourSettings()
        self._colour: ColourCard | None = None
        self._pinned: list[PinnedCard] = []

    # --- what there is ---

    def pin(self, layer: str, channel: int) -> None:
        """Keep a map in sight; one that is kept already stays where it is."""
        if any((card.layer, card.channel()) == (layer, channel) for card in self._pinned):
            return
        card = PinnedCard(layer, channel)
        card.closed.connect(lambda: self._unpin(card))
        self._pinned.append(card)
        self._add(card)
        if len(self._pinned) > MOST_PINS:
            self._unpin(self._pinned[0])

    def unpin_all(self) -> None:
        """Keep nothing in sight but what is in colour."""
        for card in tuple(self._pinned):
            self._unpin(card)

    def set_colour(self, is_on: bool) -> None:
        """Show three channels of the layer that is looked at in colour, or not."""
        if is_on and self._colour is None:
            self._colour = ColourCard()
            self._colour.set_layer(self._layer)
            self._colour.closed.connect(self.colour_closed)
            self._add(self._colour)
        elif not is_on and self._colour is not None:
            card, self._colour = self._colour, None
            self._drop(card)

    def choose_colour(self, colour: int, channel: int) -> None:
        """Show a channel in red (0), green (1) or blue (2)."""
        if self._colour is not None:
            self._colour.choose(colour, channel)

    def count(self) -> int:
        """Number of cards."""
        return len(self._pinned) + (self._colour is not None)

    # --- what they show ---

    def set_layer(self, layer: str) -> None:
        """The layer that is looked at."""
        self._layer = layer
        if self._colour is not None:
            self._colour.set_layer(layer)

    def show_activations(self, activations: Activations, look: ColourSettings) -> None:
        """Every layer's activation, and how it is coloured."""
        self._activations, self._look = activations, look
        for card in self._cards():
            card.show_activation(activations.get(card.layer), look)

    def set_marked(self, layer: str, position: Position | None) -> None:
        """Outline a value of a layer on every card that shows it."""
        self._marked = (layer, position)
        for card in self._cards():
            card.set_marked(layer, position)

    def numbers(self) -> dict[str, NDArray[np.float32]]:
        """What the cards show: maps as (height, width), three in colour as (height, width, 3)."""
        numbers = {}
        for card in self._pinned:
            if (activation := self._activations.get(card.layer)) is not None:
                numbers[f"{card.layer}_channel_{card.channel()}"] = activation[:, :, card.channel()]
        if self._colour is not None and (channels := self._colour.channels()) is not None:
            activation = self._activations.get(self._layer)
            if activation is not None and activation.ndim == 3:
                numbers[f"{self._layer}_red_green_blue"] = activation[:, :, list(channels)]
        return numbers

    # --- layout ---

    def room_in(self, width: int, height: int) -> int:
        """How much of a place the cards want: of its width, or of its height where it is higher than wide."""
        if height > width:
            return min(height // 2, width // max(1, self.count()) + 2 * _HEAD)
        return min(width // 2, max(self.count() * (height - _HEAD), 20 * STEP))

    def sizeHint(self) -> QSize:
        """Room for the cards side by side."""
        return QSize(24 * STEP * max(1, self.count()), 24 * STEP)

    def minimumSizeHint(self) -> QSize:
        """One small card."""
        return QSize(12 * STEP, 8 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cards take the new size."""
        super().resizeEvent(event)
        self._place()

    def _cards(self) -> Iterator[Card]:
        if self._colour is not None:
            yield self._colour
        yield from self._pinned

    def _add(self, card: Card) -> None:
        card.setParent(self)
        card.pointed_at.connect(self.pointed_at)
        card.value_chosen.connect(self.value_chosen)
        card.show_activation(self._activations.get(card.layer), self._look)
        card.set_marked(*self._marked)
        card.show()
        self._place()
        self.count_changed.emit(self.count())

    def _unpin(self, card: PinnedCard) -> None:
        self._pinned.remove(card)
        self._drop(card)

    def _drop(self, card: Card) -> None:
        card.hide()
        card.deleteLater()
        self._place()
        self.count_changed.emit(self.count())

    def _place(self) -> None:
        """Lay the cards out in the columns that make them largest."""
        cards = list(self._cards())
        if not cards:
            return
        width, height = self.width(), self.height()
        columns = best_columns(len(cards), lambda across, down: min(width / across, height / down - _HEAD))
        rows = -(-len(cards) // columns)
        grid = Grid(
            len(cards), (width + STEP) // columns - STEP, (height + STEP) // rows - STEP, columns, STEP
        )
        for number, card in enumerate(cards):
            card.setGeometry(*grid.corner(number), grid.tile_width, grid.tile_height)
