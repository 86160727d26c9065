"""The arithmetic panel: how one value of a feature map came about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.core.errors import UserError
from desktop_app.core.text import shape_text
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.arithmetic.controls import Controls
from desktop_app.views.arithmetic.derivation import Derivation, numbers_of
from desktop_app.views.arithmetic.positions import is_place, moved, next_place
from desktop_app.views.arithmetic.sentence import Sentence
from desktop_app.views.arithmetic.value_text import text_for
from desktop_app.views.arithmetic.view import ArithmeticView
from desktop_app.views.panel import Panel
from desktop_app.views.parts.numerals import numeral

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.recognizer import Observation

_SECOND_MS = 1000

_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ArithmeticPanel(Panel):
    """One value of any layer, told from the model input to the value itself."""

    place_chosen = Signal(str, object)
    """The layer and the index of another value that the user goes to from here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._info: NetworkInfo | None = None
        self._graph: Graph | None = None
        self._activations: Mapping[str, NDArray[np.float32]] = MappingProxyType({})
        self._layer = ""
        self._position: Position | None = None
        self._controls = Controls()
        self._view = ArithmeticView(self._tell)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._slide_on)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._controls)
        layout.addWidget(self._view, 1)
        self._connect()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: no value of it has been asked about yet."""
        self._info, self._graph = info, graph
        self._activations = MappingProxyType({})
        self._show_place("", None)

    def set_observation(self, observation: Observation) -> None:
        """What a reading showed; the arithmetic is done anew when it is next painted."""
        self._activations = observation.activations
        self._view.renew()

    def set_layer(self, name: str) -> None:
        """Another layer is looked at: the window does not slide on behind the user's back."""
        if name != self._layer:
            self.set_sliding(False)

    def set_value(self, layer: str, position: Position | None) -> None:
        """Tell of this value."""
        if (layer, position) != (self._layer, self._position):
            self.set_sliding(False)
            self._show_place(layer, position)

    def place(self) -> tuple[str, Position] | None:
        """The value that is told of."""
        return None if self._position is None else (self._layer, self._position)

    def set_active(self, active: bool) -> None:
        """A window that nobody sees does not slide."""
        super().set_active(active)
        if not active:
            self.set_sliding(False)

    @property
    def is_sliding(self) -> bool:
        """Whether the window slides along the map."""
        return self._timer.isActive()

    def set_sliding(self, sliding: bool) -> None:
        """Slide the window along the map at the chosen pace, or stop; there must be a value."""
        if sliding and self._position is not None:
            self._timer.start(_SECOND_MS // self._controls.pace)
        else:
            self._timer.stop()
        self._controls.set_sliding(self._timer.isActive())

    def exported_widget(self) -> QWidget:
        """The sentence."""
        return self._view

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The arithmetic that is shown."""
        told = self._view.told()
        return numbers_of(told.story.arithmetic) if isinstance(told, Sentence) else {}

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing slides unseen."""
        self.set_sliding(False)
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and page keys step, Space slides, Backspace goes to the layer before.

        With the control key, arrows up and down scroll the summands.
        """
        key = Qt.Key(event.key())
        if self._position is None or self._info is None:
            super().keyPressEvent(event)
        elif key in _ARROWS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.scroll_rows(_ARROWS[key][0])
        elif key in _ARROWS:
            shape = self._info.layer(self._layer).shape
            self._go(self._layer, moved(shape, self._position, *_ARROWS[key]))
        elif key == Qt.Key.Key_Space:
            self.set_sliding(not self.is_sliding)
        elif key == Qt.Key.Key_Backspace:
            self._go_to_source()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        controls = self._controls
        controls.step_requested.connect(self._step)
        controls.slide_requested.connect(self.set_sliding)
        controls.pace_chosen.connect(lambda pace: self._timer.setInterval(_SECOND_MS // pace))
        controls.order_chosen.connect(lambda: self._view.renew(from_top=True))
        controls.source_requested.connect(self._go_to_source)
        self._view.pressed.connect(lambda: self.set_sliding(False))
        self._view.place_clicked.connect(self._go)

    # --- where to go ---

    def _go(self, layer: str, position: Position) -> None:
        """Go where the user wants."""
        self.set_sliding(False)
        if (layer, position) != (self._layer, self._position):
            self._show_place(layer, position)
            self.place_chosen.emit(layer, position)

    def _step(self, step: int) -> None:
        position = self._neighbour(step)
        if position is not None:
            self._go(self._layer, position)

    def _slide_on(self) -> None:
        """The next place; at the end of the map the window stops."""
        position = self._neighbour(1)
        if position is None:
            self.set_sliding(False)
            return
        self._show_place(self._layer, position)
        self.place_chosen.emit(self._layer, position)

    def _go_to_source(self) -> None:
        told = self._view.told()
        if isinstance(told, Sentence) and told.story.arithmetic.sources:
            self._go(*told.story.arithmetic.sources[0])

    def _neighbour(self, step: int) -> Position | None:
        if self._info is None or self._position is None:
            return None
        return next_place(self._info.layer(self._layer).shape, self._position, step)

    # --- what is shown ---

    def _show_place(self, layer: str, position: Position | None) -> None:
        known = position is not None and self._info is not None and is_place(self._info, layer, position)
        other_layer = layer != self._layer
        self._layer, self._position = (layer, position) if known else ("", None)
        if self._position is None or self._info is None:
            self.set_sliding(False)
            self._controls.set_title("")
        else:
            short = f"{layer} · {', '.join(str(index) for index in self._position)}"
            self._controls.set_title(text_for(layer, self._position), short)
            self._controls.set_ends(
                first=self._neighbour(-1) is None,
                last=self._neighbour(1) is None,
                has_source=bool(self._info.layer(layer).inputs),
            )
        self._view.renew(from_top=other_layer)

    def _tell(self) -> Sentence | str:
        """The sentence of the present value, or why there is none."""
        told = self._sentence()
        self._controls.set_orderable(isinstance(told, Sentence) and told.work.count > 1)
        return told

    def _sentence(self) -> Sentence | str:
        if self._info is None or self._graph is None or self._position is None:
            return self.tr("Click a value of a feature map: its arithmetic appears here.")
        if self._layer not in self._activations:
            return self.tr("Draw something: the arithmetic of this value appears here.")
        layer = self._info.layer(self._layer)
        try:
            arithmetic = self._graph.explain(self._layer, self._position, self._activations)
        except UserError as error:
            value = numeral(float(self._activations[self._layer][self._position]))
            shape = shape_text(layer.shape)
            known = self.tr("Its value here is {value}; the layer's shape is {shape}.")
            return f"{error}\n{known.format(value=value, shape=shape)}"
        largest_first = self._controls.largest_first
        story = Derivation(self._info, self._graph, self._activations, arithmetic, largest_first)
        return Sentence(story)
