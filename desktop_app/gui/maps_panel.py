"""The maps panel: the feature maps of the chosen layer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.core.network_info import LayerInfo, NetworkInfo
from desktop_app.gui.caption import Caption
from desktop_app.gui.feature_maps import FeatureMapView, Legend
from desktop_app.gui.panel import Panel
from desktop_app.gui.theme import STEP

if TYPE_CHECKING:
    from desktop_app.inspection.arithmetic import Position
    from desktop_app.inspection.graph import Graph
    from desktop_app.recognition.recognizer import Observation


class MapsPanel(Panel):
    """The feature maps of one layer, alive, and what is to be known about the layer."""

    pixel_chosen = Signal(str, object)
    """A layer and the position in it, (row, column, channel) or (unit,), that the user asks about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__("maps", parent)
        self.title = self.tr("Feature maps")
        self._layer: LayerInfo | None = None
        self._info: NetworkInfo | None = None
        self._activations: Mapping[str, NDArray[np.float32]] = MappingProxyType({})
        self._about = Caption()
        self._pointed = Caption()
        self._maps = FeatureMapView()
        self._legend = Legend()
        self._maps.pointed_at.connect(self._pointed.set_text)
        self._maps.range_changed.connect(self._legend.set_range)
        self._maps.value_chosen.connect(self._choose_value)
        self._lay_out()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: its first layer is shown until another is chosen."""
        self._info = info
        self._activations = MappingProxyType({})
        self.set_layer(info.layers[0].name)

    def set_layer(self, name: str) -> None:
        """Show the layer of this name; nothing happens where there is none."""
        if self._info is None or name not in self._info:
            return
        self._layer = self._info.layer(name)
        self._about.set_text(layer_title(self._layer))
        self._maps.set_marked(None)
        self._show()

    def set_observation(self, observation: Observation) -> None:
        """What a reading showed."""
        self._activations = observation.activations
        self._show()

    def set_marked(self, position: Position | None) -> None:
        """Outline the value at a position of the layer that is shown, or none."""
        self._maps.set_marked(position)

    def subject(self) -> QWidget:
        """The maps."""
        return self._maps

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The activation of the layer that is shown."""
        activation = self._maps.activation()
        if self._layer is None or activation is None:
            return {}
        return {self._layer.name: activation}

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._about, 1)
        head.addWidget(self._pointed, 1)
        head.addWidget(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._maps, 1)

    def _show(self) -> None:
        if self._layer is not None:
            self._maps.set_activation(self._activations.get(self._layer.name))

    def _choose_value(self, position: Position) -> None:
        if self._layer is not None:
            self.pixel_chosen.emit(self._layer.name, position)


def layer_title(layer: LayerInfo) -> str:
    """Name and shape, e.g. "conv2 · 12×12×64"."""
    return f"{layer.name} · {'×'.join(str(size) for size in layer.shape)}"
