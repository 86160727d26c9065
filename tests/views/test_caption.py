"""The caption shows its whole text as tooltip where it is shortened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.caption import Caption


@pytest.mark.parametrize(("width", "shown"), [(60, ["Epoch 10 of 24"]), (600, [""])])
def test_only_a_shortened_caption_has_a_tooltip(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, shown: list[str]
) -> None:
    texts: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: texts.append(text))
    caption = Caption()
    qtbot.addWidget(caption)
    caption.set_text("Epoch 10 of 24")
    caption.resize(width, 20)
    QApplication.sendEvent(caption, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5)))
    assert texts == shown


def test_a_short_text_is_shown_where_there_is_no_room(qtbot: QtBot) -> None:
    caption = Caption()
    qtbot.addWidget(caption)
    caption.set_text("Epoch 10 of 24 · validation accuracy 97.6 %", "Epoch 10 of 24 · 97.6 %")
    caption.resize(600, 20)
    assert caption.shown_text() == caption.text() == caption.accessibleName()
    caption.resize(round(caption.text_style.small.width("Epoch 10 of 24 · 97.6 %")) + 4, 20)
    assert caption.shown_text() == "Epoch 10 of 24 · 97.6 %"
    caption.resize(60, 20)
    assert caption.shown_text().startswith("Epoch")
    assert caption.shown_text().endswith("…")
