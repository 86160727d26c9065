"""The picture of a network that has not learned yet: a row of tiles with shapes and arcs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.networks.layer_list import INPUT, Traced
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.recipe import Recipe
from desktop_app.views.layers.layer_row import LayerRow
from desktop_app.views.parts.theme import STEP

_MOST_HEIGHT = 21 * STEP


class NetworkPicture(QWidget):
    """The layers from left to right as far as they fit; one of them is chosen."""

    layer_chosen = Signal(int)
    """The place of the layer that the user chose; -1 for the input."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._info: NetworkInfo | None = None
        self._row, self._about = LayerRow(shapes=True), QLabel()
        self._row.setMaximumHeight(_MOST_HEIGHT)
        self._about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, STEP, 0, 0)
        layout.setSpacing(STEP)
        layout.addStretch()
        layout.addWidget(self._row, 10)
        layout.addWidget(self._about)
        layout.addStretch()
        self._row.layer_chosen.connect(self._tell)

    def set_traced(self, traced: Traced, recipe: Recipe, place: int) -> None:
        """Show a list of layers, the one at a place chosen; where it has a problem, say that.

        Args:
            traced: the recipe's layers, looked at.
            recipe: what the network is part of.
            place: of the chosen layer; -1 for the input.
        """
        info = None if traced.problem else NetworkInfo(recipe.name, recipe.title, recipe.task, traced.infos())
        if info != self._info or info is None:
            self._info = info
            words = self.tr("The network is drawn once this is mended: {problem}")
            self._row.set_hint(words.format(problem=traced.problem))
            self._row.set_network(info)
        name = traced.layers[place].layer.name if place >= 0 else INPUT
        self._row.set_layer(name)
        self._about.setText(self._row.accessibleDescription())

    def _tell(self, name: str) -> None:
        assert self._info is not None
        self._about.setText(self._row.accessibleDescription())
        self.layer_chosen.emit([layer.name for layer in self._info.layers].index(name) - 1)
