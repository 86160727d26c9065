"""The question what a drawing is, answered with one key or click."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.core.text import with_digits_of
from desktop_app.tasks.reading import Reading
from desktop_app.views.parts.arrow_keys import typed_label
from desktop_app.views.parts.outline import paint_outline
from desktop_app.views.parts.theme import STEP, caption_font

NO_CHARACTER = ""
"""The answer that it is none of the labels."""

_MOST_LABELS = 60
_WIDTH, _WIDTH_FOR_MANY = 40 * STEP, 48 * STEP
_COLUMNS, _COLUMNS_FOR_MANY, _COLUMNS_OF_WORDS = 5, 8, 3
_MANY = 20
"""Labels of one character from which on there are more columns."""


class CorrectionPopup(QFrame):
    """Offers the labels of a model; a typed character chooses it, also one that is no label.

    Of many labels, the most probable are offered. Digits come first, then capitals and small letters; words
    are in the order of their probabilities.
    """

    chosen = Signal(str)
    """The right label, another character that was typed, or NO_CHARACTER."""

    def __init__(
        self,
        reading: Reading,
        labels: tuple[str, ...],
        rejected: str,
        parent: QWidget,
        others: Collection[str] = (),
    ) -> None:
        """Ask about a reading.

        Args:
            reading: what the model reads.
            labels: labels of the model.
            rejected: name of the answer that it is none of them; empty if the model does not reject.
            parent: the popup closes with it.
            others: characters that are kept as typed, such as the small letter of a label that stands for
                both cases; the case of the remaining ones is changed if only that makes a label.
        """
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("correction_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("What is it?"))
        self._labels, self._others = labels, others
        title = QLabel(self.tr("What is it?"))
        hint = QLabel(self.tr("Press its key or click. It is saved in My samples, and the model learns it."))
        hint.setWordWrap(True)
        hint.setFont(caption_font(self.font()))
        hint.setForegroundRole(hint.foregroundRole().PlaceholderText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(title)
        layout.addLayout(self._answers(reading, rejected))
        layout.addWidget(hint)

    def _answers(self, reading: Reading, rejected: str) -> QGridLayout:
        """Return a grid with a button for each answer; set the width of the popup for its columns."""
        labels = self._labels
        probable = sorted(labels, key=lambda label: -reading.probabilities.get(label, 0.0))[:_MOST_LABELS]
        has_words, is_many = any(len(label) > 1 for label in labels), len(probable) >= _MANY
        order = (
            probable if has_words else sorted(probable, key=lambda each: (_kind(each), labels.index(each)))
        )
        columns = _COLUMNS_OF_WORDS if has_words else _COLUMNS_FOR_MANY if is_many else _COLUMNS
        self.setFixedWidth(_WIDTH_FOR_MANY if columns == _COLUMNS_FOR_MANY else _WIDTH)
        answers = QGridLayout()
        answers.setSpacing(STEP)
        for number, label in enumerate(order):
            button = self._button(label, label, is_answer=label == reading.label)
            if label == probable[0]:
                self._first = button
            answers.addWidget(button, *divmod(number, columns))
        if rejected:
            name = f"{rejected[:1].upper()}{rejected[1:]}"
            button = self._button(name, NO_CHARACTER, is_answer=False)
            answers.addWidget(button, answers.rowCount(), 0, 1, columns)
        return answers

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an outline, which is visible on a dark window."""
        super().paintEvent(event)
        paint_outline(self)

    def show_beside(self, subject: QRect, frame: QRect, screen: QRect) -> None:
        """Show the popup where it does not cover what it asks about, inside the screen.

        Args:
            subject: what the question is about, global like all areas.
            frame: area around it that is covered rather than what lies outside.
            screen: the available area.
        """
        layout = self.layout()
        assert layout is not None
        self.setFixedHeight(layout.totalHeightForWidth(self.width()))
        areas = [self._area_at(corner, screen) for corner in self._corners(subject, frame)]
        self.move(min(areas, key=lambda area: _covered(area, subject)).topLeft())
        self.show()
        self._first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _corners(self, subject: QRect, frame: QRect) -> tuple[QPoint, ...]:
        """Return where the upper left corner may be, the best first."""
        middle = subject.center() - self.rect().center()
        left, top = subject.left() - STEP - self.width(), subject.top() - STEP - self.height()
        right, bottom = subject.right() + 1 + STEP, subject.bottom() + 1 + STEP
        beside = [QPoint(right, middle.y()), QPoint(left, middle.y())]
        under = [QPoint(middle.x(), bottom), QPoint(middle.x(), top)]
        # Beside a character of a text are others.
        in_frame = [each for each in (*under, *beside) if frame.contains(QRect(each, self.size()))]
        return (*in_frame, *beside, *under)

    def _area_at(self, corner: QPoint, screen: QRect) -> QRect:
        """Return the area of the popup at a corner, moved into the screen."""
        left = min(max(corner.x(), screen.left()), max(screen.left(), screen.right() - self.width()))
        top = min(max(corner.y(), screen.top()), max(screen.top(), screen.bottom() - self.height()))
        return QRect(QPoint(left, top), self.size())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the label of a typed character; Escape closes."""
        if typed := typed_label(event):
            self._choose(self._label_of(typed))
        else:
            super().keyPressEvent(event)

    def _label_of(self, typed: str) -> str:
        """Return a typed character, or the label of the other case or script if only that is one."""
        typed = with_digits_of(self._labels, typed)
        if typed in self._others:
            return typed
        return next((each for each in (typed, typed.upper(), typed.lower()) if each in self._labels), typed)

    def _button(self, text: str, label: str, *, is_answer: bool) -> QPushButton:
        button = QPushButton(text.replace("&", "&&"))
        button.setObjectName(f"label {label}")
        button.setAutoDefault(True)
        button.setMinimumHeight(4 * STEP)
        tip = self.tr("It is {label}").format(label=text)
        if is_answer:
            tip = self.tr("The answer is right: it is {label}").format(label=text)
            font = button.font()
            font.setBold(True)
            button.setFont(font)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(self._choosing(label))
        return button

    def _choosing(self, label: str) -> Callable[[], None]:
        return lambda: self._choose(label)

    def _choose(self, label: str) -> None:
        self.close()
        self.chosen.emit(label)


def _kind(label: str) -> int:
    """Return the place of a label's kind: digits, capitals, small letters, others."""
    kinds = label.isdecimal(), label.isupper(), label.islower(), True
    return kinds.index(True)


def _covered(area: QRect, subject: QRect) -> int:
    """Return how many pixels of a subject an area covers."""
    both = area.intersected(subject)
    return both.width() * both.height() if both.isValid() else 0
