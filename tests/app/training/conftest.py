"""Windows in the Train workspace, with Keras and a small MNIST."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.view_host import ViewHost
from desktop_app.core.settings import Settings
from desktop_app.views.curves.plot import load
from desktop_app.views.view import TRAIN
from tests.training_fixtures import write_small_mnist


@pytest.fixture(autouse=True, scope="module")
def _slow_libraries_are_there() -> None:
    """Import libraries and find fonts before the time limits of threads apply."""
    pytest.importorskip("keras")
    load()


@pytest.fixture(scope="module")
def small_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the built-in digits as MNIST."""
    folder = tmp_path_factory.mktemp("data")
    write_small_mnist(folder / "mnist.npz", 600, 40)
    return folder


@pytest.fixture(autouse=True)
def _data_is_found(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDWRITING_DATA", str(small_mnist))


@pytest.fixture
def open_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Callable[..., MainWindow]:
    """Return a function that opens the window."""

    def ask_nothing(_: MainWindow) -> None:
        """Let a window close: a test that fails must not wait for somebody to answer."""
        monkeypatch.setattr(ViewHost, "may_close", lambda *_: True)

    def open_one(settings: Settings | None = None) -> MainWindow:
        window = build_window(settings)
        qtbot.addWidget(window, before_close_func=ask_nothing)
        window.resize(1280, 880)
        window.show()
        qtbot.waitUntil(lambda: window.network is not None)
        return window

    return open_one


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window(Settings(workspace=TRAIN, appearance="light"))
