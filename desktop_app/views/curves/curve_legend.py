"""Legend of the curves: a check box with a sample of the line for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.curves.curve import Curve
from desktop_app.views.curves.plot import CSS_DPI, image_of
from desktop_app.views.curves.plot_style import PlotStyle, line_style
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout

_WIDTH, _HEIGHT = 26, 12


class CurveLegend(QWidget):
    """Shows and hides curves by name; hidden ones stay hidden when curves change."""

    hidden_changed = Signal()
    """The set of hidden curves has changed."""

    def __init__(self) -> None:
        """Create an empty legend."""
        super().__init__()
        self.hidden: frozenset[str] = frozenset()
        self._entries: dict[str, CheckBox] = {}
        self._styled_for: object = None
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Set the entries; the names of the curves differ."""
        names = [curve.name for curve in curves]
        if names != list(self._entries):
            for entry in self._entries.values():
                self._flow.removeWidget(entry)
                entry.deleteLater()
            self._entries = {name: self._entry(name) for name in names}
            self._styled_for = None
        for curve in curves:
            entry = self._entries[curve.name]
            text = curve.short_title or curve.title
            if entry.text() != text:
                entry.setText(text)
                entry.setToolTip(self.tr("Show or hide {curve}").format(curve=curve.title))

    def set_style(self, curves: Sequence[Curve], style: PlotStyle) -> None:
        """Set the line samples of the entries."""
        ratio = self.devicePixelRatioF()
        key = style, ratio, [(c.name, c.kind, c.is_strong, c.group) for c in curves]
        if key == self._styled_for:
            return
        self._styled_for = key
        for curve, icon in zip(curves, _line_samples(curves, style, ratio), strict=True):
            self._entries[curve.name].setIcon(icon)

    def _entry(self, name: str) -> CheckBox:
        entry = CheckBox()
        entry.setChecked(name not in self.hidden)
        entry.setIconSize(QSize(_WIDTH, _HEIGHT))
        entry.toggled.connect(lambda is_shown: self._set_shown(name, is_shown))
        self._flow.addWidget(entry)
        return entry

    def _set_shown(self, name: str, is_shown: bool) -> None:
        self.hidden = self.hidden - {name} if is_shown else self.hidden | {name}
        self.hidden_changed.emit()


def _line_samples(curves: Sequence[Curve], style: PlotStyle, ratio: float) -> list[QIcon]:
    """Return a line sample with a marker for each curve."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure((_WIDTH / CSS_DPI, _HEIGHT / CSS_DPI), dpi=CSS_DPI * ratio, facecolor="none")
    canvas: Any = FigureCanvasAgg(figure)
    icons = []
    for curve in curves:
        options = line_style(curve, style)
        line = Line2D([0.04, 0.5, 0.96], [0.5] * 3, transform=figure.transFigure, markevery=[1], **options)
        figure.add_artist(line)
        canvas.draw()
        image = image_of(canvas)
        image.setDevicePixelRatio(ratio)
        icons.append(QIcon(QPixmap.fromImage(image)))
        line.remove()
    return icons
