"""The filters panel: weights, exciting inputs and exciting samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.core.network_info import NetworkInfo
from desktop_app.gui.caption import Caption
from desktop_app.gui.feature_maps import Legend
from desktop_app.gui.filter_detail import FilterDetail
from desktop_app.gui.panel import Panel
from desktop_app.gui.theme import STEP
from desktop_app.gui.weights_view import WeightsView
from desktop_app.inspection.filters import Filters, Kernels, Matrix, filters_of

if TYPE_CHECKING:
    from desktop_app.inspection.graph import Graph


class FiltersPanel(Panel):
    """What each filter of a layer is: its weights, what excites it most, and which samples do."""

    channel_chosen = Signal(str, int)
    """A layer and the filter in it that the user looks at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__("filters", parent)
        self.title = self.tr("Filters")
        self._info: NetworkInfo | None = None
        self._graph: Graph | None = None
        self._layer = ""
        self._filters: Filters | None = None
        self._weights = WeightsView()
        self._detail = FilterDetail()
        self._detail.hide()
        self._legend, self._caption = Legend(), Caption()
        self._weights.pointed_at.connect(self._tell)
        self._weights.range_changed.connect(self._take_range)
        self._weights.chosen.connect(self._choose)
        self._weights.set_hint(self.tr("The filters of the chosen layer appear here."))
        self._lay_out()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: the layer of the same name is shown, if it has one."""
        self._info, self._graph = info, graph
        self.set_layer(self._layer if self._layer in info else info.layers[0].name)

    def set_layer(self, name: str) -> None:
        """Show the filters of a layer; nothing happens where there is no such layer."""
        if self._info is None or self._graph is None or name not in self._info:
            return
        self._layer = name
        self._filters = filters_of(self._info, name, self._graph.weights(name))
        self._weights.set_hint(self._reason(name))
        self._weights.set_filters(self._filters)
        self._detail.hide()
        self._legend.setVisible(isinstance(self._filters, Kernels | Matrix))
        self._tell("")

    def subject(self) -> QWidget:
        """The filters."""
        return self._weights.subject

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The weights of the layer that is shown, by Keras' names."""
        return dict(self._graph.weights(self._layer)) if self._graph is not None else {}

    def _lay_out(self) -> None:
        head, middle = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._weights.controls)
        head.addStretch(1)
        head.addWidget(self._legend)
        middle.setSpacing(2 * STEP)
        middle.addWidget(self._weights, 5)
        middle.addWidget(self._detail, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addLayout(middle, 1)
        layout.addWidget(self._caption)

    def _tell(self, words: str) -> None:
        """Say what lies under the mouse, else what is shown."""
        self._caption.set_text(words or self._about())

    def _take_range(self, low: float, high: float) -> None:
        self._legend.set_range(low, high)
        self._tell("")

    def _about(self) -> str:
        """What the panel shows, e.g. "conv2 · 64 filters of 3×3, each over 32 input channels"."""
        filters = self._filters
        if isinstance(filters, Kernels):
            height, width, inputs, count = filters.values.shape
            words = self.tr(
                "{layer} · {count} filters of {height}×{width}, each over {inputs} input channels"
            )
            if inputs == 1:
                words = self.tr("{layer} · {count} filters of {height}×{width}")
            if self._weights.shows_norms:
                words = self.tr(
                    "{layer} · norms: a column for each of {count} filters, a row for each input channel"
                )
            elif filters.folded:
                words = self.tr("{layer} · {count} units over a picture of {height}×{width}×{inputs}")
            return words.format(layer=self._layer, count=count, height=height, width=width, inputs=inputs)
        if isinstance(filters, Matrix):
            inputs, count = filters.values.shape
            words = self.tr("{layer} · {count} units in rows, each with {inputs} weights")
            return words.format(layer=self._layer, count=count, inputs=inputs)
        if filters is not None:
            words = self.tr("{layer} · numbers of {count} channels")
            return words.format(layer=self._layer, count=filters.count)
        return self._layer

    def _reason(self, name: str) -> str:
        """Why a layer has no filters."""
        assert self._info is not None
        layer = self._info.layer(name)
        if layer.trainable + layer.fixed > 0:
            words = self.tr("The weights of {layer} ({kind}) have no form that can be shown here.")
        else:
            words = self.tr("{layer} ({kind}) has no weights: it computes without any. Choose another layer.")
        return words.format(layer=name, kind=layer.kind)

    def _choose(self, number: int) -> None:
        self._detail.set_detail(self._weights.detail())
        self._detail.show()
        self.channel_chosen.emit(self._layer, number)
