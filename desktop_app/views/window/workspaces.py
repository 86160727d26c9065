"""Workspaces: the same panels, arranged for one kind of work at a time.

The paper is the middle of the window in every workspace, so a drawing stays when work changes.
Each workspace remembers how its panels were arranged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolBar, QWidget

from desktop_app.views.panel import Panel
from desktop_app.views.panel_title import PanelTitle
from desktop_app.views.parts.theme import STEP

READ, INSIDE, TRAIN = "read", "inside", "train"

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
class _Arrangement:
    """Where panels stand at first. The panels of a group share a place, the first one in front.

    Attributes:
        right: the group beside the paper.
        below: rows across the width, from the paper down: groups side by side with their shares of
            the width, and the row's share of the window's height.
        paper: share of the window's width that the paper has, whatever its height; 0: it is square.
        elsewhere: panels of other kinds of work; they are closed and stand behind the first group.
        closed: panels that wait in the menu; each still has its place in a group.
    """

    right: tuple[str, ...]
    below: tuple[tuple[tuple[tuple[tuple[str, ...], float], ...], float], ...]
    elsewhere: tuple[str, ...]
    closed: frozenset[str] = frozenset()
    paper: float = 0.0


_OF_READING = (
    "reading",
    "why",
    "compare",
    "layers",
    "maps",
    "filters",
    "wall",
    "arithmetic",
    "replay",
    "lesson",
)
_OF_TRAINING = ("data", "network", "recipe", "runs", "evaluation", "run", "forming")

_ARRANGEMENTS = {
    READ: _Arrangement(
        right=("reading", "why", "compare"),
        below=(
            (((("layers",), 1.0),), 0.14),
            (((("maps", "filters", "wall", "arithmetic", "replay", "lesson"), 1.0),), 0.2),
        ),
        elsewhere=_OF_TRAINING,
        closed=frozenset({"why", "compare", "filters", "wall", "arithmetic", "replay", "lesson"}),
    ),
    INSIDE: _Arrangement(
        right=("maps", "filters", "wall", "compare", "reading"),
        below=(
            (((("layers",), 1.0),), 0.15),
            (((("lesson", "arithmetic", "why", "replay"), 1.0),), 0.34),
        ),
        elsewhere=_OF_TRAINING,
        closed=frozenset({"reading"}),
    ),
    TRAIN: _Arrangement(
        right=("data", "network", "recipe", "runs", "evaluation", "reading"),
        below=((((("run",), 0.6), (("forming",), 0.4)), 0.38),),
        elsewhere=tuple(name for name in _OF_READING if name != "reading"),
        closed=frozenset({"reading"}),
        paper=0.3,
    ),
}


class Workspaces(QObject):
    """Puts panels into docks, and docks into the workspace that is chosen."""

    changed = Signal(str)
    """The workspace that is chosen from now on."""
    copy_wanted = Signal(object)
    """A panel whose picture the user wants on the clipboard."""
    save_wanted = Signal(object, str)
    """A panel, and what the user wants of it as a file (see gui.take_away)."""
    fitting_wanted = Signal()
    """Panels stand as at first, and the paper wants its square."""

    def __init__(self, window: QMainWindow, panels: Sequence[Panel]) -> None:
        """Dock the panels, arranged for reading."""
        super().__init__(window)
        self._window = window
        self._dressing = QTimer(self, singleShot=True, interval=0)
        self._dressing.timeout.connect(self.dress)
        self._docks = {panel.name: self._dock(panel) for panel in panels}
        self._layouts: dict[str, QByteArray] = {}
        self._name = READ
        self._bar = self._make_bar()
        window.setCorner(Qt.Corner.BottomLeftCorner, _BELOW)
        window.setCorner(Qt.Corner.BottomRightCorner, _BELOW)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDockNestingEnabled(True)
        self._arrange()

    @property
    def name(self) -> str:
        """The workspace that is chosen."""
        return self._name

    def choose(self, name: str) -> None:
        """Arrange the panels as they last stood for this kind of work."""
        if name == self._name or name not in _ARRANGEMENTS:
            return
        self._layouts[self._name] = self._window.saveState(_LAYOUT_VERSION)
        self._name = name
        self._come_back()
        self._bar.setCurrentIndex(list(_ARRANGEMENTS).index(name))
        self.changed.emit(name)

    def arrange_anew(self) -> None:
        """Put the panels of this workspace where they stood at first."""
        self._layouts.pop(self._name, None)
        self._arrange()
        self.fitting_wanted.emit()

    def is_open(self, name: str) -> bool:
        """Whether a panel stands anywhere in this workspace, if only behind another."""
        return not self._docks[name].isHidden()

    def show_panel(self, name: str) -> None:
        """Bring a panel to sight."""
        self._docks[name].show()
        self._docks[name].raise_()

    def layouts(self) -> dict[str, str]:
        """Every workspace's arrangement as text, for restore()."""
        layouts = {**self._layouts, self._name: self._window.saveState(_LAYOUT_VERSION)}
        return {name: layout.toBase64().toStdString() for name, layout in layouts.items()}

    def restore(self, layouts: Mapping[str, str], chosen: str) -> None:
        """Come back as layouts() said; anything it does not understand changes nothing."""
        self._layouts = {
            name: QByteArray.fromBase64(layout.encode("ascii", "replace"))
            for name, layout in layouts.items()
            if name in _ARRANGEMENTS
        }
        if chosen in _ARRANGEMENTS:
            self._name = chosen
        self._bar.setCurrentIndex(list(_ARRANGEMENTS).index(self._name))
        self._come_back()

    def panel_actions(self) -> list[QAction]:
        """What shows and closes each panel, in the order in which they were given."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def beside_paper(self) -> QDockWidget | None:
        """The panel that stands right of the paper, if one does."""
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
    def paper_share(self) -> float:
        """Share of the window's width that the paper has at first; 0: it is to be square."""
        return _ARRANGEMENTS[self._name].paper

    def size_at_first(self) -> None:
        """Give the groups below the paper their first shares of the window."""
        window, below = self._window, _ARRANGEMENTS[self._name].below
        docks = [self._docks[groups[0][0][0]] for groups, _ in below]
        heights = [round(share * window.height()) for _, share in below]
        window.resizeDocks(docks, heights, Qt.Orientation.Vertical)
        for groups, _ in below:
            if len(groups) > 1:
                docks = [self._docks[group[0]] for group, _ in groups]
                widths = [round(share * window.width()) for _, share in groups]
                window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    # --- building ---

    def _dock(self, panel: Panel) -> QDockWidget:
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(f"{panel.name}_dock")
        title = PanelTitle(panel, dock)
        title.copy_wanted.connect(lambda: self.copy_wanted.emit(panel))
        title.save_wanted.connect(lambda kind: self.save_wanted.emit(panel, kind))
        dock.setTitleBarWidget(title)
        dock.setWidget(panel)
        dock.visibilityChanged.connect(panel.set_active)
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
        for words in (self.tr("Read"), self.tr("Inside"), self.tr("Train")):
            bar.addTab(words)
        bar.currentChanged.connect(lambda index: self.choose(list(_ARRANGEMENTS)[index]))
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
            self.fitting_wanted.emit()

    def _arrange(self) -> None:
        """Stand every panel where the chosen workspace has it at first."""
        arrangement = _ARRANGEMENTS[self._name]
        for dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._group((*arrangement.right, *arrangement.elsewhere), _RIGHT)
        above: QDockWidget | None = None
        for groups, _ in arrangement.below:
            above = self._row([names for names, _ in groups], above)
        closed = arrangement.closed.union(arrangement.elsewhere)
        for name, dock in self._docks.items():
            dock.setVisible(name not in closed)
        rows = [names for groups, _ in arrangement.below for names, _ in groups]
        for group in (arrangement.right, *rows):
            self._docks[group[0]].raise_()

    def _row(self, groups: Sequence[Sequence[str]], above: QDockWidget | None) -> QDockWidget:
        """Groups side by side below the paper, under another row or alone."""
        first = self._group(groups[0], _BELOW, above)
        beside = first
        for names in groups[1:]:
            beside = self._group(names, _BELOW, beside, Qt.Orientation.Horizontal)
        return first

    def _group(
        self,
        names: Sequence[str],
        area: Qt.DockWidgetArea,
        after: QDockWidget | None = None,
        direction: Qt.Orientation = Qt.Orientation.Vertical,
    ) -> QDockWidget:
        """Panels that share one place, under or beside another group or alone in an area."""
        first, *others = (self._docks[name] for name in names)
        self._window.addDockWidget(area, first)
        if after is not None:
            self._window.splitDockWidget(after, first, direction)
        for dock in others:
            self._window.tabifyDockWidget(first, dock)
        return first


def _give_style(widget: QWidget, style: str) -> None:
    """Give a widget a style sheet, unless it has it: each one costs a new layout."""
    if widget.styleSheet() != style:
        widget.setStyleSheet(style)
