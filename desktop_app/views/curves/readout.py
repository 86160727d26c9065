"""What is read off the curves at one epoch, as a small table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, PlotData, Span
from desktop_app.views.parts.numerals import metric_text, numeral

_NEAR = 0.25
"""The largest share of what is seen by which a whole epoch may be away."""


@dataclass(frozen=True)
class Readout:
    """The values at one epoch.

    Attributes:
        epoch: where.
        heads: texts over the columns, the first for the names.
        rows: a text for each column.
    """

    epoch: float
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def sentence(self) -> str:
        """The table as one line of text."""
        told = [self.heads[0]]
        for name, *cells in self.rows:
            values = [f"{head} {cell}" for head, cell in zip(self.heads[1:], cells, strict=True) if cell]
            told.append(f"{name}: {', '.join(values)}")
        return "; ".join(told)


def listed(plots: Sequence[PlotData]) -> list[PlotData]:
    """The plots that have columns and legend entries; the learning rate has them only where it is alone."""
    told = [plot for plot in plots if plot.has_points]
    return [plot for plot in told if plot.metric != LEARNING_RATE] or told


def readout_at(epoch: float, plots: Sequence[PlotData], shown: Span, head: str) -> Readout | None:
    """The measured values of all curves at an epoch; None where there are none.

    Args:
        epoch: with its fraction; a whole epoch near by that was measured is taken instead.
        plots: whose curves are read off.
        shown: the epochs that are seen.
        head: a text with the place "{epoch}".
    """
    at = _epoch_near(epoch, plots, shown)
    columns = listed(plots)
    names = {c.name: c.title for plot in columns for c in plot.curves}
    rows: list[tuple[str, ...]] = []
    for name, title in names.items():
        cells = [_cell(plot.metric, [c for c in plot.curves if c.name == name], at) for plot in columns]
        if any(cells):
            rows.append((title, *cells))
    rates = [plot for plot in plots if plot.metric == LEARNING_RATE and plot not in columns]
    told = [(c.title, point[1]) for plot in rates for c in plot.curves if (point := c.at(at))]
    rows += [(title, numeral(rate, 3), *[""] * (len(columns) - 1)) for title, rate in told]
    if not rows or not columns:
        return None
    text = head.format(epoch=f"{at:.0f}" if at == round(at) else f"{at:.2f}")
    return Readout(at, (text, *(plot.metric.title for plot in columns)), tuple(rows))


def _epoch_near(x: float, plots: Sequence[PlotData], shown: Span) -> float:
    """The place that is read off at an epoch with its fraction: a whole epoch near by that was measured.

    Where little more than one epoch is seen, what lies between epochs can be read off as well.
    """
    (low, high), whole = shown, float(round(x))
    strong = [c for plot in plots for c in plot.curves if c.is_strong and c.kind != "rate"]
    is_near = low <= whole <= high and abs(whole - x) <= (high - low) * _NEAR
    return whole if is_near and any(curve.at(whole) for curve in strong) else x


def _cell(metric: Metric, curves: Sequence[Curve], at: float) -> str:
    point = curves[0].at(at) if curves else None
    return "" if point is None else metric_text(metric, point[1])
