"""The window with a real network and mouse events."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QFileDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window, page_reading, program, run_window, save_screenshot
from desktop_app.app.page_commands import PageCommands
from desktop_app.app.start import exception_hook_of
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageBar
from desktop_app.core import paths
from desktop_app.core.paths import resources_dir, settings_path
from desktop_app.core.settings import Settings, load_settings
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.views.canvas.geometry import CANVAS_SIZE
from desktop_app.views.canvas.paint_ink import page_image
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.reader import ReadRequest, reader_of
from desktop_app.views.view import TRAIN
from tests.finding import child, window_action
from tests.views_of_window import view_of

ROOT = Path(__file__).parents[2]
Points = list[tuple[float, float]]

painted_pages: list[object] = []
"""Pages whose readings the window has painted."""


def arc(x: float, y: float, radii: tuple[float, float], start: float, end: float) -> Points:
    """Points on an ellipse, angles in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 30))
    return [(x + radii[0] * float(np.cos(a)), y + radii[1] * float(np.sin(a))) for a in angles]


def line(*corners: tuple[float, float]) -> Points:
    """Points along straight lines."""
    points: Points = []
    for (x0, y0), (x1, y1) in pairwise(corners):
        points += [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in np.linspace(0, 1, 15).tolist()]
    return points


DIGITS: dict[str, list[Points]] = {
    "0": [arc(200, 200, (80, 120), -90, 270)],
    "1": [line((200, 80), (200, 320))],
    "2": [arc(200, 140, (70, 60), -160, 40) + line((250, 180), (130, 310), (285, 310))],
    "3": [arc(190, 140, (65, 60), -150, 80) + arc(190, 265, (75, 68), -80, 150)],
    "7": [line((120, 95), (280, 95), (180, 320))],
    "8": [arc(200, 140, (55, 55), 90, 450) + arc(200, 262, (68, 68), -90, 270)],
}


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    widget = build_window(Settings())
    qtbot.addWidget(widget)
    painted_pages.clear()
    widget.reading_painted.connect(painted_pages.append)
    widget.resize(1024, 700)
    with qtbot.waitSignal(widget.shown):
        widget.show()
    return widget


@pytest.fixture
def another_window(qtbot: QtBot) -> Callable[..., MainWindow]:
    def build(settings: Settings | None = None) -> MainWindow:
        widget = build_window(settings)
        qtbot.addWidget(widget)
        widget.show()
        return widget

    return build


def text_of(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None
    return label.text()


def draw(window: MainWindow, strokes: list[Points]) -> None:
    canvas = window.canvas
    side = min(canvas.width(), canvas.height())
    corner = QPointF((canvas.width() - side) / 2, (canvas.height() - side) / 2)
    for points in strokes:
        at = [(corner + QPointF(x, y) * (side / CANVAS_SIZE)).toPoint() for x, y in points]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at[0])
        for point in at[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at[-1])


