"""Headline of the evaluation: accuracy, its interval, and what it means in use."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.runs.measures import Evaluation, NumberFigures
from desktop_app.views.evaluation.shares import of_hundred, percent
from desktop_app.views.parts.theme import STEP, display_font

_LARGE = 6 * STEP


class Headline(QWidget):
    """Accuracy in large type, its confidence interval, and a sentence on ten-digit numbers."""

    def __init__(self) -> None:
        """Create an empty headline."""
        super().__init__()
        self._accuracy, self._title, self._count, self._interval, self._sentence = (
            headline_label(name) for name in ("accuracy", "run_title", "sample_count", "interval", "in_use")
        )
        self._accuracy.setFont(display_font(self.font(), _LARGE))
        self._accuracy.setAccessibleName(self.tr("Accuracy"))
        strong = self._title.font()
        strong.setBold(True)
        self._title.setFont(strong)
        self._interval.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for each in (self._title, self._count, self._interval, self._sentence):
            each.setWordWrap(True)
        self._lay_out()

    def set_evaluation(self, evaluation: Evaluation, title: str) -> None:
        """Show the evaluation of a run."""
        count = len(evaluation.answers)
        right = count - len(evaluation.errors)
        low, high = evaluation.interval
        self._accuracy.setText(self.tr("{share} %").format(share=percent(evaluation.accuracy, count)))
        self._title.setText(title)
        self._title.setVisible(bool(title))
        text = self.tr("{right} of {count} test sample(s) correct", "", count)
        self._count.setText(text.format(right=f"{right:,}", count=f"{count:,}"))
        text = self.tr("95 % confidence interval {low} to {high} %, loss {loss}")
        self._interval.setText(
            text.format(low=percent(low, count), high=percent(high, count), loss=f"{evaluation.loss:.4f}")
        )
        self._sentence.setText(self._in_use(evaluation.ten_characters))

    def _in_use(self, row: NumberFigures | None) -> str:
        if row is None:
            return ""
        if row.are_digits:
            text = self.tr("{correct} of 100 ten-digit numbers would be completely correct.")
        else:
            text = self.tr("{correct} of 100 ten-character texts would be completely correct.")
        sentence = text.format(correct=of_hundred(row.all_correct))
        if row.checked is None or row.accepted_wrong is None:
            return sentence
        text = self.tr("If the {checked} unsure ones are checked, {wrong} of 100 remain wrong.")
        checked, wrong = of_hundred(row.checked), of_hundred(row.accepted_wrong)
        return f"{sentence} {text.format(checked=checked, wrong=wrong)}"

    def _lay_out(self) -> None:
        details = QVBoxLayout()
        details.setSpacing(0)
        details.addStretch()
        for each in (self._title, self._count, self._interval):
            details.addWidget(each)
        details.addStretch()
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._accuracy, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(details, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._sentence)


def headline_label(name: str) -> QLabel:
    """Return a label for a plain text that can be selected; name: of the object."""
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
