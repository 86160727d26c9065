"""Bar with a question, an optional number, and buttons to accept or cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from desktop_app.views.parts.number_edit import WholeNumberEdit
from desktop_app.views.parts.theme import STEP


class AskBar(QFrame):
    """A question; hidden while there is none. Return accepts the number, Escape cancels."""

    accepted = Signal(int)
    """The number that the user accepted; 0 if the question has none."""
    ended = Signal()
    """The question was accepted or dismissed."""

    def __init__(self) -> None:
        """Create a hidden bar."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._label, self._number = QLabel(), WholeNumberEdit()
        self._accept_button, self._cancel_button = QPushButton(), QPushButton(self.tr("Cancel"))
        self._cancel_button.setToolTip(self.tr("Change nothing (Esc)"))
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        for button in (self._accept_button, self._cancel_button):
            button.setAutoDefault(True)
        self._accept_button.clicked.connect(self._accept)
        self._cancel_button.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addWidget(self._label, 1)
        for widget in (self._number, self._accept_button, self._cancel_button):
            layout.addWidget(widget)
        self.hide()

    def ask(self, question: str, accept: str) -> None:
        """Ask a question; accept is the text of the button that accepts it."""
        self._number.hide()
        self._show(question, accept)
        # A key held too long must not accept what cannot be undone.
        self._cancel_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def ask_number(self, question: str, accept: str, values: tuple[int, int, int]) -> None:
        """Ask for a number; values are the minimum, the default and the maximum."""
        least, first, most = values
        self._number.setRange(least, most)
        self._number.setValue(first)
        self._number.setAccessibleName(question)
        self._number.setToolTip(question)
        self._number.show()
        self._show(question, accept)
        self._number.setFocus(Qt.FocusReason.PopupFocusReason)
        self._number.selectAll()

    def question(self) -> str:
        """Return the question; empty while hidden."""
        return "" if self.isHidden() else self._label.text()

    def dismiss(self) -> None:
        """Hide the question."""
        if not self.isHidden():
            self.hide()
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept with Return in the number, dismiss with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._number.hasFocus():
            self._accept()
        else:
            super().keyPressEvent(event)

    def _show(self, question: str, accept: str) -> None:
        self._label.setText(question)
        self.setAccessibleName(question)
        self._accept_button.setText(accept)
        self._accept_button.setToolTip(question)
        self.show()

    def _accept(self) -> None:
        number = 0 if self._number.isHidden() else self._number.value()
        self.hide()
        self.accepted.emit(number)
        self.ended.emit()
