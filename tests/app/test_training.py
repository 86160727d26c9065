"""Training in the window with real events and Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window import view_host
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.view_host import ViewHost
from desktop_app.core.installation import install_advice
from desktop_app.core.paths import resources_dir, runs_dir, user_models_dir
from desktop_app.core.settings import Settings
from desktop_app.jobs.background import Background
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.runs.recipe import DataPart, Fitting, Recipe, Schedule
from desktop_app.runs.run_folder import RunFolder, RunRecord
from desktop_app.runs.training_events import BatchEnded, EpochEnded, TrainingStarted
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.curves.plot import load
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.evaluation.headline import Headline
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.parts.theme import apply_appearance
from desktop_app.views.run.controller import RunController
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.training_context import TrainingContext
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.view import TRAIN
from tests.training_fixtures import write_small_mnist
from tests.views_of_window import view_of

Kind = TypeVar("Kind", bound=QWidget)
MANY = 5000
"""More epochs than any test waits for."""

TINY = Recipe(
    name="tiny",
    title="Tiny",
    data=(DataPart("mnist", validation=100, normalize=False),),
    layers=with_names(
        [
            Layer("Flatten"),
            Layer("Dense", options={"units": 12, "activation": "relu"}),
            Layer("Dense", "probabilities", options={"units": CLASSES, "activation": "softmax"}),
        ]
    ),
    fitting=Fitting(epochs=MANY, batch_size=50),
    schedule=Schedule(rate=0.003),
)
SHORT = replace(TINY, fitting=replace(TINY.fitting, epochs=2))


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


def click(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Click a button once it is visible."""
    QTest.mouseClick(control(qtbot, window, QPushButton, words), Qt.MouseButton.LeftButton)


def offers(window: MainWindow, words: str) -> bool:
    return any(each.text() == words and each.isVisible() for each in window.findChildren(QPushButton))


def choose_tab(window: MainWindow, words: str) -> None:
    """Click the tab of a panel."""
    for bar in window.findChildren(QTabBar):
        for tab in range(bar.count()):
            if bar.tabText(tab) == words and bar.isVisible() and bar.parent() is window:
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(tab).center())
                return
    raise AssertionError(f"no tab {words}")


def control(qtbot: QtBot, window: MainWindow, kind: type[Kind], words: str) -> Kind:
    """Return the visible control with a name, once there is one."""

    def found() -> list[Kind]:
        return [
            each
            for each in window.findChildren(kind)
            if each.isVisible() and words in (each.accessibleName(), getattr(each, "text", str)())
        ]

    qtbot.waitUntil(lambda: len(found()) == 1)
    return found()[0]


def enter(box: QAbstractSpinBox, text: str) -> None:
    """Replace the text of a spin box."""
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def models(window: MainWindow) -> dict[str, bool]:
    """Return the models in the menu, and whether each is checked."""
    found = [action for action in window.findChildren(QAction) if isinstance(action.data(), str)]
    return {action.data(): action.isChecked() for action in found if action.isCheckable()}


def records() -> list[RunRecord]:
    return [RunFolder(path.parent).record() for path in sorted(runs_dir().glob("[!.]*/run.json"))]


def is_idle(window: MainWindow) -> bool:
    return not any(background.is_busy for background in window.findChildren(Background))


def begin(qtbot: QtBot, window: MainWindow, recipe: Recipe = TINY, epochs: int = 2) -> TrainingContext:
    """Train a recipe for a number of epochs."""
    training = window.context.training
    training.draft.set(recipe)
    learned: list[int] = []
    training.event_reported.connect(
        lambda event: learned.append(1) if isinstance(event, EpochEnded) else None
    )
    click(qtbot, window, "Train")
    qtbot.waitUntil(lambda: len(learned) >= epochs)
    return training


def over(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not view_of(window, RunController).is_running)


