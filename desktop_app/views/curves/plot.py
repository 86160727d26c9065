"""Figure of the curves: plots with a common x axis, drawn by matplotlib.

Lines are drawn over a cached image of axes, ticks and grid, which is only redrawn when a range, the
size, the style or the set of curves changes.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QImage

from desktop_app.views.curves.axes import set_ranges, set_style
from desktop_app.views.curves.curve import (
    LEARNING_RATE,
    Curve,
    PlotData,
    Points,
    fitted,
    last_epoch,
    shown_epochs,
    smoothed,
    thinned,
)
from desktop_app.views.curves.mark_label import MarkLabel
from desktop_app.views.curves.plot_style import PlotStyle, band_style, best_style, line_style, raw_line_style
from desktop_app.views.curves.zoom import PlotArea, Ranges, Zoom
from desktop_app.views.parts.messages import translated

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

CSS_DPI = 96
"""Device-independent pixels per inch."""

_ROW_RATIO = 1.7
"""From this ratio of width to height on, plots are in a row."""

_ROW_HEIGHT = 230
"""Below this height, plots are always in a row."""

_MIN_FOR_RATE, _POINTS = 400, 9.0
"""Minimum pixels in the direction of the plots to show the learning rate, too, up to a size of the font."""

_COLUMN_WIDTH = 2
"""Width of a column of points in pixels; single pixels take twice as long and look the same."""

_MARKER_DISTANCE = 24
"""Minimum distance of the markers of a line in pixels."""


@dataclass(frozen=True, eq=False)
class PlotState:
    """State of a drawing.

    Attributes:
        plots: with points, without hidden curves.
        zoom: visible part.
        is_log: whether plots of errors have a logarithmic axis.
        smoothing: weight of the moving average; 0: none.
        epoch: label of the x axis.
    """

    plots: Sequence[PlotData] = ()
    zoom: Zoom = field(default_factory=Zoom)
    is_log: bool = False
    smoothing: float = 0.0
    epoch: str = ""

    def is_smoothed(self, plot: PlotData) -> bool:
        """Return whether the curves of a plot are smoothed; the learning rate never is."""
        return self.smoothing > 0 and plot.metric != LEARNING_RATE

    def ranges(self, plots: Sequence[PlotData]) -> tuple[Ranges, ...]:
        """Return the ranges of plots: without zoom all epochs so far and fitting values."""
        whole_x = 0.0, shown_epochs(last_epoch(self.plots))
        x = self.zoom.x or whole_x
        ranges = []
        for plot in plots:
            is_log = self.is_log and plot.is_error
            visible = [curve.within(x) for curve in plot.curves] if self.zoom.x else plot.curves
            y = fitted(PlotData(plot.metric, visible), is_log=is_log)
            ranges.append(Ranges(plot.metric, x, self.zoom.y.get(plot.metric.name, y), whole_x, y, is_log))
        return tuple(ranges)


@dataclass(frozen=True, eq=False)
class _Lines:
    """Artists of a curve from back to front; raw has points only behind a smoothed line."""

    band: PolyCollection
    raw: Line2D
    line: Line2D
    best: Line2D


def load() -> None:
    """Import what drawing needs, which takes half a second, and find the fonts; in any thread.

    Raises:
        ImportError: matplotlib is not installed.
    """
    for module in ("font_manager", "backends.backend_agg", "figure"):
        import_module(f"matplotlib.{module}")


class CurvePlot:
    """Arranges and draws curves in a figure.

    Attributes:
        figure: matplotlib's figure.
        areas: positions of the plots.
    """

    def __init__(self) -> None:
        """Create an empty figure; imports matplotlib."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        # There is nothing to say about plots too small for their labels.
        warnings.filterwarnings("ignore", "constrained_layout not applied", UserWarning)
        self.figure = Figure()
        self.areas: tuple[PlotArea, ...] = ()
        self._canvas: Any = FigureCanvasAgg(self.figure)
        self._layout = ConstrainedLayoutEngine()
        self._axes: dict[str, Axes] = {}
        self._titles: list[Text] = []
        self._marks: list[MarkLabel] = []
        self._lines: dict[tuple[str, str], _Lines] = {}
        self._axes_key: object = None
        self._layout_key: object = None
        self._number_lengths: list[int] = []
        self._ranges: object = None
        self._background: Any = None

    def draw(self, state: PlotState, style: PlotStyle, size: tuple[int, int], ratio: float) -> QImage:
        """Draw the curves.

        Args:
            state: curves and settings.
            style: colours and font.
            size: width and height in device-independent pixels.
            ratio: pixels per device-independent pixel.

        Returns:
            Image of size times ratio pixels.
        """
        if self.arrange(state, style, size, CSS_DPI * ratio) or self._background is None:
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
        else:
            self._canvas.restore_region(self._background)
        for (metric, _), lines in self._lines.items():
            self._axes[metric].draw_artist(lines.band)
        for (metric, _), lines in self._lines.items():
            for line in (lines.raw, lines.line, lines.best):
                if np.size(line.get_xdata()):
                    self._axes[metric].draw_artist(line)
        image = image_of(self._canvas)
        image.setDevicePixelRatio(ratio)
        return image

    def arrange(self, state: PlotState, style: PlotStyle, size: tuple[int, int], dpi: float) -> bool:
        """Update the figure without drawing it.

        Returns:
            Whether anything but the points of the lines has changed.
        """
        width, height = size
        in_row = width > _ROW_RATIO * height or height < _ROW_HEIGHT
        plots = _fitting(state.plots, (width if in_row else height) * min(1.0, _POINTS / style.points))
        kinds = [(p.metric, c.name, c.kind, c.is_strong, c.group) for p in plots for c in p.curves]
        ranges = state.ranges(plots)
        key = style, in_row, kinds, [plot.mark for plot in plots], state.epoch
        is_made = key != self._axes_key
        if is_made:
            self._axes_key = key
            self._make_axes(plots, state.epoch, style, in_row=in_row)
        is_new = is_made or (size, dpi, ranges) != self._ranges
        if is_new:
            self._ranges = size, dpi, ranges
            self.figure.set_dpi(dpi)
            self.figure.set_size_inches(width / CSS_DPI, height / CSS_DPI)
            numbers = [set_ranges(self._axes[each.metric.name], each) for each in ranges]
            self._lay_out((size, dpi), [max(map(len, each), default=0) for each in numbers])
            self.areas = tuple(self._area(each, size) for each in ranges)
            for mark in self._marks:
                mark.place()
        for plot in plots:
            for curve in plot.curves:
                self._set_points(plot, curve, state)
        return is_new

    # --- axes ---

    def _make_axes(self, plots: Sequence[PlotData], epoch: str, style: PlotStyle, *, in_row: bool) -> None:
        """Create axes with empty lines."""
        self.figure.clear()
        self.figure.set_facecolor(style.background)
        self._axes, self._lines, self._titles, self._marks, self._layout_key = {}, {}, [], [], None
        weights = [_weight(plot) for plot in plots]
        if in_row:
            grid = self.figure.add_gridspec(1, len(plots), width_ratios=weights)
        else:
            grid = self.figure.add_gridspec(len(plots), 1, height_ratios=weights)
        for number, plot in enumerate(plots):
            axes = self.figure.add_subplot(grid[number])
            x_label = epoch if in_row or plot is plots[-1] else ""
            self._titles.append(set_style(axes, translated(plot.metric.title), x_label, style))
            self._axes[plot.metric.name] = axes
            if plot.mark is not None:
                is_low = plot.metric.higher_is_better
                self._marks.append(MarkLabel(axes, plot.mark, style, is_low=is_low))
            # Thin lines are drawn first and are behind.
            for curve in sorted(plot.curves, key=lambda curve: curve.is_strong):
                self._lines[plot.metric.name, curve.name] = _lines(axes, curve, style)

    def _lay_out(self, key: object, numbers: list[int]) -> None:
        """Lay out the axes for numbers of these lengths; only repeated if needed, since it is slow."""
        lengths = numbers
        if key == self._layout_key:
            lengths = [max(both) for both in zip(numbers, self._number_lengths, strict=True)]
        if key != self._layout_key or lengths != self._number_lengths:
            self._layout_key, self._number_lengths = key, lengths
            self._layout.execute(self.figure)
            self._move_titles_inside()

    def _move_titles_inside(self) -> None:
        """Move titles that are wider than their axes to the left, so that the figure does not cut them."""
        for axes, title in zip(self._axes.values(), self._titles, strict=True):
            title.set_x(0.0)
            excess = title.get_window_extent().x1 - self.figure.bbox.x1
            title.set_x(min(0.0, -excess / max(axes.get_window_extent().width, 1.0)))

    def _area(self, ranges: Ranges, size: tuple[int, int]) -> PlotArea:
        """Return the position of the axes of a metric."""
        box = self._axes[ranges.metric.name].get_position()
        width, height = size
        left, top = float(box.x0) * width, float(1 - box.y1) * height
        return PlotArea(
            ranges, left, top, max(float(box.width) * width, 1.0), max(float(box.height) * height, 1.0)
        )

    # --- lines ---

    def _set_points(self, plot: PlotData, curve: Curve, state: PlotState) -> None:
        """Set the points of the lines of a curve."""
        lines, area = self._lines[plot.metric.name, curve.name], self._area_of(plot)
        (first, last), is_smoothed = area.ranges.x, state.is_smoothed(plot)
        drawn = curve
        if is_smoothed:
            drawn = Curve(curve.name, curve.title, curve.x, smoothed(curve.y, state.smoothing))
        # Lines continue beyond the sides of the plot.
        margin = last - first
        columns = max(1, int(3 * area.width / _COLUMN_WIDTH))
        lines.band.set_verts(_outline(curve, state.smoothing if is_smoothed else 0.0))
        for line, each, is_drawn in ((lines.line, drawn, True), (lines.raw, curve, is_smoothed)):
            visible = each.within((first - margin, last + margin))
            line.set_data(*(thinned(visible.x, visible.y, columns) if is_drawn else ((), ())))
        if curve.is_strong:
            count = len(curve.within((first, last)).x)
            lines.line.set_markevery(max(1, round(count * _MARKER_DISTANCE / area.width)))
        point = None if curve.best is None else curve.at(curve.best)
        low, high = area.ranges.y
        is_seen = point is not None and first <= point[0] <= last and low <= point[1] <= high
        lines.best.set_data(*(([point[0]], [point[1]]) if point is not None and is_seen else ((), ())))

    def _area_of(self, plot: PlotData) -> PlotArea:
        return next(area for area in self.areas if area.ranges.metric == plot.metric)


