"""Curves over epochs: a plot for each metric, with a legend, a read-out, zoom, smoothing and best epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHideEvent, QImage, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from desktop_app.jobs.latest_runner import Answer, LatestRunner
from desktop_app.views.curves.curve import Curve, PlotData, arrays_of, last_epoch, table_of
from desktop_app.views.curves.curve_files import file_of
from desktop_app.views.curves.curve_legend import CurveLegend
from desktop_app.views.curves.plot import CurvePlot, Shown, load
from desktop_app.views.curves.plot_style import PlotStyle, print_style, window_style
from desktop_app.views.curves.readout import Readout, listed, readout_at
from desktop_app.views.curves.surface import CurveSurface
from desktop_app.views.curves.zoom import PlotArea, Zoom
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.view_export import TABLE

Request: TypeAlias = tuple[Shown, PlotStyle, tuple[int, int], float]
"""What is to be drawn, in which look, size and pixels for each device-independent one."""

_TIMES_A_SECOND = 10
_MOST_SMOOTHING = 99
_SLIDER = 10 * STEP


class CurvesView(QWidget):
    """Draws curves at most ten times a second, in a thread, and not at all while nobody can see it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without curves; matplotlib is imported once there are some to be seen."""
        super().__init__(parent)
        self._plots: Sequence[PlotData] = ()
        self._zoom = Zoom()
        self._can_draw = True
        self._drawer = LatestRunner(_make_drawer)
        self._drawer.answered.connect(self._show_drawing)
        self._drawer.failed.connect(self._fail)
        self.destroyed.connect(self._drawer.close)
        self._pace = Throttle(_TIMES_A_SECOND, self)
        self._pace.due.connect(self._draw)
        self._hint, self._legend = QLabel(), CurveLegend()
        self._smoothing, self._weight = QSlider(Qt.Orientation.Horizontal), QLabel()
        self._log, self._reset = CheckBox(self.tr("Log scale")), QPushButton(self.tr("Reset zoom"))
        self._controls = QWidget()
        self._surface = CurveSurface(self._readout_at)
        self._set_up()
        self._lay_out()
        self._show_what_there_is()

    # --- what is shown ---

    def show_curves(self, plots: Sequence[PlotData]) -> None:
        """Show these plots, whose metrics differ, in place of those before; zoom and smoothing stay.

        The zoom ends with other metrics, and where the curves end earlier than before: it is another run.
        """
        before, self._plots = self._plots, [plot for plot in plots if plot.has_points]
        # Another zoom may draw at once.
        self._legend.set_curves(self._entries())
        other = [plot.metric for plot in self._plots] != [plot.metric for plot in before]
        if other or last_epoch(self._plots) < last_epoch(before):
            self._set_zoom(Zoom())
        self._arrange_head()
        self._show_what_there_is()
        self._ask()

    def set_hint(self, hint: str) -> None:
        """What is said while there are no curves."""
        if self._can_draw:
            self._hint.setText(hint)

    @property
    def has_curves(self) -> bool:
        """Whether there is a point to be shown."""
        return bool(self._plots)

    @property
    def surface(self) -> CurveSurface:
        """What the curves are drawn on."""
        return self._surface

    def saved(self, kind: str) -> bytes:
        """The curves as a file: "png" at print size, "svg", or all their points as "csv".

        Pictures and drawings show what is seen, dark on white and with a legend; empty without curves.

        Raises:
            ImportError: matplotlib is not installed.
        """
        if not self.has_curves:
            return b""
        if kind == TABLE:
            return table_of(self._plots).encode()
        as_kind: Literal["png", "svg"] = "png" if kind == "png" else "svg"
        shown = self._shown()
        legend = [curve for curve in self._entries() if curve.name not in self._legend.hidden]
        best = any(curve.best for plot in shown.plots for curve in plot.curves)
        note = self.tr("Smoothed by {weight}; pale: as measured").format(weight=self._weight.text())
        return file_of(
            as_kind,
            shown,
            print_style(self.font()),
            legend,
            best=self.tr("Best epoch") if best else "",
            note=note if shown.smoothing else "",
        )

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Epochs and values of every curve, by metric and title; empty while there is none."""
        return arrays_of(self._plots)

    # --- Qt ---

    def sizeHint(self) -> QSize:
        """Three plots beside each other."""
        return QSize(100 * STEP, 32 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Still enough for a curve."""
        return QSize(30 * STEP, 18 * STEP)

    def showEvent(self, event: QShowEvent) -> None:
        """What was given while nobody looked is drawn."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn for nobody."""
        super().hideEvent(event)
        self._pace.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be more room for the controls, or less."""
        super().resizeEvent(event)
        self._arrange_head()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is shown at once."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._ask()

    # --- building ---

    def _set_up(self) -> None:
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._smoothing.setRange(0, _MOST_SMOOTHING)
        self._smoothing.setPageStep(10)
        self._smoothing.setFixedWidth(_SLIDER)
        self._smoothing.setAccessibleName(self.tr("Smoothing"))
        self._smoothing.setToolTip(
            self.tr(
                "Show a moving average of the measured points, in which earlier ones weigh less and less; "
                "the measured curve stays behind it, pale"
            )
        )
        self._weight.setMinimumWidth(self._weight.fontMetrics().horizontalAdvance("0.00"))
        self._log.setToolTip(self.tr("Show errors and learning rate on a logarithmic scale"))
        self._reset.setToolTip(
            self.tr(
                "Show everything again (double click, or 0). The wheel and a box drawn with the mouse zoom, "
                "Shift or the middle button drags; with keys: plus, minus, and Shift with arrows"
            )
        )
        self._smoothing.valueChanged.connect(self._show_weight)
        self._log.toggled.connect(self._choose_log)
        self._reset.clicked.connect(lambda: self._set_zoom(Zoom()))
        self._legend.hidden_changed.connect(self._ask)
        self._surface.zoom_requested.connect(self._set_zoom)
        self._surface.redraw_requested.connect(self._ask)
        self._show_weight()

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Smoothing"))
        label.setBuddy(self._smoothing)
        label.setToolTip(self._smoothing.toolTip())
        smoothing = QWidget()
        smoothed = QHBoxLayout(smoothing)
        smoothed.setContentsMargins(0, 0, 0, 0)
        smoothed.setSpacing(STEP)
        for part in (label, self._smoothing, self._weight):
            smoothed.addWidget(part)
        controls = FlowLayout()
        for control in (smoothing, self._log, self._reset):
            controls.addWidget(control)
        self._controls.setLayout(controls)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._controls.setSizePolicy(policy)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(STEP)
        self._head.addWidget(self._legend, 1)
        self._head.addWidget(self._controls, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(self._head)
        layout.addWidget(self._hint, 1)
        layout.addWidget(self._surface, 1)

    def _arrange_head(self) -> None:
        """The controls stand beside the legend where both have room in a line, else below."""
        directions = QBoxLayout.Direction
        needed = self._legend.sizeHint().width() + self._controls.sizeHint().width() + STEP
        self._head.setDirection(directions.LeftToRight if needed <= self.width() else directions.TopToBottom)

    # --- what the user wants ---

    def _show_weight(self) -> None:
        self._weight.setText(f"{self._smoothing.value() / 100:.2f}")
        self._ask()

    def _choose_log(self) -> None:
        # Ranges of one scale may not exist on the other.
        self._set_zoom(replace(self._zoom, y={}))

    def _set_zoom(self, zoom: Zoom) -> None:
        self._zoom = zoom
        self._surface.set_zoom(zoom)
        self._reset.setEnabled(not zoom.is_whole)
        self._ask()

    # --- drawing ---

    def _show_what_there_is(self) -> None:
        is_drawn = self.has_curves and self._can_draw
        self._hint.setVisible(not is_drawn)
        for widget in (self._legend, self._controls, self._surface):
            widget.setVisible(is_drawn)

    def _entries(self) -> list[Curve]:
        """A curve for each entry of the legend."""
        curves = {c.name: c for plot in listed(self._plots) for c in plot.curves if len(c.x)}
        return list(curves.values())

    def _shown(self) -> Shown:
        """What is seen, without the curves that are hidden."""
        hidden = self._legend.hidden
        return Shown(
            plots=[
                PlotData(plot.metric, [curve for curve in plot.curves if curve.name not in hidden])
                for plot in self._plots
            ],
            zoom=self._zoom,
            is_log=self._log.isChecked(),
            smoothing=self._smoothing.value() / 100,
            epoch=self.tr("Epoch"),
        )

    def _ask(self) -> None:
        """Draw soon, if there is anything, and anybody to see it."""
        if self.isVisible() and self.has_curves:
            self._pace.request()

    def _draw(self) -> None:
        if not self.has_curves:
            return
        size, least = self._surface.size(), self._surface.minimumSizeHint()
        if size.width() < least.width() or size.height() < least.height():
            # It has not got its place yet, or there is no room for axes; a new size asks again.
            return
        look, ratio = window_style(self.palette(), self.font()), self._surface.devicePixelRatioF()
        self._drawer.request((self._shown(), look, (size.width(), size.height()), ratio))

    def _show_drawing(self, request: Request, drawing: tuple[QImage, tuple[PlotArea, ...]]) -> None:
        shown, look, _, _ = request
        image, places = drawing
        # The samples of the legend need matplotlib, which is there by now.
        self._legend.dress(self._entries(), look)
        self._arrange_head()
        self._surface.show_curves(image, places, last_epoch(shown.plots))

    def _fail(self, _: Request | None, error: Exception) -> None:
        """Say what is missing; other errors are faults of the program."""
        if not isinstance(error, ImportError):
            raise error
        self.set_hint(self.tr("Curves need more than reading: install handwriting[training]."))
        self._can_draw = False
        self._show_what_there_is()

    def _readout_at(self, epoch: float) -> Readout | None:
        """The values of all curves that are seen, at an epoch."""
        seen = self._surface.places[0].ranges.x
        return readout_at(epoch, self._shown().plots, seen, self.tr("Epoch {epoch}"))


def _make_drawer() -> tuple[None, Answer]:
    """Import matplotlib, which takes half a second, for a figure that this thread alone draws in.

    Raises:
        ImportError: matplotlib is not installed.
    """
    load()
    plot = CurvePlot()

    def draw(request: Request) -> tuple[QImage, tuple[PlotArea, ...]]:
        return plot.draw(*request), plot.places

    return None, draw
