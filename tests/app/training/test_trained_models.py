"""From a recipe to a model that reads, with real events and Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import user_models_dir
from desktop_app.core.settings import Settings
from desktop_app.runs.training_events import BatchEnded, EpochEnded, TrainingStarted
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.data.amount_box import AmountBox
from desktop_app.views.evaluation.headline import Headline
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.run.controller import RunController
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.view import TRAIN
from tests.app.training.training_window import (
    TINY,
    begin,
    choose_tab,
    click,
    control,
    enter,
    offers,
    over,
    probabilities,
    put_on_canvas,
    records,
    use_anyway,
)
from tests.views_of_window import view_of

SHORT = replace(TINY, fitting=replace(TINY.fitting, epochs=2))


def models(window: MainWindow) -> dict[str, bool]:
    """Return the models in the menu, and whether each is checked."""
    found = [action for action in window.findChildren(QAction) if isinstance(action.data(), str)]
    return {action.data(): action.isChecked() for action in found if action.isCheckable()}


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
    qtbot.waitUntil(lambda: not np.array_equal(probabilities(window), earlier))
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
