"""The figure of the curves: up to three plots that share their epochs, drawn by matplotlib.

Lines are drawn over a kept picture of the hairlines, which is drawn anew only when a range, the size
or the colours change. Letters are written by the view, and here only into files: matplotlib takes
three times as long for its axes and their letters as for all the rest.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from desktop_app.views.curves.curve import (
    ACCURACY,
    LOSS,
    RATE,
    Curve,
    Plot,
    epoch_ticks,
    last_epoch,
    span,
    thinned,
    ticks,
)
from desktop_app.views.export import PRINT_WIDTH
from desktop_app.views.parts.lettering import LEFT, MIDDLE, RIGHT
from desktop_app.views.parts.numerals import MINUS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

Spans: TypeAlias = Mapping[Plot, tuple[float, float]]

PLOTS: tuple[Plot, ...] = (LOSS, ACCURACY, RATE)

_SHARES = {LOSS: 0.42, ACCURACY: 0.38, RATE: 0.2}
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 26, 22
"""Pixels around each plot, for its numbers and its title."""

_WIDE = 1.7
"""From this many times as wide as high on, plots stand beside each other."""

_LOW = 230
"""Below this height plots always stand beside each other."""

_ROOM_FOR_RATE = 400
"""Pixels in the direction of the plots that the learning rate needs to be shown beside the others."""

_COLUMN = 2
"""Pixels that a column of points is wide: single ones take twice as long and look the same."""

_PRINT_DPI = 300
_CSS_DPI = 96

_EPOCH_WIDTH = 32
"""Pixels that the number of an epoch needs from left to right."""

_LINE = 18
"""Pixels that a number needs from top to bottom."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True)
class PlotLook:
    """Colours, as "#rrggbb", and letters.

    Attributes:
        ground, text, quiet, line: of surface, numbers, titles and hairlines.
        training, validation: of the curves of the first group.
        groups: of further groups.
        family: of the letters; empty for any.
        points: size of small letters.
    """

    ground: str = "#ffffff"
    text: str = "#000000"
    quiet: str = "#606060"
    line: str = "#d0d0d0"
    training: str = "#606060"
    validation: str = "#1560c8"
    groups: tuple[str, ...] = ()
    family: str = ""
    points: float = 8.0


