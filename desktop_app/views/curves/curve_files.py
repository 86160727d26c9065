"""Curves as files: a picture for print, a drawing whose texts are text; dark on white, with a legend."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Literal

from desktop_app.views.curves.axes import FALLBACK, letters
from desktop_app.views.curves.curve import Curve
from desktop_app.views.curves.plot import CSS_DPI, CurvePlot, Shown
from desktop_app.views.curves.plot_style import PlotStyle, best_style, style_of
from desktop_app.views.view_export import PRINT_WIDTH

_PRINT_DPI = 300
_WIDTH = PRINT_WIDTH / _PRINT_DPI
_SINGLE, _PLOT, _LEGEND = 4.5, 2.4, 0.6
"""Inches from top to bottom: of a plot alone, of one of several, and around them."""


def file_of(
    kind: Literal["png", "svg"],
    shown: Shown,
    look: PlotStyle,
    legend: Sequence[Curve],
    *,
    best: str = "",
    note: str = "",
) -> bytes:
    """The curves as a file; the same curves make the same file.

    Args:
        kind: "png" at print size, or "svg".
        shown: what is drawn.
        look: colours and letters.
        legend: a curve for each entry of the legend.
        best: the entry of the mark of best epochs; empty where nothing is marked.
        note: a sentence above the legend.
    """
    from matplotlib import rc_context

    plot = CurvePlot()
    count = len(shown.plots)
    height = _SINGLE if count == 1 else _LEGEND + _PLOT * count
    size = round(_WIDTH * CSS_DPI), round(height * CSS_DPI)
    # The legend needs axes to be placed beside, and these their size.
    plot.arrange(shown, look, size, _PRINT_DPI)
    _add_legend(plot, look, legend, best, note)
    plot.figure.set_layout_engine("constrained")
    stream = io.BytesIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "curves"}
    metadata = {"Date": None} if kind == "svg" else {}
    with rc_context(settings):
        plot.figure.savefig(stream, format=kind, dpi=_PRINT_DPI, facecolor=look.ground, metadata=metadata)
    return stream.getvalue()


def _add_legend(plot: CurvePlot, look: PlotStyle, curves: Sequence[Curve], best: str, note: str) -> None:
    """A legend above the plots, in as few lines as there is room for."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], **style_of(curve, look)) for curve in curves]
    titles = [curve.title for curve in curves]
    if best:
        handles.append(Line2D([], [], **best_style(look.quiet, look)))
        titles.append(best)
    # Titles of runs may be in any script.
    font = FontProperties(family=[letters(look)["fontfamily"], FALLBACK], size=look.points)
    for columns in range(len(handles), 0, -1):
        # Titles are set afterwards: matplotlib drops those that begin with "_" and reads "$" as formulas.
        legend = plot.figure.legend(
            handles,
            ["."] * len(handles),
            loc="outside upper left",
            ncols=columns,
            prop=font,
            labelcolor=look.text,
            frameon=False,
            handlelength=3.0,
            numpoints=1,
        )
        for entry, title in zip(legend.get_texts(), titles, strict=True):
            entry.set_text(title)
            entry.set_parse_math(False)
        if note:
            legend.set_title(note, prop=font)
            legend.get_title().set(color=look.quiet, parse_math=False)
            legend.set_alignment("left")
        if legend.get_window_extent().width <= plot.figure.bbox.width or columns == 1:
            return
        legend.remove()
