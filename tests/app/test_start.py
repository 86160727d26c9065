"""Starting the window, and screenshots."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window, program, run_window, save_screenshot
from desktop_app.app.start import exception_hook_of
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageBar
from desktop_app.core import paths
from desktop_app.core.settings import Appearance, Settings, save_settings
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.strokes import Ink, Stroke
from tests.finding import child, window_action

ROOT = Path(__file__).parents[2]


def test_a_screenshot_shows_the_sample_read(qtbot: QtBot, tmp_path: Path) -> None:
    out = tmp_path / "window.png"
    assert save_screenshot(out, None) == 0
    image = QImage(str(out))
    assert image.width() >= 1024
    assert (
        len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}) > 50
    )


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_a_screenshot_has_the_appearance_of_the_settings(
    qtbot: QtBot, tmp_path: Path, appearance: Appearance
) -> None:
    paths.settings_path().parent.mkdir(parents=True, exist_ok=True)
    save_settings(Settings(appearance=appearance), paths.settings_path())
    out = tmp_path / "window.png"
    assert save_screenshot(out, None) == 0
    corner = QImage(str(out)).pixelColor(2, 2)
    assert (corner.lightness() < 128) == (appearance == "dark")


def test_a_screenshot_in_a_missing_folder_is_an_error(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert save_screenshot(tmp_path / "missing" / "window.png") == 1
    assert capsys.readouterr().err == "There is no folder missing; create it, or choose another.\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("is_link", [False, True])
def test_a_screenshot_does_not_replace_the_file_that_it_shows(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, is_link: bool
) -> None:
    file, out = tmp_path / "seven.png", tmp_path / ("link.png" if is_link else "seven.png")
    file.write_bytes(b"an image")
    if is_link:
        out.symlink_to(file)
    assert save_screenshot(out, file) == 1
    sentence = f"{out.name} is the file to open and would be lost; choose another file for the screenshot.\n"
    assert capsys.readouterr().err == sentence
    assert file.read_bytes() == b"an image"


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


def run(code: str, platform: str = "offscreen") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": platform, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("start", ["run_window()", "save_screenshot(Path('window.png'))"])
def test_a_platform_that_qt_does_not_have_is_one_sentence(start: str) -> None:
    code = f"""
from pathlib import Path
from desktop_app.app import run_window, save_screenshot
{start}
"""
    ended = run(code, "nonsense;worse:option")
    assert ended.returncode == 1
    assert ended.stderr == (
        'Qt cannot open a window: Could not find the Qt platform plugin "nonsense". '
        "Check DISPLAY and QT_QPA_PLATFORM, or use `handwriting recognize FILE`.\n"
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
