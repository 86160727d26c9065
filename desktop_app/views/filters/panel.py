"""The filters panel: weights, maximizing inputs and top samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.inspection.channel_examples import MaximizingInputs, TopSamples
from desktop_app.inspection.colour import GREYS
from desktop_app.inspection.filters import Filters, Kernels, Matrix, filters_of
from desktop_app.inspection.tiles import scale_between
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.filters.examples_view import ExamplesView
from desktop_app.views.filters.filter_detail import FilterDetail
from desktop_app.views.filters.job_bar import JobBar
from desktop_app.views.filters.weights_view import WeightsView
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileSizes
from desktop_app.views.parts.unit_names import unit_names
from desktop_app.views.sample_grid.sample_choice import SampleChoice

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph


_INPUT_SIZES = TileSizes(least=3 * STEP, most=24 * STEP)
_SAMPLE_SIZES = TileSizes(least=8 * STEP, most=24 * STEP, gap=STEP + STEP // 2)


class FilterDisplay(Enum):
    """What is shown of the filters."""

    WEIGHTS = "weights"
    INPUTS = "inputs"
    SAMPLES = "samples"


class FiltersPanel(Panel):
    """The filters of a layer: their weights, maximizing inputs and top samples."""

    channel_chosen = Signal(str, int)
    """Layer and index of the filter that the user chose."""
    content_requested = Signal()
    """`display` or `layer` changed: examples are needed."""
    start_requested = Signal()
    """The user wants the examples to be computed."""
    stop_requested = Signal()
    """The user wants the job to stop."""
    samples_chosen = Signal(object)
    """Path of other samples; None for the built-in ones."""

    def __init__(self) -> None:
        """Start without a network."""
        super().__init__()
        self._info: NetworkInfo | None = None
        self._graph: Graph | None = None
        self._layer = ""
        self._filters: Filters | None = None
        self._display, self._samples, self._job = ComboBox(), SampleChoice(), JobBar()
        self._display.setObjectName("filters_form")
        self._weights = WeightsView()
        self._inputs, self._top_samples = ExamplesView(_INPUT_SIZES), ExamplesView(_SAMPLE_SIZES)
        self._stack = QStackedWidget()
        self._detail = FilterDetail()
        self._legend, self._caption = Legend(), Caption()
        self._caption.setObjectName("filters_caption")
        self._set_up_controls()
        self._lay_out()
        self._show_display()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Use another network; keep the layer if it has one of the same name."""
        self._info, self._graph = info, graph
        self._samples.set_task(info.task)
        self._set_layer(self._layer if self._layer in info else info.layers[0].name)

    def set_layer(self, name: str) -> None:
        """Show the filters of a layer; ignore unknown names."""
        if self._info is not None and name in self._info and name != self._layer:
            self._set_layer(name)

    @property
    def info(self) -> NetworkInfo | None:
        """The network whose filters are shown."""
        return self._info

    @property
    def layer(self) -> LayerInfo | None:
        """The layer shown; None without a network."""
        return None if self._info is None else self._info.layer(self._layer)

    @property
    def display(self) -> FilterDisplay:
        """What is shown of the filters."""
        display: FilterDisplay = self._display.currentData()
        return display

    def set_examples(self, content: MaximizingInputs | TopSamples | None) -> None:
        """Show examples of the current layer and display."""
        view = self._top_samples if self.display is FilterDisplay.SAMPLES else self._inputs
        layer, info = self.layer, self._info
        names = () if info is None or layer is None else unit_names(info, layer)
        view.set_content(content, of_units=layer is not None and len(layer.shape) == 1, names=names)
        self._show_detail()
        self._point("")

    def set_samples(self, path: Path | None) -> None:
        """Show which samples are used."""
        self._samples.set_path(path)

    def set_running(self, done: int, total: int, layer: str) -> None:
        """Show the progress of a running job and its layer."""
        self._job.set_running(done, total, layer)
        self._job.show()

    def set_idle(self, done: int, total: int) -> None:
        """Show that no job is running, and how much is done."""
        had_focus = self._job.hasFocus()
        self._job.set_idle(done, total, can_resume=done > 0 and self.display is FilterDisplay.INPUTS)
        if had_focus and done >= total:
            # The button is hidden; Qt would pass its focus on to another part of the window.
            self.exported_widget().setFocus()
        self._job.setVisible(self.display is not FilterDisplay.WEIGHTS)

    def set_hint(self, hint: str) -> None:
        """Set the message shown without examples."""
        for view in (self._inputs, self._top_samples):
            view.set_hint(hint)

    def exported_widget(self) -> QWidget:
        """Return the widget with the filters."""
        return self._view.exported_widget

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the weights of the layer by Keras' names, or the examples."""
        if self.display is FilterDisplay.WEIGHTS:
            return dict(self._graph.weights(self._layer)) if self._graph is not None else {}
        content = self._inputs.content if self.display is FilterDisplay.INPUTS else self._top_samples.content
        return {} if content is None else content.arrays()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the chosen filter beside the others, or below in tall panels."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        self._content_layout.setDirection(
            QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        )

    def minimumSizeHint(self) -> QSize:
        """Return the size for some filters and the controls."""
        return QSize(32 * STEP, 20 * STEP)

    # --- building ---

    def _set_up_controls(self) -> None:
        self._display.setAccessibleName(self.tr("Content of the view"))
        self._display.setToolTip(
            self.tr("Show the weights of the filters, inputs that activate them most, or the samples that do")
        )
        self._display.addItem(self.tr("Weights"), FilterDisplay.WEIGHTS)
        self._display.addItem(self.tr("Maximizing inputs"), FilterDisplay.INPUTS)
        self._display.addItem(self.tr("Top samples"), FilterDisplay.SAMPLES)
        self._display.currentIndexChanged.connect(self._display_changed)
        self._samples.chosen.connect(self.samples_chosen)
        self._job.start_requested.connect(self.start_requested)
        self._job.stop_requested.connect(self.stop_requested)
        self._weights.range_changed.connect(self._set_range)
        self._weights.set_hint(self.tr("Open a model to see the filters of its layers here."))
        for view in (self._weights, self._inputs, self._top_samples):
            view.pointed_at.connect(self._point)
            view.chosen.connect(self._choose)

    def _lay_out(self) -> None:
        head = FlowLayout()
        for control in (self._display, self._weights.controls, self._samples, self._job, self._legend):
            head.addWidget(control)
        for view in (self._weights, self._inputs, self._top_samples):
            self._stack.addWidget(view)
        self._content_layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._content_layout.setSpacing(2 * STEP)
        self._content_layout.addWidget(self._stack, 5)
        self._content_layout.addWidget(self._detail, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addLayout(self._content_layout, 1)
        layout.addWidget(self._caption)

    # --- contents ---

    @property
    def _view(self) -> WeightsView | ExamplesView:
        """The view of the current display."""
        if self.display is FilterDisplay.WEIGHTS:
            return self._weights
        return self._inputs if self.display is FilterDisplay.INPUTS else self._top_samples

    def _set_layer(self, name: str) -> None:
        assert self._info is not None
        assert self._graph is not None
        self._layer = name
        self._filters = filters_of(self._info, name, self._graph.weights(name))
        self._weights.set_hint(self._reason(self._info.layer(name)))
        self._weights.set_filters(self._filters)
        self._inputs.set_content(None)
        self._top_samples.set_content(None)
        self._show_display()
        self.content_requested.emit()

    def _display_changed(self) -> None:
        self._show_display()
        self.content_requested.emit()

    def _show_display(self) -> None:
        self._stack.setCurrentWidget(self._view)
        weights = self.display is FilterDisplay.WEIGHTS
        self._weights.controls.setVisible(weights and self._weights.has_choices)
        self._legend.setVisible(weights and isinstance(self._filters, Kernels | Matrix))
        self._samples.setVisible(self.display is FilterDisplay.SAMPLES)
        self._job.setVisible(not weights or self._job.is_running)
        self._show_detail()
        self._point("")

    def _show_detail(self) -> None:
        """Show the chosen filter, or hide the detail."""
        detail = self._view.detail()
        self._detail.set_detail(detail)
        self._detail.setVisible(detail is not None)
        # Screen readers read the filter that was chosen with the keyboard.
        self.exported_widget().setAccessibleDescription("" if detail is None else self._detail.text())

    def _choose(self, number: int) -> None:
        self._show_detail()
        self.channel_chosen.emit(self._layer, number)

    def _set_range(self, low: float, high: float) -> None:
        scale = scale_between(low, high)
        self._legend.set_scale(replace(scale, table=GREYS) if self._weights.shows_colours else scale)
        self._point("")

    # --- texts ---

    def _point(self, text: str) -> None:
        """Show a description of what is under the mouse, or of the panel."""
        self._caption.set_text(text or self._describe_contents())

    def _describe_contents(self) -> str:
        """Describe the contents, e.g. "conv2 · 64 filters of 3×3, each over 32 input channels"."""
        if self._info is None:
            return ""
        if self.display is FilterDisplay.WEIGHTS:
            return self._describe_weights()
        if self.display is FilterDisplay.INPUTS:
            of_units = self.layer is not None and len(self.layer.shape) == 1
            text = (
                self.tr("{layer} · inputs that maximize each unit")
                if of_units
                else self.tr("{layer} · inputs that maximize each filter")
            )
            return text.format(layer=self._layer)
        found = self._top_samples.content
        if isinstance(found, TopSamples):
            text = self.tr("{layer} · from {seen} sample(s) of {name}", "", found.seen)
            return text.format(layer=self._layer, seen=found.seen, name=found.set_name)
        return self._layer

    def _describe_weights(self) -> str:
        filters = self._filters
        if isinstance(filters, Kernels):
            return self._describe_kernels(filters)
        if isinstance(filters, Matrix):
            inputs, count = filters.values.shape
            text = self.tr("{layer} · {count} unit(s) in rows, each with {inputs} weights", "", count)
            return text.format(layer=self._layer, count=count, inputs=inputs)
        if filters is not None:
            text = self.tr("{layer} · weights of {count} channel(s)", "", filters.count)
            return text.format(layer=self._layer, count=filters.count)
        return self._layer

    def _describe_kernels(self, kernels: Kernels) -> str:
        height, width, inputs, count = kernels.values.shape
        if self._weights.shows_norms:
            text = self.tr(
                "{layer} · kernel norms: filters in columns ({count}), input channels in rows ({inputs})"
            )
        elif kernels.is_folded:
            text = self.tr("{layer} · {count} unit(s) with inputs of {height}×{width}×{inputs}", "", count)
        elif inputs == 1:
            text = self.tr("{layer} · {count} filter(s) of {height}×{width}", "", count)
        else:
            text = self.tr(
                "{layer} · {count} filter(s) of {height}×{width}, each over {inputs} input channels",
                "",
                count,
            )
        return text.format(layer=self._layer, count=count, height=height, width=width, inputs=inputs)

    def _reason(self, layer: LayerInfo) -> str:
        """Explain why a layer shows no filters."""
        if layer.trainable + layer.fixed > 0:
            text = self.tr("The weights of {layer} ({kind}) cannot be shown as filters.")
        else:
            text = self.tr("{layer} ({kind}) has no weights. Choose another layer.")
        return text.format(layer=layer.name, kind=layer.kind)
