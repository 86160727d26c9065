"""Creates the pictures of all views for the documentation, in light and dark. Usage:

python -m tests.make_pictures [--to FOLDER] [--scale 2]
"""

from __future__ import annotations

import argparse
import io
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from desktop_app.app import build_window
from desktop_app.app.page_files import png_of
from desktop_app.app.views import VIEWS
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageBar
from desktop_app.app.window.view_host import ViewHost
from desktop_app.core.files import write_atomically
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Appearance, Settings
from desktop_app.data.ink_set import read_ink_set
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import DataPart, Recipe, Schedule
from desktop_app.runs.training_events import EpochEnded
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.tasks.task import Task
from desktop_app.views.batch.batch_rows import CONFIDENCE, FILE
from desktop_app.views.batch.entry import Classes
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.compare.panel import ComparePanel
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.filters.job_bar import JobBar
from desktop_app.views.filters.panel import FilterDisplay, FiltersPanel
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.run.controller import RunController
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.runs.runs_table import RunsTable
from desktop_app.views.training_context import TrainingContext
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.view import BATCH, INSIDE, READ, TRAIN
from tests.synthetic_numbers import image_of, number
from tests.views_of_window import view_of

PICTURES = Path(__file__).resolve().parents[1] / "resources" / "pictures"
SIZE = (1440, 960)

_TIMEOUT = 900_000
"""Milliseconds for what a scene waits for, also on a busy computer."""


