"""View of curves over epochs: a plot for each metric, with legend, readout, zoom and smoothing."""

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
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.installation import install_advice
from desktop_app.jobs.latest_runner import Answer, LatestRunner
from desktop_app.views.curves.curve import Curve, PlotData, arrays_of, last_epoch, table_of
from desktop_app.views.curves.curve_files import curves_file
from desktop_app.views.curves.curve_legend import CurveLegend
from desktop_app.views.curves.plot import CurvePlot, PlotState, load
from desktop_app.views.curves.plot_style import PlotStyle, print_style, window_style
from desktop_app.views.curves.readout import Readout, listed, readout_at
from desktop_app.views.curves.surface import CurveSurface
from desktop_app.views.curves.zoom import PlotArea, Zoom
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.throttle import Throttle
from desktop_app.views.view_export import TABLE

Request: TypeAlias = tuple[PlotState, PlotStyle, tuple[int, int], float]
"""State, style, size, and pixels per device-independent pixel of a drawing."""

_DRAWINGS_PER_SECOND = 5
_MOST_SMOOTHING = 99
_LEAST_LINES = 4
"""Least height of the plots in lines of text."""

_LEAST_LINES_WITH_LEGEND = 10

_SLIDER = 10 * STEP


class CurvesView(QWidget):
    """Draws curves in a thread, at most ten times a second and only while visible."""

    def __init__(self) -> None:
        """Create an empty view; matplotlib is imported when there are curves to draw."""
        super().__init__()
        self._plots: Sequence[PlotData] = ()
        self._zoom = Zoom()
        self._can_draw, self._least_height = True, 0
        self._drawer = LatestRunner(_open_drawer)
        self._drawer.answered.connect(self._show_drawing)
        self._drawer.failed.connect(self._fail)
        self.destroyed.connect(self._drawer.close)
        self._throttle = Throttle(_DRAWINGS_PER_SECOND, self)
        self._throttle.due.connect(self._draw)
        self._hint, self._legend = QLabel(), CurveLegend()
        self._smoothing, self._weight_label = Slider(), QLabel()
        self._log_box, self._reset = CheckBox(self.tr("Log scale")), QPushButton(self.tr("Reset zoom"))
        self._controls = QWidget()
        self._surface = CurveSurface(self._readout_at)
        self._set_up()
        self._lay_out()
        self._update_visibility()

    # --- content ---

    def show_curves(self, plots: Sequence[PlotData]) -> None:
        """Show plots of different metrics; zoom and smoothing are kept.

        The zoom is reset for other metrics, or if the curves end earlier than before (another run).
        """
        previous, self._plots = self._plots, [plot for plot in plots if plot.has_points]
        # Before the zoom, which may draw at once.
        self._legend.set_curves(self._entries())
        is_other = [plot.metric for plot in self._plots] != [plot.metric for plot in previous]
        if is_other or last_epoch(self._plots) < last_epoch(previous):
            self._set_zoom(Zoom())
        self._arrange_head()
        self._update_visibility()
        self._request_drawing()

    def set_hint(self, hint: str) -> None:
        """Set the text shown without curves."""
        if self._can_draw:
            self._hint.setText(hint)

    @property
    def has_curves(self) -> bool:
        """Whether there are points."""
        return bool(self._plots)

    @property
    def surface(self) -> CurveSurface:
        """Surface with the curves."""
        return self._surface

    def file(self, kind: str) -> bytes:
        """Return the curves as a file: "png" at print size, "svg", or all points as "csv".

        Images show the visible part, dark on white and with a legend; empty without curves.

        Raises:
            ImportError: matplotlib is not installed.
        """
        if not self.has_curves:
            return b""
        if kind == TABLE:
            return table_of(self._plots).encode()
        image_kind: Literal["png", "svg"] = "png" if kind == "png" else "svg"
        state = self._state()
        legend = [curve for curve in self._entries() if curve.name not in self._legend.hidden]
        has_best = any(curve.best for plot in state.plots for curve in plot.curves)
        note = self.tr("Smoothing {weight}; original values in pale colours").format(
            weight=self._weight_label.text()
        )
        return curves_file(
            image_kind,
            state,
            print_style(self.font()),
            legend,
            best_title=self.tr("Kept epoch") if has_best else "",
            note=note if state.smoothing else "",
        )

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return epochs and values of every curve by metric and title."""
        return arrays_of(self._plots)

    # --- Qt ---

    def sizeHint(self) -> QSize:
        """Return room for three plots in a row."""
        return QSize(100 * STEP, 32 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Return room for one plot and the legend, at least that of three curves."""
        line = self.fontMetrics().height()
        legend = self._legend.heightForWidth(self.width()) if self.has_curves else 0
        least = legend + STEP // 2 + self._least_plot_height()
        return QSize(30 * STEP, max(18 * STEP, _LEAST_LINES_WITH_LEGEND * line, least))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw when the view becomes visible."""
        super().showEvent(event)
        self._request_drawing()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop drawing."""
        super().hideEvent(event)
        self._throttle.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the controls."""
        super().resizeEvent(event)
        self._arrange_head()

    def changeEvent(self, event: QEvent) -> None:
        """Follow palette and font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._request_drawing()

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
                "Show an exponential moving average with this weight; the original values stay visible "
                "in pale colours"
            )
        )
        self._weight_label.setMinimumWidth(self._weight_label.fontMetrics().horizontalAdvance("0.00"))
        self._log_box.setToolTip(self.tr("Show loss, errors and learning rate on a logarithmic scale"))
        self._reset.setToolTip(
            self.tr(
                "Show everything (double-click, or 0). Zoom with the wheel, by drawing a box, or with plus "
                "and minus; move with the middle button, or with Shift and mouse or arrow keys"
            )
        )
        self._smoothing.valueChanged.connect(self._show_weight)
        self._log_box.toggled.connect(self._reset_y_zoom)
        self._reset.clicked.connect(lambda: self._set_zoom(Zoom()))
        self._legend.hidden_changed.connect(self._request_drawing)
        self._surface.zoom_requested.connect(self._set_zoom)
        self._surface.redraw_requested.connect(self._request_drawing)
        self._show_weight()

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Smoothing"))
        label.setBuddy(self._smoothing)
        label.setToolTip(self._smoothing.toolTip())
        smoothing = QWidget()
        smoothing_layout = QHBoxLayout(smoothing)
        smoothing_layout.setContentsMargins(0, 0, 0, 0)
        smoothing_layout.setSpacing(STEP)
        for widget in (label, self._smoothing, self._weight_label):
            smoothing_layout.addWidget(widget)
        controls = FlowLayout()
        for control in (smoothing, self._log_box, self._reset):
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
        """Arrange the controls beside the legend, or below it if there is no room."""
        directions = QBoxLayout.Direction
        needed = self._legend.sizeHint().width() + self._controls.sizeHint().width() + STEP
        is_row = needed <= self.width()
        self._head.setDirection(directions.LeftToRight if is_row else directions.TopToBottom)
        self._show_controls(is_row)
        if (least := self.minimumSizeHint().height()) != self._least_height:
            self._least_height = least
            self.updateGeometry()

    def _show_controls(self, is_row: bool) -> None:
        """Show the controls unless a low view needs their room for the plots."""
        parts = (self._legend.heightForWidth(self.width()), self._controls.heightForWidth(self.width()))
        head = max(parts) if is_row else sum(parts) + STEP
        has_room = self.height() >= head + STEP // 2 + self._least_plot_height()
        self._controls.setVisible(has_room and self.has_curves and self._can_draw)

    def _least_plot_height(self) -> int:
        return max(self._surface.minimumSizeHint().height(), _LEAST_LINES * self.fontMetrics().height())

    # --- controls ---

    def _show_weight(self) -> None:
        self._weight_label.setText(f"{self._smoothing.value() / 100:.2f}")
        self._request_drawing()

    def _reset_y_zoom(self) -> None:
        # Ranges may be invalid on the other scale.
        self._set_zoom(replace(self._zoom, y={}))

    def _set_zoom(self, zoom: Zoom) -> None:
        self._zoom = zoom
        self._surface.set_zoom(zoom)
        self._reset.setEnabled(not zoom.is_whole)
        self._request_drawing()

    # --- drawing ---

    def _update_visibility(self) -> None:
        is_drawn = self.has_curves and self._can_draw
        self._hint.setVisible(not is_drawn)
        for widget in (self._legend, self._surface):
            widget.setVisible(is_drawn)
        self._arrange_head()

    def _entries(self) -> list[Curve]:
        """Return a curve for each entry of the legend."""
        curves = {c.name: c for plot in listed(self._plots) for c in plot.curves if len(c.x)}
        return list(curves.values())

    def _state(self) -> PlotState:
        """Return what is to be drawn, without hidden curves."""
        hidden = self._legend.hidden
        return PlotState(
            plots=[
                replace(plot, curves=[curve for curve in plot.curves if curve.name not in hidden])
                for plot in self._plots
            ],
            zoom=self._zoom,
            is_log=self._log_box.isChecked(),
            smoothing=self._smoothing.value() / 100,
            epoch=self.tr("Epoch"),
        )

    def _request_drawing(self) -> None:
        """Request a drawing if there are curves and the view is visible."""
        if self.isVisible() and self.has_curves:
            self._throttle.request()

    def _draw(self) -> None:
        if not self.has_curves:
            return
        size, minimum = self._surface.size(), self._surface.minimumSizeHint()
        if size.width() < minimum.width() or size.height() < minimum.height():
            # Not laid out yet, or too small for axes; a new size requests another drawing.
            return
        style, ratio = window_style(self.palette(), self.font()), self._surface.devicePixelRatioF()
        self._drawer.request((self._state(), style, (size.width(), size.height()), ratio))

    def _show_drawing(self, request: Request, drawing: tuple[QImage, tuple[PlotArea, ...]]) -> None:
        state, style, _, _ = request
        image, areas = drawing
        # Line samples need matplotlib, which is imported by now.
        self._legend.set_style(self._entries(), style)
        self._arrange_head()
        self._surface.show_curves(image, areas, last_epoch(state.plots))

    def _fail(self, _: Request | None, error: Exception) -> None:
        """Show what is missing; raise other errors."""
        if not isinstance(error, ImportError):
            raise error
        hint = self.tr("Curves need more libraries. {advice}")
        self.set_hint(hint.format(advice=translated(install_advice())))
        self._can_draw = False
        self._update_visibility()

    def _readout_at(self, epoch: float) -> Readout | None:
        """Return the values of all visible curves at an epoch."""
        visible_range = self._surface.areas[0].ranges.x
        return readout_at(epoch, self._state().plots, visible_range, self.tr("Epoch {epoch}"))


def _open_drawer() -> tuple[None, Answer]:
    """Import matplotlib, which takes half a second, and create the figure of this thread.

    Raises:
        ImportError: matplotlib is not installed.
    """
    load()
    plot = CurvePlot()

    def draw(request: Request) -> tuple[QImage, tuple[PlotArea, ...]]:
        return plot.draw(*request), plot.areas

    return None, draw
