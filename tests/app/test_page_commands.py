"""Opening, saving, copying, pasting and dropping of pages in a window without a network."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QClipboard,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.page_commands import PageCommands
from desktop_app.app.page_files import PageFiles
from desktop_app.app.settings_store import SettingsStore
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from tests.finding import child, window_action

INK = Ink.from_points([[[100, 100], [200, 300]], [[250, 100], [250, 300]]])
OTHER = Ink.from_points([[[10, 10], [20, 300]]])


@pytest.fixture
def open_window(qtbot: QtBot) -> Callable[..., MainWindow]:
    def build(*recent_files: Path) -> MainWindow:
        window = MainWindow()
        qtbot.addWidget(window)
        store = SettingsStore(Settings(recent_files=tuple(map(str, recent_files))), False, window)
        files = PageFiles(window)
        PageCommands(window, files, store)
        for part in (files, store):
            window.closed.connect(part.close)
        window.resize(1024, 700)
        with qtbot.waitSignal(window.shown):
            window.show()
        return window

    return build


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with ink."""
    path = tmp_path / "a & b.inkml"
    path.write_bytes(inkml_bytes(OTHER))
    return path


def dialog(qtbot: QtBot, window: MainWindow) -> QFileDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    return window.findChildren(QFileDialog)[0]


@pytest.mark.parametrize("others", [0, 1])
def test_message_says_that_a_file_has_more_pages(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, file: Path, others: int
) -> None:
    scan = tmp_path / "scan.tif"
    pages = [Image.new("L", (40, 30), shade) for shade in (250, 200, 150)]
    pages[0].save(scan, save_all=True, append_images=pages[1:])
    dropped(window, urls(*[str(scan), str(file)][: 1 + others]))
    qtbot.waitUntil(lambda: isinstance(window.canvas.page, Picture))
    qtbot.waitUntil(lambda: window.messages.text() != "")
    sentence = "Only the first of 3 pages is shown. Save the others as files of their own."
    opened = "Opened scan.tif. See File > Open recent for 1 other file. " if others else ""
    assert window.messages.text() == opened + sentence


def test_long_names_and_line_breaks_are_not_part_of_messages(
    qtbot: QtBot, window: MainWindow, file: Path
) -> None:
    long = file.rename(file.with_name("long\n" + 100 * "x" + ".inkml"))
    dropped(window, urls(str(long), str(file)))
    qtbot.waitUntil(lambda: window.messages.text() != "")
    assert window.messages.text().startswith("Opened long\N{REPLACEMENT CHARACTER}xxx")
    assert "xxx…xxx" in window.messages.text()


