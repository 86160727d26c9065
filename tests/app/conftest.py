"""Windows with the shipped models."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings


@pytest.fixture
def another_window(qtbot: QtBot) -> Callable[..., MainWindow]:
    """Builds shown windows; without settings they have those of the user."""

    def build(settings: Settings | None = None) -> MainWindow:
        widget = build_window(settings)
        qtbot.addWidget(widget)
        widget.resize(1024, 700)
        widget.show()
        return widget

    return build


@pytest.fixture
def open_window(qtbot: QtBot, another_window: Callable[..., MainWindow]) -> Callable[..., MainWindow]:
    """Opens windows whose network is open; their settings are not saved."""

    def build(settings: Settings | None = None) -> MainWindow:
        widget = another_window(settings or Settings())
        qtbot.waitUntil(lambda: widget.network is not None)
        return widget

    return build


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    """A window with default settings."""
    return open_window()
