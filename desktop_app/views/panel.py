"""Panels: views that can be moved, closed, found again and taken away."""

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
    """One view of the network. It is active while it can be seen; what is hidden computes nothing.

    A panel that is not active keeps what it is given and shows it once it is active again.
    """

    activity_changed = Signal(bool)
    """Whether the panel can be seen from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """A panel that is not active yet."""
        super().__init__(parent)
        self._is_active = False

    @property
    def is_active(self) -> bool:
        """Whether the panel can be seen."""
        return self._is_active

    @property
    def is_plot(self) -> bool:
        """Whether what is shown is drawn with lines and text, so that it may be saved as SVG."""
        return False

    def set_active(self, active: bool) -> None:
        """Told by the window when the panel comes to sight or goes out of it."""
        if active != self._is_active:
            self._is_active = active
            self.activity_changed.emit(active)

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network reads from now on; what came from the one before is void."""

    def set_observation(self, observation: Observation) -> None:
        """A reading, with every activation; comes with every movement of the pen."""

    def set_layer(self, name: str) -> None:
        """The layer that is looked at from now on."""

    def set_value(self, layer: str, position: Position | None) -> None:
        """The value of a layer, at an index into its activation, that is looked at; None: no value."""

    def exported_widget(self) -> QWidget:
        """The widget that a picture of this view shows: the view without its controls."""
        return self

    def exported_file(self, kind: str) -> bytes:
        """The view as a file of the panel's own making, by its suffix; empty: as `views.export` makes it.

        Only panels that make a "csv" themselves can be taken away as a table.
        """
        return b""

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """What the view shows, as arrays by name, to be saved as .npz; empty while it is empty."""
        return {}
