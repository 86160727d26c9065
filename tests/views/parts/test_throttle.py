"""Requests that are emitted at a limited pace."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.views.parts.throttle import Throttle


def test_a_throttle_emits_the_first_request_at_once(qtbot: QtBot) -> None:
    parent = QObject()
    pace = Throttle(50, parent)
    times: list[int] = []
    pace.due.connect(lambda: times.append(1))
    pace.request()
    assert len(times) == 1
    pace.request()
    pace.request()
    assert len(times) == 1
    qtbot.waitUntil(lambda: len(times) == 2)
    pace.stop()
    pace.request()
    assert len(times) == 3
    pace.request()
    pace.stop()
    with qtbot.assertNotEmitted(pace.due, wait=50):
        pass
