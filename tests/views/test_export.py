"""Export of views as images, SVG and numbers."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from defusedxml import ElementTree
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.app.page_files import PageFiles
from desktop_app.app.view_saving import ViewSaving
from desktop_app.app.window.main_window import MainWindow
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.panel import Panel
from desktop_app.views.reading.panel import ReadingPanel
from desktop_app.views.view_export import NUMBERS, PICTURE, PLOT, npz_bytes, view_image, view_svg
from tests.views.conftest import NETWORK, observation_of
from tests.views_of_window import view_of

SVG = "{http://www.w3.org/2000/svg}"


class Halves(Panel):
    """Left half red, right half green, with a text over both."""

    @property
    def is_plot(self):
        return True

    def __init__(self) -> None:
        super().__init__()

    def paintEvent(self, event):
        painter = QPainter(self)
        middle = self.width() // 2
        painter.fillRect(0, 0, middle, self.height(), QColor("red"))
        painter.fillRect(middle, 0, middle, self.height(), QColor("lime"))
        painter.drawText(20, 40, "word")


@pytest.fixture
def halves(qtbot: QtBot) -> Halves:
    panel = Halves()
    qtbot.addWidget(panel)
    panel.resize(400, 100)
    return panel


def test_an_image_has_print_size(halves: Halves) -> None:
    image = view_image(halves)
    assert (image.width(), image.height()) == (2400, 600)
    assert image.dotsPerMeterX() == pytest.approx(6 * 96 / 0.0254, abs=1)
    assert image.pixelColor(1190, 500) == QColor("red")
    assert image.pixelColor(1210, 500) == QColor("lime")


def test_the_zoom_of_a_tiny_view_is_limited(halves: Halves) -> None:
    halves.resize(20, 20)
    assert view_image(halves).width() == 160


def test_a_view_without_height_is_an_image_of_one_row(halves: Halves) -> None:
    halves.resize(200, 0)
    assert halves.height() == 0
    assert view_image(halves).height() == 1


def test_an_svg_contains_shapes_and_text(halves: Halves) -> None:
    root = ElementTree.fromstring(view_svg(halves, "Two halves"))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 400 100"
    assert root.findtext(f"{SVG}title") == "Two halves"
    assert [text.text for text in root.iter(f"{SVG}text")] == ["word"]
    assert not list(root.iter(f"{SVG}image"))


def test_numbers_are_saved_as_npz(tmp_path: Path) -> None:
    content = npz_bytes({"a": np.arange(6.0).reshape(2, 3), "conv1/maps": np.array(["x"])})
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["a"], [[0, 1, 2], [3, 4, 5]])
        assert arrays["conv1/maps"].tolist() == ["x"]


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    widget = MainWindow()
    qtbot.addWidget(widget)
    files = PageFiles(widget)
    widget.closed.connect(files.close)
    ViewSaving(widget, files)
    widget.show_network(NETWORK, "conv")
    with qtbot.waitSignal(widget.shown):
        widget.show()
    return widget


def menu_of(window: MainWindow, panel: Panel) -> QMenu:
    (dock,) = [dock for dock in window.findChildren(QDockWidget) if dock.isAncestorOf(panel)]
    title = dock.titleBarWidget()
    assert title is not None
    (menu,) = title.findChildren(QMenu)
    menu.aboutToShow.emit()
    return menu


def test_saving_numbers_is_enabled_once_there_are_some(window: MainWindow) -> None:
    def offered() -> bool:
        (action,) = [
            a for a in menu_of(window, view_of(window, MapsPanel)).actions() if "numbers" in a.text()
        ]
        return action.isEnabled()

    assert not offered()
    window.show_observation(window.canvas.page, observation_of("1"))
    assert offered()


def test_vector_images_are_offered_for_plots(window: MainWindow) -> None:
    def offered() -> bool:
        (action,) = [a for a in menu_of(window, view_of(window, MapsPanel)).actions() if "vector" in a.text()]
        return action.isVisible()

    assert not offered()
    view_of(window, LayersPanel).layer_chosen.emit("logits")
    assert offered()


def test_an_image_is_copied_to_the_clipboard(window: MainWindow) -> None:
    (copy,) = [a for a in menu_of(window, view_of(window, MapsPanel)).actions() if a.text() == "Copy image"]
    copy.trigger()
    image = QGuiApplication.clipboard().image()
    assert image.width() >= 3 * view_of(window, MapsPanel).exported_widget().width()


@pytest.mark.parametrize(
    ("words", "kind", "start"),
    [
        ("Save image…", PICTURE, b"\x89PNG"),
        ("Save vector image…", PLOT, b"<?xml"),
        ("Save numbers…", NUMBERS, b"PK"),
    ],
)
def test_a_view_is_saved_in_the_chosen_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, words: str, kind: str, start: bytes
) -> None:
    panel = view_of(window, ReadingPanel)
    window.show_observation(window.canvas.page, observation_of("1"))
    (save,) = [a for a in menu_of(window, panel).actions() if a.text() == words]
    save.trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.defaultSuffix() == kind
    path = tmp_path / f"mine.{kind}"
    with qtbot.waitSignal(view_of(window, PageFiles).saved) as saved:
        dialog.fileSelected.emit(str(path))
    assert saved.args == [path]
    assert path.read_bytes().startswith(start)
    dialog.close()
