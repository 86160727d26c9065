"""Files in the window: opening, saving, and the recent files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.app.page_commands import PageCommands
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.views.canvas.geometry import CANVAS_SIZE
from desktop_app.views.canvas.paint_ink import page_image
from tests.app.drawing import DIGITS, draw, text_of, wait_for_reading
from tests.finding import child, window_action
from tests.views_of_window import view_of


def test_samples_open_and_are_read(qtbot: QtBot, window: MainWindow) -> None:
    for name, digit in (("three.inkml", "3"), ("five.jpg", "5")):
        with qtbot.waitSignal(window.canvas.page_changed):
            window.context.file_requested.emit(resources_dir() / "samples" / name)
        wait_for_reading(qtbot, window)
        assert text_of(window, "reading_label") == digit


def test_ink_is_saved_and_opened_without_loss(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    draw(window, DIGITS["2"])
    drawn = window.canvas.page
    file = tmp_path / "two.inkml"
    with qtbot.waitSignal(window.messages.shown) as said:
        view_of(window, PageCommands).save_ink(file)
    assert said.args == ["Saved as two.inkml."]
    window.canvas.clear()
    wait_for_reading(qtbot, window)
    window.context.file_requested.emit(file)
    qtbot.waitUntil(lambda: window.canvas.page == drawn)
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == "2"


def test_a_saved_image_is_read_like_the_ink(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    draw(window, DIGITS["3"])
    file = tmp_path / "three.png"
    with qtbot.waitSignal(window.messages.shown):
        view_of(window, PageCommands).save_image(file)
    window.context.file_requested.emit(file)
    qtbot.waitUntil(lambda: isinstance(window.canvas.page, Picture))
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == "3"


def test_saving_into_a_missing_folder_is_an_error(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    draw(window, DIGITS["3"])
    with qtbot.waitSignal(window.messages.shown) as said:
        view_of(window, PageCommands).save_ink(tmp_path / "missing" / "three.inkml")
    assert said.args == ["There is no folder missing; create it, or choose another."]
    assert not list(tmp_path.iterdir())


def test_a_pasted_image_is_read(qtbot: QtBot, window: MainWindow) -> None:
    image = page_image(Ink.from_points(DIGITS["7"]), 300, (CANVAS_SIZE, CANVAS_SIZE))
    QGuiApplication.clipboard().setImage(image)
    window.context.image_requested.emit(QImage(image))
    qtbot.waitUntil(lambda: isinstance(window.canvas.page, Picture))
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == "7"


@pytest.mark.parametrize("name", ["missing.png", "empty.png", "text.jpg", "broken.inkml", "folder.png"])
def test_a_failed_opening_shows_one_sentence(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    if name.startswith("folder"):
        file.mkdir()
    elif not name.startswith("missing"):
        file.write_bytes(b"" if name.startswith("empty") else b"<ink><trace>certainly not")
    draw(window, DIGITS["7"])
    wait_for_reading(qtbot, window)
    page = window.canvas.page
    with qtbot.waitSignal(window.messages.shown) as said:
        window.context.file_requested.emit(file)
    (sentence,) = said.args
    assert name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert window.canvas.page is page
    assert text_of(window, "reading_label") == "7"


def test_only_the_last_chosen_file_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    samples = resources_dir() / "samples"
    pages: list[object] = []
    window.canvas.page_changed.connect(pages.append)
    for name in ("five.jpg", "three.inkml"):
        window.context.file_requested.emit(samples / name)
    qtbot.waitUntil(lambda: bool(pages))
    wait_for_reading(qtbot, window)
    assert isinstance(window.canvas.page, Ink)


def test_the_open_dialog_offers_every_kind_of_file(qtbot: QtBot, window: MainWindow) -> None:
    window_action(window, "Open…").trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    (chooser,) = window.findChildren(QFileDialog)
    offered = chooser.nameFilters()[0]
    for suffix in ("png", "jpg", "bmp", "gif", "tiff", "webp", "inkml", "xml"):
        assert f"*.{suffix}" in offered
    chooser.reject()


def test_a_failed_save_is_reported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    draw(window, DIGITS["1"])
    with qtbot.waitSignal(window.messages.shown) as said:
        view_of(window, PageCommands).save_ink(blocked / "one.inkml")
    assert "one.inkml" in said.args[0]
    assert not window.canvas.is_empty


def test_of_several_files_the_first_is_opened_and_the_others_are_recent(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    files = [tmp_path / f"{digit}.inkml" for digit in "137"]
    for file in files:
        file.write_bytes(inkml_bytes(Ink.from_points(DIGITS[file.stem])))
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    QGuiApplication.clipboard().setMimeData(copied)
    window_action(window, "Paste").trigger()
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == "1"
    assert window.messages.text() == "Opened 1.inkml. See File > Open recent for 2 other files."
    assert recent_files(window) == ["1.inkml", "3.inkml", "7.inkml"]
    files[1].unlink()
    child(window, QMenu, "Open recent").aboutToShow.emit()
    qtbot.waitUntil(lambda: recent_files(window) == ["1.inkml", "7.inkml"])


def test_a_saved_drawing_is_a_recent_file(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    draw(window, DIGITS["1"])
    view_of(window, PageCommands).save_ink(tmp_path / "mine.inkml")
    qtbot.waitUntil(lambda: recent_files(window) == ["mine.inkml"])
    view_of(window, PageCommands).save_image(tmp_path / "mine.png")
    qtbot.waitUntil(lambda: recent_files(window) == ["mine.png", "mine.inkml"])


def recent_files(window: MainWindow) -> list[str]:
    return [action.text().split("  ")[0] for action in child(window, QMenu, "Open recent").actions()]
