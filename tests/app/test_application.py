"""Tooltips are plain text, and long ones are shown in several lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import Qt, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

LONG = "Ink is scaled & centred as in MNIST, and the <b>colour</b> of it is the direction of the moving pen."


@pytest.fixture(autouse=True)
def _no_tooltip_before() -> Iterator[None]:
    yield
    QToolTip.hideText()


def shown_tooltip(qtbot: QtBot, widget: QWidget, at: QPoint) -> QLabel:
    """Hover over a widget until its tooltip is shown, and return that."""
    window = widget.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.mouseMove(widget, at - QPoint(1, 1))
    QTest.mouseMove(widget, at)
    qtbot.waitUntil(QToolTip.isVisible)
    labels = (each for each in QApplication.topLevelWidgets() if isinstance(each, QLabel))
    return next(each for each in labels if each.objectName() == "qtooltip_label")


def is_readable(tooltip: QLabel) -> bool:
    return tooltip.width() < 82 * tooltip.fontMetrics().averageCharWidth()


@pytest.mark.parametrize("text", ["Undo", "One line\nand another", "Train <b>x</b>", LONG, f"Short\n{LONG}"])
def test_tooltips_are_plain_and_not_too_wide(qtbot: QtBot, text: str) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setToolTip(text)
    widget.resize(200, 100)
    widget.show()
    tooltip = shown_tooltip(qtbot, widget, QPoint(50, 50))
    assert is_readable(tooltip)
    shown = tooltip.text()
    if Qt.mightBeRichText(shown):
        shown = QTextDocumentFragment.fromHtml(shown).toPlainText()
    assert shown == text
    assert widget.toolTip() == text
