"""The editor of one layer: its kind, its name, what it takes, and every option of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from desktop_app.networks.layer_list import INPUT, Layer, Traced
from desktop_app.networks.layers.options import Shape
from desktop_app.networks.layers.registry import KINDS
from desktop_app.views.network.layer_text import LayerText
from desktop_app.views.network.option_edits import UnitsFieldEdit, option_edit
from desktop_app.views.network.undo_keys import UndoKeys
from desktop_app.views.parts.form_fields import FieldEdit, captioned
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.theme import STEP

_NARROW = 68 * STEP
_WIDE = 108 * STEP
_FEW, _SOME, _MANY = 4, 6, 8
_MOST_OPTIONS = max(len(kind.options) for kind in KINDS.values())


class LayerEditor(QWidget):
    """Shows one layer of a list and says what the user wants it to be."""

    kind_chosen = Signal(str)
    """Another kind for the layer."""
    name_entered = Signal(str)
    """Another name for the layer; whoever hears it checks it."""
    inputs_chosen = Signal(tuple)
    """Names of the layers that it is to take; none: the one before it."""
    option_chosen = Signal(str, object)
    """An option's name and its new value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a layer."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = LayerText(self)
        self._shown: Layer | None = None
        self._before = INPUT
        self._kind, self._name, self._hint = NarrowBox(), QLineEdit(), QLabel()
        self._sources: list[QComboBox] = []
        self._options: dict[str, FieldEdit] = {}
        self._source_cells: list[QWidget] = []
        self._undo_keys = UndoKeys(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(STEP)
        self._grid.setVerticalSpacing(STEP // 2)
        self._set_up()

    def set_layer(self, traced: Traced, place: int, output_shape: Shape) -> None:
        """Show the layer at a place of a list.

        Args:
            traced: the list, looked at.
            place: of the layer; -1 where the input is chosen.
            output_shape: of what the network gives.
        """
        if place < 0:
            self._shown = None
            self._make_sources(0)
            self._make_options()
            self._place_cells()
            return
        before, layer = self._shown, traced.layers[place].layer
        self._shown = layer
        known = [INPUT, *(each.layer.name for each in traced.layers[:place])]
        self._before = known[-1]
        most = KINDS[layer.kind].most_inputs if layer.kind in KINDS else 1
        sources = min(len(layer.inputs) + 1, most)
        if before is None or before.kind != layer.kind or sources != len(self._sources):
            self._make_sources(sources)
            if before is None or before.kind != layer.kind:
                self._make_options()
            self._place_cells()
        with QSignalBlocker(self._kind):
            self._kind.setCurrentIndex(self._kind.findText(layer.kind))
        if before is None or before.name != layer.name or not self._name.hasFocus():
            self._name.setText(layer.name)
        self._show_sources(known, layer.inputs)
        for option in KINDS[layer.kind].options if layer.kind in KINDS else ():
            edit = self._options[option.name]
            if isinstance(edit, UnitsFieldEdit):
                edit.set_classes(output_shape[0] if len(output_shape) == 1 else 0)
            edit.set_value(layer.options.get(option.name, option.default))

    def sizeHint(self) -> QSize:
        """Room for the kind with most options, so that nothing moves from layer to layer."""
        columns = self._columns()
        options = max(_MOST_OPTIONS, len(self._source_cells) - 1)
        rows = 1 + -(-options // columns)
        height = self._kind_cell.sizeHint().height()
        return QSize(40 * STEP, rows * (height + STEP // 2) - STEP // 2)

    def minimumSizeHint(self) -> QSize:
        """As high as it wants to be."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The wider the editor, the fewer rows it needs."""
        super().resizeEvent(event)
        self._place_cells()

    # --- building ---

    def _set_up(self) -> None:
        for number, (name, kind) in enumerate(KINDS.items()):
            self._kind.addItem(name)
            self._kind.setItemData(number, self.tr(kind.about), Qt.ItemDataRole.ToolTipRole)
        self._kind.setToolTip(self.tr("What the layer computes, by its name in Keras"))
        self._name.setToolTip(self.tr("Letters, digits and _; no other layer has it"))
        self._hint.setText(
            self.tr("Choose a layer to change it. A new layer stands behind the one that is chosen.")
        )
        self._hint.setWordWrap(True)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._kind_cell = self._cell(self.tr("Kind"), self._kind)
        self._name_cell = self._cell(self.tr("Name"), self._name)
        self._kind.currentTextChanged.connect(self.kind_chosen)
        self._name.editingFinished.connect(self._finish_name)
        self._place_cells()

    def _cell(self, words: str, control: QWidget) -> QWidget:
        """A control under its label."""
        label = QLabel(words)
        label.setBuddy(control)
        control.setAccessibleName(words)
        cell = captioned(label, control)
        cell.setParent(self)
        return cell

    def _make_sources(self, count: int) -> None:
        """Have so many boxes for what is taken; those that stay keep the focus."""
        while len(self._sources) > count:
            self._sources.pop()
            self._drop(self._source_cells.pop())
        while len(self._sources) < count:
            self._sources.append(self._made_source())
            words = self.tr("and") if self._source_cells else self.tr("Takes")
            self._source_cells.append(self._cell(words, self._sources[-1]))

    def _make_options(self) -> None:
        """Make the controls of the shown layer's kind."""
        for edit in self._options.values():
            self._drop(edit.cell())
        self._options = {}
        for option in KINDS[self._shown.kind].options if self._shown and self._shown.kind in KINDS else ():
            edit = option_edit(option, self.tr)
            edit.edited.connect(lambda value, name=option.name: self.option_chosen.emit(name, value))
            edit.control.installEventFilter(self._undo_keys)
            edit.cell().setParent(self)
            self._options[option.name] = edit

    def _drop(self, cell: QWidget) -> None:
        self._grid.removeWidget(cell)
        cell.hide()
        cell.deleteLater()

    def _made_source(self) -> QComboBox:
        combo = NarrowBox()
        combo.setToolTip(self.tr("A layer whose output this one takes"))
        combo.activated.connect(self._choose_inputs)
        return combo

    def _columns(self) -> int:
        if self.width() < _NARROW:
            return _FEW
        return _SOME if self.width() < _WIDE else _MANY

    def _place_cells(self) -> None:
        """Kind, name and what is taken in the first row, then the options."""
        columns = self._columns()
        shown = self._shown is not None
        for cell in (self._kind_cell, self._name_cell, self._hint):
            self._grid.removeWidget(cell)
            cell.setVisible(shown != (cell is self._hint))
        if shown:
            wide = (columns - 2) // 2
            self._grid.addWidget(self._kind_cell, 0, 0, 1, 2)
            self._grid.addWidget(self._name_cell, 0, 2, 1, wide)
            row, column = 0, 2 + wide
            spans = dict.fromkeys(self._source_cells, 1)
            spans[self._source_cells[0]] = wide
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
        """What is made late would come last in the whole window."""
        options = [stop for edit in self._options.values() for stop in edit.tab_stops()]
        for one, other in pairwise([self._kind, self._name, *self._sources, *options]):
            QWidget.setTabOrder(one, other)

    # --- what is taken ---

    def _takes_several(self) -> bool:
        kind = KINDS.get(self._shown.kind) if self._shown is not None else None
        return kind is not None and kind.most_inputs > 1

    def _show_sources(self, known: Sequence[str], inputs: Sequence[str]) -> None:
        """Offer the layers before this one, the nearest first."""
        names = list(reversed(known))
        if self._takes_several():
            # At the end, where arrow keys do not pass it on their way.
            names.append("")
        for combo, chosen in zip(self._sources, [*inputs, ""], strict=False):
            with QSignalBlocker(combo):
                if [combo.itemData(number) for number in range(combo.count())] != names:
                    combo.clear()
                    for name in names:
                        combo.addItem(self._words.source(name, self._before), name)
                # A layer that is not there is still what the list says.
                combo.setPlaceholderText(chosen)
                combo.setCurrentIndex(combo.findData(chosen))

    def _choose_inputs(self) -> None:
        chosen = tuple(str(combo.currentData()) for combo in self._sources if combo.currentData())
        if not self._takes_several() and chosen == (self._before,):
            chosen = ()
        self.inputs_chosen.emit(chosen)

    def _finish_name(self) -> None:
        if self._shown is not None and self._name.text() != self._shown.name:
            name = self._name.text()
            self._name.setText(self._shown.name)
            self.name_entered.emit(name)
