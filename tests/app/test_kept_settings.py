"""What the window keeps from one start to the next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import settings_path
from desktop_app.core.settings import load_settings
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.strokes import Ink
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import INSIDE, TRAIN
from tests.app.drawing import DIGITS
from tests.app.panels import press_border
from tests.finding import window_action


def test_settings_are_restored_at_the_next_start(
    qtbot: QtBot, another_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    first = another_window()
    file = tmp_path / "mine.inkml"
    file.write_bytes(inkml_bytes(Ink.from_points(DIGITS["1"])))
    first.context.file_requested.emit(file)
    qtbot.waitUntil(lambda: not first.canvas.is_empty)
    first.drawing_actions.pen_width_chosen.emit(22.0)
    window_action(first, "Dark").trigger()
    first.layer_chosen.emit("relu2")
    first.close()
    settings, remark = load_settings(settings_path())
    assert remark is None
    assert settings.recent_files == (str(file),)
    assert (settings.appearance, settings.pen_width, settings.layer) == ("dark", 22.0, "relu2")
    assert settings.window_geometry
    second = another_window()
    assert second.canvas.pen_width == 22.0
    window_action(second, "Follow system").trigger()


def test_windows_that_run_at_once_keep_the_settings_of_each_other(
    qtbot: QtBot, another_window: Callable[..., MainWindow]
) -> None:
    first, second = another_window(), another_window()
    window_action(first, "Dark").trigger()
    second.drawing_actions.pen_width_chosen.emit(22.0)
    second.close()
    first.layer_chosen.emit("relu2")
    first.close()
    settings, _ = load_settings(settings_path())
    assert (settings.appearance, settings.pen_width, settings.layer) == ("dark", 22.0, "relu2")
    window_action(first, "Follow system").trigger()


def test_a_start_that_did_not_finish_resets_the_layout(
    qtbot: QtBot, another_window: Callable[..., MainWindow]
) -> None:
    first = another_window()
    qtbot.waitUntil(lambda: first.network is not None)
    layers_dock(first).close()
    first.close()
    assert are_layers_hidden(qtbot, another_window())
    # This start ends before the window is painted, as if Qt crashed while it restored the layout.
    crashed = build_window()
    qtbot.addWidget(crashed)
    crashed.close()
    assert not are_layers_hidden(qtbot, another_window())


def sizes(window: MainWindow) -> list[int]:
    """Return widths and heights of the canvas and of the panels that Inside shows."""
    parts = [window.canvas, *(dock_of(window, name) for name in ("layers", "maps", "lesson"))]
    return [length for part in parts for length in (part.width(), part.height())]


def test_panels_of_a_small_window_grow_with_it_after_the_next_start(
    qtbot: QtBot, another_window: Callable[..., MainWindow]
) -> None:
    first = another_window()
    qtbot.waitUntil(lambda: first.network is not None)
    first.resize(860, 560)
    first.workspaces.choose(INSIDE)
    qtbot.waitUntil(lambda: dock_of(first, "lesson").isVisible())
    assert abs(first.canvas.width() - first.canvas.height()) > 2 * STEP
    first.close()
    second = another_window()
    second.resize(1366, 740)
    grown = sizes(second)
    second.workspaces.reset_layout()
    assert grown == pytest.approx(sizes(second), abs=STEP)


def test_panels_with_sizes_of_the_user_keep_them_after_the_next_start(
    qtbot: QtBot, another_window: Callable[..., MainWindow]
) -> None:
    first = another_window()
    qtbot.waitUntil(lambda: first.network is not None)
    first.resize(1200, 840)
    reading, width = dock_of(first, "reading"), dock_of(first, "reading").width()
    press_border(first)
    QTest.mouseRelease(first.windowHandle(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: reading.width() < width)
    width = reading.width()
    first.close()
    second = another_window()
    assert abs(dock_of(second, "reading").width() - width) <= STEP
    second.resize(1200, 900)
    assert abs(dock_of(second, "reading").width() - width) <= STEP


def test_a_floating_view_of_training_is_created_at_the_next_start(
    qtbot: QtBot, another_window: Callable[..., MainWindow]
) -> None:
    first = another_window()
    qtbot.waitUntil(lambda: first.network is not None)
    first.workspaces.choose(TRAIN)
    first.workspaces.show_view("network")
    qtbot.waitUntil(lambda: first.findChild(NetworkPanel) is not None)
    dock_of(first, "network").setFloating(True)
    first.close()
    second = another_window()
    assert dock_of(second, "network").isFloating()
    assert second.findChild(NetworkPanel) is not None
    second.close()


def layers_dock(window: MainWindow) -> QDockWidget:
    return dock_of(window, "layers")


def dock_of(window: MainWindow, view: str) -> QDockWidget:
    dock = window.findChild(QDockWidget, f"{view}_dock")
    assert dock is not None
    return dock


def are_layers_hidden(qtbot: QtBot, window: MainWindow) -> bool:
    """Return whether the row of layers is hidden once the window has started; close the window."""
    qtbot.waitUntil(lambda: window.network is not None)
    is_hidden = layers_dock(window).isHidden()
    window.close()
    return is_hidden


def test_given_settings_are_not_saved(window: MainWindow) -> None:
    window.drawing_actions.pen_width_chosen.emit(8.0)
    window.close()
    assert not settings_path().exists()


def test_broken_settings_are_reported(another_window: Callable[..., MainWindow]) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("{broken", encoding="utf-8")
    window = another_window()
    assert "settings" in window.messages.text()
    assert window.isVisible()


def test_a_read_only_home_is_reported_once(qtbot: QtBot, another_window: Callable[..., MainWindow]) -> None:
    settings_path().parent.parent.mkdir(parents=True, exist_ok=True)
    settings_path().parent.write_text("in the way", encoding="utf-8")
    window = another_window()
    assert window.messages.text().startswith("Settings, models and runs cannot be kept: ")
    with qtbot.assertNotEmitted(window.messages.shown, wait=100):
        window.drawing_actions.pen_width_chosen.emit(22.0)
    window.close()
