"""Cards next to the maps: pinned maps, and three channels in colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.inspection.colour_settings import ColourSettings, measure
from desktop_app.inspection.three_channels import Channels, strongest_channels
from desktop_app.inspection.tiles import Grid, best_columns
from desktop_app.networks.arithmetic import Position
from desktop_app.views.feature_maps.layer_image import ChannelImage, ColourImage, LayerImage
from desktop_app.views.feature_maps.map_tools import SlimButton
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.theme import STEP

Activations: TypeAlias = Mapping[str, NDArray[np.float32]]

MAX_PINS = 12
"""Maximum number of pinned maps; a further one replaces the oldest."""

_HEADER_HEIGHT = 26


class Card(QWidget):
    """An image of a layer with a title and a close button."""

    closed = Signal()
    pointed_at = Signal(str, object)
    """Layer and position under the mouse; the position may be None."""
    value_chosen = Signal(str, object)
    """Layer and position that the user chose."""

    def __init__(self, layer: str, image_view: LayerImage, close: str) -> None:
        """Show an image of a layer; `close` is the text of the close button."""
        super().__init__()
        self.layer = layer
        self.image_view = image_view
        self._title = Caption()
        action = QAction(close, self)
        action.setData("close")
        action.triggered.connect(self.closed)
        button = SlimButton(action)
        button.setFixedSize(_HEADER_HEIGHT - 4, _HEADER_HEIGHT - 4)
        head = QHBoxLayout()
        head.setSpacing(STEP // 2)
        head.addWidget(self._title, 1)
        head.addWidget(button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.column.addLayout(head)
        self.column.addWidget(image_view, 1)
        image_view.pointed_at.connect(self._emit_pointed)
        image_view.clicked.connect(self._choose_value)

    def channel(self) -> int:
        """Return the channel whose values are described and chosen."""
        raise NotImplementedError

    def show_activation(self, activation: NDArray[np.float32] | None, settings: ColourSettings) -> None:
        """Show the activation of the card's layer, or none."""
        usable = activation is not None and activation.ndim == 3 and activation.size > 0
        self.image_view.set_activation(activation if usable else None, settings)

    def set_marked(self, layer: str, position: Position | None) -> None:
        """Outline a value if it belongs to the card."""
        here = position is not None and len(position) == 3 and layer == self.layer
        mine = here and position is not None and position[2] == self.channel()
        self.image_view.set_marked((position[0], position[1]) if mine and position is not None else None)

    def _emit_pointed(self, position: tuple[int, int] | None) -> None:
        self.pointed_at.emit(self.layer, None if position is None else (*position, self.channel()))

    def _choose_value(self, row: int, column: int) -> None:
        self.value_chosen.emit(self.layer, (row, column, self.channel()))


class PinnedCard(Card):
    """A map that stays visible when another layer is shown."""

    def __init__(self, layer: str, channel: int) -> None:
        """Pin a channel of a layer."""
        super().__init__(layer, ChannelImage(channel), self.tr("Unpin"))
        self._channel = channel
        self._title.set_text(f"{layer} · {channel}")
        text = self.tr("Channel {channel} of {layer}").format(layer=layer, channel=channel)
        self.setToolTip(text)
        self.image_view.setAccessibleName(text)

    def channel(self) -> int:
        """Return the pinned channel."""
        return self._channel


