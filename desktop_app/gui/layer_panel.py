"""The layer panel: which layer is looked at, and its feature maps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.network_info import LayerInfo
from desktop_app.gui.feature_maps import FeatureMapView, Legend
from desktop_app.gui.theme import STEP


class LayerPanel(QWidget):
    """A choice of layers over the maps of the chosen one."""

    layer_chosen = Signal(str)
    """The name of the layer that the user wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without layers."""
        super().__init__(parent)
        self._activations: Mapping[str, NDArray[np.float32]] = {}
        self._wanted = ""
        self._choice = QComboBox()
        self._choice.setObjectName("layer_choice")
        self._choice.setAccessibleName(self.tr("Layer"))
        self._choice.setToolTip(self.tr("The layer of the network to look at"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._choice.setMinimumContentsLength(24)
        self._maps = FeatureMapView()
        self._legend = Legend()
        self._about = QLabel()
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._pointed = QLabel()
        self._pointed.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._about, self._pointed):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        # What is pointed at changes with the mouse; the panel's least width must not.
        self._pointed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self._choice.currentIndexChanged.connect(self._choose)
        self._maps.pointed_at.connect(self._pointed.setText)
        self._maps.range_changed.connect(self._legend.set_range)

    def set_layers(self, layers: tuple[LayerInfo, ...], wanted: str) -> None:
        """The layers to choose from; wanted is shown if it is among them, else the first."""
        self._choice.blockSignals(True)
        self._choice.clear()
        for layer in layers:
            self._choice.addItem(layer_title(layer), layer)
        names = [layer.name for layer in layers]
        self._choice.setCurrentIndex(names.index(wanted) if wanted in names else 0)
        self._choice.blockSignals(False)
        self._show_chosen()

    def set_activations(self, activations: Mapping[str, NDArray[np.float32]]) -> None:
        """Layer name to activation of one reading; empty without ink."""
        self._activations = activations
        self._show_chosen()

    def chosen_layer(self) -> str:
        """Name of the layer that is shown; empty before there are layers."""
        layer = self._choice.currentData()
        return layer.name if isinstance(layer, LayerInfo) else ""

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._choice)
        head.addWidget(self._about)
        head.addWidget(self._pointed, 1)
        head.addWidget(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._maps, 1)

    def _choose(self) -> None:
        self._show_chosen()
        self.layer_chosen.emit(self.chosen_layer())

    def _show_chosen(self) -> None:
        layer = self._choice.currentData()
        self._about.setText(layer.kind if isinstance(layer, LayerInfo) else "")
        self._maps.set_activation(self._activations.get(self.chosen_layer()))


def layer_title(layer: LayerInfo) -> str:
    """Name and shape, e.g. "conv2 · 12×12×64"."""
    return f"{layer.name} · {'×'.join(str(size) for size in layer.shape)}"
