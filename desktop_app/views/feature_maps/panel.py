"""The maps panel: the feature maps of the chosen layer, and maps that are kept in sight."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSplitter, QVBoxLayout, QWidget

from desktop_app.inspection.colour_settings import ColourSettings
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.feature_maps.feature_maps import FeatureMapView
from desktop_app.views.feature_maps.layer_title import LayerTitle
from desktop_app.views.feature_maps.map_cards import MapCards
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.feature_maps.map_tools import MapTools
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.recognizer import Observation

_ONE_ROW, _WITH_LOOK, _TWO_ROWS = 148 * STEP, 108 * STEP, 56 * STEP
"""Widths from which the head takes one row, shows the controls of the style, takes two rows."""
_LOW, _LOW_ONE_ROW = 26 * STEP, 100 * STEP
"""Height of a low panel, and the width from which its head takes one row."""
_NOTHING: Mapping[str, NDArray[np.float32]] = MappingProxyType({})


class MapsPanel(Panel):
    """The feature maps of one layer, alive, with their tools, and cards at the side."""

    pixel_chosen = Signal(str, object)
    """A layer and the position in it, (row, column, channel) or (unit,), that the user asks about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._words = MapText(self)
        self._info: NetworkInfo | None = None
        self._layer: LayerInfo | None = None
        self._activations = _NOTHING
        self._look = ColourSettings()
        self._arrangement = (0, False)
        self._about = LayerTitle()
        self._pointed = Caption()
        self._pointed.setObjectName("maps_pointed")
        self._tools = MapTools()
        self._legend = Legend()
        self._maps = FeatureMapView()
        self._cards = MapCards()
        self._cards.hide()
        self._views = QSplitter()
        self._views.setChildrenCollapsible(False)
        self._views.addWidget(self._maps)
        self._views.addWidget(self._cards)
        self._head = (QHBoxLayout(), QHBoxLayout(), QHBoxLayout())
        layout = QVBoxLayout(self)
        # The head takes more rows in a narrow panel: what it needs now says nothing about the least width.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(0)
        for row in self._head:
            row.setSpacing(2 * STEP)
            layout.addLayout(row)
        layout.addSpacing(STEP // 2)
        layout.addWidget(self._views, 1)
        self._arrange(_TWO_ROWS, is_low=False)
        self._connect()

    # --- what is shown ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: nothing is pinned, and its first layer is shown until another is chosen."""
        self._info = info
        self._activations = _NOTHING
        self._cards.unpin_all()
        self.set_layer(info.layers[0].name)

    def set_layer(self, name: str) -> None:
        """Show the layer of this name; nothing happens where there is none."""
        if self._info is None or name not in self._info:
            return
        self._layer = self._info.layer(name)
        self._about.set_words(name, self._words.about(self._layer))
        self._tools.set_rank(len(self._layer.shape))
        self._maps.set_names(self._words.unit_names(self._info, self._layer))
        self._cards.set_layer(name)
        self.set_value(name, None)
        self._show()

    def set_observation(self, observation: Observation) -> None:
        """What a reading showed."""
        self._activations = observation.activations
        self._show()

    def set_value(self, layer: str, position: Position | None) -> None:
        """Outline this value wherever its layer is shown."""
        is_shown = self._layer is not None and layer == self._layer.name
        self._maps.set_marked(position if is_shown else None)
        self._cards.set_marked(layer, position)

    def set_active(self, active: bool) -> None:
        """Shows what came while the panel could not be seen."""
        super().set_active(active)
        self._show()

    @property
    def is_plot(self) -> bool:
        """Where bars are shown for the units of a dense layer."""
        return self._layer is not None and len(self._layer.shape) == 1

    def exported_widget(self) -> QWidget:
        """The maps and the cards."""
        return self._views

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The activation of the layer that is shown, and what the cards show."""
        if self._layer is None or self._layer.name not in self._activations:
            return {}
        return {self._layer.name: self._activations[self._layer.name], **self._cards.numbers()}

    def sizeHint(self) -> QSize:
        """Rows of maps that can be told apart."""
        return QSize(100 * STEP, 32 * STEP)

    def minimumSizeHint(self) -> QSize:
        """The tools in their narrowest form and a row of small maps."""
        return QSize(38 * STEP, 18 * STEP)

    # --- building ---

    def _connect(self) -> None:
        tools, maps, cards = self._tools, self._maps, self._cards
        tools.style_changed.connect(self._take_look)
        tools.colour_toggled.connect(self._show_colour)
        tools.strip_toggled.connect(maps.set_strip)
        tools.zoom_requested.connect(lambda steps: maps.zoom_by(steps) if steps else maps.fit())
        maps.pointed_at.connect(self._tell)
        maps.value_chosen.connect(self._choose_value)
        maps.pin_requested.connect(self._pin)
        maps.colour_requested.connect(self._choose_colour)
        cards.count_changed.connect(self._make_room)
        cards.colour_closed.connect(lambda: tools.set_colour(False))
        cards.pointed_at.connect(self._tell_of_card)
        cards.value_chosen.connect(self.pixel_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The head takes one row, two or three; cards go below where the panel is higher than wide."""
        super().resizeEvent(event)
        self._arrange(self.width() - 4 * STEP, is_low=self.height() < _LOW)
        upright = self._views.height() > self._views.width()
        self._views.setOrientation(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)

    def _arrange(self, width: int, *, is_low: bool) -> None:
        """Put title, value, legend and tools into as few rows as there is room for.

        In a low panel height is worth more than seeing all tools at once.
        """
        one_row = _LOW_ONE_ROW if is_low else _ONE_ROW
        rows = 1 if width >= one_row else 2 if width >= _TWO_ROWS else 3
        is_narrow = width < (_ONE_ROW if rows == 1 else _WITH_LOOK)
        if (rows, is_narrow) == self._arrangement:
            return
        self._arrangement = (rows, is_narrow)
        self._tools.set_narrow(is_narrow)
        arrangements: dict[int, tuple[tuple[QWidget, ...], ...]] = {
            1: ((self._about, self._pointed, self._legend, self._tools), (), ()),
            2: ((self._about, self._tools), (self._pointed, self._legend), ()),
            3: ((self._about,), (self._legend, self._tools), (self._pointed,)),
        }
        wide = (self._about, self._pointed) if rows < 3 else (self._about, self._pointed, self._legend)
        for row, widgets in zip(self._head, arrangements[rows], strict=True):
            while row.count():
                row.takeAt(0)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in wide else 0, Qt.AlignmentFlag.AlignVCenter)

    def _make_room(self, cards: int) -> None:
        """Give the cards the room that they want; later the user may move the border."""
        self._cards.setVisible(cards > 0)
        if cards:
            across = self._views.orientation() == Qt.Orientation.Horizontal
            whole = self._views.width() if across else self._views.height()
            mine = self._cards.room_in(self._views.width(), self._views.height())
            self._views.setSizes([whole - mine, mine])

    # --- what is done ---

    def _show(self) -> None:
        """Hand on what came, if it can be seen."""
        if not self.is_active or self._layer is None:
            return
        activation = self._activations.get(self._layer.name)
        if self._activations:
            hint = self._words.why_no_picture(self._layer, answered=activation is not None)
            if hint:
                self._maps.set_hint(hint)
        self._maps.set_activation(activation)
        self._cards.show_activations(self._activations, self._look)
        self._show_scale()

    def _show_scale(self) -> None:
        scale = self._maps.scale()
        self._legend.set_scale(scale, self._maps.pointed_channel())
        if scale is not None:
            self._tools.controls.set_span(scale.low, scale.high)
        if not self._maps.is_pointed():
            self._pointed.set_text(self._maps.silent_words())

    def _take_look(self, look: ColourSettings) -> None:
        self._look = look
        self._maps.set_look(look)
        self._cards.show_activations(self._activations, look)
        self._show_scale()

    def _tell(self, words: str) -> None:
        self._pointed.set_text(words or self._maps.silent_words())
        self._legend.set_scale(self._maps.scale(), self._maps.pointed_channel())

    def _tell_of_card(self, layer: str, position: Position | None) -> None:
        activation = self._activations.get(layer)
        if position is None or activation is None:
            self._pointed.set_text(self._maps.silent_words())
            return
        value = self._words.value(position, float(activation[position]))
        self._pointed.set_text(self.tr("{layer} · {value}").format(layer=layer, value=value))

    def _choose_value(self, position: Position) -> None:
        if self._layer is not None:
            self.pixel_chosen.emit(self._layer.name, position)

    def _pin(self, channel: int) -> None:
        if self._layer is not None:
            self._cards.pin(self._layer.name, channel)

    def _choose_colour(self, colour: int, channel: int) -> None:
        self._tools.set_colour(True)
        self._cards.choose_colour(colour, channel)

    def _show_colour(self, is_on: bool) -> None:
        self._cards.set_colour(is_on)
