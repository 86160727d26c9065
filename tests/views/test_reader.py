"""Tests of the worker that answers requests to read a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.ink.open_page import load_page
from desktop_app.ink.strokes import Ink
from desktop_app.views.reading.reader import ReadRequest, reader_of
from tests.synthetic_numbers import number


def test_a_character_of_an_earlier_text_is_not_divided() -> None:
    _, answer = reader_of("digits")(lambda: False)
    page = number("42")
    earlier = answer(ReadRequest(number("7"), 0, split=((), None)))
    read = answer(ReadRequest(page, 0, split=(earlier.text.characters[0].ranges, None)))
    assert read.text.text == "42"
    assert read.edits == ReadRequest(page, 0).edits


def test_a_page_without_characters_is_not_divided(tmp_path: Path) -> None:
    paper = np.full((300, 400), 255, np.uint8)
    paper[150:153] = 0
    Image.fromarray(paper).save(tmp_path / "line.png")
    _, answer = reader_of("digits")(lambda: False)
    read = answer(ReadRequest(load_page(tmp_path / "line.png"), 0, split=((), None)))
    assert read.text is None


def test_requests_are_immutable() -> None:
    request = ReadRequest(Ink(), 3)
    with pytest.raises(AttributeError):
        request.drawing = 4  # type: ignore[misc]
    assert replace(request, drawing=4).drawing == 4
