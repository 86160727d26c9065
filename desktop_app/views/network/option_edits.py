"""Editors for options of layers: the fields that all forms have, sizes, and one unit for each class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QSpinBox, QWidget

from desktop_app.networks.layers.options import CLASSES, Option, Value, numbers_of, numbers_text
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.form_fields import FieldEdit, field_edit
from desktop_app.views.parts.theme import STEP

Say: TypeAlias = Callable[[str], str]
Validated = tuple[QValidator.State, str, int]

_NOTHING = ""
"""No value that sizes may have."""


class SizesEdit(QAbstractSpinBox):
    """Whole numbers: one for all axes, "3", or one for each, "3×5"."""

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

    @property
    def option(self) -> Option:
        """What the sizes may be."""
        return self._option

    def set_value(self, value: Value) -> None:
        """Show a value, without telling anybody; what is being typed and means the same stays."""
        self._value = value
        if not self.lineEdit().hasFocus() or self._meant(self.lineEdit().text()) != value:
            self.lineEdit().setText(self._text(value))

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


class SizesFieldEdit(FieldEdit):
    """Sizes, as a field."""

    def __init__(self, option: Option, say: Say) -> None:
        """Show the default; say puts words into the user's language."""
        self._sizes = SizesEdit(option, say(option.none) if option.none else "")
        super().__init__(say(option.title), f"{say(option.explanation)} ({option.name})", self._sizes)
        self._sizes.value_changed.connect(self.edited.emit)
        self._sizes.lineEdit().textChanged.connect(self._look_at)
        self._sizes.editingFinished.connect(lambda: self.problem_changed.emit(""))

    def set_value(self, value: object) -> None:
        """A number, a tuple of numbers, or None."""
        self._sizes.set_value(cast(Value, value))

    def _look_at(self) -> None:
        option = self._sizes.option
        words = self.tr("{what} goes from {least} to {most}, e.g. 3 or 3×5.").format(
            what=self.caption.text(), least=option.least, most=option.most
        )
        self.problem_changed.emit("" if self._sizes.hasAcceptableInput() else words)


class UnitsFieldEdit(FieldEdit):
    """How many units there are: a number, or one for each class of the data."""

    def __init__(self, option: Option, say: Say) -> None:
        """Start with the usual number; say puts words into the user's language."""
        self._number, self._by_class = QSpinBox(), CheckBox(say("One per class"))
        self._number.setRange(int(option.least), int(option.most))
        self._classes = 0
        body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._number, 1)
        layout.addWidget(self._by_class)
        super().__init__(say(option.title), f"{say(option.explanation)} ({option.name})", self._number, body)
        self._number.valueChanged.connect(self.edited.emit)
        self._by_class.toggled.connect(self._toggle)

    def set_classes(self, classes: int) -> None:
        """How many answers the network gives, 0 where it gives images; shown with the next value."""
        self._classes = classes
        self._by_class.setVisible(classes > 0)

    def set_value(self, value: object) -> None:
        """A number or CLASSES."""
        by_class = value == CLASSES
        with QSignalBlocker(self._number), QSignalBlocker(self._by_class):
            self._by_class.setChecked(by_class)
            self._number.setEnabled(not by_class)
            self._number.setValue(value if isinstance(value, int) else self._classes)

    def tab_stops(self) -> list[QWidget]:
        """The number, then whether there is one for each class."""
        return [self._number, self._by_class]

    def _toggle(self, by_class: bool) -> None:
        self.edited.emit(CLASSES if by_class else self._number.value())


def option_edit(option: Option, say: Say) -> FieldEdit:
    """The editor of an option; say puts words into the user's language."""
    if option.by_class:
        return UnitsFieldEdit(option, say)
    if option.lengths or (option.is_whole and option.none):
        return SizesFieldEdit(option, say)
    return field_edit(option.field(say))
