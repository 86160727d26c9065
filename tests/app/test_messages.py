"""Messages: where they are shown, how long, and how errors differ."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.app.window import message_bar
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageAction, MessageBar
from desktop_app.app.window.view_dock import ViewDock
from desktop_app.ink.strokes import Ink
from desktop_app.views.view import INSIDE, READ, TRAIN, Subject
from tests.finding import child

SENTENCE = "That file is not an image. Choose another one, or draw the digit on the canvas."


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages disappear within milliseconds."""
    monkeypatch.setattr(message_bar, "LEAST_MILLISECONDS", 20)
    monkeypatch.setattr(message_bar, "MILLISECONDS_PER_LETTER", 0)


def bar_of(window: MainWindow, name: str = "message_bar") -> MessageBar:
    return child(window, MessageBar, name)


def canvas_area(window: MainWindow) -> QRect:
    return QRect(window.canvas.mapTo(window, QPoint()), window.canvas.size())


def assert_messages_are_beside_the_canvas(window: MainWindow) -> None:
    bars = [bar for bar in window.findChildren(MessageBar) if bar.isVisible()]
    assert bars
    for bar in bars:
        assert window.rect().contains(bar.geometry())
        assert not bar.geometry().intersects(canvas_area(window))
        assert not any(bar.geometry().intersects(other.geometry()) for other in bars if other is not bar)


@pytest.mark.parametrize("workspace", [READ, INSIDE, TRAIN])
def test_messages_do_not_cover_the_canvas(qtbot: QtBot, window: MainWindow, workspace: str) -> None:
    window.workspaces.choose(workspace)
    qtbot.waitUntil(lambda: any(host.is_active for host in window.hosts))
    window.messages.show(SENTENCE, "ValueError", is_error=True)
    window.messages.show("Saved as one.png.")
    assert_messages_are_beside_the_canvas(window)
    for size in ((1400, 900), (900, 600)):
        window.resize(*size)
        assert_messages_are_beside_the_canvas(window)


def assert_in_front(window: MainWindow, bar: MessageBar) -> None:
    area = bar.geometry()
    for x in range(area.left() + 8, area.right() - 8, 4):
        found = window.childAt(x, area.center().y())
        assert found is not None
        assert found is bar or bar.isAncestorOf(found), (x, found)


@pytest.mark.parametrize("is_error", [False, True])
def test_a_panel_that_comes_to_the_front_stays_behind_a_message(
    qtbot: QtBot, window: MainWindow, *, is_error: bool
) -> None:
    window.workspaces.choose(TRAIN)
    qtbot.waitUntil(child(window, QDockWidget, "run_dock").isVisible)
    window.messages.show(SENTENCE, is_error=is_error)
    bar = bar_of(window, "error_bar" if is_error else "message_bar")
    assert_in_front(window, bar)
    window.context.subject_requested.emit(Subject.RUN)
    assert_in_front(window, bar)


def test_a_tab_comes_to_the_front_while_a_message_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.choose(TRAIN)
    recipe = child(window, ViewDock, "recipe_dock")
    qtbot.waitUntil(recipe.isVisible)
    assert not recipe.is_in_front
    window.messages.show(SENTENCE, is_error=True)
    window.workspaces.show_view("recipe")
    qtbot.waitUntil(lambda: recipe.is_in_front)
    assert_in_front(window, bar_of(window, "error_bar"))


def test_panels_opened_in_turn_stay_behind_a_message(qtbot: QtBot, window: MainWindow) -> None:
    window.messages.show(SENTENCE, is_error=True)
    for _, actions in window.workspaces.panel_actions():
        for action in actions:
            action.trigger()
            QTest.qWait(1)
            assert_in_front(window, bar_of(window, "error_bar"))


def test_messages_do_not_cover_a_canvas_that_fills_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.messages.show(SENTENCE, is_error=True)
    for dock in window.findChildren(QDockWidget):
        dock.close()
    qtbot.waitUntil(lambda: canvas_area(window).bottom() > window.height() - 40)
    bar = bar_of(window, "error_bar")
    qtbot.waitUntil(lambda: not bar.geometry().intersects(canvas_area(window)))
    assert window.rect().contains(bar.geometry())


def test_a_stroke_under_a_message_is_drawn(window: MainWindow) -> None:
    window.messages.show(SENTENCE, is_error=True)
    canvas = window.canvas
    lowest = QPoint(canvas.width() // 2, (canvas.height() + min(canvas.width(), canvas.height())) // 2 - 6)
    at = canvas.mapTo(window, lowest)
    assert window.childAt(at) is canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=lowest)
    assert not canvas.is_empty
    assert window.messages.text() == SENTENCE


@pytest.mark.usefixtures("soon")
def test_a_notification_disappears_by_itself(qtbot: QtBot, window: MainWindow) -> None:
    window.messages.show("Saved as one.png.")
    assert window.messages.text() == "Saved as one.png."
    qtbot.waitUntil(lambda: window.messages.text() == "")


