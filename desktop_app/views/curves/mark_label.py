"""A labelled vertical line at an epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.views.curves.axes import font_options
from desktop_app.views.curves.curve import Mark
from desktop_app.views.curves.plot_style import PlotStyle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP = 2
"""Points between the line and its text."""

_SPACE = 1.1
"""Space that the text needs, in its widths."""


class MarkLabel:
    """A vertical line with a text where the curves are not: at the bottom if is_low, else at the top.

    The text is on the right if it fits there, else on the left; if it fits on neither side it is hidden.
    """

    def __init__(self, axes: Axes, mark: Mark, style: PlotStyle, *, is_low: bool) -> None:
        """Add line and text to axes."""
        self._axes, self._mark = axes, mark
        line = axes.axvline(mark.epoch, color=style.quiet, linewidth=1.2, linestyle=(0, (1.5, 2)))
        self._text = axes.annotate(
            mark.text,
            (mark.epoch, 0.03 if is_low else 0.97),
            xycoords=axes.get_xaxis_transform(),
            xytext=(_GAP, 0),
            textcoords="offset points",
            va="bottom" if is_low else "top",
            color=style.text,
            **font_options(style),
            annotation_clip=True,
        )
        line.set_in_layout(False)
        self._text.set_in_layout(False)

    def place(self) -> None:
        """Place the text for the current size and ranges of the axes."""
        text, area = self._text, self._axes.get_window_extent()
        text.set_visible(True)
        needed = _SPACE * text.get_window_extent().width
        x = self._axes.get_xaxis_transform().transform((self._mark.epoch, 0.0))[0]
        left, right = x - area.x0, area.x1 - x
        is_right = right >= needed
        text.set(visible=is_right or left >= needed, ha="left" if is_right else "right")
        text.xyann = (_GAP if is_right else -_GAP, 0)
