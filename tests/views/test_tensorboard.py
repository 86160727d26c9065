"""Tests of TensorBoard with a fake package of that name that serves one page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.views.runs.tensorboard import TensorBoard

SERVES = """
import http.server, sys
assert sys.argv[1] == "--logdir" and sys.argv[3:] == ["--host", "127.0.0.1", "--port", "0"]
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
print("NOTE: not the address: http://elsewhere/", file=sys.stderr)
address = f"http://127.0.0.1:{server.server_port}/"
print(f"TensorBoard 9.9 at {address} (Press CTRL+C to quit)", file=sys.stderr, flush=True)
server.serve_forever()
"""
FAILS = "import sys\nsys.exit('No data plugin could be loaded')\n"


class Browser(QObject):
    """Replaces the user's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.asked.append(url.toString())


@pytest.fixture
def browser(qapp: object) -> Iterator[Browser]:
    made = Browser()
    # The stub asks for bytes, PySide for text.
    QDesktopServices.setUrlHandler("http", made, "show")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("http")


@pytest.fixture
def board(browser: Browser) -> Iterator[TensorBoard]:
    made = TensorBoard()
    yield made
    made.close()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Install a package tensorboard with a main module for this and for started processes."""

    def made(main: str) -> None:
        package = tmp_path / "installed" / "tensorboard"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "main.py").write_text(main)
        monkeypatch.syspath_prepend(package.parent)
        monkeypatch.setenv("PYTHONPATH", str(package.parent))

    return made


def test_log_is_shown_in_the_browser_until_closed(
    qtbot: QtBot, board: TensorBoard, browser: Browser, install, tmp_path: Path
) -> None:
    install(SERVES)
    with qtbot.waitSignal(board.opened) as caught:
        board.open(tmp_path)
    assert browser.asked == caught.args
    assert browser.asked[0].startswith("http://127.0.0.1:")
    process = board.findChildren(QProcess)[0]
    board.open(tmp_path)
    assert browser.asked == 2 * caught.args
    assert board.findChildren(QProcess) == [process]
    board.close()
    assert process.state() == QProcess.ProcessState.NotRunning


def test_next_log_replaces_the_previous_one(
    qtbot: QtBot, board: TensorBoard, install, tmp_path: Path
) -> None:
    install(SERVES)
    with qtbot.waitSignal(board.opened):
        board.open(tmp_path)
    first = board.findChildren(QProcess)[0]
    (tmp_path / "other").mkdir()
    with qtbot.waitSignal(board.opened):
        board.open(tmp_path / "other")
    running = [each for each in board.findChildren(QProcess) if each.state() == QProcess.ProcessState.Running]
    assert len(running) == 1
    assert first not in running


def test_failing_process_is_reported_with_its_last_line(
    qtbot: QtBot, board: TensorBoard, browser: Browser, install, tmp_path: Path
) -> None:
    install(FAILS)
    with qtbot.waitSignal(board.failed) as caught:
        board.open(tmp_path)
    assert caught.args is not None
    assert str(caught.args[0]) == "TensorBoard did not start: No data plugin could be loaded. Try again."
    assert browser.asked == []


def test_run_without_log_is_reported(qtbot: QtBot, board: TensorBoard, install, tmp_path: Path) -> None:
    install(SERVES)
    with qtbot.waitSignal(board.failed) as caught:
        board.open(tmp_path / "tensorboard")
    assert caught.args is not None
    assert "has no log" in str(caught.args[0])


def test_missing_package_is_reported_with_install_command(
    qtbot: QtBot, board: TensorBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with qtbot.waitSignal(board.failed) as caught:
        board.open(tmp_path)
    assert caught.args is not None
    assert isinstance(caught.args[0], UserError)
    assert "pip install tensorboard" in str(caught.args[0])
