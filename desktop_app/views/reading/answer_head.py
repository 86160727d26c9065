"""The answer with its confidence, its rivals and a hint."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop_app.tasks.reading import Verdict
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.reading.answer_label import AnswerLabel
from desktop_app.views.reading.answer_texts import AnswerText

CORRECT_KEYS = "Ctrl+R"
"""Shortcut of *Correct…*."""

LEAST_HEIGHT = 10 * STEP
"""In pixels."""

_ICON_SIZE = 24
_LARGE = 2.2
"""Size of the verdict in relation to the font, if there is room for it."""
_FACTOR_STEP = 0.05

_ICONS = {
    Verdict.READ: "verdict-read",
    Verdict.UNSURE: "verdict-unsure",
    Verdict.NOT_A_CHARACTER: "verdict-not-a-character",
    Verdict.NO_INK: "verdict-no-ink",
}


class AnswerHead(QWidget):
    """Shows the answer in large type, and beside it the verdict, the rivals and a hint."""

    correction_requested = Signal()
    """The user wants to say what it is."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._verdict = Verdict.NO_INK
        self._announced = ""
        self._label = AnswerLabel()
        self._label.setObjectName("reading_label")
        self._icon = QLabel()
        self._icon.setObjectName("verdict_icon")
        self._icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        self._verdict_label = _VerdictLabel()
        self._rivals = _RivalsLabel()
        self._hint = QLabel()
        self._hint.setObjectName("reading_hint")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setWordWrap(True)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        # A new text must not change the minimum size of the panel.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._correct = QToolButton()
        self._correct.setObjectName("correct")
        self._correct.setText(self.tr("Correct…"))
        keys = QKeySequence(CORRECT_KEYS).toString(QKeySequence.SequenceFormat.NativeText)
        tip = self.tr("Say what it is: the model learns it, and it is saved ({keys})")
        self._correct.setToolTip(tip.format(keys=keys))
        self._correct.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._correct.clicked.connect(self.correction_requested)
        for label in (self._icon, self._verdict_label):
            label.setAutoFillBackground(True)
        self._lay_out()
        self._update_style()
        self._correct.hide()
        self._label.hide()
        self._rivals.hide()

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Set the labels of the network, all of which fit."""
        self._label.set_labels(labels)
        self._keep_height()

    def fit(self, size: int, widest: int, highest: int) -> None:
        """Set the size of the answer in pixels.

        Args:
            size: height of a line of text.
            widest: largest width.
            highest: largest height, at least LEAST_HEIGHT.
        """
        self._label.fit(min(size, self._label.line_height_for(highest)), widest)
        self._keep_height()

    def announce(self, text: str) -> None:
        """Announce a new answer to screen readers."""
        if text != self._announced:
            self._announced = text
            announce(self._verdict_label, text)

    def show_answer(self, answer: AnswerText, tool_tip: str, *, can_correct: bool) -> None:
        """Show an answer.

        Args:
            answer: the answer.
            tool_tip: of the verdict; may be empty.
            can_correct: whether to offer a correction.
        """
        self._correct.setVisible(can_correct)
        self._label.set_answer(answer.label)
        self._label.setVisible(bool(answer.label))
        self._verdict_label.set_text(answer.sentence, answer.short_sentence)
        # The names of the labels hide their texts from screen readers.
        self._label.setAccessibleDescription(answer.label)
        self._verdict_label.setAccessibleDescription(answer.sentence)
        self._verdict_label.setToolTip(tool_tip)
        self._rivals.set_rivals(list(answer.rivals), is_question=answer.verdict is Verdict.UNSURE)
        self._rivals.setVisible(bool(answer.rivals))
        self._hint.setText(answer.hint)
        if answer.verdict is not self._verdict:
            self._verdict = answer.verdict
            self._update_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new palette or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._update_style()

    def _lay_out(self) -> None:
        verdict = QHBoxLayout()
        verdict.setSpacing(STEP)
        verdict.addWidget(self._icon)
        verdict.addWidget(self._verdict_label, 1)
        beside = QVBoxLayout()
        beside.setSpacing(STEP // 2)
        beside.addStretch(1)
        beside.addLayout(verdict)
        beside.addWidget(self._rivals)
        below = QHBoxLayout()
        below.setSpacing(STEP)
        below.addWidget(self._hint, 1)
        below.addWidget(self._correct, 0, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(below, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * STEP)
        layout.addWidget(self._label)
        layout.addLayout(beside, 1)

    def _keep_height(self) -> None:
        """Keep the height without an answer."""
        self.setFixedHeight(max(self._label.minimumHeight(), LEAST_HEIGHT))

    def _update_style(self) -> None:
        self._hint.setFont(caption_font(self.font()))
        self._label.restyle(self.font())
        self._verdict_label.restyle(self.font())
        self._update_icon()
        self._keep_height()

    def _update_icon(self) -> None:
        role = QPalette.ColorRole.Accent if self._verdict is Verdict.READ else QPalette.ColorRole.Text
        colour = self.palette().color(role)
        self._icon.setPixmap(icon_pixmap(_ICONS[self._verdict], colour, _ICON_SIZE, self.devicePixelRatioF()))


class _VerdictLabel(QLabel):
    """One line in the largest type that fits, at least in that of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("verdict_label")
        self.setAccessibleName(self.tr("Verdict"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        # A new text must not change the minimum width of the panel.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._base = self.font()
        self.full_text = self._short_text = ""

    def set_text(self, text: str, short_text: str) -> None:
        """Show a text, or a short one where there is no room; empty: none."""
        self.full_text, self._short_text = text, short_text
        self._fit()

    def restyle(self, base: QFont) -> None:
        """Use another font."""
        self._base = QFont(base)
        # The height must not depend on the text.
        self.setFixedHeight(round(QFontMetricsF(self._scaled(_LARGE)).height()))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # Widths of small type are rounded for each letter, with those of the elision a little larger.
        room = self.width() - STEP // 2
        text = self.full_text
        factor = self._factor_for(text, room)
        if self._short_text and self._advance(text, factor) > room:
            text = self._short_text
            factor = self._factor_for(text, room)
        font = self._scaled(factor)
        if font != self.font():
            self.setFont(font)
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width()))

    def _factor_for(self, text: str, room: int) -> float:
        """Return the largest factor of the font with which a text fits, at least 1."""
        factor = _LARGE * min(1.0, room / max(1, self._advance(text, _LARGE)))
        while factor > 1 and self._advance(text, factor) > room:
            factor -= _FACTOR_STEP
        return max(1.0, factor)

    def _advance(self, text: str, factor: float) -> int:
        return QFontMetrics(self._scaled(factor)).horizontalAdvance(text)

    def _scaled(self, factor: float) -> QFont:
        font = QFont(self._base)
        font.setPointSizeF(self._base.pointSizeF() * factor)
        font.setWeight(QFont.Weight.DemiBold)
        return font


class _RivalsLabel(QLabel):
    """One line with as many rivals as there is room for, the most probable first."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("reading_rivals")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._rivals: list[str] = []
        self._is_question = False

    def set_rivals(self, rivals: list[str], *, is_question: bool) -> None:
        """Show rivals; is_question: the answer is one of them."""
        self._rivals, self._is_question = rivals, is_question
        self.setToolTip(self._text(len(rivals)))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many rivals as fit into the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, count = QFontMetricsF(self.font()), len(self._rivals)
        while count > 1 and metrics.horizontalAdvance(self._text(count)) > self.width():
            count -= 1
        self.setText(self._text(count))

    def _text(self, count: int) -> str:
        listed = ", ".join(self._rivals[:count])
        return listed if self._is_question or not listed else self.tr("or {rivals}").format(rivals=listed)
