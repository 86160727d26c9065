"""Tests of capital and small letters that share a label."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

import pytest

from desktop_app.lines.restore_case import case_pairs, restore_case
from desktop_app.lines.text_edits import FixedCharacter
from desktop_app.lines.text_reading import CharacterReading, LabelProbability, Line, TextPath
from desktop_app.tasks.character_sets import restriction
from desktop_app.tasks.task import DIGITS, Task

SAME_SHAPE = "cijklmopsuvwxyz"
TASK = Task(
    labels=(*DIGITS, *ascii_uppercase, *(letter for letter in ascii_lowercase if letter not in SAME_SHAPE)),
    aliases=tuple((letter, letter.upper()) for letter in SAME_SHAPE),
)
PAIRS = case_pairs(TASK)


def box_of(symbol, x, slope, size=100.0):
    """Return the box of a letter as it is written on a line at y = 0."""
    is_tall = not symbol.islower() or symbol in "bdfhkltij"
    top = -size if is_tall else -0.6 * size
    bottom = 0.35 * size if symbol in "gjpqy" else 0.0
    return (x, top + slope * (x + 30), x + 60, bottom + slope * (x + 30))


def line_of(text, slope=0.0):
    """Return the reading of a text whose letters have the labels of the network."""
    characters: list[CharacterReading] = []
    x = 0.0
    for symbol in text:
        if symbol != " ":
            label = TASK.label_of(symbol)
            alternatives = (LabelProbability(label, 0.8), LabelProbability("0", 0.1))
            characters.append(
                CharacterReading(label, 0.9, box_of(symbol, x, slope), alternatives, (len(characters),))
            )
        x += 80
    labels = iter(characters)
    merged = "".join(" " if symbol == " " else next(labels).label for symbol in text)
    return Line((0.0, -100.0, x, 35.0), (TextPath(merged, 0.7, tuple(characters)),))


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1])
@pytest.mark.parametrize(
    "text",
    [
        "home",
        "HOME",
        "Boxes",
        "pump 24",
        "PUMP 24",
        "MAX MUSTER",
        "zebra",
        "Auto",
        "ROOM 7c",
        "happy",
        "skill",
        "McDonald",
        "iPhone",
    ],
)
def test_case_follows_from_height_and_baseline(text, slope):
    line = line_of(text, slope)
    restored = restore_case(line, slope, PAIRS, TASK.labels)
    assert restored.text == text
    assert "".join(character.label for character in restored.characters) == text.replace(" ", "")


def test_a_letter_below_the_line_shows_no_height():
    line = line_of("Ano")
    (path,) = line.paths
    left, _, right, _ = path.characters[0].box
    hanging = replace(path.characters[0], box=(left, 50.0, right, 150.0))
    path = replace(path, characters=(hanging, *path.characters[1:]))
    assert restore_case(replace(line, paths=(path,)), 0.0, PAIRS, TASK.labels).text == "Ano"


def test_letters_of_two_heights_have_two_cases():
    assert restore_case(line_of("Moos"), 0.0, PAIRS, TASK.labels).text == "Moos"


def test_letters_of_one_height_stay_as_the_network_names_them():
    assert restore_case(line_of("moos"), 0.0, PAIRS, TASK.labels).text == "MOOS"


def with_letter(line, place, symbol, other, box):
    """A line in which the network takes a letter for another one, at the box of a third."""
    (path,) = line.paths
    characters, text = list(path.characters), list(path.text)
    alternatives = (LabelProbability(symbol, 0.9), LabelProbability(other, 0.08))
    left = characters[place].box[0]
    box = (left, box[1], left + 60, box[3])
    characters[place] = replace(characters[place], label=symbol, alternatives=alternatives, box=box)
    text[place] = symbol
    return replace(line, paths=(replace(path, text="".join(text), characters=tuple(characters)),))


def test_a_tall_letter_among_capitals_is_a_capital():
    line = line_of("OSAKA")
    line = with_letter(line, 2, "a", "A", line.characters[0].box)
    restored = restore_case(line, 0.0, PAIRS, TASK.labels)
    assert restored.text == "OSAKA"
    assert [each.label for each in restored.characters[2].alternatives] == ["A", "a"]


def test_a_low_letter_among_small_ones_is_small():
    line = line_of("remember")
    line = with_letter(line, 1, "E", "e", line.characters[0].box)
    assert restore_case(line, 0.0, PAIRS, TASK.labels).text == "remember"


def of_height(line, height):
    """Return a line whose last two characters have a height."""
    path = line.paths[0]
    last = [replace(each, box=(each.box[0], -height, each.box[2], 0.0)) for each in path.characters[-2:]]
    return replace(line, paths=(replace(path, characters=(*path.characters[:-2], *last)),))


def test_texts_that_differ_in_case_only_are_one():
    line = line_of("OSAKA")
    small = with_letter(line, 2, "a", "A", line.characters[0].box)
    paths = (
        replace(line_of("7SAKA").paths[0], probability=0.4, of_columns=0.4),
        replace(small.paths[0], probability=0.3, of_paths=0.2, of_columns=0.1),
        replace(line.paths[0], probability=0.2, of_paths=0.3, of_columns=0.2),
    )
    first, second = restore_case(replace(line, paths=paths), 0.0, PAIRS, TASK.labels).paths
    assert (first.text, second.text) == ("OSAKA", "7SAKA")
    assert (first.of_paths, first.of_columns) == pytest.approx((0.5, 0.3))
    assert 0.47 < first.probability < 0.5


def test_letters_that_the_network_has_no_label_for_are_not_named():
    line = with_letter(line_of("OSAKA"), 2, "a", "0", line_of("OSAKA").characters[0].box)
    labels = tuple(label for label in TASK.labels if label != "A")
    assert restore_case(line, 0.0, PAIRS, labels).text == "OSaKA"


def test_alternatives_have_the_restored_label():
    (first, *_) = restore_case(line_of("cab"), 0.0, PAIRS, TASK.labels).characters
    assert [each.label for each in first.alternatives] == ["c", "0"]


def test_boxes_stay():
    line = line_of("home")
    restored = restore_case(line, 0.0, PAIRS, TASK.labels)
    assert [c.box for c in restored.characters] == [c.box for c in line.characters]


def test_clear_cases_hardly_change_confidence_and_digits_not_at_all():
    line = line_of("Home 24")
    restored = restore_case(line, 0.0, PAIRS, TASK.labels)
    assert 0.98 * line.confidence < restored.confidence < line.confidence
    of_letters, of_digits = restored.characters[:4], restored.characters[4:]
    assert all(0.98 * 0.9 < each.confidence < 0.9 for each in of_letters)
    assert [each.confidence for each in of_digits] == [0.9, 0.9]


def test_doubt_about_the_case_is_in_the_confidence():
    """All letters of `so` have the same shape as capitals; their height is between those of both."""
    line = line_of("24 so")
    low, high = (restore_case(of_height(line, height), 0.0, PAIRS, TASK.labels) for height in (60.0, 77.0))
    assert low.text == "24 so"
    assert low.confidence > 0.98 * line.confidence
    assert high.text in ("24 so", "24 SO")
    assert high.confidence < 0.8 * line.confidence
    assert all(each.confidence < 0.8 * 0.9 for each in high.characters[2:])
    assert [each.confidence for each in high.characters[:2]] == [0.9, 0.9]


def test_what_the_user_has_set_has_no_doubtful_case():
    line = of_height(line_of("24 so"), 77.0)
    path = line.paths[0]
    fixed = [replace(each, fixed=FixedCharacter((), each.label)) for each in path.characters]
    line = replace(line, paths=(replace(path, characters=tuple(fixed)),))
    assert restore_case(line, 0.0, PAIRS, TASK.labels).confidence == pytest.approx(line.confidence)


def test_label_that_the_user_has_set_stays():
    line = line_of("oak")
    path = line.paths[0]
    first = replace(path.characters[0], fixed=FixedCharacter((), "O"))
    fixed = replace(line, paths=(replace(path, characters=(first, *path.characters[1:])),))
    assert restore_case(fixed, 0.0, PAIRS, TASK.labels).text == "Oak"


def test_pairs_are_labels_of_both_cases():
    assert {letter.upper(): letter for letter in SAME_SHAPE} == PAIRS
    assert case_pairs(Task()) == {}
    for characters in ("capitals", "small-letters"):
        chosen = restriction(TASK, characters)
        assert chosen is not None
        assert case_pairs(chosen.task) == {}


def test_line_without_characters_stays():
    line = Line((0.0, 0.0, 1.0, 1.0), (TextPath("", 1.0, ()),))
    assert restore_case(line, 0.0, PAIRS, TASK.labels) == line


@pytest.mark.parametrize(("text", "restored"), [("KLM", "KIM"), ("eLf", "elf")])
def test_bar_is_a_capital_i_among_capitals(text, restored):
    line = line_of(text)
    characters = list(line.characters)
    left, top, _, bottom = characters[1].box
    bar = (left, top, left + 10, bottom)
    alternatives = (LabelProbability("L", 0.6), LabelProbability("I", 0.3))
    characters[1] = replace(characters[1], box=bar, alternatives=alternatives)
    path = TextPath(line.text, 0.7, tuple(characters))
    read = restore_case(replace(line, paths=(path,)), 0.0, PAIRS, TASK.labels)
    assert read.text == restored
    assert read.characters[1].alternatives[0].label == restored[1]
    assert len({each.label for each in read.characters[1].alternatives}) == 2