def wait_for_reading(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the reading of the current page is painted."""
    qtbot.waitUntil(lambda: painted_pages[-1:] == [window.canvas.page])


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawn_digit_is_read(qtbot: QtBot, window: MainWindow, digit: str) -> None:
    draw(window, DIGITS[digit])
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == digit
    assert text_of(window, "verdict_label").endswith(" %")
    bars = window.findChild(ProbabilityBars, "probabilities")
    assert bars is not None
    assert bars.values()[digit] > 0.5


def test_a_dash_is_not_a_character(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, [line((80, 205), (320, 195))])
    wait_for_reading(qtbot, window)
    assert text_of(window, "verdict_label") == "Not a digit"
    assert text_of(window, "reading_label") == ""


def test_it_is_read_while_it_is_drawn(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    with qtbot.waitSignal(window.reading_painted):
        QTest.mouseMove(canvas, canvas.rect().center() * 1.2)
    maps = window.findChild(FeatureMapView, "feature_maps")
    assert maps is not None
    first = maps.activation()
    assert first is not None
    with qtbot.waitSignal(window.reading_painted):
        QTest.mouseMove(canvas, canvas.rect().center() + QPoint(90, -40))
    second = maps.activation()
    assert second is not None
    assert first.shape == second.shape
    assert (first != second).any()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())


def test_a_cleared_canvas_has_no_answer(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, DIGITS["3"])
    wait_for_reading(qtbot, window)
    window.canvas.clear()
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == ""
    assert text_of(window, "verdict_label") == "No ink"
    window.canvas.undo()
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == "3"


def test_a_late_answer_to_a_cleared_drawing_is_dropped(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, DIGITS["3"])
    window.canvas.clear()
    wait_for_reading(qtbot, window)
    assert painted_pages == [Ink()]


def test_an_answer_that_comes_after_the_drawing_was_cleared_is_not_shown(
    qtbot: QtBot, another_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    may_answer = threading.Semaphore(0)

    def held(model: str) -> Open:
        def open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
            about, read = reader_of(model)(should_stop)

            def answer(request: ReadRequest) -> Any:
                begun.append(request.page)
                assert may_answer.acquire(timeout=60)
                return read(request)

            return about, answer

        return open_worker

    monkeypatch.setattr(page_reading, "reader_of", held)
    window = another_window(Settings())
    drawing = Ink.from_points([[[100, 100], [200, 300]]])
    window.canvas.set_page(drawing)
    qtbot.waitUntil(lambda: begun == [drawing])
    window.canvas.clear()
    may_answer.release()
    qtbot.waitUntil(lambda: begun == [drawing, Ink()])
    # By now the first answer is on its way to this thread, and the second one is held.
    QCoreApplication.sendPostedEvents()
    assert window.observation is None
    may_answer.release()
    qtbot.waitUntil(lambda: window.observation is not None)
    assert text_of(window, "verdict_label") == "No ink"


def test_every_layer_of_the_network_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, DIGITS["8"])
    wait_for_reading(qtbot, window)
    maps = window.findChild(FeatureMapView, "feature_maps")
    assert maps is not None
    info = open_recognizer(find_model("digits")).info
    assert len(info.layers) > 20
    for layer in info.layers:
        view_of(window, LayersPanel).layer_chosen.emit(layer.name)
        activation = maps.activation()
        assert activation is not None
        assert activation.shape == layer.shape
        assert not maps.grab().isNull()


# --- files ---


def test_samples_open_and_are_read(qtbot: QtBot, window: MainWindow) -> None:
    for name, digit in (("three.inkml", "3"), ("five.jpg", "5")):
        before = window.canvas.page
        window.context.file_requested.emit(resources_dir() / "samples" / name)
        qtbot.waitUntil(lambda before=before: window.canvas.page is not before)  # type: ignore[misc]
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
    painted_pages.clear()
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


# --- a network that cannot be opened ---


def test_a_missing_model_is_reported(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path)
    window = build_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.messages.shown):
        window.show()
    assert window.messages.text().endswith(".")
    sentence = window.messages.text()
    draw(window, DIGITS["1"])
    assert not window.canvas.is_empty
    assert text_of(window, "reading_label") == ""
    assert window.messages.text() == sentence


# --- settings ---


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


# --- screenshots and start ---


def test_a_screenshot_shows_the_sample_read(qtbot: QtBot, tmp_path: Path) -> None:
    out = tmp_path / "window.png"
    assert save_screenshot(out, None) == 0
    image = QImage(str(out))
    assert image.width() >= 1024
    assert (
        len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 50
    )


def test_a_screenshot_shows_many_strokes_to_the_last(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waves = 500 + 400 * np.sin(np.arange(60) * np.arange(1, 101)[:, None] / 50)
    strokes = (
        Stroke(np.column_stack((np.linspace(100, 900, 60), wave)).astype(np.float32)) for wave in waves
    )
    path = tmp_path / "many.inkml"
    path.write_bytes(inkml_bytes(Ink(tuple(strokes))))
    grab = MainWindow.grab
    is_painted = []

    def grab_noting(window: MainWindow) -> QPixmap:
        is_painted.append(window.canvas.is_painted)
        return grab(window)

    monkeypatch.setattr(MainWindow, "grab", grab_noting)
    assert save_screenshot(tmp_path / "window.png", path) == 0
    assert is_painted == [True]


def test_a_screenshot_without_an_image_prints_the_reason(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert save_screenshot(tmp_path / "out.png", tmp_path / "missing.png") == 1
    assert "missing.png" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()


def run(code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )


def test_the_window_takes_ink_before_anything_slow_is_loaded() -> None:
    code = """
import sys
from desktop_app.app import build_window
from desktop_app.core.settings import Settings
window = build_window(Settings())
slow = ("scipy", "PIL", "ai_edge_litert", "tensorflow", "keras", "matplotlib", "sklearn")
print([name for name in slow if name in sys.modules])
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_script_that_forgets_to_close_still_ends() -> None:
    code = """
from PySide6.QtCore import QEventLoop
from desktop_app.app import build_window
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.core.settings import Settings
window = build_window(Settings())
loop = QEventLoop()
window.reading_painted.connect(loop.quit)
window.show()
window.canvas.set_page(Ink.from_points([[[100, 50], [100, 350]]]))
loop.exec()
print("read")
"""
    done = run(code)
    assert (done.returncode, done.stdout.strip()) == (0, "read"), done.stderr


def test_a_window_that_was_never_shown_leaves_quietly() -> None:
    code = """
import shiboken6
from desktop_app.app import build_window
from desktop_app.core.settings import Settings
shiboken6.delete(build_window(Settings()))
"""
    done = run(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_display_the_program_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert run_window(None) == 1
    assert "--screenshot" in capsys.readouterr().err


def test_requests_are_immutable() -> None:
    request = ReadRequest(Ink(), 3)
    with pytest.raises(AttributeError):
        request.drawing = 4  # type: ignore[misc]
    assert replace(request, drawing=4).drawing == 4


def test_the_program_opens_a_file_and_ends_when_its_window_closes() -> None:
    code = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from desktop_app.app import run_window
from desktop_app.core.paths import resources_dir

application = QApplication([])

def watch():
    (window,) = [w for w in application.topLevelWidgets() if w.inherits("QMainWindow")]
    def painted(page):
        print(window.findChild(QLabel, "reading_label").text())
        window.close()
    window.reading_painted.connect(painted)

QTimer.singleShot(0, watch)
sys.exit(run_window(resources_dir() / "samples" / "three.inkml"))
"""
    done = run(code)
    assert (done.returncode, done.stdout.strip()) == (0, "3"), done.stderr


def test_unexpected_errors_are_shown_in_the_window(
    window: MainWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = exception_hook_of(window)
    error = ValueError("the cause")
    hook(ValueError, error, None)
    assert window.messages.text() == "Unexpected error. Your drawing is kept."
    details = child(child(window, MessageBar, "error_bar"), QLabel, "message_details")
    assert details.text().endswith("ValueError: the cause\n")
    assert "the cause" in capsys.readouterr().err


def test_the_appearance_follows_the_system(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    applied: list[str] = []
    monkeypatch.setattr(program, "apply_appearance", applied.append)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    window_action(window, "Dark").trigger()
    assert applied == ["system", "dark"]


def test_a_start_removes_what_killed_processes_left(qtbot: QtBot) -> None:
    left = [folder / ".tmp-left" / "generated.py" for folder in (*paths.own_dirs(), paths.user_models_dir())]
    for file in left:
        file.parent.mkdir(parents=True)
        file.touch()
        os.utime(file.parent, (0, 0))
    window = build_window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not any(file.parent.exists() for file in left))
    window.close()
