"""The right control for each option of a layer: numbers, words, yes or no."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QWidget,
)

from desktop_app.networks.layer_list import CLASSES, Option, Value
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.theme import STEP

_DECIMALS = 4


def _undoes(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo)


class NumberEdit(QSpinBox):
    """A whole number; leaves undo to the panel, which knows more than the last text."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on what undoes."""
        if _undoes(event):
            event.ignore()
        else:
            super().keyPressEvent(event)


class ShareEdit(QDoubleSpinBox):
    """A number with no more decimals than it needs; leaves undo to the panel."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on what undoes."""
        if _undoes(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def textFromValue(self, value: float) -> str:
        """Without zeros at the end."""
        text = self.locale().toString(value, "f", _DECIMALS)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


class UnitsEdit(QWidget):
    """How many units there are: a number, or one for each class of the data."""

    value_changed = Signal(object)
    """A number or CLASSES."""

    def __init__(self, option: Option) -> None:
        """Start with the usual number."""
        super().__init__()
        self._number, self._by_class = NumberEdit(), CheckBox(self.tr("One per class"))
        self._number.setRange(int(option.least), int(option.most))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._number, 1)
        layout.addWidget(self._by_class)
        self.setFocusProxy(self._number)
        self._number.valueChanged.connect(self.value_changed.emit)
        self._by_class.toggled.connect(self._toggle)

    @property
    def number(self) -> QSpinBox:
        """The control of the number."""
        return self._number

    @property
    def by_class(self) -> CheckBox:
        """The control of whether there is one for each class."""
        return self._by_class

    def set_value(self, value: Value, classes: int) -> None:
        """Show a number or CLASSES, without telling anybody."""
        by_class = value == CLASSES
        with QSignalBlocker(self._number), QSignalBlocker(self._by_class):
            self._by_class.setChecked(by_class)
            self._number.setEnabled(not by_class)
            self._number.setValue(classes if by_class else int(value))

    def _toggle(self, by_class: bool) -> None:
        self.value_changed.emit(CLASSES if by_class else self._number.value())


class OptionEdit(QWidget):
    """One option: shows its value, and tells when the user chooses another."""

    value_changed = Signal(object)
    """What the user chose, as it stands in a layer's options."""

    def __init__(self, option: Option, name: str, words: str, tip: str) -> None:
        """Make the control.

        Args:
            option: what the value may be.
            name: by which layers know it.
            words: its name for people.
            tip: what it does.
        """
        super().__init__()
        self._control = self._made(option, name, words)
        self._control.setToolTip(tip)
        self.setFocusProxy(self._control)
        self.control.setAccessibleName(words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._control, 1)

    @property
    def says_its_name(self) -> bool:
        """Whether no label is needed before it."""
        return isinstance(self._control, CheckBox)

    @property
    def control(self) -> QWidget:
        """What a label is the buddy of."""
        return self._control.number if isinstance(self._control, UnitsEdit) else self._control

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        units = self._control
        return [units.number, units.by_class] if isinstance(units, UnitsEdit) else [self._control]

    def set_value(self, value: Value, classes: int) -> None:
        """Show a value without telling anybody; classes is the number of answers."""
        control = self._control
        with QSignalBlocker(control):
            if isinstance(control, UnitsEdit):
                control.set_value(value, classes)
            elif isinstance(control, CheckBox):
                control.setChecked(bool(value))
            elif isinstance(control, QComboBox):
                control.setCurrentIndex(control.findText(str(value)))
            elif isinstance(control, QDoubleSpinBox) and control.value() != float(value):
                control.setValue(float(value))
            elif isinstance(control, QSpinBox) and control.value() != int(value):
                control.setValue(int(value))

    def _made(self, option: Option, name: str, words: str) -> QWidget:
        if option.choices:
            combo = NarrowBox()
            combo.addItems(option.choices)
            combo.currentTextChanged.connect(self.value_changed.emit)
            return combo
        if isinstance(option.default, bool):
            check = CheckBox(words)
            check.toggled.connect(self.value_changed.emit)
            return check
        if name == "units":
            units = UnitsEdit(option)
            units.value_changed.connect(self.value_changed.emit)
            return units
        if isinstance(option.default, float):
            share = ShareEdit()
            share.setDecimals(_DECIMALS)
            share.setSingleStep(0.05)
            share.setRange(option.least, option.most)
            share.valueChanged.connect(self.value_changed.emit)
            return share
        number = NumberEdit()
        number.setRange(int(option.least), int(option.most))
        number.valueChanged.connect(self.value_changed.emit)
        return number
