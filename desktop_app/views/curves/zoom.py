"""What part of the plots is shown, and where on the surface they lie; plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop_app.tasks.metric import Metric
from desktop_app.views.curves.curve import Span, part

_LEAST = 1e-4
"""The smallest part of the whole range that can be zoomed to."""


@dataclass(frozen=True)
class Zoom:
    """The ranges that the user has chosen; what is not chosen follows the curves.

    Attributes:
        x: epochs, for all plots; None where all of them are shown.
        y: ranges of values by the name of a metric.
    """

    x: Span | None = None
    y: Mapping[str, Span] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown."""
        return self.x is None and not self.y


@dataclass(frozen=True)
class Ranges:
    """What one plot shows.

    Attributes:
        metric: which it is.
        x, y: the ranges of epochs and values that are shown.
        whole_x, whole_y: those that are shown without zoom.
        is_log: whether its y axis is logarithmic.
    """

    metric: Metric
    x: Span
    y: Span
    whole_x: Span
    whole_y: Span
    is_log: bool = False

    def x_in(self, zoom: Zoom) -> Span:
        """The epochs that a zoom shows."""
        return zoom.x or self.whole_x

    def show_x(self, zoom: Zoom, low: float, high: float) -> Zoom:
        """Show the epochs between two shares of the width; beyond 0 and 1 there are more epochs."""
        return replace(zoom, x=_bounded(part(self.x_in(zoom), low, high), self.whole_x))

    def show_y(self, zoom: Zoom, low: float, high: float) -> Zoom:
        """Show the values between two shares of the height; beyond 0 and 1 there are more values."""
        span = part(zoom.y.get(self.metric.name, self.whole_y), low, high, is_log=self.is_log)
        span_or_all = _bounded(span, self.whole_y, is_log=self.is_log)
        others = {name: kept for name, kept in zoom.y.items() if name != self.metric.name}
        if span_or_all is not None:
            others[self.metric.name] = span_or_all
        return replace(zoom, y=others)


@dataclass(frozen=True)
class PlotArea:
    """Where the lines of one plot lie, in device-independent pixels from the top left corner.

    Attributes:
        ranges: what it shows.
        left, top, width, height: of its lines, without the numbers around.
    """

    ranges: Ranges
    left: float
    top: float
    width: float
    height: float

    def x_of(self, epoch: float) -> float:
        """The pixel of an epoch."""
        low, high = self.ranges.x
        return self.left + self.width * (epoch - low) / (high - low)

    def epoch_at(self, x: float) -> float:
        """The epoch at a pixel, within what is shown."""
        low, high = self.ranges.x
        return low + min(max((x - self.left) / self.width, 0.0), 1.0) * (high - low)

    def shares_at(self, x: float, y: float) -> tuple[float, float]:
        """A point as shares of the plot's width from the left and of its height from the bottom."""
        return (x - self.left) / self.width, 1 - (y - self.top) / self.height


def about(at: float, factor: float) -> Span:
    """The shares to show so that all becomes larger by a factor while one place stays where it is."""
    return at * (1 - 1 / factor), at + (1 - at) / factor


def _bounded(span: Span, whole: Span, *, is_log: bool = False) -> Span | None:
    """A range moved into the whole range; None where it would be all of it."""
    if is_log:
        logs = _bounded(_logs(span), _logs(whole))
        return None if logs is None else (math.exp(logs[0]), math.exp(logs[1]))
    (low, high), (first, last) = span, whole
    size = max(high - low, _LEAST * (last - first))
    if size >= (last - first) * (1 - 1e-9):
        return None
    low = min(max((low + high - size) / 2, first), last - size)
    return low, low + size


def _logs(span: Span) -> Span:
    return math.log(span[0]), math.log(span[1])
