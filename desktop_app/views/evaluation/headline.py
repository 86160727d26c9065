"""What the eye meets first: how often the network is right, and what that means in use."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.runs.measures import Evaluation, NumberFigures
from desktop_app.views.evaluation.shares import of_hundred, percent
from desktop_app.views.parts.theme import STEP, display_font

_LARGE = 6 * STEP


class Headline(QWidget):
    """Accuracy in large type, how sure that is, and a sentence on telephone numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without words."""
        super().__init__(parent)
        self._accuracy, self._title, self._count, self._quiet, self._sentence = (
            self._label(name) for name in ("accuracy", "run_title", "sample_count", "interval", "in_use")
        )
        self._accuracy.setFont(display_font(self.font(), _LARGE))
        self._accuracy.setAccessibleName(self.tr("Accuracy"))
        strong = self._title.font()
        strong.setBold(True)
        self._title.setFont(strong)
        self._quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for each in (self._title, self._count, self._quiet, self._sentence):
            each.setWordWrap(True)
        self._lay_out()

    def set_evaluation(self, evaluation: Evaluation, title: str) -> None:
        """Say what came out of a run."""
        count = len(evaluation.answers)
        right = count - len(evaluation.errors)
        low, high = evaluation.interval
        self._accuracy.setText(self.tr("{share} %").format(share=percent(evaluation.accuracy, count)))
        self._title.setText(title)
        self._title.setVisible(bool(title))
        words = self.tr("right: {right} of {count} samples that it never saw")
        self._count.setText(words.format(right=f"{right:,}", count=f"{count:,}"))
        words = self.tr("95 % interval {low} to {high} %, loss {loss}")
        self._quiet.setText(
            words.format(low=percent(low, count), high=percent(high, count), loss=f"{evaluation.loss:.4f}")
        )
        self._sentence.setText(self._in_use(evaluation.ten_characters))

    def _in_use(self, row: NumberFigures | None) -> str:
        if row is None:
            return ""
        right = of_hundred(row.all_correct)
        if row.are_digits:
            words = self.tr("Of 100 ten-digit numbers {right} are entirely right.")
            one = self.tr("Of 100 ten-digit numbers 1 is entirely right.")
        else:
            words = self.tr("Of 100 rows of ten characters {right} are entirely right.")
            one = self.tr("Of 100 rows of ten characters 1 is entirely right.")
        sentence = one if right == "1" else words.format(right=right)
        if row.checked is None or row.accepted_wrong is None:
            return sentence
        look, wrong = of_hundred(row.checked), of_hundred(row.accepted_wrong)
        looked = self.tr("1 needs a look") if look == "1" else self.tr("{look} need a look")
        others = self.tr("1 of the others is") if wrong == "1" else self.tr("{wrong} of the others are")
        asked = self.tr("Asked back where it is unsure: {looked}, and {others} wrong.").format(
            looked=looked.format(look=look), others=others.format(wrong=wrong)
        )
        return f"{sentence} {asked}"

    def _label(self, name: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch()
        for each in (self._title, self._count, self._quiet):
            beside.addWidget(each)
        beside.addStretch()
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._accuracy, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._sentence)
