"""A decimal point and a decimal comma are understood in every number field."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.start import build_window
from desktop_app.core.settings import Settings
from desktop_app.views.view import TRAIN


@pytest.fixture(params=[QLocale.Language.English, QLocale.Language.German])
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


def entered(box: QDoubleSpinBox, text: str) -> float:
    """Return the value after typing a text."""
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    return box.value()


def has_box(host: QWidget) -> bool:
    return any(box.isVisible() for box in host.findChildren(QDoubleSpinBox))


@pytest.mark.usefixtures("language")
def test_point_and_comma_give_the_same_number(qtbot: QtBot) -> None:
    window = build_window(Settings(workspace=TRAIN))
    qtbot.addWidget(window)
    window.show()
    for view in ("data", "recipe"):
        window.workspaces.show_view(view)
        (host,) = (host for host in window.hosts if host.view.name == view)
        qtbot.waitUntil(partial(has_box, host))
        boxes = [box for box in host.findChildren(QDoubleSpinBox) if box.isVisible() and box.isEnabled()]
        assert boxes
        for box in boxes:
            digits = "0{}25" if box.maximum() <= 1 or box.minimum() <= 0.25 <= box.maximum() else "1{}25"
            values = {entered(box, digits.format(mark)) for mark in ".,"}
            assert values == {float(digits.format("."))}, box.accessibleName()
