"""How curves look: colours and letters of a palette, and the line of each kind of curve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtGui import QFont, QFontInfo, QPalette

from desktop_app.views.curves.curve import Curve
from desktop_app.views.parts.label_colours import label_colours
from desktop_app.views.parts.theme import LIGHT, caption_font, mixed, palette_of

MARKERS = ("o", "s", "^", "D", "v", "P", "X")

_PALE = 0.35
_GROUPS = 8


@dataclass(frozen=True)
class PlotStyle:
    """Colours, as "#rrggbb", and letters.

    Attributes:
        ground, text, quiet, line: of surface, titles, numbers and hairlines.
        training, validation: of the curves of the first group.
        groups: of further groups.
        family: of the letters.
        points: size of the letters.
    """

    ground: str = "#ffffff"
    text: str = "#000000"
    quiet: str = "#606060"
    line: str = "#d0d0d0"
    training: str = "#606060"
    validation: str = "#1560c8"
    groups: tuple[str, ...] = ()
    family: str = ""
    points: float = 8.0


def window_style(palette: QPalette, font: QFont) -> PlotStyle:
    """The look of a window with this palette and font."""
    small, role = QFontInfo(caption_font(font)), QPalette.ColorRole
    text = palette.color(role.WindowText)
    # The colours of labels are light enough to be written on; lines need more strength.
    groups = [mixed(c, text, 0.3).name() for c in label_colours(range(_GROUPS), palette).values()]
    return PlotStyle(
        ground=palette.color(role.Window).name(),
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
    """The look of files: dark on white, whatever the window looks like."""
    return replace(window_style(palette_of(LIGHT), font), ground="#ffffff", points=8.0)


def style_of(curve: Curve, look: PlotStyle) -> dict[str, Any]:
    """How a line is drawn, as options of matplotlib's Line2D: its kind also shows without its colour."""
    if curve.kind == "rate" and not curve.group:
        return {"color": look.quiet, "linewidth": 1.5, "linestyle": "-"}
    own = look.validation if curve.kind == "validation" else look.training
    if curve.group and look.groups:
        own = look.groups[(curve.group - 1) % len(look.groups)]
    if not curve.is_strong or curve.kind == "rate":
        return {"color": own, "linewidth": 0.9, "linestyle": "-", "alpha": 0.55}
    is_validation = curve.kind == "validation"
    return {
        "color": own,
        "linewidth": 1.8,
        "linestyle": (0, (4, 1.6)) if is_validation else "-",
        "marker": MARKERS[curve.group % len(MARKERS)],
        "markersize": 4.5,
        "markerfacecolor": own if is_validation else look.ground,
        "markeredgecolor": own,
    }


def raw_style_of(curve: Curve, look: PlotStyle) -> dict[str, Any]:
    """How the measured curve is drawn behind a smoothed one: thin and pale."""
    style = style_of(curve, look)
    return {"color": style["color"], "linewidth": 0.8, "linestyle": "-", "alpha": _PALE}


def best_style(color: str, look: PlotStyle) -> dict[str, Any]:
    """How the point of the best epoch is marked."""
    return {
        "color": color,
        "linestyle": "none",
        "marker": "*",
        "markersize": 13,
        "markeredgecolor": look.ground,
        "markeredgewidth": 1,
        "clip_on": False,
    }
