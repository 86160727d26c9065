"""Windows with the shipped models."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """A shown window with default settings, which are not saved."""
    widget = build_window(Settings())
    qtbot.addWidget(widget)
    widget.resize(1024, 700)
    with qtbot.waitSignal(widget.shown):
        widget.show()
    return widget


@pytest.fixture
def another_window(qtbot: QtBot) -> Callable[..., MainWindow]:
    """Builds shown windows; without settings they have those of the user."""

    def build(settings: Settings | None = None) -> MainWindow:
        widget = build_window(settings)
        qtbot.addWidget(widget)
        widget.show()
        return widget

    return build
