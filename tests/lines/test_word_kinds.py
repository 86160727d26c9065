"""Tests of readings of words whose characters are of one kind."""

from __future__ import annotations

from string import ascii_uppercase

import numpy as np
import pytest

from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_edits import FixedCharacter, TextEdits
from desktop_app.lines.text_reader import TextReader
from desktop_app.lines.word_kinds import label_kinds
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.task import DIGITS, Task
from tests.synthetic_numbers import number


def bars(*places):
    """Return bars at some places."""
    return Ink.from_points([[(x, 0), (x + 1, 50), (x, 100)] for x in places])


BARS = bars(0, 60, 120, 180)


def reader_of(*answers):
    """A reader whose network gives these probabilities, in turn, of single strokes; 1 per candidate.

    It rejects strokes without probabilities.
    """
    task = Task(labels=(*DIGITS, *ascii_uppercase), rejects=True)
    turn = iter(answers)

    def classify(inputs):
        outputs = np.full((len(inputs), len(task.labels) + 1), 1e-6, np.float32)
        outputs[:, -1] = 1
        for row, model_input in enumerate(inputs):
            columns = np.flatnonzero(model_input[..., 0].any(axis=0))
            if np.ptp(columns) < 8:  # one bar
                answer = next(turn)
                outputs[row, -1] = 1e-6 if answer else 1
                for label, probability in answer.items():
                    outputs[row, task.labels.index(label)] = probability
        return outputs

    return TextReader(task, classify)


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ([{"4": 1}, {"O": 0.6, "0": 0.4}, {"7": 1}, {"1": 1}], "4071"),
        ([{"M": 1}, {"O": 0.4, "0": 0.6}, {"S": 1}, {"T": 1}], "MOST"),
    ],
)
def test_neighbours_decide_between_digit_and_letter(answers, text):
    assert reader_of(*answers).read(BARS).text == text


@pytest.mark.parametrize("text", ["AB12", "B2B4", "4BUS", "H2O3", "123X"])
def test_clear_characters_of_another_kind_stay(text):
    assert reader_of(*({label: 1} for label in text)).read(BARS).text == text


def test_each_word_has_its_own_kind():
    answers = {"M": 1}, {"O": 0.4, "0": 0.6}, {"S": 1}, {"Z": 0.7, "2": 0.3}, {"8": 1}, {"4": 1}
    reading = reader_of(*answers).read(bars(0, 60, 120, 320, 380, 440))
    assert reading.text == "MOS 284"
    assert reading.characters[3].alternatives[0].label == "Z"


def test_the_longer_a_word_is_the_more_probable_is_its_kind():
    z = {"Z": 0.85, "2": 0.15}
    assert reader_of({"4": 1}, z).read(bars(0, 60)).text == "4Z"
    assert reader_of(*[{"4": 1}] * 5, z).read(bars(*range(0, 360, 60))).text == "444442"


def test_the_kind_of_a_word_decides_for_a_label_that_is_not_among_the_most_probable():
    unsure = {"Z": 0.6, "K": 0.15, "X": 0.13, "2": 0.12}
    character = reader_of(*[{"4": 1}] * 5, unsure).read(bars(*range(0, 360, 60))).characters[-1]
    assert character.label == "2"
    assert [each.label for each in character.alternatives] == ["Z", "K", "2"]


def test_a_text_is_less_probable_the_closer_its_rival_is():
    answers = [{"4": 1}, {"O": 0.6, "0": 0.4}, {"7": 1}, {"1": 1}]
    line = reader_of(*answers).read(BARS).lines[0]
    sure = reader_of(answers[0], {"0": 1}, *answers[2:]).read(BARS).lines[0]
    assert [path.text for path in line.paths[:2]] == ["4071", "4O71"]
    assert line.confidence < sure.confidence
    assert line.characters[1].confidence < line.characters[0].confidence


def test_a_mark_does_not_end_a_word():
    comma = [(170, 90), (168, 110)]
    three, last = ([stroke.points for stroke in bars(*places).strokes] for places in ((0, 60, 120), (220,)))
    ink = Ink.from_points([*three, comma, *last])
    reader = reader_of(*[{"4": 1}] * 3, {}, {"Z": 0.75, "2": 0.25})
    assert reader.read(ink).text == "444 2"


def test_cost_of_mixed_words():
    labels = [*DIGITS, *ascii_uppercase, "a", "b"]
    kinds = label_kinds(labels, {"S": "s"})

    def cost(word):
        return kinds.cost([labels.index(character) for character in word])

    assert kinds.may_mix
    assert [cost(word) for word in ("", "7", "028", "BOB", "ba", "Ba", "Sab", "aSb")] == [0] * 8
    assert 0 < cost("A4") < cost("B2B") < cost("B2BB") < cost("12345678Z") == cost("1" * 20 + "Z")
    assert cost("aBb") > 0
    assert not label_kinds(DIGITS, {}).may_mix
    assert not label_kinds(["C", "S"], {"C": "c", "S": "s"}).may_mix


def test_label_that_the_user_has_set_does_not_change_the_kind():
    reader = reader_of({"4": 1}, {"O": 0.6, "0": 0.4}, {"7": 1}, {"1": 1})
    reading = reader.read(BARS)
    first = FixedCharacter(reading.characters[0].ranges, "X")
    corrected = reader.read(BARS, TextEdits().with_characters(first))
    assert corrected.text == "X071"
    assert corrected.characters[0].confidence == 1.0


@pytest.fixture(scope="module")
def letters():
    return open_recognizer(find_model("letters"))


def test_numbers_are_read_by_a_model_with_letters(letters):
    assert letters.read_text(number("0171 2026")).text == "0171 2026"


def test_strokes_of_capitals_stay_together(letters):
    strokes = {
        "H": [[(0, 0), (0, 50), (0, 100)], [(-6, 50), (66, 50)], [(60, 0), (60, 50), (60, 100)]],
        "A": [[(30, 0), (15, 50), (0, 100)], [(30, 0), (45, 50), (60, 100)], [(8, 65), (52, 65)]],
        "T": [[(0, 0), (60, 0)], [(30, 0), (30, 100)]],
    }
    word = [
        [(x + 90 * n, y) for x, y in stroke] for n, letter in enumerate("HAT") for stroke in strokes[letter]
    ]
    assert letters.read_text(Ink.from_points(word)).text == "HAT"
