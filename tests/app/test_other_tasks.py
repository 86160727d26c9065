"""The window with networks for other tasks than characters."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.views import VIEWS
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.view_host import ViewHost
from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.settings import Settings
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.networks.graph import Graph
from desktop_app.networks.model_folder import read_card, read_network, write_card
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import MODEL, RunFolder
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.panel import ArithmeticPanel
from desktop_app.views.compare.panel import ComparePanel
from desktop_app.views.enlargement.panel import EnlargementPanel
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.sample_grid.open_samples import open_samples
from desktop_app.views.view import INSIDE, READ
from desktop_app.views.why.compute_evidence import evidence_for
from desktop_app.views.why.evidence import Method
from desktop_app.views.why.panel import Question
from tests.finding import child
from tests.other_tasks import COLOURS, MIXER, SHARPENER, picture, write_pictures
from tests.views_of_window import view_of

RECIPES = {recipe.name: recipe for recipe in (MIXER, SHARPENER)}
ASKED = ("wall", "arithmetic", "compare", "batch")
"""Views that need samples of the labels, a value, a second model or files."""

SPOT = picture_from_pixels(picture(COLOURS["blue"], np.random.default_rng(9), 20, 28), "a blue spot")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that trains a recipe once and returns its model folder."""
    folder = tmp_path_factory.mktemp("other")
    trained: dict[str, Path] = {}

    def folder_of(name: str) -> Path:
        if name not in trained:
            from desktop_app.training.train import train

            folders = write_pictures(folder / name)
            run = RunFolder(folder / f"{name}-run")
            train(RECIPES[name], run, folders, lambda _: None, RunControl())
            trained[name] = run.path / MODEL
        return trained[name]

    return folder_of


@pytest.fixture
def opened(qtbot: QtBot, model: Callable[[str], Path]) -> Callable[[str], MainWindow]:
    """Return a function that opens the window with a model and a colour image, in the workspace Inside."""

    def open_(name: str) -> MainWindow:
        shutil.copytree(model(name), paths.user_models_dir() / name)
        window = build_window(Settings(model=name, workspace=INSIDE))
        qtbot.addWidget(window)
        window.resize(1280, 880)
        window.show()
        qtbot.waitUntil(lambda: window.network is not None and window.network.name == name)
        window.canvas.set_page(SPOT)
        layer = RECIPES[name].layers[0].name
        qtbot.waitUntil(lambda: layer in view_of(window, MapsPanel).numbers())
        return window

    return open_


def host_of(window: MainWindow, name: str) -> ViewHost:
    """Return the host of a view."""
    return next(host for host in window.findChildren(ViewHost) if host.view.name == name)


def has_numbers(host: ViewHost) -> bool:
    return host.panel is not None and bool(host.panel.numbers())


