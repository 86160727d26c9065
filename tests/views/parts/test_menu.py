from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.menu import Menu
from desktop_app.views.parts.theme import apply_appearance
from tests.contrast import contrast


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    before = qapp.palette()
    apply_appearance(request.param)
    yield request.param
    qapp.setPalette(before)


def test_outline_and_groups_are_visible(qtbot: QtBot, theme: str) -> None:
    menu = Menu()
    qtbot.addWidget(menu)
    menu.addAction("Copy")
    line = menu.addSeparator()
    menu.addAction("Paste")
    menu.resize(menu.sizeHint())
    image = menu.grab().toImage()
    ground = image.pixelColor(3, 3)
    for x, y in ((0, 5), (image.width() - 1, 5), (5, 0), (5, image.height() - 1)):
        assert contrast(image.pixelColor(x, y), ground) >= 3
        assert contrast(image.pixelColor(x, y), QApplication.palette().window().color()) >= 3
    row = menu.actionGeometry(line)
    column = [image.pixelColor(row.center().x(), y) for y in range(row.top(), row.bottom() + 1)]
    assert max(contrast(colour, ground) for colour in column) >= 1.3


def test_submenus_have_an_outline(qtbot: QtBot) -> None:
    menu = Menu()
    qtbot.addWidget(menu)
    submenu = menu.submenu("Width")
    assert isinstance(submenu, Menu)
    assert [action.menu() for action in menu.actions()] == [submenu]
    assert submenu.title() == "Width"
