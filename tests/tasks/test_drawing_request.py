"""What to draw on an empty canvas."""

from __future__ import annotations

import pytest

from desktop_app.tasks.drawing_request import drawing_request


@pytest.mark.parametrize(
    ("labels", "is_sheet", "request_text"),
    [
        ("0123456789", False, "Draw a digit"),
        ("ABCabc", False, "Draw a letter"),
        ("012ABC", False, "Draw a character"),
        ("0123456789", True, "Write a line"),
        ("012ABC", True, "Write a line"),
        ("", True, "Draw"),
    ],
)
def test_request_names_what_the_model_reads(labels: str, is_sheet: bool, request_text: str) -> None:
    assert str(drawing_request(tuple(labels), is_sheet)) == request_text
