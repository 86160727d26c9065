"""Curves over epochs as plain values: thinning, smoothing, tables and ranges."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import message
from desktop_app.tasks.metric import Metric

Kind: TypeAlias = Literal["training", "validation", "rate"]
Span: TypeAlias = tuple[float, float]
Points: TypeAlias = NDArray[np.float64]

LEARNING_RATE = Metric("learning_rate", message("Learning rate"), is_share=False, higher_is_better=False)
"""Plotted smaller than the metrics and never smoothed."""

_SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
_DECADE = (1.0, 2.0, 5.0, 10.0)
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

_OUTLIERS = 2
"""Percentage of single batches that may lie outside the shown range."""

_MARGIN = 0.03
"""Margin as a fraction of the range, so that markers at its ends are not clipped."""

_FIRST_EPOCHS = 0.1
"""Range of the x axis at the start of a run."""

_BLOCK = 64
"""Number of points smoothed by one matrix product."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve over epochs.

    Attributes:
        name: identifier; curves of the same name in several plots are shown and hidden together.
        title: shown to users.
        x: float (n,), ascending: epochs with fractions; a value measured after epoch 3 is at 3.
        y: float (n,); NaN leaves a gap.
        kind: determines line style and colour.
        is_strong: whether it is thick and has markers; thin lines are drawn behind.
        group: number of the run; each has its own colour and marker.
        best: epoch that is marked as the best; None: none.
        band: float (2, n), lowest and highest values around y, drawn as an area; None: none.
        short_title: for the legend in the window; empty: the title.
    """

    name: str
    title: str
    x: Points
    y: Points
    kind: Kind = "training"
    is_strong: bool = True
    group: int = 0
    best: float | None = None
    band: Points | None = None
    short_title: str = ""

    def columns(self) -> list[tuple[str, Points]]:
        """Return titles and values, float (n,), of the curve and of the limits of its band."""
        low_high = () if self.band is None else zip(("lowest", "highest"), self.band, strict=True)
        return [(self.title, self.y), *((f"{self.title}, {name}", values) for name, values in low_high)]

    def at(self, x: float) -> tuple[float, float] | None:
        """Return the point nearest to x, at most half an epoch away; None if there is none."""
        if not len(self.x):
            return None
        after = int(np.searchsorted(self.x, x))
        nearest = min(
            (number for number in (after - 1, after) if 0 <= number < len(self.x)),
            key=lambda number: abs(float(self.x[number]) - x),
        )
        point = float(self.x[nearest]), float(self.y[nearest])
        return point if abs(point[0] - x) <= 0.5 and math.isfinite(point[1]) else None

    def within(self, x: Span) -> Curve:
        """Return the part of the curve within a range of x."""
        first, last = np.searchsorted(self.x, x[0], "left"), np.searchsorted(self.x, x[1], "right")
        band = None if self.band is None else self.band[:, first:last]
        return replace(self, x=self.x[first:last], y=self.y[first:last], band=band)


@dataclass(frozen=True)
class Mark:
    """A labelled vertical line at an epoch."""

    epoch: float
    text: str


@dataclass(frozen=True, eq=False)
class PlotData:
    """Curves of one metric, of which thin ones are drawn behind, and a mark."""

    metric: Metric
    curves: Sequence[Curve]
    mark: Mark | None = None

    @property
    def has_points(self) -> bool:
        """Whether any curve has points."""
        return any(len(curve.x) for curve in self.curves)

    @property
    def is_error(self) -> bool:
        """Whether a logarithmic scale is useful: for numbers that approach zero."""
        return not self.metric.is_share and not self.metric.higher_is_better


def thinned(x: Points, y: Points, columns: int) -> tuple[Points, Points]:
    """Return the minimum and maximum of each column of pixels.

    Args:
        x: (n,), ascending.
        y: (n,).
        columns: number of pixel columns between the first and the last x.

    Returns:
        Two points per column at its first x; all points if they are not more.
    """
    if len(x) <= 2 * columns:
        return x, y
    column = np.floor((x - x[0]) * (columns / (float(x[-1] - x[0]) or 1.0)))
    starts = np.flatnonzero(np.diff(np.minimum(column, columns - 1), prepend=-1))
    # NaN is ignored unless a whole column is NaN.
    values = np.stack([np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)], axis=1)
    return np.repeat(x[starts], 2), values.ravel()


def smoothed(y: Points, weight: float) -> Points:
    """Return the exponential moving average with bias correction.

    Args:
        y: float (n,); NaN stays NaN and is otherwise ignored.
        weight: of the previous average, from 0 (no smoothing) to less than 1.

    Returns:
        float (n,): the sum of weight**(i - j) * y[j] over j <= i, divided by the sum of the weights.
    """
    finite = np.isfinite(y)
    values = y[finite]
    steps = np.arange(_BLOCK)
    within = np.tril(weight ** np.abs(steps[:, None] - steps))
    decay = weight ** (steps + 1.0)
    blocks = np.zeros(-(-len(values) // _BLOCK) * _BLOCK)
    blocks[: len(values)] = values
    sums = blocks.reshape(-1, _BLOCK) @ within.T
    for number in range(1, len(sums)):
        sums[number] += sums[number - 1, -1] * decay
    weights = (1 - weight ** np.arange(1.0, len(values) + 1)) / (1 - weight)
    result = np.full(len(y), np.nan)
    result[finite] = sums.ravel()[: len(values)] / weights
    return result


def shown_epochs(reached: float) -> float:
    """Return the end of the x axis: a round number slightly beyond the epochs so far.

    It changes rarely during a run: at most one fifth of the axis is empty after a tenth of an epoch.
    """
    if reached < _FIRST_EPOCHS:
        return _FIRST_EPOCHS
    step = _round_below(reached / 5)
    return step * (math.floor(reached / step + 1e-6) + 1)


def last_epoch(plots: Iterable[PlotData]) -> float:
    """Return the largest x of the curves; 0 without any."""
    return max((float(c.x[-1]) for plot in plots for c in plot.curves if len(c.x)), default=0.0)


def fitted(plot: PlotData, *, is_log: bool) -> Span:
    """Return the range of y of a plot with a margin: round, so that it changes rarely during a run."""
    low, high = _round_span(plot, is_log)
    return subspan((low, high), -_MARGIN, 1 + _MARGIN, is_log=is_log)


def subspan(span: Span, low: float, high: float, *, is_log: bool = False) -> Span:
    """Return the part of a range between two fractions of it; below 0 and above 1 it is extended."""
    start, end = (math.log(span[0]), math.log(span[1])) if is_log else span
    first, last = start + low * (end - start), start + high * (end - start)
    return (math.exp(first), math.exp(last)) if is_log else (first, last)


def table_of(plots: Sequence[PlotData]) -> str:
    """Return all curves as CSV: a row for each x, a column for each curve, empty if it has no point."""
    columns = [
        (_column(plot.metric, title), curve.x, y)
        for plot in plots
        for curve in plot.curves
        for title, y in curve.columns()
    ]
    rows: dict[float, dict[int, float]] = {}
    for number, (_, xs, ys) in enumerate(columns):
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            rows.setdefault(x, {})[number] = y
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *(title for title, _, _ in columns)])
    for x in sorted(rows):
        values = rows[x]
        writer.writerow([f"{x:.10g}", *(_cell(values.get(number)) for number in range(len(columns)))])
    return text.getvalue()


def arrays_of(plots: Sequence[PlotData]) -> Mapping[str, Points]:
    """Return epochs and values of every curve, float (n, 2), by metric and title."""
    return {
        _column(plot.metric, title): np.stack([curve.x, y], axis=1)
        for plot in plots
        for curve in plot.curves
        if len(curve.x)
        for title, y in curve.columns()
    }


def _round_span(plot: PlotData, is_log: bool) -> Span:
    """Return a round range of a plot; outliers of single batches are ignored if there are whole epochs.

    Fractions reach up to 1, and down to a step near the minimum; errors start at 0, or on a
    logarithmic scale at a round number below the minimum; other numbers have round limits.
    """
    strong = _values(curve for curve in plot.curves if curve.is_strong)
    weak = _values(curve for curve in plot.curves if not curve.is_strong)
    if plot.metric.is_share and plot.metric.higher_is_better:
        used = strong if len(strong) else weak
        lowest = float(used.min()) if len(used) else 0.0
        return max(step for step in _SHARES if step <= max(lowest, 0.0)), 1.0
    usual = np.percentile(weak, (_OUTLIERS, 100 - _OUTLIERS)) if len(weak) else weak
    values = np.concatenate([strong, usual])
    if plot.metric.higher_is_better and len(values):
        low, high = float(values.min()), float(values.max())
        step = _round_above((high - low or abs(high) or 1.0) / 5)
        return step * math.floor(low / step), step * (math.floor(high / step + 1e-6) + 1)
    positive = values[values > 0]
    if not len(positive):
        return (0.1, 1.0) if is_log else (0.0, 1.0)
    top = _round_above(float(positive.max()), _TOPS)
    if not is_log:
        return 0.0, top
    return min(_round_below(float(positive.min())), top / 10), top


def _values(curves: Iterable[Curve]) -> Points:
    """Return all finite values of some curves and their bands."""
    values: Points = np.concatenate([np.empty(0), *(y for curve in curves for _, y in curve.columns())])
    finite: Points = values[np.isfinite(values)]
    return finite


def _round_above(value: float, factors: Sequence[float] = _DECADE) -> float:
    """Return the smallest of 1, 2, 5, 10, … (or of other factors from 1 to 10) not below a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in factors if factor * power >= value * (1 - 1e-9))


def _round_below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(factor * power for factor in _DECADE if factor * power <= value * (1 + 1e-9))


def _column(metric: Metric, title: str) -> str:
    """Return the title of a column; it never starts like a spreadsheet formula."""
    return f"{metric.name}: {title}"


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.8g}"
