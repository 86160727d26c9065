"""Every view of the window against the picture that was kept when somebody last looked at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.workspaces import INSIDE, READ
from desktop_app.paths import resources_dir
from desktop_app.settings import Settings
from tests import pictures
from tests.pictures import assert_looks_as_kept

PATIENCE = 20_000

Prepare = Callable[[MainWindow], None]


def nothing(window: MainWindow) -> None:
    """The view as it comes."""


def layer(name: str) -> Prepare:
    """The view of a layer."""
    return lambda window: window.layers.layer_chosen.emit(name)


def value(name: str, *position: int) -> Prepare:
    """The view of a value."""
    return lambda window: window.maps.pixel_chosen.emit(name, position)


VIEWS: dict[str, tuple[str, str, Prepare]] = {
    "reading": (READ, "reading", nothing),
    "layers": (INSIDE, "layers", layer("conv2")),
    "maps": (INSIDE, "maps", layer("conv2")),
    "maps-dense": (INSIDE, "maps", layer("logits")),
    "filters": (INSIDE, "filters", layer("conv1")),
    "wall": (INSIDE, "wall", layer("relu1")),
    "compare": (INSIDE, "compare", layer("relu4")),
    "lesson": (INSIDE, "lesson", nothing),
    "arithmetic-sum": (INSIDE, "arithmetic", value("conv2", 5, 6, 7)),
    "arithmetic-pool": (INSIDE, "arithmetic", value("pool1", 5, 6, 7)),
    "arithmetic-norm": (INSIDE, "arithmetic", value("norm1", 5, 6, 7)),
    "arithmetic-dense": (INSIDE, "arithmetic", value("logits", 7)),
    "why": (INSIDE, "why", nothing),
    "replay": (INSIDE, "replay", nothing),
}


def is_complete(window: MainWindow) -> bool:
    """Whether every moment of the drawing has been read."""
    timeline = window.replay._timeline
    return timeline is not None and timeline.is_complete


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_looks_as_it_did(qtbot: QtBot, appearance: str, view: str) -> None:
    if pictures.letters() != pictures.LETTERS:
        pytest.skip(f"the pictures were kept with letters of {pictures.LETTERS}, not {pictures.letters()}")
    workspace, name, prepare = VIEWS[view]
    window = build_window(Settings(appearance=appearance, workspace=workspace))
    qtbot.addWidget(window)
    window.resize(1280, 880)
    window.show()
    qtbot.waitUntil(lambda: window.network is not None, timeout=PATIENCE)
    with qtbot.waitSignal(window.reading_painted, timeout=PATIENCE):
        window.file_chosen.emit(resources_dir() / "samples" / "seven.inkml")
    window.workspaces.show_panel(name)
    (panel,) = [panel for panel in window.panels if panel.name == name]
    qtbot.waitUntil(lambda: panel.is_active)
    prepare(window)
    qtbot.waitUntil(lambda: bool(panel.numbers()), timeout=PATIENCE)
    if name == "replay":
        qtbot.waitUntil(lambda: is_complete(window), timeout=PATIENCE)
    if name == "compare":
        qtbot.waitUntil(lambda: "second/probabilities" in panel.numbers(), timeout=PATIENCE)
    assert_looks_as_kept(panel.subject().grab().toImage(), f"{view}-{appearance}")


def test_another_picture_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    monkeypatch.delenv("KEEP_PICTURES", raising=False)
    image = QImage(160, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    with pytest.raises(AssertionError, match="no picture"):
        assert_looks_as_kept(image, "white")
    with monkeypatch.context() as keeping:
        keeping.setenv("KEEP_PICTURES", "1")
        assert_looks_as_kept(image, "white")
    image.setPixelColor(20, 20, QColor("black"))
    assert_looks_as_kept(image, "white")
    painter = QPainter(image)
    painter.fillRect(40, 40, 8, 8, QColor("black"))
    painter.end()
    with pytest.raises(AssertionError, match="looks different"):
        assert_looks_as_kept(image, "white")
