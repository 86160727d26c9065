"""Tests of the candidates of lines."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.candidates import find_candidates
from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.ink_pieces import ink_pieces
from desktop_app.lines.picture_pieces import picture_pieces
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.tasks.task import Task
from tests.synthetic_numbers import image_of, number


def longest(pieces):
    """Number of pieces, and that of the longest candidate."""
    (line,) = find_lines(pieces.items)
    return len(pieces.items), int(np.argwhere(find_candidates(line, pieces.items).is_valid)[:, 1].max()) + 1


def test_wide_ring_in_many_pieces_is_a_candidate():
    image = Image.new("L", (100, 90), 0)
    ImageDraw.Draw(image).ellipse((10, 10, 90, 80), outline=255, width=5)
    ink = np.asarray(image, dtype=np.float32) / np.float32(255)
    count, most = longest(picture_pieces(Picture(np.zeros((*ink.shape, 3), np.uint8), ink)))
    assert count > 5
    assert most == count


def test_candidates_of_several_strokes_have_at_most_five():
    strokes = [np.array([[x, 0], [x, 100]], np.float32) for x in range(0, 80, 10)]
    assert longest(ink_pieces(Ink.from_points(strokes))) == (8, 5)


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_candidates_together_are_prepared_like_each_alone(kind):
    ink = number("1758")
    picture = picture_from_pixels(np.asarray(image_of(ink))[..., None], "number")
    pieces = pieces_of(ink if kind == "ink" else picture)
    candidates = [[0], [1, 2], [2], [0, 1, 2, 3]]
    for numbers, model_input in zip(candidates, pieces.model_inputs(candidates, Task()), strict=True):
        prepared = pieces.prepare(numbers, Task())
        assert prepared is not None
        np.testing.assert_array_equal(model_input, prepared.model_input)
