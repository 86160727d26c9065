"""The window with the models for images: opened, dropped and pasted images, and pages that are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card
from desktop_app.runs.new_model import NewModel
from desktop_app.tasks.task import Task
from desktop_app.views.enlargement.panel import EnlargementPanel
from desktop_app.views.enlargement.wipe_view import WipeView
from desktop_app.views.reading.panel import ReadingPanel
from desktop_app.views.reading.stages import StepView
from desktop_app.views.view import TRAIN
from tests.finding import child
from tests.views_of_window import view_of

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier

SKY, GRASS = (90, 150, 240), (60, 130, 50)


def landscape(height: int, width: int) -> NDArray[np.uint8]:
    """Return an image with sky above grass."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2], pixels[height // 2 :] = SKY, GRASS
    return pixels


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(landscape(64, 64)).save(path)
    return path


def opened(qtbot: QtBot, model: str) -> MainWindow:
    window = build_window(Settings(model=model))
    qtbot.addWidget(window)
    window.resize(1280, 880)
    window.show()
    qtbot.waitUntil(lambda: window.network is not None and window.network.name == model)
    return window


def find_task(model: str) -> Task:
    return read_card(find_model(model)).task


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    return opened(qtbot, "pictures")


def dropped(window: MainWindow, data: QMimeData) -> None:
    at, copy = QPointF(window.canvas.geometry().center()), Qt.DropAction.CopyAction
    entered = QDragEnterEvent(at.toPoint(), copy, data, LEFT, NO_KEYS)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(window, QDropEvent(at, copy, data, LEFT, NO_KEYS))


def is_landscape_read(window: MainWindow) -> bool:
    """Return whether the network has read sky above grass, in colour."""
    if window.observation is None or window.observation.prepared is None:
        return False
    model_input = window.observation.prepared.model_input
    colours = np.rint(model_input[[4, -5], 16] * 255).astype(int).tolist()
    return bool(colours == [list(SKY), list(GRASS)])


def drawn(window: MainWindow) -> None:
    canvas = window.canvas
    at = [canvas.rect().center() * share for share in (0.6, 1.0, 1.4)]
    QTest.mousePress(canvas, LEFT, pos=at[0])
    QTest.mouseMove(canvas, at[1])
    QTest.mouseRelease(canvas, LEFT, pos=at[2])


def test_an_opened_image_is_read_in_colour(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    window.context.file_requested.emit(photo)
    qtbot.waitUntil(lambda: is_landscape_read(window))
    assert window.network is not None
    assert window.observation is not None
    assert window.observation.reading is not None
    assert tuple(window.observation.reading.probabilities) == window.network.labels


def test_a_dropped_image_file_is_read_in_colour(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    dropped(window, data)
    qtbot.waitUntil(lambda: is_landscape_read(window))


def test_dropped_pixels_are_read_in_colour(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    data = QMimeData()
    data.setImageData(QImage(str(photo)))
    dropped(window, data)
    qtbot.waitUntil(lambda: is_landscape_read(window))


def test_a_pasted_image_is_read_in_colour(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    QApplication.clipboard().setImage(QImage(str(photo)))
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_landscape_read(window))


def test_the_window_says_how_an_image_was_fitted(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    Image.fromarray(landscape(48, 96)).save(tmp_path / "wide.png")
    window.context.file_requested.emit(tmp_path / "wide.png")
    panel = view_of(window, ReadingPanel)
    qtbot.waitUntil(
        lambda: child(panel, StepView, "step_input").accessibleName() == "Model input, letterboxed"
    )


def test_a_drawing_is_refused_with_a_sentence(qtbot: QtBot, window: MainWindow) -> None:
    drawn(window)
    panel = view_of(window, ReadingPanel)
    qtbot.waitUntil(lambda: "classifies images, not drawings" in child(panel, QLabel, "reading_hint").text())
    assert window.observation is not None
    assert not window.observation.activations


def test_an_image_without_ink_is_refused_with_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40, 3), 120, np.uint8)).save(tmp_path / "plain.png")
    window = opened(qtbot, "super-resolution")
    window.context.file_requested.emit(tmp_path / "plain.png")
    qtbot.waitUntil(lambda: window.observation is not None and window.observation.problem is not None)
    assert window.observation is not None
    sentence = str(window.observation.problem)
    assert sentence.startswith("No ink was found in this image")
    assert child(view_of(window, EnlargementPanel), WipeView).hint == sentence
    window.context.model_requested.emit("digits")
    panel = view_of(window, ReadingPanel)
    qtbot.waitUntil(lambda: "No ink was found" in child(panel, QLabel, "reading_hint").text())


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("pictures", "Now classifying images with “Pictures” ("),
        ("super-resolution", "Now restoring images with “Super-resolution”."),
    ],
)
def test_the_use_of_a_model_is_announced_by_its_task(qtbot: QtBot, model: str, sentence: str) -> None:
    window = opened(qtbot, "digits")
    window.context.model_ready.emit(NewModel(model, "", 1))
    qtbot.waitUntil(lambda: window.messages.text().startswith(sentence))
    window.context.model_ready.emit(NewModel("digits", "", 1))
    qtbot.waitUntil(lambda: window.messages.text().startswith("Now reading with “Digits” ("))


def test_the_empty_canvas_in_train_names_the_task_of_the_draft_if_it_differs(qtbot: QtBot) -> None:
    window = opened(qtbot, "digits")
    invitation = window.canvas.grab().toImage()

    def darkness(image: QImage) -> int:
        """Return the number of pixels with text."""
        inner = image.copy(image.rect().adjusted(8, 8, -8, -8))
        white = window.palette().base().color().rgb()
        return sum(inner.pixel(x, y) != white for x in range(inner.width()) for y in range(inner.height()))

    window.set_drafted_task(find_task("pictures"))
    assert window.canvas.grab().toImage() == invitation
    window.workspaces.choose(TRAIN)
    window.set_drafted_task(find_task("pictures"))
    size = window.canvas.size()
    other = window.canvas.grab().toImage()
    window.set_drafted_task(find_task("digits"))
    assert window.canvas.size() == size
    assert darkness(window.canvas.grab().toImage()) > darkness(other) > 0