def test_a_colour_picture_is_read(model: Callable[[str], Path]) -> None:
    recognizer = open_recognizer(model("mixer"))
    observation = recognizer.observe(SPOT)
    assert recognizer.info.task == MIXER.task
    assert observation.reading is not None
    assert observation.reading.probabilities.keys() == COLOURS.keys()
    assert sum(observation.reading.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert observation.prepared is not None
    assert observation.prepared.model_input.shape == (16, 16, 3)


def test_a_restoration_network_outputs_an_image(model: Callable[[str], Path]) -> None:
    recognizer = open_recognizer(model("sharpener"))
    observation = recognizer.observe(SPOT)
    assert observation.reading is None
    assert observation.activations[SHARPENER.layers[-1].name].shape == SHARPENER.task.output_shape


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_every_view_shows_the_network_or_a_reason(
    qtbot: QtBot, opened: Callable[[str], MainWindow], recipe: Recipe
) -> None:
    window = opened(recipe.name)
    said: list[str] = []
    window.messages.shown.connect(said.append)
    for view in VIEWS:
        if view.tasks is None:
            continue
        window.workspaces.show_view(view.name)
        host = host_of(window, view.name)
        if recipe.task.kind in view.tasks:
            qtbot.waitUntil(partial(has_numbers, host) if view.name not in ASKED else host.isVisible)
            assert host.panel is not None
            assert host.panel.isVisible()
        else:
            sentences = [label.text() for label in host.findChildren(QLabel) if label.isVisible()]
            assert len(sentences) == 1
            assert f"is not available for {task_kind(recipe.task).title}" in sentences[0]
        assert not window.grab().isNull()
    assert said == []


def test_an_enlarged_image_stands_in_the_place_of_the_answer(
    qtbot: QtBot, opened: Callable[[str], MainWindow]
) -> None:
    window = opened("sharpener")
    window.workspaces.choose(READ)
    qtbot.waitUntil(lambda: has_numbers(host_of(window, "enlargement")))
    assert not host_of(window, "reading").isVisible()
    numbers = view_of(window, EnlargementPanel).numbers()
    assert numbers["model"].shape == SHARPENER.task.output_shape
    assert numbers["input"].shape == SHARPENER.task.input_shape
    assert numbers["original"].shape == SHARPENER.task.output_shape
    window.context.model_requested.emit("digits")
    qtbot.waitUntil(host_of(window, "reading").isVisible)
    assert not host_of(window, "enlargement").isVisible()


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_every_layer_is_shown_and_its_values_are_explained(
    opened: Callable[[str], MainWindow], recipe: Recipe
) -> None:
    window = opened(recipe.name)
    assert window.network is not None
    window.workspaces.show_view("arithmetic")
    for layer in window.network.layers:
        view_of(window, LayersPanel).layer_chosen.emit(layer.name)
        numbers = view_of(window, MapsPanel).numbers()
        assert layer.name not in numbers or numbers[layer.name].shape == layer.shape
        position = tuple(size // 2 for size in layer.shape)
        view_of(window, MapsPanel).value_chosen.emit(layer.name, position)
        assert view_of(window, ArithmeticPanel).location() == (layer.name, position)
        assert not view_of(window, ArithmeticPanel).grab().isNull()


DRAWING = Ink().with_stroke(Stroke(np.array([[40, 40], [200, 200]], np.float32)))


def test_a_drawing_is_not_given_to_a_network_for_colour_images(
    qtbot: QtBot, opened: Callable[[str], MainWindow]
) -> None:
    window = opened("mixer")
    window.workspaces.show_view("reading")
    window.canvas.set_page(DRAWING)
    qtbot.waitUntil(lambda: window.observation is not None and window.observation.prepared is None)
    hint = child(window, QLabel, "reading_hint")
    assert hint.text() == "This model classifies images, not drawings. Open, drop or paste an image."
    window.canvas.clear()
    qtbot.waitUntil(lambda: hint.text() == "Open, drop or paste an image to see the answer.")
    window.canvas.set_page(SPOT)
    qtbot.waitUntil(lambda: hint.text() == "")


def test_files_with_ink_are_refused_by_a_network_for_colour_images(model: Callable[[str], Path]) -> None:
    with pytest.raises(UserError, match="classifies images, not drawings"):
        open_recognizer(model("mixer")).read(DRAWING)


def test_networks_for_grey_images_read_drawings() -> None:
    kind = task_kind(MIXER.task)
    assert kind.page_problem(DRAWING, MIXER.task) is not None
    assert kind.page_problem(DRAWING, replace(MIXER.task, channels=1)) is None


def test_only_models_for_the_same_task_are_compared(opened: Callable[[str], MainWindow]) -> None:
    window = opened("mixer")
    window.workspaces.show_view("compare")
    choice = child(window, QComboBox, "second_model")
    assert [choice.itemText(number) for number in range(choice.count())] == ["ConvMixer · spots", "Pictures"]


def test_there_may_be_no_other_model_for_the_task(
    opened: Callable[[str], MainWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "nothing")
    window = opened("mixer")
    window.workspaces.show_view("compare")
    panel = view_of(window, ComparePanel)
    choice = child(window, QComboBox, "second_model")
    assert [choice.itemText(number) for number in range(choice.count())] == ["ConvMixer · spots"]
    assert (
        panel.verdict() == "There is no other model for image classification. Train or import one to compare."
    )


def test_products_of_a_colour_image_are_named_by_their_colour(model: Callable[[str], Path]) -> None:
    folder = model("mixer")
    card = read_card(folder)
    graph, activations = (
        Graph(card.info, read_weights(folder, card)),
        open_recognizer(folder).observe(SPOT).activations,
    )

    def names(layer: str) -> list[str]:
        arithmetic = graph.explain(layer, (1, 1, 0), activations)
        derivation = Derivation(card.info, graph, activations, arithmetic, largest_first=False)
        return [derivation.name_of_channel(channel) for channel in range(3)]

    assert names("patches") == ["red", "green", "blue"]
    assert names("pointwise0") == ["0", "1", "2"]


def test_evidence_of_an_image_is_not_limited_to_ink(model: Callable[[str], Path]) -> None:
    folder = model("mixer")
    card = read_card(folder)
    network = Network(card, read_network(folder, card))
    graph = Graph(card.info, read_weights(folder, card))
    observation = open_recognizer(folder).observe(SPOT)
    for method in Method:
        evidence = evidence_for(observation, Question(method), graph, network.predict, lambda _: None)
        assert evidence.ink is None
        assert evidence.model_input.shape == MIXER.task.input_shape
        assert np.abs(evidence.difference).max() > 0


def test_built_in_digits_are_not_samples_of_images() -> None:
    with pytest.raises(UserError, match="no built-in samples for image classification"):
        open_samples(None, MIXER.task, lambda: False)


def test_a_folder_of_images_is_classified_on_the_command_line(
    model: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = read_card(model("mixer"))
    long = replace(card, task=replace(card.task, labels=("automobile", "green", "blue")))
    shutil.copytree(model("mixer"), paths.user_models_dir() / "mixer")
    write_card(paths.user_models_dir() / "mixer", long)
    rng = np.random.default_rng(3)
    for name in ("a", "b"):
        Image.fromarray(picture(COLOURS["red"], rng, 16, 16)).save(tmp_path / f"{name}.png")
    Image.fromarray(picture(COLOURS["blue"], rng, 30, 20)).save(tmp_path / "c.png")
    assert main(["recognize", str(tmp_path), "--model", "mixer"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["automobile" in line or "green" in line or "blue" in line for line in lines[1:]] == [True] * 3
    starts = {line.index("read" if "read" in line else "unsure") for line in lines[1:]}
    assert starts == {lines[0].index("verdict")}
    assert all("%" in line for line in lines[1:])


def test_the_accuracy_of_each_class_is_printed(
    model: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(model("mixer"), paths.user_models_dir() / "mixer")
    write_pictures(tmp_path)
    assert main(["evaluate", str(tmp_path / "spots"), "--model", "mixer"]) == 0
    rows = dict(line.strip().rsplit("  ", 1) for line in capsys.readouterr().out.splitlines() if "%" in line)
    shares = {name.strip(): value.strip() for name, value in rows.items()}
    assert shares.keys() >= {"accuracy", *COLOURS}
    assert all(value.endswith(" %") for value in shares.values())