class ColourCard(Card):
    """Three channels of the current layer as red, green and blue."""

    def __init__(self) -> None:
        """Start without a layer."""
        self._colours = ColourImage()
        super().__init__("", self._colours, self.tr("Close the colour image"))
        self._chosen: Channels | None = None
        self._shape: tuple[int, ...] = ()
        row = QHBoxLayout()
        row.setSpacing(STEP // 2)
        names = (self.tr("Red channel"), self.tr("Green channel"), self.tr("Blue channel"))
        self._spins = [self._spin(letter, name) for letter, name in zip("RGB", names, strict=True)]
        for spin in self._spins:
            row.addWidget(spin)
        row.addStretch(1)
        self.column.addLayout(row)
        self._title.set_text(self.tr("In colour"))
        self._colours.setAccessibleName(self.tr("Three channels in colour"))

    def channel(self) -> int:
        """Return the red channel."""
        return self._chosen[0] if self._chosen else 0

    def channels(self) -> Channels | None:
        """Return the channels in red, green and blue; None without an activation."""
        return self._chosen

    def set_layer(self, layer: str) -> None:
        """Use another layer; its strongest channels are chosen with its next activation."""
        if layer != self.layer:
            self.layer = layer
            self._chosen = None
            self._title.set_text(self.tr("{layer} in colour").format(layer=layer))

    def choose(self, colour: int, channel: int) -> None:
        """Show a channel in red (0), green (1) or blue (2)."""
        if self._chosen is not None:
            chosen = list(self._chosen)
            chosen[colour] = channel
            self._set_channels((chosen[0], chosen[1], chosen[2]))

    def show_activation(self, activation: NDArray[np.float32] | None, settings: ColourSettings) -> None:
        """Show the activation of the current layer, or none."""
        super().show_activation(activation, settings)
        if activation is None or activation.ndim != 3 or activation.size == 0:
            return
        if self._chosen is None or self._shape != activation.shape:
            self._shape = activation.shape
            for spin in self._spins:
                spin.setMaximum(activation.shape[2] - 1)
            self._set_channels(strongest_channels(measure(activation)))

    def _set_channels(self, channels: Channels) -> None:
        self._chosen = channels
        for spin, channel in zip(self._spins, channels, strict=True):
            with QSignalBlocker(spin):
                spin.setValue(channel)
        self._colours.set_channels(channels)

    def _spin(self, letter: str, name: str) -> WholeNumberEdit:
        spin = WholeNumberEdit()
        spin.setPrefix(f"{letter} ")
        spin.setMaximum(0)
        spin.setAccessibleName(name)
        spin.setToolTip(name)
        spin.valueChanged.connect(self._choose_channels)
        return spin

    def _choose_channels(self) -> None:
        red, green, blue = (spin.value() for spin in self._spins)
        self._set_channels((red, green, blue))


class MapCards(QWidget):
    """All cards, as large as they fit side by side and in rows."""

    count_changed = Signal(int)
    """Number of cards."""
    colour_closed = Signal()
    pointed_at = Signal(str, object)
    """Layer and position under the mouse; the position may be None."""
    value_chosen = Signal(str, object)
    """Layer and position that the user chose."""

    def __init__(self) -> None:
        """Start without cards."""
        super().__init__()
        self.setAccessibleName(self.tr("Pinned maps"))
        self._layer = ""
        self._marked: tuple[str, Position | None] = ("", None)
        self._activations: Activations = {}
        self._settings = ColourSettings()
        self._colour: ColourCard | None = None
        self._pinned: list[PinnedCard] = []

    # --- cards ---

    def pin(self, layer: str, channel: int) -> None:
        """Pin a map; does nothing if it is pinned already."""
        if any((card.layer, card.channel()) == (layer, channel) for card in self._pinned):
            return
        card = PinnedCard(layer, channel)
        card.closed.connect(lambda: self._unpin(card))
        self._pinned.append(card)
        self._add(card)
        if len(self._pinned) > MAX_PINS:
            self._unpin(self._pinned[0])

    def unpin_all(self) -> None:
        """Remove all pinned maps."""
        for card in tuple(self._pinned):
            self._unpin(card)

    def set_colour(self, is_on: bool) -> None:
        """Show or hide three channels of the current layer in colour."""
        if is_on and self._colour is None:
            self._colour = ColourCard()
            self._colour.set_layer(self._layer)
            self._colour.closed.connect(self.colour_closed)
            self._add(self._colour)
        elif not is_on and self._colour is not None:
            card, self._colour = self._colour, None
            self._remove(card)

    def choose_colour(self, colour: int, channel: int) -> None:
        """Show a channel in red (0), green (1) or blue (2)."""
        if self._colour is not None:
            self._colour.choose(colour, channel)

    def count(self) -> int:
        """Return the number of cards."""
        return len(self._pinned) + (self._colour is not None)

    # --- contents ---

    def set_layer(self, layer: str) -> None:
        """Set the current layer."""
        self._layer = layer
        if self._colour is not None:
            self._colour.set_layer(layer)

    def show_activations(self, activations: Activations, settings: ColourSettings) -> None:
        """Show the activations, by layer, with colour settings."""
        self._activations, self._settings = activations, settings
        for card in self._cards():
            card.show_activation(activations.get(card.layer), settings)

    def set_marked(self, layer: str, position: Position | None) -> None:
        """Outline a value on every card that shows it."""
        self._marked = (layer, position)
        for card in self._cards():
            card.set_marked(layer, position)

    def numbers(self) -> dict[str, NDArray[np.float32]]:
        """Return the maps as (height, width), and channels in colour as (height, width, 3)."""
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

    def preferred_extent(self, width: int, height: int) -> int:
        """Return the preferred part of an area: of its width, or in tall areas of its height."""
        if height > width:
            return min(height // 2, width // max(1, self.count()) + 2 * _HEADER_HEIGHT)
        return min(width // 2, max(self.count() * (height - _HEADER_HEIGHT), 20 * STEP, self._card_width()))

    def sizeHint(self) -> QSize:
        """Return the size of the cards side by side."""
        return QSize(24 * STEP * max(1, self.count()), 24 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Return the size of a small card."""
        return QSize(max(12 * STEP, self._card_width()), 8 * STEP)

    def _card_width(self) -> int:
        """Return the width of the controls of the widest card."""
        return max((card.minimumSizeHint().width() for card in self._cards()), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the cards in the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _cards(self) -> Iterator[Card]:
        if self._colour is not None:
            yield self._colour
        yield from self._pinned

    def _add(self, card: Card) -> None:
        card.setParent(self)
        card.pointed_at.connect(self.pointed_at)
        card.value_chosen.connect(self.value_chosen)
        card.show_activation(self._activations.get(card.layer), self._settings)
        card.set_marked(*self._marked)
        card.show()
        self._arrange()
        self.count_changed.emit(self.count())

    def _unpin(self, card: PinnedCard) -> None:
        self._pinned.remove(card)
        self._remove(card)

    def _remove(self, card: Card) -> None:
        card.hide()
        card.deleteLater()
        self._arrange()
        self.count_changed.emit(self.count())

    def _arrange(self) -> None:
        """Arrange the cards in the number of columns that makes them largest."""
        cards = list(self._cards())
        if not cards:
            return
        width, height = self.width(), self.height()
        columns = best_columns(
            len(cards), lambda across, down: min(width / across, height / down - _HEADER_HEIGHT)
        )
        rows = -(-len(cards) // columns)
        grid = Grid(
            len(cards), (width + STEP) // columns - STEP, (height + STEP) // rows - STEP, columns, STEP
        )
        for number, card in enumerate(cards):
            card.setGeometry(*grid.corner(number), grid.tile_width, grid.tile_height)
