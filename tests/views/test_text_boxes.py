"""Tests of the boxes over the characters of a text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from desktop_app.core.placement import IDENTITY
from desktop_app.lines.text_reading import CharacterReading, Line, TextPath, TextReading
from desktop_app.views.canvas.text_boxes import text_boxes
from desktop_app.views.parts.text_style import TextFont


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize(
    ("confidence", "label", "label_to_check"),
    [
        (0.424, "1 42 %", "1? 42 %"),
        (0.994, "1 >99 %", "1? 99.4 %"),
        (0.9996, "1 >99 %", "1?"),
    ],
)
def test_no_certainty_stands_beside_a_question_mark(
    confidence: float, label: str, label_to_check: str
) -> None:
    character = CharacterReading("1", confidence, (100, 100, 300, 300), (), (0,))
    box = (100.0, 100.0, 300.0, 300.0)
    reading = TextReading((Line(box, (TextPath("1", confidence, (character,)),)),))
    for to_check, expected in (((), label), ((0,), label_to_check)):
        (shown,) = text_boxes(reading, to_check, IDENTITY, 4, TextFont(QFont()), QRectF(0, 0, 400, 400))
        assert shown.label == expected
