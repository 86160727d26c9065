"""Pages that are too large, or no writing at all, get an answer or one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.ink.picture import Picture
from desktop_app.lines.cut_parts import cut_part
from desktop_app.lines.picture_pieces import picture_pieces
from desktop_app.tasks.reading import Verdict
from tests import large_pages

TOO_MUCH = "There is too much ink to read at once; crop to a few lines, or read the file in Batch."


@pytest.mark.parametrize("page", [large_pages.scribble, large_pages.many_lines])
def test_too_much_ink_is_refused_with_one_sentence(recognizer, page):
    with pytest.raises(UserError) as error:
        recognizer.read_page(page())
    assert str(error.value) == TOO_MUCH


def test_a_long_page_is_read_line_by_line(recognizer):
    lines = []
    reading = recognizer.read_page(large_pages.many_lines(30), lambda *line: lines.append(line))
    assert lines == [(number, 30) for number in range(30)]
    assert (
        reading.text.splitlines()[:12] == recognizer.read_page(large_pages.many_lines(12)).text.splitlines()
    )


def test_a_short_page_is_read_at_once(recognizer):
    lines = []
    page = large_pages.many_lines(12)
    reading = recognizer.read_page(page, lambda *line: lines.append(line))
    assert (reading.text, lines) == (recognizer.read_page(page).text, [])


def test_far_too_much_ink_is_refused_with_one_sentence(recognizer):
    with pytest.raises(UserError) as error:
        recognizer.read_page(large_pages.scribble(10_000), lambda *_: None)
    assert str(error.value) == "There is too much ink on this page; crop to fewer lines."


def test_image_with_too_many_parts_is_refused_with_one_sentence(recognizer):
    with pytest.raises(UserError) as error:
        recognizer.read_text(large_pages.crowded())
    assert str(error.value) == TOO_MUCH


def test_image_is_refused_as_soon_as_it_is_cut_into_too_many_pieces():
    ink = np.zeros((40, 400), np.float32)
    ink[18:22, :] = ink[:, 10:400:40] = 1
    page = Picture(np.zeros((*ink.shape, 3), np.uint8), ink, "page")
    assert len(picture_pieces(page, most=20).items) > 5
    with pytest.raises(UserError):
        picture_pieces(page, most=5)


@pytest.mark.parametrize("page", [large_pages.empty_ink, large_pages.empty_image])
def test_empty_page_has_no_ink(recognizer, page):
    assert recognizer.read_page(page()).verdict is Verdict.NO_INK


@pytest.mark.parametrize("page", [large_pages.photo, large_pages.silhouette])
def test_photo_is_not_read(recognizer, page):
    assert recognizer.read_page(page()).verdict in (Verdict.NO_INK, Verdict.NOT_A_CHARACTER)


def test_page_of_small_print_says_that_the_image_is_to_be_cropped(recognizer):
    observation = recognizer.observe(large_pages.print_page())
    assert observation.reading.verdict is Verdict.NO_INK
    assert "crop the image" in str(observation.problem)


def test_dense_page_of_small_digits_is_read(recognizer):
    reading = recognizer.read_page(large_pages.dense_digits(), lambda *_: None)
    assert [19 <= len(line) <= 21 for line in reading.text.splitlines()] == [True] * 50


def test_large_parts_are_cut_like_small_ones():
    ink = np.zeros((100, 120), np.float32)
    ink[5:95, 20:32] = ink[5:95, 90:102] = 1
    ink[50:56, 32:90] = 1
    large = ink.repeat(5, axis=0).repeat(5, axis=1)
    pieces, of_large = cut_part(ink, 100.0).pieces, cut_part(large, 500.0).pieces
    assert of_large.shape == large.shape
    assert min(pieces.max(), of_large.max()) >= 1
    assert ((of_large[::5, ::5] > 0) == (pieces > 0)).mean() > 0.95
