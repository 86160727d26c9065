from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.lines.acceptance import TextVerdict
from desktop_app.lines.line_model import DEFAULT_LEVEL
from desktop_app.lines.text_edits import FixedCharacter
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath, TextReading
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.reading.answer_texts import AnswerText, AnswerTexts

BOX = 0.0, 0.0, 40.0, 60.0
BY_ITSELF = Reading(Verdict.UNSURE, "R", ("R",), {"R": 0.963, "P": 0.03}, confidence=0.963)
HINT = "By itself: R (96.3 %)."


@pytest.fixture
def texts(qtbot: QtBot) -> AnswerTexts:
    owner = QWidget()
    qtbot.addWidget(owner)
    return AnswerTexts(owner)


def text_of(character: CharacterReading, *, must_check: bool = False) -> ShownText:
    """Return a text of one character."""
    line = Line(BOX, (TextPath(character.label, 0.9, (character,)),))
    verdict = Verdict.UNSURE if must_check else Verdict.READ
    to_check = (0,) if must_check else ()
    page = Ink()
    return ShownText(page, TextReading((line,)), TextVerdict(verdict, 0.9, to_check, DEFAULT_LEVEL), 0, page)


def character(label: str, *shares: float, fixed: FixedCharacter | None = None) -> CharacterReading:
    alternatives = tuple(map(LabelProbability, (label, "P"), shares))
    return CharacterReading(label, 0.998, BOX, alternatives, (0,), fixed=fixed)


def test_a_character_of_an_accepted_text_is_read(texts: AnswerTexts) -> None:
    answer = texts.of_character(text_of(character("R", 0.9, 0.1)), BY_ITSELF)
    assert answer == AnswerText("R", Verdict.READ, "99.8 %", hint=HINT)


@pytest.mark.parametrize(("rival", "question"), [(0.1, "Unsure: R or P?"), (0.01, "Unsure: R?")])
def test_a_character_to_check_is_unsure(texts: AnswerTexts, rival: float, question: str) -> None:
    answer = texts.of_character(text_of(character("R", 0.9, rival), must_check=True), BY_ITSELF)
    assert answer == AnswerText("R", Verdict.UNSURE, question, "Unsure", hint=HINT)


def test_a_corrected_character_is_what_the_user_said(texts: AnswerTexts) -> None:
    fixed = FixedCharacter((), "O")
    answer = texts.of_character(text_of(character("O", 1.0, fixed=fixed), must_check=True), BY_ITSELF)
    assert answer == AnswerText("O", Verdict.READ, "Set by you", hint=HINT)


def test_a_mark_is_no_character(texts: AnswerTexts) -> None:
    answer = texts.of_character(text_of(character("")), Reading(Verdict.NOT_A_CHARACTER))
    assert answer == AnswerText("", Verdict.NOT_A_CHARACTER, "No character", hint="By itself: not a digit.")


def test_before_it_was_read_by_itself_there_is_no_hint(texts: AnswerTexts) -> None:
    assert texts.of_character(text_of(character("R")), Reading(Verdict.NO_INK)).hint == ""
