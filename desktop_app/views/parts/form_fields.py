"""Editors for fields: a control with caption, tooltip and error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.core.fields import ChoiceField, Field, FlagField, NumberField
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.number_edit import NumberEdit, WholeNumberEdit
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.theme import STEP, caption_font

_BELOW_CAPTION = 2
_VALUE_WIDTH = 6 * STEP


class FieldEdit(QObject):
    """The editor of one value: a caption and a control, which a form lays out."""

    edited = Signal(object)
    """The value that the user has entered, of the type of set_value()."""
    problem_changed = Signal(str)
    """What is wrong with the input, in one sentence; empty: nothing."""

    def __init__(self, title: str, explanation: str, control: QWidget, body: QWidget | None = None) -> None:
        """Add a caption and a tooltip to a control, which becomes the parent of this object.

        Args:
            title, explanation: translated texts.
            control: has the keyboard focus.
            body: contains the control, if it is not alone.
        """
        super().__init__(control)
        self.control, self.caption, self.body = control, QLabel(title), body or control
        self._cell: QWidget | None = None
        self._outline = _Outline(control)
        self.caption.setBuddy(control)
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.setAccessibleName(title)
        control.setAccessibleDescription(explanation)
        for widget in (self.caption, control):
            widget.setToolTip(explanation)
        control.installEventFilter(self)
        self.problem_changed.connect(lambda problem: self._outline.setVisible(bool(problem)))

    def set_value(self, value: object) -> None:
        """Show a value; an equal one does not change what is being typed."""
        raise NotImplementedError

    def set_title(self, title: str) -> None:
        """Set the title."""
        self.caption.setText(title)
        self.control.setAccessibleName(title)

    def cell(self) -> QWidget:
        """Return one widget with the control below its caption; the same on each call."""
        if self._cell is None:
            self._cell = captioned(self.caption, self.body)
        return self._cell

    def tab_stops(self) -> list[QWidget]:
        """Return the widgets that the Tab key stops at, in order."""
        return [self.control]

    def add_to_grid(self, grid: QGridLayout) -> None:
        """Add caption and control as a new row of a grid."""
        row, widgets = grid.rowCount(), self._widgets()
        for column, widget in enumerate(widgets):
            grid.addWidget(widget, row, column, 1, 3 - column if widget is widgets[-1] else 1)

    def set_visible(self, visible: bool) -> None:
        """Show or hide the field."""
        for widget in self._widgets() if self._cell is None else (self._cell,):
            widget.setVisible(visible)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore the wheel without focus; give the outline the size of the control."""
        if isinstance(event, QWheelEvent) and not self.control.hasFocus():
            event.ignore()
            return True
        if event.type() == QEvent.Type.Resize:
            self._outline.resize(self.control.size())
        return False

    def _widgets(self) -> tuple[QWidget, ...]:
        return self.caption, self.body


class NumberFieldEdit(FieldEdit):
    """The editor of a number."""

    def __init__(self, field: NumberField) -> None:
        """Show the default."""
        self._field = field
        self._number: WholeNumberEdit | NumberEdit
        if field.is_whole:
            self._number = WholeNumberEdit()
            self._number.setRange(int(field.least), int(field.most))
            if field.step:
                self._number.setSingleStep(int(field.step))
            else:
                self._number.setStepType(WholeNumberEdit.StepType.AdaptiveDecimalStepType)
        else:
            self._number = NumberEdit(field.least, field.most, field.step)
            self._number.setSpecialValueText(field.none)
        super().__init__(field.title, field.explanation, self._number)
        self.set_value(field.default)
        self._number.valueChanged.connect(self._emit_value)
        self._number.lineEdit().textChanged.connect(self._check_input)
        # The control has restored its last valid value by then.
        self._number.editingFinished.connect(lambda: self.problem_changed.emit(""))

    def set_value(self, value: object) -> None:
        """Show a number in the range, or None."""
        number: Any = self._field.least if value is None else value
        if self._number.value() != number:
            with QSignalBlocker(self._number):
                self._number.setValue(number)

    def _emit_value(self, value: float) -> None:
        self.problem_changed.emit("")
        self.edited.emit(None if self._field.none and value == self._field.least else value)

    def _check_input(self, _: str) -> None:
        problem = ""
        if not self._number.hasAcceptableInput():
            least, most = (f"{value:.12g}" for value in (self._field.least, self._field.most))
            problem = self.tr("{title} must be between {least} and {most}.").format(
                title=self.caption.text(), least=least, most=most
            )
        self.problem_changed.emit(problem)


