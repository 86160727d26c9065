"""Editors for described fields: the right control for each, with its caption, its tool tip, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSlider, QSpinBox, QVBoxLayout, QWidget

from desktop_app.core.fields import ChoiceField, Field, FlagField, NumberField
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.number_edit import NumberEdit
from desktop_app.views.parts.painted import PaintedView
from desktop_app.views.parts.theme import STEP, caption_font

_BELOW_CAPTION = 2
_VALUE_WIDTH = 6 * STEP


class FieldEdit(QObject):
    """One value of a form: a caption and a control, for a form to lay out."""

    edited = Signal(object)
    """The value that the user has entered, of the type that set_value() takes."""
    problem_changed = Signal(str)
    """What is wrong with what stands there now, in one sentence; empty once nothing is."""

    def __init__(self, title: str, explanation: str, control: QWidget, body: QWidget | None = None) -> None:
        """Caption a control, and let its tool tip explain it; the control owns this.

        Args:
            title, explanation: in the language of the user.
            control: what the keyboard goes to.
            body: what the control stands in, where it does not stand alone.
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
        self.problem_changed.connect(lambda words: self._outline.setVisible(bool(words)))

    def set_value(self, value: object) -> None:
        """Show a value; the very one that is shown already leaves what is being typed alone."""
        raise NotImplementedError

    def set_title(self, title: str) -> None:
        """What the value means from now on."""
        self.caption.setText(title)
        self.control.setAccessibleName(title)

    def cell(self) -> QWidget:
        """The control with its small caption above it, as one widget, which is the same each time."""
        if self._cell is None:
            self._cell = captioned(self.caption, self.body)
        return self._cell

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key stops at, in order."""
        return [self.control]

    def add_to_grid(self, grid: QGridLayout) -> None:
        """Lay caption and control out side by side, in a line below those that a grid has."""
        row, widgets = grid.rowCount(), self._widgets()
        for column, widget in enumerate(widgets):
            grid.addWidget(widget, row, column, 1, 3 - column if widget is widgets[-1] else 1)

    def set_visible(self, visible: bool) -> None:
        """Whether there is anything to set."""
        for widget in self._widgets() if self._cell is None else (self._cell,):
            widget.setVisible(visible)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A wheel that scrolls past changes nothing; the outline has the size of its control."""
        if isinstance(event, QWheelEvent) and not self.control.hasFocus():
            event.ignore()
            return True
        if event.type() == QEvent.Type.Resize:
            self._outline.resize(self.control.size())
        return False

    def _widgets(self) -> tuple[QWidget, ...]:
        return self.caption, self.body


class NumberFieldEdit(FieldEdit):
    """A number to be typed, whole or not."""

    def __init__(self, field: NumberField) -> None:
        """Show the default."""
        self._field = field
        self._number: QSpinBox | NumberEdit
        if field.is_whole:
            self._number = QSpinBox()
            self._number.setRange(int(field.least), int(field.most))
            if field.step:
                self._number.setSingleStep(int(field.step))
            else:
                self._number.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        else:
            self._number = NumberEdit(field.least, field.most, field.step)
            self._number.setSpecialValueText(field.none)
        super().__init__(field.title, field.explanation, self._number)
        self.set_value(field.default)
        self._number.valueChanged.connect(self._tell)
        self._number.lineEdit().textChanged.connect(self._look_at)
        # By then the control has put back what it had.
        self._number.editingFinished.connect(lambda: self.problem_changed.emit(""))

    def set_value(self, value: object) -> None:
        """A number of the range, or None."""
        number = self._field.least if value is None else cast(float, value)
        if self._number.value() != number:
            with QSignalBlocker(self._number):
                self._number.setValue(number)  # type: ignore[arg-type]

    def _tell(self, value: float) -> None:
        self.problem_changed.emit("")
        self.edited.emit(None if self._field.none and value == self._field.least else value)

    def _look_at(self, _: str) -> None:
        words = ""
        if not self._number.hasAcceptableInput():
            least, most = (f"{value:.12g}" for value in (self._field.least, self._field.most))
            words = self.tr("{what} goes from {least} to {most}.").format(
                what=self.caption.text(), least=least, most=most
            )
        self.problem_changed.emit(words)


