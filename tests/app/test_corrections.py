"""Corrections in the window with real events: said, saved, learned, undone, switched off, and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.window.correction_popup import CorrectionPopup
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import adaptations_dir, my_samples_dir
from desktop_app.core.settings import Settings
from desktop_app.data.my_samples import list_samples
from desktop_app.ink.inkml import inkml_bytes, read_inkml
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.batch.batch_rows import TEXT
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.compare.panel import ComparePanel
from desktop_app.views.samples.panel import SamplesPanel
from desktop_app.views.view import BATCH, TRAIN
from tests.app.drawing import Points, draw
from tests.contrast import contrast
from tests.finding import child
from tests.learned_threes import learn_threes
from tests.synthetic_numbers import number
from tests.views_of_window import view_of

WAIT_MS = 60_000


def underlined_zero(slant: float) -> list[Points]:
    """A 0 with a line through its foot, which the model takes for no digit; slant: shift of its top."""
    angles = np.linspace(0, 2 * np.pi, 40)
    ring = [(200 + 50 * np.sin(a) + slant * np.cos(a), 200 - 95 * np.cos(a)) for a in angles]
    return [ring, [(112 + 3.0 * n, 280.0) for n in range(60)]]


def answer(window: MainWindow) -> str | None:
    """The label of the current page; "…" while it is not read yet."""
    read = window.last_reading
    if read is None or read[0] != window.canvas.page or read[1].reading is None:
        return "…"
    return read[1].reading.label


def wait_for(qtbot: QtBot, window: MainWindow, label: str | None) -> None:
    qtbot.waitUntil(lambda: answer(window) == label, timeout=WAIT_MS)


def correct(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    """Say what is on the canvas with two keys, and wait until that is reported."""
    popup = ask(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, key)


def ask(qtbot: QtBot, window: MainWindow) -> CorrectionPopup:
    """Press the keys of Correct… and return the popup."""
    QTest.keyClick(window.canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    return open_popup(qtbot)


def ask_with_button(qtbot: QtBot, window: MainWindow) -> CorrectionPopup:
    """Click the button beside the answer and return the popup."""
    correct_button = child(window, QToolButton, "correct")
    QTest.mouseClick(correct_button, Qt.MouseButton.LeftButton)
    return open_popup(qtbot)


def open_popup(qtbot: QtBot) -> CorrectionPopup:
    def popups() -> list[CorrectionPopup]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, CorrectionPopup)]

    qtbot.waitUntil(lambda: bool(popups()))
    return popups()[0]


def panel_of(window: MainWindow) -> SamplesPanel:
    window.workspaces.show_view("my-samples")
    return view_of(window, SamplesPanel)


def button(window: MainWindow, text: str) -> QPushButton:
    return next(each for each in panel_of(window).findChildren(QPushButton) if each.text() == text)


def test_a_misread_digit_is_corrected_and_read_the_next_time(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    correct(qtbot, window, Qt.Key.Key_0)
    assert re.fullmatch(
        r"Saved in My samples as “0”\. Learned\. Misread samples: 1 of 1 before, 0 now\. "
        r"Other handwriting: \d\d\.\d → \d\d\.\d % correct\.",
        window.messages.text(),
    )
    wait_for(qtbot, window, "0")
    (sample,) = list_samples(my_samples_dir())
    assert sample.label == "0"
    window.menu_actions.new.trigger()
    wait_for(qtbot, window, None)
    assert "Learned" in window.messages.text(), "it is still to be read"
    draw(window, underlined_zero(14))
    wait_for(qtbot, window, "0")
    assert len(list_samples(my_samples_dir())) == 1


def undo_by_message(window: MainWindow) -> None:
    buttons = window.findChildren(QPushButton, "message_action")
    undo = next(each for each in buttons if each.isVisibleTo(window))
    assert undo.text() == "Undo"
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)


def test_correction_is_undone_with_what_was_learned(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    correct(qtbot, window, Qt.Key.Key_0)
    wait_for(qtbot, window, "0")
    undo_by_message(window)
    wait_for(qtbot, window, None)
    assert list_samples(my_samples_dir()) == ()
    assert list(adaptations_dir().iterdir()) == []


def test_learning_is_switched_off_with_one_click_and_kept(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window()
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    correct(qtbot, window, Qt.Key.Key_0)
    wait_for(qtbot, window, "0")
    (box,) = panel_of(window).findChildren(QCheckBox)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    wait_for(qtbot, window, None)
    assert len(list(adaptations_dir().iterdir())) == 1
    window.close()
    # The next session reads with what was learned in this one.
    window = open_window()
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, "0")
    window.close()
    window = open_window(Settings(uses_corrections=False))
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)


def test_samples_are_deleted_restored_and_exported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    correct(qtbot, window, Qt.Key.Key_0)
    panel = panel_of(window)
    (sample,) = list_samples(my_samples_dir())
    qtbot.waitUntil(lambda: panel.shown_samples == (sample,), timeout=WAIT_MS)
    window.context.corrections.export_samples(tmp_path / "out", lambda: None)
    qtbot.waitUntil(lambda: bool(list(tmp_path.glob("out/0/*.inkml"))), timeout=WAIT_MS)
    panel.delete_requested.emit((sample,))
    wait_for(qtbot, window, None)
    assert not sample.path.exists()
    QTest.mouseClick(button(window, "Undo"), Qt.MouseButton.LeftButton)
    wait_for(qtbot, window, "0")
    assert sample.path.exists()


def test_contradiction_is_reported(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    correct(qtbot, window, Qt.Key.Key_0)
    wait_for(qtbot, window, "0")
    popup = ask_with_button(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, Qt.Key.Key_8)
    assert "It looks like a sample with the label “0”." in window.messages.text()


def test_answer_is_confirmed_with_enter_and_nothing_to_learn_is_said(
    qtbot: QtBot, window: MainWindow
) -> None:
    draw(window, [[(200, 60 + 5.0 * n) for n in range(50)]])
    wait_for(qtbot, window, "1")
    popup = ask(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        focused = popup.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return)
    assert window.messages.text() == "Saved in My samples as “1”. Nothing to learn: no sample is misread."
    assert answer(window) == "1"


def test_escape_saves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, [[(200, 60 + 5.0 * n) for n in range(50)]])
    wait_for(qtbot, window, "1")
    popup = ask_with_button(qtbot, window)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert list_samples(my_samples_dir()) == ()


@pytest.mark.parametrize("is_sheet", [False, True])
def test_the_question_does_not_cover_what_it_is_about(
    qtbot: QtBot, open_window: Callable[..., MainWindow], is_sheet: bool
) -> None:
    window = open_window(Settings(sheet=is_sheet))
    page = number("42").transformed(0.6, 60, 120) if is_sheet else Ink.from_points(underlined_zero(0))
    window.canvas.set_page(page)
    if is_sheet:
        qtbot.waitUntil(lambda: window.context.text.value is not None, timeout=WAIT_MS)
    else:
        wait_for(qtbot, window, None)
    popup = ask(qtbot, window)
    canvas = window.canvas
    subject = canvas.inspected_area().translated(canvas.mapToGlobal(QPoint()))
    assert subject.width() > 20
    assert not popup.geometry().intersects(subject)
    assert popup.screen().availableGeometry().contains(popup.geometry())


def test_nothing_on_the_canvas_cannot_be_corrected(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(window.canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.messages.text() == "Draw or open something first, then say what it is."


def test_my_samples_become_a_source_of_the_recipe(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    correct(qtbot, window, Qt.Key.Key_0)
    train = button(window, "Train with my samples")
    qtbot.waitUntil(train.isEnabled)
    QTest.mouseClick(train, Qt.MouseButton.LeftButton)
    assert window.workspaces.name == TRAIN
    sources = [part.source for part in window.context.training.draft.value.data]
    assert sources[-1] == "my-samples"
    QTest.mouseClick(button(window, "Train with my samples"), Qt.MouseButton.LeftButton)
    assert [part.source for part in window.context.training.draft.value.data] == sources


def test_corrected_character_of_a_text_is_saved(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window(Settings(sheet=True))
    ink = number("42").transformed(0.6, 60, 120)
    window.canvas.set_page(ink)
    qtbot.waitUntil(lambda: window.context.text.value is not None, timeout=WAIT_MS)
    popup = ask(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, Qt.Key.Key_7)
    (sample,) = list_samples(my_samples_dir())
    assert sample.label == "7"
    strokes = len(read_inkml(sample.path).strokes)
    assert 0 < strokes < len(ink.strokes)
    text = window.context.text.value
    assert text is not None
    assert "7" in {each.label for each in text.reading.characters}


@pytest.mark.parametrize("model", ["letters", "digits"])
def test_a_letter_that_is_no_label_is_typed_for_a_character_of_a_text(
    qtbot: QtBot, open_window: Callable[..., MainWindow], model: str
) -> None:
    window = open_window(Settings(sheet=True, model=model))
    assert window.network is not None
    assert "c" not in window.network.labels
    window.canvas.set_page(number("42").transformed(0.6, 60, 120))
    qtbot.waitUntil(lambda: window.context.text.value is not None, timeout=WAIT_MS)
    popup = ask(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, Qt.Key.Key_C)
    (sample,) = list_samples(my_samples_dir())
    assert sample.label == "c"
    text = window.context.text.value
    assert text is not None
    assert "c" in {each.label for each in text.reading.characters}


def press(target: QWidget, text: str) -> None:
    """Press a key that types a character which no key of `Qt.Key` stands for."""
    none = Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, 0, none, text))


@pytest.mark.parametrize("is_asked", [False, True])
def test_digits_of_a_persian_keyboard_correct(
    qtbot: QtBot, open_window: Callable[..., MainWindow], is_asked: bool
) -> None:
    window = open_window(Settings(sheet=True))
    window.canvas.set_page(number("42").transformed(0.6, 60, 120))
    qtbot.waitUntil(lambda: window.context.text.value is not None, timeout=WAIT_MS)
    target = ask(qtbot, window) if is_asked else window.canvas
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        press(target, "\N{EXTENDED ARABIC-INDIC DIGIT FIVE}")
    assert [sample.label for sample in list_samples(my_samples_dir())] == ["5"]


def test_a_small_letter_is_typed_for_a_single_character(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(Settings(model="letters"))
    assert window.network is not None
    assert "o" not in window.network.labels
    window.canvas.set_page(number("0"))
    qtbot.waitUntil(lambda: answer(window) in ("0", "O"), timeout=WAIT_MS)
    popup = ask(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, Qt.Key.Key_O)
    (sample,) = list_samples(my_samples_dir())
    assert sample.label == "o"
    assert window.messages.text().startswith("Saved in My samples as “o”. ")


def test_labels_are_offered_in_the_order_digits_capitals_small_letters(
    qtbot: QtBot, window: MainWindow
) -> None:
    labels = (*"ab", *"019", *"BA", "?")
    reading = Reading(Verdict.UNSURE, "9", ("9", "b"), {"b": 0.4, "9": 0.5, "A": 0.1})
    popup = CorrectionPopup(reading, labels, "", window)
    popup.show_beside(QRect(100, 100, 50, 80), QRect(20, 70, 320, 320), QRect(0, 0, 1024, 700))
    buttons = sorted(popup.findChildren(QPushButton), key=lambda each: (each.y(), each.x()))
    assert "".join(each.text() for each in buttons) == "019BAab?"
    focused = popup.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "9"
    popup.close()


def test_question_about_many_labels_is_no_higher_than_wide(qtbot: QtBot, window: MainWindow) -> None:
    labels = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")
    popup = CorrectionPopup(Reading(Verdict.UNSURE, "4", ("4",)), labels, "not a character", window)
    screen = QRect(0, 0, 1024, 700)
    popup.show_beside(QRect(100, 100, 50, 80), QRect(20, 70, 320, 320), screen)
    assert popup.height() <= popup.width()
    assert screen.contains(popup.geometry())
    image = popup.grab().toImage()
    outline, ground = image.pixelColor(0, image.height() // 2), image.pixelColor(3, image.height() // 2)
    assert contrast(outline, ground) >= 3
    buttons = popup.findChildren(QPushButton)
    assert len(buttons) == len(labels) + 1
    assert all(each.fontMetrics().horizontalAdvance(each.text()) < each.width() for each in buttons)
    popup.close()


def labels_of_samples() -> list[str]:
    return [sample.label for sample in list_samples(my_samples_dir())]


def test_undone_correction_of_a_character_leaves_no_sample(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(Settings(sheet=True))
    window.canvas.set_page(number("42").transformed(0.6, 60, 120))
    qtbot.waitUntil(lambda: window.context.text.value is not None, timeout=WAIT_MS)
    popup = ask(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, Qt.Key.Key_7)
    assert labels_of_samples() == ["7"]
    window.canvas.undo()
    qtbot.waitUntil(lambda: labels_of_samples() == [], timeout=WAIT_MS)
    assert window.messages.text() == "The correction is undone, and its sample is removed."
    window.canvas.redo()
    qtbot.waitUntil(lambda: labels_of_samples() == ["7"], timeout=WAIT_MS)
    window.canvas.clear()
    qtbot.waitUntil(lambda: window.context.text.value is None, timeout=WAIT_MS)
    assert labels_of_samples() == ["7"], "another page does not undo it"


def test_undo_in_the_message_also_undoes_the_label_of_a_character(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(Settings(sheet=True))
    window.canvas.set_page(number("42").transformed(0.6, 60, 120))
    qtbot.waitUntil(lambda: texts(window) == "42", timeout=WAIT_MS)
    at = window.canvas.characters.boxes()[0].box.center().toPoint()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: is_read_as(window, 0), timeout=WAIT_MS)
    popup = ask_with_button(qtbot, window)
    with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
        QTest.keyClick(popup, Qt.Key.Key_7)
    qtbot.waitUntil(lambda: texts(window) == "72", timeout=WAIT_MS)
    assert window.focusWidget() is window.canvas, "the next key is for the next character"
    undo_by_message(window)
    qtbot.waitUntil(lambda: texts(window) == "42" and not labels_of_samples(), timeout=WAIT_MS)
    text = window.context.text.value
    assert text is not None
    assert not any(each.is_corrected for each in text.reading.characters)


def is_read_as(window: MainWindow, selected: int) -> bool:
    text, read = window.context.text.value, window.last_reading
    return (
        text is not None and text.selected == selected and read is not None and read[0] is text.character_page
    )


def texts(window: MainWindow) -> str:
    text = window.context.text.value
    return "" if text is None else text.reading.text


def test_characters_corrected_one_after_the_other_are_saved_with_their_own_ink(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(Settings(sheet=True))
    ink = number("729").transformed(0.6, 60, 120)
    window.canvas.set_page(ink)
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 3, timeout=WAIT_MS)
    at = window.canvas.characters.boxes()[0].box.center().toPoint()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at)
    for key in (Qt.Key.Key_1, Qt.Key.Key_4, Qt.Key.Key_6):
        QTest.keyClick(window.canvas, key)
    qtbot.waitUntil(lambda: labels_of_samples() == ["1", "4", "6"], timeout=WAIT_MS)
    lefts = [read_inkml(each.path).bounds() for each in list_samples(my_samples_dir())]
    assert [bounds[0] for bounds in lefts if bounds] == sorted(bounds[0] for bounds in lefts if bounds)
    assert len({bounds[0] for bounds in lefts if bounds}) == 3


def test_the_character_stays_selected_when_the_page_is_read_with_what_was_learned(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(Settings(sheet=True))
    window.canvas.set_page(number("7105").transformed(0.6, 60, 120))
    qtbot.waitUntil(lambda: len(window.canvas.characters.boxes()) == 4, timeout=WAIT_MS)
    window.context.character_requested.emit(1)
    window.context.corrections.add(Ink.from_points(underlined_zero(0)), "0")
    with qtbot.waitSignal(window.context.corrections.adaptation_changed, timeout=WAIT_MS):
        pass
    read = window.context.text.changed
    with qtbot.waitSignal(read, timeout=WAIT_MS):
        pass
    text = window.context.text.value
    assert text is not None
    assert text.selected == 1


def batch_texts(window: MainWindow) -> list[str]:
    rows = view_of(window, BatchPanel).rows
    return [rows.index(row, TEXT).data() for row in range(rows.rowCount())]


def read_batch(qtbot: QtBot, window: MainWindow, path: Path) -> BatchPanel:
    window.workspaces.choose(BATCH)
    panel = view_of(window, BatchPanel)
    panel.paths_dropped.emit((path,))
    qtbot.waitUntil(lambda: "to check" in panel.status(), timeout=WAIT_MS)
    return panel


def rejected_file(qtbot: QtBot, window: MainWindow, folder: Path) -> tuple[Path, Ink]:
    """Draw a zero that the model rejects; return a file with it, and the drawing."""
    draw(window, underlined_zero(0))
    wait_for(qtbot, window, None)
    page = window.canvas.page
    assert isinstance(page, Ink)
    path = folder / "scan.inkml"
    path.write_bytes(inkml_bytes(page))
    return path, page


def test_batch_reads_with_what_was_learned_as_the_canvas_does(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path, page = rejected_file(qtbot, window, tmp_path)
    panel = read_batch(qtbot, window, path)
    assert batch_texts(window) == [""]
    assert "learned" not in panel.status()
    window.context.corrections.add(page, "0")
    wait_for(qtbot, window, "0")
    panel = read_batch(qtbot, window, path)
    assert batch_texts(window) == ["0"]
    assert panel.status().endswith("Read with what was learned.")
    read = window.last_reading
    assert read is not None
    assert read[1].reading is not None
    assert panel.rows.shown_entries[0].row.confidence == read[1].reading.confidence
    window.context.corrections.set_on(False)
    read_batch(qtbot, window, path)
    assert batch_texts(window) == [""]


def test_undo_of_a_correction_in_the_batch_undoes_row_sample_and_learning(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path, _ = rejected_file(qtbot, window, tmp_path)
    panel = read_batch(qtbot, window, path)

    def type_zero() -> None:
        panel.table.setCurrentIndex(panel.rows.index(0, TEXT))
        with qtbot.waitSignal(window.messages.shown, timeout=WAIT_MS):
            QTest.keyClicks(panel.table, "0")
            editor = child(panel.table, QLineEdit)
            QTest.keyClick(editor, Qt.Key.Key_Return)
        assert batch_texts(window) == ["0"]
        assert len(list_samples(my_samples_dir())) == 1
        assert window.context.corrections.has_learned

    type_zero()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert batch_texts(window) == [""]
    qtbot.waitUntil(lambda: not window.context.corrections.has_learned, timeout=WAIT_MS)
    assert list_samples(my_samples_dir()) == ()
    assert not window.canvas.is_empty
    type_zero()
    undo = next(
        each for each in window.findChildren(QPushButton, "message_action") if each.isVisibleTo(window)
    )
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert batch_texts(window) == [""]
    qtbot.waitUntil(lambda: not window.context.corrections.has_learned, timeout=WAIT_MS)
    assert list_samples(my_samples_dir()) == ()


def test_second_model_reads_with_what_it_learned(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    learn_threes()
    window = open_window(Settings(model="dense", second_model="digits"))
    draw(window, [[(200, 60 + 5.0 * n) for n in range(50)]])
    window.workspaces.show_view("compare")
    panel = view_of(window, ComparePanel)

    def second() -> str | None:
        found = panel.numbers().get("second/probabilities")
        return None if found is None else f"{found[:10].argmax()}"

    qtbot.waitUntil(lambda: second() == "3", timeout=WAIT_MS)
    window.context.corrections.set_on(False)
    qtbot.waitUntil(lambda: second() == "1", timeout=WAIT_MS)


def test_model_that_is_being_opened_does_not_read_with_what_another_learned(
    qtbot: QtBot, window: MainWindow
) -> None:
    learn_threes()
    window.context.model_requested.emit("digits")
    draw(window, [[(200, 60 + 5.0 * n) for n in range(50)]])
    wait_for(qtbot, window, "3")
    window.context.model_requested.emit("dense")
    for is_on in (False, True):
        window.context.corrections.set_on(is_on)
    wait_for(qtbot, window, "1")
