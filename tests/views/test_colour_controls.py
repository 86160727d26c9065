from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from desktop_app.inspection.colour_settings import ColourSettings
from desktop_app.views.feature_maps.colour_controls import ColourControls


@pytest.fixture(params=[QLocale.Language.English, QLocale.Language.German, QLocale.Language.Persian])
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("text", ["1.5", "1,5"])
def test_decimal_point_and_comma_are_understood(qtbot: QtBot, text: str) -> None:
    controls = ColourControls()
    qtbot.addWidget(controls)
    controls.show()
    chosen: list[ColourSettings] = []
    controls.settings_changed.connect(chosen.append)
    (box,) = (each for each in controls.findChildren(QDoubleSpinBox) if each.prefix())
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 1.5
    assert chosen[-1].gamma == 1.5
