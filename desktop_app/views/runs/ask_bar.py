"""A question that is answered where it is asked: one line, perhaps a number, yes or no."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from desktop_app.views.parts.theme import STEP


class AskBar(QFrame):
    """Hidden until something is asked; Return says yes, Escape says no."""

    accepted = Signal(int)
    """The user said yes; with the number, 0 where none was asked for."""
    ended = Signal()
    """The question is answered, either way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a question."""
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._words, self._number = QLabel(), QSpinBox()
        self._yes, self._no = QPushButton(), QPushButton(self.tr("Cancel"))
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        for button in (self._yes, self._no):
            button.setAutoDefault(True)
        self._yes.clicked.connect(self._accept)
        self._no.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addWidget(self._words, 1)
        for widget in (self._number, self._yes, self._no):
            layout.addWidget(widget)
        self.hide()

    def ask(self, question: str, yes: str) -> None:
        """Ask for a yes, in the words of the button that says it."""
        self._number.hide()
        self._show(question, yes)
        # What cannot be taken back is not done by a key that was pressed too long.
        self._no.setFocus(Qt.FocusReason.PopupFocusReason)

    def ask_number(self, question: str, yes: str, values: tuple[int, int, int]) -> None:
        """Ask for a number; values are the least, the first and the largest."""
        least, first, most = values
        self._number.setRange(least, most)
        self._number.setValue(first)
        self._number.setAccessibleName(question)
        self._number.show()
        self._show(question, yes)
        self._number.setFocus(Qt.FocusReason.PopupFocusReason)
        self._number.selectAll()

    def question(self) -> str:
        """What is asked; empty while nothing is."""
        return "" if self.isHidden() else self._words.text()

    def dismiss(self) -> None:
        """Take the question back."""
        if not self.isHidden():
            self.hide()
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return says yes in the number, Escape says no everywhere."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._number.hasFocus():
            self._accept()
        else:
            super().keyPressEvent(event)

    def _show(self, question: str, yes: str) -> None:
        self._words.setText(question)
        self.setAccessibleName(question)
        self._yes.setText(yes)
        self.show()

    def _accept(self) -> None:
        number = 0 if self._number.isHidden() else self._number.value()
        self.hide()
        self.accepted.emit(number)
        self.ended.emit()
