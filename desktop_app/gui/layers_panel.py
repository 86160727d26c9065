"""The network as a row of layers, from input to probabilities, alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QListView, QListWidget, QVBoxLayout, QWidget

from desktop_app.core.network_info import NetworkInfo
from desktop_app.gui.maps_panel import layer_title
from desktop_app.gui.panel import Panel
from desktop_app.gui.theme import STEP

if TYPE_CHECKING:
    from desktop_app.inspection.graph import Graph
    from desktop_app.recognition.recognizer import Observation


class LayersPanel(Panel):
    """The layers of the network from left to right; one of them is chosen."""

    layer_chosen = Signal(str)
    """The name of the layer that the user wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__("layers", parent)
        self.title = self.tr("Layers")
        self._names: tuple[str, ...] = ()
        self._row = QListWidget()
        self._row.setFlow(QListView.Flow.LeftToRight)
        self._row.setAccessibleName(self.tr("Layers of the network"))
        self._row.currentRowChanged.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.addWidget(self._row)

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: its layers, the first one chosen."""
        self._row.blockSignals(True)
        self._row.clear()
        self._names = tuple(layer.name for layer in info.layers)
        self._row.addItems([layer_title(layer) for layer in info.layers])
        self._row.setCurrentRow(0)
        self._row.blockSignals(False)

    def set_layer(self, name: str) -> None:
        """Choose the layer of this name; nothing happens where there is none."""
        if name in self._names:
            self._row.blockSignals(True)
            self._row.setCurrentRow(self._names.index(name))
            self._row.blockSignals(False)

    def set_observation(self, observation: Observation) -> None:
        """What a reading showed."""

    def _choose(self, row: int) -> None:
        self.layer_chosen.emit(self._names[row])
