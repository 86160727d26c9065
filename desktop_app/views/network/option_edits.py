"""Editors of layer options: general fields, sizes, and numbers of units."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QWidget

from desktop_app.networks.layers.options import CLASSES, Option, Value, numbers_text, parse_numbers
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.form_fields import FieldEdit, field_edit
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.number_edit import WholeNumberEdit, explain_limit, plain_number
from desktop_app.views.parts.theme import STEP

Validated = tuple[QValidator.State, str, int]

_INVALID = ""
"""A value that no option allows."""


class SizesEdit(QAbstractSpinBox):
    """Whole numbers: "3" for all axes, or "3×5" for each axis."""

    value_changed = Signal(object)
    """A number, a tuple of numbers, or None."""

    def __init__(self, option: Option, none: str) -> None:
        """Show the default; none is the text of None if the option allows it."""
        super().__init__()
        self._option, self._none = option, none
        self._value: Value = option.default
        self.lineEdit().setText(self._text(option.default))
        self.lineEdit().textEdited.connect(self._read)
        self.editingFinished.connect(self._finish)

    @property
    def option(self) -> Option:
        """The option that is edited."""
        return self._option

    def set_value(self, value: Value) -> None:
        """Show a value without a signal; an equal text that is being typed stays."""
        self._value = value
        if not self.lineEdit().hasFocus() or self._parsed(self.lineEdit().text()) != value:
            self.lineEdit().setText(self._text(value))

    def validate(self, text: str, position: int) -> Validated:
        """Accept valid sizes; any text may be typed on the way."""
        text = text if text == self._none else plain_number(text)
        position = min(position, len(text))
        fits = self._option.fits(self._parsed(text))
        return QValidator.State.Acceptable if fits else QValidator.State.Intermediate, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Return whether steps up and down are within the range."""
        flags = QAbstractSpinBox.StepEnabledFlag
        up = flags.StepUpEnabled if self._stepped(1) is not _INVALID else flags.StepNone
        down = flags.StepDownEnabled if self._stepped(-1) is not _INVALID else flags.StepNone
        return up | down

    def stepBy(self, steps: int) -> None:
        """Change all numbers by steps."""
        value = self._stepped(steps)
        if value is not _INVALID:
            self._set_and_emit(value)
            self.lineEdit().setText(self._text(value))
            self.lineEdit().selectAll()

    def _stepped(self, steps: int) -> Value:
        value, least = self._value, int(self._option.least)
        if value is None:
            stepped: Value = least if steps > 0 else _INVALID
        elif isinstance(value, tuple):
            stepped = tuple(
                (each[0] + steps, each[1] + steps) if isinstance(each, tuple) else each + steps
                for each in value
            )
        else:
            stepped = int(value) + steps
            if stepped < least and self._none:
                stepped = None
        return stepped if self._option.fits(stepped) else _INVALID

    def _read(self, text: str) -> None:
        value = self._parsed(text)
        if self._option.fits(value):
            self._set_and_emit(value)

    def _finish(self) -> None:
        """Show the value; limits replace numbers beyond them."""
        least, most = int(self._option.least), int(self._option.most)
        found = parse_numbers(self.lineEdit().text())
        if isinstance(found, int) and not least <= found <= most:
            limit = min(max(found, least), most)
            explain_limit(self, found, limit)
            self._read(str(limit))
        self.set_value(self._value)

    def _set_and_emit(self, value: Value) -> None:
        if value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _parsed(self, text: str) -> Value:
        """Return the value of a text, or an invalid one."""
        if self._none and text.strip() in ("", self._none):
            return None
        found = parse_numbers(text)
        if isinstance(found, int) and isinstance(self._option.default, tuple):
            return (found,)
        return _INVALID if found is None else found

    def _text(self, value: Value) -> str:
        return self._none if value is None else numbers_text(value)


class SizesFieldEdit(FieldEdit):
    """Field for sizes."""

    def __init__(self, option: Option) -> None:
        """Show the default."""
        self._sizes = SizesEdit(option, translated(option.none))
        super().__init__(
            translated(option.title), f"{translated(option.explanation)} ({option.name})", self._sizes
        )
        self._sizes.value_changed.connect(self.edited.emit)
        self._sizes.lineEdit().textChanged.connect(self._check)
        self._sizes.editingFinished.connect(lambda: self.problem_changed.emit(""))

    def set_value(self, value: object) -> None:
        """Show a number, a tuple of numbers, or None."""
        self._sizes.set_value(cast(Value, value))

    def _check(self) -> None:
        option = self._sizes.option
        text = self.tr("{name} must be from {least} to {most}, e.g. 3 or 3×5.").format(
            name=self.caption.text(), least=option.least, most=option.most
        )
        self.problem_changed.emit("" if self._sizes.hasAcceptableInput() else text)


class UnitsFieldEdit(FieldEdit):
    """Field for the number of units: a number, or one per class."""

    def __init__(self, option: Option) -> None:
        """Show the default."""
        self._number, self._by_class = (
            WholeNumberEdit(),
            CheckBox(QCoreApplication.translate("UnitsFieldEdit", "One per class")),
        )
        self._number.setRange(int(option.least), int(option.most))
        self._classes = 0
        body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._number, 1)
        layout.addWidget(self._by_class)
        super().__init__(
            translated(option.title), f"{translated(option.explanation)} ({option.name})", self._number, body
        )
        self._number.valueChanged.connect(self.edited.emit)
        self._by_class.toggled.connect(self._toggle)

    def set_classes(self, classes: int) -> None:
        """Set the number of classes, 0 for image outputs; used by the next set_value()."""
        self._classes = classes
        self._by_class.setVisible(classes > 0)

    def set_value(self, value: object) -> None:
        """Show a number or CLASSES."""
        by_class = value == CLASSES
        with QSignalBlocker(self._number), QSignalBlocker(self._by_class):
            self._by_class.setChecked(by_class)
            self._number.setEnabled(not by_class)
            self._number.setValue(value if isinstance(value, int) else self._classes)

    def tab_stops(self) -> list[QWidget]:
        """Return the number and the check box."""
        return [self._number, self._by_class]

    def _toggle(self, by_class: bool) -> None:
        self.edited.emit(CLASSES if by_class else self._number.value())


def option_edit(option: Option) -> FieldEdit:
    """Return the editor of an option."""
    if option.allows_classes:
        return UnitsFieldEdit(option)
    if option.lengths or (option.is_whole and option.none):
        return SizesFieldEdit(option)
    return field_edit(option.field(translated))