def test_file_dialogs_start_in_the_nearest_existing_folder(
    qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = open_window(tmp_path / "missing" / "Documents" / "a.png")
    QTest.keySequence(window, QKeySequence.StandardKey.Open)
    opened = dialog(qtbot, window)
    assert Path(opened.directory().path()) == tmp_path
    assert child(opened, QLineEdit).text() == ""
    opened.reject()


def test_a_file_is_chosen_in_a_dialog(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    window.context.dialogs.set_folder(file.parent)
    QTest.keySequence(window, QKeySequence.StandardKey.Open)
    chooser = dialog(qtbot, window)
    assert chooser.nameFilters()[0].startswith("Images and ink (*.png ")
    chooser.selectFile(file.name)
    chooser.accept()
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)


def test_saving_asks_for_a_file_and_adds_the_suffix(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.canvas.set_page(INK)
    QTest.keySequence(window, QKeySequence.StandardKey.Save)
    chooser = dialog(qtbot, window)
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile("mine")
    chooser.accept()
    qtbot.waitUntil((tmp_path / "mine.inkml").exists)


def test_recent_files_can_be_opened_again(
    qtbot: QtBot, open_window: Callable[..., MainWindow], file: Path
) -> None:
    window = open_window(file)
    (recent,) = child(window, QMenu, "Open recent").actions()
    assert recent.text() == f"a && b.inkml  ({file.parent})" or recent.text().startswith("a && b.inkml  (…")
    recent.trigger()
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)


def test_without_recent_files_their_menu_is_disabled(window: MainWindow) -> None:
    assert not child(window, QMenu, "Open recent").isEnabled()


def test_recent_files_show_their_folders(open_window: Callable[..., MainWindow]) -> None:
    long = Path.home() / "very" / "long" / ("folder" * 10) / "end" / "b.png"
    window = open_window(Path.home() / "notes" / "a.png", long)
    first, second = child(window, QMenu, "Open recent").actions()
    assert first.text() == f"a.png  (~{os.sep}notes)"
    assert second.text().startswith("b.png  (…")
    assert second.text().endswith(f"{os.sep}end)")
    assert len(second.text()) < 70


def test_missing_recent_files_are_removed_before_they_are_shown(
    qtbot: QtBot, open_window: Callable[..., MainWindow], file: Path
) -> None:
    menu = child(open_window(file, file.with_name("missing.png")), QMenu, "Open recent")
    assert len(menu.actions()) == 2
    menu.popup(QPoint(0, 0))
    qtbot.waitUntil(lambda: len(menu.actions()) == 1)
    menu.close()


def test_saving_proposes_the_name_of_the_opened_file(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    window.context.dialogs.set_folder(file.parent)
    for path, proposed in ((None, "drawing.inkml"), (file, file.name)):
        window.context.file_shown.emit(INK, path)
        window_action(window, "Save ink…").trigger()
        chooser = dialog(qtbot, window)
        assert chooser.selectedFiles() == [str(file.with_name(proposed))]
        chooser.reject()
        qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))


def test_dialogs_start_in_the_folder_of_the_last_one(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.canvas.set_page(INK)
    (tmp_path / "saved").mkdir()
    window.context.dialogs.set_folder(tmp_path)
    QTest.keySequence(window, QKeySequence.StandardKey.Save)
    chooser = dialog(qtbot, window)
    chooser.setDirectory(str(tmp_path / "saved"))
    chooser.selectFile("mine.inkml")
    chooser.accept()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
    window_action(window, "Save image…").trigger()
    assert dialog(qtbot, window).directory().absolutePath() == str(tmp_path / "saved")


def test_copying_gives_dark_ink_on_white(window: MainWindow) -> None:
    window.canvas.set_page(INK)
    QTest.keySequence(window, QKeySequence.StandardKey.Copy)
    image = QGuiApplication.clipboard().image()
    assert image.pixelColor(500, 400).lightness() < 10
    assert image.pixelColor(5, 5).lightness() == 255


def test_an_image_is_pasted(qtbot: QtBot, window: MainWindow) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    QTest.keySequence(window, QKeySequence.StandardKey.Paste)
    qtbot.waitUntil(lambda: isinstance(window.canvas.page, Picture))


def test_a_copied_file_is_pasted(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png"), QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(data)
    QTest.keySequence(window, QKeySequence.StandardKey.Paste)
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)


def test_pasting_text_shows_a_message(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("not a picture")
    window.canvas.set_page(INK)
    QTest.keySequence(window, QKeySequence.StandardKey.Paste)
    assert window.messages.text() == "The clipboard has no image or file. Copy one first."
    assert window.canvas.page is INK


def test_paste_without_data_is_reported(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QClipboard, "mimeData", lambda *_: None)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.messages.text() == "The clipboard has no image or file. Copy one first."


LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY_OR_MOVE = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def urls(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def proposing_to_move(event: QDropEvent) -> QDropEvent:
    """Return an event as file managers send it for files on the same disk."""
    event.setDropAction(Qt.DropAction.MoveAction)
    return event


def test_a_dropped_file_is_copied_and_the_canvas_highlighted_before(
    qtbot: QtBot, window: MainWindow, file: Path
) -> None:
    data = urls(str(file))
    highlight = child(window.canvas, QWidget, "drop_highlight")
    before = window.canvas.grab().toImage()
    enter = proposing_to_move(QDragEnterEvent(QPoint(50, 50), COPY_OR_MOVE, data, LEFT, NONE))
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert enter.dropAction() == Qt.DropAction.CopyAction
    assert highlight.isVisible()
    assert window.canvas.grab().toImage() != before
    move = proposing_to_move(QDragMoveEvent(QPoint(60, 50), COPY_OR_MOVE, data, LEFT, NONE))
    QApplication.sendEvent(window, move)
    assert (move.isAccepted(), move.dropAction()) == (True, Qt.DropAction.CopyAction)
    drop = proposing_to_move(QDropEvent(QPointF(50, 50), COPY_OR_MOVE, data, LEFT, NONE))
    QApplication.sendEvent(window, drop)
    assert drop.dropAction() == Qt.DropAction.CopyAction
    assert not highlight.isVisible()
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)


def test_the_highlight_ends_when_the_drag_leaves(window: MainWindow) -> None:
    data = urls("/somewhere/a.png")
    highlight = child(window.canvas, QWidget, "drop_highlight")
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), COPY_OR_MOVE, data, LEFT, NONE))
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not highlight.isVisible()


