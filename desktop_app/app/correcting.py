"""Correcting of readings in the window: the question, the saved sample, and what was learned from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect

from desktop_app.app.window.correction_popup import CorrectionPopup
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageAction
from desktop_app.core.errors import UserError
from desktop_app.ink.page import Page
from desktop_app.lines.text_edits import FixedCharacter, InkRange
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.rejected_name import rejected_name

if TYPE_CHECKING:
    from desktop_app.data.learner import Learned
    from desktop_app.data.my_samples import MySample


_MOST_FOLLOWED = 50
"""Number of corrected characters whose samples are removed if the correction is undone."""


@dataclass(eq=False)
class _CharacterCorrection:
    """A character of a text that the user has corrected.

    Attributes:
        text_page: the page of the text.
        character: its ink with the label.
        page: with its ink only.
        sample: saved in My samples; None before it is saved and while the correction is undone.
        is_undone: whether its sample was removed.
    """

    text_page: Page
    character: FixedCharacter
    page: Page
    sample: MySample | None = None
    is_undone: bool = False


class Correcting(QObject):
    """Asks what the page on the canvas is, and reports what was learned.

    The sample of a corrected character is removed if the correction is undone on the canvas.
    """

    def __init__(self, window: MainWindow) -> None:
        """Connect a window."""
        super().__init__(window)
        self._window, self._corrections = window, window.context.corrections
        self._sample: MySample | None = None
        self._characters: list[_CharacterCorrection] = []
        window.canvas.edits_changed.connect(self._follow_edits)
        window.context.label_requested.connect(self.ask)
        window.context.correction_requested.connect(self._correct_character)
        self._corrections.added.connect(self._added)
        self._corrections.taken_back.connect(self._taken_back)
        self._corrections.learned.connect(self._learned)

    def ask(self) -> None:
        """Ask what is on the canvas."""
        network, read = self._window.network, self._window.last_reading
        reading = None if read is None else read[1].reading
        if network is None or read is None or reading is None or not reading.probabilities:
            self._window.messages.show(self.tr("Draw or open something first, then say what it is."))
            return
        page, text = read[0], self._window.context.text.value
        task = network.task
        popup = CorrectionPopup(
            reading, network.labels, rejected_name(task), self._window, others=task.label_index
        )
        popup.chosen.connect(lambda label: self._choose(page, text, label))
        canvas = self._window.canvas
        corner, subject = canvas.mapToGlobal(QPoint()), canvas.inspected_area()
        popup.show_beside(
            subject.translated(corner), QRect(corner, canvas.size()), canvas.screen().availableGeometry()
        )
        # Meanwhile, so that the answer is learned at once.
        self._corrections.prepare()

    def _choose(self, page: Page, text: ShownText | None, label: str) -> None:
        """Save a page with its label, which the selected character of the text also gets, if there is one."""
        if text is None:
            self._corrections.add(page, label)
        else:
            ranges = text.character.ranges
            self._window.context.text_commands.run(lambda: self._correct(page, ranges, label))

    def _correct(self, page: Page, ranges: tuple[InkRange, ...], label: str) -> None:
        """Correct the selected character if it is still the same ink; else only save the page."""
        text = self._window.context.text.value
        if text is not None and text.character.ranges == ranges:
            # The next keys are for the next character.
            self._window.canvas.setFocus()
            self._window.context.correction_requested.emit(text.selected, label)
        else:
            self._corrections.add(page, label)

    def _correct_character(self, number: int, label: str) -> None:
        """Save the selected character of a text with the label that the user gave it."""
        text = self._window.context.text.value
        if text is not None and text.selected == number:
            character = FixedCharacter(text.character.ranges, label)
            correction = _CharacterCorrection(text.page, character, text.character_page)
            self._characters = [*self._characters, correction][-_MOST_FOLLOWED:]
            self._save(correction)

    def _save(self, correction: _CharacterCorrection) -> None:
        def saved(sample: MySample) -> None:
            correction.sample = sample
            self._follow_edits()

        assert correction.character.label is not None
        self._corrections.add(correction.page, correction.character.label, saved)

    def _follow_edits(self) -> None:
        """Remove the samples of corrections that were undone on the canvas; save those that were redone."""
        canvas = self._window.canvas
        for correction in self._characters:
            if correction.text_page is not canvas.page:
                continue
            is_made = correction.character in canvas.edits.characters
            if correction.sample is not None and not is_made:
                sample, correction.sample = correction.sample, None
                correction.is_undone = True
                self._corrections.take_back(sample)
                self._window.messages.show(self.tr("The correction is undone, and its sample is removed."))
            elif correction.is_undone and is_made:
                correction.is_undone = False
                self._save(correction)

    def _added(self, sample: MySample) -> None:
        self._sample = sample

    def _taken_back(self, sample: MySample) -> None:
        if sample == self._sample:
            self._sample = None
        self._characters = [each for each in self._characters if each.sample != sample]

    def _learned(self, result: Learned | UserError) -> None:
        """Report what was learned from the sample that was saved last, if that has not been reported."""
        sample, self._sample = self._sample, None
        if sample is None:
            return
        sentences = [self._saved_text(sample)]
        if isinstance(result, UserError):
            sentences.append(translated(result))
        else:
            sentences.append(translated(result.outcome))
            other = next(
                (a if b == sample else b for a, b in result.contradictions if sample in (a, b)), None
            )
            if other is not None:
                sentences.append(self._contradiction_text(other))
        undo = MessageAction(self.tr("Undo"), lambda: self._undo(sample))
        # The next character is often written before the message has been read.
        self._window.messages.show(" ".join(sentences), outlasts_page=True, action=undo)

    def _undo(self, sample: MySample) -> None:
        """Remove a sample; if it is a character of the text on the canvas, the network reads that again."""
        canvas = self._window.canvas
        canvas.setFocus()
        for each in self._characters:
            if each.sample == sample and each.text_page is canvas.page:
                read = replace(each.character, label=None)
                canvas.set_edits(canvas.edits.with_characters(read))
                return
        self._corrections.take_back(sample)

    def _saved_text(self, sample: MySample) -> str:
        if not sample.label:
            return self.tr("Saved in My samples as no character.")
        return self.tr("Saved in My samples as “{label}”.").format(label=sample.label)

    def _contradiction_text(self, other: MySample) -> str:
        label = other.label or self.tr("no character")
        return self.tr("It looks like a sample with the label “{label}”.").format(label=label)
