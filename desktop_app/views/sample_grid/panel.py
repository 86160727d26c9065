"""The wall of samples: one layer's response to many samples side by side."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.sample_responses import SampleResponses, in_three_colours, maps_of
from desktop_app.inspection.tiles import picture_tiles, scale_between, value_tiles
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.matrix_view import MatrixContent, MatrixView
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileView
from desktop_app.views.sample_grid.sample_choice import SampleChoice

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph


class GridContent(Enum):
    """What is shown of each sample."""

    THREE = "three"
    ONE = "one"
    INPUT = "input"


class SampleGridPanel(Panel):
    """What a layer answers to many samples, in one scale of colours, so that they can be compared."""

    layer_changed = Signal()
    """layer() is another one now."""
    page_requested = Signal(int)
    """Which page of the set the user wants to see."""
    samples_chosen = Signal(object)
    """The Path of other samples that the user wants; None for those of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._info: NetworkInfo | None = None
        self._layer = ""
        self._wall: SampleResponses | None = None
        self._wanted_look = GridContent.THREE
        self._look, self._samples = QComboBox(), SampleChoice()
        self._channels = tuple(QSpinBox() for _ in range(3))
        self._back, self._forth = QToolButton(), QToolButton()
        self._legend, self._caption = Legend(), Caption()
        self._caption.setObjectName("grid_caption")
        self._grid, self._matrix = TileGrid(), MatrixView()
        self._grid.set_can_choose(False)
        self._scrolled = TileView(self._grid)
        self._stack = QStackedWidget()
        self._set_up_controls()
        self._lay_out()
        self._show()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: the wall is empty until it has answered."""
        self._info = info
        self._layer = self._layer if self._layer in info else info.layers[0].name
        self.set_responses(None)

    def set_layer(self, name: str) -> None:
        """Show another layer; nothing happens where there is none of this name."""
        if self._info is not None and name in self._info and name != self._layer:
            self._layer = name
            self.layer_changed.emit()

    @property
    def info(self) -> NetworkInfo | None:
        """The network that the samples are shown to."""
        return self._info

    @property
    def layer(self) -> str:
        """Name of the layer that is to be shown; empty before there is a network."""
        return self._layer if self._info is not None else ""

    def set_responses(self, wall: SampleResponses | None) -> None:
        """Show what a layer answered, or nothing."""
        before, self._wall = self._wall, wall
        same = before is not None and wall is not None and before.layer == wall.layer
        if wall is not None and not same:
            self._offer(wall)
        self._show()

    def set_samples(self, path: Path | None) -> None:
        """Which samples are shown, for the button that changes them."""
        self._samples.set_path(path)

    def set_hint(self, hint: str) -> None:
        """What is said while the wall is empty."""
        self._grid.set_hint(hint)

    def exported_widget(self) -> QWidget:
        """The wall."""
        return self._matrix if self._stack.currentWidget() is self._matrix else self._grid

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """The layer's activations, and the samples with their labels."""
        if self._wall is None:
            return {}
        return {
            self._wall.layer: self._wall.values,
            "samples": self._wall.inputs,
            "labels": np.array(self._wall.labels),
            "numbers": self._wall.numbers,
        }

    # --- building ---

    def _set_up_controls(self) -> None:
        self._look.setAccessibleName(self.tr("What to show of each sample"))
        colours = (
            self.tr("Channel that is red"),
            self.tr("Channel that is green"),
            self.tr("Channel that is blue"),
        )
        for spin, words in zip(self._channels, colours, strict=True):
            spin.setAccessibleName(words)
            spin.setToolTip(words)
            spin.valueChanged.connect(self._show)
        self._back.setArrowType(Qt.ArrowType.LeftArrow)
        self._forth.setArrowType(Qt.ArrowType.RightArrow)
        for button, words, step in (
            (self._back, self.tr("The samples before"), -1),
            (self._forth, self.tr("The samples that follow"), 1),
        ):
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.clicked.connect(lambda _=False, step=step: self._turn(step))
        self._grid.setAccessibleName(self.tr("Samples"))
        self._matrix.setAccessibleName(self.tr("Samples by rows, units by columns"))
        self.set_hint(self.tr("What a layer answers to many samples appears here once a network is open."))
        self._look.currentIndexChanged.connect(self._choose_look)
        self._samples.chosen.connect(self.samples_chosen)
        self._grid.pointed_at.connect(self._tell)
        self._matrix.pointed_at.connect(self._tell)

    def _lay_out(self) -> None:
        head = FlowLayout()
        for control in (self._look, *self._channels, self._samples, self._back, self._forth, self._legend):
            head.addWidget(control)
        self._stack.addWidget(self._scrolled)
        self._stack.addWidget(self._matrix)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._caption)

    def _offer(self, wall: SampleResponses) -> None:
        """The looks and channels of another layer, the most varied channels first."""
        maps = maps_of(wall.values)
        count = 0 if maps is None else maps.shape[3]
        looks = [(self.tr("Samples alone"), GridContent.INPUT)]
        if count > 2:
            looks.insert(0, (self.tr("Three channels"), GridContent.THREE))
        looks.insert(-1, (self.tr("One channel") if count > 1 else self.tr("Values"), GridContent.ONE))
        with QSignalBlocker(self._look):
            self._look.clear()
            for words, look in looks:
                self._look.addItem(words, look)
            self._look.setCurrentIndex(max(0, self._look.findData(self._wanted_look)))
        for spin, channel in zip(self._channels, (*wall.varied, 0, 0, 0)[:3], strict=True):
            with QSignalBlocker(spin):
                spin.setRange(0, max(0, count - 1))
                spin.setValue(channel)

    # --- showing ---

    def _show(self) -> None:
        wall, look = self._wall, self._look.currentData()
        maps = None if wall is None else maps_of(wall.values)
        shown = (
            {GridContent.THREE: 3, GridContent.ONE: 1}.get(look, 0)
            if maps is not None and maps.shape[3] > 1
            else 0
        )
        for number, (spin, letter) in enumerate(zip(self._channels, self._letters(), strict=True)):
            spin.setVisible(number < shown)
            spin.setPrefix(f"{letter} " if shown == 3 else "")
        self._look.setVisible(wall is not None)
        self._legend.setVisible(wall is not None and look is not GridContent.THREE)
        self._back.setEnabled(wall is not None and wall.page > 0)
        self._forth.setEnabled(wall is not None and wall.page + 1 < wall.pages)
        if wall is None:
            self._grid.set_tiles(None)
            self._stack.setCurrentWidget(self._scrolled)
        elif look is GridContent.INPUT:
            self._legend.set_scale(scale_between(0.0, 1.0))
            self._show_tiles(_pictures(wall.inputs), wall)
        elif maps is None:
            self._show_matrix(wall)
        elif look is GridContent.THREE:
            red, green, blue = (spin.value() for spin in self._channels)
            pictures, _ = in_three_colours(maps, (red, green, blue))
            self._show_tiles(picture_tiles(pictures), wall)
        else:
            values = maps[..., self._channels[0].value()]
            low, high = value_range(values)
            self._legend.set_scale(scale_between(low, high))
            self._show_tiles(value_tiles(values, low, high), wall)
        self._tell(None)

    def _show_tiles(self, pixels: NDArray[np.uint32], wall: SampleResponses) -> None:
        self._grid.set_tiles(Tiles(pixels, wall.labels if any(wall.labels) else ()))
        self._stack.setCurrentWidget(self._scrolled)

    def _show_matrix(self, wall: SampleResponses) -> None:
        values = wall.values.reshape(len(wall.values), -1)
        low, high = value_range(values)
        self._legend.set_scale(scale_between(low, high))
        self._matrix.set_content(MatrixContent(values, low, high, "row", wall.labels))
        self._stack.setCurrentWidget(self._matrix)

    def _choose_look(self) -> None:
        # What a layer does not offer is shown again of the next one that does.
        self._wanted_look = self._look.currentData()
        self._show()

    def _turn(self, step: int) -> None:
        if self._wall is not None:
            self.page_requested.emit(self._wall.page + step)

    # --- words ---

    def _tell(self, found: object) -> None:
        if self._wall is None:
            self._caption.set_text("")
        elif isinstance(found, tuple):
            self._caption.set_text(self._describe(self._wall, found))
        else:
            self._caption.set_text(self._about(self._wall))

    def _about(self, wall: SampleResponses) -> str:
        """What is shown, e.g. "conv2 · samples 1 to 64 of digits.npz"."""
        first = int(wall.numbers.min()) + 1
        last = int(wall.numbers.max()) + 1
        words = self.tr("{layer} · samples {first} to {last} of {name}")
        return words.format(layer=wall.layer, first=first, last=last, name=wall.set_name)

    def _letters(self) -> tuple[str, str, str]:
        """What stands before the channels that are red, green and blue."""
        return self.tr("R"), self.tr("G"), self.tr("B")

    def _describe(self, wall: SampleResponses, found: tuple[int, ...]) -> str:
        """The sample under the mouse and its value there."""
        sample = found[0]
        words = [self.tr("sample {number}").format(number=int(wall.numbers[sample]) + 1)]
        if wall.labels[sample]:
            words.append(self.tr("labelled {label}").format(label=wall.labels[sample]))
        if len(found) == 2:
            unit = found[1]
            words.append(self.tr("unit {unit}").format(unit=unit))
            words.append(numeral(wall.values[sample].ravel()[unit]))
        else:
            words.append(self.tr("row {row}, column {column}").format(row=found[1], column=found[2]))
            words.append(self._value_words(wall, found))
        return " · ".join(words)

    def _value_words(self, wall: SampleResponses, found: tuple[int, ...]) -> str:
        sample, row, column = found
        look, maps = self._look.currentData(), maps_of(wall.values)
        if look is GridContent.INPUT or maps is None:
            return numeral(wall.inputs[sample, row, column].mean())
        shown = self._channels if look is GridContent.THREE else self._channels[:1]
        channels = [spin.value() for spin in shown]
        words = self.tr("channel {channel}: {value}")
        values = maps[sample, row, column]
        return " · ".join(words.format(channel=c, value=numeral(values[c])) for c in channels)


def _pictures(inputs: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Model inputs as they look: what has no colour in those of values."""
    if (inputs == inputs[..., :1]).all():
        return value_tiles(inputs[..., 0], 0.0, 1.0)
    return picture_tiles(np.rint(inputs * 255).astype(np.uint8))
