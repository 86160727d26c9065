"""Several characters in the window: sheet, boxes, text and the selected character, with mouse events."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QTabBar
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.character_menu import CharacterMenu
from desktop_app.app.window.correction_popup import CorrectionPopup
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.reading import Verdict, probability_text
from desktop_app.views.canvas.canvas import Tool
from desktop_app.views.canvas.evidence_layer import free_corner
from desktop_app.views.canvas.geometry import sheet_in
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.stages import StepView
from desktop_app.views.reading.text_answer import TextCharacters
from desktop_app.views.timeline.panel import TimelinePanel
from desktop_app.views.view import INSIDE, TRAIN
from tests.finding import child, window_action
from tests.synthetic_numbers import image_of, number, number_with_mark
from tests.views_of_window import view_of

WAIT_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    widget = build_window(Settings(sheet=True))
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    with qtbot.waitSignal(widget.shown):
        widget.show()
    return widget


def draw(window: MainWindow, ink: Ink, scale: float = 0.6, left: float = 60) -> None:
    """Draw ink with the mouse; left: its origin in canvas units."""
    canvas, corner = window.canvas, QPointF(left, 120)
    pixels = canvas.width() / canvas.area.units[0]
    for stroke in ink.strokes:
        at = [((corner + QPointF(x, y) * scale) * pixels).toPoint() for x, y in stroke.points.tolist()]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at[0])
        for point in at[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at[-1])


def text_of(window: MainWindow) -> str:
    text = window.context.text.value
    return "" if text is None else text.reading.text


def wait_for_text(qtbot: QtBot, window: MainWindow, text: str) -> None:
    qtbot.waitUntil(lambda: text_of(window) == text and is_current(window), timeout=WAIT_MS)


def is_current(window: MainWindow) -> bool:
    text = window.context.text.value
    return text is not None and text.page == window.canvas.page


def is_read_as(window: MainWindow, label: str) -> bool:
    observation = window.observation
    return observation is not None and observation.reading is not None and observation.reading.label == label


def middle_of(window: MainWindow, character: int) -> QPoint:
    return window.canvas.characters.boxes()[character].box.center().toPoint()


def click(window: MainWindow, at: QPoint) -> None:
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at)


def selected(window: MainWindow) -> int | None:
    text = window.context.text.value
    return None if text is None else text.selected


def test_a_number_is_read_while_it_is_written(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number("729"))
    wait_for_text(qtbot, window, "729")
    assert selected(window) == 2
    draw(window, number("05"), left=246)
    wait_for_text(qtbot, window, "72905")
    assert [box.label[0] for box in window.canvas.characters.boxes()] == list("72905")


def test_a_clicked_character_is_shown_in_all_views(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number("729"))
    wait_for_text(qtbot, window, "729")
    page = window.canvas.page
    click(window, middle_of(window, 0))
    qtbot.waitUntil(lambda: selected(window) == 0, timeout=WAIT_MS)
    assert window.canvas.page is page
    assert window.observation is not None
    assert window.observation.reading is not None
    assert window.observation.reading.label == "7"
    inspected = window.canvas.inspected_page
    assert isinstance(inspected, Ink)
    assert inspected.strokes == number_strokes(page)[:1]


def number_strokes(page: object) -> tuple[object, ...]:
    assert isinstance(page, Ink)
    return page.strokes


def test_arrow_keys_in_the_text_select_the_next_character(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number("729"))
    wait_for_text(qtbot, window, "729")
    characters = view_of(window, TextCharacters)
    QTest.keyClick(characters, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: selected(window) == 1, timeout=WAIT_MS)
    QTest.keyClick(characters, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: selected(window) == 0, timeout=WAIT_MS)


def test_a_stroke_that_starts_on_a_character_is_drawn(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number("729"))
    wait_for_text(qtbot, window, "729")
    start = middle_of(window, 0)
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 30):
        QTest.mouseMove(canvas, start + QPoint(4 * step, 0))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(120, 0))
    assert isinstance(canvas.page, Ink)
    assert len(canvas.page.strokes) == 4
    first = canvas.page.strokes[-1].points[0] * canvas.width() / canvas.area.units[0]
    assert first.tolist() == pytest.approx([start.x(), start.y()], abs=1)


def test_a_sheet_becomes_wider_after_a_pause_and_not_between_two_strokes(
    qtbot: QtBot, window: MainWindow
) -> None:
    width = window.canvas.area.units[0]
    draw(window, number("1"), left=width - 60)
    assert window.canvas.area.units[0] == width
    qtbot.waitUntil(lambda: window.canvas.area.units[0] > width, timeout=WAIT_MS)


def test_changing_the_canvas_keeps_the_ink(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number("0171 2026"))
    wait_for_text(qtbot, window, "0171 2026")
    page = window.canvas.page
    window.drawing_actions.set_sheet(False)
    assert window.canvas.page is page
    assert isinstance(page, Ink)
    left, top, right, bottom = page.bounds() or (0, 0, 0, 0)
    assert min(left, top) >= 0
    assert max(right, bottom) <= window.canvas.area.units[0]
    assert window.canvas.area.units[0] == pytest.approx(window.canvas.area.units[1])
    window.drawing_actions.set_sheet(True)
    assert window.canvas.page is page


def test_a_sheet_leaves_room_for_the_names_of_the_views_beside_it(qtbot: QtBot) -> None:
    window = build_window(Settings(sheet=True, workspace=INSIDE))
    qtbot.addWidget(window)
    window.resize(1024, 660)
    with qtbot.waitSignal(window.shown):
        window.show()
    qtbot.waitUntil(lambda: window.network is not None)
    bar = next(
        bar
        for bar in window.findChildren(QTabBar)
        if bar.isVisible() and "Feature maps" in map(bar.tabText, range(bar.count()))
    )
    assert window.canvas.width() > 1.5 * window.canvas.height()
    qtbot.waitUntil(lambda: bar.width() >= bar.sizeHint().width())


def test_a_single_character_on_the_sheet_has_no_boxes(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number("8"), scale=1.0)
    qtbot.waitUntil(lambda: is_read_as(window, "8"), timeout=WAIT_MS)
    assert window.context.text.value is None
    assert window.canvas.characters.boxes() == ()


# --- edits ---


def written(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Show a number on the sheet and wait until it is read."""
    window.canvas.set_page(number(text).transformed(0.6, 60, 120))
    wait_for_text(qtbot, window, text)


