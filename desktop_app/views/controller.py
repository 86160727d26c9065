"""Controllers: each works for one panel, fetches what it wants to show and computes it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.ink.page import Page

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo
    from desktop_app.networks.recognizer import Observation


@dataclass(frozen=True, eq=False)
class OpenNetwork:
    """The network that reads now.

    Attributes:
        info: its layers.
        graph: its arithmetic.
        folder: of the model.
        sha256: of the network file, hexadecimal; names what is kept about it.
        library: names and titles of all models that there are to choose from.
        errors: why other models of the library cannot be chosen, a sentence each.
        own: names and titles of the user's own models.
    """

    info: NetworkInfo
    graph: Graph
    folder: Path
    sha256: str
    library: tuple[tuple[str, str], ...]
    errors: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()


class Controller(QObject):
    """Works for one panel. Everything is optional."""

    failed = Signal(object, str)
    """An exception, and the sentence for the user where it is no user error."""

    def set_network(self, network: OpenNetwork) -> None:
        """Another network reads from now on; whatever came from the one before is void."""

    def set_observation(self, page: Page, observation: Observation) -> None:
        """A page was read. Called with every movement of the pen: take note, and no more."""

    def may_close(self, window: QWidget) -> bool:
        """The window wants to close: ask the user if need be; whether it may close now."""
        return True

    def close(self) -> None:
        """The window closes: stop and join everything."""
