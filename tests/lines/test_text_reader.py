"""Tests of the reading of several characters with the shipped model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.errors import UserError
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_reader import TextReader
from desktop_app.lines.text_reading import CharacterReading, TextPath
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.reading import Verdict
from tests.synthetic_numbers import image_of, number


@pytest.fixture
def counted(recognizer):
    """A text reader, and the numbers of inputs that were classified at once."""
    counts = []

    def classify(inputs):
        counts.append(len(inputs))
        return recognizer.predict(inputs)

    return TextReader(recognizer.info.task, classify), counts


def page_of(ink, kind, lines=1):
    """The ink, or an image of it with a height for some lines."""
    if kind == "ink":
        return ink
    grey = np.asarray(image_of(ink, 60.0 * lines))
    return picture_from_pixels(np.repeat(grey[..., None], 3, axis=2), "image")


@pytest.mark.parametrize("kind", ["ink", "image"])
@pytest.mark.parametrize("text", ["0171 2026", "48", "3579601824"])
def test_numbers_are_read(recognizer, text, kind):
    reading = recognizer.read_text(page_of(number(text), kind))
    assert reading.text == text
    assert "".join(character.label for character in reading.characters) == text.replace(" ", "")
    assert all(0 <= character.confidence <= 1 for character in reading.characters)
    lefts = [character.box[0] for character in reading.characters]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("kind", ["ink", "image"])
@pytest.mark.parametrize("model", ["digits", "letters"])
def test_no_character_is_less_probable_than_the_whole_text(model, kind):
    recognizer = open_recognizer(find_model(model))
    for text in ("48", "9471", "8350", "3579601824"):
        reading = recognizer.read_text(page_of(number(text, shape=1), kind))
        assert reading.text == text
        for path in (path for line in reading.lines for path in line.paths):
            labelled = [each.confidence for each in path.characters if not each.is_mark]
            assert min(labelled) >= path.probability


def test_mark_may_be_less_probable_than_the_text_beside_it():
    digit = CharacterReading("7", 0.91, (0.0, 0.0, 1.0, 1.0), (), (0,))
    mark = replace(digit, label="", pieces=(1,))
    path = TextPath("7", 0.97, (digit, mark)).with_bounded_confidences()
    assert [each.confidence for each in path.characters] == [0.97, 0.91]


@pytest.mark.parametrize("width", [1e7, 1e20, 1e38])
def test_a_stroke_far_wider_than_the_line_has_a_reading(recognizer, width):
    wide = np.array([[width, 0], [-width, 2], [3, 4]])
    reading = recognizer.read_text(Ink.from_points([wide, np.array([[5, 6]])]))
    assert len(reading.characters) > 0
    assert 0 <= reading.confidence <= 1


def test_lines_are_read_from_top_to_bottom(recognizer):
    below = number("306", slope=0.1).transformed(1, 40, 260)
    reading = recognizer.read_text(Ink((*below.strokes, *number("4721", slope=0.1).strokes)))
    assert [line.text for line in reading.lines] == ["4721", "306"]
    assert reading.text == "4721\n306"
    assert reading.confidence == pytest.approx(reading.lines[0].confidence * reading.lines[1].confidence)


@pytest.mark.parametrize("kind", ["ink", "image"])
@pytest.mark.parametrize(("above", "below"), ["35", "79", "81", "67", "24", "53"])
@pytest.mark.parametrize("gap", [0.3, 0.6, 1.2])
def test_two_digits_one_above_the_other_are_two_lines(recognizer, above, below, gap, kind):
    shifted = number(below).transformed(1, 0, (1 + gap) * 140)
    page = page_of(Ink((*number(above).strokes, *shifted.strokes)), kind, lines=2)
    assert recognizer.read_page(page).text == f"{above}\n{below}"


@pytest.mark.parametrize("gap", [0.02, 0.1, 0.2, 0.3])
def test_an_8_of_two_rings_is_one_digit(recognizer, gap):
    angles = np.linspace(0, 6.3, 40)
    rings = [np.stack((40 * np.cos(angles), 40 * np.sin(angles) + y), axis=1) for y in (0, 80 * (1 + gap))]
    assert recognizer.read_page(Ink.from_points(rings)).label == "8"


@pytest.mark.parametrize("kind", ["ink", "image"])
@pytest.mark.parametrize("digit", "01")
def test_two_slim_0s_and_two_1s_close_above_one_another_are_two_lines(recognizer, digit, kind):
    below = number(digit).transformed(1, 0, 1.35 * 140)
    page = page_of(Ink((*number(digit).strokes, *below.strokes)), kind, lines=2)
    assert recognizer.read_page(page).text == f"{digit}\n{digit}"


def test_a_broken_1_is_one_digit(recognizer):
    below = number("1").transformed(1, 0, 1.1 * 140)
    assert recognizer.read_page(Ink((*number("1").strokes, *below.strokes))).label == "1"


@pytest.mark.parametrize("side", [400, 1000])
def test_a_page_of_lines_is_read(recognizer, side):
    texts = ["86523", "18690", "65592", "38517"]
    page = Image.new("L", (side, side), 255)
    for row, text in enumerate(texts):
        line = image_of(number(text), 60, paper=255)
        page.paste(line.reduce(3), (30, 20 + 50 * row))
    picture = picture_from_pixels(np.asarray(page)[..., None], "page")
    assert recognizer.read_page(picture).text == "\n".join(texts)


def test_character_has_box_pieces_and_alternatives(recognizer):
    ink = number("75", shape=1)
    reading = recognizer.read_text(ink)
    seven, five = reading.characters
    assert (seven.label, five.label) == ("7", "5")
    assert seven.box == pytest.approx(Ink(tuple(ink.strokes[n] for n in seven.pieces)).bounds())
    assert sorted((*seven.pieces, *five.pieces)) == list(range(len(ink.strokes)))
    assert seven.alternatives[0].label == "7"
    assert len(seven.alternatives) == 3
    assert len(reading.lines[0].paths) == 3
    assert len({path.text for path in reading.lines[0].paths}) == 3


def test_candidates_are_classified_in_one_batch_and_only_once(counted):
    reader, counts = counted
    ink = number("72905")
    reader.read(ink)
    assert len(counts) == 1
    assert reader.read(ink).text == "72905"
    assert len(counts) == 1


def test_one_more_character_classifies_only_its_candidates(counted):
    reader, counts = counted
    more = number("729056")
    reader.read(number("72905"))
    before = reader.read(number("72905"))
    after = reader.read(more)
    assert counts[1] <= 5 * (len(more.strokes) - len(number("72905").strokes))
    assert [c.box for c in after.characters[:5]] == [c.box for c in before.characters]


def test_page_without_ink_has_no_text(recognizer):
    reading = recognizer.read_text(Ink())
    assert (reading.text, reading.lines, reading.confidence) == ("", (), 0.0)
    assert reading.verdict is Verdict.NO_INK
    white = picture_from_pixels(np.full((50, 90, 3), 255, np.uint8), "white")
    assert recognizer.read_text(white).lines == ()


def test_single_character_is_read_as_before(recognizer):
    for digit in "0123456789":
        ink = number(digit)
        assert recognizer.read_page(ink).label == recognizer.read(ink).label == digit


def test_several_characters_are_read_as_text(recognizer):
    assert recognizer.read_page(number("4102")).text == "4102"


@pytest.mark.parametrize("kind", ["ink", "image"])
@pytest.mark.parametrize("digits", ["8350", "4702593"])
def test_column_of_digits_is_not_a_one(recognizer, digits, kind):
    columns = [number(digit).transformed(1, 0, 220 * row) for row, digit in enumerate(digits)]
    ink = Ink(tuple(stroke for each in columns for stroke in each.strokes))
    page = page_of(ink, kind, len(digits))
    assert recognizer.read_page(page).text == "\n".join(digits)


def test_scribble_of_a_thousand_strokes_is_one_clear_sentence(recognizer):
    rng = np.random.default_rng(5)
    ink = Ink.from_points(rng.uniform(0, 900, (1000, 1, 2)) + rng.normal(0, 60, (1000, 8, 2)))
    with pytest.raises(UserError, match="too much ink"):
        recognizer.read_text(ink)


def test_model_for_pictures_does_not_read_text():
    pictures = open_recognizer(find_model("pictures"))
    with pytest.raises(UserError, match="does not read characters"):
        pictures.read_text(number("12"))


def test_two_hundred_lines_are_one_clear_sentence(recognizer):
    lines = [number("0171").transformed(1, 0, 220 * row).strokes for row in range(200)]
    with pytest.raises(UserError, match="too much ink"):
        recognizer.read_page(Ink(tuple(stroke for line in lines for stroke in line)))


@pytest.mark.parametrize("letter", ["n", "H"])
def test_letter_is_read_as_before(recognizer, letter):
    strokes = {
        "n": [[(0, 40), (0, 100), (2, 60), (20, 40), (45, 42), (50, 60), (50, 100)]],
        "H": [[(0, 0), (0, 100)], [(0, 50), (60, 50)], [(60, 0), (60, 100)]],
    }
    ink = Ink.from_points(strokes[letter])
    assert recognizer.read_page(ink).verdict is recognizer.read(ink).verdict is Verdict.NOT_A_CHARACTER


def test_each_line_is_read_once_by_the_line_network(recognizer):
    read = []

    def read_columns(image):
        read.append(image.shape)
        return recognizer.read_columns(image)

    reader = TextReader(recognizer.info.task, recognizer.predict, read_columns)
    upper, lower = number("7105"), number("3824")
    below = [stroke.points + np.array([0, 260]) for stroke in lower.strokes]
    first = Ink.from_points([*(stroke.points for stroke in upper.strokes), *below[:-1]])
    assert len(reader.read(first).lines) == 2
    assert len(read) == 2
    reader.read(first)
    assert len(read) == 2
    more = Ink.from_points([*(stroke.points for stroke in first.strokes), below[-1]])
    assert reader.read(more).text == "7105\n3824"
    assert len(read) == 3


def test_a_line_network_is_asked_about_the_ink_of_its_line_only(recognizer):
    widths = []

    def read_columns(image):
        widths.append(image.shape[1])
        return recognizer.read_columns(image)

    short, long = number("71"), number("3579601824")
    below = [stroke.points + np.array([0, 260]) for stroke in long.strokes]
    page = Ink.from_points([*(stroke.points for stroke in short.strokes), *below])
    TextReader(recognizer.info.task, recognizer.predict, read_columns).read(page)
    assert widths[0] < widths[1] / 3