@dataclass(frozen=True, eq=False)
class PlotContent:
    """What is shown.

    Attributes:
        curves: of each plot; without any, a plot has no place.
        titles: of the plots, and what stands before the numbers of epochs, by "epoch".
        best: by name of a curve, the epoch whose point is marked.
        epochs: least x that the plots reach to.
        is_log: whether loss and learning rate are shown on a logarithmic scale.
    """

    curves: Mapping[Plot, Sequence[Curve]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    best: Mapping[str, float] = field(default_factory=dict)
    epochs: float = 1.0
    is_log: bool = False


@dataclass(frozen=True)
class Place:
    """Where one plot lies, in pixels from the top left corner of the figure, and what it spans.

    Attributes:
        plot: which it is.
        left, top, width, height: of its lines.
        last: the epoch at its right edge; 0 is at its left.
        scale: how far down numbers stand, from 0 to 1, and their texts.
    """

    plot: Plot
    left: float
    top: float
    width: float
    height: float
    last: float
    scale: tuple[tuple[float, str], ...] = ()

    def x_of(self, epoch: float) -> float:
        """The pixel of an epoch."""
        return self.left + self.width * epoch / self.last

    def epoch_at(self, x: float) -> float:
        """The epoch at a pixel."""
        return (x - self.left) / self.width * self.last


@dataclass(frozen=True)
class Letters:
    """A word or number beside a plot.

    Attributes:
        x, y: pixels of its anchor, half way up.
        text: what it says.
        anchor: LEFT, MIDDLE or RIGHT of gui.parts.lettering.
        is_title: whether it names the plot.
    """

    x: float
    y: float
    text: str
    anchor: float
    is_title: bool = False


def load() -> None:
    """Import what drawing needs, which takes a second, and find the letters; from any thread.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib import font_manager  # noqa: F401 (looks for the letters of the system)
    from matplotlib.backends import backend_qtagg  # noqa: F401
    from matplotlib.figure import Figure  # noqa: F401


class CurvePlot:
    """Arranges and draws curves in a figure."""

    def __init__(self) -> None:
        """A figure without anything in it; matplotlib is imported by now, or at once."""
        from matplotlib.figure import Figure

        self.figure = Figure(dpi=_CSS_DPI)
        self.places: tuple[Place, ...] = ()
        self._axes: dict[Plot, Axes] = {}
        self._lines: dict[tuple[Plot, str], Line2D] = {}
        self._marks: dict[tuple[Plot, str], Line2D] = {}
        self._drawn_for: tuple[object, ...] = ()

    def arrange(self, content: PlotContent, look: PlotLook, size: tuple[int, int]) -> bool:
        """Put the curves into the figure.

        Args:
            content: what is shown.
            look: colours and letters.
            size: width and height of the figure in device-independent pixels.

        Returns:
            Whether the whole figure is to be drawn anew, and not its curves alone.
        """
        shown = {plot: tuple(content.curves.get(plot, ())) for plot in PLOTS}
        shown = {plot: curves for plot, curves in shown.items() if any(len(c.x) for c in curves)}
        places = _places(tuple(shown), size)
        shown = {place.plot: shown[place.plot] for place in places}
        reached = last_epoch(curve for curves in shown.values() for curve in curves)
        last = max(content.epochs, float(np.ceil(reached)), 1.0)
        spans = {plot: span(plot, curves, _is_log(plot, content)) for plot, curves in shown.items()}
        kinds = tuple(
            (plot, c.name, c.kind, c.is_strong, c.group) for plot, curves in shown.items() for c in curves
        )
        drawn_for = (size, look, last, tuple(spans.items()), kinds, content.is_log)
        is_new = drawn_for != self._drawn_for
        if is_new:
            self._drawn_for = drawn_for
            self.places = tuple(
                replace(
                    place, last=last, scale=_scale(place, spans[place.plot], _is_log(place.plot, content))
                )
                for place in places
            )
            self._set_up(content, look, size, spans)
            self._make_lines(shown, look)
        for plot, curves in shown.items():
            for curve in curves:
                self._give(plot, curve, content.best.get(curve.name))
        return is_new

    def draw_curves(self) -> None:
        """Draw the curves over what the figure's renderer holds."""
        for plot, axes in self._axes.items():
            if axes.get_visible():
                for (where, _), line in (*self._lines.items(), *self._marks.items()):
                    if where == plot and np.size(line.get_xdata()):
                        axes.draw_artist(line)

    def saved(self, kind: str, look: PlotLook, titles: Mapping[str, str]) -> bytes:
        """The figure as a file: "png" at print size, or "svg" whose texts are text."""
        from matplotlib import rc_context

        stream = io.BytesIO()
        settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "curves"}
        dots = max(_PRINT_DPI, PRINT_WIDTH / self.figure.get_size_inches()[0])
        options: Any = {"metadata": {"Date": None}} if kind == "svg" else {"dpi": dots}
        letters = self._letters(look, titles)
        with rc_context(settings):
            self.figure.savefig(stream, format=kind, facecolor=self.figure.get_facecolor(), **options)
        for text in letters:
            text.remove()
        return stream.getvalue()

    def _letters(self, look: PlotLook, titles: Mapping[str, str]) -> list[Text]:
        """Write titles and scales into the figure."""
        width, height = self.figure.get_size_inches() * _CSS_DPI
        sides: dict[float, Literal["left", "center", "right"]]
        sides = {LEFT: "left", MIDDLE: "center", RIGHT: "right"}
        return [
            self.figure.text(
                letters.x / width,
                1 - letters.y / height,
                letters.text,
                color=look.text if letters.is_title else look.quiet,
                fontsize=look.points,
                fontfamily=look.family or None,
                horizontalalignment=sides[letters.anchor],
                verticalalignment="center",
            )
            for place in self.places
            for letters in letters_of(place, titles)
        ]

    def _set_up(self, content: PlotContent, look: PlotLook, size: tuple[int, int], spans: Spans) -> None:
        """Place the plots with their hairlines."""
        self.figure.set_facecolor(look.ground)
        places = {place.plot: place for place in self.places}
        for plot, axes in self._axes.items():
            axes.set_visible(plot in places)
        width, height = size
        for plot, place in places.items():
            axes = self._axes_of(plot)
            for artist in (*axes.lines, *axes.collections):
                artist.remove()
            bottom = height - place.top - place.height
            axes.set_position(
                (place.left / width, bottom / height, place.width / width, place.height / height)
            )
            axes.set_yscale("log" if _is_log(plot, content) else "linear")
            axes.set_xlim(0.0, place.last)
            axes.set_ylim(*spans[plot])
            heights = [1 - down for down, _ in place.scale]
            axes.hlines(heights, 0, 1, transform=axes.transAxes, colors=look.line, linewidths=0.8, zorder=0)

    def _axes_of(self, plot: Plot) -> Axes:
        if plot not in self._axes:
            axes = self.figure.add_axes((0, 0, 1, 1), label=plot)
            axes.set_axis_off()
            axes.set_autoscale_on(False)
            self._axes[plot] = axes
        return self._axes[plot]

    def _make_lines(self, shown: Mapping[Plot, Sequence[Curve]], look: PlotLook) -> None:
        """Lines without points yet, thin ones below; and a mark for the best epoch of each."""
        self._lines.clear()
        self._marks.clear()
        for plot, curves in shown.items():
            axes = self._axes[plot]
            for curve in sorted(curves, key=lambda curve: curve.is_strong):
                style = style_of(curve, look)
                (line,) = axes.plot([], [], animated=True, **style)
                self._lines[plot, curve.name] = line
                (mark,) = axes.plot(
                    [],
                    [],
                    animated=True,
                    linestyle="none",
                    marker="*",
                    markersize=13,
                    color=style["color"],
                    markeredgecolor=look.ground,
                    markeredgewidth=1,
                    clip_on=False,
                )
                self._marks[plot, curve.name] = mark

    def _give(self, plot: Plot, curve: Curve, best: float | None) -> None:
        """Give a line its points."""
        line = self._lines[plot, curve.name]
        width = next(place.width for place in self.places if place.plot == plot)
        line.set_data(*thinned(curve.x, curve.y, max(1, int(width / _COLUMN))))
        if curve.is_strong:
            # Marks that touch each other are no longer marks.
            line.set_markevery(max(1, round(len(curve.x) / max(1.0, width / 24))))
        point = None if best is None else curve.at(best)
        self._marks[plot, curve.name].set_data(*(([point[0]], [point[1]]) if point else ([], [])))