@pytest.mark.usefixtures("soon")
def test_errors_and_messages_that_stay_do_not_disappear(qtbot: QtBot, window: MainWindow) -> None:
    window.messages.show(SENTENCE, is_error=True)
    window.messages.show("Saved as one.png.")
    qtbot.waitUntil(lambda: window.messages.text() == SENTENCE)
    window.messages.show("A training was interrupted. Resume it in Train.", stays=True)
    window.show_page(Ink.from_points([[[100, 100], [200, 300]]]))
    assert window.messages.text() == "A training was interrupted. Resume it in Train."
    assert bar_of(window, "error_bar").isHidden()
    window.messages.show(SENTENCE, is_error=True, stays=True)
    window.show_page(Ink())
    assert window.messages.text() == SENTENCE


def test_a_message_that_is_not_about_the_page_outlasts_it(qtbot: QtBot, window: MainWindow) -> None:
    window.messages.show("Saved in My samples as “4”.", outlasts_page=True)
    window.show_page(Ink())
    assert window.messages.text() == "Saved in My samples as “4”."
    window.messages.show("This character cannot be split.")
    window.show_page(Ink())
    assert window.messages.text() == ""


def test_messages_that_stay_are_hidden_when_the_user_goes_on(window: MainWindow) -> None:
    def show() -> None:
        window.messages.show("The current model stays in use.", stays=True)
        window.messages.show(SENTENCE, is_error=True, stays=True)

    show()
    window.workspaces.choose(INSIDE)
    assert window.messages.text() == ""
    show()
    window.context.model_requested.emit("dense")
    assert window.messages.text() == ""
    window.messages.show("Saved in My samples as “4”.", outlasts_page=True)
    window.workspaces.choose(READ)
    assert window.messages.text() == "Saved in My samples as “4”.", "its action can still be used"


@pytest.mark.usefixtures("soon")
def test_a_notification_that_is_used_does_not_disappear(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.messages.show("Saved as one.png.")
    close = child(bar_of(window), QToolButton, "Close message")
    close.setFocus()
    qtbot.waitUntil(close.hasFocus)
    with qtbot.assertNotEmitted(bar_of(window).resized, wait=100):
        pass
    window.canvas.setFocus()
    qtbot.waitUntil(lambda: window.messages.text() == "")


def test_escape_closes_a_message_that_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.messages.show(SENTENCE, is_error=True)
    close = child(bar_of(window, "error_bar"), QToolButton, "Close message")
    close.setFocus()
    qtbot.waitUntil(close.hasFocus)
    QTest.keyClick(close, Qt.Key.Key_Escape)
    assert window.messages.text() == ""


def test_an_error_differs_by_an_icon_and_a_frame(window: MainWindow) -> None:
    window.messages.show("The same sentence.")
    notice = bar_of(window).grab().toImage()
    window.messages.show("The same sentence.", is_error=True)
    error = bar_of(window, "error_bar")
    assert error.accessibleName() == "Error"
    icons = [
        label for label in error.findChildren(QLabel) if not label.pixmap().isNull() and label.isVisible()
    ]
    assert len(icons) == 1
    image, middle = error.grab().toImage(), error.width() // 2
    thickness = [
        sum(each.pixelColor(middle, y).lightnessF() < 0.7 for y in range(4)) for each in (notice, image)
    ]
    assert thickness[0] < thickness[1]


def test_details_of_a_message_are_shown_after_a_click(window: MainWindow) -> None:
    window.messages.show("That did not work.", "A long explanation.", is_error=True)
    bar = bar_of(window, "error_bar")
    details = child(bar, QLabel, "message_details")
    assert not details.isVisible()
    QTest.mouseClick(child(bar, QToolButton, "Details"), Qt.MouseButton.LeftButton)
    assert details.isVisible()
    assert_messages_are_beside_the_canvas(window)
    QTest.mouseClick(child(bar, QToolButton, "Close message"), Qt.MouseButton.LeftButton)
    assert window.messages.text() == ""


def test_a_long_sentence_is_not_clipped(window: MainWindow) -> None:
    window.messages.show("A sentence that is too long for one line " * 5, is_error=True)
    sentence = bar_of(window, "error_bar").findChild(QLabel, "message")
    assert sentence is not None
    assert sentence.height() >= sentence.heightForWidth(sentence.width())


def test_figures_are_not_broken_across_lines(window: MainWindow) -> None:
    window.messages.show("Other handwriting: 97.4 → 97.5 % correct.")
    sentence = child(bar_of(window), QLabel, "message")
    assert sentence.text().split(" ") == ["Other", "handwriting:", "97.4\xa0→\xa097.5\xa0%", "correct."]
    assert window.messages.text() == "Other handwriting: 97.4 → 97.5 % correct."


def test_the_action_of_a_message_runs_once(window: MainWindow) -> None:
    clicks: list[str] = []
    window.messages.show(
        "Now reading with “Small”.", action=MessageAction("Undo", lambda: clicks.append("undo"))
    )
    bar = bar_of(window)
    QTest.mouseClick(child(bar, QPushButton, "Undo"), Qt.MouseButton.LeftButton)
    assert clicks == ["undo"]
    assert window.messages.text() == ""
    window.messages.show("Saved.")
    assert not child(bar, QPushButton).isVisible()


def test_a_new_page_hides_the_messages(window: MainWindow) -> None:
    window.messages.show(SENTENCE, is_error=True)
    window.messages.show("Saved as one.png.")
    page = Ink.from_points([[[100, 100], [200, 300]]])
    window.show_page(page)
    assert window.messages.text() == ""
    assert window.canvas.page is page