def test_dragged_text_is_refused(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("seven")
    enter = QDragEnterEvent(QPoint(50, 50), COPY_OR_MOVE, data, LEFT, NONE)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
    assert not child(window.canvas, QWidget, "drop_highlight").isVisible()


def dropped(window: MainWindow, data: QMimeData) -> None:
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), COPY_OR_MOVE, data, LEFT, NONE))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), COPY_OR_MOVE, data, LEFT, NONE))


def test_a_dropped_web_address_is_explained(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png")])
    dropped(window, data)
    assert window.messages.text().startswith("Web addresses cannot be opened.")


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are Unicode")
def test_a_dropped_file_whose_name_is_not_utf_8_is_opened(
    qtbot: QtBot, window: MainWindow, file: Path
) -> None:
    named_elsewhere = file.rename(file.with_name("gr\udcfc\udcdfe 1.inkml"))
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(named_elsewhere.as_uri().encode())])
    dropped(window, data)
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)


@pytest.mark.parametrize("name", ["digits.npz", "scans.zip", "table.csv"])
def test_a_dropped_data_set_is_explained(window: MainWindow, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK")
    dropped(window, urls(str(tmp_path / name)))
    assert window.messages.text() == (
        f"{name} is no image or drawing. If it is a data set, add it in Train > Data."
    )


def test_a_dropped_folder_is_explained(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    with qtbot.waitSignal(child(window, PageFiles).failed) as failed:
        dropped(window, urls(str(tmp_path)))
    assert str(failed.args[0]).startswith(f"{tmp_path.name} is a folder. Open one of its files")


def test_several_files_are_dropped(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    dropped(window, urls(str(file), "/somewhere/b.png"))
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)
    assert window.messages.text() == f"Opened {file.name}. See File > Open recent for 1 other file."


def test_of_several_files_a_page_is_opened(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    dropped(window, urls("/somewhere/notes.txt", str(file), "/somewhere"))
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)
    assert window.messages.text().startswith(f"Only {file.name} is opened; the other files are no images")
    assert len(child(window, QMenu, "Open recent").actions()) == 1


def test_of_many_files_as_many_are_remembered_as_the_menu_shows(
    qtbot: QtBot, window: MainWindow, file: Path
) -> None:
    dropped(window, urls(str(file), *(f"/somewhere/{number}.png" for number in range(3000))))
    qtbot.waitUntil(lambda: window.canvas.page == OTHER)
    assert "To read all files, drop them on the workspace Batch" in window.messages.text()
    recent = child(window, QMenu, "Open recent").actions()
    assert [each.text().split()[0] for each in recent[1:]] == [f"{number}.png" for number in range(9)]


def test_of_a_model_and_other_files_the_model_is_imported(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(child(window, PageCommands).model_opened) as imported:
        dropped(window, urls("/somewhere/mine.keras", "/somewhere/b.png"))
    assert imported.args == [Path("/somewhere/mine.keras")]
    assert window.messages.text() == "Only mine.keras is imported. Open the other files one by one."
