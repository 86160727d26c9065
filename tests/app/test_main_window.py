from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.arithmetic.panel import ArithmeticPanel
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.reading.panel import ReadingPanel
from tests.finding import window_action
from tests.views.conftest import LABELS, NETWORK, observation_of
from tests.views_of_window import view_of

INK = Ink.from_points([[[100, 100], [200, 300]], [[250, 100], [250, 300]]])


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    widget = MainWindow()
    qtbot.addWidget(widget)
    widget.resize(1024, 700)
    with qtbot.waitSignal(widget.shown):
        widget.show()
    return widget


def test_reading_painted_is_emitted_after_painting(qtbot: QtBot, window: MainWindow) -> None:
    window.show_network(NETWORK, "relu")
    with qtbot.waitSignal(window.reading_painted) as painted:
        window.show_observation(INK, observation_of("4"))
    assert painted.args == [INK]
    shown = view_of(window, MapsPanel).numbers()
    np.testing.assert_array_equal(shown["relu"], observation_of("4").activations["relu"])


def test_a_chosen_value_is_shown_in_arithmetic(qtbot: QtBot, window: MainWindow) -> None:
    window.show_network(NETWORK, "conv")
    window.show_observation(INK, observation_of("4"))
    view_of(window, MapsPanel).value_chosen.emit("conv", (1, 2, 3))
    assert window.workspaces.name == "inside"
    assert view_of(window, ArithmeticPanel).location() == ("conv", (1, 2, 3))
    arithmetic, maps = view_of(window, ArithmeticPanel), view_of(window, MapsPanel)
    qtbot.waitUntil(lambda: arithmetic.is_active and maps.is_active)
    with qtbot.waitSignal(window.layer_chosen) as chosen:
        view_of(window, ArithmeticPanel).value_chosen.emit("relu", (1, 1, 1))
    assert chosen.args == ["relu"]
    assert "relu" in view_of(window, MapsPanel).numbers()
    assert view_of(window, ArithmeticPanel).location() == ("relu", (1, 1, 1))


def test_everything_fits_into_the_smallest_window(window: MainWindow) -> None:
    window.show_network(NETWORK, "")
    assert (window.width(), window.height()) == (1024, 700)
    for part in (
        window.canvas,
        view_of(window, ReadingPanel),
        view_of(window, LayersPanel),
        view_of(window, MapsPanel),
    ):
        corner = part.mapTo(window, QPoint(part.width(), part.height()))
        assert corner.x() <= 1024
        assert corner.y() <= 700
        assert part.height() >= part.minimumSizeHint().height()


