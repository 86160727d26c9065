"""Curves over epochs as plain values: what is thinned out, which range is shown, what a table holds."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Kind: TypeAlias = Literal["training", "validation", "rate"]
Plot: TypeAlias = Literal["loss", "accuracy", "rate"]

LOSS: Plot = "loss"
ACCURACY: Plot = "accuracy"
RATE: Plot = "rate"

_ACCURACIES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
_DECADE = (1.0, 2.0, 5.0, 10.0)
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_FEW_DECADES = 200
"""The largest range that a logarithmic scale still has numbers between powers of ten for."""

_OUTLIERS = 2
"""Per cent of single batches that may lie outside what is shown."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line over epochs.

    Attributes:
        name: of what is told, e.g. "validation"; curves of one name in several plots are hidden together.
        title: what people see.
        x: float (n,), ascending: epochs, with their parts; what is told of the whole of epoch 3 is at 3.
        y: float (n,); what is no number leaves a gap.
        kind: decides on line and colour.
        is_strong: whether the line carries the story; what stands behind it is thin.
        group: which of several runs; each has a colour and a mark of its own.
    """

    name: str
    title: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    kind: Kind = "training"
    is_strong: bool = True
    group: int = 0

    def at(self, x: float) -> tuple[float, float] | None:
        """The point that is nearest to a place, at most half an epoch away; None where there is none."""
        if not len(self.x):
            return None
        after = int(np.searchsorted(self.x, x))
        near = min(
            (number for number in (after - 1, after) if 0 <= number < len(self.x)),
            key=lambda number: abs(float(self.x[number]) - x),
        )
        found = float(self.x[near]), float(self.y[near])
        return found if abs(found[0] - x) <= 0.5 and math.isfinite(found[1]) else None


def thinned(
    x: NDArray[np.float64], y: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
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
    # What is no number is passed over, unless a whole column is.
    values = np.stack([np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)], axis=1)
    return np.repeat(x[starts], 2), values.ravel()


def last_epoch(curves: Iterable[Curve]) -> float:
    """The x that the curves reach; 0 without any."""
    return max((float(curve.x[-1]) for curve in curves if len(curve.x)), default=0.0)


def span(plot: Plot, curves: Sequence[Curve], log: bool) -> tuple[float, float]:
    """The range of y that a plot shows: round numbers, so that it changes seldom while curves grow.

    Single batches that lie far out do not decide on it once whole epochs are there. Accuracies reach
    up to 1, and down to a step near the lowest; other values begin at 0, or with a logarithmic
    scale at a round number below the least.
    """
    strong = _values(curve for curve in curves if curve.is_strong)
    weak = _values(curve for curve in curves if not curve.is_strong)
    if plot == ACCURACY:
        told = strong if len(strong) else weak
        lowest = float(told.min()) if len(told) else 0.0
        return max(step for step in _ACCURACIES if step <= max(lowest, 0.0)), 1.0
    usual = np.percentile(weak, (_OUTLIERS, 100 - _OUTLIERS)) if len(weak) else weak
    values = np.concatenate([strong, usual])
    positive = values[values > 0]
    if not len(positive):
        return (0.1, 1.0) if log else (0.0, 1.0)
    top = round_above(float(positive.max()), _TOPS)
    if not log:
        return 0.0, top
    return min(_round_below(float(positive.min())), top / 10), top


def ticks(low: float, high: float, log: bool) -> tuple[float, ...]:
    """A few round numbers from low to high."""
    if log:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        factors = _DECADE[:3] if high / low <= _FEW_DECADES else (1.0,)
        every = max(1, (last - first) // 4)
        found = (factor * 10.0**power for power in range(first, last + 1, every) for factor in factors)
        return tuple(value for value in found if low * 0.999 <= value <= high * 1.001)
    step = round_above((high - low) / 5)
    count = math.floor((high - low) / step + 1e-6)
    return tuple(low + number * step for number in range(count + 1))


def epoch_ticks(last: float, most: int = 7) -> tuple[int, ...]:
    """Whole epochs from 0 to the last, at most so many (two or more)."""
    step = max(1, math.ceil(round_above(last / (most - 1)) - 1e-9))
    return tuple(range(0, math.floor(last) + 1, step))


def round_above(value: float, factors: Sequence[float] = _DECADE) -> float:
    """The least of 1, 2, 5, 10, … (or of other factors from 1 to 10) no smaller than a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in factors if factor * power >= value * (1 - 1e-9))


def table_of(plots: Mapping[Plot, Sequence[Curve]]) -> str:
    """All curves as CSV: a row for each x, a column for each curve, empty where a curve has no point."""
    columns = [(plot, curve) for plot, curves in plots.items() for curve in curves]
    rows: dict[float, dict[int, float]] = {}
    for number, (_, curve) in enumerate(columns):
        for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
            rows.setdefault(x, {})[number] = y
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *(_column(plot, curve) for plot, curve in columns)])
    for x in sorted(rows):
        values = rows[x]
        writer.writerow([f"{x:.10g}", *(_cell(values.get(number)) for number in range(len(columns)))])
    return text.getvalue()


def _values(curves: Iterable[Curve]) -> NDArray[np.float64]:
    """All numbers of some curves."""
    values: NDArray[np.float64] = np.concatenate([np.empty(0), *(curve.y for curve in curves)])
    finite: NDArray[np.float64] = values[np.isfinite(values)]
    return finite


def _round_below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(factor * power for factor in _DECADE if factor * power <= value * (1 + 1e-9))


def _column(plot: Plot, curve: Curve) -> str:
    """The head of a column; it never begins with a sign that spreadsheets take for a formula."""
    return f"{plot}: {curve.title}"


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.8g}"
