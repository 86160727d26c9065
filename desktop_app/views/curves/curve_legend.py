"""The legend of the curves: a check box for each, with a piece of its line as matplotlib draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.curves.curve import Curve
from desktop_app.views.curves.plot import CSS_DPI, image_of
from desktop_app.views.curves.plot_style import PlotStyle, style_of
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout

_WIDTH, _HEIGHT = 26, 12


class CurveLegend(QWidget):
    """Shows and hides curves by name; what was hidden stays so while others come and go."""

    hidden_changed = Signal()
    """Other curves are hidden from now on."""

    def __init__(self) -> None:
        """Start without entries."""
        super().__init__()
        self.hidden: frozenset[str] = frozenset()
        self._entries: dict[str, CheckBox] = {}
        self._dressed_for: object = None
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Have an entry for each of these curves, whose names differ."""
        names = [curve.name for curve in curves]
        if names != list(self._entries):
            for entry in self._entries.values():
                self._flow.removeWidget(entry)
                entry.deleteLater()
            self._entries = {name: self._entry(name) for name in names}
            self._dressed_for = None
        for curve in curves:
            entry = self._entries[curve.name]
            if entry.text() != curve.title:
                entry.setText(curve.title)
                entry.setToolTip(self.tr("Show or hide {curve}").format(curve=curve.title))

    def dress(self, curves: Sequence[Curve], look: PlotStyle) -> None:
        """Give the entries of these curves the lines that they have in a look."""
        ratio = self.devicePixelRatioF()
        dress_for = look, ratio, [(c.name, c.kind, c.is_strong, c.group) for c in curves]
        if dress_for == self._dressed_for:
            return
        self._dressed_for = dress_for
        for curve, icon in zip(curves, line_samples(curves, look, ratio), strict=True):
            self._entries[curve.name].setIcon(icon)

    def _entry(self, name: str) -> CheckBox:
        entry = CheckBox()
        entry.setChecked(name not in self.hidden)
        entry.setIconSize(QSize(_WIDTH, _HEIGHT))
        entry.toggled.connect(lambda shown: self._set_shown(name, shown))
        self._flow.addWidget(entry)
        return entry

    def _set_shown(self, name: str, shown: bool) -> None:
        self.hidden = self.hidden - {name} if shown else self.hidden | {name}
        self.hidden_changed.emit()


def line_samples(curves: Sequence[Curve], look: PlotStyle, ratio: float) -> list[QIcon]:
    """A piece of the line of each curve, with one marker."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure((_WIDTH / CSS_DPI, _HEIGHT / CSS_DPI), dpi=CSS_DPI * ratio, facecolor="none")
    canvas: Any = FigureCanvasAgg(figure)
    icons = []
    for curve in curves:
        style = style_of(curve, look)
        line = Line2D([0.04, 0.5, 0.96], [0.5] * 3, transform=figure.transFigure, markevery=[1], **style)
        figure.add_artist(line)
        canvas.draw()
        image = image_of(canvas)
        image.setDevicePixelRatio(ratio)
        icons.append(QIcon(QPixmap.fromImage(image)))
        line.remove()
    return icons