def wait_for_selected(qtbot: QtBot, window: MainWindow, character: int) -> None:
    qtbot.waitUntil(lambda: selected(window) == character, timeout=WAIT_MS)


def trigger(window: MainWindow, text: str) -> None:
    action = window_action(window, text)
    assert action.isEnabled()
    action.trigger()


def test_a_typed_character_corrects_the_clicked_one(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "729")
    corrected = []
    window.context.correction_requested.connect(lambda *request: corrected.append(request))
    click(window, middle_of(window, 0))
    wait_for_selected(qtbot, window, 0)
    QTest.keyClick(window.canvas, Qt.Key.Key_1)
    wait_for_text(qtbot, window, "129")
    wait_for_selected(qtbot, window, 1)
    assert corrected == [(0, "1")]
    assert window.canvas.characters.boxes()[0].label == "1 ✓"
    window.canvas.undo()
    wait_for_text(qtbot, window, "729")
    window.canvas.redo()
    wait_for_text(qtbot, window, "129")


def type_keys(window: MainWindow, *keys: Qt.Key) -> None:
    """Press keys on the canvas, none of which waits for the reading of the one before."""
    for key in keys:
        QTest.keyClick(window.canvas, key)


def test_keys_typed_faster_than_the_page_is_read_correct_one_character_each(
    qtbot: QtBot, window: MainWindow
) -> None:
    written(qtbot, window, "7105")
    click(window, middle_of(window, 0))
    wait_for_selected(qtbot, window, 0)
    type_keys(window, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
    wait_for_text(qtbot, window, "1235")
    wait_for_selected(qtbot, window, 3)
    text = window.context.text.value
    assert text is not None
    assert [each.is_corrected for each in text.reading.characters] == [True, True, True, False]


def test_a_key_right_after_a_click_or_an_arrow_key_corrects_what_was_chosen(
    qtbot: QtBot, window: MainWindow
) -> None:
    written(qtbot, window, "7105")
    click(window, middle_of(window, 1))
    type_keys(window, Qt.Key.Key_8)
    wait_for_text(qtbot, window, "7805")
    type_keys(window, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_3)
    wait_for_text(qtbot, window, "3805")
    click(window, middle_of(window, 3))
    type_keys(window, Qt.Key.Key_6)
    click(window, middle_of(window, 0))
    type_keys(window, Qt.Key.Key_9)
    # What the model learns from such corrections may change how it reads the 0.
    qtbot.waitUntil(lambda: re.fullmatch("98.6", text_of(window)) is not None, timeout=WAIT_MS)


def test_keys_in_the_text_wait_for_the_reading(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    characters = view_of(window, TextCharacters)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_4, Qt.Key.Key_Right, Qt.Key.Key_8):
        QTest.keyClick(characters, key)
    wait_for_text(qtbot, window, "4185")


def test_an_undone_correction_selects_its_character_again(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    click(window, middle_of(window, 0))
    type_keys(window, Qt.Key.Key_1)
    wait_for_text(qtbot, window, "1105")
    wait_for_selected(qtbot, window, 1)
    window.canvas.undo()
    type_keys(window, Qt.Key.Key_4)
    wait_for_text(qtbot, window, "4105")


def test_a_key_that_waits_is_dropped_with_the_page(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    click(window, middle_of(window, 0))
    type_keys(window, Qt.Key.Key_1, Qt.Key.Key_2)
    window.canvas.set_page(number("729").transformed(0.6, 60, 120))
    wait_for_text(qtbot, window, "729")
    assert not window.canvas.edits


def test_the_answer_is_that_of_the_character_in_its_text(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "729")
    verdict, hint = child(window, QLabel, "verdict_label"), child(window, QLabel, "reading_hint")
    label = child(window, QLabel, "reading_label")
    text = window.context.text.value
    assert text is not None
    assert text.verdict.verdict is Verdict.READ
    assert (label.text(), verdict.text()) == ("9", probability_text(text.character.confidence))
    assert hint.text().startswith("By itself: 9 (")
    window.canvas.setFocus()
    click(window, middle_of(window, 2))
    QTest.keyClick(window.canvas, Qt.Key.Key_4)
    wait_for_text(qtbot, window, "724")
    assert (label.text(), verdict.text()) == ("4", "Set by you")
    assert hint.text().startswith("By itself: 9 (")
    window.canvas.clear()
    qtbot.waitUntil(lambda: window.context.text.value is None, timeout=WAIT_MS)
    assert verdict.text() == "No ink"
    assert "itself" not in hint.text()


def test_shortcuts_of_tools_do_not_take_typed_letters(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "729")
    characters = view_of(window, TextCharacters)
    characters.setFocus()
    QTest.keyClick(characters, Qt.Key.Key_E)
    wait_for_text(qtbot, window, "72e")
    assert window.canvas.tool is Tool.PEN


def test_a_character_typed_in_another_view_corrects_the_selected_one(
    qtbot: QtBot, window: MainWindow
) -> None:
    written(qtbot, window, "729")
    step = child(window, StepView, "step_box")
    step.setFocus()
    QTest.keyClick(step, Qt.Key.Key_4)
    wait_for_text(qtbot, window, "724")
    assert window.canvas.hasFocus()
    corrected = []
    window.context.correction_requested.connect(lambda *request: corrected.append(request))
    window.workspaces.choose(TRAIN)
    QTest.keyClick(child(window, QDockWidget, "run_dock"), Qt.Key.Key_8)
    window.workspaces.choose(INSIDE)
    QTest.keyClick(child(window, QDockWidget, "layers_dock"), Qt.Key.Key_9)
    # Both would wait while the page is read with what was learned.
    qtbot.waitUntil(lambda: (2, "9") in corrected)
    assert corrected == [(2, "9")]


@pytest.mark.parametrize("size", [(1366, 740), (1280, 770)])
def test_the_preparation_of_a_character_is_visible_on_small_screens(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    window.resize(*size)
    written(qtbot, window, "729")
    names = ("ink", "box", "input")
    steps = [child(window, StepView, f"step_{name}") for name in names]
    qtbot.waitUntil(lambda: all(step.visibleRegion().boundingRect() == step.rect() for step in steps))
    bars = child(window, ProbabilityBars)
    assert bars.visibleRegion().boundingRect() == bars.rect()


def test_a_typed_letter_is_the_selected_character_without_a_click(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "729")
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_C)
    wait_for_text(qtbot, window, "72c")
    assert window.findChild(CorrectionPopup) is None
    QTest.keyClick(window.canvas, Qt.Key.Key_Left)
    assert window.context.text.value is not None
    assert window.context.text.value.selected == 2, "the arrow keys move the pen of the keyboard"


def test_arrow_keys_on_the_canvas_select_after_a_click(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "729")
    click(window, middle_of(window, 0))
    wait_for_selected(qtbot, window, 0)
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    wait_for_selected(qtbot, window, 1)
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    assert selected(window) == 1


def test_space_between_typed_characters_skips_one_and_draws_nothing(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "729")
    ink = window.canvas.page
    click(window, middle_of(window, 0))
    wait_for_selected(qtbot, window, 0)
    for key, chosen in ((Qt.Key.Key_1, 1), (Qt.Key.Key_Space, 2)):
        QTest.keyClick(window.canvas, key)
        wait_for_selected(qtbot, window, chosen)
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    assert window.canvas.page is ink


def test_characters_are_merged_and_split(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    click(window, middle_of(window, 1))
    wait_for_selected(qtbot, window, 1)
    trigger(window, "Merge with next")
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 3, timeout=WAIT_MS)
    wait_for_selected(qtbot, window, 1)
    text = window.context.text.value
    assert text is not None
    merged = text.character.label
    assert child(window, QLabel, "reading_label").text() == merged
    trigger(window, "Split")
    wait_for_text(qtbot, window, "7105")
    window.canvas.undo()
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 3, timeout=WAIT_MS)
    window.canvas.undo()
    wait_for_text(qtbot, window, "7105")


def test_the_menu_of_a_character_splits_it_where_it_was_clicked(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    click(window, middle_of(window, 1))
    wait_for_selected(qtbot, window, 1)
    trigger(window, "Merge with next")
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 3, timeout=WAIT_MS)
    box = window.canvas.characters.boxes()[1].box
    at = QPointF(box.left() + 0.3 * box.width(), box.center().y()).toPoint()
    QTest.mouseClick(window.canvas, Qt.MouseButton.RightButton, pos=at)
    qtbot.waitUntil(lambda: window.findChild(CharacterMenu) is not None, timeout=WAIT_MS)
    menu = child(window, CharacterMenu)
    (split,) = (each for each in menu.actions() if each.text() == "Split here")
    split.trigger()
    menu.close()
    wait_for_text(qtbot, window, "7105")


def open_menu(qtbot: QtBot, window: MainWindow, number: int) -> CharacterMenu:
    QTest.mouseClick(window.canvas, Qt.MouseButton.RightButton, pos=middle_of(window, number))
    qtbot.waitUntil(lambda: window.findChild(CharacterMenu) is not None, timeout=WAIT_MS)
    return child(window, CharacterMenu)


def test_a_mark_has_a_box_and_no_label(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, number_with_mark("30", "comma", "26"))
    wait_for_text(qtbot, window, "30 26")
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 5, timeout=WAIT_MS)
    mark = window.canvas.characters.boxes()[2]
    assert mark.is_mark
    assert mark.label in ("", "?")
    assert child(window, QLabel, "text_verdict").text().endswith("1 mark not read.")
    assert child(window, TextCharacters).count_and_columns() == (5, 0)
    click(window, middle_of(window, 2))
    wait_for_selected(qtbot, window, 2)
    QTest.keyClick(window.canvas, Qt.Key.Key_1)
    wait_for_text(qtbot, window, "30126")


def test_the_menu_says_that_ink_is_no_character(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    menu = open_menu(qtbot, window, 1)
    (no_character,) = (each for each in menu.actions() if each.text() == "Correct to no character")
    no_character.trigger()
    menu.close()
    wait_for_text(qtbot, window, "7 05")
    assert window.canvas.characters.boxes()[1].is_mark
    window.canvas.undo()
    wait_for_text(qtbot, window, "7105")


def test_a_menu_of_a_text_that_has_changed_corrects_nothing(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    menu = open_menu(qtbot, window, 3)
    (no_character,) = (each for each in menu.actions() if each.text() == "Correct to no character")
    window.context.merge_requested.emit(0)
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 3, timeout=WAIT_MS)
    edits = window.canvas.edits
    no_character.trigger()
    menu.close()
    assert window.canvas.edits == edits


def test_a_new_stroke_is_read_although_a_character_could_not_be_split(
    qtbot: QtBot, window: MainWindow
) -> None:
    draw(window, number_with_mark("30", "stop", "26"))
    wait_for_text(qtbot, window, "30 26")
    click(window, middle_of(window, 2))
    wait_for_selected(qtbot, window, 2)
    texts = []
    window.context.text.changed.connect(lambda _: texts.append(text_of(window)))
    trigger(window, "Split")
    draw(window, number("7"), left=360)
    trigger(window, "Split")
    qtbot.waitUntil(lambda: "30 26 7" in texts, timeout=WAIT_MS)


def test_the_right_button_erases_where_it_moves(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    start, right = middle_of(window, 0), Qt.MouseButton.RightButton
    QTest.mousePress(window.canvas, right, pos=start + QPoint(-30, 0))
    QTest.mouseMove(window.canvas, start + QPoint(10, 0))
    QTest.mouseRelease(window.canvas, right, pos=start + QPoint(10, 0))
    wait_for_text(qtbot, window, "105")


def test_the_eraser_erases_where_it_clicks(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "7105")
    window.canvas.set_tool(Tool.ERASER)
    page = window.canvas.page
    assert isinstance(page, Ink)
    pixels = window.canvas.width() / window.canvas.area.units[0]
    click(window, QPointF(*(page.strokes[0].points.mean(axis=0) * pixels).tolist()).toPoint())
    wait_for_text(qtbot, window, "105")


def test_a_page_that_is_read_as_one_character_can_be_split(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.set_page(number("4").transformed(1, 60, 120))
    qtbot.waitUntil(lambda: is_read_as(window, "4"), timeout=WAIT_MS)
    assert window.context.text.value is None
    trigger(window, "Split")
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 2, timeout=WAIT_MS)
    window.canvas.undo()
    qtbot.waitUntil(lambda: window.context.text.value is None, timeout=WAIT_MS)


def test_the_text_is_copied_as_it_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    written(qtbot, window, "1107")
    trigger(window, "Amount")
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "11.07"
    trigger(window, "As written")
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1107"


def test_an_image_with_a_number_is_read_and_a_click_keeps_it(qtbot: QtBot, window: MainWindow) -> None:
    grey = np.asarray(image_of(number("4190")))
    window.canvas.set_page(picture_from_pixels(np.repeat(grey[..., None], 3, axis=2), "image"))
    wait_for_text(qtbot, window, "4190")
    page = window.canvas.page
    click(window, middle_of(window, 2))
    wait_for_selected(qtbot, window, 2)
    assert window.canvas.page is page
    assert window.observation is not None
    assert window.observation.reading is not None
    assert window.observation.reading.label == "9"


def test_the_timeline_is_that_of_the_selected_character(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("replay")
    written(qtbot, window, "729")
    panel = view_of(window, TimelinePanel)
    click(window, middle_of(window, 0))
    wait_for_selected(qtbot, window, 0)
    ink = window.canvas.inspected_page
    qtbot.waitUntil(
        lambda: panel.timeline is not None and panel.timeline.is_complete and panel.timeline.ink == ink,
        timeout=WAIT_MS,
    )
    panel.snapshot_chosen.emit(1)
    qtbot.waitUntil(
        lambda: (
            window.observation is not None
            and window.observation.reading is not None
            and window.observation.reading.label != "7"
        ),
        timeout=WAIT_MS,
    )
    assert text_of(window) == "729"


def test_evidence_lies_over_the_selected_character(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("why")
    written(qtbot, window, "729")
    click(window, middle_of(window, 0))
    wait_for_selected(qtbot, window, 0)

    def is_over_the_first() -> bool:
        evidence, text = window.canvas.evidence, window.context.text.value
        if evidence is None or text is None:
            return False
        height, width = evidence.values.shape
        left, top = evidence.placement.point(0, 0)
        right, bottom = evidence.placement.point(width, height)
        box = text.reading.characters[0].box
        return left < box[0] < box[2] < right and top < box[1] < box[3] < bottom and right < box[2] + 120

    qtbot.waitUntil(is_over_the_first, timeout=WAIT_MS)


def test_the_legend_of_the_evidence_is_beside_the_characters() -> None:
    canvas = sheet_in(800, 400)
    corner = free_corner(canvas, 100, 30, [])
    assert (corner.left(), corner.top()) == (8, 8)
    lower = free_corner(canvas, 100, 30, [QRectF(0, 0, 60, 60)])
    assert (lower.left(), lower.bottom()) == (8, 392)
    right = free_corner(canvas, 100, 30, [QRectF(0, 0, 60, 400)])
    assert (right.right(), right.top()) == (792, 8)
