"""Tests of readings of lines whose characters are of one kind."""

from __future__ import annotations

from string import ascii_uppercase

import numpy as np
import pytest

from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_edits import FixedCharacter, TextEdits
from desktop_app.lines.text_reader import TextReader
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.task import DIGITS, Task
from tests.synthetic_numbers import number

BARS = Ink.from_points([[(x, 0), (x + 1, 50), (x, 100)] for x in (0, 60, 120, 180)])


def reader_of(*answers):
    """A reader whose network gives these probabilities, in turn, of single strokes; 1 per candidate."""
    task = Task(labels=(*DIGITS, *ascii_uppercase), rejects=True)
    turn = iter(answers)

    def classify(inputs):
        outputs = np.full((len(inputs), len(task.labels) + 1), 1e-6, np.float32)
        outputs[:, -1] = 1
        for row, model_input in enumerate(inputs):
            columns = np.flatnonzero(model_input[..., 0].any(axis=0))
            if np.ptp(columns) < 8:  # one bar
                outputs[row, -1] = 1e-6
                for label, probability in next(turn).items():
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


def test_clear_characters_of_another_kind_stay():
    assert reader_of({"A": 1}, {"B": 1}, {"1": 1}, {"2": 1}).read(BARS).text == "AB12"


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
