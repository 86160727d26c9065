"""The weights of a layer as pictures, as a matrix of norms, or as bars."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.filters import (
    Filters,
    Kernels,
    Matrix,
    Vectors,
    colours_of,
    norms,
    total_norms,
)
from desktop_app.inspection.tiles import picture_tiles, value_tiles
from desktop_app.views.filters.bar_rows import BarRows
from desktop_app.views.filters.filter_detail import Detail
from desktop_app.views.parts.matrix_view import MatrixContent, MatrixView
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileView

Values = NDArray[np.float32]


class WeightDisplay(Enum):
    """How kernels are looked at."""

    COLOURS = "colours"
    ONE_INPUT = "one input"
    NORMS = "norms"


class WeightsView(QWidget):
    """Shows the filters of one layer."""

    pointed_at = Signal(str)
    """What lies under the mouse, in words; empty where nothing does."""
    range_changed = Signal(float, float)
    """The values of the first and the last colour."""
    chosen = Signal(int)
    """The filter, unit or channel that the user wants to see more of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without filters."""
        super().__init__(parent)
        self._filters: Filters | None = None
        self._choice: int | None = None
        self._controls = QWidget()
        self._look, self._input = QComboBox(), QSpinBox()
        self._input_words = QLabel(self.tr("Input channel"))
        self._input_words.setBuddy(self._input)
        self._grid, self._matrix, self._bars = TileGrid(), MatrixView(), BarRows()
        self._scrolled = TileView(self._grid)
        self._stack = QStackedWidget()
        self._look.setAccessibleName(self.tr("How to look at the weights"))
        self._input.setAccessibleName(self.tr("Input channel"))
        self._input.setToolTip(self.tr("Which channel of the layer before the kernels read"))
        for place in (self._scrolled, self._matrix, self._bars):
            self._stack.addWidget(place)
        for view in (self._grid, self._matrix, self._bars):
            view.setAccessibleName(self.tr("Weights"))
            view.chosen.connect(self._choose)
            view.pointed_at.connect(self._tell)
        self._look.currentIndexChanged.connect(self._show)
        self._input.valueChanged.connect(self._show)
        self._lay_out()

    @property
    def controls(self) -> QWidget:
        """The choices that the filters leave, to stand in the head of a panel."""
        return self._controls

    @property
    def has_choices(self) -> bool:
        """Whether the controls have anything to choose."""
        return isinstance(self._filters, Kernels) and (self._filters.inputs > 1 or self._look.count() > 1)

    @property
    def shows_norms(self) -> bool:
        """Whether a matrix of norms is shown."""
        return self._look.currentData() is WeightDisplay.NORMS

    @property
    def exported_widget(self) -> QWidget:
        """The widget that shows the weights."""
        shown = (self._matrix, self._bars)
        return next((view for view in shown if view is self._stack.currentWidget()), self._grid)

    def set_filters(self, filters: Filters | None) -> None:
        """Show the filters of a layer, or none."""
        self._filters = filters
        self._choice = None
        for control in (self._look, self._input):
            control.blockSignals(True)
        self._offer_looks(filters)
        self._input.setValue(0)
        self._input.setMaximum(filters.inputs - 1 if isinstance(filters, Kernels) else 0)
        for control in (self._look, self._input):
            control.blockSignals(False)
        self._show()

    def set_hint(self, hint: str) -> None:
        """What is said while there are no filters."""
        self._grid.set_hint(hint)

    def set_chosen(self, number: int | None) -> None:
        """Frame a filter, or none."""
        self._choice = number
        for view in (self._grid, self._matrix, self._bars):
            view.set_chosen(number)

    def detail(self) -> Detail | None:
        """The chosen filter, large."""
        if self._choice is None or self._filters is None:
            return None
        if isinstance(self._filters, Kernels):
            return self._kernel_detail(self._filters, self._choice)
        if isinstance(self._filters, Matrix):
            return self._unit_detail(self._filters, self._choice)
        return self._channel_detail(self._filters, self._choice)

    # --- building ---

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP)
        for control in (self._look, self._input_words, self._input):
            row.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _offer_looks(self, filters: Filters | None) -> None:
        """The ways to look at these filters; no choice where there is only one."""
        self._look.clear()
        if isinstance(filters, Kernels):
            if filters.in_colour:
                self._look.addItem(self.tr("Colours"), WeightDisplay.COLOURS)
            self._look.addItem(self.tr("One input channel"), WeightDisplay.ONE_INPUT)
            if filters.inputs > 1:
                self._look.addItem(self.tr("Norms"), WeightDisplay.NORMS)
        self._look.setVisible(self._look.count() > 1)

    # --- showing ---

    def _show(self) -> None:
        filters, look = self._filters, self._look.currentData()
        takes_input = isinstance(filters, Kernels) and filters.inputs > 1 and look is WeightDisplay.ONE_INPUT
        for control in (self._input, self._input_words):
            control.setVisible(takes_input)
        if isinstance(filters, Kernels):
            self._show_kernels(filters, look)
        elif isinstance(filters, Matrix):
            low, high = value_range(filters.values)
            self._matrix.set_content(MatrixContent(filters.values.T, low, high, "row"))
            self._stack.setCurrentWidget(self._matrix)
            self.range_changed.emit(low, high)
        elif isinstance(filters, Vectors):
            self._bars.set_rows({self._vector_words(name): row for name, row in filters.values.items()})
            self._stack.setCurrentWidget(self._bars)
        else:
            self._grid.set_tiles(None)
            self._stack.setCurrentWidget(self._scrolled)
        self.set_chosen(self._choice)
        if self._choice is not None:
            self.chosen.emit(self._choice)

    def _show_kernels(self, kernels: Kernels, look: WeightDisplay) -> None:
        if look is WeightDisplay.NORMS:
            values = norms(kernels)
            low, high = value_range(values)
            self._matrix.set_content(MatrixContent(values, low, high, "column", (), total_norms(kernels)))
            self._stack.setCurrentWidget(self._matrix)
        else:
            low, high = value_range(self._seen(kernels))
            self._grid.set_tiles(Tiles(self._pixels(kernels)))
            self._stack.setCurrentWidget(self._scrolled)
        self.range_changed.emit(low, high)

    def _seen(self, kernels: Kernels) -> Values:
        """The kernels that are looked at now."""
        if self._look.currentData() is WeightDisplay.COLOURS:
            return kernels.values
        return kernels.values[:, :, self._input.value()]

    def _pixels(self, kernels: Kernels) -> NDArray[np.uint32]:
        """One tile a filter."""
        if self._look.currentData() is WeightDisplay.COLOURS:
            return picture_tiles(colours_of(kernels))
        seen = self._seen(kernels).transpose(2, 0, 1)
        return value_tiles(seen, *value_range(seen))

    def _choose(self, number: int) -> None:
        self._choice = number
        self.chosen.emit(number)

    # --- words ---

    def _tell(self, found: object) -> None:
        self.pointed_at.emit("" if found is None else self._describe(found))

    def _describe(self, found: object) -> str:
        """What is pointed at: (tile, row, column), (row, column) or a channel."""
        filters = self._filters
        if isinstance(filters, Kernels) and isinstance(found, tuple):
            return self._describe_kernel(filters, found)
        if isinstance(filters, Matrix) and isinstance(found, tuple):
            unit, number = found
            words = self.tr("unit {unit} · input {number} · {value}")
            return words.format(unit=unit, number=number, value=numeral(float(filters.values[number, unit])))
        if isinstance(filters, Vectors) and isinstance(found, int):
            numbers = (
                f"{self._vector_words(name)} {numeral(row[found])}" for name, row in filters.values.items()
            )
            return " · ".join((self.tr("channel {channel}").format(channel=found), *numbers))
        return ""

    def _describe_kernel(self, kernels: Kernels, found: tuple[int, ...]) -> str:
        """What lies under the mouse: a value of a kernel, a norm, or (row -1) a filter's whole norm."""
        look = self._look.currentData()
        number = found[1] if look is WeightDisplay.NORMS else found[0]
        name = self.tr("unit {number}") if kernels.folded else self.tr("filter {number}")
        words = [name.format(number=number)]
        first = int(kernels.first_inputs[number])
        channel = self.tr("input channel {channel}")
        place = self.tr("row {row}, column {column}")
        if look is WeightDisplay.NORMS and found[0] < 0:
            value = numeral(float(total_norms(kernels)[number]))
            words.append(self.tr("norm of all its kernels {value}").format(value=value))
        elif look is WeightDisplay.NORMS:
            words.append(channel.format(channel=first + found[0]))
            words.append(
                self.tr("norm {value}").format(value=numeral(float(norms(kernels)[found[0], number])))
            )
        elif look is WeightDisplay.COLOURS:
            colours = kernels.values[found[1], found[2], :, number].tolist()
            words.append(place.format(row=found[1], column=found[2]))
            words.append(
                self.tr("red, green, blue: {values}").format(values=", ".join(map(numeral, colours)))
            )
        else:
            if kernels.inputs > 1 or kernels.first_inputs.any():
                words.append(channel.format(channel=first + self._input.value()))
            words.append(place.format(row=found[1], column=found[2]))
            words.append(numeral(float(self._seen(kernels)[found[1], found[2], number])))
        return " · ".join(words)

    # --- one filter ---

    def _kernel_detail(self, kernels: Kernels, number: int) -> Detail:
        seen = self._seen(kernels)
        coloured = self._look.currentData() is WeightDisplay.COLOURS
        title = self.tr("Unit {number}") if kernels.folded else self.tr("Filter {number}")
        title = title.format(number=number)
        if not coloured and (kernels.inputs > 1 or kernels.first_inputs.any()):
            channel = kernels.first_inputs[number] + self._input.value()
            title = self.tr("{title}, input channel {channel}").format(title=title, channel=channel)
        words = [self._range_words(kernels.values[..., number])]
        words.append(self.tr("norm {norm}").format(norm=numeral(total_norms(kernels)[number])))
        return Detail(
            title,
            " · ".join((*words, *self._bias_words(kernels.biases, number))),
            picture=self._pixels(kernels)[number],
            values=None if coloured else seen[..., number],
        )

    def _unit_detail(self, matrix: Matrix, number: int) -> Detail:
        weights = matrix.values[:, number]
        words = (self._range_words(weights), *self._bias_words(matrix.biases, number))
        title = self.tr("Unit {number}").format(number=number)
        return Detail(title, " · ".join(words), bars=weights)

    def _channel_detail(self, vectors: Vectors, number: int) -> Detail:
        numbers = (
            f"{self._vector_words(name)} {numeral(row[number])}" for name, row in vectors.values.items()
        )
        return Detail(self.tr("Channel {number}").format(number=number), "\n".join(numbers))

    def _range_words(self, weights: Values) -> str:
        low, high = float(weights.min()), float(weights.max())
        return self.tr("weights from {low} to {high}").format(low=numeral(low), high=numeral(high))

    def _bias_words(self, biases: Values | None, number: int) -> tuple[str, ...]:
        if biases is None:
            return ()
        return (self.tr("bias {bias}").format(bias=numeral(biases[number])),)

    def _vector_words(self, name: str) -> str:
        """What a weight with one number a channel does, with Keras' name for it."""
        words = {
            "gamma": self.tr("scale (gamma)"),
            "scale": self.tr("scale"),
            "beta": self.tr("shift (beta)"),
            "moving_mean": self.tr("mean"),
            "moving_variance": self.tr("variance"),
            "alpha": self.tr("slope below zero (alpha)"),
        }
        return words.get(name, name)
