"""The network as a row of layers, from input to probabilities, alive."""

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

_TIMES_A_SECOND = 30


class LayersPanel(Panel):
    """The layers of the network from left to right; one of them is chosen."""

    layer_chosen = Signal(str)
    """The name of the layer that the user wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._observation: Observation | None = None
        self._row = LayerRow()
        self._pace = Throttle(_TIMES_A_SECOND, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 0, 2 * STEP, 2)
        layout.addWidget(self._row)
        self._pace.due.connect(self._show)
        self._row.layer_chosen.connect(self.layer_chosen)

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: its layers, the first one chosen."""
        self._observation = None
        self._pace.stop()
        self._row.set_network(info)

    def set_layer(self, name: str) -> None:
        """Choose the layer of this name; nothing happens where there is none."""
        self._row.set_layer(name)

    def set_observation(self, observation: Observation) -> None:
        """What a reading showed; of many in a short time the last one is shown."""
        self._observation = observation
        if self.is_active:
            self._pace.request()

    def set_active(self, active: bool) -> None:
        """Shows what came while the panel could not be seen; stops where it cannot."""
        super().set_active(active)
        if active:
            self._show()
        else:
            self._pace.stop()

    def exported_widget(self) -> QWidget:
        """The row."""
        return self._row

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Every layer's activation."""
        return {} if self._observation is None else dict(self._observation.activations)

    def sizeHint(self) -> QSize:
        """Thumbnails with three lines of words."""
        return QSize(100 * STEP, 14 * STEP)

    def _show(self) -> None:
        self._row.set_observation(self._observation)
