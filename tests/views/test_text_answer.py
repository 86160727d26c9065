"""The text of a page with many lines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.lines.acceptance import judge_text
from desktop_app.lines.line_model import DEFAULT_LEVEL
from desktop_app.lines.text_reading import CharacterReading, Line, TextPath, TextReading
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.reading.text_answer import TextAnswer, TextCharacters
from tests.finding import child
from tests.synthetic_numbers import number
from tests.views.announcements import record_announcements


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return open_recognizer(find_model("digits"))


@pytest.fixture
def characters(qtbot: QtBot) -> TextCharacters:
    widget = TextCharacters()
    qtbot.addWidget(widget)
    widget.resize(600, 200)
    return widget


def show(widget: TextCharacters, recognizer: Recognizer, lines: int, selected: int = 0) -> None:
    ink = number("72")
    (line,) = recognizer.read_text(ink).lines
    text = TextReading((line,) * lines)
    verdict = judge_text(text, DEFAULT_LEVEL)
    widget.set_text(ShownText(ink, text, verdict, selected, ink, "written"))


def turn(widget: TextCharacters, units: int) -> bool:
    """Turn the wheel over a widget; return whether it takes the event."""
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    at, turned = QPointF(50, 50), QPoint(0, units)
    event = QWheelEvent(at, at, QPoint(), turned, none, no_keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.mark.parametrize("lines", [1, 4, 5, 6])
def test_few_lines_are_all_visible(characters: TextCharacters, recognizer: Recognizer, lines: int) -> None:
    show(characters, recognizer, lines)
    assert characters.hidden_lines() == (0, 0)
    assert not turn(characters, -120)


def test_hidden_lines_are_counted_and_reached_with_the_wheel(
    characters: TextCharacters, recognizer: Recognizer
) -> None:
    show(characters, recognizer, 20)
    before = characters.grab().toImage()
    assert characters.hidden_lines() == (0, 14)
    assert turn(characters, -120 * 3)
    assert characters.hidden_lines() == (3, 11)
    assert characters.grab().toImage() != before
    turn(characters, -120 * 90)
    assert characters.hidden_lines() == (14, 0)
    show(characters, recognizer, 20, selected=1)
    assert characters.hidden_lines() == (0, 14)


def shown(widget: TextCharacters, *labels: str, grouping: str = "written") -> None:
    """Show a line with these labels; an empty one is a mark."""
    widget.set_text(text_of(*labels, grouping=grouping))


def text_of(*labels: str, grouping: str = "written", selected: int = 0) -> ShownText:
    """A line with these labels; an empty one is a mark."""
    characters = tuple(
        CharacterReading(label, 0.9, (50.0 * n, 0.0, 50.0 * n + 40, 60.0), (), (n,))
        for n, label in enumerate(labels)
    )
    written = " ".join("".join(label or " " for label in labels).split())
    line = Line((0.0, 0.0, 50.0 * len(labels), 60.0), (TextPath(written, 0.9, characters),))
    reading = TextReading((line,))
    ink = number("72")
    return ShownText(ink, reading, judge_text(reading, DEFAULT_LEVEL), selected, ink, grouping)


@pytest.mark.parametrize("grouping", ["written", "phone", "date", "amount"])
@pytest.mark.parametrize(
    "labels",
    [("1", "2", "", "5", "0"), ("", "1", "2"), ("1", "2", ""), ("1", "", "2", "", "3", "4", "5", "6")],
)
def test_each_character_and_mark_can_be_chosen(
    characters: TextCharacters, labels: tuple[str, ...], grouping: str
) -> None:
    shown(characters, *labels, grouping=grouping)
    assert characters.count_and_columns() == (len(labels), 0)
    found = [characters.locate(QPointF(x, 30.0)) for x in range(0, characters.width(), 2)]
    numbers = [number for number in found if number is not None]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(labels)))


def test_a_mark_stands_in_place_of_the_space(characters: TextCharacters) -> None:
    shown(characters, "1", "2", "", "5", "0")
    with_mark = characters.grab().toImage()
    shown(characters, "1", "2", "3", "5", "0")
    assert characters.grab().toImage() != with_mark


def test_a_separator_of_the_grouping_stands_in_place_of_a_mark(characters: TextCharacters) -> None:
    labels = ("2", "8", "", "1", "1", "", "2", "0", "2", "6")
    shown(characters, *labels, grouping="date")
    with_marks = [characters.locate(QPointF(x, 30.0)) for x in range(0, characters.width(), 2)]
    assert set(with_marks) - {None} == set(range(len(labels)))
    first = characters.grab().toImage()
    shown(characters, *labels, grouping="written")
    assert characters.grab().toImage() != first


def test_labels_of_several_letters_are_no_marks(characters: TextCharacters) -> None:
    shown(characters, "one", "two")
    assert characters.count_and_columns() == (0, 0)


def test_ink_without_a_character_has_no_share_of_correct_texts(qtbot: QtBot) -> None:
    answer = TextAnswer()
    qtbot.addWidget(answer)
    answer.set_text(text_of("", "", ""))
    verdict = child(answer, QLabel, "text_verdict")
    assert verdict.text() == "No character found. 3 marks not read."
    answer.set_text(text_of("4", "", "2"))
    assert verdict.text().startswith("All correct: ")
    assert verdict.text().endswith(" 1 mark not read.")


def test_marks_are_said_by_screen_readers(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = record_announcements(monkeypatch)
    answer = TextAnswer()
    qtbot.addWidget(answer)
    for selected in (0, 0, 1, 2):
        answer.set_text(text_of("4", "", "2", selected=selected))
    answer.set_text(text_of("", ""))
    answer.set_text(text_of("4", "2"))
    assert said == [
        "4 2. 1 mark not read.",
        "Selected: no character, 2 of 3.",
        "No character found. 2 marks not read.",
        "42",
    ]


def test_the_text_and_the_canvas_describe_marks(qtbot: QtBot, characters: TextCharacters) -> None:
    canvas = InkCanvas()
    qtbot.addWidget(canvas)
    empty = canvas.accessibleDescription()
    text = text_of("4", "", "2", selected=1)
    canvas.set_text(text)
    characters.set_text(text)
    sentence = "Text: 4 2. 1 mark not read. Selected: no character, 2 of 3."
    assert canvas.accessibleDescription() == sentence
    assert characters.accessibleDescription() == sentence
    canvas.set_page(Ink())
    assert canvas.accessibleDescription() == empty
