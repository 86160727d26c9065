"""Box with a question."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.question_box import QuestionBox
from desktop_app.views.parts.theme import (
    DARK,
    DARK_HIGH_CONTRAST,
    LIGHT,
    LIGHT_HIGH_CONTRAST,
    Theme,
    palette_of,
)
from tests.contrast import contrast

THEMES = (LIGHT, DARK, LIGHT_HIGH_CONTRAST, DARK_HIGH_CONTRAST)


def icon_contrast(box: QuestionBox) -> float:
    """Return the contrast of the solid pixels of the icon with the window."""
    image = box.iconPixmap().toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [colour for colour in pixels if colour.alpha() == 255]
    background = box.palette().color(QPalette.ColorRole.Window)
    return min((contrast(colour, background) for colour in solid), default=0.0)


@pytest.mark.parametrize("theme", THEMES)
def test_icon_is_visible_in_every_theme_and_follows_it(qtbot: QtBot, theme: Theme) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = QuestionBox("Title", "Question?", parent)
    for each in (theme, DARK, LIGHT):
        box.setPalette(palette_of(each))
        assert icon_contrast(box) >= 3