def use_anyway(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Read with a new model, also if it is worse than the current one."""

    def is_used() -> bool:
        return window.network is not None and window.network.name == name

    qtbot.waitUntil(lambda: is_used() or offers(window, "Use anyway"))
    if not is_used():
        click(qtbot, window, "Use anyway")
    qtbot.waitUntil(is_used)


def put_on_canvas(qtbot: QtBot, window: MainWindow) -> None:
    window.context.file_requested.emit(resources_dir() / "samples" / "three.inkml")
    qtbot.waitUntil(lambda: answer_of(window) == 3)


def probabilities(window: MainWindow) -> NDArray[np.float64]:
    """Return the last probabilities; empty without a reading."""
    reading = None if window.observation is None else window.observation.reading
    return np.array([] if reading is None else list(reading.probabilities.values()))


def answer_of(window: MainWindow) -> int:
    """Return the index of the most probable label; -1 without a reading."""
    found = probabilities(window)
    return int(found.argmax()) if found.size else -1


# --- from a recipe to a model that reads ---


def test_the_run_is_beside_the_training_preview(window: MainWindow) -> None:
    run, preview = (window.findChild(QDockWidget, f"{name}_dock") for name in ("run", "forming"))
    assert run is not None
    assert preview is not None
    assert not run.visibleRegion().isEmpty()
    assert not preview.visibleRegion().isEmpty()
    assert run.geometry().right() < preview.geometry().left()


def test_a_zoo_network_is_trained_and_used(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window(Settings())
    put_on_canvas(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.workspaces.name == TRAIN
    training = window.context.training
    enter(control(qtbot, window, AmountBox, "Validation split of MNIST"), "100")
    assert training.draft.value.data[0].validation == 100

    choose_tab(window, "Network")
    zoo = control(qtbot, window, QComboBox, "Predefined network")
    zoo.setFocus()
    QTest.keyClick(zoo, Qt.Key.Key_Home)
    while zoo.currentText() != "MLP 300-300":
        QTest.keyClick(zoo, Qt.Key.Key_Down)
    click(qtbot, window, "Use network")
    assert training.draft.value.layers == zoo_entry("mlp-300-300").recipe.layers
    assert training.draft.value.title == "MLP 300-300"

    (table,) = window.findChildren(LayerTable)
    row = [table.model().index(row, 0).data() for row in range(table.model().rowCount())].index("dense1")
    at = table.visualRect(table.model().index(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    enter(control(qtbot, window, QSpinBox, "Units"), "24")
    assert training.draft.value.layers[1].options["units"] == 24

    choose_tab(window, "Recipe")
    enter(control(qtbot, window, QSpinBox, "Epochs"), "900")
    assert training.draft.value.fitting.epochs == 900

    events: list[object] = []
    training.event_reported.connect(events.append)
    click(qtbot, window, "Train")
    qtbot.waitUntil(lambda: any(isinstance(event, EpochEnded) for event in events))
    assert not any(isinstance(event, BatchEnded) for event in events)
    preview = view_of(window, TrainingPreviewPanel)
    qtbot.waitUntil(lambda: "probabilities_by_epoch" in preview.numbers())
    epoch = int(preview.numbers()["epoch"])
    qtbot.waitUntil(lambda: int(preview.numbers()["epoch"]) > epoch)

    click(qtbot, window, "Stop")
    use_anyway(qtbot, window, "mlp-300-300")
    qtbot.waitUntil(lambda: "Now reading with" in window.messages.text())


def test_a_model_that_is_worse_than_the_current_one_asks_and_can_be_undone(
    qtbot: QtBot, window: MainWindow
) -> None:
    put_on_canvas(qtbot, window)
    before = window.network
    begin(qtbot, window)
    drawing = window.canvas.page
    earlier = probabilities(window)
    click(qtbot, window, "Stop")
    over(qtbot, window)
    qtbot.waitUntil(lambda: offers(window, "Use anyway"))
    assert window.messages.text().startswith("“Tiny · MNIST” is right for ")
    assert before is not None
    assert window.network is not None
    assert window.network.name == before.name
    use_anyway(qtbot, window, "tiny")
    qtbot.waitUntil(
        lambda: not np.array_equal(probabilities(window), earlier),
    )
    qtbot.waitUntil(lambda: window.messages.text().startswith("Now reading with “Tiny · MNIST” ("))
    assert "% on its test set" in window.messages.text()
    click(qtbot, window, "Undo")
    qtbot.waitUntil(lambda: window.network is not None and window.network.name == before.name)
    click(qtbot, window, "Undo")
    qtbot.waitUntil(lambda: window.network is not None and window.network.name == "tiny")
    assert window.canvas.page is drawing
    assert models(window)["tiny"]
    assert (user_models_dir() / "tiny" / "model.keras").is_file()
    (record,) = records()
    assert (record.state, record.reason, record.model) == ("finished", "stopped", "tiny")
    assert 1 <= record.best_epoch <= record.epochs

    choose_tab(window, "Runs")
    qtbot.waitUntil(lambda: view_of(window, RunsPanel).selected() != ())
    assert list(view_of(window, RunsPanel).numbers()["titles"]) == ["Tiny · MNIST"]
    choose_tab(window, "Evaluation")
    qtbot.waitUntil(lambda: bool(view_of(window, EvaluationPanel).numbers()))
    assert view_of(window, EvaluationPanel).numbers()["confusion"].sum() == 40
    (headline,) = window.findChildren(Headline)
    assert "Tiny" in " ".join(label.text() for label in headline.findChildren(QLabel))


def test_a_model_without_a_complete_epoch_is_not_used(qtbot: QtBot, window: MainWindow) -> None:
    put_on_canvas(qtbot, window)
    before = window.network
    started: list[TrainingStarted] = []
    window.context.training.event_reported.connect(
        lambda event: started.append(event) if isinstance(event, TrainingStarted) else None
    )
    begin(qtbot, window, replace(TINY, fitting=replace(TINY.fitting, batch_size=1)), epochs=0)
    qtbot.waitUntil(lambda: bool(started))
    click(qtbot, window, "Stop")
    over(qtbot, window)
    qtbot.waitUntil(lambda: "tiny" in models(window))
    assert before is not None
    assert window.network is not None
    assert window.network.name == before.name
    assert not offers(window, "Undo")
    assert not offers(window, "Use anyway")
    assert [record.epochs for record in records()] == [0]


def test_a_finished_run_can_be_resumed(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, SHORT)
    over(qtbot, window)
    choose_tab(window, "Runs")
    qtbot.waitUntil(lambda: view_of(window, RunsPanel).selected() != ())
    actions = view_of(window, RunsPanel).findChildren(QAction)
    (action,) = [each for each in actions if each.text() == "Resume…"]
    action.trigger()
    click(qtbot, window, "Resume")
    qtbot.waitUntil(lambda: view_of(window, RunController).is_running)
    over(qtbot, window)
    assert sorted(record.epochs for record in records()) == [2, 4]
    # Not the offer of the first run, which is still shown.
    qtbot.waitUntil(lambda: "4 epochs" in window.messages.text())
    use_anyway(qtbot, window, "tiny-2")
    assert sorted(record.title for record in records()) == ["Tiny · MNIST", "Tiny · MNIST · 4 epochs"]


def test_a_cancelled_run_leaves_nothing(qtbot: QtBot, window: MainWindow) -> None:
    before = window.network
    begin(qtbot, window)
    click(qtbot, window, "Discard…")
    click(qtbot, window, "Discard")
    over(qtbot, window)
    assert list(runs_dir().iterdir()) == []
    assert not user_models_dir().exists()
    assert window.network is before
    put_on_canvas(qtbot, window)
    assert offers(window, "Train")


def test_a_run_is_paused_and_continues(qtbot: QtBot, window: MainWindow) -> None:
    training = begin(qtbot, window)
    click(qtbot, window, "Pause")
    is_shown = True
    while is_shown:
        # Events of the batch that was being trained.
        with qtbot.waitSignal(training.event_reported, timeout=300, raising=False) as heard:
            pass
        is_shown = heard.signal_triggered
    held = records()[0].epochs
    click(qtbot, window, "Resume")
    qtbot.waitUntil(lambda: records()[0].epochs > held)
    click(qtbot, window, "Discard…")
    click(qtbot, window, "Discard")
    over(qtbot, window)


def test_the_drawing_is_classified_after_every_epoch(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window)
    assert "probabilities" not in view_of(window, TrainingPreviewPanel).numbers()
    put_on_canvas(qtbot, window)
    qtbot.waitUntil(lambda: "probabilities" in view_of(window, TrainingPreviewPanel).numbers())
    click(qtbot, window, "Discard…")
    click(qtbot, window, "Discard")
    over(qtbot, window)


# --- failures ---


WILD = replace(
    TINY,
    name="wild",
    title="Wild",
    layers=with_names(
        [
            Layer("Flatten"),
            *(Layer("Dense", options={"units": 24}) for _ in range(4)),
            Layer("Dense", "logits", options={"units": CLASSES}),
        ]
    ),
    fitting=replace(TINY.fitting, optimizer="sgd"),
    schedule=Schedule(rate=10.0),
)
"""Diverges within a few batches."""


def test_divergence_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    before = window.network
    training = window.context.training
    training.draft.set(WILD)
    click(qtbot, window, "Train")
    over(qtbot, window)
    words = [label.text() for label in view_of(window, RunPanel).findChildren(QLabel)]
    assert any("loss became NaN" in text for text in words), words
    assert "Lower the learning rate" in window.messages.text()
    assert [record.state for record in records()] == ["failed"]
    assert window.network is before, "a diverged model is not used"
    assert not user_models_dir().exists()


def test_missing_data_is_reported(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    training = window.context.training
    training.draft.set(replace(TINY, data=(DataPart("pendigits"),)))
    click(qtbot, window, "Train")
    with qtbot.waitSignal(window.messages.shown) as said:
        over(qtbot, window)
    assert "pendigits.npz" in said.args[0]
    assert offers(window, "Train")


# --- closing and resuming ---


def answer(words: str) -> None:
    """Click a button of the question as soon as it is shown."""
    box = QApplication.activeModalWidget()
    if not isinstance(box, QMessageBox):
        QTimer.singleShot(20, lambda: answer(words))
        return
    (found,) = [each for each in box.buttons() if each.text() == words]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def close(window: MainWindow, words: str) -> bool:
    """Close the window and answer its question; return whether it closed at once."""
    QTimer.singleShot(0, lambda: answer(words))
    return window.close()


def test_cancelling_the_close_question_continues_training(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window)
    assert not close(window, "Cancel")
    assert window.isVisible()
    assert view_of(window, RunController).is_running
    learned = records()[0].epochs
    qtbot.waitUntil(lambda: records()[0].epochs > learned)
    assert close(window, "Discard")
    assert not window.isVisible()
    assert list(runs_dir().iterdir()) == []


def test_the_window_closes_after_keeping_the_best_model(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window)
    assert not close(window, "Stop and keep best")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [(record.state, record.model) for record in records()] == [("finished", "tiny")]


def test_a_suspended_run_is_resumed_after_a_restart(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    first = open_window()
    first.workspaces.choose(TRAIN)
    begin(qtbot, first)
    assert close(first, "Close and resume later")
    (left,) = records()
    assert left.state == "running"

    second = open_window()
    assert second.workspaces.name == TRAIN
    training = second.context.training
    assert training.draft.value == TINY, "the draft is kept between starts"
    qtbot.waitUntil(lambda: offers(second, "Resume"))
    click(qtbot, second, "Resume")
    qtbot.waitUntil(lambda: len(records()) == 2)
    qtbot.waitUntil(lambda: max(record.epochs for record in records()) > left.epochs)
    click(qtbot, second, "Stop")
    use_anyway(qtbot, second, "tiny")
    (record,) = records()
    assert record.epochs > left.epochs, "the longer run replaces the suspended one"


def test_an_interrupted_run_is_reported_once_at_the_next_start(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    first = open_window()
    first.workspaces.choose(TRAIN)
    begin(qtbot, first)
    first.workspaces.choose("read")
    assert close(first, "Close and resume later")
    (record,) = records()
    second = open_window()
    qtbot.waitUntil(lambda: "interrupted" in second.messages.text())
    qtbot.waitUntil(lambda: records() == [replace(record, is_reported=True)])
    second.close()

    third = open_window()
    qtbot.waitUntil(lambda: is_idle(third))
    assert third.messages.text() == "", "each run is reported once"
    third.workspaces.choose(TRAIN)
    qtbot.waitUntil(lambda: offers(third, "Resume"))


# --- recipes and libraries ---


def test_the_first_recipe_uses_uci_digits_without_mnist(
    open_window: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDWRITING_DATA", str(tmp_path))
    window = open_window(Settings(workspace=TRAIN))
    assert window.context.training.draft.value == zoo_entry("fast-few-samples").recipe


def test_the_first_recipe_uses_mnist(window: MainWindow) -> None:
    assert [part.source for part in window.context.training.draft.value.data] == ["mnist"]


def test_without_training_libraries_views_show_what_to_install(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_host, "find_spec", lambda name: None if name == "keras" else object())
    window = open_window(Settings(workspace=TRAIN))
    for host in window.hosts:
        if host.view.needs_training:
            window.workspaces.show_view(host.view.name)
            words = [label.text() for label in host.findChildren(QLabel)]
            assert len(words) == 1, host.view.name
            assert str(install_advice()) in words[0]
    assert not window.context.has_training


# --- keyboard and appearance ---


def test_the_tab_key_reaches_visible_widgets(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: view_of(window, DataPanel).is_active)
    window.canvas.setFocus()
    seen: list[str] = []
    while "Canvas" not in seen:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
    assert "Close Data" in seen
    assert "Close Network" not in seen
    names = ["Source: MNIST", "Validation split of MNIST", "Add source", "Split seed"]
    assert [name for name in seen if name in names] == names


def is_active(window: MainWindow, title: str) -> bool:
    return any(host.is_active and host.view.title == title for host in window.hosts)


def test_it_fits_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(860, 560)
    for tab in ("Network", "Recipe", "Runs", "Evaluation", "Data"):
        choose_tab(window, tab)
        qtbot.waitUntil(partial(is_active, window, tab))
    assert (window.width(), window.height()) == (860, 560)


def test_tabs_take_the_colours_of_a_new_palette(qtbot: QtBot, window: MainWindow) -> None:
    choose_tab(window, "Network")
    qtbot.waitUntil(lambda: bool(window.findChildren(LayerTable)))
    (table,) = window.findChildren(LayerTable)
    apply_appearance("dark")
    qtbot.waitUntil(lambda: table.palette().base().color().lightness() < 60)