class ChoiceFieldEdit(FieldEdit):
    """The editor of a choice."""

    def __init__(self, field: ChoiceField) -> None:
        """Show the default."""
        self._box = NarrowBox()
        super().__init__(field.title, field.explanation, self._box)
        self.set_choices(field.choices)
        self.set_value(field.default)
        self._box.currentIndexChanged.connect(lambda _: self.edited.emit(self._box.currentData()))

    def set_choices(self, choices: Mapping[str, str]) -> None:
        """Replace the choices: values and their texts; none is selected."""
        with QSignalBlocker(self._box):
            self._box.clear()
            for value, text in choices.items():
                self._box.addItem(text, value)

    def set_value(self, value: object) -> None:
        """Select a value."""
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(self._box.findData(value))


class FlagFieldEdit(FieldEdit):
    """The editor of a Boolean; its title is beside the box, level with the controls of other fields."""

    def __init__(self, field: FlagField) -> None:
        """Show the default."""
        self._box = CheckBox(field.title)
        super().__init__(field.title, field.explanation, self._box)
        self.caption.hide()
        self.set_value(field.default)
        self._box.toggled.connect(self.edited.emit)

    def set_value(self, value: object) -> None:
        """Show True or False."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))


class SliderEdit(FieldEdit):
    """The editor of a number with a slider, which shows the number beside it."""

    def __init__(self, field: NumberField) -> None:
        """Show the default."""
        self._field = field
        self._slider, self._text = Slider(), QLabel()
        super().__init__(field.title, field.explanation, self._slider)
        most = field.most if field.reach is None else field.reach
        self._slider.setRange(self._steps(field.least), self._steps(most))
        self._slider.setMinimumWidth(8 * STEP)
        self._text.setMinimumWidth(_VALUE_WIDTH)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_value(field.default)
        self._slider.valueChanged.connect(self._emit_value)

    @property
    def _value(self) -> float:
        """The value of the slider, rounded to the step."""
        value = round(self._slider.value() * self._field.step, 6)
        return int(value) if self._field.is_whole else value

    def set_value(self, value: object) -> None:
        """Show a value; one beyond the end of the slider extends it."""
        at = self._steps(cast(float, value))
        with QSignalBlocker(self._slider):
            self._slider.setMaximum(max(self._slider.maximum(), at))
            self._slider.setValue(at)
        self._show(cast(float, value))

    def _steps(self, value: float) -> int:
        return round(value / self._field.step)

    def _emit_value(self) -> None:
        self._show(self._value)
        self.edited.emit(self._value)

    def _show(self, value: float) -> None:
        text = self._field.text(value)
        self._text.setText(text)
        self._slider.setAccessibleDescription(text)

    def _widgets(self) -> tuple[QWidget, ...]:
        return self.caption, self.control, self._text


class TextEdit(FieldEdit):
    """The editor of a line of text."""

    def __init__(self, title: str, problem: Callable[[str], str], explanation: str = "") -> None:
        """Start empty; problem(text) returns what is wrong with a text, empty: nothing."""
        self._line = QLineEdit()
        super().__init__(title, explanation, self._line)
        self._problem, self._value = problem, ""
        self._line.textEdited.connect(self._check_input)
        self._line.editingFinished.connect(self._finish)

    def set_value(self, value: object) -> None:
        """Show a text."""
        self._value = str(value)
        if self._line.text() != self._value:
            self._line.setText(self._value)
            # A long text is shown from its beginning.
            self._line.setCursorPosition(0)

    def _check_input(self, text: str) -> None:
        problem = self._problem(text)
        self.problem_changed.emit(problem)
        if not problem:
            self._value = text
            self.edited.emit(text)

    def _finish(self) -> None:
        """Restore the last valid text."""
        self._line.setText(self._value)
        self.problem_changed.emit("")


def field_edit(field: Field, *, slider: bool = False) -> FieldEdit:
    """Return the editor of a field; slider: edit numbers with a slider."""
    if isinstance(field, ChoiceField):
        return ChoiceFieldEdit(field)
    if isinstance(field, FlagField):
        return FlagFieldEdit(field)
    return SliderEdit(field) if slider else NumberFieldEdit(field)


def captioned(caption: QLabel, body: QWidget) -> QWidget:
    """Return one widget with a caption above another widget."""
    cell = QWidget()
    caption.setFont(caption_font(caption.font()))
    caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    body.setMinimumHeight(body.fontMetrics().height() + 3 * STEP // 2)
    layout = QVBoxLayout(cell)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(_BELOW_CAPTION)
    layout.addStretch()
    layout.addWidget(caption)
    layout.addWidget(body)
    return cell


class _Outline(PaintedView):
    """A dashed frame over a control with an invalid input."""

    is_opaque = False

    def __init__(self, control: QWidget) -> None:
        """Start hidden."""
        super().__init__(control)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the frame."""
        painter.setPen(QPen(self.text_style.accent, 2, Qt.PenStyle.DashLine))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
