"""Workspaces: layouts of the views around the canvas, which is the same in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHoverEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolBar, QWidget

from desktop_app.app.window.tab_rows import TabRows
from desktop_app.app.window.view_dock import ViewDock
from desktop_app.app.window.view_host import ViewHost
from desktop_app.tasks.task import TaskName
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import BATCH, INSIDE, READ, TRAIN, Slot, View

_RIGHT, _BELOW = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
_NOWHERE = Qt.DockWidgetArea.NoDockWidgetArea

_PADDING = 12
"""Left and right of the name in a tab."""

_LARGE_FONT = 20
"""Height of a line in pixels; a font that is higher is large."""

# To be increased when panels are added or renamed, so that older layouts are not restored.
_LAYOUT_VERSION = 3

# Only tab bars and the menu bar have a style sheet, since widgets with one are painted more slowly. Style
# sheets do not follow a new palette by themselves, so they name colours and are set again.
_TABS = """
QTabBar::tab {{ padding: 4px {padding}px; border: none; border-bottom: 2px solid transparent;
  background: transparent; color: {quiet}; }}
QTabBar::tab:selected {{ border-bottom: 2px solid {accent}; color: {text}; font-weight: {weight}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:focus {{ border-bottom: 2px solid {text}; }}
"""
_WORKSPACES = """
QTabBar::tab {{ padding: 3px {padding}px; border: 1px solid {outline}; border-left-width: 0;
  background: {base}; color: {text}; }}
QTabBar::tab:first {{ border-left-width: 1px; border-top-left-radius: 5px; border-bottom-left-radius: 5px; }}
QTabBar::tab:last {{ border-top-right-radius: 5px; border-bottom-right-radius: 5px; margin-right: 8px; }}
QTabBar::tab:selected {{ background: {accent}; border-color: {accent}; color: {on_accent};
  font-weight: {weight}; }}
QTabBar::tab:focus {{ border: 2px solid {text}; padding: 2px {less_padding}px; }}
"""
"""Joined buttons: workspaces change the whole window, tabs only a part of it."""
_MENUS = """
QMenuBar {{ background: {window}; color: {text}; border: none; }}
QMenuBar::item {{ background: transparent; padding: 4px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {line}; }}
"""


@dataclass(frozen=True)
class Workspace:
    """A workspace and the rows of views below its canvas.

    Attributes:
        name: key of its layout in the settings.
        title, tip: texts of its tab and action.
        rows: from top to bottom: slots from left to right with their shares of the width, and the share
            of the window's height.
        canvas: share of the window's width for the canvas; 0: the canvas is square.
    """

    name: str
    title: str
    tip: str
    rows: tuple[tuple[tuple[tuple[Slot, float], ...], float], ...]
    canvas: float = 0.0


def workspaces() -> tuple[Workspace, ...]:
    """Return all workspaces in the order of their tabs and shortcuts."""
    return (
        Workspace(
            READ,
            QCoreApplication.translate("Workspaces", "Read"),
            QCoreApplication.translate("Workspaces", "Draw and see the answer"),
            ((((Slot.UPPER, 1.0),), 0.14), (((Slot.LOWER, 1.0),), 0.2)),
        ),
        Workspace(
            INSIDE,
            QCoreApplication.translate("Workspaces", "Inside"),
            QCoreApplication.translate("Workspaces", "See how the network computes its answer"),
            ((((Slot.UPPER, 1.0),), 0.18), (((Slot.LOWER, 1.0),), 0.34)),
        ),
        Workspace(
            TRAIN,
            QCoreApplication.translate("Workspaces", "Train"),
            QCoreApplication.translate("Workspaces", "Train your own model"),
            ((((Slot.LOWER, 0.6), (Slot.LOWER_RIGHT, 0.4)), 0.38),),
            canvas=0.3,
        ),
        Workspace(
            BATCH,
            QCoreApplication.translate("Workspaces", "Batch"),
            QCoreApplication.translate("Workspaces", "Read many files into a table"),
            (),
            canvas=0.25,
        ),
    )


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
        self._tab_rows = TabRows(window, list(self._docks.values()))
        self._panel_actions = [self._panel_action(dock) for dock in self._docks.values()]
        self._workspaces = {workspace.name: workspace for workspace in workspaces()}
        self._layouts: dict[str, QByteArray] = {}
        self._task: TaskName | None = None
        self._name = next(iter(self._workspaces))
        self._bar = self._make_bar()
        window.setCorner(Qt.Corner.BottomLeftCorner, _BELOW)
        window.setCorner(Qt.Corner.BottomRightCorner, _BELOW)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDockNestingEnabled(True)
        # Until the end of its animation Qt crashes if the layout is replaced.
        window.setAnimated(False)
        self._apply_default_layout()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all workspaces."""
        return tuple(self._workspaces)

    @property
    def name(self) -> str:
        """Name of the chosen workspace."""
        return self._name

    def choose(self, name: str) -> None:
        """Switch to a workspace and restore its layout."""
        if name == self._name or name not in self._workspaces:
            return
        self._end_drag()
        self._layouts[self._name] = self._window.saveState(_LAYOUT_VERSION)
        self._name = name
        self._restore_layout()
        self._bar.setCurrentIndex(list(self._workspaces).index(name))
        self.changed.emit(name)

    def reset_layout(self) -> None:
        """Restore the default layout of the chosen workspace."""
        self._end_drag()
        self._layouts.pop(self._name, None)
        self._apply_default_layout()
        self._show_replacements()
        self.layout_reset.emit()

    def show_view(self, name: str) -> None:
        """Show a view in the chosen workspace."""
        self._end_drag()
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
        self._end_drag()
        self._show_replacements()

    def layouts(self) -> dict[str, str]:
        """Return the layout of every workspace as base64 text, for restore()."""
        self._end_drag()
        layouts = {**self._layouts, self._name: self._window.saveState(_LAYOUT_VERSION)}
        return {name: layout.toBase64().toStdString() for name, layout in layouts.items()}

    def restore(self, layouts: Mapping[str, str], name: str) -> None:
        """Restore layouts() and choose a workspace; unknown names and invalid layouts are ignored."""
        self._end_drag()
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
            is_docked = not dock.isFloating() and self._window.dockWidgetArea(dock) == _RIGHT
            if is_docked and dock.is_in_front:
                return dock
        return None

    @property
    def has_default_layout(self) -> bool:
        """Whether the chosen workspace has no saved layout."""
        return self._name not in self._layouts

    @property
    def canvas_share(self) -> float:
        """Default share of the window's width for the canvas; 0: the canvas is square."""
        return self._workspaces[self._name].canvas

    def apply_default_sizes(self) -> None:
        """Give the rows below the canvas their default shares of the window, or more if they need it."""
        window = self._window
        for slots, share in self._workspaces[self._name].rows:
            shares = {self._in_slot(slot)[0]: width for slot, width in slots}
            # Qt warns of docks that are not in the layout.
            docks = [dock for dock in shares if window.dockWidgetArea(dock) != _NOWHERE]
            if docks:
                needed = max(self._needed_height(dock) for slot, _ in slots for dock in self._in_slot(slot))
                height = max(round(share * window.height()), needed)
                window.resizeDocks(docks[:1], [height], Qt.Orientation.Vertical)
            if len(docks) > 1:
                widths = [round(shares[dock] * window.width()) for dock in docks]
                window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    def _needed_height(self, dock: QDockWidget) -> int:
        """Return the smallest height, with tabs, in which an open view does not scroll; 0 if it is closed."""
        host = dock.widget()
        if not isinstance(host, ViewHost) or not dock.isVisible():
            return 0
        height = dock.minimumSizeHint().height() - host.minimumSizeHint().height() + host.needed_height
        if self._window.tabifiedDockWidgets(dock):
            here = Qt.FindChildOption.FindDirectChildrenOnly
            bars = self._window.findChildren(QTabBar, options=here)
            height += max((bar.sizeHint().height() for bar in bars), default=0)
        return height

    # --- building ---

    def _dock(self, host: ViewHost) -> ViewDock:
        dock = ViewDock(host, self._window)
        buttons = dock.title.buttons
        buttons.copy_requested.connect(lambda: self.copy_requested.emit(host))
        buttons.save_requested.connect(lambda kind: self.save_requested.emit(host, kind))
        dock.pressed.connect(lambda: self._end_drags_except(dock))
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
        palette = self._window.palette()
        # With a large font the names need the room.
        is_large = self._window.fontMetrics().height() > _LARGE_FONT
        padding = _PADDING // 2 if is_large else _PADDING
        style = {
            "padding": padding,
            "less_padding": padding - 1,
            "weight": 400 if is_large else 600,
            "window": palette.window().color().name(),
            "text": palette.text().color().name(),
            "quiet": palette.placeholderText().color().name(),
            "line": palette.mid().color().name(),
            "accent": palette.accent().color().name(),
            "outline": palette.dark().color().name(),
            "base": palette.base().color().name(),
            "on_accent": palette.highlightedText().color().name(),
        }
        for bar in self._window.findChildren(QTabBar):
            bar.setDrawBase(False)
            if (holder := bar.parentWidget()) not in (None, self._window):
                # Qt passes no new palette to the parent of a tab bar with a style sheet.
                holder.setPalette(QPalette())
            sheet = _WORKSPACES if bar is self._bar else _TABS
            _set_style(bar, sheet.format(**style))
        _set_style(self._window.menuBar(), _MENUS.format(**style))
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

    def _end_drag(self) -> None:
        """End the dragging of panels and of a border, and the hovering over a border.

        Qt crashes if a layout is saved or replaced during a drag, and later if it remembers a border that the
        new layout does not have.
        """
        self._end_drags_except(None)
        here, left = QPointF(), Qt.MouseButton.LeftButton
        none, kind = Qt.KeyboardModifier.NoModifier, QEvent.Type.MouseButtonRelease
        release = QMouseEvent(kind, here, here, left, Qt.MouseButton.NoButton, none)
        QCoreApplication.sendEvent(self._window, release)
        leave = QHoverEvent(QEvent.Type.HoverLeave, here, here, here)
        QCoreApplication.sendEvent(self._window, leave)

    def _end_drags_except(self, pressed: QDockWidget | None) -> None:
        """End the drags that no release has ended; Qt can keep the earlier layout of one drag only."""
        for dock in self._docks.values():
            if dock is not pressed:
                dock.end_drag()

    def _forget_first_layout(self) -> None:
        """Make Qt forget the layout that was restored before a maximized window was shown.

        It keeps a copy until 150 ms after the last change of the window's size and lays out the window with
        it at each change. If the layout is replaced meanwhile, the copy names panels' items that are deleted,
        and Qt crashes. The public call that discards the copy places a panel as a tab; here a new panel
        behind one that has no place, so that nothing else happens.
        """
        panel = QDockWidget()
        self._window.tabifyDockWidget(panel, panel)
        panel.setParent(None)

    def _restore_layout(self) -> None:
        """Restore the saved layout of the chosen workspace, else apply the default one."""
        layout = self._layouts.get(self._name)
        self._forget_first_layout()
        # Each panel that is shown would lay out the window, whose layout is not complete yet: Qt crashes.
        window_layout = self._window.layout()
        assert window_layout is not None, "every main window has a layout"
        window_layout.setEnabled(False)
        is_restored = layout is not None and self._window.restoreState(layout, _LAYOUT_VERSION)
        window_layout.setEnabled(True)
        if not is_restored:
            self._apply_default_layout()
            self.layout_reset.emit()
        self._show_replacements()

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

    def _apply_default_layout(self) -> None:
        """Place every view at its default position in the chosen workspace."""
        self._forget_first_layout()
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        others = [self._docks[view.name] for view in self._views if self._name not in view.positions]
        beside = self._in_slot(Slot.RIGHT)
        self._place(beside[0], _RIGHT)
        self._add_tabs([*beside, *others])
        fronts, above = [beside[0]], None
        for slots, _ in self._workspaces[self._name].rows:
            groups = [self._in_slot(slot) for slot, _ in slots]
            above = self._row(groups, above)
            fronts += [group[0] for group in groups]
        for view in self._views:
            position = view.positions.get(self._name)
            self._docks[view.name].setVisible(position is not None and position.is_open)
        for front in fronts:
            front.raise_()

    def _in_slot(self, slot: Slot) -> list[QDockWidget]:
        """Return the docks whose default position is a slot, in the order of their tabs."""
        found = [(view.positions.get(self._name), self._docks[view.name]) for view in self._views]
        here = [(at, dock) for at, dock in found if at is not None and at.slot is slot]
        return [dock for _, dock in sorted(here, key=lambda each: each[0].order)]

    def _row(self, groups: Sequence[Sequence[QDockWidget]], above: QDockWidget | None) -> QDockWidget:
        """Place groups side by side below the canvas or another row; return the first dock."""
        self._place(groups[0][0], _BELOW, above)
        # Next to a dock with tabs Qt would add another tab.
        for before, group in pairwise(groups):
            self._place(group[0], _BELOW, before[0], Qt.Orientation.Horizontal)
        for group in groups:
            self._add_tabs(group)
        return groups[0][0]

    def _place(
        self,
        dock: QDockWidget,
        area: Qt.DockWidgetArea,
        after: QDockWidget | None = None,
        direction: Qt.Orientation = Qt.Orientation.Vertical,
    ) -> None:
        """Place a dock in an area, next to another dock if one is given."""
        self._window.addDockWidget(area, dock)
        if after is not None:
            self._window.splitDockWidget(after, dock, direction)

    def _add_tabs(self, docks: Sequence[QDockWidget]) -> None:
        """Place docks as tabs behind the first of them."""
        first, *others = docks
        for dock in others:
            self._window.tabifyDockWidget(first, dock)


def _home_of(view: View) -> str:
    """Return the first workspace that has a view open by default, else the first in which it has a place."""
    is_open = [name for name, position in view.positions.items() if position.is_open]
    return (is_open or list(view.positions))[0]


def _set_style(widget: QWidget, style: str) -> None:
    """Set a style sheet unless it is set already: each one costs a new layout."""
    if widget.styleSheet() != style:
        widget.setStyleSheet(style)
