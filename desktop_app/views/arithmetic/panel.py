"""The arithmetic panel: how a single value is computed."""

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
from desktop_app.views.arithmetic.diagram import Diagram
from desktop_app.views.arithmetic.positions import has_value, moved_position, next_position
from desktop_app.views.arithmetic.value_text import value_text
from desktop_app.views.arithmetic.view import ArithmeticView
from desktop_app.views.panel import Panel
from desktop_app.views.parts.messages import translated
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
    """The arithmetic of a value of any layer, from the model input to the result."""

    value_chosen = Signal(str, object)
    """Layer and index of another value that the user chose here."""

    def __init__(self) -> None:
        """Start without a network."""
        super().__init__()
        self._info: NetworkInfo | None = None
        self._graph: Graph | None = None
        self._activations: Mapping[str, NDArray[np.float32]] = MappingProxyType({})
        self._layer = ""
        self._position: Position | None = None
        self._controls = Controls()
        self._view = ArithmeticView(self._make_content)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._slide)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._controls)
        layout.addWidget(self._view, 1)
        self._connect()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Use another network, with no value chosen."""
        self._info, self._graph = info, graph
        self._activations = MappingProxyType({})
        self._show_value("", None)

    def set_observation(self, observation: Observation) -> None:
        """Use new activations; the arithmetic is computed when it is painted next."""
        self._activations = observation.activations
        self._view.invalidate()

    def set_layer(self, name: str) -> None:
        """Stop sliding when another layer is chosen."""
        if name != self._layer:
            self.set_sliding(False)

    def set_value(self, layer: str, position: Position | None) -> None:
        """Show a value."""
        if (layer, position) != (self._layer, self._position):
            self.set_sliding(False)
            self._show_value(layer, position)

    def location(self) -> tuple[str, Position] | None:
        """Return the layer and the index of the shown value."""
        return None if self._position is None else (self._layer, self._position)

    def set_active(self, active: bool) -> None:
        """Stop sliding when hidden."""
        super().set_active(active)
        if not active:
            self.set_sliding(False)

    @property
    def is_sliding(self) -> bool:
        """Whether the window slides along the map."""
        return self._timer.isActive()

    def set_sliding(self, sliding: bool) -> None:
        """Start or stop sliding at the chosen speed; does nothing without a value."""
        if sliding and self._position is not None:
            self._timer.start(_SECOND_MS // self._controls.speed)
        else:
            self._timer.stop()
        self._controls.set_sliding(self._timer.isActive())

    def exported_widget(self) -> QWidget:
        """Return the diagram."""
        return self._view

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the arrays of the shown arithmetic."""
        content = self._view.content()
        return numbers_of(content.derivation.arithmetic) if isinstance(content, Diagram) else {}

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop sliding when hidden."""
        self.set_sliding(False)
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with arrow and page keys, slide with Space, go to the previous layer with Backspace.

        Ctrl+Up and Ctrl+Down scroll the summands.
        """
        key = Qt.Key(event.key())
        if self._position is None or self._info is None:
            super().keyPressEvent(event)
        elif key in _ARROWS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.scroll_rows(_ARROWS[key][0])
        elif key in _ARROWS:
            shape = self._info.layer(self._layer).shape
            self._go_to(self._layer, moved_position(shape, self._position, *_ARROWS[key]))
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
        controls.speed_chosen.connect(lambda speed: self._timer.setInterval(_SECOND_MS // speed))
        controls.order_chosen.connect(lambda: self._view.invalidate(from_top=True))
        controls.source_requested.connect(self._go_to_source)
        self._view.pressed.connect(lambda: self.set_sliding(False))
        self._view.value_clicked.connect(self._go_to)

    # --- navigation ---

    def _go_to(self, layer: str, position: Position) -> None:
        """Show a value chosen here."""
        self.set_sliding(False)
        if (layer, position) != (self._layer, self._position):
            self._show_value(layer, position)
            self.value_chosen.emit(layer, position)

    def _step(self, step: int) -> None:
        position = self._neighbour(step)
        if position is not None:
            self._go_to(self._layer, position)

    def _slide(self) -> None:
        """Show the next value, or stop at the end of the map."""
        position = self._neighbour(1)
        if position is None:
            self.set_sliding(False)
            return
        self._show_value(self._layer, position)
        self.value_chosen.emit(self._layer, position)

    def _go_to_source(self) -> None:
        content = self._view.content()
        if isinstance(content, Diagram) and content.derivation.arithmetic.sources:
            self._go_to(*content.derivation.arithmetic.sources[0])

    def _neighbour(self, step: int) -> Position | None:
        if self._info is None or self._position is None:
            return None
        return next_position(self._info.layer(self._layer).shape, self._position, step)

    # --- contents ---

    def _show_value(self, layer: str, position: Position | None) -> None:
        known = position is not None and self._info is not None and has_value(self._info, layer, position)
        other_layer = layer != self._layer
        self._layer, self._position = (layer, position) if known else ("", None)
        if self._position is None or self._info is None:
            self.set_sliding(False)
            self._controls.set_title("")
        else:
            short = f"{layer} · {', '.join(str(index) for index in self._position)}"
            self._controls.set_title(value_text(layer, self._position), short)
            self._controls.set_ends(
                first=self._neighbour(-1) is None,
                last=self._neighbour(1) is None,
                has_source=bool(self._info.layer(layer).inputs),
            )
        self._view.invalidate(from_top=other_layer)

    def _make_content(self) -> Diagram | str:
        """Return the diagram of the shown value, or a message."""
        content = self._make_diagram_or_reason()
        self._controls.set_orderable(isinstance(content, Diagram) and content.computation.count > 1)
        return content

    def _make_diagram_or_reason(self) -> Diagram | str:
        if self._info is None or self._graph is None or self._position is None:
            return self.tr("Click a value of a feature map to see its arithmetic.")
        if self._layer not in self._activations:
            return self.tr("The arithmetic of this value appears here once the model has an input.")
        layer = self._info.layer(self._layer)
        try:
            arithmetic = self._graph.explain(self._layer, self._position, self._activations)
        except UserError as error:
            value = numeral(float(self._activations[self._layer][self._position]))
            shape = shape_text(layer.shape)
            known = self.tr("Its value is {value}. The layer's shape is {shape}.")
            return f"{translated(error)}\n{known.format(value=value, shape=shape)}"
        largest_first = self._controls.largest_first
        derivation = Derivation(self._info, self._graph, self._activations, arithmetic, largest_first)
        return Diagram(derivation)
