from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from desktop_app.inspection.colour_settings import ColourSettings
from desktop_app.views.feature_maps.colour_controls import ColourControls


@pytest.mark.parametrize("text", ["1.5", "1,5"])
@pytest.mark.parametrize("language", [QLocale.Language.English, QLocale.Language.German])
def test_decimal_point_and_comma_are_understood(qtbot: QtBot, language: QLocale.Language, text: str) -> None:
    controls = ColourControls()
    qtbot.addWidget(controls)
    controls.show()
    chosen: list[ColourSettings] = []
    controls.settings_changed.connect(chosen.append)
    (box,) = (each for each in controls.findChildren(QDoubleSpinBox) if each.prefix())
    box.setLocale(QLocale(language))
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 1.5
    assert chosen[-1].gamma == 1.5
