"""Base class of controllers, which load and compute what a panel shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.core.messages import Message
from desktop_app.ink.page import Page
from desktop_app.jobs.background import Background
from desktop_app.jobs.long_job import LongJob
from desktop_app.jobs.worker import Worker
from desktop_app.views.parts.throttle import Throttle

if TYPE_CHECKING:
    from desktop_app.networks.card import ModelCard
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.last_layer import Adaptation, LastLayer
    from desktop_app.networks.library import LibraryEntry
    from desktop_app.networks.network_info import NetworkInfo
    from desktop_app.networks.recognizer import Observation


@dataclass(frozen=True, eq=False)
class OpenNetwork:
    """The current network.

    Attributes:
        info: task and layers.
        graph: arithmetic of the layers.
        folder: of the model.
        sha256: of what the model reads with, see `ModelCard.sha256`.
        library: all models of the library.
        comparable: names and titles of the models for the same kind of task.
        problems: why other models of the library cannot be chosen, one message each.
        user_models: names and titles of the user's models.
        card: of the model; None in tests of single views.
        last_layer: the last layer as shipped; None if the model cannot learn from corrections.
        adaptation: what the model had learned from corrections when it was opened; None if nothing.
        adapted_layer: the last layer that it reads with if that is not the shipped one; see `adapted`.
    """

    info: NetworkInfo
    graph: Graph
    folder: Path
    sha256: str
    library: tuple[LibraryEntry, ...]
    comparable: tuple[tuple[str, str], ...] = ()
    problems: tuple[Message, ...] = ()
    user_models: tuple[tuple[str, str], ...] = ()
    card: ModelCard | None = None
    last_layer: LastLayer | None = None
    adaptation: Adaptation | None = None
    adapted_layer: LastLayer | None = None

    def adapted(self, adaptation: Adaptation | None) -> OpenNetwork:
        """Return a network as it was opened with what it learned from corrections."""
        if self.last_layer is None or adaptation is None:
            return self
        layer = self.last_layer.with_weights(adaptation)
        return replace(self, graph=self.graph.with_weights(layer.weights()), adapted_layer=layer)

    @property
    def cache_key(self) -> str:
        """Key of cached results, hexadecimal; it depends on all weights."""
        if self.adapted_layer is None:
            return self.sha256
        return hashlib.sha256((self.sha256 + self.adapted_layer.sha256).encode()).hexdigest()


class Controller(QObject):
    """Loads and computes what one panel shows. Workers, jobs and timers are its children."""

    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""

    def set_network(self, network: OpenNetwork) -> None:
        """Use another network and discard all results of the last one."""

    def set_observation(self, page: Page, observation: Observation) -> None:
        """Store a reading; called with every movement of the pen, so it must return at once."""

    def may_close(self, window: QWidget) -> bool:
        """Return whether the window may close now; ask the user if necessary."""
        return True

    def close(self) -> None:
        """Stop all timers, workers and jobs of the controller, and join their threads."""
        for child in self.children():
            if isinstance(child, QTimer | Throttle):
                child.stop()
            elif isinstance(child, Worker | Background | LongJob):
                child.close()
