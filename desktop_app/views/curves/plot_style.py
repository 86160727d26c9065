"""Style of curves: colours, font, and line styles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtGui import QFont, QFontInfo, QPalette

from desktop_app.views.curves.curve import Curve
from desktop_app.views.parts.label_colours import label_colours
from desktop_app.views.parts.theme import LIGHT, caption_font, mixed, palette_of

MARKERS = ("o", "s", "^", "D", "v", "P", "X")

_PALE = 0.35
_DARKER, _THIN = 0.5, 0.85
"""Share of the text colour in lines, and opacity of thin lines, for a contrast of at least 3:1."""

_BAND = 0.22
"""Opacity of the area of a band."""

_GROUPS = 8


@dataclass(frozen=True)
class PlotStyle:
    """Colours as "#rrggbb", and font.

    Attributes:
        background, text, quiet, line: of surface, titles, numbers and grid.
        training, validation: of the curves of the first group.
        groups: of further groups.
        family: of the font.
        points: size of the font.
    """

    background: str = "#ffffff"
    text: str = "#000000"
    quiet: str = "#606060"
    line: str = "#d0d0d0"
    training: str = "#606060"
    validation: str = "#1560c8"
    groups: tuple[str, ...] = ()
    family: str = ""
    points: float = 8.0


def window_style(palette: QPalette, font: QFont) -> PlotStyle:
    """Return the style for a palette and font."""
    small, role = QFontInfo(caption_font(font)), QPalette.ColorRole
    text = palette.color(role.WindowText)
    # Colours of labels are light.
    groups = [mixed(c, text, _DARKER).name() for c in label_colours(range(_GROUPS), palette).values()]
    return PlotStyle(
        background=palette.color(role.Window).name(),
        text=text.name(),
        quiet=palette.color(role.PlaceholderText).name(),
        line=palette.color(role.Mid).name(),
        training=groups[1],
        validation=palette.color(role.Accent).name(),
        groups=tuple(groups),
        family=small.family(),
        points=small.pixelSize() * 72 / 96,
    )


def print_style(font: QFont) -> PlotStyle:
    """Return the style of files: dark on white."""
    return replace(window_style(palette_of(LIGHT), font), background="#ffffff", points=8.0)


def line_style(curve: Curve, style: PlotStyle) -> dict[str, Any]:
    """Return options of matplotlib's Line2D for a curve; kinds also differ without colours."""
    if curve.kind == "rate" and not curve.group:
        return {"color": style.quiet, "linewidth": 1.5, "linestyle": "-"}
    colour = style.validation if curve.kind == "validation" else style.training
    if curve.group and style.groups:
        colour = style.groups[(curve.group - 1) % len(style.groups)]
    if not curve.is_strong or curve.kind == "rate":
        return {"color": colour, "linewidth": 0.9, "linestyle": "-", "alpha": _THIN}
    is_validation = curve.kind == "validation"
    return {
        "color": colour,
        "linewidth": 1.8,
        "linestyle": (0, (4, 1.6)) if is_validation else "-",
        "marker": MARKERS[curve.group % len(MARKERS)],
        "markersize": 4.5,
        "markerfacecolor": colour if is_validation else style.background,
        "markeredgecolor": colour,
    }


def raw_line_style(curve: Curve, style: PlotStyle) -> dict[str, Any]:
    """Return options for the original values behind a smoothed curve: thin and pale."""
    return {"color": line_style(curve, style)["color"], "linewidth": 0.8, "linestyle": "-", "alpha": _PALE}


def band_style(color: str) -> dict[str, Any]:
    """Return options for the area between the lowest and the highest values."""
    return {"color": color, "alpha": _BAND, "linewidth": 0}


def best_style(color: str, style: PlotStyle) -> dict[str, Any]:
    """Return options for the marker of the best epoch."""
    return {
        "color": color,
        "linestyle": "none",
        "marker": "*",
        "markersize": 13,
        "markeredgecolor": style.background,
        "markeredgewidth": 1,
        "clip_on": False,
    }
