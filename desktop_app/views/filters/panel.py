"""The filters panel: weights, exciting inputs and exciting samples."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.inspection.channel_examples import MaximizingInputs, TopSamples
from desktop_app.inspection.filters import Filters, Kernels, Matrix, filters_of
from desktop_app.inspection.tiles import scale_between
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.filters.filter_detail import FilterDetail
from desktop_app.views.filters.job_bar import JobBar
from desktop_app.views.filters.maximizing_view import MaximizingView
from desktop_app.views.filters.weights_view import WeightsView
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileSizes
from desktop_app.views.sample_grid.sample_choice import SampleChoice

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph


_PICTURES = TileSizes(least=3 * STEP, most=24 * STEP)
_SQUARES = TileSizes(least=8 * STEP, most=24 * STEP, gap=STEP + STEP // 2)


class Form(Enum):
    """The forms in which filters are looked at."""

    WEIGHTS = "weights"
    INPUTS = "inputs"
    SAMPLES = "samples"


class FiltersPanel(Panel):
    """What each filter of a layer is: its weights, what excites it most, and which samples do."""

    channel_chosen = Signal(str, int)
    """A layer and the filter in it that the user looks at."""
    content_requested = Signal()
    """form() or layer() is another one now, and content for it may be at hand."""
    start_requested = Signal()
    """The user wants what form() shows of layer() to be computed."""
    stop_requested = Signal()
    """The user wants the long job to stop."""
    samples_chosen = Signal(object)
    """The Path of other samples that the user wants; None for those of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._info: NetworkInfo | None = None
        self._graph: Graph | None = None
        self._layer = ""
        self._filters: Filters | None = None
        self._form, self._samples, self._job = QComboBox(), SampleChoice(), JobBar()
        self._form.setObjectName("filters_form")
        self._weights = WeightsView()
        self._inputs, self._found = MaximizingView(_PICTURES), MaximizingView(_SQUARES)
        self._stack = QStackedWidget()
        self._detail = FilterDetail()
        self._legend, self._caption = Legend(), Caption()
        self._caption.setObjectName("filters_caption")
        self._set_up_controls()
        self._lay_out()
        self._show_form()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: the layer of the same name is shown, if it has one."""
        self._info, self._graph = info, graph
        self._take_layer(self._layer if self._layer in info else info.layers[0].name)

    def set_layer(self, name: str) -> None:
        """Show the filters of a layer; nothing happens where there is no such layer."""
        if self._info is not None and name in self._info and name != self._layer:
            self._take_layer(name)

    @property
    def info(self) -> NetworkInfo | None:
        """The network whose filters are shown."""
        return self._info

    @property
    def layer(self) -> LayerInfo | None:
        """The layer that is shown; None before there is a network."""
        return None if self._info is None else self._info.layer(self._layer)

    @property
    def form(self) -> Form:
        """The form that is shown."""
        form: Form = self._form.currentData()
        return form

    def set_examples(self, content: MaximizingInputs | TopSamples | None) -> None:
        """What was made or found so far for the layer that is shown, in the form that is shown."""
        view = self._found if self.form is Form.SAMPLES else self._inputs
        layer = self.layer
        view.set_content(content, of_units=layer is not None and len(layer.shape) == 1)
        self._show_detail()
        self._tell("")

    def set_samples(self, path: Path | None) -> None:
        """Which samples are looked through, for the button that changes them."""
        self._samples.set_path(path)

    def set_running(self, done: int, total: int, what: str) -> None:
        """A long job runs, has done so much of the whole, and is about what these words say."""
        self._job.set_running(done, total, what)
        self._job.show()

    def set_idle(self, done: int, total: int) -> None:
        """Nothing runs; of what is shown, so much of the whole is there."""
        self._job.set_idle(done, total, goes_on=done > 0 and self.form is Form.INPUTS)
        self._job.setVisible(self.form is not Form.WEIGHTS)

    def set_hint(self, hint: str) -> None:
        """What is said where nothing was made or found yet."""
        for view in (self._inputs, self._found):
            view.set_hint(hint)

    def exported_widget(self) -> QWidget:
        """The filters."""
        return self._view.exported_widget

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The weights of the layer by Keras' names, or what was made or found for it."""
        if self.form is Form.WEIGHTS:
            return dict(self._graph.weights(self._layer)) if self._graph is not None else {}
        content = self._inputs.content if self.form is Form.INPUTS else self._found.content
        return {} if content is None else content.arrays()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen filter stands beside the others, or below where the panel is narrow."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        self._middle.setDirection(
            QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        )

    def minimumSizeHint(self) -> QSize:
        """Some filters and what there is to choose."""
        return QSize(32 * STEP, 20 * STEP)

    # --- building ---

    def _set_up_controls(self) -> None:
        self._form.setAccessibleName(self.tr("Form of the filters"))
        self._form.addItem(self.tr("Weights"), Form.WEIGHTS)
        self._form.addItem(self.tr("Exciting inputs"), Form.INPUTS)
        self._form.addItem(self.tr("Exciting samples"), Form.SAMPLES)
        self._form.currentIndexChanged.connect(self._change_form)
        self._samples.chosen.connect(self.samples_chosen)
        self._job.start_requested.connect(self.start_requested)
        self._job.stop_requested.connect(self.stop_requested)
        self._weights.range_changed.connect(self._take_range)
        self._weights.set_hint(self.tr("The filters of a layer appear here once a network is open."))
        for view in (self._weights, self._inputs, self._found):
            view.pointed_at.connect(self._tell)
            view.chosen.connect(self._choose)

    def _lay_out(self) -> None:
        head = FlowLayout()
        for control in (self._form, self._weights.controls, self._samples, self._job, self._legend):
            head.addWidget(control)
        for view in (self._weights, self._inputs, self._found):
            self._stack.addWidget(view)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(2 * STEP)
        self._middle.addWidget(self._stack, 5)
        self._middle.addWidget(self._detail, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addLayout(self._middle, 1)
        layout.addWidget(self._caption)

    # --- showing ---

    @property
    def _view(self) -> WeightsView | MaximizingView:
        """The view of the form that is shown."""
        if self.form is Form.WEIGHTS:
            return self._weights
        return self._inputs if self.form is Form.INPUTS else self._found

    def _take_layer(self, name: str) -> None:
        assert self._info is not None
        assert self._graph is not None
        self._layer = name
        self._filters = filters_of(self._info, name, self._graph.weights(name))
        self._weights.set_hint(self._reason(self._info.layer(name)))
        self._weights.set_filters(self._filters)
        self._inputs.set_content(None)
        self._found.set_content(None)
        self._show_form()
        self.content_requested.emit()

    def _change_form(self) -> None:
        self._show_form()
        self.content_requested.emit()

    def _show_form(self) -> None:
        self._stack.setCurrentWidget(self._view)
        weights = self.form is Form.WEIGHTS
        self._weights.controls.setVisible(weights and self._weights.has_choices)
        self._legend.setVisible(weights and isinstance(self._filters, Kernels | Matrix))
        self._samples.setVisible(self.form is Form.SAMPLES)
        self._job.setVisible(not weights or self._job.runs)
        self._show_detail()
        self._tell("")

    def _show_detail(self) -> None:
        """The chosen filter of the form that is shown, or nothing."""
        detail = self._view.detail()
        self._detail.set_detail(detail)
        self._detail.setVisible(detail is not None)
        # Whoever hears the program instead of seeing it is told what the keyboard has chosen.
        self.exported_widget().setAccessibleDescription("" if detail is None else self._detail.text())

    def _choose(self, number: int) -> None:
        self._show_detail()
        self.channel_chosen.emit(self._layer, number)

    def _take_range(self, low: float, high: float) -> None:
        self._legend.set_scale(scale_between(low, high))
        self._tell("")

    # --- words ---

    def _tell(self, words: str) -> None:
        """Say what lies under the mouse, else what is shown."""
        self._caption.set_text(words or self._about())

    def _about(self) -> str:
        """What the panel shows, e.g. "conv2 · 64 filters of 3×3, each over 32 input channels"."""
        if self._info is None:
            return ""
        if self.form is Form.WEIGHTS:
            return self._about_weights()
        if self.form is Form.INPUTS:
            words = self.tr("{layer} · inputs made to excite each filter")
            return words.format(layer=self._layer)
        found = self._found.content
        if isinstance(found, TopSamples):
            words = self.tr("{layer} · found in {seen} samples of {name}")
            return words.format(layer=self._layer, seen=found.seen, name=found.set_name)
        return self._layer

    def _about_weights(self) -> str:
        filters = self._filters
        if isinstance(filters, Kernels):
            return self._about_kernels(filters)
        if isinstance(filters, Matrix):
            inputs, count = filters.values.shape
            words = self.tr("{layer} · {count} units in rows, each with {inputs} weights")
            return words.format(layer=self._layer, count=count, inputs=inputs)
        if filters is not None:
            words = self.tr("{layer} · numbers of {count} channels")
            return words.format(layer=self._layer, count=filters.count)
        return self._layer

    def _about_kernels(self, kernels: Kernels) -> str:
        height, width, inputs, count = kernels.values.shape
        words = self.tr("{layer} · {count} filters of {height}×{width}, each over {inputs} input channels")
        if inputs == 1:
            words = self.tr("{layer} · {count} filters of {height}×{width}")
        if self._weights.shows_norms:
            words = self.tr(
                "{layer} · norms of {count} filters, by columns, over {inputs} input channels, by rows"
            )
        elif kernels.folded:
            words = self.tr("{layer} · {count} units over a picture of {height}×{width}×{inputs}")
        return words.format(layer=self._layer, count=count, height=height, width=width, inputs=inputs)

    def _reason(self, layer: LayerInfo) -> str:
        """Why a layer has no filters."""
        if layer.trainable + layer.fixed > 0:
            words = self.tr("The weights of {layer} ({kind}) have no form that can be shown here.")
        else:
            words = self.tr("{layer} ({kind}) has no weights: it computes without any. Choose another layer.")
        return words.format(layer=layer.name, kind=layer.kind)
