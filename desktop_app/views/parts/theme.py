"""How the program looks: two designed palettes, one accent colour, an 8-pixel rhythm.

Widgets read their colours from the palette they are given and nowhere else, so a change of
appearance is one call. The palettes are our own because not every platform knows a colour scheme
(bare X11 and offscreen do not).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

STEP = 8
"""Distances are multiples of this, in device-independent pixels (or half of it inside a group)."""


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance.

    Attributes:
        window: the quiet surface.
        base: what is drawn and written on.
        text: ink and text.
        quiet_text: captions; at least 4.5:1 on window and base.
        line: hairlines and empty bars.
        accent: the one colour that says "here"; at least 4.5:1 on window and base.
        on_accent: text on the accent.
    """

    window: str
    base: str
    text: str
    quiet_text: str
    line: str
    accent: str
    on_accent: str


LIGHT = Theme(
    window="#f3f4f6",
    base="#ffffff",
    text="#1a1d23",
    quiet_text="#5a626e",
    line="#d6dae0",
    accent="#1560c8",
    on_accent="#ffffff",
)
DARK = Theme(
    window="#1d2026",
    base="#14161b",
    text="#e8eaee",
    quiet_text="#a0a8b4",
    line="#383e48",
    accent="#72b1ff",
    on_accent="#0d1420",
)


def theme_for(appearance: str, system: Qt.ColorScheme) -> Theme:
    """The theme for the appearance "system", "light" or "dark" on a system with a colour scheme."""
    dark = appearance == "dark" or (appearance == "system" and system == Qt.ColorScheme.Dark)
    return DARK if dark else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """The Qt palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette(QColor(theme.window))
    for roles, colour in (
        ((role.Window, role.Button, role.ToolTipBase), theme.window),
        ((role.Base,), theme.base),
        ((role.AlternateBase,), theme.window),
        ((role.Text, role.WindowText, role.ButtonText, role.ToolTipText), theme.text),
        ((role.PlaceholderText,), theme.quiet_text),
        ((role.Mid, role.Midlight), theme.line),
        ((role.Accent, role.Highlight, role.Link), theme.accent),
        ((role.HighlightedText, role.BrightText), theme.on_accent),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    disabled = mixed(QColor(theme.quiet_text), QColor(theme.window), 0.45)
    for each in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, disabled)
    return palette


def apply_appearance(appearance: str) -> None:
    """Give the whole application the palette of an appearance; nothing happens if it has it."""
    theme = theme_for(appearance, QApplication.styleHints().colorScheme())
    palette = palette_of(theme)
    if QApplication.palette() != palette:
        QApplication.setPalette(palette)


def mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """Between two colours: share 0 is the first, 1 the other."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        colour.redF() * keep + other.redF() * share,
        colour.greenF() * keep + other.greenF() * share,
        colour.blueF() * keep + other.blueF() * share,
    )


def caption_font(base: QFont) -> QFont:
    """The small size of the one family: captions, numbers beside pictures."""
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * 0.9)
    return font


def display_font(base: QFont, height: int) -> QFont:
    """The large size of the one family: the answer, for a line height pixels high."""
    font = QFont(base)
    font.setPixelSize(max(STEP, round(height * 0.8)))
    font.setWeight(QFont.Weight.DemiBold)
    return font
