"""Export of curves as PNG for print or SVG with text, dark on white and with a legend."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Literal

from desktop_app.views.curves.axes import FALLBACK, font_options
from desktop_app.views.curves.curve import Curve
from desktop_app.views.curves.plot import CSS_DPI, CurvePlot, PlotState
from desktop_app.views.curves.plot_style import PlotStyle, best_style, line_style
from desktop_app.views.view_export import PRINT_WIDTH

_PRINT_DPI = 300
_WIDTH = PRINT_WIDTH / _PRINT_DPI
_SINGLE, _PLOT, _LEGEND = 4.5, 2.4, 0.6
"""Height in inches of a single plot, of one of several plots, and of the legend."""


def curves_file(
    kind: Literal["png", "svg"],
    state: PlotState,
    style: PlotStyle,
    legend: Sequence[Curve],
    best_title: str,
    note: str,
) -> bytes:
    """Return the curves as a file; equal curves give equal files.

    Args:
        kind: "png" at print size, or "svg".
        state: curves and settings.
        style: colours and font.
        legend: a curve for each entry of the legend.
        best_title: legend entry of best epochs; empty: none.
        note: sentence above the legend; empty: none.
    """
    from matplotlib import rc_context

    plot = CurvePlot()
    count = len(state.plots)
    height = _SINGLE if count == 1 else _LEGEND + _PLOT * count
    size = round(_WIDTH * CSS_DPI), round(height * CSS_DPI)
    # The legend is positioned relative to the axes.
    plot.arrange(state, style, size, _PRINT_DPI)
    _add_legend(plot, style, legend, best_title, note)
    plot.figure.set_layout_engine("constrained")
    stream = io.BytesIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "curves"}
    metadata = {"Date": None} if kind == "svg" else {}
    with rc_context(settings):
        plot.figure.savefig(
            stream, format=kind, dpi=_PRINT_DPI, facecolor=style.background, metadata=metadata
        )
    return stream.getvalue()


def _add_legend(
    plot: CurvePlot, style: PlotStyle, curves: Sequence[Curve], best_title: str, note: str
) -> None:
    """Add a legend above the plots with as many columns as fit."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], **line_style(curve, style)) for curve in curves]
    titles = [curve.title for curve in curves]
    if best_title:
        handles.append(Line2D([], [], **best_style(style.quiet, style)))
        titles.append(best_title)
    # Titles of runs may have any script.
    font = FontProperties(family=[font_options(style)["fontfamily"], FALLBACK], size=style.points)
    for columns in range(len(handles), 0, -1):
        # Titles are set afterwards: matplotlib drops those starting with "_" and parses "$" as formulas.
        legend = plot.figure.legend(
            handles,
            ["."] * len(handles),
            loc="outside upper left",
            ncols=columns,
            prop=font,
            labelcolor=style.text,
            frameon=False,
            handlelength=3.0,
            numpoints=1,
        )
        for entry, title in zip(legend.get_texts(), titles, strict=True):
            entry.set_text(title)
            entry.set_parse_math(False)
        if note:
            legend.set_title(note, prop=font)
            legend.get_title().set(color=style.quiet, parse_math=False)
            legend.set_alignment("left")
        if legend.get_window_extent().width <= plot.figure.bbox.width or columns == 1:
            return
        legend.remove()