def style_of(curve: Curve, look: PlotLook) -> dict[str, Any]:
    """How a line is drawn, in matplotlib's words: its kind also shows without its colour."""
    if curve.kind == "rate" and not curve.group:
        return {"color": look.quiet, "linewidth": 1.5, "linestyle": "-"}
    own = look.validation if curve.kind == "validation" else look.training
    if curve.group and look.groups:
        own = look.groups[(curve.group - 1) % len(look.groups)]
    if not curve.is_strong or curve.kind == "rate":
        return {"color": own, "linewidth": 0.9, "linestyle": "-", "alpha": 0.55}
    is_validation = curve.kind == "validation"
    return {
        "color": own,
        "linewidth": 1.8,
        "linestyle": (0, (4, 1.6)) if is_validation else "-",
        "marker": MARKERS[curve.group % len(MARKERS)],
        "markersize": 4.5,
        "markerfacecolor": own if is_validation else look.ground,
        "markeredgecolor": own,
        "clip_on": False,
    }


def _is_log(plot: Plot, content: PlotContent) -> bool:
    # Accuracies lie near 1, where a logarithm changes nothing.
    return content.is_log and plot != ACCURACY


def _places(plots: Sequence[Plot], size: tuple[int, int]) -> tuple[Place, ...]:
    """Plots beside each other where there is room, else below each other, loss first."""
    width, height = size
    beside = width > _WIDE * height or height < _LOW
    if (width if beside else height) < _ROOM_FOR_RATE and len(plots) > 1:
        # Where there is little room, how well it learns comes first.
        plots = [plot for plot in plots if plot != RATE]
    whole = sum(_SHARES[plot] for plot in plots)
    at = 0.0
    places = []
    for plot in plots:
        share = _SHARES[plot] / whole
        left, top = (at * width, 0.0) if beside else (0.0, at * height)
        across, down = (share * width, height) if beside else (width, share * height)
        inner = max(across - _LEFT - _RIGHT, 10.0), max(down - _TOP - _BOTTOM, 10.0)
        places.append(Place(plot, left + _LEFT, top + _TOP, *inner, 1.0))
        at += share
    return tuple(places)


def _scale(place: Place, span_of_y: tuple[float, float], is_log: bool) -> tuple[tuple[float, str], ...]:
    """Where numbers stand and what they say, as many as there is room for."""
    low, high = span_of_y
    values = ticks(low, high, is_log)
    every = max(1, -(-len(values) * _LINE // max(int(place.height), _LINE)))
    kept = values[::-every] if place.plot == ACCURACY else values[::every]
    if is_log:
        decades = math.log10(high / low)
        return tuple((math.log10(high / value) / decades, scale_text(place.plot, value)) for value in kept)
    return tuple(((high - value) / (high - low), scale_text(place.plot, value)) for value in kept)


def scale_text(plot: Plot, value: float) -> str:
    """A number of a scale: accuracies in per cent, small rates with a power of ten."""
    if plot == ACCURACY:
        return f"{100 * value:.4g} %"
    if plot == RATE and 0 < value < 0.01:
        number, power = f"{value:.1e}".split("e")
        return f"{number.removesuffix('.0')}e{MINUS}{abs(int(power))}"
    return f"{value:.4g}".replace("-", MINUS)


def letters_of(place: Place, titles: Mapping[str, str]) -> tuple[Letters, ...]:
    """What is written around a plot."""
    below = place.top + place.height + 11
    epochs = epoch_ticks(place.last, min(7, max(2, int(place.width / _EPOCH_WIDTH))))
    return (
        Letters(place.left - _LEFT + 8, place.top - 14, titles.get(place.plot, ""), LEFT, is_title=True),
        *(Letters(place.left - 6, place.top + y * place.height, text, RIGHT) for y, text in place.scale),
        Letters(place.left - 10, below, titles.get("epoch", ""), RIGHT),
        *(Letters(place.x_of(epoch), below, f"{epoch}", MIDDLE) for epoch in epochs),
    )
