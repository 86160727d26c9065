"""Workspaces: layouts of the views around the canvas, which is the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolBar

from desktop_app.app.window.default_layout import BELOW, RIGHT, DefaultLayout
from desktop_app.app.window.drags import Drags
from desktop_app.app.window.safe_layout import restore_layout
from desktop_app.app.window.tab_rows import TabRows
from desktop_app.app.window.tab_style import style_tabs
from desktop_app.app.window.view_dock import ViewDock
from desktop_app.app.window.view_host import ViewHost
from desktop_app.app.window.workspace import workspaces
from desktop_app.tasks.task import TaskName
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import View

# To be increased when panels are added or renamed, so that older layouts are not restored.
_LAYOUT_VERSION = 3


class Workspaces(QObject):
    """Docks the views and lays them out for the chosen workspace."""

    changed = Signal(str)
    """Name of the workspace that has been chosen."""
    copy_requested = Signal(object)
    """The ViewHost of a view to copy to the clipboard as an image."""
    save_requested = Signal(object, str)
    """The ViewHost of a view to save, and the kind of file (see `views.view_export`)."""
    views_changed = Signal()
    """Views were shown or hidden."""
    layout_reset = Signal()
    """The views are at their default positions; the canvas is to be fitted."""

    def __init__(self, window: QMainWindow, hosts: Sequence[ViewHost]) -> None:
        """Dock the views in the default layout of the first workspace."""
        super().__init__(window)
        self._window = window
        self._restyling = QTimer(self, singleShot=True, interval=0)
        self._restyling.timeout.connect(self.restyle)
        self._restyling.timeout.connect(self.views_changed)
        self._views = [host.view for host in hosts]
        self._docks = {host.view.name: self._dock(host) for host in hosts}
        self._drags = Drags(window, list(self._docks.values()))
        self._tab_rows = TabRows(window, list(self._docks.values()))
        self._panel_actions = [self._panel_action(dock) for dock in self._docks.values()]
        self._workspaces = {workspace.name: workspace for workspace in workspaces()}
        self._layouts: dict[str, QByteArray] = {}
        self._task: TaskName | None = None
        self._name = next(iter(self._workspaces))
        self._bar = self._make_bar()
        window.setCorner(Qt.Corner.BottomLeftCorner, BELOW)
        window.setCorner(Qt.Corner.BottomRightCorner, BELOW)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDockNestingEnabled(True)
        # Until the end of its animation Qt crashes if the layout is replaced.
        window.setAnimated(False)
        self._default = DefaultLayout(window, self._views, self._docks)
        self._default.apply(self._workspaces[self._name])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all workspaces."""
        return tuple(self._workspaces)

    @property
    def name(self) -> str:
        """Name of the chosen workspace."""
        return self._name

    @property
    def is_landing(self) -> bool:
        """Whether a panel was just dropped, and Qt may not have docked it yet."""
        return any(dock.is_landing for dock in self._docks.values())

    def after_landing(self, act: Callable[[], object]) -> None:
        """Act now, or, if a panel was just dropped, once Qt has docked it, in the order of the calls.

        Until then the panel floats, and would float in a layout that is saved.
        """
        if self.is_landing:
            QTimer.singleShot(0, self, lambda: self.after_landing(act))
        else:
            act()

    def choose(self, name: str) -> None:
        """Switch to a workspace and restore its layout."""
        self.after_landing(lambda: self._choose(name))

    def _choose(self, name: str) -> None:
        if name == self._name or name not in self._workspaces:
            return
        self._drags.end()
        self._layouts[self._name] = self._window.saveState(_LAYOUT_VERSION)
        self._name = name
        self._restore_layout()
        self._bar.setCurrentIndex(list(self._workspaces).index(name))
        self.changed.emit(name)

    def reset_layout(self) -> None:
        """Restore the default layout of the chosen workspace."""
        self.after_landing(self._reset_layout)

    def _reset_layout(self) -> None:
        self._drags.end()
        self._layouts.pop(self._name, None)
        self._default.apply(self._workspaces[self._name])
        self._show_replacements()
        self.layout_reset.emit()

    def show_view(self, name: str) -> None:
        """Show a view in the chosen workspace."""
        self.after_landing(lambda: self._show_view(name))

    def _show_view(self, name: str) -> None:
        self._drags.end()
        self._docks[name].show()
        self._docks[name].raise_()

    def show_in_workspace(self, view: View) -> None:
        """Show a view; if it is closed, switch to the first workspace that has it open by default."""
        if self._docks[view.name].isHidden():
            names = [name for name in self._workspaces if name in view.positions]
            self.choose(next((name for name in names if view.positions[name].is_open), self._name))
        self.show_view(view.name)

    def set_task(self, kind: TaskName) -> None:
        """Show the views for a kind of tasks in the place of those that they replace, or the other way."""
        self._task = kind
        self._drags.end()
        self._show_replacements()

    def layouts(self) -> dict[str, str]:
        """Return the layout of every workspace as base64 text, for restore()."""
        self._drags.end()
        layouts = {**self._layouts, self._name: self._window.saveState(_LAYOUT_VERSION)}
        return {name: layout.toBase64().toStdString() for name, layout in layouts.items()}

    def restore(self, layouts: Mapping[str, str], name: str) -> None:
        """Restore layouts() and choose a workspace; unknown names and invalid layouts are ignored."""
        self._drags.end()
        self._layouts = {
            key: QByteArray.fromBase64(layout.encode("ascii", "replace"))
            for key, layout in layouts.items()
            if key in self._workspaces
        }
        if name in self._workspaces:
            self._name = name
        self._bar.setCurrentIndex(list(self._workspaces).index(self._name))
        self._restore_layout()

    def panel_actions(self) -> list[tuple[str, list[QAction]]]:
        """Return the actions that show and close panels, grouped by the workspaces that show them first.

        A panel behind another one is brought to the front, not closed.
        """
        groups: dict[str, list[QAction]] = {name: [] for name in self._workspaces}
        for view, action in zip(self._views, self._panel_actions, strict=True):
            groups[_home_of(view)].append(action)
        return [(self._workspaces[name].title, actions) for name, actions in groups.items()]

    def dock_beside_canvas(self) -> QDockWidget | None:
        """Return the panel to the right of the canvas, if there is one."""
        for dock in self._docks.values():
            is_docked = not dock.isFloating() and self._window.dockWidgetArea(dock) == RIGHT
            if is_docked and dock.is_in_front:
                return dock
        return None

    @property
    def has_default_layout(self) -> bool:
        """Whether the chosen workspace has no saved layout."""
        return self._name not in self._layouts

    def apply_default_sizes(self) -> None:
        """Give the rows below the canvas their default shares of the window, or more if they need it."""
        self._default.apply_sizes(self._workspaces[self._name])

    @property
    def canvas_share(self) -> float:
        """Default share of the window's width for the canvas; 0: the canvas is square."""
        return self._workspaces[self._name].canvas

    # --- building ---

    def _dock(self, host: ViewHost) -> ViewDock:
        dock = ViewDock(host, self._window)
        buttons = dock.title.buttons
        buttons.copy_requested.connect(lambda: self.copy_requested.emit(host))
        buttons.save_requested.connect(lambda kind: self.save_requested.emit(host, kind))
        dock.visibilityChanged.connect(host.set_active)
        # Otherwise the Tab key reaches the buttons of a title behind another panel.
        dock.visibilityChanged.connect(dock.title.setEnabled)
        dock.visibilityChanged.connect(self._restyling.start)
        dock.topLevelChanged.connect(self._restyling.start)
        return dock

    def _panel_action(self, dock: ViewDock) -> QAction:
        """Return the checkable action of a panel: checked if the panel is open."""
        action = QAction(dock.windowTitle(), self._window, checkable=True)
        action.setChecked(dock.toggleViewAction().isChecked())
        dock.toggleViewAction().toggled.connect(action.setChecked)

        def toggle() -> None:
            self._drags.end()
            if dock.is_in_front:
                dock.close()
            else:
                dock.show()
                dock.raise_()
            action.setChecked(dock.toggleViewAction().isChecked())

        action.triggered.connect(toggle)
        return action

    def restyle(self) -> None:
        """Style tabs and menus for palette and font; place the buttons of panels."""
        style_tabs(self._window, self._bar)
        self._tab_rows.update()

    def _make_bar(self) -> QTabBar:
        bar = QTabBar()
        bar.setObjectName("workspace_bar")
        bar.setAccessibleName(self.tr("Workspace"))
        bar.setExpanding(False)
        bar.setUsesScrollButtons(False)
        bar.setElideMode(Qt.TextElideMode.ElideNone)
        for workspace in self._workspaces.values():
            bar.addTab(workspace.title)
        bar.currentChanged.connect(lambda index: self.choose(list(self._workspaces)[index]))
        menus = self._window.menuBar()
        if not menus.isNativeMenuBar():
            menus.setCornerWidget(bar)
            return bar
        tools = QToolBar(self.tr("Workspace"))
        tools.setObjectName("workspace_tools")
        tools.setMovable(False)
        tools.toggleViewAction().setVisible(False)
        tools.setContentsMargins(STEP, 0, STEP, 0)
        tools.addWidget(bar)
        self._window.addToolBar(tools)
        return bar

    def _restore_layout(self) -> None:
        """Restore the saved layout of the chosen workspace, else apply the default one."""
        layout = self._layouts.get(self._name)
        if layout is None or not restore_layout(self._window, layout, _LAYOUT_VERSION):
            self._default.apply(self._workspaces[self._name])
            self.layout_reset.emit()
        self._show_replacements()
        # At once: with the titles of tabs, and rows of tabs in Qt's style, the panels need more height.
        self.restyle()

    def _show_replacements(self) -> None:
        """Exchange open views that have another view for the current task."""
        for view in self._views:
            if not view.replaces or self._task is None:
                continue
            dock, replaced = self._docks[view.name], self._docks[view.replaces]
            is_suitable = view.tasks is None or self._task in view.tasks
            wanted, other = (dock, replaced) if is_suitable else (replaced, dock)
            if other.isHidden():
                continue
            is_front = other.is_in_front or not self._window.isVisible()
            if wanted.isHidden():
                self._window.tabifyDockWidget(other, wanted)
                wanted.show()
            other.hide()
            if is_front:
                wanted.raise_()


def _home_of(view: View) -> str:
    """Return the first workspace that has a view open by default, else the first in which it has a place."""
    is_open = [name for name, position in view.positions.items() if position.is_open]
    return (is_open or list(view.positions))[0]
