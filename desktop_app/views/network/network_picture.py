"""Diagram of an untrained network: a row of tiles with shapes and connections."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.networks.layer_list import INPUT, CheckedLayers
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.recipe import Recipe
from desktop_app.views.layers.layer_row import LayerRow
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP

_MOST_HEIGHT = 21 * STEP


class NetworkPicture(QWidget):
    """Layers from left to right; one of them is selected."""

    layer_chosen = Signal(int)
    """Index of the selected layer; -1 for the input."""

    def __init__(self) -> None:
        """Create an empty diagram."""
        super().__init__()
        self._info: NetworkInfo | None = None
        self._row, self._description = LayerRow(shapes=True), QLabel()
        self._row.setMaximumHeight(_MOST_HEIGHT)
        self._description.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.setSpacing(STEP)
        layout.addStretch()
        layout.addWidget(self._row, 10)
        layout.addWidget(self._description)
        layout.addStretch()
        self._row.layer_chosen.connect(self._select_layer)

    def set_layers(self, checked: CheckedLayers, recipe: Recipe, index: int) -> None:
        """Show a list of layers, or its problem.

        Args:
            checked: the layers of the recipe with all shapes.
            recipe: of the network.
            index: of the selected layer; -1 for the input.
        """
        info = None
        if checked.problem is None:
            info = NetworkInfo(recipe.name, recipe.title, recipe.task, checked.infos())
        if info != self._info or info is None:
            self._info = info
            text = self.tr("The diagram appears when this is fixed: {problem}")
            self._row.set_hint(text.format(problem=translated(checked.problem)))
            self._row.set_network(info)
        name = checked.layers[index].layer.name if index >= 0 else INPUT
        self._row.set_layer(name)
        self._description.setText(self._row.accessibleDescription())

    def _select_layer(self, name: str) -> None:
        assert self._info is not None
        self._description.setText(self._row.accessibleDescription())
        self.layer_chosen.emit([layer.name for layer in self._info.layers].index(name) - 1)