def image_of(canvas: Any) -> QImage:
    """Return the content of an Agg canvas as an image with its own data."""
    width, height = canvas.get_width_height(physical=True)
    data = bytes(canvas.buffer_rgba())
    return QImage(data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _outline(curve: Curve, smoothing: float) -> list[Points]:
    """Return the outline of the band of a curve, float (2 n, 2); none without a band."""
    if curve.band is None:
        return []
    low, high = (smoothed(values, smoothing) if smoothing else values for values in curve.band)
    known = np.isfinite(low) & np.isfinite(high)
    x = curve.x[known]
    there, back = np.stack([x, low[known]], axis=1), np.stack([x, high[known]], axis=1)[::-1]
    return [np.concatenate([there, back])] if len(x) else []


def _lines(axes: Axes, curve: Curve, style: PlotStyle) -> _Lines:
    options = line_style(curve, style)
    band = axes.fill_between([], [], animated=True, **band_style(options["color"]))
    band.set_in_layout(False)
    (raw,) = axes.plot([], [], animated=True, **raw_line_style(curve, style))
    (line,) = axes.plot([], [], animated=True, **options)
    (best,) = axes.plot([], [], animated=True, **best_style(options["color"], style))
    best.set_in_layout(False)
    return _Lines(band, raw, line, best)


def _weight(plot: PlotData) -> float:
    """Return the relative width of a plot; the learning rate is narrower."""
    return 0.8 if plot.metric == LEARNING_RATE else 1.0


def _fitting(plots: Sequence[PlotData], available: float) -> list[PlotData]:
    """Return the plots that fit; the learning rate is dropped first."""
    if available >= _MIN_FOR_RATE or len(plots) == 1:
        return list(plots)
    return [plot for plot in plots if plot.metric != LEARNING_RATE]
