"""Base class of the panels of views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo
    from desktop_app.networks.recognizer import Observation


class Panel(QWidget):
    """The widget of a view. It is active while it is visible, and computes nothing while it is not.

    An inactive panel keeps what it is given and shows it once it is active again.
    """

    activity_changed = Signal(bool)
    """Whether the panel has become active."""

    def __init__(self) -> None:
        """Start inactive."""
        super().__init__()
        self._is_active = False

    @property
    def is_active(self) -> bool:
        """Whether the panel is visible."""
        return self._is_active

    @property
    def is_plot(self) -> bool:
        """Whether the panel shows lines and text, so that it can be exported as SVG."""
        return False

    def set_active(self, active: bool) -> None:
        """Set whether the panel is visible; called by the window."""
        if active != self._is_active:
            self._is_active = active
            self.activity_changed.emit(active)

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Show another network and discard all results of the last one."""

    def set_observation(self, observation: Observation) -> None:
        """Show a reading with all activations; called with every movement of the pen."""

    def set_layer(self, name: str) -> None:
        """Show another layer."""

    def set_value(self, layer: str, position: Position | None) -> None:
        """Show the value at an index into the activation of a layer; None: no value."""

    def exported_widget(self) -> QWidget:
        """Return the widget to export as an image: the view without its controls."""
        return self

    def exported_file(self, kind: str) -> bytes:
        """Return the content of an exported file by its suffix; empty: `view_export` creates it.

        Only panels that return a "csv" can be exported as a table.
        """
        return b""

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return what the view shows as arrays by name, for an .npz file; empty while nothing is shown."""
        return {}
