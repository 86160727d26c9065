"""Rows of tabs: their menus, and the export and close buttons at their right end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMainWindow, QTabBar

from desktop_app.app.window.view_dock import ViewDock

# Not Hide: a window that is deleted while it is shown hides its tabs after its docks are gone.
_LAID_OUT = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show)


class TabRows(QObject):
    """Shares each row of tabs between the tabs and the buttons of the view in front."""

    def __init__(self, window: QMainWindow, docks: Sequence[ViewDock]) -> None:
        """Start with docks that are not in the layout yet."""
        super().__init__(window)
        self._window, self._docks = window, docks
        self._rows: dict[QTabBar, QRect] = {}
        self._tabs: dict[QTabBar, QRect] = {}

    def update(self) -> None:
        """Move the buttons of views with tabs into their rows, and those of others into their titles."""
        here = Qt.FindChildOption.FindDirectChildrenOnly
        bars = self._window.findChildren(QTabBar, options=here)
        for bar in bars:
            if bar not in self._rows:
                bar.installEventFilter(self)
        # Qt deletes bars that it no longer needs.
        self._rows = {bar: self._rows.get(bar, bar.geometry()) for bar in bars}
        self._tabs = {bar: tabs for bar, tabs in self._tabs.items() if bar in self._rows}
        for dock in self._docks:
            others = self._window.tabifiedDockWidgets(dock)
            is_tab = not dock.isHidden() and any(not other.isHidden() for other in others)
            dock.title.set_in_tab_row(is_tab)
        for bar in bars:
            self._place(bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share a row of tabs again that Qt has laid out; open the menu of a tab."""
        if isinstance(watched, QTabBar):
            if isinstance(event, QContextMenuEvent):
                return self._show_menu(watched, event)
            if event.type() in _LAID_OUT:
                if watched.geometry() != self._tabs.get(watched):
                    self._rows[watched] = watched.geometry()
                self._place(watched)
        return False

    def _show_menu(self, bar: QTabBar, event: QContextMenuEvent) -> bool:
        """Bring the view of a tab to the front and show its menu; return whether there is a tab."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        number = bar.tabAt(event.pos()) if by_mouse else bar.currentIndex()
        dock = next((dock for dock in self._docks if dock.windowTitle() == bar.tabText(number)), None)
        if dock is None:
            return False
        bar.setCurrentIndex(number)
        dock.title.buttons.show_menu(event.globalPos())
        return True

    def _place(self, bar: QTabBar) -> None:
        """Place the tabs, and the buttons of the view in front."""
        titles = {bar.tabText(number) for number in range(bar.count())}
        docks = [dock for dock in self._docks if dock.windowTitle() in titles and dock.title.is_in_tab_row]
        front = next((dock for dock in docks if bar.isVisible() and dock.is_in_front), None)
        for dock in docks:
            dock.title.buttons.setVisible(dock is front)
        if front is None:
            return
        row, buttons = self._rows.get(bar, bar.geometry()), front.title.buttons
        width = min(bar.sizeHint().width(), row.width() - buttons.sizeHint().width())
        self._tabs[bar] = QRect(row.x(), row.y(), width, row.height())
        bar.setGeometry(self._tabs[bar])
        buttons.setGeometry(row.x() + width, row.y(), row.width() - width, row.height())
        buttons.raise_()
