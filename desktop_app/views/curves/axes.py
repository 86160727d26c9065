"""Axes of the curves in matplotlib: their ticks, numbers and hairlines, in the look of the window."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import Span
from desktop_app.views.curves.plot_style import PlotStyle
from desktop_app.views.curves.zoom import Ranges
from desktop_app.views.parts.numerals import MINUS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SMALL = 0.01
"""Numbers of an axis that ends below this are written with a power of ten."""

_NOTHING = 1e-9
"""A number that is so small a share of the range is zero, rounded."""

_FEW_DECADES = 200
"""The largest range for which a logarithmic axis has numbers between powers of ten."""

FALLBACK = "DejaVu Sans"
"""The font that comes with matplotlib."""

_PAD, _TICK, _LINE = 5, 3, 1.25
"""Points below a title; points of a tick and beside it; the height of a line of text in sizes of it."""

_STEPS = (1, 2, 2.5, 5, 10)
_WHOLE_STEPS = (1, 2, 5, 10)


def letters(look: PlotStyle) -> dict[str, Any]:
    """The letters of a look, as options of matplotlib's Text: no "$" begins a formula."""
    from matplotlib import font_manager

    known = any(entry.name == look.family for entry in font_manager.fontManager.ttflist)
    family = look.family if known else FALLBACK
    return {"fontfamily": family, "fontsize": look.points, "parse_math": False}


def dress(axes: Axes, title: str, below: str, look: PlotStyle) -> None:
    """Give axes a title, a grid, two spines, and numbers and a label below unless that is empty.

    Title and label have places of their own: finding one for them takes matplotlib as long as all the rest.
    """
    from matplotlib.ticker import NullLocator
    from matplotlib.transforms import ScaledTranslation

    text = letters(look)
    axes.set_autoscale_on(False)
    axes.set_facecolor(look.ground)
    axes.set_title(title, loc="left", y=1.0, pad=_PAD, color=look.text, **text)
    axes.grid(visible=True, which="major", color=look.line, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(look.line)
    axes.tick_params(
        color=look.line,
        labelcolor=look.quiet,
        labelsize=look.points,
        labelfontfamily=text["fontfamily"],
        labelbottom=bool(below),
        length=_TICK,
        pad=_TICK,
    )
    axes.set_xlabel(below, color=look.quiet, verticalalignment="top", **text)
    away = 2 * _TICK + _LINE * look.points
    down = ScaledTranslation(0, -away / 72, axes.figure.dpi_scale_trans)
    axes.xaxis.set_label_coords(0.5, 0, transform=axes.transAxes + down)
    axes.yaxis.set_minor_locator(NullLocator())


def set_ranges(axes: Axes, ranges: Ranges) -> list[str]:
    """Show these ranges.

    Returns:
        The numbers that stand at the y axis.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axes.set_xlim(*ranges.x)
    axes.set_yscale("log" if ranges.is_log else "linear")
    axes.set_ylim(*ranges.y)
    number = partial(scale_text, ranges.metric, span=ranges.y)
    epochs, values = _ticks(axes, ranges)
    for axis, ticks, texts in (
        (axes.xaxis, epochs, [short(epoch, ranges.x) for epoch in epochs]),
        (axes.yaxis, values, [number(value) for value in values]),
    ):
        # Asked for its ticks, an axis asks its locator ten times a drawing.
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_major_formatter(FixedFormatter(texts))
        axis.set_minor_locator(NullLocator())
    return [number(value) for value in values]


def _ticks(axes: Axes, ranges: Ranges) -> tuple[list[float], list[float]]:
    """Where numbers stand at both axes."""
    from matplotlib.ticker import Locator, LogLocator, MaxNLocator

    (first, last), (low, high) = ranges.x, ranges.y
    across = MaxNLocator("auto", integer=last - first >= 3, steps=_WHOLE_STEPS)
    up: Locator = MaxNLocator("auto", steps=_STEPS)
    if ranges.is_log and high / low >= 10:
        up = LogLocator(subs=(1.0, 2.0, 5.0) if high / low <= _FEW_DECADES else (1.0,))
    across.set_axis(axes.xaxis)
    up.set_axis(axes.yaxis)
    epochs, values = across.tick_values(first, last), up.tick_values(low, high)
    return (
        [float(epoch) for epoch in epochs if first <= epoch <= last],
        [float(value) for value in values if low <= value <= high],
    )


def scale_text(metric: Metric, value: float, span: Span) -> str:
    """A number of an axis that shows a range: shares in per cent, small numbers with a power of ten."""
    if metric.is_share:
        return f"{short(100 * value, (100 * span[0], 100 * span[1]))} %"
    is_zero = abs(value) < _NOTHING * (span[1] - span[0])
    if not is_zero and (span[1] < _SMALL or abs(value) < _SMALL**2):
        number, power = f"{value:.{_digits(span) - 1}e}".split("e")
        return f"{number.rstrip('0').rstrip('.')}e{int(power)}".replace("-", MINUS)
    return short(value, span)


def short(value: float, span: Span) -> str:
    """A number with as many digits as tell it from its neighbours on an axis that shows a range."""
    if abs(value) < _NOTHING * (span[1] - span[0]):
        return "0"
    return f"{value:.{_digits(span)}g}".replace("-", MINUS)


def _digits(span: Span) -> int:
    return max(4, math.ceil(math.log10(max(abs(span[0]), abs(span[1])) / (span[1] - span[0]))) + 3)
