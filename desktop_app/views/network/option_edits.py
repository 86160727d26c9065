"""The right control for each option of a layer: numbers, sizes, words, yes or no."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QWidget,
)

from desktop_app.networks.layers.options import CLASSES, Option, Value, numbers_of, numbers_text
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.theme import STEP

_DECIMALS = 7

Validated = tuple[QValidator.State, str, int]

_NOTHING = ""
"""No value that sizes may have."""


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


class SizesEdit(QAbstractSpinBox):
    """Whole numbers: one for all axes, "3", or one for each, "3×5"; leaves undo to the panel."""

    value_changed = Signal(object)
    """A number, a tuple of numbers, or None."""

    def __init__(self, option: Option, none: str) -> None:
        """Start with the default; none is what stands there for None, where the option allows it."""
        super().__init__()
        self._option, self._none = option, none
        self._value: Value = option.default
        self.lineEdit().setText(self._text(option.default))
        self.lineEdit().textEdited.connect(self._read)
        self.editingFinished.connect(lambda: self.set_value(self._value))

    def set_value(self, value: Value) -> None:
        """Show a value, without telling anybody; what is being typed and means the same stays."""
        self._value = value
        if not self.lineEdit().hasFocus() or self._meant(self.lineEdit().text()) != value:
            self.lineEdit().setText(self._text(value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on what undoes."""
        if _undoes(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def validate(self, text: str, position: int) -> Validated:
        """Whatever may become sizes can be typed."""
        fits = self._option.fits(self._meant(text))
        return QValidator.State.Acceptable if fits else QValidator.State.Intermediate, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Up and down, as far as the option goes."""
        flags = QAbstractSpinBox.StepEnabledFlag
        up = flags.StepUpEnabled if self._stepped(1) is not _NOTHING else flags.StepNone
        down = flags.StepDownEnabled if self._stepped(-1) is not _NOTHING else flags.StepNone
        return up | down

    def stepBy(self, steps: int) -> None:
        """All numbers by so much."""
        value = self._stepped(steps)
        if value is not _NOTHING:
            self._take(value)
            self.lineEdit().setText(self._text(value))
            self.lineEdit().selectAll()

    def _stepped(self, steps: int) -> Value:
        value, least = self._value, int(self._option.least)
        if value is None:
            stepped: Value = least if steps > 0 else _NOTHING
        elif isinstance(value, tuple):
            moved = [tuple(n + steps for n in e) if isinstance(e, tuple) else e + steps for e in value]
            stepped = tuple(moved)  # type: ignore[arg-type]
        else:
            stepped = int(value) + steps
            if stepped < least and self._none:
                stepped = None
        return stepped if self._option.fits(stepped) else _NOTHING

    def _read(self, text: str) -> None:
        value = self._meant(text)
        if self._option.fits(value):
            self._take(value)

    def _take(self, value: Value) -> None:
        if value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _meant(self, text: str) -> Value:
        """The value that a text stands for; one that does not fit where it stands for none."""
        if self._none and text.strip() in ("", self._none):
            return None
        found = numbers_of(text)
        if isinstance(found, int) and isinstance(self._option.default, tuple):
            return (found,)
        return _NOTHING if found is None else found

    def _text(self, value: Value) -> str:
        return self._none if value is None else numbers_text(value)


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
            self._number.setValue(classes if by_class or not isinstance(value, int) else value)

    def _toggle(self, by_class: bool) -> None:
        self.value_changed.emit(CLASSES if by_class else self._number.value())


class OptionEdit(QWidget):
    """One option: shows its value, and tells when the user chooses another."""

    value_changed = Signal(object)
    """What the user chose, as it stands in a layer's options."""

    def __init__(self, option: Option) -> None:
        """Make the control; title and explanation are said in the language of the user."""
        super().__init__()
        self._none = self.tr(option.none) if option.none else ""
        self._least = option.least
        title = self.tr(option.title)
        self._control = self._made(option, title)
        self._control.setToolTip(f"{self.tr(option.explanation)} ({option.name})")
        self.setFocusProxy(self._control)
        self.control.setAccessibleName(title)
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
            elif isinstance(control, SizesEdit):
                control.set_value(value)
            elif isinstance(control, CheckBox):
                control.setChecked(bool(value))
            elif isinstance(control, QComboBox):
                control.setCurrentIndex(control.findText(str(value)))
            elif isinstance(control, QDoubleSpinBox) and self._number(control.value()) != value:
                control.setValue(self._least if value is None else float(str(value)))
            elif isinstance(control, QSpinBox) and control.value() != value:
                control.setValue(int(str(value)))

    def _made(self, option: Option, title: str) -> QWidget:
        if option.choices:
            combo = NarrowBox()
            combo.addItems(option.choices)
            combo.currentTextChanged.connect(self.value_changed.emit)
            return combo
        if option.is_flag:
            check = CheckBox(title)
            check.toggled.connect(self.value_changed.emit)
            return check
        if option.by_class:
            units = UnitsEdit(option)
            units.value_changed.connect(self.value_changed.emit)
            return units
        if option.lengths or (option.is_whole and option.none):
            sizes = SizesEdit(option, self._none)
            sizes.value_changed.connect(self.value_changed.emit)
            return sizes
        if option.is_whole:
            number = NumberEdit()
            number.setRange(int(option.least), int(option.most))
            number.valueChanged.connect(self.value_changed.emit)
            return number
        return self._made_share(option)

    def _made_share(self, option: Option) -> ShareEdit:
        share = ShareEdit()
        share.setDecimals(_DECIMALS)
        if option.step:
            share.setSingleStep(option.step)
        else:
            share.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        share.setRange(option.least, option.most)
        share.setSpecialValueText(self._none)
        share.valueChanged.connect(lambda value: self.value_changed.emit(self._number(value)))
        return share

    def _number(self, value: float) -> float | None:
        """The value that a number stands for: the least one may stand for none."""
        return None if self._none and value == self._least else value
