"""The order in which the Tab key goes through the window: that of the layout, without hidden views."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QScrollArea, QTabBar, QWidget

from desktop_app.app.window.panel_title import PanelButtons
from desktop_app.app.window.view_host import ViewHost

_Item = tuple[QRect, list[QWidget]]
"""An area, and its tab stops in their order."""


def focus_next(window: QMainWindow, *, forwards: bool) -> bool:
    """Move the focus to the next or previous tab stop of a window; return False if it has none.

    Qt itself also stops in views behind another one, and does not follow controls that are added later.
    """
    stops = _tab_stops(window)
    if not stops:
        return False
    focused = QApplication.focusWidget()
    step = 1 if forwards else -1
    number = stops.index(focused) + step if focused in stops else (step - 1) // 2
    target = stops[number % len(stops)]
    target.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    _scroll_to(target, window)
    return True


def _scroll_to(target: QWidget, window: QWidget) -> None:
    parent = target.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QScrollArea) and parent.widget() is not None:
            parent.ensureWidgetVisible(target)
        parent = parent.parentWidget()


def _tab_stops(parent: QWidget) -> list[QWidget]:
    """Return the widgets in a widget that take the focus, in reading order."""
    items: list[_Item] = []
    for child in _visible_children(parent):
        own = [child] if _takes_focus(child) else []
        if stops := own + _tab_stops(child):
            items.append((child.geometry(), stops))
    if isinstance(parent, QMainWindow):
        items = _with_tabs(parent, items)
    return _in_reading_order(items)


def _visible_children(parent: QWidget) -> list[QWidget]:
    children = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [each for each in children if each.isVisible() and not each.isWindow() and not _is_behind(each)]


def _is_behind(widget: QWidget) -> bool:
    """Return whether a widget is a view behind another one, which Qt takes for visible."""
    return isinstance(widget, ViewHost) and not widget.is_active


def _takes_focus(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(by_tab) and widget.isEnabled() and widget.focusProxy() is None


def _with_tabs(window: QMainWindow, items: list[_Item]) -> list[_Item]:
    """Put the tabs above a dock, the buttons beside them, and what is in the dock, into one item."""
    rows = [item for item in items if _is_in_tab_row(item[1][0], window)]
    result = [item for item in items if item not in rows]
    for area, stops in sorted(rows, key=lambda row: -row[0].left()):
        below = area.translated(0, 2)
        number = next((i for i, (dock, _) in enumerate(result) if dock.intersects(below)), None)
        if number is None:
            result.append((area, stops))
        else:
            dock, others = result[number]
            result[number] = dock.united(area), [*stops, *others]
    return result


def _is_in_tab_row(widget: QWidget, window: QMainWindow) -> bool:
    """Return whether a widget is a bar with the tabs of docks, or one of the buttons beside it."""
    parent = widget.parentWidget()
    is_button = isinstance(parent, PanelButtons) and parent.parentWidget() is window
    return is_button or (isinstance(widget, QTabBar) and parent is window)


def _in_reading_order(items: list[_Item]) -> list[QWidget]:
    """Return all tab stops by rows, inside of a row by columns."""
    rows = _groups(items, vertical=True)
    if len(rows) > 1:
        return [stop for row in rows for stop in _in_reading_order(row)]
    columns = _groups(items, vertical=False)
    if len(columns) > 1:
        return [stop for column in columns for stop in _in_reading_order(column)]
    return [stop for _, stops in items for stop in stops]


def _groups(items: list[_Item], *, vertical: bool) -> list[list[_Item]]:
    """Return the items in groups between which a straight line fits, from top to bottom or left to right."""
    groups: list[list[_Item]] = []
    end = 0
    for item in sorted(items, key=lambda each: each[0].top() if vertical else each[0].left()):
        area = item[0]
        if not groups or (area.top() if vertical else area.left()) > end:
            groups.append([])
            end = 0
        groups[-1].append(item)
        end = max(end, area.bottom() if vertical else area.right())
    return groups
