"""What the view *Reading* says about an answer: label, verdict, rivals and a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.reading import PLAUSIBLE, Reading, Verdict, probability_text
from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.tasks.task import Task
from desktop_app.views.parts.messages import translated

if TYPE_CHECKING:
    from desktop_app.views.canvas.shown_text import ShownText

_MOST_RIVALS = 3


@dataclass(frozen=True)
class AnswerText:
    """What is shown of an answer.

    Attributes:
        label: in large type; empty for none.
        verdict: chooses the icon.
        sentence: the verdict in words, e.g. "99.7 %" or "Unsure: 4 or 9?".
        short_sentence: for narrow panels; empty if there is no shorter one.
        rivals: other labels with their probabilities, or all that are plausible.
        hint: what to do, or why the answer is as it is; may be empty.
    """

    label: str
    verdict: Verdict
    sentence: str
    short_sentence: str = ""
    rivals: tuple[str, ...] = ()
    hint: str = ""


class AnswerTexts(QObject):
    """Describes answers; a QObject, because it translates."""

    def __init__(self, parent: QObject) -> None:
        """Start with the default task."""
        super().__init__(parent)
        self.set_task(Task(), "")

    def set_task(self, task: Task, rejected: str) -> None:
        """Set the task of the network; rejected: name of "none of the labels", empty if there is none."""
        self._labels, self._texts, self._rejected = task.labels, task_kind(task).texts, rejected

    def of_reading(self, reading: Reading) -> AnswerText:
        """Describe the reading of a page with one character."""
        is_unsure = reading.verdict is Verdict.UNSURE
        return AnswerText(
            reading.label or "",
            reading.verdict,
            self._verdict(reading),
            self.tr("Unsure") if is_unsure else "",
            tuple(self._rivals(reading)),
            self._hint(reading),
        )

    def of_character(self, text: ShownText, reading: Reading) -> AnswerText:
        """Describe the selected character of a text; reading: the one of the character by itself."""
        character, by_itself = text.character, self._by_itself(reading)
        if character.is_mark:
            sentence = self.tr("No character")
            return AnswerText("", Verdict.NOT_A_CHARACTER, sentence, hint=by_itself)
        if character.is_corrected:
            return AnswerText(character.label, Verdict.READ, self.tr("Set by you"), hint=by_itself)
        if text.selected not in text.verdict.to_check:
            share = probability_text(character.confidence)
            return AnswerText(character.label, Verdict.READ, share, hint=by_itself)
        plausible = [each.label for each in character.alternatives if each.probability >= PLAUSIBLE]
        sentence = self._question(tuple(plausible[:2]) or (character.label,))
        return AnswerText(character.label, Verdict.UNSURE, sentence, self.tr("Unsure"), hint=by_itself)

    def announced(self, answer: AnswerText) -> str:
        """Return the verdict without its probability, which changes with every point of the pen."""
        return answer.label if answer.verdict is Verdict.READ else answer.sentence

    def _verdict(self, reading: Reading) -> str:
        match reading.verdict:
            case Verdict.READ:
                return probability_text(reading.confidence)
            case Verdict.UNSURE:
                return self._question(reading.alternatives)
            case Verdict.NOT_A_CHARACTER:
                rejected = translated(rejected_class(self._labels))
                return rejected[:1].upper() + rejected[1:]
            case Verdict.NO_INK:
                return translated(self._texts.empty)

    def _question(self, labels: tuple[str, ...]) -> str:
        if len(labels) == 2:
            return self.tr("Unsure: {first} or {second}?").format(first=labels[0], second=labels[1])
        return self.tr("Unsure: {labels}?").format(labels=", ".join(labels))

    def _hint(self, reading: Reading) -> str:
        """Return what to do without ink, why there is no answer, or why the only plausible one is unsure."""
        if reading.verdict is Verdict.NO_INK:
            return translated(self._texts.request)
        if reading.remark is not None:
            return translated(reading.remark)
        if reading.verdict is Verdict.UNSURE and len(reading.alternatives) == 1:
            return self.tr("The confidence is too low for this model, see Model > About this model.")
        return ""

    def _by_itself(self, reading: Reading) -> str:
        """Return how the network reads the ink of a character without its neighbours; empty without ink."""
        if reading.verdict is Verdict.NO_INK:
            return ""
        if reading.verdict is Verdict.NOT_A_CHARACTER:
            return self.tr("By itself: {verdict}.").format(verdict=translated(rejected_class(self._labels)))
        share = probability_text(reading.confidence)
        return self.tr("By itself: {label} ({probability}).").format(label=reading.label, probability=share)

    def _rivals(self, reading: Reading) -> list[str]:
        """Return the other labels that are probable, all of them if the verdict has no probability."""
        shares = dict(reading.probabilities)
        if shares and self._rejected:
            shares[self._rejected] = reading.not_a_character
        if reading.verdict is Verdict.READ:
            shares.pop(reading.label or "", None)
        elif reading.verdict is Verdict.NOT_A_CHARACTER:
            shares.pop(self._rejected, None)
        named = sorted((name for name in shares if shares[name] >= PLAUSIBLE), key=lambda name: -shares[name])
        return [f"{name} ({probability_text(shares[name])})" for name in named[:_MOST_RIVALS]]
