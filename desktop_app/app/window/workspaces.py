"""Workspaces: the same views, arranged for one kind of work at a time.

The canvas is the middle of the window in every workspace, so a drawing stays when work changes.
Each workspace remembers how its panels were arranged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolBar, QWidget

from desktop_app.app.window.panel_title import PanelTitle
from desktop_app.app.window.view_host import ViewHost
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import INSIDE, READ, TRAIN, Slot, View

_RIGHT, _BELOW = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea

# Counts up when panels are added or renamed, so that an old arrangement is not mistaken for a new one.
_LAYOUT_VERSION = 3

# Words over a line: the chosen one strong and underlined in the accent. Only tab bars and the menu
# bar carry a style sheet, since every widget under one is painted more slowly. Style sheets do not
# follow a new palette by themselves, so they name colours and are written anew.
_TABS = """
QTabBar::tab {{ padding: 4px 12px; border: none; border-bottom: 2px solid transparent;
  background: transparent; color: {quiet}; }}
QTabBar::tab:selected {{ border-bottom: 2px solid {accent}; color: {text}; font-weight: 600; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:focus {{ border-bottom: 2px solid {text}; }}
"""
_MENUS = """
QMenuBar {{ background: {window}; color: {text}; border: none; }}
QMenuBar::item {{ background: transparent; padding: 4px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {line}; }}
"""


@dataclass(frozen=True)
class Workspace:
    """One kind of work, and the rows below the canvas that its views stand in.

    Attributes:
        name: layouts are kept under it.
        title, tip: what people see.
        rows: from the canvas down: slots side by side with their shares of the width, and the row's
            share of the window's height.
        canvas: share of the window's width that the canvas has, whatever its height; 0: it is square.
    """

    name: str
    title: str
    tip: str
    rows: tuple[tuple[tuple[tuple[Slot, float], ...], float], ...]
    canvas: float = 0.0


def workspaces() -> tuple[Workspace, ...]:
    """All workspaces, in the order of their tabs and shortcuts."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Workspaces", text)

    return (
        Workspace(
            READ,
            tr("Read"),
            tr("See the answer while you write"),
            ((((Slot.UPPER, 1.0),), 0.14), (((Slot.LOWER, 1.0),), 0.2)),
        ),
        Workspace(
            INSIDE,
            tr("Inside"),
            tr("See how the network comes to its answer"),
            ((((Slot.UPPER, 1.0),), 0.15), (((Slot.LOWER, 1.0),), 0.34)),
        ),
        Workspace(
            TRAIN,
            tr("Train"),
            tr("Teach a network of your own"),
            ((((Slot.LOWER, 0.6), (Slot.LOWER_RIGHT, 0.4)), 0.38),),
            canvas=0.3,
        ),
    )


class Workspaces(QObject):
    """Puts panels into docks, and docks into the workspace that is chosen."""

    changed = Signal(str)
    """The workspace that is chosen from now on."""
    copy_requested = Signal(object)
    """A ViewHost whose view the user wants on the clipboard, as a picture."""
    save_requested = Signal(object, str)
    """A ViewHost, and what the user wants of its view as a file (see `views.export`)."""
    fitting_requested = Signal()
    """Views stand as at first, and the canvas wants its square."""

    def __init__(self, window: QMainWindow, places: Sequence[ViewHost]) -> None:
        """Dock the views, arranged for the first workspace."""
        super().__init__(window)
        self._window = window
        self._dressing = QTimer(self, singleShot=True, interval=0)
        self._dressing.timeout.connect(self.dress)
        self._views = [place.view for place in places]
        self._docks = {place.view.name: self._dock(place) for place in places}
        self._workspaces = {workspace.name: workspace for workspace in workspaces()}
        self._layouts: dict[str, QByteArray] = {}
        self._name = next(iter(self._workspaces))
        self._bar = self._make_bar()
        window.setCorner(Qt.Corner.BottomLeftCorner, _BELOW)
        window.setCorner(Qt.Corner.BottomRightCorner, _BELOW)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDockNestingEnabled(True)
        self._arrange()

    @property
    def names(self) -> tuple[str, ...]:
        """All workspaces."""
        return tuple(self._workspaces)

    @property
    def name(self) -> str:
        """The workspace that is chosen."""
        return self._name

    def choose(self, name: str) -> None:
        """Arrange the panels as they last stood for this kind of work."""
        if name == self._name or name not in self._workspaces:
            return
        self._layouts[self._name] = self._window.saveState(_LAYOUT_VERSION)
        self._name = name
        self._come_back()
        self._bar.setCurrentIndex(list(self._workspaces).index(name))
        self.changed.emit(name)

    def arrange_anew(self) -> None:
        """Put the panels of this workspace where they stood at first."""
        self._layouts.pop(self._name, None)
        self._arrange()
        self.fitting_requested.emit()

    def show_view(self, name: str) -> None:
        """Bring a view to sight."""
        self._docks[name].show()
        self._docks[name].raise_()

    def show_where_it_belongs(self, view: View) -> None:
        """Bring a view to sight; where it is closed, in the first workspace that has it open at first."""
        if self._docks[view.name].isHidden():
            names = [name for name in self._workspaces if name in view.positions]
            self.choose(next((name for name in names if view.positions[name].is_open), self._name))
        self.show_view(view.name)

    def layouts(self) -> dict[str, str]:
        """Every workspace's arrangement as text, for restore()."""
        layouts = {**self._layouts, self._name: self._window.saveState(_LAYOUT_VERSION)}
        return {name: layout.toBase64().toStdString() for name, layout in layouts.items()}

    def restore(self, layouts: Mapping[str, str], chosen: str) -> None:
        """Come back as layouts() said; anything it does not understand changes nothing."""
        self._layouts = {
            name: QByteArray.fromBase64(layout.encode("ascii", "replace"))
            for name, layout in layouts.items()
            if name in self._workspaces
        }
        if chosen in self._workspaces:
            self._name = chosen
        self._bar.setCurrentIndex(list(self._workspaces).index(self._name))
        self._come_back()

    def panel_actions(self) -> list[QAction]:
        """What shows and closes each panel, in the order in which they were given."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def beside_canvas(self) -> QDockWidget | None:
        """The panel that stands right of the canvas, if one does."""
        for dock in self._docks.values():
            seen = dock.isVisible() and not dock.isFloating() and dock.geometry().left() >= 0
            if seen and self._window.dockWidgetArea(dock) == _RIGHT:
                return dock
        return None

    @property
    def stands_as_at_first(self) -> bool:
        """Whether nothing is remembered of how the panels of this workspace were arranged."""
        return self._name not in self._layouts

    @property
    def canvas_share(self) -> float:
        """Share of the window's width that the canvas has at first; 0: it is to be square."""
        return self._workspaces[self._name].canvas

    def size_at_first(self) -> None:
        """Give the rows below the canvas their first shares of the window."""
        window = self._window
        for slots, share in self._workspaces[self._name].rows:
            docks = [self._in_slot(slot)[0] for slot, _ in slots]
            window.resizeDocks(docks[:1], [round(share * window.height())], Qt.Orientation.Vertical)
            if len(docks) > 1:
                widths = [round(share * window.width()) for _, share in slots]
                window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    # --- building ---

    def _dock(self, place: ViewHost) -> QDockWidget:
        dock = QDockWidget(place.view.title, self._window)
        dock.setObjectName(f"{place.view.name}_dock")
        title = PanelTitle(place, dock)
        title.copy_requested.connect(lambda: self.copy_requested.emit(place))
        title.save_requested.connect(lambda kind: self.save_requested.emit(place, kind))
        dock.setTitleBarWidget(title)
        dock.setWidget(place)
        dock.visibilityChanged.connect(place.set_active)
        # The Tab key would find its buttons behind another panel too.
        dock.visibilityChanged.connect(title.setEnabled)
        dock.visibilityChanged.connect(self._dressing.start)
        return dock

    def dress(self) -> None:
        """After panels came or went, or colours changed: quiet tabs, and no name twice."""
        palette = self._window.palette()
        colours = {
            "window": palette.window().color().name(),
            "text": palette.text().color().name(),
            "quiet": palette.placeholderText().color().name(),
            "line": palette.mid().color().name(),
            "accent": palette.accent().color().name(),
        }
        for bar in self._window.findChildren(QTabBar):
            bar.setDrawBase(False)
            if (holder := bar.parentWidget()) not in (None, self._window):
                # Qt hands no new palette to what holds a tab bar with a style sheet.
                holder.setPalette(QPalette())
            _give_style(bar, _TABS.format(**colours))
        _give_style(self._window.menuBar(), _MENUS.format(**colours))
        for dock in self._docks.values():
            shares_its_place = any(not other.isHidden() for other in self._window.tabifiedDockWidgets(dock))
            title = dock.titleBarWidget()
            if isinstance(title, PanelTitle):
                title.set_name_shown(not shares_its_place)

    def _make_bar(self) -> QTabBar:
        bar = QTabBar()
        bar.setObjectName("workspace_bar")
        bar.setAccessibleName(self.tr("Kind of work"))
        bar.setExpanding(False)
        bar.setUsesScrollButtons(False)
        bar.setElideMode(Qt.TextElideMode.ElideNone)
        for workspace in self._workspaces.values():
            bar.addTab(workspace.title)
        bar.currentChanged.connect(lambda index: self.choose(list(self._workspaces)[index]))
        menus = self._window.menuBar()
        if not menus.isNativeMenuBar():
            # Beside the menus is room that costs no height.
            menus.setCornerWidget(bar)
            return bar
        tools = QToolBar(self.tr("Kind of work"))
        tools.setObjectName("workspace_tools")
        tools.setMovable(False)
        tools.toggleViewAction().setVisible(False)
        tools.setContentsMargins(STEP, 0, STEP, 0)
        tools.addWidget(bar)
        self._window.addToolBar(tools)
        return bar

    def _come_back(self) -> None:
        """Restore the chosen workspace's arrangement, or make its first one."""
        layout = self._layouts.get(self._name)
        if layout is None or not self._window.restoreState(layout, _LAYOUT_VERSION):
            self._arrange()
            self.fitting_requested.emit()

    def _arrange(self) -> None:
        """Stand every view where the chosen workspace has it at first."""
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        elsewhere = [self._docks[view.name] for view in self._views if self._name not in view.positions]
        beside = self._in_slot(Slot.RIGHT)
        self._stand([*beside, *elsewhere], _RIGHT)
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
        """What stands in a slot of the chosen workspace at first, tab by tab; the first is open."""
        found = [(view.positions.get(self._name), self._docks[view.name]) for view in self._views]
        here = [(at, dock) for at, dock in found if at is not None and at.slot is slot]
        return [dock for _, dock in sorted(here, key=lambda each: each[0].order)]

    def _row(self, groups: Sequence[Sequence[QDockWidget]], above: QDockWidget | None) -> QDockWidget:
        """Groups side by side below the canvas, under another row or alone."""
        self._stand(groups[0], _BELOW, above)
        for before, group in pairwise(groups):
            self._stand(group, _BELOW, before[0], Qt.Orientation.Horizontal)
        return groups[0][0]

    def _stand(
        self,
        docks: Sequence[QDockWidget],
        area: Qt.DockWidgetArea,
        after: QDockWidget | None = None,
        direction: Qt.Orientation = Qt.Orientation.Vertical,
    ) -> None:
        """Make docks share one place, under or beside another one or alone in an area."""
        first, *others = docks
        self._window.addDockWidget(area, first)
        if after is not None:
            self._window.splitDockWidget(after, first, direction)
        for dock in others:
            self._window.tabifyDockWidget(first, dock)


def _give_style(widget: QWidget, style: str) -> None:
    """Give a widget a style sheet, unless it has it: each one costs a new layout."""
    if widget.styleSheet() != style:
        widget.setStyleSheet(style)
