"""Zoom of plots and their positions on the surface, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import Span, subspan

_MIN_FRACTION = 1e-4
"""Minimum fraction of the whole range."""


@dataclass(frozen=True)
class Zoom:
    """Ranges chosen by the user; others follow the curves.

    Attributes:
        x: epochs of all plots; None: all.
        y: ranges of values by name of metric.
    """

    x: Span | None = None
    y: Mapping[str, Span] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown."""
        return self.x is None and not self.y


@dataclass(frozen=True)
class Ranges:
    """Ranges of a plot.

    Attributes:
        metric: of the plot.
        x, y: visible epochs and values.
        whole_x, whole_y: visible epochs and values without zoom.
        is_log: whether the y axis is logarithmic.
    """

    metric: Metric
    x: Span
    y: Span
    whole_x: Span
    whole_y: Span
    is_log: bool = False

    def x_in(self, zoom: Zoom) -> Span:
        """Return the visible epochs of a zoom."""
        return zoom.x or self.whole_x

    def show_x(self, zoom: Zoom, low: float, high: float) -> Zoom:
        """Return a zoom to the epochs between two fractions of the width, which may be outside 0..1."""
        return replace(zoom, x=_bounded(subspan(self.x_in(zoom), low, high), self.whole_x))

    def show_y(self, zoom: Zoom, low: float, high: float) -> Zoom:
        """Return a zoom to the values between two fractions of the height, which may be outside 0..1."""
        span = subspan(zoom.y.get(self.metric.name, self.whole_y), low, high, is_log=self.is_log)
        bounded = _bounded(span, self.whole_y, is_log=self.is_log)
        spans = {name: span_of for name, span_of in zoom.y.items() if name != self.metric.name}
        if bounded is not None:
            spans[self.metric.name] = bounded
        return replace(zoom, y=spans)


@dataclass(frozen=True)
class PlotArea:
    """Area of the lines of a plot in device-independent pixels from the top left corner.

    Attributes:
        ranges: of the plot.
        left, top, width, height: of the lines without the numbers around.
    """

    ranges: Ranges
    left: float
    top: float
    width: float
    height: float

    def x_of(self, epoch: float) -> float:
        """Return the x coordinate of an epoch."""
        low, high = self.ranges.x
        return self.left + self.width * (epoch - low) / (high - low)

    def epoch_at(self, x: float) -> float:
        """Return the visible epoch at an x coordinate."""
        low, high = self.ranges.x
        return low + min(max((x - self.left) / self.width, 0.0), 1.0) * (high - low)

    def fractions_at(self, x: float, y: float) -> tuple[float, float]:
        """Return a point as fractions of the width from the left and of the height from the bottom."""
        return (x - self.left) / self.width, 1 - (y - self.top) / self.height


def zoomed_fractions(centre: float, factor: float) -> Span:
    """Return the fractions to show when zooming by a factor around a fixed fraction."""
    return centre * (1 - 1 / factor), centre + (1 - centre) / factor


def _bounded(span: Span, whole: Span, *, is_log: bool = False) -> Span | None:
    """Return a range moved into the whole range; None if it covers all of it."""
    if is_log:
        logs = _bounded(_logs(span), _logs(whole))
        return None if logs is None else (math.exp(logs[0]), math.exp(logs[1]))
    (low, high), (first, last) = span, whole
    size = max(high - low, _MIN_FRACTION * (last - first))
    if size >= (last - first) * (1 - 1e-9):
        return None
    low = min(max((low + high - size) / 2, first), last - size)
    return low, low + size


def _logs(span: Span) -> Span:
    return math.log(span[0]), math.log(span[1])
