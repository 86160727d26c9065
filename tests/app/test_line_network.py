"""The view of the line network in the window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.strokes import Ink
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.line_network.columns_view import ColumnsView
from desktop_app.views.line_network.panel import LineNetworkPanel
from desktop_app.views.view import INSIDE
from tests.finding import child
from tests.synthetic_numbers import image_of, number
from tests.views_of_window import view_of

WAIT_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    return opened(qtbot, "digits")


def opened(qtbot: QtBot, model: str) -> MainWindow:
    widget = build_window(Settings(model=model, sheet=True, workspace=INSIDE))
    qtbot.addWidget(widget)
    widget.resize(1280, 880)
    with qtbot.waitSignal(widget.shown):
        widget.show()
    qtbot.waitUntil(lambda: widget.network is not None, timeout=WAIT_MS)
    return widget


def page(text: str, lower: str = "") -> Ink:
    """Return one or two lines."""
    below = [stroke.points + np.array([0, 260]) for stroke in number(lower).strokes]
    strokes = [*(stroke.points for stroke in number(text).strokes), *below]
    return Ink.from_points(strokes).transformed(0.4, 40.0, 40.0)


def shown_text(window: MainWindow) -> ShownText | None:
    return window.context.text.value


def wait_for(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


def wait_for_text(qtbot: QtBot, window: MainWindow, text: str) -> None:
    wait_for(qtbot, lambda: (shown := shown_text(window)) is not None and shown.reading.text == text)


def show(qtbot: QtBot, window: MainWindow) -> LineNetworkPanel:
    window.workspaces.show_view("line")
    wait_for(qtbot, lambda: any(host.view.name == "line" and host.is_active for host in window.hosts))
    return view_of(window, LineNetworkPanel)


def spelled(panel: LineNetworkPanel) -> str:
    columns = child(panel, ColumnsView).columns
    return "" if columns is None else "".join(columns.labels[label] for _, label in columns.spelled)


def hint(panel: LineNetworkPanel) -> str:
    return child(panel, ColumnsView).accessibleDescription() if spelled(panel) == "" else ""


def test_the_line_is_shown_and_follows_the_page(qtbot: QtBot, window: MainWindow) -> None:
    panel = show(qtbot, window)
    window.canvas.set_page(page("7105"))
    wait_for(qtbot, lambda: spelled(panel) == "7105")
    assert panel.numbers()["texts"][0] == "7105"
    grey = np.asarray(image_of(number("3824")))
    window.canvas.set_page(picture_from_pixels(np.repeat(grey[..., None], 3, axis=2), "image"))
    wait_for(qtbot, lambda: spelled(panel) == "3824")


def test_a_hidden_view_requests_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("arithmetic")
    window.canvas.set_page(page("7105"))
    wait_for_text(qtbot, window, "7105")
    shown = shown_text(window)
    assert shown is not None
    assert shown.columns is None
    panel = show(qtbot, window)
    wait_for(qtbot, lambda: spelled(panel) == "7105")
    window.workspaces.show_view("arithmetic")
    wait_for(qtbot, lambda: not panel.is_active)
    window.canvas.set_page(page("38"))
    wait_for_text(qtbot, window, "38")
    shown = shown_text(window)
    assert shown is not None
    assert shown.columns is None
    assert spelled(panel) == "7105", "it is not updated"


def test_the_line_is_that_of_the_selected_character(qtbot: QtBot, window: MainWindow) -> None:
    panel = show(qtbot, window)
    window.canvas.set_page(page("7105", "38"))
    wait_for_text(qtbot, window, "7105\n38")
    window.context.character_requested.emit(1)
    wait_for(qtbot, lambda: spelled(panel) == "7105")
    window.context.character_requested.emit(4)
    wait_for(qtbot, lambda: spelled(panel) == "38")


def test_a_click_on_a_column_selects_the_character_in_all_views(qtbot: QtBot, window: MainWindow) -> None:
    panel = show(qtbot, window)
    window.canvas.set_page(page("7105"))
    wait_for(qtbot, lambda: spelled(panel) == "7105")
    view = child(panel, ColumnsView)
    assert view.columns is not None
    column = view.columns.spelled[1][0]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.area_of(column).center().toPoint())
    wait_for(qtbot, lambda: (shown := shown_text(window)) is not None and shown.selected == 1)
    assert panel.caption().startswith(f"Column {column + 1} of")


def test_a_single_character_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    panel = show(qtbot, window)
    assert "several characters" in hint(panel)
    window.canvas.set_page(page("7105"))
    wait_for(qtbot, lambda: spelled(panel) == "7105")
    window.canvas.set_page(page("7"))
    wait_for(qtbot, lambda: "several characters" in hint(panel))


def test_a_model_without_line_network_is_named(qtbot: QtBot) -> None:
    window = opened(qtbot, "dense")
    panel = show(qtbot, window)
    title = window.network.title if window.network is not None else ""
    wait_for(qtbot, lambda: f"“{title}” has no line network" in hint(panel))
    window.canvas.set_page(page("7105"))
    wait_for(qtbot, lambda: shown_text(window) is not None)
    assert "handwriting line" in hint(panel)
    window.context.model_requested.emit("digits")
    wait_for(qtbot, lambda: spelled(panel) == "7105")
    window.context.model_requested.emit("dense")
    wait_for(qtbot, lambda: "handwriting line" in hint(panel))


def test_a_set_of_characters_changes_the_labels(qtbot: QtBot) -> None:
    window = opened(qtbot, "letters")
    panel = show(qtbot, window)
    window.canvas.set_page(page("7105"))
    wait_for(qtbot, lambda: "probabilities" in panel.numbers())
    assert panel.numbers()["probabilities"].shape[1] == 48
    window.context.characters.set("digits")
    wait_for(qtbot, lambda: panel.numbers()["probabilities"].shape[1] == 11)
    assert spelled(panel) == "7105"
