"""The panel with the row of layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.layers.layer_row import LayerRow
from desktop_app.views.panel import Panel
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.throttle import Throttle

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.recognizer import Observation

_UPDATES_PER_SECOND = 30


class LayersPanel(Panel):
    """Shows the layers of the network from left to right; one of them is selected."""

    layer_chosen = Signal(str)
    """Name of the layer that the user has selected."""

    def __init__(self) -> None:
        """Start without a network."""
        super().__init__()
        self._observation: Observation | None = None
        self._row = LayerRow()
        self._throttle = Throttle(_UPDATES_PER_SECOND, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 0, 2 * STEP, 2)
        layout.addWidget(self._row)
        self._throttle.due.connect(self._show)
        self._row.layer_chosen.connect(self.layer_chosen)

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Set the network and select its first layer."""
        self._observation = None
        self._throttle.stop()
        self._row.set_network(info)

    def set_layer(self, name: str) -> None:
        """Select a layer if it exists."""
        self._row.set_layer(name)

    def set_observation(self, observation: Observation) -> None:
        """Show an observation, soon."""
        self._observation = observation
        if self.is_active:
            self._throttle.request()

    def set_active(self, active: bool) -> None:
        """Show the last observation; stop updates while hidden."""
        super().set_active(active)
        if active:
            self._show()
        else:
            self._throttle.stop()

    def exported_widget(self) -> QWidget:
        """Return the row of layers."""
        return self._row

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the activations of all layers."""
        return {} if self._observation is None else dict(self._observation.activations)

    def sizeHint(self) -> QSize:
        """Return the size for thumbnails with three lines of text."""
        return QSize(100 * STEP, 14 * STEP)

    def _show(self) -> None:
        self._row.set_observation(self._observation)
