"""What excites the filters of a layer most: an input made for each, or places found in samples."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.inspection.channel_examples import PATCHES, MaximizingInputs, TopSamples
from desktop_app.inspection.tiles import Pixels, picture_tiles
from desktop_app.views.filters.filter_detail import Detail
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

Exciting: TypeAlias = MaximizingInputs | TopSamples

_SIDE = 3
"""Patches beside each other: PATCHES are a square."""

_LINE = 0xFF7F7F7F
"""Between patches; neither on a light nor on a dark ground do they run into it."""


class MaximizingView(QWidget):
    """Shows a tile for each filter: its input, or its patches in a square, the strongest first."""

    pointed_at = Signal(str)
    """What lies under the mouse, in words; empty where nothing does."""
    chosen = Signal(int)
    """The filter that the user wants to see more of."""

    def __init__(self, sizes: TileSizes, parent: QWidget | None = None) -> None:
        """Start without pictures."""
        super().__init__(parent)
        self._content: Exciting | None = None
        self._choice: int | None = None
        self._of_units = False
        self._grid = TileGrid(sizes)
        self._grid.setAccessibleName(self.tr("Filters"))
        self._grid.chosen.connect(self._choose)
        self._grid.pointed_at.connect(self._tell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(TileView(self._grid))

    @property
    def exported_widget(self) -> QWidget:
        """The widget that shows the pictures."""
        return self._grid

    @property
    def content(self) -> Exciting | None:
        """What is shown."""
        return self._content

    def set_content(self, content: Exciting | None, *, of_units: bool = False) -> None:
        """Show what was made or found of a layer, of filters with feature maps or of units; or nothing."""
        before, self._content = self._content, content
        self._of_units = of_units
        if content is None or before is None or before.layer != content.layer:
            self._choice = None
        self._grid.set_tiles(None if content is None else Tiles(_overview(content)))
        self._grid.set_chosen(self._choice)

    def set_hint(self, hint: str) -> None:
        """What is said while there is nothing."""
        self._grid.set_hint(hint)

    def detail(self) -> Detail | None:
        """The chosen filter, large."""
        number = self._choice
        if self._content is None or number is None:
            return None
        title = self.tr("Unit {number}") if self._of_units else self.tr("Filter {number}")
        title = title.format(number=number)
        if isinstance(self._content, MaximizingInputs):
            return self._input_detail(self._content, number, title)
        return self._sample_detail(self._content, number, title)

    def _input_detail(self, content: MaximizingInputs, number: int, title: str) -> Detail:
        if not content.done[number]:
            return Detail(title, self.tr("Its picture has not been made yet."))
        picture = picture_tiles(content.pictures[number : number + 1])[0]
        words = (
            self.tr("It answers {value}.")
            if self._of_units
            else self.tr("Its feature map's mean is {value}.")
        )
        words = words.format(value=numeral(float(content.values[number])))
        return Detail(title, words, picture=picture)

    def _sample_detail(self, content: TopSamples, number: int, title: str) -> Detail:
        found = np.flatnonzero(content.samples[number] >= 0).tolist()
        if not found:
            return Detail(title, self.tr("Nothing was found for it yet."))
        captions = []
        for place in found:
            value = numeral(float(f"{content.values[number, place]:.3g}"))
            label = content.labels[number, place]
            captions.append(f"{label} · {value}" if label else value)
        tiles = Tiles(picture_tiles(content.patches[number, found]), tuple(captions))
        words = self.tr("Over each patch: its label and what the filter answers")
        return Detail(title, words, tiles=tiles)

    def _choose(self, number: int) -> None:
        self._choice = number
        self.chosen.emit(number)

    def _tell(self, found: object) -> None:
        if not isinstance(found, tuple) or self._content is None:
            self.pointed_at.emit("")
        elif isinstance(self._content, MaximizingInputs):
            self.pointed_at.emit(self._describe_input(self._content, found))
        else:
            self.pointed_at.emit(self._describe_sample(self._content, found))

    def _describe_input(self, content: MaximizingInputs, found: tuple[int, int, int]) -> str:
        number, row, column = found
        words = [self._name(number)]
        if not content.done[number]:
            return " · ".join((*words, self.tr("not made yet")))
        value = numeral(float(content.values[number]))
        answer = self.tr("answers {value}") if self._of_units else self.tr("mean of its map {value}")
        words.append(answer.format(value=value))
        words.append(self.tr("row {row}, column {column}").format(row=row, column=column))
        words.append(f"{float(content.pictures[number, row, column].mean()) / 255:.2f}")
        return " · ".join(words)

    def _describe_sample(self, content: TopSamples, found: tuple[int, int, int]) -> str:
        number, row, column = found
        height, width = content.patches.shape[2:4]
        # On the last line the patch before it is meant.
        place = min(row // (height + 1), _SIDE - 1) * _SIDE + min(column // (width + 1), _SIDE - 1)
        sample = int(content.samples[number, place])
        words = [self._name(number)]
        if sample >= 0:
            value = numeral(float(content.values[number, place]))
            words.append(self.tr("answers {value}").format(value=value))
            words.append(self.tr("sample {number}").format(number=sample + 1))
            if label := content.labels[number, place]:
                words.append(self.tr("labelled {label}").format(label=label))
        return " · ".join(words)

    def _name(self, number: int) -> str:
        words = self.tr("unit {number}") if self._of_units else self.tr("filter {number}")
        return words.format(number=number)


def _overview(content: Exciting) -> Pixels:
    """A tile for each filter, uint32 (filters, height, width); zeros for those that are to come."""
    if isinstance(content, MaximizingInputs):
        return picture_tiles(content.pictures) * content.done[:, None, None].astype(np.uint32)
    return _squares(content)


def _squares(content: TopSamples) -> Pixels:
    """The patches of each filter in a square, with lines around them; zeros where none was found."""
    filters, _, height, width, channels = content.patches.shape
    framed: NDArray[np.uint32] = np.full((filters * PATCHES, height + 1, width + 1), _LINE, dtype=np.uint32)
    framed[:, 1:, 1:] = picture_tiles(content.patches.reshape(-1, height, width, channels))
    by_row = framed.reshape(filters, _SIDE, _SIDE, height + 1, width + 1).transpose(0, 1, 3, 2, 4)
    squares = by_row.reshape(filters, _SIDE * (height + 1), _SIDE * (width + 1))
    closed = np.pad(squares, ((0, 0), (0, 1), (0, 1)), constant_values=_LINE)
    return closed * (content.samples[:, :1, None] >= 0).astype(np.uint32)
