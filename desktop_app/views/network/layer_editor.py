"""Editor of one layer: kind, name, inputs and options."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from desktop_app.networks.layer_list import INPUT, CheckedLayers, Layer
from desktop_app.networks.layers.options import Shape
from desktop_app.networks.layers.registry import KINDS
from desktop_app.views.network.layer_text import LayerText
from desktop_app.views.network.option_edits import UnitsFieldEdit, option_edit
from desktop_app.views.network.undo_keys import UndoKeys
from desktop_app.views.parts.form_fields import FieldEdit, captioned
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.theme import STEP

_NARROW = 68 * STEP
_WIDE = 108 * STEP
_FEW, _SOME, _MANY = 4, 6, 8
_MOST_OPTIONS = max(len(kind.options) for kind in KINDS.values())


class LayerEditor(QWidget):
    """Shows a layer and emits the changes that the user makes."""

    kind_chosen = Signal(str)
    """New kind of the layer."""
    name_entered = Signal(str)
    """New name of the layer, not checked yet."""
    inputs_chosen = Signal(tuple)
    """Names of its input layers; empty: the previous layer."""
    option_chosen = Signal(str, object)
    """Name and new value of an option."""

    def __init__(self) -> None:
        """Create an editor without a layer."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._layer_text = LayerText(self)
        self._layer: Layer | None = None
        self._previous = INPUT
        self._kind, self._name, self._hint = NarrowBox(), QLineEdit(), QLabel()
        self._input_boxes: list[QComboBox] = []
        self._options: dict[str, FieldEdit] = {}
        self._input_cells: list[QWidget] = []
        self._undo_keys = UndoKeys(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(STEP)
        self._grid.setVerticalSpacing(STEP // 2)
        self._set_up()

    def set_layer(self, checked: CheckedLayers, index: int, output_shape: Shape) -> None:
        """Show a layer of a list.

        Args:
            checked: the list with all shapes.
            index: of the layer; -1 for the input.
            output_shape: of the network.
        """
        if index < 0:
            self._layer = None
            self._make_input_boxes(0)
            self._make_options()
            self._place_cells()
            return
        previous, layer = self._layer, checked.layers[index].layer
        self._layer = layer
        known = [INPUT, *(each.layer.name for each in checked.layers[:index])]
        self._previous = known[-1]
        most = KINDS[layer.kind].most_inputs if layer.kind in KINDS else 1
        sources = min(len(layer.inputs) + 1, most)
        if previous is None or previous.kind != layer.kind or sources != len(self._input_boxes):
            self._make_input_boxes(sources)
            if previous is None or previous.kind != layer.kind:
                self._make_options()
            self._place_cells()
        with QSignalBlocker(self._kind):
            self._kind.setCurrentIndex(self._kind.findText(layer.kind))
        if previous is None or previous.name != layer.name or not self._name.hasFocus():
            self._name.setText(layer.name)
        self._show_inputs(known, layer.inputs)
        for option in KINDS[layer.kind].options if layer.kind in KINDS else ():
            edit = self._options[option.name]
            if isinstance(edit, UnitsFieldEdit):
                edit.set_classes(output_shape[0] if len(output_shape) == 1 else 0)
            edit.set_value(layer.options.get(option.name, option.default))

    def sizeHint(self) -> QSize:
        """Return a size for the kind with most options, so that the layout does not move."""
        columns = self._columns()
        options = max(_MOST_OPTIONS, len(self._input_cells) - 1)
        rows = 1 + -(-options // columns)
        height = self._kind_cell.sizeHint().height()
        return QSize(40 * STEP, rows * (height + STEP // 2) - STEP // 2)

    def minimumSizeHint(self) -> QSize:
        """Return the preferred size; without a layer, that of the hint."""
        preferred = self.sizeHint()
        if self._layer is not None:
            return preferred
        return QSize(preferred.width(), self._hint.heightForWidth(max(self.width(), preferred.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use more columns in a wider editor."""
        super().resizeEvent(event)
        self._place_cells()

    # --- building ---

    def _set_up(self) -> None:
        for number, (name, kind) in enumerate(KINDS.items()):
            self._kind.addItem(name)
            self._kind.setItemData(number, translated(kind.description), Qt.ItemDataRole.ToolTipRole)
        self._kind.setToolTip(self.tr("Kind of layer, by its Keras name"))
        self._name.setToolTip(self.tr("Unique name of letters, digits and _"))
        self._hint.setText(self.tr("Select a layer to edit it. New layers are added after the selected one."))
        self._hint.setWordWrap(True)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._kind_cell = self._cell(self.tr("Kind"), self._kind)
        self._name_cell = self._cell(self.tr("Name"), self._name)
        self._kind.currentTextChanged.connect(self.kind_chosen)
        self._name.editingFinished.connect(self._finish_name)
        self._place_cells()

    def _cell(self, text: str, control: QWidget) -> QWidget:

        label = QLabel(text)
        label.setBuddy(control)
        control.setAccessibleName(text)
        cell = captioned(label, control)
        cell.setParent(self)
        return cell

    def _make_input_boxes(self, count: int) -> None:
        """Create or remove boxes for inputs; the remaining ones keep the focus."""
        while len(self._input_boxes) > count:
            self._input_boxes.pop()
            self._drop(self._input_cells.pop())
        while len(self._input_boxes) < count:
            self._input_boxes.append(self._make_input_box())
            number = len(self._input_boxes)
            text = self.tr("Input") if number == 1 else self.tr("Input {number}").format(number=number)
            self._input_cells.append(self._cell(text, self._input_boxes[-1]))

    def _make_options(self) -> None:
        """Create the controls for the options of the layer's kind."""
        for edit in self._options.values():
            self._drop(edit.cell())
        self._options = {}
        for option in KINDS[self._layer.kind].options if self._layer and self._layer.kind in KINDS else ():
            edit = option_edit(option)
            edit.edited.connect(lambda value, name=option.name: self.option_chosen.emit(name, value))
            edit.control.installEventFilter(self._undo_keys)
            edit.cell().setParent(self)
            self._options[option.name] = edit

    def _drop(self, cell: QWidget) -> None:
        self._grid.removeWidget(cell)
        cell.hide()
        cell.deleteLater()

    def _make_input_box(self) -> QComboBox:
        combo = NarrowBox()
        combo.setToolTip(self.tr("Layer whose output is the input of this one"))
        combo.activated.connect(self._choose_inputs)
        return combo

    def _columns(self) -> int:
        if self.width() < _NARROW:
            return _FEW
        return _SOME if self.width() < _WIDE else _MANY

    def _place_cells(self) -> None:
        """Lay out kind, name and inputs in the first row, then the options."""
        columns = self._columns()
        shown = self._layer is not None
        for cell in (self._kind_cell, self._name_cell, self._hint):
            self._grid.removeWidget(cell)
            cell.setVisible(shown != (cell is self._hint))
        if shown:
            wide = (columns - 2) // 2
            self._grid.addWidget(self._kind_cell, 0, 0, 1, 2)
            self._grid.addWidget(self._name_cell, 0, 2, 1, wide)
            row, column = 0, 2 + wide
            spans = dict.fromkeys(self._input_cells, 1)
            spans[self._input_cells[0]] = wide
            for edit in self._options.values():
                spans[edit.cell()] = 2 if isinstance(edit, UnitsFieldEdit) else 1
            for cell, span in spans.items():
                if column + span > columns:
                    row, column = row + 1, 0
                self._grid.addWidget(cell, row, column, 1, span)
                cell.show()
                column += span
        else:
            self._grid.addWidget(self._hint, 0, 0, 1, columns)
        for column in range(_MANY):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.updateGeometry()
        self._order_tab_stops()

    def _order_tab_stops(self) -> None:
        """Set the tab order; widgets created later would otherwise come last in the window."""
        options = [stop for edit in self._options.values() for stop in edit.tab_stops()]
        for one, other in pairwise([self._kind, self._name, *self._input_boxes, *options]):
            QWidget.setTabOrder(one, other)

    # --- inputs ---

    def _has_several_inputs(self) -> bool:
        kind = KINDS.get(self._layer.kind) if self._layer is not None else None
        return kind is not None and kind.most_inputs > 1

    def _show_inputs(self, known: Sequence[str], inputs: Sequence[str]) -> None:
        """Offer the previous layers as inputs, the nearest first."""
        names = list(reversed(known))
        if self._has_several_inputs():
            # Last, so that arrow keys do not pass it.
            names.append("")
        for combo, chosen in zip(self._input_boxes, [*inputs, ""], strict=False):
            with QSignalBlocker(combo):
                if [combo.itemData(number) for number in range(combo.count())] != names:
                    combo.clear()
                    for name in names:
                        combo.addItem(self._layer_text.source(name, self._previous), name)
                # The list may name a layer that does not exist.
                combo.setPlaceholderText(chosen)
                combo.setCurrentIndex(combo.findData(chosen))

    def _choose_inputs(self) -> None:
        chosen = tuple(str(combo.currentData()) for combo in self._input_boxes if combo.currentData())
        if not self._has_several_inputs() and chosen == (self._previous,):
            chosen = ()
        self.inputs_chosen.emit(chosen)

    def _finish_name(self) -> None:
        if self._layer is not None and self._name.text() != self._layer.name:
            name = self._name.text()
            self._name.setText(self._layer.name)
            self.name_entered.emit(name)
