"""The sample grid panel: responses of a layer to many samples side by side."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QToolButton, QVBoxLayout, QWidget

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.sample_responses import SampleResponses, response_maps, rgb_images
from desktop_app.inspection.tiles import image_tiles, scale_between, value_tiles
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.matrix_view import MatrixContent, MatrixView
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.sample_tiles import SampleTiles
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import DEFAULT_SIZES, Tiles, TileView
from desktop_app.views.sample_grid.sample_choice import SampleChoice

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph


class GridContent(Enum):
    """What is shown for each sample."""

    THREE = "three"
    ONE = "one"
    INPUT = "input"


class SampleGridPanel(Panel):
    """The responses of a layer to many samples with a common colour scale."""

    layer_changed = Signal()
    """The value of `layer` changed."""
    page_requested = Signal(int)
    """Number of the requested page, from 0."""
    sample_chosen = Signal(object)
    """Sample to put on the canvas, uint8 (height, width, channels)."""
    samples_chosen = Signal(object)
    """Path of other samples; None for the built-in ones."""

    def __init__(self) -> None:
        """Start without a network."""
        super().__init__()
        self._info: NetworkInfo | None = None
        self._layer = ""
        self._responses: SampleResponses | None = None
        self._preferred_content = GridContent.THREE
        self._content, self._samples = ComboBox(), SampleChoice()
        self._channels = tuple(WholeNumberEdit() for _ in range(3))
        self._previous, self._next = QToolButton(), QToolButton()
        self._legend, self._caption = Legend(), Caption()
        self._caption.setObjectName("grid_caption")
        self._grid, self._matrix = SampleTiles(DEFAULT_SIZES, self.tr("Samples")), MatrixView()
        self._scrolled = TileView(self._grid)
        self._stack = QStackedWidget()
        self._set_up_controls()
        self._lay_out()
        self._show()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Use another network, with an empty grid."""
        self._samples.set_task(info.task)
        self._info = info
        self._layer = self._layer if self._layer in info else info.layers[0].name
        self.set_responses(None)

    def set_layer(self, name: str) -> None:
        """Show another layer; ignore unknown names."""
        if self._info is not None and name in self._info and name != self._layer:
            self._layer = name
            self.layer_changed.emit()

    @property
    def info(self) -> NetworkInfo | None:
        """The network that runs on the samples."""
        return self._info

    @property
    def layer(self) -> str:
        """Name of the layer to show; empty without a network."""
        return self._layer if self._info is not None else ""

    def set_responses(self, responses: SampleResponses | None) -> None:
        """Show responses; None clears the grid."""
        before, self._responses = self._responses, responses
        same = before is not None and responses is not None and before.layer == responses.layer
        if responses is not None and not same:
            self._update_choices(responses)
        self._show()

    def set_samples(self, path: Path | None) -> None:
        """Show which samples are used."""
        self._samples.set_path(path)

    def set_hint(self, hint: str) -> None:
        """Set the message of the empty grid."""
        self._grid.set_hint(hint)

    def exported_widget(self) -> QWidget:
        """Return the grid."""
        return self._matrix if self._stack.currentWidget() is self._matrix else self._grid

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the activations of the layer, and the samples with their labels."""
        if self._responses is None:
            return {}
        return {
            self._responses.layer: self._responses.values,
            "samples": self._responses.inputs,
            "labels": np.array(self._responses.labels),
            "numbers": self._responses.numbers,
        }

    # --- building ---

    def _set_up_controls(self) -> None:
        self._content.setAccessibleName(self.tr("Content of the grid"))
        self._content.setToolTip(
            self.tr("Show the samples, one channel of the layer, or three channels as red, green and blue")
        )
        colours = (
            self.tr("Red channel"),
            self.tr("Green channel"),
            self.tr("Blue channel"),
        )
        for spin, text in zip(self._channels, colours, strict=True):
            spin.setAccessibleName(text)
            spin.setToolTip(text)
            spin.valueChanged.connect(self._show)
        self._previous.setArrowType(Qt.ArrowType.LeftArrow)
        self._next.setArrowType(Qt.ArrowType.RightArrow)
        for button, text, step in (
            (self._previous, self.tr("Previous samples"), -1),
            (self._next, self.tr("Next samples"), 1),
        ):
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(text)
            button.setToolTip(text)
            button.clicked.connect(lambda _=False, step=step: self._change_page(step))
        self._matrix.setAccessibleName(self.tr("Samples by rows, units by columns"))
        self.set_hint(self.tr("Open a model to see here how a layer responds to many samples."))
        self._content.currentIndexChanged.connect(self._choose_content)
        self._samples.chosen.connect(self.samples_chosen)
        self._grid.pointed_at.connect(self._update_caption)
        self._grid.chosen.connect(self._update_caption_for)
        self._grid.activated.connect(self._choose_sample)
        self._matrix.pointed_at.connect(self._update_caption)

    def _lay_out(self) -> None:
        head = FlowLayout()
        buttons = self._previous, self._next
        for control in (self._content, *self._channels, self._samples, *buttons, self._legend):
            head.addWidget(control)
        self._stack.addWidget(self._scrolled)
        self._stack.addWidget(self._matrix)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._caption)

    def _update_choices(self, responses: SampleResponses) -> None:
        """Offer the contents and channels of another layer, the channels with the largest variance first."""
        maps = response_maps(responses.values)
        count = 0 if maps is None else maps.shape[3]
        contents = [(self.tr("Samples"), GridContent.INPUT)]
        if count > 2:
            contents.insert(0, (self.tr("Three channels"), GridContent.THREE))
        contents.insert(-1, (self.tr("One channel") if count > 1 else self.tr("Values"), GridContent.ONE))
        with QSignalBlocker(self._content):
            self._content.clear()
            for text, content in contents:
                self._content.addItem(text, content)
            self._content.setCurrentIndex(max(0, self._content.findData(self._preferred_content)))
        for spin, channel in zip(self._channels, (*responses.most_variable, 0, 0, 0)[:3], strict=True):
            with QSignalBlocker(spin):
                spin.setRange(0, max(0, count - 1))
                spin.setValue(channel)

    # --- showing ---

    def _show(self) -> None:
        responses, content = self._responses, self._content.currentData()
        maps = None if responses is None else response_maps(responses.values)
        has_channels = maps is not None and maps.shape[3] > 1
        shown = {GridContent.THREE: 3, GridContent.ONE: 1}.get(content, 0) if has_channels else 0
        for number, (spin, prefix) in enumerate(zip(self._channels, self._channel_prefixes(), strict=True)):
            spin.setVisible(number < shown)
            spin.setPrefix(f"{prefix} " if shown == 3 else "")
        self._content.setVisible(responses is not None)
        self._legend.setVisible(responses is not None and content is not GridContent.THREE)
        self._previous.setEnabled(responses is not None and responses.page > 0)
        self._next.setEnabled(responses is not None and responses.page + 1 < responses.pages)
        if responses is None:
            self._grid.set_tiles(None)
            self._stack.setCurrentWidget(self._scrolled)
        elif content is GridContent.INPUT:
            self._legend.set_scale(scale_between(0.0, 1.0))
            self._show_tiles(_input_tiles(responses.inputs), responses)
        elif maps is None:
            self._show_matrix(responses)
        elif content is GridContent.THREE:
            red, green, blue = (spin.value() for spin in self._channels)
            pictures, _ = rgb_images(maps, (red, green, blue))
            self._show_tiles(image_tiles(pictures), responses)
        else:
            values = maps[..., self._channels[0].value()]
            low, high = value_range(values)
            self._legend.set_scale(scale_between(low, high))
            self._show_tiles(value_tiles(values, low, high), responses)
        self._update_caption(None)

    def _show_tiles(self, pixels: NDArray[np.uint32], responses: SampleResponses) -> None:
        tiles = Tiles(pixels, responses.labels if any(responses.labels) else ())
        self._grid.set_samples(tiles, self._describe_sample)
        self._stack.setCurrentWidget(self._scrolled)

    def _show_matrix(self, responses: SampleResponses) -> None:
        values = responses.values.reshape(len(responses.values), -1)
        low, high = value_range(values)
        self._legend.set_scale(scale_between(low, high))
        self._matrix.set_content(MatrixContent(values, low, high, "row", responses.labels))
        self._stack.setCurrentWidget(self._matrix)

    def _choose_content(self) -> None:
        # A content that this layer lacks is used again for the next layer that has it.
        self._preferred_content = self._content.currentData()
        self._show()

    def _change_page(self, step: int) -> None:
        if self._responses is not None:
            self.page_requested.emit(self._responses.page + step)

    # --- texts ---

    def _update_caption(self, found: object) -> None:
        if self._responses is None:
            self._caption.set_text("")
        elif isinstance(found, tuple):
            self._caption.set_text(self._describe(self._responses, found))
        else:
            self._caption.set_text(self._describe_page(self._responses))

    def _update_caption_for(self, number: int) -> None:
        """Describe the sample that the keyboard is at."""
        self._caption.set_text(self._describe_sample(number))

    def _describe_page(self, responses: SampleResponses) -> str:
        """Describe the page, e.g. "conv2 · samples 1 to 64 of digits.npz"."""
        first = int(responses.numbers.min()) + 1
        last = int(responses.numbers.max()) + 1
        text = self.tr("{layer} · samples {first} to {last} of {name}")
        return text.format(layer=responses.layer, first=first, last=last, name=responses.set_name)

    def _channel_prefixes(self) -> tuple[str, str, str]:
        """Return the prefixes of the red, green and blue channel numbers."""
        return self.tr("R"), self.tr("G"), self.tr("B")

    def _describe_sample(self, number: int) -> str:
        """Describe a sample and its label."""
        if self._responses is None:
            return ""
        parts = [self.tr("sample {number}").format(number=int(self._responses.numbers[number]) + 1)]
        if self._responses.labels[number]:
            parts.append(self.tr("label {label}").format(label=self._responses.labels[number]))
        return " · ".join(parts)

    def _choose_sample(self, number: int) -> None:
        if self._responses is not None:
            self.sample_chosen.emit(np.rint(self._responses.inputs[number] * 255).astype(np.uint8))

    def _describe(self, responses: SampleResponses, found: tuple[int, ...]) -> str:
        """Describe the sample and the value under the mouse."""
        sample = found[0]
        parts = [self._describe_sample(sample)]
        if len(found) == 2:
            unit = found[1]
            parts.append(self.tr("unit {unit}").format(unit=unit))
            parts.append(numeral(responses.values[sample].ravel()[unit]))
        else:
            parts.append(self.tr("row {row}, column {column}").format(row=found[1], column=found[2]))
            parts.append(self._value_text(responses, found))
        return " · ".join(parts)

    def _value_text(self, responses: SampleResponses, found: tuple[int, ...]) -> str:
        sample, row, column = found
        content, maps = self._content.currentData(), response_maps(responses.values)
        if content is GridContent.INPUT or maps is None:
            return numeral(responses.inputs[sample, row, column].mean())
        shown = self._channels if content is GridContent.THREE else self._channels[:1]
        channels = [spin.value() for spin in shown]
        text = self.tr("channel {channel}: {value}")
        values = maps[sample, row, column]
        return " · ".join(text.format(channel=c, value=numeral(values[c])) for c in channels)


def _input_tiles(inputs: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return model inputs as tiles: in colour, or in the colour map of values if they are grey."""
    if (inputs == inputs[..., :1]).all():
        return value_tiles(inputs[..., 0], 0.0, 1.0)
    return image_tiles(np.rint(inputs * 255).astype(np.uint8))
