"""Tests of the worker that answers requests to read a page."""

from __future__ import annotations

from desktop_app.views.reading.reader import ReadRequest, reader_of
from tests.synthetic_numbers import number


def test_a_character_of_an_earlier_text_is_not_divided() -> None:
    _, answer = reader_of("digits")(lambda: False)
    page = number("42")
    read = answer(ReadRequest(page, 0, split=(5, None)))
    assert read.text.text == "42"
    assert read.edits == ReadRequest(page, 0).edits
