"""The place of a view: it is made there when it is first seen, and told what it missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.ink.page import Page
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.context import ViewContext
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.panel import Panel
from desktop_app.views.view import View

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.recognizer import Observation


@dataclass
class InspectionState:
    """What all views of a window look at.

    Attributes:
        network: that reads; None before the first one is open.
        layer: its name.
        value: a layer and a position in it; the position is None where no value was asked about.
        reading: the page that was read last, and what was observed; None before the first reading.
    """

    network: OpenNetwork | None = None
    layer: str = ""
    value: tuple[str, Position | None] = ("", None)
    reading: tuple[Page, Observation] | None = None


class ViewHost(QWidget):
    """Fills a dock with one view, or with a sentence that says why the view is not there."""

    def __init__(
        self, view: View, context: ViewContext, looked_at: InspectionState, obstacle: Callable[[View], str]
    ) -> None:
        """An empty place.

        Args:
            view: that comes here.
            context: that it is given.
            looked_at: what it is shown; kept up to date by the window, which tells of every change.
            obstacle: why a view cannot be made, in one sentence; empty where it can.
        """
        super().__init__()
        self.view = view
        self._context, self._looked_at, self._obstacle = context, looked_at, obstacle
        self._is_active = False
        self._panel: Panel | None = None
        self._controller: Controller | None = None
        self._sentence = QLabel()
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sentence.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._sentence)

    @property
    def panel(self) -> Panel | None:
        """The view's panel; None before it is first seen and while a sentence is in its place."""
        return None if self._sentence.text() else self._panel

    @property
    def is_active(self) -> bool:
        """Whether the place can be seen."""
        return self._is_active

    def set_active(self, active: bool) -> None:
        """Told by its dock when the place comes to sight or goes out of it."""
        self._is_active = active
        if active:
            self.fill()
        elif self._panel is not None:
            self._panel.set_active(False)

    def fill(self) -> None:
        """Make the view unless that was done, and tell it what it has missed; or say what is in its way."""
        sentence = self._error()
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        if self._panel is None and not sentence:
            self._panel, self._controller = self.view.make(self._context)
            if self._controller is not None:
                self._controller.failed.connect(self._context.failed)
            self._layout.addWidget(self._panel)
            self.setFocusProxy(self._panel)
            self._send_network()
            self.broadcast_observation()
        if self._panel is not None:
            self._panel.setVisible(not sentence)
            self._panel.set_active(self._is_active and not sentence)

    def broadcast_network(self) -> None:
        """Another network reads."""
        if self._panel is not None:
            self.fill()
            self._send_network()
        elif self._is_active:
            self.fill()

    def broadcast_layer(self) -> None:
        """Another layer is looked at."""
        if self.panel is not None:
            self.panel.set_layer(self._looked_at.layer)

    def broadcast_value(self) -> None:
        """Another value is looked at."""
        if self.panel is not None:
            self.panel.set_value(*self._looked_at.value)

    def broadcast_observation(self) -> None:
        """A page was read."""
        if self.panel is None or self._looked_at.reading is None:
            return
        page, observation = self._looked_at.reading
        self.panel.set_observation(observation)
        if self._controller is not None:
            self._controller.set_observation(page, observation)

    def may_close(self, window: QWidget) -> bool:
        """Whether the view lets the window close now; it asks the user if need be."""
        return self._controller is None or self._controller.may_close(window)

    def close_view(self) -> None:
        """End everything that works for the view."""
        if self._controller is not None:
            self._controller.close()

    def _send_network(self) -> None:
        network = self._looked_at.network
        if self.panel is None or network is None:
            return
        self.panel.set_network(network.info, network.graph)
        self.broadcast_layer()
        self.broadcast_value()
        if self._controller is not None:
            self._controller.set_network(network)

    def _error(self) -> str:
        """Why the view cannot be shown now, in one sentence; empty where it can."""
        network, tasks = self._looked_at.network, self.view.tasks
        if network is not None and tasks is not None and network.info.task.kind not in tasks:
            words = self.tr("“{view}” cannot show a network that {does}.")
            return words.format(view=self.view.title, does=task_kind(network.info.task).title)
        return "" if self._panel is not None else self._obstacle(self.view)
