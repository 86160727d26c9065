"""Curves over epochs as plain values: thinned, smoothed, as a table, and the ranges that fit them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.metric import Metric

Kind: TypeAlias = Literal["training", "validation", "rate"]
Span: TypeAlias = tuple[float, float]
Points: TypeAlias = NDArray[np.float64]

LEARNING_RATE = Metric("learning_rate", "Learning rate", is_share=False, higher_is_better=False)
"""What is plotted smaller than the metrics, and never smoothed."""

_SHARES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
_DECADE = (1.0, 2.0, 5.0, 10.0)
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

_OUTLIERS = 2
"""Per cent of single batches that may lie outside what is shown."""

_MARGIN = 0.03
"""Share of the range that is free above and below, so that markers at its ends are not cut."""

_FIRST_EPOCHS = 0.1
"""The x axis of a run that has just begun."""

_BLOCK = 64
"""Points that are smoothed by one matrix product."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line over epochs.

    Attributes:
        name: identifies the curve; curves of one name in several plots are shown and hidden together.
        title: what people see.
        x: float (n,), ascending: epochs with fractions; a value measured after epoch 3 is at 3.
        y: float (n,); NaN leaves a gap.
        kind: decides on line and colour.
        is_strong: whether it is drawn thick and with markers; thin lines stand behind.
        group: which of several runs; each has a colour and a marker of its own.
        best: the epoch whose point is marked as the best; None marks nothing.
    """

    name: str
    title: str
    x: Points
    y: Points
    kind: Kind = "training"
    is_strong: bool = True
    group: int = 0
    best: float | None = None

    def at(self, x: float) -> tuple[float, float] | None:
        """The point that is nearest to x, at most half an epoch away; None where there is none."""
        if not len(self.x):
            return None
        after = int(np.searchsorted(self.x, x))
        near = min(
            (number for number in (after - 1, after) if 0 <= number < len(self.x)),
            key=lambda number: abs(float(self.x[number]) - x),
        )
        found = float(self.x[near]), float(self.y[near])
        return found if abs(found[0] - x) <= 0.5 and math.isfinite(found[1]) else None

    def within(self, x: Span) -> Curve:
        """The points of the curve whose x lies in a range."""
        first, last = np.searchsorted(self.x, x[0], "left"), np.searchsorted(self.x, x[1], "right")
        return replace(self, x=self.x[first:last], y=self.y[first:last])


@dataclass(frozen=True, eq=False)
class PlotData:
    """The curves of one metric; thin ones are drawn behind."""

    metric: Metric
    curves: Sequence[Curve]

    @property
    def has_points(self) -> bool:
        """Whether there is anything to draw."""
        return any(len(curve.x) for curve in self.curves)

    @property
    def is_error(self) -> bool:
        """Whether a logarithmic scale is of use: numbers that approach zero, unlike shares near 1."""
        return not self.metric.is_share and not self.metric.higher_is_better


def thinned(x: Points, y: Points, columns: int) -> tuple[Points, Points]:
    """As many points as can be seen: the lowest and the highest of each column of pixels.

    Args:
        x: (n,), ascending.
        y: (n,).
        columns: of pixels between the first and the last x.

    Returns:
        Two points a column, at the first x in it; all points where they are no more than that.
    """
    if len(x) <= 2 * columns:
        return x, y
    column = np.floor((x - x[0]) * (columns / (float(x[-1] - x[0]) or 1.0)))
    starts = np.flatnonzero(np.diff(np.minimum(column, columns - 1), prepend=-1))
    # NaN is passed over, unless a whole column is NaN.
    values = np.stack([np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)], axis=1)
    return np.repeat(x[starts], 2), values.ravel()


def smoothed(y: Points, weight: float) -> Points:
    """The exponential moving average of the values so far, without the bias towards a start at zero.

    Args:
        y: float (n,); NaN stays NaN and is otherwise passed over.
        weight: of the average before, from 0 (nothing is smoothed) to less than 1.

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
    """The right end of the x axis: a round number a little beyond the epochs so far.

    It changes seldom while a run goes on: at most one fifth of the axis is empty after a tenth of an epoch.
    """
    if reached < _FIRST_EPOCHS:
        return _FIRST_EPOCHS
    step = _round_below(reached / 5)
    return step * (math.floor(reached / step + 1e-6) + 1)


def last_epoch(plots: Iterable[PlotData]) -> float:
    """The x that the curves reach; 0 without any."""
    return max((float(c.x[-1]) for plot in plots for c in plot.curves if len(c.x)), default=0.0)


def fitted(plot: PlotData, *, is_log: bool) -> Span:
    """The range of y that a plot shows, with a margin: round, so that it changes seldom as curves grow."""
    low, high = _round_span(plot, is_log)
    return part((low, high), -_MARGIN, 1 + _MARGIN, is_log=is_log)


def part(span: Span, low: float, high: float, *, is_log: bool = False) -> Span:
    """The range between two places in a range, as shares of it from 0 to 1 (outside: beyond its ends)."""
    start, end = (math.log(span[0]), math.log(span[1])) if is_log else span
    first, last = start + low * (end - start), start + high * (end - start)
    return (math.exp(first), math.exp(last)) if is_log else (first, last)


def table_of(plots: Sequence[PlotData]) -> str:
    """All curves as CSV: a row for each x, a column for each curve, empty where a curve has no point."""
    columns = [(plot.metric, curve) for plot in plots for curve in plot.curves]
    rows: dict[float, dict[int, float]] = {}
    for number, (_, curve) in enumerate(columns):
        for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
            rows.setdefault(x, {})[number] = y
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *(_column(metric, curve) for metric, curve in columns)])
    for x in sorted(rows):
        values = rows[x]
        writer.writerow([f"{x:.10g}", *(_cell(values.get(number)) for number in range(len(columns)))])
    return text.getvalue()


def arrays_of(plots: Sequence[PlotData]) -> Mapping[str, Points]:
    """Epochs and values of every curve, float (n, 2), by metric and title."""
    return {
        _column(plot.metric, curve): np.stack([curve.x, curve.y], axis=1)
        for plot in plots
        for curve in plot.curves
        if len(curve.x)
    }


def _round_span(plot: PlotData, is_log: bool) -> Span:
    """Single batches that lie far out do not decide on the range once whole epochs are there.

    Shares reach up to 1, and down to a step near the lowest; errors begin at 0, or with a logarithmic
    scale at a round number below the least; other numbers begin and end at round ones.
    """
    strong = _values(curve for curve in plot.curves if curve.is_strong)
    weak = _values(curve for curve in plot.curves if not curve.is_strong)
    if plot.metric.is_share and plot.metric.higher_is_better:
        told = strong if len(strong) else weak
        lowest = float(told.min()) if len(told) else 0.0
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
    """All finite numbers of some curves."""
    values: Points = np.concatenate([np.empty(0), *(curve.y for curve in curves)])
    finite: Points = values[np.isfinite(values)]
    return finite


def _round_above(value: float, factors: Sequence[float] = _DECADE) -> float:
    """The least of 1, 2, 5, 10, … (or of other factors from 1 to 10) no smaller than a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in factors if factor * power >= value * (1 - 1e-9))


def _round_below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(factor * power for factor in _DECADE if factor * power <= value * (1 + 1e-9))


def _column(metric: Metric, curve: Curve) -> str:
    """The head of a column; it never begins with a sign that spreadsheets take for a formula."""
    return f"{metric.name}: {curve.title}"


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.8g}"
