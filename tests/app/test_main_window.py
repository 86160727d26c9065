from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, QSize, Qt, QUrl
from PySide6.QtGui import (
    QAction,
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
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton, QToolButton, QWidget
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
from tests.finding import child
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


def action(window: MainWindow, text: str) -> QAction:
    found = [a for a in window.findChildren(QAction) if a.text().replace("&", "") == text]
    assert found, text
    return found[0]


def pressed(window: MainWindow, shortcut: QKeySequence.StandardKey | str) -> None:
    keys = QKeySequence(shortcut)[0]  # type: ignore[index]
    QTest.keyClick(window, keys.key(), keys.keyboardModifiers())


def dialog(qtbot: QtBot, window: MainWindow) -> QFileDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    return window.findChildren(QFileDialog)[0]


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


def test_file_dialogs_start_in_the_nearest_existing_folder(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.open_requested.connect(lambda: window.ask_for_file((".png",)))
    window.set_folder(tmp_path / "missing" / "Documents")
    pressed(window, QKeySequence.StandardKey.Open)
    opened = dialog(qtbot, window)
    assert Path(opened.directory().path()) == tmp_path
    assert child(opened, QLineEdit).text() == ""
    opened.reject()


def test_f11_switches_full_screen(qtbot: QtBot, window: MainWindow) -> None:
    pressed(window, "F11")
    qtbot.waitUntil(window.isFullScreen)
    pressed(window, "F11")
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_shortcuts_work_on_the_canvas(window: MainWindow) -> None:
    window.canvas.set_page(INK)
    pressed(window, "Ctrl+Backspace")
    assert window.canvas.is_empty
    pressed(window, QKeySequence.StandardKey.Undo)
    assert window.canvas.page is INK
    pressed(window, QKeySequence.StandardKey.Redo)
    assert window.canvas.is_empty
    pressed(window, "E")
    assert window.canvas.tool.value == "eraser"
    pressed(window, "P")
    assert window.canvas.tool.value == "pen"


def test_only_possible_actions_are_enabled(window: MainWindow) -> None:
    names = ("Undo", "Redo", "Clear", "Copy image", "Save ink…", "Save image…")

    def offered() -> list[str]:
        return [name for name in names if action(window, name).isEnabled()]

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
    window.set_pen_width(14.0)
    with qtbot.waitSignal(window.pen_width_chosen) as chosen:
        pressed(window, "]")
    assert chosen.args == [22.0]
    action(window, "Fine").trigger()
    assert window.canvas.pen_width == 8.0
    pressed(window, "[")
    assert window.canvas.pen_width == 8.0


def test_tool_buttons_have_name_tooltip_and_tab_focus(window: MainWindow) -> None:
    buttons = [b for b in window.findChildren(QToolButton) if b.isVisible()]
    assert len(buttons) >= 8
    for button in buttons:
        assert button.accessibleName()
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_file_is_chosen_in_a_dialog(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.touch()
    window.open_requested.connect(lambda: window.ask_for_file((".png", ".inkml")))
    window.set_folder(tmp_path)
    pressed(window, QKeySequence.StandardKey.Open)
    chooser = dialog(qtbot, window)
    assert chooser.nameFilters()[0] == "Images and ink (*.png *.inkml)"
    with qtbot.waitSignal(window.file_chosen) as chosen:
        chooser.selectFile(file.name)
        chooser.accept()
    assert chosen.args == [file]


def test_saving_asks_for_a_file_and_adds_the_suffix(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.canvas.set_page(INK)
    pressed(window, QKeySequence.StandardKey.Save)
    chooser = dialog(qtbot, window)
    with qtbot.waitSignal(window.save_ink_requested) as wanted:
        chooser.setDirectory(str(tmp_path))
        chooser.selectFile("mine")
        chooser.accept()
    assert wanted.args == [tmp_path / "mine.inkml"]


def test_recent_files_can_be_opened_again(qtbot: QtBot, window: MainWindow) -> None:
    window.set_recent_files(("/somewhere/a & b.png", "/other/c.inkml"))
    with qtbot.waitSignal(window.file_chosen) as chosen:
        action(window, f"a  b.png  ({os.sep}somewhere)").trigger()
    assert chosen.args == [Path("/somewhere/a & b.png")]
    window.set_recent_files(())
    assert not child(window, QMenu, "Open recent").isEnabled()


def test_recent_files_show_their_folders(window: MainWindow) -> None:
    long = Path.home() / "very" / "long" / ("folder" * 10) / "end" / "b.png"
    window.set_recent_files((str(Path.home() / "notes" / "a.png"), str(long)))
    first, second = child(window, QMenu, "Open recent").actions()
    assert first.text() == f"a.png  (~{os.sep}notes)"
    assert second.text().startswith("b.png  (…")
    assert second.text().endswith(f"{os.sep}end)")
    assert len(second.text()) < 70


def test_recent_files_are_checked_before_they_are_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.set_recent_files(("/somewhere/a.png",))
    with qtbot.waitSignal(window.recent_files_requested):
        child(window, QMenu, "Open recent").popup(QPoint(0, 0))
    child(window, QMenu, "Open recent").close()


def test_saving_proposes_the_name_of_the_opened_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.canvas.set_page(INK)
    window.set_folder(tmp_path)
    for name, proposed in (("", "drawing.inkml"), ("seven", "seven.inkml")):
        window.set_file_name(name)
        action(window, "Save ink…").trigger()
        chooser = dialog(qtbot, window)
        assert chooser.selectedFiles() == [str(tmp_path / proposed)]
        chooser.reject()
        qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))


def test_dialogs_start_in_the_folder_of_the_last_one(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.canvas.set_page(INK)
    (tmp_path / "saved").mkdir()
    window.set_folder(tmp_path)
    pressed(window, QKeySequence.StandardKey.Save)
    chooser = dialog(qtbot, window)
    with qtbot.waitSignal(window.save_ink_requested):
        chooser.setDirectory(str(tmp_path / "saved"))
        chooser.selectFile("mine.inkml")
        chooser.accept()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
    action(window, "Save image…").trigger()
    assert dialog(qtbot, window).directory().absolutePath() == str(tmp_path / "saved")


def test_copying_gives_dark_ink_on_white(window: MainWindow) -> None:
    window.canvas.set_page(INK)
    pressed(window, QKeySequence.StandardKey.Copy)
    image = QGuiApplication.clipboard().image()
    assert image.pixelColor(500, 400).lightness() < 10
    assert image.pixelColor(5, 5).lightness() == 255


def test_an_image_is_pasted(qtbot: QtBot, window: MainWindow) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    with qtbot.waitSignal(window.image_pasted) as pasted:
        pressed(window, QKeySequence.StandardKey.Paste)
    assert pasted.args[0].size() == image.size()


def test_a_copied_file_is_pasted(qtbot: QtBot, window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png"), QUrl.fromLocalFile("/somewhere/a.png")])
    QGuiApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(window.file_chosen) as chosen:
        pressed(window, QKeySequence.StandardKey.Paste)
    assert chosen.args == [Path("/somewhere/a.png")]


def test_pasting_text_shows_a_message(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("not a picture")
    window.canvas.set_page(INK)
    pressed(window, QKeySequence.StandardKey.Paste)
    assert window.message() == "The clipboard has no image or file. Copy one first."
    assert window.canvas.page is INK


def test_paste_without_data_is_reported(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QClipboard, "mimeData", lambda *_: None)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.message() == "The clipboard has no image or file. Copy one first."


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


def test_a_dropped_file_is_copied_and_the_canvas_highlighted_before(qtbot: QtBot, window: MainWindow) -> None:
    data = urls("/somewhere/a.png")
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
    with qtbot.waitSignal(window.file_chosen) as chosen:
        QApplication.sendEvent(window, drop)
    assert chosen.args == [Path("/somewhere/a.png")]
    assert drop.dropAction() == Qt.DropAction.CopyAction
    assert not highlight.isVisible()


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


def test_several_files_are_dropped(qtbot: QtBot, window: MainWindow) -> None:
    data = urls("/somewhere/a.png", "/somewhere/b.png")
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), COPY_OR_MOVE, data, LEFT, NONE))
    with qtbot.waitSignal(window.files_dropped) as dropped:
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), COPY_OR_MOVE, data, LEFT, NONE))
    assert dropped.args == [[Path("/somewhere/a.png"), Path("/somewhere/b.png")]]


@pytest.mark.parametrize("shortcut", ["Ctrl+Y", "Ctrl+Shift+Z"])
def test_redo_has_the_shortcuts_of_all_desktops(window: MainWindow, shortcut: str) -> None:
    window.canvas.set_page(INK)
    window.canvas.undo()
    pressed(window, shortcut)
    assert window.canvas.page is INK


def test_drawing_on_an_image_says_so_and_can_be_undone(window: MainWindow) -> None:
    rgb = np.full((20, 40, 3), 200, dtype=np.uint8)
    image = Picture(rgb, np.zeros((20, 40), dtype=np.float32), "grey")
    window.show_page(image)
    middle = window.canvas.rect().center()
    action(window, "Eraser").trigger()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert "an image has none" in window.message()
    action(window, "Pen").trigger()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert window.message() == "The drawing has replaced the image."
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


def test_an_appearance_can_be_chosen(qtbot: QtBot, window: MainWindow) -> None:
    window.set_appearance("dark")
    assert action(window, "Dark").isChecked()
    with qtbot.waitSignal(window.appearance_chosen) as chosen:
        action(window, "Follow system").trigger()
    assert chosen.args == ["system"]


def test_closed_is_emitted(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()
