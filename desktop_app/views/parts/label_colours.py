"""Colours of labels in plots."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QColor, QPalette

from desktop_app.views.parts.theme import mixed

# Neighbours differ in lightness as well as in hue; the contrast to the text of the theme is at least
# 4.5:1. Chosen in OKLCH: lightness 0.70 to 0.86 for light surfaces, 0.42 to 0.52 for dark ones.
_ON_LIGHT = (
    "#73b0ee",
    "#f2a26a",
    "#74c692",
    "#c097df",
    "#ecd065",
    "#89dbdf",
    "#df7f78",
    "#8998e9",
    "#b7d978",
    "#e69dc6",
)
_ON_DARK = (
    "#265b8d",
    "#884c1e",
    "#276340",
    "#653f7f",
    "#7b6813",
    "#1f7074",
    "#853532",
    "#3b4392",
    "#566d27",
    "#7b4263",
)


def label_colours(columns: Iterable[int], palette: QPalette) -> dict[int, QColor]:
    """Return a colour for each label index; two labels share one only if all colours are used."""
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    colours = _ON_LIGHT if window.lightness() > text.lightness() else _ON_DARK
    chosen: dict[int, QColor] = {}
    free = list(colours)
    for column in columns:
        free = free or list(colours)
        own = colours[column % len(colours)]
        colour = own if own in free else free[0]
        free.remove(colour)
        chosen[column] = QColor(colour)
    return chosen


def neutral_colour(palette: QPalette) -> QColor:
    """Return the colour of "not a character"."""
    text = palette.color(QPalette.ColorRole.PlaceholderText)
    return mixed(palette.color(QPalette.ColorRole.Mid), text, 0.12)


def faint_colour(palette: QPalette) -> QColor:
    """Return the colour of all labels that are not shown separately."""
    return mixed(palette.color(QPalette.ColorRole.Mid), palette.color(QPalette.ColorRole.Window), 0.5)
