"""Default positions and sizes of the views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

from desktop_app.app.window.safe_layout import forget_first_layout
from desktop_app.app.window.view_dock import ViewDock
from desktop_app.app.window.view_host import ViewHost
from desktop_app.app.window.workspace import Workspace
from desktop_app.views.view import Slot, View

RIGHT, BELOW = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
"""Where panels are: beside the canvas, and in rows below it."""

_NOWHERE = Qt.DockWidgetArea.NoDockWidgetArea


class DefaultLayout:
    """Lays out the docks of a window as a workspace declares."""

    def __init__(self, window: QMainWindow, views: Sequence[View], docks: Mapping[str, ViewDock]) -> None:
        """Use the docks of views, by the names of the views."""
        self._window, self._views, self._docks = window, views, docks

    def apply(self, workspace: Workspace) -> None:
        """Place every view at its default position in a workspace."""
        forget_first_layout(self._window)
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        others = [self._docks[view.name] for view in self._views if workspace.name not in view.positions]
        beside = self._in_slot(workspace, Slot.RIGHT)
        self._place(beside[0], RIGHT)
        self._add_tabs([*beside, *others])
        fronts, above = [beside[0]], None
        for slots, _ in workspace.rows:
            groups = [self._in_slot(workspace, slot) for slot, _ in slots]
            above = self._row(groups, above)
            fronts += [group[0] for group in groups]
        for view in self._views:
            position = view.positions.get(workspace.name)
            self._docks[view.name].setVisible(position is not None and position.is_open)
        for front in fronts:
            front.raise_()

    def apply_sizes(self, workspace: Workspace) -> None:
        """Give the rows below the canvas their default shares of the window, or more if they need it."""
        window = self._window
        for slots, share in workspace.rows:
            shares = {self._in_slot(workspace, slot)[0]: width for slot, width in slots}
            # Qt warns of docks that are not in the layout.
            docks = [dock for dock in shares if window.dockWidgetArea(dock) != _NOWHERE]
            if docks:
                needed = max(
                    self._needed_height(dock) for slot, _ in slots for dock in self._in_slot(workspace, slot)
                )
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

    def _in_slot(self, workspace: Workspace, slot: Slot) -> list[QDockWidget]:
        """Return the docks whose default position is a slot, in the order of their tabs."""
        found = [(view.positions.get(workspace.name), self._docks[view.name]) for view in self._views]
        here = [(at, dock) for at, dock in found if at is not None and at.slot is slot]
        return [dock for _, dock in sorted(here, key=lambda each: each[0].order)]

    def _row(self, groups: Sequence[Sequence[QDockWidget]], above: QDockWidget | None) -> QDockWidget:
        """Place groups side by side below the canvas or another row; return the first dock."""
        self._place(groups[0][0], BELOW, above)
        # Next to a dock with tabs Qt would add another tab.
        for before, group in pairwise(groups):
            self._place(group[0], BELOW, before[0], Qt.Orientation.Horizontal)
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
