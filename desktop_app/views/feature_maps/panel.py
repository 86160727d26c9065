"""The feature maps panel: the maps of the current layer, and pinned maps."""

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
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.feature_maps.layer_title import LayerTitle
from desktop_app.views.feature_maps.map_cards import MapCards
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.feature_maps.map_tools import MapTools
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.unit_names import unit_names

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.recognizer import Observation

_ONE_ROW, _WITH_SETTINGS, _TWO_ROWS = 148 * STEP, 108 * STEP, 56 * STEP
"""Minimum widths of a head in one row, with colour controls, and in two rows, up to a height of a line."""
_LINE = 16
_LOW, _LOW_ONE_ROW = 26 * STEP, 100 * STEP
"""Maximum height of a low panel, and minimum width of its head in one row."""
_NO_ACTIVATIONS: Mapping[str, NDArray[np.float32]] = MappingProxyType({})


class MapsPanel(Panel):
    """The feature maps of a layer with tools and cards."""

    value_chosen = Signal(str, object)
    """Layer and position, (row, column, channel) or (unit,), that the user chose."""

    def __init__(self) -> None:
        """Start without a network."""
        super().__init__()
        self._text = MapText(self)
        self._info: NetworkInfo | None = None
        self._layer: LayerInfo | None = None
        self._activations = _NO_ACTIVATIONS
        self._settings = ColourSettings()
        self._head_layout = (0, False)
        self._title = LayerTitle()
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
        # The head takes more rows in narrow panels, so its size is no minimum size.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(0)
        for row in self._head:
            row.setSpacing(2 * STEP)
            layout.addLayout(row)
        layout.addSpacing(STEP // 2)
        layout.addWidget(self._views, 1)
        self._arrange_head(_TWO_ROWS, is_low=False)
        self._connect()

    # --- contents ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Use another network: unpin all maps, and show its first layer."""
        self._info = info
        self._activations = _NO_ACTIVATIONS
        self._cards.unpin_all()
        self.set_layer(info.layers[0].name)

    def set_layer(self, name: str) -> None:
        """Show a layer; ignore unknown names."""
        if self._info is None or name not in self._info:
            return
        self._layer = self._info.layer(name)
        preparation = self._text.preparation(self._info, self._layer)
        about = (self._text.layer(self._layer), preparation)
        self._title.set_text(name, " · ".join(text for text in about if text))
        self._maps.setAccessibleDescription(self._title.text())
        self._tools.set_rank(len(self._layer.shape))
        self._maps.set_names(unit_names(self._info, self._layer))
        self._cards.set_layer(name)
        self.set_value(name, None)
        self._show()

    def set_observation(self, observation: Observation) -> None:
        """Show new activations."""
        self._activations = observation.activations
        self._show()

    def set_value(self, layer: str, position: Position | None) -> None:
        """Outline a value wherever its layer is shown."""
        is_shown = self._layer is not None and layer == self._layer.name
        self._maps.set_marked(position if is_shown else None)
        self._cards.set_marked(layer, position)

    def set_active(self, active: bool) -> None:
        """Show activations that arrived while the panel was hidden."""
        super().set_active(active)
        self._show()

    @property
    def is_plot(self) -> bool:
        """Whether bars of units are shown."""
        return self._layer is not None and len(self._layer.shape) == 1

    def exported_widget(self) -> QWidget:
        """Return the maps and the cards."""
        return self._views

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the activation of the current layer, and what the cards show."""
        if self._layer is None or self._layer.name not in self._activations:
            return {}
        return {self._layer.name: self._activations[self._layer.name], **self._cards.numbers()}

    def sizeHint(self) -> QSize:
        """Return the size for rows of readable maps."""
        return QSize(100 * STEP, 32 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the narrow tools above a row of small maps."""
        return QSize(38 * STEP, 18 * STEP)

    # --- building ---

    def _connect(self) -> None:
        tools, maps, cards = self._tools, self._maps, self._cards
        tools.settings_changed.connect(self._change_settings)
        tools.colour_toggled.connect(self._show_colour)
        tools.squares_toggled.connect(maps.set_squares)
        tools.zoom_requested.connect(lambda steps: maps.zoom_by(steps) if steps else maps.fit())
        maps.pointed_at.connect(self._show_pointed)
        maps.value_chosen.connect(self._choose_value)
        maps.pin_requested.connect(self._pin)
        maps.colour_requested.connect(self._choose_colour)
        cards.count_changed.connect(self._resize_cards)
        cards.colour_closed.connect(lambda: tools.set_colour(False))
        cards.pointed_at.connect(self._show_pointed_in_card)
        cards.value_chosen.connect(self.value_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the head in one to three rows, and the cards below the maps in tall panels."""
        super().resizeEvent(event)
        self._arrange_head(self.width() - 4 * STEP, is_low=self.height() < _LOW)
        upright = self._views.height() > self._views.width()
        self._views.setOrientation(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)

    def _arrange_head(self, width: int, *, is_low: bool) -> None:
        """Arrange title, value, legend and tools in as few rows as possible.

        In a low panel, height matters more than seeing all tools.
        """
        width = round(width * min(1.0, _LINE / self.fontMetrics().height()))
        one_row = _LOW_ONE_ROW if is_low else _ONE_ROW
        rows = 1 if width >= one_row else 2 if width >= _TWO_ROWS else 3
        is_narrow = width < (_ONE_ROW if rows == 1 else _WITH_SETTINGS)
        if (rows, is_narrow) == self._head_layout:
            return
        self._head_layout = (rows, is_narrow)
        self._tools.set_narrow(is_narrow)
        layouts: dict[int, tuple[tuple[QWidget, ...], ...]] = {
            1: ((self._title, self._pointed, self._legend, self._tools), (), ()),
            2: ((self._title, self._tools), (self._pointed, self._legend), ()),
            3: ((self._title,), (self._legend, self._tools), (self._pointed,)),
        }
        wide = (self._title, self._pointed) if rows < 3 else (self._title, self._pointed, self._legend)
        for row, widgets in zip(self._head, layouts[rows], strict=True):
            while row.count():
                row.takeAt(0)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in wide else 0, Qt.AlignmentFlag.AlignVCenter)

    def _resize_cards(self, cards: int) -> None:
        """Resize the cards to their preferred size."""
        self._cards.setVisible(cards > 0)
        if cards:
            across = self._views.orientation() == Qt.Orientation.Horizontal
            whole = self._views.width() if across else self._views.height()
            mine = self._cards.preferred_extent(self._views.width(), self._views.height())
            self._views.setSizes([whole - mine, mine])

    # --- actions ---

    def _show(self) -> None:
        """Pass the activations on if the panel is visible."""
        if not self.is_active or self._layer is None:
            return
        activation = self._activations.get(self._layer.name)
        if self._activations:
            hint = self._text.why_not_shown(self._layer, has_activation=activation is not None)
            if hint:
                self._maps.set_hint(hint)
        self._maps.set_activation(activation)
        self._cards.show_activations(self._activations, self._settings)
        self._show_scale()

    def _show_scale(self) -> None:
        scale = self._maps.scale()
        self._legend.set_scale(scale, self._maps.pointed_channel())
        if scale is not None:
            self._tools.controls.set_span(scale.low, scale.high)
        if not self._maps.is_pointed():
            self._pointed.set_text(self._maps.constant_channels_text())

    def _change_settings(self, settings: ColourSettings) -> None:
        self._settings = settings
        self._maps.set_colour_settings(settings)
        self._cards.show_activations(self._activations, settings)
        self._show_scale()

    def _show_pointed(self, text: str) -> None:
        self._pointed.set_text(text or self._maps.constant_channels_text())
        self._legend.set_scale(self._maps.scale(), self._maps.pointed_channel())

    def _show_pointed_in_card(self, layer: str, position: Position | None) -> None:
        activation = self._activations.get(layer)
        if position is None or activation is None:
            self._pointed.set_text(self._maps.constant_channels_text())
            return
        value = self._text.value(position, float(activation[position]))
        self._pointed.set_text(self.tr("{layer} · {value}").format(layer=layer, value=value))

    def _choose_value(self, position: Position) -> None:
        if self._layer is not None:
            self.value_chosen.emit(self._layer.name, position)

    def _pin(self, channel: int) -> None:
        if self._layer is not None:
            self._cards.pin(self._layer.name, channel)

    def _choose_colour(self, colour: int, channel: int) -> None:
        self._tools.set_colour(True)
        self._cards.choose_colour(colour, channel)

    def _show_colour(self, is_on: bool) -> None:
        self._cards.set_colour(is_on)
