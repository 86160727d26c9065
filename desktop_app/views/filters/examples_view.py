"""The view of maximizing inputs and top samples."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.inspection.channel_examples import PATCHES, MaximizingInputs, TopSamples
from desktop_app.inspection.tiles import Pixels, image_tiles
from desktop_app.views.filters.filter_detail import FilterDescription
from desktop_app.views.parts.numerals import numeral, rounded_numeral
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

Examples: TypeAlias = MaximizingInputs | TopSamples
"""What activates the filters of a layer most."""

_SIDE = 3
"""Number of patches per row: PATCHES form a square."""

_LINE_COLOUR = 0xFF7F7F7F
"""Colour of the lines between patches, visible on light and dark backgrounds."""


class ExamplesView(QWidget):
    """A tile for each filter: its maximizing input, or its top samples in a square."""

    pointed_at = Signal(str)
    """Description of what is under the mouse; empty if there is nothing."""
    chosen = Signal(int)
    """The filter that the user chose."""

    def __init__(self, sizes: TileSizes) -> None:
        """Start without examples."""
        super().__init__()
        self._content: Examples | None = None
        self._choice: int | None = None
        self._of_units = False
        self._names: tuple[str, ...] = ()
        self._grid = TileGrid(sizes)
        self._grid.setAccessibleName(self.tr("Filters"))
        self._grid.chosen.connect(self._choose)
        self._grid.pointed_at.connect(self._point)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(TileView(self._grid))

    @property
    def exported_widget(self) -> QWidget:
        """The widget that shows the tiles."""
        return self._grid

    @property
    def content(self) -> Examples | None:
        """The examples shown."""
        return self._content

    def set_content(
        self, content: Examples | None, *, of_units: bool = False, names: tuple[str, ...] = ()
    ) -> None:
        """Show examples of a layer, or none.

        Args:
            content: the examples.
            of_units: whether the layer has units instead of filters with maps.
            names: what each unit stands for, shown above its example; empty where it has no name.
        """
        before, self._content = self._content, content
        self._of_units, self._names = of_units, names
        if content is None or before is None or before.layer != content.layer:
            self._choice = None
        self._grid.set_tiles(None if content is None else Tiles(_overview(content), names))
        self._grid.set_chosen(self._choice)

    def set_hint(self, hint: str) -> None:
        """Set the message shown without examples."""
        self._grid.set_hint(hint)

    def detail(self) -> FilterDescription | None:
        """Return the description of the chosen filter."""
        number = self._choice
        if self._content is None or number is None:
            return None
        title = self.tr("Unit {number}") if self._of_units else self.tr("Filter {number}")
        title = self._with_name(title.format(number=number), number)
        if isinstance(self._content, MaximizingInputs):
            return self._input_detail(self._content, number, title)
        return self._sample_detail(self._content, number, title)

    def _input_detail(self, content: MaximizingInputs, number: int, title: str) -> FilterDescription:
        if not content.done[number]:
            return FilterDescription(title, self.tr("Not computed yet."))
        pixels = image_tiles(content.images[number : number + 1])[0]
        text = self.tr("Activation: {value}") if self._of_units else self.tr("Mean activation: {value}")
        text = text.format(value=numeral(float(content.values[number])))
        return FilterDescription(title, text, pixels=pixels)

    def _sample_detail(self, content: TopSamples, number: int, title: str) -> FilterDescription:
        found = np.flatnonzero(content.samples[number] >= 0).tolist()
        if not found:
            return FilterDescription(title, self.tr("Nothing found yet."))
        captions = []
        for rank in found:
            value = rounded_numeral(float(content.values[number, rank]), 3)
            label = content.labels[number, rank]
            captions.append(f"{label} · {value}" if label else value)
        tiles = Tiles(image_tiles(content.patches[number, found]), tuple(captions))
        text = self.tr("Above each patch: label and activation")
        return FilterDescription(title, text, tiles=tiles)

    def _choose(self, number: int) -> None:
        self._choice = number
        self.chosen.emit(number)

    def _point(self, found: object) -> None:
        if not isinstance(found, tuple) or self._content is None:
            self.pointed_at.emit("")
        elif isinstance(self._content, MaximizingInputs):
            self.pointed_at.emit(self._describe_input(self._content, found))
        else:
            self.pointed_at.emit(self._describe_sample(self._content, found))

    def _describe_input(self, content: MaximizingInputs, found: tuple[int, int, int]) -> str:
        number, row, column = found
        parts = [self._name(number)]
        if not content.done[number]:
            return " · ".join((*parts, self.tr("not computed yet")))
        value = numeral(float(content.values[number]))
        text = self.tr("activation {value}") if self._of_units else self.tr("mean activation {value}")
        parts.append(text.format(value=value))
        parts.append(self.tr("row {row}, column {column}").format(row=row, column=column))
        parts.append(f"{float(content.images[number, row, column].mean()) / 255:.2f}")
        return " · ".join(parts)

    def _describe_sample(self, content: TopSamples, found: tuple[int, int, int]) -> str:
        number, row, column = found
        height, width = content.patches.shape[2:4]
        # The last line belongs to the patch before it.
        rank = min(row // (height + 1), _SIDE - 1) * _SIDE + min(column // (width + 1), _SIDE - 1)
        sample = int(content.samples[number, rank])
        parts = [self._name(number)]
        if sample >= 0:
            value = numeral(float(content.values[number, rank]))
            parts.append(self.tr("activation {value}").format(value=value))
            parts.append(self.tr("sample {number}").format(number=sample + 1))
            if label := content.labels[number, rank]:
                parts.append(self.tr("label {label}").format(label=label))
        return " · ".join(parts)

    def _name(self, number: int) -> str:
        text = self.tr("unit {number}") if self._of_units else self.tr("filter {number}")
        return self._with_name(text.format(number=number), number)

    def _with_name(self, text: str, number: int) -> str:
        return f"{text} · {self._names[number]}" if self._names else text


def _overview(content: Examples) -> Pixels:
    """Return a tile for each filter, uint32 (filters, height, width); zeros if not computed yet."""
    if isinstance(content, MaximizingInputs):
        return image_tiles(content.images) * content.done[:, None, None].astype(np.uint32)
    return _squares(content)


def _squares(content: TopSamples) -> Pixels:
    """Return the patches of each filter in a square with lines between; zeros if none was found."""
    filters, _, height, width, channels = content.patches.shape
    framed: NDArray[np.uint32] = np.full(
        (filters * PATCHES, height + 1, width + 1), _LINE_COLOUR, dtype=np.uint32
    )
    framed[:, 1:, 1:] = image_tiles(content.patches.reshape(-1, height, width, channels))
    by_row = framed.reshape(filters, _SIDE, _SIDE, height + 1, width + 1).transpose(0, 1, 3, 2, 4)
    squares = by_row.reshape(filters, _SIDE * (height + 1), _SIDE * (width + 1))
    closed = np.pad(squares, ((0, 0), (0, 1), (0, 1)), constant_values=_LINE_COLOUR)
    return closed * (content.samples[:, :1, None] >= 0).astype(np.uint32)
