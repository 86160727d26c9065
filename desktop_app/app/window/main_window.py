"""The main window: the canvas in the middle, and around it the views of the chosen workspace.

The window knows neither files nor networks: it shows what it is given and emits what the user requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from desktop_app.app.help.help_pages import HelpPages
from desktop_app.app.views import VIEWS
from desktop_app.app.window.actions import Actions
from desktop_app.app.window.canvas_fit import CanvasFit
from desktop_app.app.window.drawing_actions import DrawingActions
from desktop_app.app.window.field_keys import FieldKeys
from desktop_app.app.window.menus import RecentFilesMenu, add_menus
from desktop_app.app.window.message_area import MessageArea
from desktop_app.app.window.model_menu import ModelMenu
from desktop_app.app.window.safe_layout import forget_first_layout
from desktop_app.app.window.tab_order import focus_next
from desktop_app.app.window.text_actions import TextActions
from desktop_app.app.window.tool_row import ToolRow
from desktop_app.app.window.view_host import InspectionState, ViewHost
from desktop_app.app.window.window_size import FrameRoom, apply_default_size
from desktop_app.app.window.workspaces import Workspaces
from desktop_app.ink.page import Page
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.context import ViewContext
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.arrow_keys import typed_label
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import TRAIN, Subject, View

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.recognizer import Observation
    from desktop_app.tasks.task import Task


class MainWindow(QMainWindow):
    """The only window of the program.

    Attributes:
        canvas: where the user draws.
        context: what the views share.
        hosts: one for each view.
        workspaces: lays out the views.
        menu_actions: what menus and tool row offer; those about files, models and settings are not connected.
        recent_files: the menu of files to open again.
        model_menu: the menu of models.
        messages: over the lower edge of the window.
        canvas_fit: resizes the panels with the window.
        drawing_actions, text_actions: carry out what concerns the canvas and the text on it.
    """

    layer_chosen = Signal(str)
    shown = Signal()
    """The window has been painted for the first time."""
    reading_painted = Signal(object)
    """The page whose reading has just been painted."""
    closed = Signal()

    def __init__(self, views: Sequence[View] = VIEWS) -> None:
        """Start without a network and without panels."""
        super().__init__()
        self.setWindowTitle(self.tr("Handwriting"))
        self._unpainted: Page | None = None
        self._was_shown = self._was_painted = False
        self._drafted: Task | None = None
        self._closing_checks: list[Callable[[], bool]] = []
        self.canvas = InkCanvas()
        self.context = ViewContext(self.canvas, FileDialogs(self), self)
        self._state = InspectionState()
        self.hosts = [ViewHost(view, self.context, self._state) for view in views]
        self.menu_actions = actions = Actions(self)
        self.recent_files = RecentFilesMenu(self)
        self.model_menu = ModelMenu(actions, self)
        self._help = HelpPages(self)
        self._lay_out()
        self.workspaces = Workspaces(self, self.hosts)
        self.canvas_fit = CanvasFit(self, self.canvas, self.workspaces)
        self.messages = MessageArea(self, self.canvas)
        self.drawing_actions = DrawingActions(actions, self.canvas, self.canvas_fit, self.messages)
        self.text_actions = TextActions(actions, self.context)
        FrameRoom(self)
        FieldKeys(self)
        panel_actions = self.workspaces.panel_actions()
        add_menus(self.menuBar(), actions, self.recent_files, self.model_menu, panel_actions)
        self._connect()
        self.canvas.setFocus()

    # --- what is shown ---

    @property
    def network(self) -> NetworkInfo | None:
        """The current network; None before the first one is open."""
        return None if self._state.network is None else self._state.network.info

    @property
    def observation(self) -> Observation | None:
        """The observation of the last reading; None before the first one with this network."""
        return None if self._state.reading is None else self._state.reading[1]

    @property
    def last_reading(self) -> tuple[Page, Observation] | None:
        """The page that was read last, and its observation; None before the first one with this network."""
        return self._state.reading

    def show_network(self, network: OpenNetwork, layer: str) -> None:
        """Show the network that reads from now on; layer: name of the layer to show first, if it exists."""
        info, state = network.info, self._state
        state.network, state.value, state.reading = network, ("", None), None
        state.layer = layer if layer in info else _first_visible_layer(info)
        self._update_hint()
        for host in self.hosts:
            host.update_network()
        self.workspaces.set_task(info.task.kind)
        self.model_menu.check_model(info.name)
        self.menu_actions.save_model.setEnabled(True)
        self.menu_actions.about_model.setEnabled(network.card is not None)
        if network.card is not None:
            self._help.update_model(network.card)

    def show_text(self, text: ShownText | None) -> None:
        """Show the text of the canvas, or that it has none."""
        self.canvas.set_text(text)
        self.context.text.set(text)

    def set_drafted_task(self, task: Task) -> None:
        """Set the task of the recipe that is being edited."""
        self._drafted = task
        self._update_hint()

    def show_observation(self, page: Page, observation: Observation) -> None:
        """Show the reading of a page in all views."""
        self._state.reading = page, observation
        for host in self.hosts:
            host.update_observation()
        self._unpainted = page if self.canvas.text is None else self.canvas.text.page

    def show_layer(self, layer: str) -> None:
        """Show a layer in all views."""
        self._state.layer = layer
        for host in self.hosts:
            host.update_layer()

    def show_value(self, layer: str, position: Position | None) -> None:
        """Show a value of a layer in all views; None: no value."""
        self._state.value = layer, position
        for host in self.hosts:
            host.update_value()

    def show_page(self, page: Page) -> None:
        """Show a page on the canvas."""
        self.messages.dismiss()
        self.canvas.set_page(page)

    def saved_geometry(self) -> str:
        """Return position and size of the window as text, for restore_geometry()."""
        return self.saveGeometry().toBase64().toStdString()

    def restore_geometry(self, geometry: str) -> None:
        """Restore saved_geometry(); use the default size if it is invalid."""
        saved = QByteArray.fromBase64(geometry.encode("ascii", "replace"))
        if not (geometry and self.restoreGeometry(saved)):
            apply_default_size(self)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Move the focus in the order of the layout, past hidden views."""
        return focus_next(self, forwards=forwards)

    def check_before_closing(self, may_close: Callable[[], bool]) -> None:
        """Call a function before the window closes; it stays open if the function returns False."""
        self._closing_checks.append(may_close)

    # --- building ---

    def _lay_out(self) -> None:
        actions = self.menu_actions
        tools = ToolRow(
            [
                [actions.pen, actions.eraser, actions.width, actions.sheet],
                [actions.undo, actions.redo, actions.clear],
                [actions.open, actions.paste],
            ]
        )
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(tools)
        layout.addWidget(self.canvas, 1)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        actions, workspaces, context = self.menu_actions, self.workspaces, self.context
        actions.about_model.triggered.connect(self._show_model)
        actions.getting_started.triggered.connect(self._help.show_getting_started)
        actions.shortcuts.triggered.connect(self._show_shortcuts)
        actions.glossary.triggered.connect(self._help.show_glossary)
        actions.about.triggered.connect(self._help.show_about)
        actions.quit.triggered.connect(self.close)
        actions.full_screen.toggled.connect(self._set_full_screen)
        actions.reset_layout.triggered.connect(workspaces.reset_layout)
        for action, name in zip(actions.workspaces, workspaces.names, strict=True):
            action.triggered.connect(lambda _=False, name=name: workspaces.choose(name))
        workspaces.changed.connect(self._update_hint)
        workspaces.changed.connect(self.messages.leave)
        workspaces.layout_reset.connect(self.canvas_fit.fit)
        workspaces.views_changed.connect(self.canvas_fit.refit)
        context.layer_requested.connect(self._choose_layer)
        context.value_requested.connect(self.show_value)
        context.subject_requested.connect(self._show_subject)
        context.close_requested.connect(self.close)
        self.model_menu.model_chosen.connect(context.model_requested)
        context.model_requested.connect(self.messages.leave)

    # --- views ---

    def _choose_layer(self, layer: str) -> None:
        if layer != self._state.layer:
            self.show_layer(layer)
            self.layer_chosen.emit(layer)

    def _show_subject(self, subject: Subject) -> None:
        """Show the view of a subject; its panel is created, since it will be given something to show."""
        for host in self.hosts:
            if host.view.shows is subject:
                if subject is Subject.EVIDENCE:
                    # It stays beside the answer that it is about.
                    self.workspaces.show_view(host.view.name)
                else:
                    self.workspaces.show_in_workspace(host.view)
                host.create_view()

    def _update_hint(self) -> None:
        """Let the empty canvas name the task of the model, or in Train that of another recipe."""
        if self.network is not None:
            is_training = self.workspaces.name == TRAIN
            self.canvas.set_task(self.network.task, self._drafted if is_training else None)

    # --- user requests ---

    def _set_full_screen(self, is_full: bool) -> None:
        state = self.windowState()
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(state | full if is_full else state & ~full)

    def _show_model(self) -> None:
        network = self._state.network
        if network is not None and network.card is not None:
            self._help.show_model(network.card)

    def _show_shortcuts(self) -> None:
        panels = {host.view.title: host.panel for host in self.hosts if host.panel is not None}
        self._help.show_shortcuts(self.menuBar(), panels)

    # --- events ---

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(1200, 840)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size in which all panels are usable."""
        return QSize(90 * STEP, 72 * STEP)

    def createPopupMenu(self) -> QMenu | None:
        """Return None: panels have menus of their own, and *View* lists all panels."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a typed character that no view needs as the label of the selected one on the canvas.

        Not in Train, whose views are not about the text on the canvas.
        """
        is_label = self.workspaces.name != TRAIN and bool(typed_label(event))
        if is_label and self.canvas.characters.press_key(event):
            # The next keys, such as Space, are for the next character.
            self.canvas.setFocus()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the panels to the new size."""
        super().resizeEvent(event)
        self.canvas_fit.refit()

    def event(self, event: QEvent) -> bool:
        """Emit shown and reading_painted after painting; stop fitting once a separator is moved.

        A maximized window has its size when it is first painted: panels may move from then on.
        """
        if (
            isinstance(event, QMouseEvent)
            and event.buttons()
            and self.isSeparator(event.position().toPoint())
        ):
            self.canvas_fit.stop()
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:
            self._after_painting()
        elif event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            forget_first_layout(self)
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the canvas before the window is first painted."""
        super().showEvent(event)
        if not self._was_shown:
            self.canvas_fit.start()

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new palette or font to tabs and menus."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.workspaces.restyle()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the views, unless a check or one of them keeps the window open."""
        if self.workspaces.is_landing:
            event.ignore()
            self.workspaces.after_landing(self.close)
            return
        may_close = all(check() for check in self._closing_checks)
        if not (may_close and all(host.may_close(self) for host in self.hosts)):
            event.ignore()
            return
        super().closeEvent(event)
        # At once: some work ends seconds later, such as the import of TensorFlow.
        self.hide()
        for host in self.hosts:
            host.close_view()
        self.closed.emit()

    def _after_painting(self) -> None:
        if not self._was_shown:
            self._was_shown = True
            self.shown.emit()
        if self._unpainted is not None:
            page, self._unpainted = self._unpainted, None
            self.reading_painted.emit(page)


def _first_visible_layer(info: NetworkInfo) -> str:
    """Return the name of the first layer with values of its own; the input passes on its values."""
    return next((layer.name for layer in info.layers if not is_identity(layer)), info.output)
