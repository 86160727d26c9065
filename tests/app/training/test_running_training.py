"""A run in the window: pause, cancel, the drawing after each epoch, and failures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import runs_dir, user_models_dir
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.runs.recipe import DataPart, Schedule
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from tests.app.training.training_window import TINY, begin, click, offers, over, put_on_canvas, records
from tests.views_of_window import view_of


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
