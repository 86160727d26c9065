"""The figure of the curves: plots that share their epochs, drawn by matplotlib.

Lines are drawn over a kept picture of axes, ticks and grid, which is drawn anew only when a range,
the size, the look or the set of curves changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from desktop_app.views.curves.axes import dress, set_ranges
from desktop_app.views.curves.curve import (
    LEARNING_RATE,
    Curve,
    PlotData,
    fitted,
    last_epoch,
    shown_epochs,
    smoothed,
    thinned,
)
from desktop_app.views.curves.plot_style import PlotStyle, best_style, raw_style_of, style_of
from desktop_app.views.curves.zoom import PlotArea, Ranges, Zoom

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

CSS_DPI = 96
"""Device-independent pixels per inch."""

_WIDE = 1.7
"""From this many times as wide as high on, plots stand beside each other."""

_LOW = 230
"""Below this height plots always stand beside each other."""

_ROOM_FOR_RATE = 400
"""Pixels in the direction of the plots that the learning rate needs to be shown beside the others."""

_COLUMN = 2
"""Pixels that a column of points is wide: single ones take twice as long and look the same."""

_MARKER_DISTANCE = 24
"""Pixels between markers of one line: those that touch each other are no longer markers."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn.

    Attributes:
        plots: those with points, without the curves that are hidden.
        zoom: which part of them.
        is_log: whether plots of errors have a logarithmic axis.
        smoothing: weight of the moving average; 0 smooths nothing.
        epoch: the label of the x axis.
    """

    plots: Sequence[PlotData] = ()
    zoom: Zoom = field(default_factory=Zoom)
    is_log: bool = False
    smoothing: float = 0.0
    epoch: str = ""

    def smooths(self, plot: PlotData) -> bool:
        """Whether the curves of a plot are smoothed; the learning rate is no measurement."""
        return self.smoothing > 0 and plot.metric != LEARNING_RATE

    def ranges(self, plots: Sequence[PlotData]) -> tuple[Ranges, ...]:
        """What some of the plots show: without zoom all epochs so far, and values that fit the curves."""
        whole_x = 0.0, shown_epochs(last_epoch(self.plots))
        x = self.zoom.x or whole_x
        found = []
        for plot in plots:
            is_log = self.is_log and plot.is_error
            seen = [curve.within(x) for curve in plot.curves] if self.zoom.x else plot.curves
            y = fitted(PlotData(plot.metric, seen), is_log=is_log)
            found.append(Ranges(plot.metric, x, self.zoom.y.get(plot.metric.name, y), whole_x, y, is_log))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class _Lines:
    """What is drawn of one curve, from back to front; the measured points only behind smoothed ones."""

    raw: Line2D
    line: Line2D
    best: Line2D


def load() -> None:
    """Import what drawing needs, which takes half a second, and find the fonts; from any thread.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib import font_manager  # noqa: F401 (looks for the fonts of the system)
    from matplotlib.backends import backend_agg  # noqa: F401
    from matplotlib.figure import Figure  # noqa: F401


