"""The light and the dark theme, and sizes of type.

Widgets take their colours from their palette only. The palettes do not depend on the platform, since not
every platform has a dark one (plain X11 and offscreen do not).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

STEP = 8
"""Unit of distances in device-independent pixels; half of it inside groups."""


_OUTLINED = (
    *("QLineEdit", "QAbstractSpinBox", "QComboBox", "QPushButton", "QToolButton"),
    *("QPlainTextEdit", "Slider"),
)
"""Classes of widgets with an outline."""

_OUTLINE_FACTOR = 140
"""Fusion draws an outline in the window colour made darker by this factor."""


@dataclass(frozen=True)
class Theme:
    """The colours of a theme.

    Attributes:
        window: background of windows.
        base: background of the canvas and of text fields.
        text: ink and text.
        quiet_text: captions; contrast at least 4.5:1 on window and base.
        line: thin lines and empty bars, which nothing depends on.
        outline: borders of controls and of the canvas; contrast at least 3:1 on window and base.
        accent: selection and focus; contrast at least 4.5:1 on window and base.
        on_accent: text on the accent.
    """

    window: str
    base: str
    text: str
    quiet_text: str
    line: str
    outline: str
    accent: str
    on_accent: str


LIGHT = Theme(
    window="#f3f4f6",
    base="#ffffff",
    text="#1a1d23",
    quiet_text="#5a626e",
    line="#d6dae0",
    outline="#767d88",
    accent="#1560c8",
    on_accent="#ffffff",
)
DARK = Theme(
    window="#1d2026",
    base="#14161b",
    text="#e8eaee",
    quiet_text="#a0a8b4",
    line="#383e48",
    outline="#717986",
    accent="#72b1ff",
    on_accent="#0d1420",
)
LIGHT_HIGH_CONTRAST = Theme(
    window="#ffffff",
    base="#ffffff",
    text="#000000",
    quiet_text="#000000",
    line="#5a5a5a",
    outline="#5a5a5a",
    accent="#003c9e",
    on_accent="#ffffff",
)
DARK_HIGH_CONTRAST = Theme(
    window="#000000",
    base="#000000",
    text="#ffffff",
    quiet_text="#ffffff",
    line="#a6a6a6",
    outline="#a6a6a6",
    accent="#7fc4ff",
    on_accent="#000000",
)


def theme_for(
    appearance: str,
    system: Qt.ColorScheme,
    contrast: Qt.ContrastPreference = Qt.ContrastPreference.NoPreference,
) -> Theme:
    """Return a theme.

    Args:
        appearance: "system", "light" or "dark".
        system: colour scheme of the system.
        contrast: what the system asks for; it counts for every appearance.
    """
    dark = appearance == "dark" or (appearance == "system" and system == Qt.ColorScheme.Dark)
    if contrast == Qt.ContrastPreference.HighContrast:
        return DARK_HIGH_CONTRAST if dark else LIGHT_HIGH_CONTRAST
    return DARK if dark else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """Return the Qt palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette(QColor(theme.window))
    for roles, colour in (
        ((role.Window, role.Button, role.ToolTipBase), theme.window),
        ((role.Base,), theme.base),
        ((role.AlternateBase,), theme.window),
        ((role.Text, role.WindowText, role.ButtonText, role.ToolTipText), theme.text),
        ((role.PlaceholderText,), theme.quiet_text),
        ((role.Mid, role.Midlight), theme.line),
        ((role.Dark,), theme.outline),
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
    """Set the palette of an appearance for the whole application unless it is set already."""
    hints = QApplication.styleHints()
    theme = theme_for(appearance, hints.colorScheme(), hints.accessibility().contrastPreference())
    palette = palette_of(theme)
    if QApplication.palette() != palette:
        QApplication.setPalette(palette)
        outlined = QPalette(palette)
        for group, colour in (
            (QPalette.ColorGroup.All, theme.outline),
            (QPalette.ColorGroup.Disabled, theme.line),
        ):
            outlined.setColor(group, QPalette.ColorRole.Window, QColor(colour).lighter(_OUTLINE_FACTOR))
        for name in _OUTLINED:
            # PySide takes a text here; its type hints say bytes.
            QApplication.setPalette(outlined, name)  # type: ignore[arg-type]


def mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """Return a colour between two: share 0 is the first, 1 the other."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        colour.redF() * keep + other.redF() * share,
        colour.greenF() * keep + other.greenF() * share,
        colour.blueF() * keep + other.blueF() * share,
    )


def caption_font(base: QFont) -> QFont:
    """Return the font of captions: 0.9 times the normal size."""
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * 0.9)
    return font


def display_font(base: QFont, height: int) -> QFont:
    """Return the font of the answer for a line of a height in pixels."""
    font = QFont(base)
    font.setPixelSize(max(STEP, round(height * 0.8)))
    font.setWeight(QFont.Weight.DemiBold)
    return font
