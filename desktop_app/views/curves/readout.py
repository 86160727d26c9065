"""Values of the curves at an epoch as a small table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, PlotData, Span
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.numerals import metric_text, numeral

_NEAR = 0.25
"""Maximum distance of a whole epoch as a fraction of the visible range."""


@dataclass(frozen=True)
class Readout:
    """Values at an epoch.

    Attributes:
        epoch: with its fraction.
        titles: of the columns, the first for the names of curves.
        rows: a text for each column.
    """

    epoch: float
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def sentence(self) -> str:
        """Return the table as one line of text."""
        listed_plots = [self.titles[0]]
        for name, *cells in self.rows:
            values = [
                f"{template} {cell}" for template, cell in zip(self.titles[1:], cells, strict=True) if cell
            ]
            listed_plots.append(f"{name}: {', '.join(values)}")
        return "; ".join(listed_plots)


def listed(plots: Sequence[PlotData]) -> list[PlotData]:
    """Return the plots with columns and legend entries; the learning rate only if it is alone."""
    listed_plots = [plot for plot in plots if plot.has_points]
    return [plot for plot in listed_plots if plot.metric != LEARNING_RATE] or listed_plots


def readout_at(epoch: float, plots: Sequence[PlotData], visible: Span, template: str) -> Readout | None:
    """Return the original values of all curves at an epoch; None without any.

    Args:
        epoch: with its fraction; replaced by a near whole epoch with values.
        plots: with the curves.
        visible: range of visible epochs.
        template: title with "{epoch}".
    """
    nearest = _epoch_near(epoch, plots, visible)
    columns = listed(plots)
    names = {c.name: c.short_title or c.title for plot in columns for c in plot.curves}
    rows: list[tuple[str, ...]] = []
    for name, title in names.items():
        cells = [_cell(plot.metric, [c for c in plot.curves if c.name == name], nearest) for plot in columns]
        if any(cells):
            rows.append((title, *cells))
    rates = [plot for plot in plots if plot.metric == LEARNING_RATE and plot not in columns]
    listed_plots = [(c.title, point[1]) for plot in rates for c in plot.curves if (point := c.at(nearest))]
    rows += [(title, numeral(rate, 3), *[""] * (len(columns) - 1)) for title, rate in listed_plots]
    if not rows or not columns:
        return None
    text = template.format(epoch=f"{nearest:.0f}" if nearest == round(nearest) else f"{nearest:.2f}")
    return Readout(nearest, (text, *(translated(plot.metric.title) for plot in columns)), tuple(rows))


def _epoch_near(x: float, plots: Sequence[PlotData], visible: Span) -> float:
    """Return a near whole epoch with values, or x itself.

    If little more than one epoch is visible, values between epochs can be read as well.
    """
    (low, high), whole = visible, float(round(x))
    strong = [c for plot in plots for c in plot.curves if c.is_strong and c.kind != "rate"]
    is_near = low <= whole <= high and abs(whole - x) <= (high - low) * _NEAR
    return whole if is_near and any(curve.at(whole) for curve in strong) else x


def _cell(metric: Metric, curves: Sequence[Curve], nearest: float) -> str:
    """Return the value of the only curve, with the limits of its band; empty if it has none there."""
    point = curves[0].at(nearest) if curves else None
    if point is None:
        return ""
    text = metric_text(metric, point[1])
    band = curves[0].band
    if band is None:
        return text
    low, high = band[:, int(np.abs(curves[0].x - point[0]).argmin())].tolist()
    return f"{text} ({metric_text(metric, low)}\N{EN DASH}{metric_text(metric, high)})"
