"""The widget that holds one view and creates it when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop_app.core.installation import install_advice
from desktop_app.ink.page import Page
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.context import ViewContext
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.panel import Panel
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import View

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.recognizer import Observation

_TRAINING_LIBRARIES = ("desktop_app.training", "keras", "matplotlib", "tensorflow")
"""Needed for training only; the bundled program has no desktop_app.training."""

_LEAST_HEIGHT = 18 * STEP
"""A view that needs more height scrolls in a dock that is lower."""


@dataclass
class InspectionState:
    """What all views of a window show.

    Attributes:
        network: the current network; None before the first one is open.
        layer: name of the chosen layer.
        value: layer and position of the chosen value; the position is None if no value is chosen.
        reading: the last page that was read, with its observation; None before the first reading.
    """

    network: OpenNetwork | None = None
    layer: str = ""
    value: tuple[str, Position | None] = ("", None)
    reading: tuple[Page, Observation] | None = None


class ViewHost(ColumnView):
    """Fills a dock with one view, or with a sentence that explains why the view is not available.

    A dock can be lower than its view, which then scrolls: with a large font, the views of a workspace need
    more height than a small screen has.
    """

    def __init__(self, view: View, context: ViewContext, state: InspectionState) -> None:
        """Start without a panel.

        Args:
            view: the view to host.
            context: passed to the view.
            state: what the view shows; the window changes it and calls the update methods below.
        """
        sentence = QLabel()
        content = _Content(sentence)
        super().__init__(content)
        self.view = view
        self._context, self._state = context, state
        self._is_active = self._is_closed = False
        self._panel: Panel | None = None
        self._controller: Controller | None = None
        self._sentence, self._content = sentence, content
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    @property
    def panel(self) -> Panel | None:
        """The panel of the view; None until it is shown, while a sentence is shown, and once it is closed."""
        return None if self._is_closed or self._sentence.text() else self._panel

    @property
    def needed_height(self) -> int:
        """Smallest height in which the view does not scroll."""
        return self._content.minimumSizeHint().height()

    @property
    def is_active(self) -> bool:
        """Whether the dock is visible."""
        return self._is_active

    def set_active(self, active: bool) -> None:
        """Create the view when its dock becomes visible; pause it when the dock is hidden.

        It stays inactive after close_view(): late events would start work that nobody ends.
        """
        active = active and not self._is_closed
        self._is_active = active
        if active:
            self.create_view()
        elif self._panel is not None:
            self._panel.set_active(False)
            # Keys would change settings that are not visible.
            if (focused := QApplication.focusWidget()) is not None and self.isAncestorOf(focused):
                self._context.canvas.setFocus()

    def create_view(self) -> None:
        """Create the view if needed and bring it up to date, or show why it is not available."""
        sentence = self._unavailable()
        self._sentence.setText(sentence)
        if self._panel is None and not sentence:
            self._panel, self._controller = self.view.make(self._context)
            if self._controller is not None:
                self._controller.failed.connect(self._context.failed)
            self._content.show_only(self._panel)
            self.setFocusProxy(self._panel)
            self._send_network()
            self.update_observation()
        self._content.show_only(self._panel if self._panel is not None and not sentence else self._sentence)
        if self._panel is not None:
            self._panel.set_active(self._is_active and not sentence)

    def update_network(self) -> None:
        """Show another network."""
        if self._panel is not None:
            self.create_view()
            self._send_network()
        elif self._is_active:
            self.create_view()

    def update_layer(self) -> None:
        """Show another layer."""
        if self.panel is not None:
            self.panel.set_layer(self._state.layer)

    def update_value(self) -> None:
        """Show another value."""
        if self.panel is not None:
            self.panel.set_value(*self._state.value)

    def update_observation(self) -> None:
        """Show another reading."""
        if self.panel is None or self._state.reading is None:
            return
        page, observation = self._state.reading
        self.panel.set_observation(observation)
        if self._controller is not None:
            self._controller.set_observation(page, observation)

    def may_close(self, window: QWidget) -> bool:
        """Return whether the window may close now; the view may ask the user."""
        return self._controller is None or self._controller.may_close(window)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size of the view, which may scroll vertically."""
        needed = self._content.minimumSizeHint()
        return QSize(needed.width(), min(needed.height(), _LEAST_HEIGHT))

    def sizeHint(self) -> QSize:
        """Return the preferred size of the view."""
        return self._content.sizeHint()

    def event(self, event: QEvent) -> bool:
        """Pass on a new minimum size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

    def close_view(self) -> None:
        """Close the controller of the view; a floating dock stays visible, so the panel is made inactive."""
        self._is_closed = True
        self.set_active(False)
        if self._controller is not None:
            self._controller.close()

    def _send_network(self) -> None:
        network = self._state.network
        if self.panel is None or network is None:
            return
        self.panel.set_network(network.info, network.graph)
        self.update_layer()
        self.update_value()
        if self._controller is not None:
            self._controller.set_network(network)

    def _unavailable(self) -> str:
        """Return why the view cannot be shown now, in one sentence; empty if it can."""
        network, tasks = self._state.network, self.view.tasks
        if network is not None and tasks is not None and network.info.task.kind not in tasks:
            sentence = self.tr(
                "“{view}” is not available for {task}. Choose another model in the Model menu."
            )
            return sentence.format(view=self.view.title, task=translated(task_kind(network.info.task).title))
        is_created = self._panel is not None
        if self.view.needs_training and not is_created and any(map(_is_missing, _TRAINING_LIBRARIES)):
            sentence = self.tr("Training needs more libraries. {advice}")
            return sentence.format(advice=translated(install_advice()))
        return ""


def _is_missing(library: str) -> bool:
    return find_spec(library) is None


class _Content(QWidget):
    """Shows one widget in all of its area.

    A layout would pass on a height that depends on the width, which Qt takes for the minimum height.
    """

    def __init__(self, shown: QWidget) -> None:
        """Show a widget."""
        super().__init__()
        self._shown = shown
        self.show_only(shown)

    def show_only(self, widget: QWidget) -> None:
        """Show a widget, which becomes a child, in place of another."""
        if widget is not self._shown:
            self._shown.hide()
            self._shown = widget
        widget.setParent(self)
        widget.setGeometry(self.rect())
        widget.show()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the preferred size of the shown widget."""
        return self._shown.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the minimum size of the shown widget."""
        return self._shown.minimumSizeHint().expandedTo(self._shown.minimumSize())

    def event(self, event: QEvent) -> bool:
        """Pass on a new minimum size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the shown widget all of the area."""
        super().resizeEvent(event)
        self._shown.setGeometry(self.rect())
