"""What is shown of line networks, with that of the shipped digits model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.line_columns import LineColumns
from desktop_app.lines.text_edits import NO_EDITS
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from tests.synthetic_numbers import image_of, number


def as_image(ink: Ink) -> Page:
    grey = np.asarray(image_of(ink))
    return picture_from_pixels(np.repeat(grey[..., None], 3, axis=2), "line")


def columns_of(recognizer: Recognizer, page: Page, number: int = 0) -> LineColumns:
    text = recognizer.read_text(page)
    columns = recognizer.line_columns(page, NO_EDITS, text.characters[number])
    assert columns is not None
    return columns


def spelled(columns: LineColumns) -> str:
    return "".join(columns.labels[label] for _, label in columns.spelled)


@pytest.mark.parametrize("slope", [0.0, 0.2])
@pytest.mark.parametrize("kind", ["ink", "image"])
def test_the_label_of_each_character_is_in_the_columns_of_its_box(
    recognizer: Recognizer, kind: str, slope: float
) -> None:
    ink = number("71058264", slope=slope).transformed(1.0, 50.0, 70.0)
    page = ink if kind == "ink" else as_image(ink)
    columns = columns_of(recognizer, page)
    assert spelled(columns) == "71058264"
    assert columns.count == columns.image.shape[1] // 4 + 1
    places = [columns.columns_of(each.box) for each in recognizer.read_text(page).characters]
    for (column, _), (first, last) in zip(columns.spelled, places, strict=True):
        assert first - 1 < column + 0.5 < last + 1
    # There are four empty pixels beside the ink.
    assert places[0][0] == pytest.approx(1.0, abs=0.5)
    assert places[-1][1] == pytest.approx(columns.image.shape[1] / 4 - 1, abs=0.5)


def test_the_line_is_that_of_the_character(recognizer: Recognizer) -> None:
    upper, lower = number("7105"), number("38")
    below = [stroke.points + np.array([0, 260]) for stroke in lower.strokes]
    page = Ink.from_points([*(stroke.points for stroke in upper.strokes), *below])
    assert spelled(columns_of(recognizer, page, 3)) == "7105"
    assert spelled(columns_of(recognizer, page, 4)) == "38"


def test_equal_neighbours_are_spelled_twice_and_runs_once() -> None:
    shares = np.full((7, 3), 0.05)
    for column, label in enumerate((0, 0, 2, 0, 1, 2, 2)):
        shares[column, label] = 0.9
    shares[1, 0] = 0.95
    columns = LineColumns(np.zeros((32, 27), np.float32), shares, ("a", "b"), 0.0, 1.0)
    assert columns.spelled == ((1, 0), (3, 0), (4, 1))
    blank = replace(columns, probabilities=shares[[2, 5]])
    assert blank.spelled == ()


def test_without_line_network_there_are_no_columns() -> None:
    recognizer = open_recognizer(find_model("dense"))
    page = number("7105")
    text = recognizer.read_text(page)
    assert recognizer.line_columns(page, NO_EDITS, text.characters[0]) is None
    best = text.lines[0].paths[0]
    assert best.of_columns is None
    assert 0.5 < best.of_paths <= 1


def test_texts_have_the_probabilities_of_both(recognizer: Recognizer) -> None:
    paths = recognizer.read_text(number("7105")).lines[0].paths
    assert paths[0].text == "7105"
    assert len(paths) == 3
    for path in paths:
        assert path.of_columns is not None
        assert 0 <= path.of_columns <= 1
        assert 0 <= path.of_paths <= 1
    assert paths[0].of_paths > 0.9
    assert paths[0].of_columns is not None
    assert paths[0].of_columns > 0.9
    assert sum(path.of_paths for path in paths) <= 1 + 1e-9


def test_a_restricted_model_has_the_columns_of_its_set() -> None:
    recognizer = open_recognizer(find_model("letters"))
    page = number("7105")
    assert columns_of(recognizer, page).probabilities.shape[1] == 48
    recognizer.restrict("digits")
    columns = columns_of(recognizer, page)
    assert columns.labels == tuple("0123456789")
    assert columns.probabilities.shape[1] == 11
