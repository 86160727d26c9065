"""Default sizes of the panels, which leave a square for the canvas, or more for a sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStyle, QTabBar, QWidget

from desktop_app.app.window.view_dock import ViewDock
from desktop_app.app.window.workspaces import Workspaces
from desktop_app.views.parts.theme import STEP


class CanvasFit:
    """Resizes the panels with the window until the user moves a separator.

    Attributes:
        is_on: whether it does; before the window is shown, whether it is to go on in a layout that is
            restored.
    """

    def __init__(self, window: QMainWindow, canvas: QWidget, workspaces: Workspaces) -> None:
        """Fit from when the window is shown.

        Args:
            window: to fit.
            canvas: to keep square.
            workspaces: of the window.
        """
        self._window, self._canvas, self._workspaces = window, canvas, workspaces
        self.is_on, self._is_wide = True, False

    def set_wide(self, is_wide: bool) -> None:
        """Leave as much room for the canvas as there is, or a square."""
        self._is_wide = is_wide
        self.refit()

    def start(self) -> None:
        """Fit panels at their default positions, and others unless the user has moved a separator."""
        if self.is_on or self._workspaces.has_default_layout:
            self.fit()

    def stop(self) -> None:
        """Keep the sizes that the user gives the panels."""
        self.is_on = False

    def refit(self) -> None:
        """Fit the panels to a new size of the window or to other views."""
        if self.is_on:
            self.fit()

    def fit(self) -> None:
        """Give the panels their default sizes and the canvas a square."""
        window = self._window
        if not window.isVisible():
            return
        self._activate_layout()
        self._workspaces.apply_default_sizes()
        self._activate_layout()
        if dock := self._workspaces.dock_beside_canvas():
            side = window.width() if self._is_wide else self._canvas.height()
            if share := self._workspaces.canvas_share:
                side = min(side, round(share * window.width()))
            separator = window.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent)
            least = max(dock.minimumSizeHint().width(), self._tabs_width(dock), window.width() * 2 // 5)
            width = max(window.width() - side - 3 * STEP - separator, least)
            window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
            self._activate_layout()
        self.is_on = True

    def _tabs_width(self, dock: QDockWidget) -> int:
        """Return the width in which the names in the row of tabs of a dock are not elided; 0 without tabs."""
        bars = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        for bar in bars:
            if bar.isVisible() and dock.windowTitle() in map(bar.tabText, range(bar.count())):
                buttons = dock.title.buttons.sizeHint().width() if isinstance(dock, ViewDock) else 0
                return bar.sizeHint().width() + buttons
        return 0

    def _activate_layout(self) -> None:
        if layout := self._window.layout():
            layout.activate()
