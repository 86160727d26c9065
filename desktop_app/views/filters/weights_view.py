"""The weights of a layer as images, as a matrix of norms, or as bars."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.filters import (
    Filters,
    Kernels,
    Matrix,
    Vectors,
    filter_norms,
    kernel_norms,
    rgb_kernels,
)
from desktop_app.inspection.tiles import image_tiles, value_tiles
from desktop_app.views.filters.bar_rows import BarRows
from desktop_app.views.filters.filter_detail import FilterDescription
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.matrix_view import MatrixContent, MatrixView
from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileView

Values = NDArray[np.float32]


class WeightDisplay(Enum):
    """How kernels are displayed."""

    COLOURS = "colours"
    ONE_INPUT = "one input"
    NORMS = "norms"


class WeightsView(QWidget):
    """The weights of the filters of a layer."""

    pointed_at = Signal(str)
    """Description of what is under the mouse; empty if there is nothing."""
    range_changed = Signal(float, float)
    """Values of the first and the last colour."""
    chosen = Signal(int)
    """Filter, unit or channel that the user chose."""

    def __init__(self) -> None:
        """Start without filters."""
        super().__init__()
        self._filters: Filters | None = None
        self._choice: int | None = None
        self._controls = QWidget()
        self._display, self._input = ComboBox(), WholeNumberEdit()
        self._input_label = QLabel(self.tr("Input channel"))
        self._input_label.setBuddy(self._input)
        self._grid, self._matrix, self._bars = TileGrid(), MatrixView(), BarRows()
        self._scrolled = TileView(self._grid)
        self._stack = QStackedWidget()
        self._display.setAccessibleName(self.tr("Display of the weights"))
        self._display.setToolTip(self.tr("Choose how the weights of filters with many inputs are shown"))
        self._input.setAccessibleName(self.tr("Input channel"))
        self._input.setToolTip(self.tr("Channel of the previous layer that the kernels read"))
        for page in (self._scrolled, self._matrix, self._bars):
            self._stack.addWidget(page)
        for view in (self._grid, self._matrix, self._bars):
            view.setAccessibleName(self.tr("Weights"))
            view.chosen.connect(self._choose)
            view.pointed_at.connect(self._point)
        self._display.currentIndexChanged.connect(self._show)
        self._input.valueChanged.connect(self._show)
        self._lay_out()

    @property
    def controls(self) -> QWidget:
        """The controls of the display, for the head of a panel."""
        return self._controls

    @property
    def has_choices(self) -> bool:
        """Whether the controls offer a choice."""
        return isinstance(self._filters, Kernels) and (self._filters.inputs > 1 or self._display.count() > 1)

    @property
    def shows_norms(self) -> bool:
        """Whether the matrix of norms is shown."""
        return self._display.currentData() is WeightDisplay.NORMS

    @property
    def shows_colours(self) -> bool:
        """Whether kernels are shown as colour images, whose zero is grey."""
        return self._display.currentData() is WeightDisplay.COLOURS

    @property
    def exported_widget(self) -> QWidget:
        """The widget that shows the weights."""
        shown = (self._matrix, self._bars)
        return next((view for view in shown if view is self._stack.currentWidget()), self._grid)

    def set_filters(self, filters: Filters | None) -> None:
        """Show the filters of a layer, or none."""
        self._filters = filters
        self._choice = None
        for control in (self._display, self._input):
            control.blockSignals(True)
        self._update_choices(filters)
        self._input.setValue(0)
        self._input.setMaximum(filters.inputs - 1 if isinstance(filters, Kernels) else 0)
        for control in (self._display, self._input):
            control.blockSignals(False)
        self._show()

    def set_hint(self, hint: str) -> None:
        """Set the message shown without filters."""
        self._grid.set_hint(hint)

    def set_chosen(self, number: int | None) -> None:
        """Mark a filter, or none."""
        self._choice = number
        for view in (self._grid, self._matrix, self._bars):
            view.set_chosen(number)

    def detail(self) -> FilterDescription | None:
        """Return the description of the chosen filter."""
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
        for control in (self._display, self._input_label, self._input):
            row.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _update_choices(self, filters: Filters | None) -> None:
        """Offer the displays for filters; hide the choice if there is only one."""
        self._display.clear()
        if isinstance(filters, Kernels):
            if filters.is_rgb:
                self._display.addItem(self.tr("Colours"), WeightDisplay.COLOURS)
            self._display.addItem(self.tr("One input channel"), WeightDisplay.ONE_INPUT)
            if filters.inputs > 1:
                self._display.addItem(self.tr("Norms"), WeightDisplay.NORMS)
        self._display.setVisible(self._display.count() > 1)

    # --- showing ---

    def _show(self) -> None:
        filters, display = self._filters, self._display.currentData()
        takes_input = (
            isinstance(filters, Kernels) and filters.inputs > 1 and display is WeightDisplay.ONE_INPUT
        )
        for control in (self._input, self._input_label):
            control.setVisible(takes_input)
        if isinstance(filters, Kernels):
            self._show_kernels(filters, display)
        elif isinstance(filters, Matrix):
            low, high = value_range(filters.values)
            self._matrix.set_content(MatrixContent(filters.values.T, low, high, "row"))
            self._stack.setCurrentWidget(self._matrix)
            self.range_changed.emit(low, high)
        elif isinstance(filters, Vectors):
            self._bars.set_rows({self._weight_name(name): row for name, row in filters.values.items()})
            self._stack.setCurrentWidget(self._bars)
        else:
            self._grid.set_tiles(None)
            self._stack.setCurrentWidget(self._scrolled)
        self.set_chosen(self._choice)
        if self._choice is not None:
            self.chosen.emit(self._choice)

    def _show_kernels(self, kernels: Kernels, display: WeightDisplay) -> None:
        if display is WeightDisplay.NORMS:
            values = kernel_norms(kernels)
            low, high = value_range(values)
            self._matrix.set_content(MatrixContent(values, low, high, "column", (), filter_norms(kernels)))
            self._stack.setCurrentWidget(self._matrix)
        else:
            low, high = value_range(self._shown_kernels(kernels))
            self._grid.set_tiles(Tiles(self._pixels(kernels)))
            self._stack.setCurrentWidget(self._scrolled)
        self.range_changed.emit(low, high)

    def _shown_kernels(self, kernels: Kernels) -> Values:
        """Return the kernels of the current display."""
        if self.shows_colours:
            return kernels.values
        return kernels.values[:, :, self._input.value()]

    def _pixels(self, kernels: Kernels) -> NDArray[np.uint32]:
        """Return a tile per filter."""
        if self.shows_colours:
            return image_tiles(rgb_kernels(kernels))
        values = self._shown_kernels(kernels).transpose(2, 0, 1)
        return value_tiles(values, *value_range(values))

    def _choose(self, number: int) -> None:
        self._choice = number
        self.chosen.emit(number)

    # --- texts ---

    def _point(self, found: object) -> None:
        self.pointed_at.emit("" if found is None else self._describe(found))

    def _describe(self, found: object) -> str:
        """Describe a (tile, row, column), a (row, column) or a channel."""
        filters = self._filters
        if isinstance(filters, Kernels) and isinstance(found, tuple):
            return self._describe_kernel(filters, found)
        if isinstance(filters, Matrix) and isinstance(found, tuple):
            unit, number = found
            text = self.tr("unit {unit} · input {number} · {value}")
            return text.format(unit=unit, number=number, value=numeral(float(filters.values[number, unit])))
        if isinstance(filters, Vectors) and isinstance(found, int):
            numbers = (
                f"{self._weight_name(name)} {numeral(row[found])}" for name, row in filters.values.items()
            )
            return " · ".join((self.tr("channel {channel}").format(channel=found), *numbers))
        return ""

    def _describe_kernel(self, kernels: Kernels, found: tuple[int, ...]) -> str:
        """Describe a value of a kernel, a norm, or with row -1 the norm of a whole filter."""
        display = self._display.currentData()
        number = found[1] if display is WeightDisplay.NORMS else found[0]
        name = self.tr("unit {number}") if kernels.is_folded else self.tr("filter {number}")
        parts = [name.format(number=number)]
        first = int(kernels.first_inputs[number])
        channel = self.tr("input channel {channel}")
        position = self.tr("row {row}, column {column}")
        if display is WeightDisplay.NORMS and found[0] < 0:
            value = numeral(float(filter_norms(kernels)[number]))
            parts.append(self.tr("norm of all kernels {value}").format(value=value))
        elif display is WeightDisplay.NORMS:
            parts.append(channel.format(channel=first + found[0]))
            value = numeral(float(kernel_norms(kernels)[found[0], number]))
            parts.append(self.tr("norm {value}").format(value=value))
        elif display is WeightDisplay.COLOURS:
            colours = kernels.values[found[1], found[2], :, number].tolist()
            parts.append(position.format(row=found[1], column=found[2]))
            text = self.tr("red, green, blue: {values}")
            parts.append(text.format(values=", ".join(map(numeral, colours))))
        else:
            if kernels.inputs > 1 or kernels.first_inputs.any():
                parts.append(channel.format(channel=first + self._input.value()))
            parts.append(position.format(row=found[1], column=found[2]))
            parts.append(numeral(float(self._shown_kernels(kernels)[found[1], found[2], number])))
        return " · ".join(parts)

    # --- chosen filter ---

    def _kernel_detail(self, kernels: Kernels, number: int) -> FilterDescription:
        values = self._shown_kernels(kernels)
        is_coloured = self.shows_colours
        channel = kernels.first_inputs[number] + self._input.value()
        title = self.tr("Unit {number}") if kernels.is_folded else self.tr("Filter {number}")
        if not is_coloured and (kernels.inputs > 1 or kernels.first_inputs.any()):
            unit = self.tr("Unit {number}, input channel {channel}")
            title = unit if kernels.is_folded else self.tr("Filter {number}, input channel {channel}")
        parts = [self._range_text(kernels.values[..., number])]
        parts.append(self.tr("norm {norm}").format(norm=numeral(filter_norms(kernels)[number])))
        return FilterDescription(
            title.format(number=number, channel=channel),
            " · ".join((*parts, *self._bias_texts(kernels.biases, number))),
            pixels=self._pixels(kernels)[number],
            values=None if is_coloured else values[..., number],
        )

    def _unit_detail(self, matrix: Matrix, number: int) -> FilterDescription:
        weights = matrix.values[:, number]
        parts = (self._range_text(weights), *self._bias_texts(matrix.biases, number))
        title = self.tr("Unit {number}").format(number=number)
        return FilterDescription(title, " · ".join(parts), bars=weights)

    def _channel_detail(self, vectors: Vectors, number: int) -> FilterDescription:
        numbers = (
            f"{self._weight_name(name)} {numeral(row[number])}" for name, row in vectors.values.items()
        )
        return FilterDescription(self.tr("Channel {number}").format(number=number), "\n".join(numbers))

    def _range_text(self, weights: Values) -> str:
        low, high = float(weights.min()), float(weights.max())
        return self.tr("weights from {low} to {high}").format(low=numeral(low), high=numeral(high))

    def _bias_texts(self, biases: Values | None, number: int) -> tuple[str, ...]:
        if biases is None:
            return ()
        return (self.tr("bias {bias}").format(bias=numeral(biases[number])),)

    def _weight_name(self, name: str) -> str:
        """Describe a weight with one value per channel, with its Keras name."""
        text = {
            "gamma": self.tr("scale (gamma)"),
            "scale": self.tr("scale"),
            "beta": self.tr("shift (beta)"),
            "moving_mean": self.tr("mean"),
            "moving_variance": self.tr("variance"),
            "alpha": self.tr("slope below zero (alpha)"),
        }
        return text.get(name, name)