def wait(milliseconds: int) -> None:
    """Run the event loop for some milliseconds."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


def wait_until(done: Callable[[], bool]) -> None:
    """Run the event loop until done() returns True.

    Raises:
        RuntimeError: this took longer than the timeout.
    """
    end = time.monotonic() + _TIMEOUT / 1000
    while not done():
        if time.monotonic() > end:
            raise RuntimeError("timeout")
        wait(20)


def wait_until_still(window: MainWindow) -> None:
    """Run the event loop until the window stays the same, or, while it trains, for 16 seconds."""
    before = None
    for _ in range(20):
        wait(800)
        image = window.grab().toImage()
        if image == before:
            return
        before = image


def open_window(appearance: Appearance, workspace: str, sample: str = "seven.inkml") -> MainWindow:
    """Return a window with a recognized sample."""
    window = build_window(Settings(appearance=appearance, workspace=workspace))
    window.resize(*SIZE)
    window.show()
    loop = QEventLoop()
    window.reading_painted.connect(loop.quit)
    window.context.file_requested.emit(resources_dir() / "samples" / sample)
    loop.exec()
    wait_until_still(window)
    return window


def has_content(window: MainWindow, name: str) -> bool:
    """Return whether a panel shows data."""
    return any(place.view.name == name and place.panel and place.panel.numbers() for place in window.hosts)


def show(window: MainWindow, *names: str) -> None:
    """Show panels and wait for their content."""
    for name in names:
        window.workspaces.show_view(name)
        wait_until(partial(has_content, window, name))


def choose(window: MainWindow, name: str, data: object) -> None:
    """Select an entry of a combo box."""
    box = window.findChild(QComboBox, name)
    assert box is not None, name
    box.setCurrentIndex(box.findData(data))


def read(window: MainWindow) -> None:
    """The workspace Read."""


def several_characters(window: MainWindow) -> None:
    """A phone number on a sheet; its third digit is selected."""
    window.drawing_actions.set_sheet(True)
    window.show_page(number("0171 2026", shape=1).transformed(0.75, 60, 70))
    wait_until(lambda: window.context.text.value is not None)
    window.context.character_requested.emit(2)
    wait_until(lambda: window.context.text.value is not None and window.context.text.value.selected == 2)


def line_network(window: MainWindow) -> None:
    """The columns of a phone number; its third digit is selected."""
    window.workspaces.show_view("line")
    several_characters(window)
    wait_until(partial(has_content, window, "line"))


def arithmetic(window: MainWindow) -> None:
    """Feature maps of the second convolution, and the arithmetic of a value."""
    view_of(window, LayersPanel).layer_chosen.emit("conv2")
    view_of(window, MapsPanel).value_chosen.emit("conv2", (4, 6, 20))
    show(window, "maps", "arithmetic")


def normalized(window: MainWindow) -> None:
    """Three channels in colour, and batch normalization."""
    view_of(window, LayersPanel).layer_chosen.emit("norm1")
    view_of(window, MapsPanel).value_chosen.emit("norm1", (5, 5, 3))
    show(window, "maps", "arithmetic")
    maps = view_of(window, MapsPanel).findChild(FeatureMapView, "feature_maps")
    assert maps is not None
    QTest.mouseMove(maps, QPoint(60, 40))
    QTest.keyClick(maps, Qt.Key.Key_R)


def filters(window: MainWindow) -> None:
    """The kernels of the first convolution, and the evidence for the answer."""
    show(window, "filters", "why")


def inputs(window: MainWindow) -> None:
    """Maximizing inputs of the second convolution."""
    compute_filters(window, FilterDisplay.INPUTS)


def samples(window: MainWindow) -> None:
    """Top samples of the second convolution."""
    compute_filters(window, FilterDisplay.SAMPLES)


def compute_filters(window: MainWindow, display: FilterDisplay) -> None:
    """Run a job of the filters view to its end."""
    view_of(window, LayersPanel).layer_chosen.emit("conv2")
    show(window, "lesson")
    window.workspaces.show_view("filters")
    choose(window, "filters_form", display)
    view_of(window, FiltersPanel).start_requested.emit()
    (job,) = view_of(window, FiltersPanel).findChildren(JobBar)
    wait_until(lambda: job.is_running)
    wait_until(lambda: not job.is_running)


def grid(window: MainWindow) -> None:
    """Sample grid and timeline."""
    view_of(window, LayersPanel).layer_chosen.emit("relu1")
    show(window, "wall", "replay")


def networks(window: MainWindow) -> None:
    """Comparison of two models."""
    view_of(window, LayersPanel).layer_chosen.emit("relu4")
    show(window, "compare", "lesson")
    choose(window, "second_model", "residual")
    wait_until(lambda: "second/probabilities" in view_of(window, ComparePanel).numbers())


def choose_model(window: MainWindow, name: str) -> None:
    """Choose a model in the menu."""
    choice = next(action for action in window.findChildren(QAction) if action.data() == name)
    choice.trigger()
    wait_until(lambda: window.network is not None and window.network.name == name)


def enlargement(window: MainWindow) -> None:
    """The model for super-resolution."""
    choose_model(window, "super-resolution")
    wait_until(partial(has_content, window, "enlargement"))


def picture(window: MainWindow) -> None:
    """An image of a ship: feature maps of the first convolution, and a value from its three channels."""
    choose_model(window, "pictures")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ship.png"
        ship().save(path)
        window.context.file_requested.emit(path)
        wait_until(lambda: is_read_as(window, "ship"))
    view_of(window, LayersPanel).layer_chosen.emit("stem")
    view_of(window, MapsPanel).value_chosen.emit("stem", (7, 7, 20))
    show(window, "maps", "arithmetic")


def is_read_as(window: MainWindow, label: str) -> bool:
    """Return whether the model of the window reads the page as a label."""
    observation = window.observation
    return observation is not None and observation.reading is not None and observation.reading.label == label


def ship() -> Image.Image:
    """Return a drawing of a ship that the model `pictures` reads as one."""
    rows = np.linspace(0, 1, 240)[:, None, None]
    sky = (1 - rows) * [110, 160, 220] + rows * [225, 232, 240]
    image = Image.fromarray(np.broadcast_to(sky, (240, 320, 3)).astype(np.uint8))
    waves = np.random.default_rng(1).normal(0, 10, (75, 320, 1)) + np.array([45, 85, 120])
    sea = Image.fromarray(waves.clip(0, 255).astype(np.uint8))
    image.paste(sea.filter(ImageFilter.GaussianBlur(1.5)), (0, 165))
    draw = ImageDraw.Draw(image)
    draw.polygon([(50, 140), (275, 135), (245, 185), (80, 185)], fill=(45, 45, 60))
    draw.polygon([(50, 140), (275, 135), (272, 146), (55, 150)], fill=(190, 50, 45))
    draw.rectangle((110, 100, 210, 139), fill=(235, 235, 230))
    draw.rectangle((130, 75, 185, 100), fill=(225, 225, 220))
    draw.rectangle((150, 45, 170, 75), fill=(200, 70, 50))
    for left in range(118, 205, 14):
        draw.rectangle((left, 112, left + 6, 120), fill=(60, 70, 90))
    draw.line([(240, 136), (240, 60)], fill=(80, 80, 80), width=3)
    return image.filter(ImageFilter.GaussianBlur(1))


def residual(window: MainWindow) -> None:
    """The residual model, with the arithmetic of an addition."""
    choose_model(window, "residual")
    wait_until(lambda: bool(view_of(window, MapsPanel).numbers()))
    view_of(window, LayersPanel).layer_chosen.emit("add2")
    view_of(window, MapsPanel).value_chosen.emit("add2", (3, 3, 5))
    show(window, "maps", "arithmetic")


# --- many files, and the user's own handwriting ---


def scans(folder: Path) -> Path:
    """Save digits of the built-in samples by label, numbers with their texts as names, and a damaged file."""
    samples = read_ink_set(resources_dir() / "samples" / "digits.npz")
    for row, label in enumerate(samples.labels.tolist()):
        path = folder / label / f"digit {row:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        slanted = [
            [(x - y * (row % 4) * 0.4, y) for x, y in stroke.points.tolist()]
            for stroke in samples.ink(row).strokes
        ]
        image_of(Ink.from_points(slanted), pen=4 + row % 3, paper=225 + row % 25).save(path)
    for text in ("0171 2026", "4821", "36005"):
        image_of(number(text)).save(folder / f"{text}.png")
    (folder / "receipt.png").write_bytes(b"damaged")
    return folder


def batch(window: MainWindow) -> None:
    """A batch with a misread digit on the canvas and a corrected row."""
    with tempfile.TemporaryDirectory() as root:
        window.workspaces.choose(BATCH)
        panel = view_of(window, BatchPanel)
        panel.paths_dropped.emit((scans(Path(root, "scans")),))
        wait_until(lambda: "to check" in panel.status())
        classes = Classes(Task())
        wrong = [number for number, entry in enumerate(panel.rows.shown_entries) if entry.is_wrong(classes)]
        _, second, *_ = sorted(wrong, key=lambda number: panel.rows.shown_entries[number].row.confidence)
        panel.rows.correct(second, panel.rows.shown_entries[second].truth or "")
        panel.table.sortByColumn(CONFIDENCE, Qt.SortOrder.AscendingOrder)
        shown = (panel.rows.index(row, FILE) for row in range(panel.rows.rowCount()))
        entries = ((index, panel.rows.entry_at(index)) for index in shown)
        panel.table.setCurrentIndex(next(index for index, entry in entries if entry.is_wrong(classes)))
        wait(1500)


def my_samples(window: MainWindow) -> None:
    """Own handwriting that the model has learned."""
    corrections = window.context.corrections
    learned: list[object] = []
    corrections.learned.connect(learned.append)
    strokes = [
        [(150 + 50 * math.sin(angle / 6), 200 - 95 * math.cos(angle / 6)) for angle in range(39)],
        [(62 + 3.0 * point, 208 - 0.6 * point) for point in range(60)],
    ]
    for number_ in range(4):
        crossed = Ink.from_points([[(x + number_ * (200 - y) / 12, y) for x, y in each] for each in strokes])
        corrections.add(crossed, "0")
    for digit in "147":
        for shape in range(2):
            corrections.add(number(digit, shape=shape), digit)
    wait_until(lambda: len(corrections.samples) == 10 and bool(learned))
    window.workspaces.show_view("my-samples")
    wait(1500)


# --- training on the bundled digits ---


def small(name: str, epochs: int, title: str = "") -> Recipe:
    """Return a built-in recipe for the bundled digits."""
    recipe = zoo_entry(name).recipe
    fitting = replace(recipe.fitting, epochs=epochs)
    return replace(recipe, title=title or recipe.title, data=(DataPart("uci-digits"),), fitting=fitting)


def start_training(window: MainWindow, recipe: Recipe, epochs: int) -> TrainingContext:
    """Train a recipe until a number of epochs has ended."""
    training = window.context.training
    training.draft.set(recipe)
    wait_until_still(window)
    ended: list[object] = []
    training.event_reported.connect(
        lambda event: ended.append(event) if isinstance(event, EpochEnded) else None
    )
    QTest.keyClick(window, Qt.Key.Key_F5)
    wait_until(lambda: len(ended) >= epochs)
    return training


def train(window: MainWindow, recipe: Recipe) -> TrainingContext:
    """Train a recipe to its end."""
    training = start_training(window, recipe, recipe.fitting.epochs)
    wait_until(lambda: not view_of(window, RunController).is_running)
    return training


def data(window: MainWindow) -> None:
    """The data view."""
    window.context.training.draft.set(small("fast", 12))
    show(window, "data")


def network(window: MainWindow) -> None:
    """The network view with a selected convolution."""
    window.context.training.draft.set(small("conv-32-64-64", 12))
    window.workspaces.show_view("network")
    wait_until(lambda: bool(window.findChildren(LayerTable)))
    (table,) = window.findChildren(LayerTable)
    table.setCurrentIndex(table.model().index(3, 0))


def recipe(window: MainWindow) -> None:
    """The recipe view."""
    window.context.training.draft.set(small("fast", 12))
    window.workspaces.show_view("recipe")


def run(window: MainWindow) -> None:
    """A run in progress with curves and training preview."""
    slow = replace(small("conv-32-64-64", 24), schedule=Schedule(rate=3e-4))
    start_training(window, slow, 9)
    window.workspaces.show_view("recipe")
    wait_until(lambda: "probabilities_by_epoch" in view_of(window, TrainingPreviewPanel).numbers())


def runs(window: MainWindow) -> None:
    """Comparison of two runs."""
    train(window, small("mlp-300-300", 12))
    train(window, small("fast", 12))
    window.workspaces.show_view("runs")
    wait_until(lambda: len(view_of(window, RunsPanel).numbers().get("runs", ())) == 2)
    (table,) = window.findChildren(RunsTable)
    table.selectAll()


def evaluation(window: MainWindow) -> None:
    """Evaluation of a run."""
    train(window, small("fast", 12))
    show(window, "evaluation")


SCENES: dict[str, tuple[str, Callable[[MainWindow], None]]] = {
    "read": (READ, read),
    "several-characters": (READ, several_characters),
    "enlargement": (READ, enlargement),
    "colour-picture": (INSIDE, picture),
    "arithmetic": (INSIDE, arithmetic),
    "normalization": (INSIDE, normalized),
    "filters-and-why": (INSIDE, filters),
    "maximizing-inputs": (INSIDE, inputs),
    "top-samples": (INSIDE, samples),
    "grid-and-timeline": (INSIDE, grid),
    "line-network": (INSIDE, line_network),
    "compare-models": (INSIDE, networks),
    "residual": (INSIDE, residual),
    "batch": (READ, batch),
    "my-samples": (READ, my_samples),
    "train-data": (TRAIN, data),
    "train-network": (TRAIN, network),
    "train-recipe": (TRAIN, recipe),
    "train-run": (TRAIN, run),
    "train-runs": (TRAIN, runs),
    "train-evaluation": (TRAIN, evaluation),
}


SHOWN = {
    *("reading", "layers", "maps", "filters", "wall", "compare", "lesson", "arithmetic", "why", "replay"),
    *("line", "data", "network", "recipe", "runs", "evaluation", "run", "forming", "batch", "my-samples"),
}
"""Views in a scene."""


def pictures() -> dict[str, tuple[str, Callable[[MainWindow], None]]]:
    """Return all scenes, and a scene for each other view."""
    others = {
        view.name: view
        for view in VIEWS
        if view.name not in SHOWN and (view.tasks is None or "character" in view.tasks)
    }
    alone = {name: (list(view.positions)[-1], partial(show_one, name)) for name, view in others.items()}
    return SCENES | alone


def show_one(name: str, window: MainWindow) -> None:
    """A single view."""
    show(window, name)


def main() -> None:
    """Create all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=PICTURES, metavar="FOLDER")
    parser.add_argument("--scale", default="1", help="scale factor of the window")
    parser.add_argument("views", nargs="*", choices=[*pictures(), []], help="scenes (default: all)")
    chosen = parser.parse_args()
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.pop("HANDWRITING_DATA", None)
    application = QApplication(sys.argv[:1])
    chosen.to.mkdir(parents=True, exist_ok=True)
    for name in chosen.views or pictures():
        workspace, prepare = pictures()[name]
        for appearance in ("light", "dark"):
            # Use a temporary folder for cached results and runs.
            home = tempfile.TemporaryDirectory()
            os.environ["XDG_DATA_HOME"] = home.name
            window = open_window(appearance, workspace)
            prepare(window)
            for message in window.findChildren(MessageBar):
                message.hide()
            wait_until_still(window)
            picture = Image.open(io.BytesIO(png_of(window.grab().toImage()))).convert("RGB")
            small = io.BytesIO()
            picture.save(small, "WebP", lossless=True, quality=100, method=6)
            write_atomically(chosen.to / f"{name}-{appearance}.webp", small.getvalue())
            with patch.object(ViewHost, "may_close", return_value=True):
                window.close()
            window.deleteLater()
            home.cleanup()
    application.quit()


if __name__ == "__main__":
    main()
