"""Tests of the boxes over the characters of a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.placement import IDENTITY
from desktop_app.lines.text_reading import CharacterReading, Line, TextPath, TextReading
from desktop_app.views.canvas.text_boxes import paint_text_boxes, text_boxes
from desktop_app.views.parts.text_style import TextFont, text_style_of


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("confidence", "label", "label_to_check"),
    [
        (0.424, "1 42.4 %", "1? 42.4 %"),
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


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("pitch", [6, 9, 12, 20, 60])
def test_labels_of_small_characters_do_not_overlap(pitch: int) -> None:
    characters = tuple(
        CharacterReading("8", 0.9, (40 + pitch * n, 100, 36 + pitch * (n + 1), 120), (), (n,))
        for n in range(6)
    )
    reading = TextReading((Line((40, 100, 400, 120), (TextPath("888888", 0.5, characters),)),))
    boxes = text_boxes(reading, (1, 2), IDENTITY, 2, TextFont(QFont()), QRectF(0, 0, 600, 400))
    for before, after in pairwise(boxes):
        assert not before.label or not after.label or before.tag.right() <= after.tag.left() + 1
    assert [box.label for box in boxes[1:4]] == {6: [""] * 3, 60: ["8? 90 %", "8? 90 %", "8 90 %"]}.get(
        pitch, [box.label for box in boxes[1:4]]
    )


@pytest.mark.parametrize("pitch", [6, 60])
def test_the_selected_character_has_a_label_without_room(qtbot: QtBot, pitch: int) -> None:
    """Its neighbours have none there, and no ground for one."""
    widget = QWidget()
    qtbot.addWidget(widget)
    style = text_style_of(widget)
    characters = tuple(
        CharacterReading("8", 0.9, (40 + pitch * n, 100, 36 + pitch * (n + 1), 120), (), (n,))
        for n in range(4)
    )
    reading = TextReading((Line((40, 100, 400, 120), (TextPath("8888", 0.5, characters),)),))
    boxes = text_boxes(reading, (), IDENTITY, 2, style.small, QRectF(0, 0, 600, 400))
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    painter = QPainter(image)
    paint_text_boxes(painter, boxes, 2, style, QColor("red"), on_image=False)
    painter.end()
    tag = boxes[2].tag
    row = [image.pixelColor(x, round(tag.top()) + 1) for x in range(600)]
    assert sum(colour == style.accent for colour in row) >= style.small.width("8")
    before = row[: round(tag.center().x() - style.small.width("8"))]
    assert all(colour == Qt.GlobalColor.green for colour in before) == (pitch == 6)