class ChoiceFieldEdit(FieldEdit):
    """One of a few words."""

    def __init__(self, field: ChoiceField) -> None:
        """Show the default."""
        self._box = NarrowBox()
        super().__init__(field.title, field.explanation, self._box)
        self.set_choices(field.choices)
        self.set_value(field.default)
        self._box.currentIndexChanged.connect(lambda _: self.edited.emit(self._box.currentData()))

    def set_choices(self, choices: Mapping[str, str]) -> None:
        """Offer other values, each with what people see; none of them is chosen yet."""
        with QSignalBlocker(self._box):
            self._box.clear()
            for value, shown in choices.items():
                self._box.addItem(shown, value)

    def set_value(self, value: object) -> None:
        """One of the values."""
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(self._box.findData(value))


class FlagFieldEdit(FieldEdit):
    """Yes or no; its title stands beside the box, level with the controls of other fields."""

    def __init__(self, field: FlagField) -> None:
        """Show the default."""
        self._box = CheckBox(field.title)
        super().__init__(field.title, field.explanation, self._box)
        self.caption.hide()
        self.set_value(field.default)
        self._box.toggled.connect(self.edited.emit)

    def set_value(self, value: object) -> None:
        """True or False."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))


class SliderEdit(FieldEdit):
    """A number to be set with a slider, and what it is beside it."""

    def __init__(self, field: NumberField) -> None:
        """Show the default."""
        self._field = field
        self._slider, self._shown = QSlider(Qt.Orientation.Horizontal), QLabel()
        super().__init__(field.title, field.explanation, self._slider)
        most = field.most if field.reach is None else field.reach
        self._slider.setRange(self._steps(field.least), self._steps(most))
        self._slider.setMinimumWidth(8 * STEP)
        self._shown.setMinimumWidth(_VALUE_WIDTH)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_value(field.default)
        self._slider.valueChanged.connect(self._tell)

    @property
    def _value(self) -> float:
        """What the slider stands at, to the step."""
        value = round(self._slider.value() * self._field.step, 6)
        return int(value) if self._field.is_whole else value

    def set_value(self, value: object) -> None:
        """Stand at a value; one beyond the end of the slider moves the end."""
        at = self._steps(cast(float, value))
        with QSignalBlocker(self._slider):
            self._slider.setMaximum(max(self._slider.maximum(), at))
            self._slider.setValue(at)
        self._say(cast(float, value))

    def _steps(self, value: float) -> int:
        return round(value / self._field.step)

    def _tell(self) -> None:
        self._say(self._value)
        self.edited.emit(self._value)

    def _say(self, value: float) -> None:
        words = self._field.text(value)
        self._shown.setText(words)
        self._slider.setAccessibleDescription(words)

    def _widgets(self) -> tuple[QWidget, ...]:
        return self.caption, self.control, self._shown


class TextEdit(FieldEdit):
    """A line of text."""

    def __init__(self, title: str, problem: Callable[[str], str], explanation: str = "") -> None:
        """A field whose text is entered only where problem(text) finds no sentence against it."""
        self._line = QLineEdit()
        super().__init__(title, explanation, self._line)
        self._problem, self._value = problem, ""
        self._line.textEdited.connect(self._look_at)
        self._line.editingFinished.connect(self._finish)

    def set_value(self, value: object) -> None:
        """The text."""
        self._value = str(value)
        if self._line.text() != self._value:
            self._line.setText(self._value)

    def _look_at(self, text: str) -> None:
        words = self._problem(text)
        self.problem_changed.emit(words)
        if not words:
            self._value = text
            self.edited.emit(text)

    def _finish(self) -> None:
        """What could not be taken does not stay there as if it had been."""
        self._line.setText(self._value)
        self.problem_changed.emit("")


def field_edit(field: Field, *, slider: bool = False) -> FieldEdit:
    """The editor of a described field; with slider, numbers are set with one."""
    if isinstance(field, ChoiceField):
        return ChoiceFieldEdit(field)
    if isinstance(field, FlagField):
        return FlagFieldEdit(field)
    return SliderEdit(field) if slider else NumberFieldEdit(field)


def captioned(caption: QLabel, body: QWidget) -> QWidget:
    """A widget with a small caption above, as one."""
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
    """A dashed frame over a control in which something stands that cannot be taken."""

    is_opaque = False

    def __init__(self, control: QWidget) -> None:
        """Start hidden."""
        super().__init__(control)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The frame."""
        painter.setPen(QPen(self.text_style.accent, 2, Qt.PenStyle.DashLine))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
