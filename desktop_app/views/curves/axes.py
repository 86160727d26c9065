"""Axes of the curves in matplotlib: their ticks, numbers and hairlines, in the look of the window."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import Span
from desktop_app.views.curves.look import PlotLook
from desktop_app.views.curves.zoom import Ranges
from desktop_app.views.parts.numerals import MINUS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SMALL = 0.01
"""Numbers of an axis that ends below this are written with a power of ten."""

_FEW_DECADES = 200
"""The largest range for which a logarithmic axis has numbers between powers of ten."""

_STEPS = (1, 2, 2.5, 5, 10)
_WHOLE_STEPS = (1, 2, 5, 10)


def letters(look: PlotLook, *, quiet: bool = True) -> dict[str, Any]:
    """The letters of a look, as options of matplotlib's Text."""
    from matplotlib import font_manager

    known = any(entry.name == look.family for entry in font_manager.fontManager.ttflist)
    families = [look.family, "DejaVu Sans"] if known else ["DejaVu Sans"]
    colour = look.quiet if quiet else look.text
    return {"fontfamily": families, "fontsize": look.points, "color": colour, "parse_math": False}


def dress(axes: Axes, title: str, look: PlotLook) -> None:
    """Give axes a title, a grid and two spines."""
    from matplotlib.ticker import NullLocator

    axes.set_autoscale_on(False)
    axes.set_facecolor(look.ground)
    axes.set_title(title, loc="left", pad=5, **letters(look, quiet=False))
    axes.grid(visible=True, which="major", color=look.line, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(look.line)
    text = letters(look)
    axes.tick_params(
        color=look.line,
        labelcolor=text["color"],
        labelsize=text["fontsize"],
        labelfontfamily=text["fontfamily"],
        length=3,
        pad=3,
    )
    axes.yaxis.set_minor_locator(NullLocator())


def set_ranges(axes: Axes, ranges: Ranges) -> list[str]:
    """Show these ranges.

    Returns:
        The numbers that stand at the y axis.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    (low, high), x = ranges.y, ranges.x
    axes.set_xlim(*x)
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=x[1] - x[0] >= 3, steps=_WHOLE_STEPS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value, x)))
    axes.set_yscale("log" if ranges.is_log else "linear")
    axes.set_ylim(low, high)
    if ranges.is_log and high / low >= 10:
        between = high / low <= _FEW_DECADES
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if between else (1.0,)))
    else:
        axes.yaxis.set_major_locator(MaxNLocator("auto", steps=_STEPS))
    axes.yaxis.set_minor_locator(NullLocator())
    number = partial(scale_text, ranges.metric, span=ranges.y)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    return [number(value) for value in axes.yaxis.get_majorticklocs() if low <= value <= high]


def scale_text(metric: Metric, value: float, span: Span) -> str:
    """A number of an axis that shows a range: shares in per cent, small numbers with a power of ten."""
    if metric.is_share:
        return f"{short(100 * value, (100 * span[0], 100 * span[1]))} %"
    if value and (span[1] < _SMALL or abs(value) < _SMALL**2):
        number, power = f"{value:.{_digits(span) - 1}e}".split("e")
        return f"{number.rstrip('0').rstrip('.')}e{int(power)}".replace("-", MINUS)
    return short(value, span)


def short(value: float, span: Span) -> str:
    """A number with as many digits as tell it from its neighbours on an axis that shows a range."""
    if abs(value) < 1e-9 * (span[1] - span[0]):
        return "0"
    return f"{value:.{_digits(span)}g}".replace("-", MINUS)


def _digits(span: Span) -> int:
    return max(4, math.ceil(math.log10(max(abs(span[0]), abs(span[1])) / (span[1] - span[0]))) + 3)