class CurvePlot:
    """Arranges and draws curves in a figure of its own.

    Attributes:
        figure: matplotlib's figure.
        places: where its plots lie.
    """

    def __init__(self) -> None:
        """A figure without anything in it; matplotlib is imported by now, or at once."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        self.figure = Figure()
        self.places: tuple[PlotArea, ...] = ()
        self._canvas: Any = FigureCanvasAgg(self.figure)
        self._layout = ConstrainedLayoutEngine()
        self._axes: dict[str, Axes] = {}
        self._lines: dict[tuple[str, str], _Lines] = {}
        self._made_for: object = None
        self._laid_out_for: object = None
        self._letters: list[int] = []
        self._ranges: object = None
        self._behind: Any = None

    def draw(self, shown: Shown, look: PlotStyle, size: tuple[int, int], ratio: float) -> QImage:
        """Draw the curves.

        Args:
            shown: what is drawn.
            look: colours and letters.
            size: width and height in device-independent pixels.
            ratio: pixels of the screen for each of them.

        Returns:
            An image of the size times the ratio.
        """
        if self.arrange(shown, look, size, CSS_DPI * ratio) or self._behind is None:
            self._canvas.draw()
            self._behind = self._canvas.copy_from_bbox(self.figure.bbox)
        else:
            self._canvas.restore_region(self._behind)
        for (metric, _), lines in self._lines.items():
            for line in (lines.raw, lines.line, lines.best):
                if len(line.get_xdata()):  # type: ignore[arg-type]
                    self._axes[metric].draw_artist(line)
        image = image_of(self._canvas)
        image.setDevicePixelRatio(ratio)
        return image

    def arrange(self, shown: Shown, look: PlotStyle, size: tuple[int, int], dpi: float) -> bool:
        """Put curves into the figure, without drawing it.

        Returns:
            Whether anything has changed but the points of its lines.
        """
        width, height = size
        beside = width > _WIDE * height or height < _LOW
        plots = _with_room(shown.plots, width if beside else height)
        kinds = [(p.metric, c.name, c.kind, c.is_strong, c.group) for p in plots for c in p.curves]
        ranges = shown.ranges(plots)
        make_for = look, beside, kinds, shown.epoch
        is_made = make_for != self._made_for
        if is_made:
            self._made_for = make_for
            self._make(plots, shown.epoch, look, beside=beside)
        is_new = is_made or (size, dpi, ranges) != self._ranges
        if is_new:
            self._ranges = size, dpi, ranges
            self.figure.set_dpi(dpi)
            self.figure.set_size_inches(width / CSS_DPI, height / CSS_DPI)
            numbers = [set_ranges(self._axes[each.metric.name], each) for each in ranges]
            self._lay_out((size, dpi), [max(map(len, each), default=0) for each in numbers])
            self.places = tuple(self._place(each, size) for each in ranges)
        for plot in plots:
            for curve in plot.curves:
                self._give(plot, curve, shown)
        return is_new

    # --- axes ---

    def _make(self, plots: Sequence[PlotData], epoch: str, look: PlotStyle, *, beside: bool) -> None:
        """New axes with lines that have no points yet."""
        self.figure.clear()
        self.figure.set_facecolor(look.ground)
        self._axes, self._lines, self._laid_out_for = {}, {}, None
        weights = [_weight(plot) for plot in plots]
        if beside:
            grid = self.figure.add_gridspec(1, len(plots), width_ratios=weights)
        else:
            grid = self.figure.add_gridspec(len(plots), 1, height_ratios=weights)
        for number, plot in enumerate(plots):
            axes = self.figure.add_subplot(grid[number])
            below = epoch if beside or plot is plots[-1] else ""
            dress(axes, plot.metric.title, below, look)
            self._axes[plot.metric.name] = axes
            # Thin lines are drawn first, and so lie behind.
            for curve in sorted(plot.curves, key=lambda curve: curve.is_strong):
                self._lines[plot.metric.name, curve.name] = _lines(axes, curve, look)

    def _lay_out(self, made_for: object, numbers: list[int]) -> None:
        """Make room for titles and numbers of so many letters; once made it stays, since it takes long."""
        needed = numbers
        if made_for == self._laid_out_for:
            needed = [max(both) for both in zip(numbers, self._letters, strict=True)]
        if made_for != self._laid_out_for or needed != self._letters:
            self._laid_out_for, self._letters = made_for, needed
            self._layout.execute(self.figure)

    def _place(self, ranges: Ranges, size: tuple[int, int]) -> PlotArea:
        """Where matplotlib's layout has put the axes of a metric."""
        box = self._axes[ranges.metric.name].get_position()
        width, height = size
        left, top = float(box.x0) * width, float(1 - box.y1) * height
        return PlotArea(
            ranges, left, top, max(float(box.width) * width, 1.0), max(float(box.height) * height, 1.0)
        )

    # --- lines ---

    def _give(self, plot: PlotData, curve: Curve, shown: Shown) -> None:
        """Give the lines of a curve their points."""
        lines, place = self._lines[plot.metric.name, curve.name], self._place_of(plot)
        (first, last), smooths = place.ranges.x, shown.smooths(plot)
        told = curve
        if smooths:
            told = Curve(curve.name, curve.title, curve.x, smoothed(curve.y, shown.smoothing))
        # The lines leave the plot at its sides.
        margin = last - first
        columns = max(1, int(3 * place.width / _COLUMN))
        for line, each, is_drawn in ((lines.line, told, True), (lines.raw, curve, smooths)):
            seen = each.within((first - margin, last + margin))
            line.set_data(*(thinned(seen.x, seen.y, columns) if is_drawn else ((), ())))
        if curve.is_strong:
            count = len(curve.within((first, last)).x)
            lines.line.set_markevery(max(1, round(count * _MARKER_DISTANCE / place.width)))
        point = None if curve.best is None else curve.at(curve.best)
        low, high = place.ranges.y
        is_seen = point is not None and first <= point[0] <= last and low <= point[1] <= high
        lines.best.set_data(*(([point[0]], [point[1]]) if point is not None and is_seen else ((), ())))

    def _place_of(self, plot: PlotData) -> PlotArea:
        return next(place for place in self.places if place.ranges.metric == plot.metric)


def image_of(canvas: Any) -> QImage:
    """What an Agg canvas has drawn, as an image of its own."""
    width, height = canvas.get_width_height(physical=True)
    data = bytes(canvas.buffer_rgba())
    return QImage(data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _lines(axes: Axes, curve: Curve, look: PlotStyle) -> _Lines:
    style = style_of(curve, look)
    (raw,) = axes.plot([], [], animated=True, **raw_style_of(curve, look))
    (line,) = axes.plot([], [], animated=True, **style)
    (best,) = axes.plot([], [], animated=True, **best_style(style["color"], look))
    best.set_in_layout(False)
    return _Lines(raw, line, best)


def _weight(plot: PlotData) -> float:
    """The learning rate is narrower than the others, and wide enough for its title."""
    return 0.8 if plot.metric == LEARNING_RATE else 1.0


def _with_room(plots: Sequence[PlotData], room: int) -> list[PlotData]:
    """Where there is little room, how well it learns comes first."""
    if room >= _ROOM_FOR_RATE or len(plots) == 1:
        return list(plots)
    return [plot for plot in plots if plot.metric != LEARNING_RATE]
