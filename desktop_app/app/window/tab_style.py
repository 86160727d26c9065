"""The look of tabs and menu bar."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QMainWindow, QTabBar, QWidget

_PADDING = 12
"""Left and right of the name in a tab."""

_LARGE_FONT = 20
"""Height of a line in pixels; a font that is higher is large."""

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


def style_tabs(window: QMainWindow, workspaces: QTabBar) -> None:
    """Style all tabs and the menu bar of a window for its palette and font.

    Args:
        window: the window.
        workspaces: the tabs that look like joined buttons.
    """
    palette = window.palette()
    # With a large font the names need the room.
    is_large = window.fontMetrics().height() > _LARGE_FONT
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
    for bar in window.findChildren(QTabBar):
        bar.setDrawBase(False)
        if (holder := bar.parentWidget()) not in (None, window):
            # Qt passes no new palette to the parent of a tab bar with a style sheet.
            holder.setPalette(QPalette())
        sheet = _WORKSPACES if bar is workspaces else _TABS
        _set_style(bar, sheet.format(**style))
    _set_style(window.menuBar(), _MENUS.format(**style))


def _set_style(widget: QWidget, style: str) -> None:
    """Set a style sheet unless it is set already: each one costs a new layout."""
    if widget.styleSheet() != style:
        widget.setStyleSheet(style)
