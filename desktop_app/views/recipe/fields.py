"""Fields of a form: a caption and an editor, which tells what was entered and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.recipe.number_edit import NumberEdit


class Field(QWidget):
    """One value of a form."""

    edited = Signal(object)
    """The value that the user has entered, of the type that set_value() takes."""
    refused = Signal(str)
    """What is wrong with what stands there now, in one sentence; empty once nothing is."""

    def __init__(self, caption: str, editor: QWidget, tip: str) -> None:
        """Lay a caption and an editor out, one above the other."""
        super().__init__()
        self._editor, self._caption = editor, QLabel(caption)
        self._caption.setBuddy(editor)
        self._caption.setFont(caption_font(self.font()))
        self._caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        editor.setMinimumHeight(self.fontMetrics().height() + 3 * STEP // 2)
        editor.setAccessibleName(caption)
        editor.setAccessibleDescription(tip)
        self.setToolTip(tip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._caption)
        layout.addWidget(editor)

    @property
    def editor(self) -> QWidget:
        """What the user works with."""
        return self._editor

    def set_caption(self, caption: str) -> None:
        """What the value means from now on."""
        self._caption.setText(caption)
        self._editor.setAccessibleName(caption)

    def set_value(self, value: object) -> None:
        """Show a value; the very one that is shown already leaves what is being typed alone."""
        raise NotImplementedError


class NumberField(Field):
    """A number, whole or not."""

    def __init__(self, caption: str, editor: QSpinBox | NumberEdit, tip: str = "") -> None:
        """A field around an editor with its range."""
        super().__init__(caption, editor, tip)
        self._number: QSpinBox | QDoubleSpinBox = editor
        editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        editor.installEventFilter(self)
        editor.valueChanged.connect(self._tell)
        editor.lineEdit().textChanged.connect(self._look_at)
        # By then the editor has put back what it had.
        editor.editingFinished.connect(lambda: self.refused.emit(""))

    def set_value(self, value: object) -> None:
        """A number of the editor's range."""
        number = cast(float, value)
        if self._number.value() != number:
            with QSignalBlocker(self._number):
                self._number.setValue(number)  # type: ignore[arg-type]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A wheel that scrolls past changes nothing."""
        return _scrolls_past(self._number, event)

    def _tell(self, value: float) -> None:
        self.refused.emit("")
        self.edited.emit(value)

    def _look_at(self, _: str) -> None:
        words = ""
        if not self._number.hasAcceptableInput():
            least, most = (f"{value:.12g}" for value in (self._number.minimum(), self._number.maximum()))
            words = self.tr("{what} goes from {least} to {most}.").format(
                what=self._caption.text(), least=least, most=most
            )
        self.refused.emit(words)


class TextField(Field):
    """A line of text."""

    def __init__(self, caption: str, problem: Callable[[str], str], tip: str = "") -> None:
        """A field whose text is entered only where problem(text) finds no sentence against it."""
        self._line = QLineEdit()
        super().__init__(caption, self._line, tip)
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
        self.refused.emit(words)
        if not words:
            self._value = text
            self.edited.emit(text)

    def _finish(self) -> None:
        """What could not be taken does not stay there as if it had been."""
        self._line.setText(self._value)
        self.refused.emit("")


class WordField(Field):
    """One of a few words."""

    def __init__(self, caption: str, words: Mapping[str, str], tip: str = "") -> None:
        """A field for values, each with what people see."""
        self._box = QComboBox()
        super().__init__(caption, self._box, tip)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setMinimumContentsLength(8)
        self._box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._box.installEventFilter(self)
        self.set_words(words)
        self._box.currentIndexChanged.connect(lambda _: self.edited.emit(self._box.currentData()))

    def set_words(self, words: Mapping[str, str]) -> None:
        """Offer other values, each with what people see."""
        with QSignalBlocker(self._box):
            self._box.clear()
            for value, shown in words.items():
                self._box.addItem(shown, value)

    def set_value(self, value: object) -> None:
        """One of the values."""
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(self._box.findData(value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A wheel that scrolls past changes nothing."""
        return _scrolls_past(self._box, event)


class FlagField(Field):
    """Yes or no; its words stand beside the box, level with the editors of other fields."""

    def __init__(self, caption: str, tip: str = "") -> None:
        """A field that is off."""
        self._box = CheckBox(caption)
        super().__init__(caption, self._box, tip)
        self._caption.hide()
        self._box.toggled.connect(self.edited.emit)

    def set_value(self, value: object) -> None:
        """True or False."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))


def _scrolls_past(editor: QWidget, event: QEvent) -> bool:
    if isinstance(event, QWheelEvent) and not editor.hasFocus():
        event.ignore()
        return True
    return False
