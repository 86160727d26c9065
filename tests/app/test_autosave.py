"""The drawing of the last session is restored: after closing, after a crash, for each running program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import drawings_dir, resources_dir
from desktop_app.core.settings import Settings
from desktop_app.ink.inkml import read_inkml
from desktop_app.ink.page_arrays import page_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_edits import FixedCharacter, InkRange, TextEdits
from desktop_app.views.canvas.geometry import fit_to_canvas
from tests.read_only import read_only

ROOT = Path(__file__).parents[2]
SAMPLE = resources_dir() / "samples" / "three.inkml"

# Draws a stroke with the mouse, prints the path of the drawing when it is saved, and runs until it is killed.
DRAW = """
from PySide6.QtCore import QTimer, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from desktop_app.app import build_window
from desktop_app.core.paths import drawings_dir
window = build_window()
window.show()
middle = window.canvas.rect().center()
QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
QTest.mouseMove(window.canvas, middle + QPoint(40, 50))
QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 50))
def look():
    if list(drawings_dir().glob("*.npz")):
        timer.stop()
        print("saved", flush=True)
timer = QTimer(interval=10)
timer.timeout.connect(look)
timer.start()
QApplication.exec()
"""

Build = Callable[[], MainWindow]


@pytest.fixture
def start(qtbot: QtBot) -> Build:
    """Function that starts the program in a window."""

    def started() -> MainWindow:
        window = build_window()
        qtbot.addWidget(window)
        with qtbot.waitSignal(window.shown):
            window.show()
        return window

    return started


def draw(window: MainWindow, move: QPoint) -> None:
    canvas = window.canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle + move)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + move)


def saved_drawings() -> list[Path]:
    return sorted(drawings_dir().glob("*.npz"))


def test_ink_is_restored_and_read_after_closing(qtbot: QtBot, start: Build) -> None:
    first = start()
    with qtbot.waitSignal(first.reading_painted):
        draw(first, QPoint(40, 60))
    drawn = first.canvas.page
    first.close()
    second = build_window()
    qtbot.addWidget(second)
    with qtbot.waitSignal(second.reading_painted):
        second.show()
    assert second.canvas.page == drawn
    second.canvas.undo()
    assert second.canvas.is_empty
    second.close()


def test_corrections_are_restored(start: Build) -> None:
    first = start()
    drawn = Ink.from_points([[(40, 40), (60, 200)], [(100, 40), (120, 200)]])
    edits = TextEdits((FixedCharacter((InkRange(b"key", 0, 1),), "7"),))
    first.canvas.set_page(drawn)
    first.canvas.set_edits(edits)
    first.close()
    second = start()
    assert second.canvas.page == drawn
    assert second.canvas.edits == edits
    second.close()


@pytest.mark.parametrize("label", [b"\xff", b" ", b"\\n", b"12"])
def test_damaged_corrections_are_ignored(start: Build, label: bytes) -> None:
    drawn = Ink.from_points([[(40, 40), (60, 200)]])
    first = start()
    first.canvas.set_page(drawn)
    first.close()
    (file,) = saved_drawings()
    file.write_bytes(page_bytes(drawn, b'{"characters":[{"ranges":[],"label":"%s"}]}' % label))
    second = start()
    assert second.canvas.page == drawn
    assert not second.canvas.edits
    second.close()


def test_an_image_is_restored(qtbot: QtBot, start: Build) -> None:
    image = QImage(30, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    for x in range(8, 20):
        image.setPixelColor(x, 10, Qt.GlobalColor.white)
    first = start()
    with qtbot.waitSignal(first.canvas.page_changed):
        first.context.image_requested.emit(image)
    opened = first.canvas.page
    first.close()
    second = start()
    restored = second.canvas.page
    assert isinstance(opened, Picture)
    assert isinstance(restored, Picture)
    assert restored.name == opened.name
    assert np.array_equal(restored.rgb, opened.rgb)
    assert np.array_equal(restored.ink_map, opened.ink_map)
    assert restored.ink_map.any()
    second.close()


def test_the_drawing_of_a_killed_program_is_restored_and_that_of_a_running_one_is_not(
    qtbot: QtBot, start: Build
) -> None:
    running = subprocess.Popen([sys.executable, "-c", DRAW], cwd=ROOT, stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline().strip() == b"saved"
    other = start()
    assert other.canvas.is_empty
    draw(other, QPoint(-60, 0))
    qtbot.waitUntil(lambda: len(saved_drawings()) == 2)
    running.kill()
    running.communicate()
    after = start()
    assert isinstance(after.canvas.page, Ink)
    assert len(after.canvas.page.strokes) == 1
    assert after.canvas.page != other.canvas.page
    other.close()
    after.close()
    assert len(saved_drawings()) == 2


def test_the_last_of_several_drawings_is_restored(qtbot: QtBot, start: Build) -> None:
    first, second = start(), start()
    for window, move in ((first, QPoint(40, 0)), (second, QPoint(0, 40))):
        draw(window, move)
    drawn = second.canvas.page
    first.close()
    second.close()
    third = start()
    assert third.canvas.page == drawn
    third.close()


def test_a_damaged_drawing_is_ignored_and_replaced(qtbot: QtBot, start: Build) -> None:
    first = start()
    draw(first, QPoint(40, 60))
    first.close()
    (file,) = saved_drawings()
    file.write_bytes(file.read_bytes()[:-40])
    second = start()
    assert second.canvas.is_empty
    assert second.messages.text() == ""
    draw(second, QPoint(60, 0))
    drawn = second.canvas.page
    second.close()
    third = start()
    assert third.canvas.page == drawn
    third.close()
    assert saved_drawings() == [file]


def test_a_file_is_shown_over_the_last_drawing(qtbot: QtBot, start: Build) -> None:
    first = start()
    draw(first, QPoint(40, 60))
    drawn = first.canvas.page
    first.close()
    second = start()
    with qtbot.waitSignal(second.canvas.page_changed):
        second.context.file_requested.emit(SAMPLE)
    assert second.canvas.page == fit_to_canvas(read_inkml(SAMPLE))
    second.canvas.undo()
    assert second.canvas.page == drawn
    second.close()


def test_new_empties_the_canvas_for_the_next_start_as_well(qtbot: QtBot, start: Build) -> None:
    first = start()
    draw(first, QPoint(40, 60))
    drawn = first.canvas.page
    QTest.keyClick(first, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert first.canvas.tool.value == "eraser"
    QTest.keyClick(first, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert first.canvas.is_empty
    assert first.canvas.tool.value == "pen"
    first.canvas.undo()
    assert first.canvas.page == drawn
    first.canvas.redo()
    first.close()
    second = start()
    assert second.canvas.is_empty
    second.close()


def test_a_failure_is_reported_once_and_the_next_change_is_tried_again(qtbot: QtBot, start: Build) -> None:
    window = start()
    sentences: list[str] = []
    window.messages.shown.connect(sentences.append)
    with read_only(drawings_dir()) as refused:
        draw(window, QPoint(40, 0))
        qtbot.waitUntil(lambda: len(sentences) == 1)
        known = len(refused)
        draw(window, QPoint(0, 40))
        qtbot.waitUntil(lambda: len(refused) > known)
    assert "cannot be saved: the disk is read-only" in sentences[0]
    draw(window, QPoint(40, 40))
    qtbot.waitUntil(lambda: bool(saved_drawings()))
    window.close()
    assert len(sentences) == 1


def test_a_folder_that_cannot_be_made_is_reported(qtbot: QtBot) -> None:
    drawings_dir().parent.mkdir(parents=True)
    drawings_dir().touch()
    window = build_window()
    qtbot.addWidget(window)
    assert window.messages.text().startswith("The drawing cannot be kept: ")
    window.close()


def test_windows_with_given_settings_keep_nothing(qtbot: QtBot) -> None:
    window = build_window(Settings())
    qtbot.addWidget(window)
    window.show()
    draw(window, QPoint(40, 60))
    window.close()
    assert not drawings_dir().exists()
