"""Axes of the curves in matplotlib: ticks, numbers and grid, in the style of the window."""

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
    from matplotlib.text import Text

_SCIENTIFIC = 0.01
"""Axes that end below this have numbers in scientific notation."""

_ZERO = 1e-9
"""Numbers below this fraction of the range are rounding errors of zero."""

_MAX_RANGE_FOR_STEPS = 200
"""Maximum range of a logarithmic axis with numbers between powers of ten."""

FALLBACK = "DejaVu Sans"
"""Font included in matplotlib."""

_PAD, _TICK, _LINE = 5, 3, 1.25
"""Points below a title; points of a tick and beside it; line height relative to the font size."""

_STEPS = (1, 2, 2.5, 5, 10)
_WHOLE_STEPS = (1, 2, 5, 10)


def font_options(style: PlotStyle) -> dict[str, Any]:
    """Return font options for matplotlib's Text; "$" does not start a formula."""
    from matplotlib import font_manager

    is_installed = any(entry.name == style.family for entry in font_manager.fontManager.ttflist)
    family = style.family if is_installed else FALLBACK
    return {"fontfamily": family, "fontsize": style.points, "parse_math": False}


def set_style(axes: Axes, title: str, x_label: str, style: PlotStyle) -> Text:
    """Set title, grid and two spines, and numbers and a label below unless the label is empty.

    Returns the title. Title and label have fixed positions, because matplotlib's automatic ones are slow.
    """
    from matplotlib.ticker import NullLocator
    from matplotlib.transforms import ScaledTranslation

    text = font_options(style)
    axes.set_autoscale_on(False)
    axes.set_facecolor(style.background)
    written = axes.set_title(title, loc="left", y=1.0, pad=_PAD, color=style.text, **text)
    axes.grid(visible=True, which="major", color=style.line, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(style.quiet)
    axes.tick_params(
        color=style.quiet,
        labelcolor=style.quiet,
        labelsize=style.points,
        labelfontfamily=text["fontfamily"],
        labelbottom=bool(x_label),
        length=_TICK,
        pad=_TICK,
    )
    axes.set_xlabel(x_label, color=style.quiet, verticalalignment="top", **text)
    distance = 2 * _TICK + _LINE * style.points
    offset = ScaledTranslation(0, -distance / 72, axes.figure.dpi_scale_trans)
    axes.xaxis.set_label_coords(0.5, 0, transform=axes.transAxes + offset)
    axes.yaxis.set_minor_locator(NullLocator())
    return written


def set_ranges(axes: Axes, ranges: Ranges) -> list[str]:
    """Set the ranges and ticks.

    Returns:
        The numbers at the y axis.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axes.set_xlim(*ranges.x)
    axes.set_yscale("log" if ranges.is_log else "linear")
    axes.set_ylim(*ranges.y)
    number = partial(scale_text, ranges.metric, span=ranges.y)
    epochs, values = _ticks(axes, ranges)
    for axis, ticks, texts in (
        (axes.xaxis, epochs, [_number_text(epoch, ranges.x) for epoch in epochs]),
        (axes.yaxis, values, [number(value) for value in values]),
    ):
        # Fixed ticks: an axis would call its locator ten times per drawing.
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_major_formatter(FixedFormatter(texts))
        axis.set_minor_locator(NullLocator())
    return [number(value) for value in values]


def _ticks(axes: Axes, ranges: Ranges) -> tuple[list[float], list[float]]:
    """Return the ticks of both axes."""
    from matplotlib.ticker import Locator, LogLocator, MaxNLocator

    (first, last), (low, high) = ranges.x, ranges.y
    # Fractions only where fewer than two whole epochs are visible.
    x_locator = MaxNLocator("auto", integer=True, steps=_WHOLE_STEPS)
    y_locator: Locator = MaxNLocator("auto", steps=_STEPS)
    if ranges.is_log and high / low >= 10:
        y_locator = LogLocator(subs=(1.0, 2.0, 5.0) if high / low <= _MAX_RANGE_FOR_STEPS else (1.0,))
    x_locator.set_axis(axes.xaxis)
    y_locator.set_axis(axes.yaxis)
    epochs, values = x_locator.tick_values(first, last), y_locator.tick_values(low, high)
    return (
        [float(epoch) for epoch in epochs if first <= epoch <= last],
        [float(value) for value in values if low <= value <= high],
    )


def scale_text(metric: Metric, value: float, span: Span) -> str:
    """Return a number of an axis: fractions in percent, small numbers in scientific notation."""
    if metric.is_share:
        return f"{_number_text(100 * value, (100 * span[0], 100 * span[1]))} %"
    is_zero = abs(value) < _ZERO * (span[1] - span[0])
    if not is_zero and (span[1] < _SCIENTIFIC or abs(value) < _SCIENTIFIC**2):
        number, power = f"{value:.{_digits(span) - 1}e}".split("e")
        return f"{number.rstrip('0').rstrip('.')}e{int(power)}".replace("-", MINUS)
    return _number_text(value, span)


def _number_text(value: float, span: Span) -> str:
    """Return a number with enough digits to differ from its neighbours on an axis."""
    if abs(value) < _ZERO * (span[1] - span[0]):
        return "0"
    return f"{value:.{_digits(span)}g}".replace("-", MINUS)


def _digits(span: Span) -> int:
    return max(4, math.ceil(math.log10(max(abs(span[0]), abs(span[1])) / (span[1] - span[0]))) + 3)