def test_the_window_has_room_for_its_frame(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of the frame is known only when the window is shown."""
    monkeypatch.setattr(MainWindow, "frameGeometry", lambda framed: framed.geometry().adjusted(-4, -30, 4, 4))
    framed = MainWindow()
    qtbot.addWidget(framed)
    screen = framed.screen().availableGeometry()
    framed.setGeometry(screen)
    framed.show()
    # Window managers move a window into its frame.
    framed.move(4, 30)
    qtbot.waitUntil(lambda: framed.size() == screen.size() - QSize(8, 34))


def test_the_canvas_is_square_at_every_size(qtbot: QtBot, window: MainWindow) -> None:
    for width, height in ((1280, 860), (1100, 720), (1920, 1080)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: abs(window.canvas.width() - window.canvas.height()) <= 8)


def test_a_new_reading_moves_no_widget(window: MainWindow) -> None:
    def geometries() -> list[QRect]:
        found = []
        for part in (view_of(window, ReadingPanel), view_of(window, LayersPanel), view_of(window, MapsPanel)):
            layout = part.layout()
            assert layout is not None
            layout.activate()
            found.append(QRect(part.geometry().topLeft(), part.minimumSizeHint()))
        return [*found, window.canvas.geometry()]

    window.show_network(NETWORK, "")
    window.show_observation(INK, observation_of("4"))
    before = geometries()
    names = tuple("0123456789" * 3)
    unsure = Reading(Verdict.UNSURE, "4", names, dict.fromkeys(LABELS, 0.1), 0.1, 12345.6)
    view_of(window, ReadingPanel).show_reading(unsure)
    for caption in view_of(window, MapsPanel).findChildren(Caption):
        caption.set_text("a channel with a very long description " * 9)
    assert geometries() == before


def test_f11_switches_full_screen(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keySequence(window, "F11")
    qtbot.waitUntil(window.isFullScreen)
    QTest.keySequence(window, "F11")
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_shortcuts_work_on_the_canvas(window: MainWindow) -> None:
    window.canvas.set_page(INK)
    QTest.keySequence(window, "Ctrl+Backspace")
    assert window.canvas.is_empty
    QTest.keySequence(window, QKeySequence.StandardKey.Undo)
    assert window.canvas.page is INK
    QTest.keySequence(window, QKeySequence.StandardKey.Redo)
    assert window.canvas.is_empty
    QTest.keySequence(window, "Ctrl+E")
    assert window.canvas.tool.value == "eraser"
    QTest.keySequence(window, "Ctrl+D")
    assert window.canvas.tool.value == "pen"


def test_only_possible_actions_are_enabled(window: MainWindow) -> None:
    names = ("Undo", "Redo", "Clear", "Copy image", "Save ink…", "Save image…")

    def offered() -> list[str]:
        return [name for name in names if window_action(window, name).isEnabled()]

    assert offered() == []
    window.canvas.set_page(INK)
    assert offered() == ["Undo", "Clear", "Copy image", "Save ink…", "Save image…"]
    rgb = np.zeros((2, 2, 3), dtype=np.uint8)
    window.canvas.set_page(Picture(rgb, np.zeros((2, 2), dtype=np.float32)))
    assert "Save ink…" not in offered()
    window.canvas.undo()
    window.canvas.undo()
    assert offered() == ["Redo"]


def test_pen_widths_are_chosen_by_step_and_by_name(qtbot: QtBot, window: MainWindow) -> None:
    window.drawing_actions.set_pen_width(14.0)
    with qtbot.waitSignal(window.drawing_actions.pen_width_chosen) as chosen:
        QTest.keySequence(window, "Ctrl+]")
    assert chosen.args == [22.0]
    window_action(window, "Fine").trigger()
    assert window.canvas.pen_width == 8.0
    QTest.keySequence(window, "Ctrl+[")
    assert window.canvas.pen_width == 8.0


def test_tool_buttons_have_name_tooltip_and_tab_focus(window: MainWindow) -> None:
    buttons = [b for b in window.findChildren(QToolButton) if b.isVisible()]
    assert len(buttons) >= 8
    for button in buttons:
        assert button.accessibleName()
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("shortcut", ["Ctrl+Y", "Ctrl+Shift+Z"])
def test_redo_has_the_shortcuts_of_all_desktops(window: MainWindow, shortcut: str) -> None:
    window.canvas.set_page(INK)
    window.canvas.undo()
    QTest.keySequence(window, shortcut)
    assert window.canvas.page is INK


def test_drawing_on_an_image_says_so_and_can_be_undone(window: MainWindow) -> None:
    rgb = np.full((20, 40, 3), 200, dtype=np.uint8)
    image = Picture(rgb, np.zeros((20, 40), dtype=np.float32), "grey")
    window.show_page(image)
    middle = window.canvas.rect().center()
    window_action(window, "Eraser").trigger()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert "an image has none" in window.messages.text()
    window_action(window, "Pen").trigger()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert window.messages.text() == "The drawing has replaced the image."
    (undo,) = (each for each in window.findChildren(QPushButton, "message_action") if each.isVisible())
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert window.canvas.page is image


def test_the_size_of_the_window_is_restored(qtbot: QtBot, window: MainWindow) -> None:
    later = MainWindow()
    qtbot.addWidget(later)
    later.restore_geometry(window.saved_geometry())
    with qtbot.waitSignal(later.shown):
        later.show()
    # The offscreen screen is narrower than the window, so only its height can come back.
    assert later.height() == window.height()


@pytest.mark.parametrize("nonsense", ["", "AAAA", "not base64 at all ✗"])
def test_invalid_geometry_and_layouts_are_ignored(window: MainWindow, nonsense: str) -> None:
    window.restore_geometry(nonsense)
    window.workspaces.restore({"read": nonsense, "dancing": nonsense}, nonsense)
    assert window.workspaces.name == "read"
    assert view_of(window, ReadingPanel).isVisible()
    assert window.width() >= 1024 or window.screen().availableSize().width() < 1024


def test_closed_is_emitted_after_the_window_has_disappeared(qtbot: QtBot, window: MainWindow) -> None:
    """What waits for running work then does not show a frozen window."""
    visible: list[bool] = []
    window.closed.connect(lambda: visible.append(window.isVisible()))
    with qtbot.waitSignal(window.closed):
        window.close()
    assert visible == [False]
