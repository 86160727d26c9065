from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.messages import message
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import DataPart
from desktop_app.runs.run_folder import RunHistory
from desktop_app.runs.run_progress import EarlierRun
from desktop_app.runs.training_events import (
    PreparationProgress,
    RunFinished,
    TrainingEnded,
)
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.curves.curve_legend import CurveLegend
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.draft import Draft
from desktop_app.views.parts.ask_bar import AskBar
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.theme import STEP
from desktop_app.views.run.figures import Figures
from desktop_app.views.run.interrupted_row import InterruptedRow, InterruptedRun
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.view_export import TABLE, view_image, view_svg
from tests.finding import child
from tests.runs.progress_events import NETWORK, STARTED, batch, epoch_done, some_epochs

RECIPE = zoo_entry("mlp-300-300").recipe


@pytest.fixture
def draft() -> Draft:
    return Draft(RECIPE)


@pytest.fixture
def panel(qtbot: QtBot, draft: Draft) -> RunPanel:
    made = RunPanel(draft)
    qtbot.addWidget(made)
    made.resize(1200, 310)
    made.show()
    made.set_active(True)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def button(panel: RunPanel, text: str) -> QPushButton:
    (found,) = [b for b in panel.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    return found


def press(panel: RunPanel, text: str) -> None:
    QTest.mouseClick(button(panel, text), Qt.MouseButton.LeftButton)


def next_run(panel: RunPanel) -> str:
    return child(panel, QLabel, "next_run").text()


def title_of(panel: RunPanel) -> str:
    return child(panel, QLabel, "run_title").text()


def advice_of(panel: RunPanel) -> str:
    label = child(panel, QLabel, "run_advice")
    return label.text() if label.isVisible() else ""


def status_of(panel: RunPanel) -> str:
    return child(panel, QLabel, "run_status").text()


def row_of(panel: RunPanel) -> InterruptedRow:
    return child(panel, InterruptedRow)


def offered_text(panel: RunPanel) -> str:
    return child(row_of(panel), QLabel).text()


def figure(panel: RunPanel, name: str) -> str:
    return dict(child(panel, Figures).rows())[name]


# ------------------------------------------------------------------------------------------- empty


def test_events_before_the_panel_is_visible_are_shown(qtbot: QtBot) -> None:
    made = RunPanel(Draft(RECIPE))
    qtbot.addWidget(made)
    made.begin(RECIPE)
    made.add_events(some_epochs())
    made.resize(1200, 310)
    made.show()
    made.set_active(True)
    assert figure(made, "Kept epoch").startswith("2 ")


def test_idle_panel_shows_task_and_hint(draft: Draft, panel: RunPanel) -> None:
    assert next_run(panel) == "Next run: MLP 300-300 on MNIST, 20 epochs"
    assert not child(panel, QLabel, "run_title").isVisible()
    hints = [label.text() for label in panel.exported_widget().findChildren(QLabel) if label.isVisible()]
    assert any("MLP 300-300 on MNIST, 20 epochs" in hint for hint in hints)
    assert [button(panel, text).isEnabled() for text in ("Train", "Stop", "Discard…")] == [True, False, False]
    others = replace(RECIPE, data=(DataPart("uci-digits"), DataPart("/home/me/mine.npz")))
    draft.set(replace(others, fitting=replace(RECIPE.fitting, epochs=1)))
    tool_tip = child(panel, QLabel, "next_run").toolTip()
    assert tool_tip == "Next run: MLP 300-300 on UCI digits + mine.npz, 1 epoch"


def test_problem_is_shown_and_disables_train(qtbot: QtBot, draft: Draft, panel: RunPanel) -> None:
    dense = Layer("Dense", options={"units": 12, "activation": "softmax"})
    draft.set(replace(RECIPE, layers=(*RECIPE.layers[:-1], dense)))
    assert not button(panel, "Train").isEnabled()
    assert "12" in status_of(panel)
    assert status_of(panel) == draft.problem()
    assert "12" in button(panel, "Train").toolTip()
    with qtbot.assertNotEmitted(panel.buttons.train_requested):
        press(panel, "Train")
    draft.set(RECIPE)
    assert button(panel, "Train").isEnabled()


def test_problem_of_the_data_is_shown(draft: Draft, panel: RunPanel) -> None:
    draft.set_data_problem(RECIPE, "No sample of MNIST can be used.")
    assert status_of(panel) == "No sample of MNIST can be used."
    assert button(panel, "Train").isEnabled(), "the data may have changed since"
    draft.set_data_problem(RECIPE, "")
    assert status_of(panel).startswith("Ready")


# ----------------------------------------------------------------------------------------- buttons


def test_buttons_emit_signals(qtbot: QtBot, panel: RunPanel) -> None:
    with qtbot.waitSignal(panel.buttons.train_requested):
        press(panel, "Train")
    panel.begin(RECIPE)
    with qtbot.waitSignal(panel.buttons.pause_requested):
        press(panel, "Pause")
    panel.set_paused(True)
    with qtbot.waitSignal(panel.buttons.unpause_requested):
        press(panel, "Resume")
    panel.set_paused(False)
    with qtbot.waitSignal(panel.buttons.stop_requested):
        press(panel, "Stop")
    press(panel, "Discard…")
    with qtbot.waitSignal(panel.buttons.cancel_requested):
        press(panel, "Discard")


def test_discarding_asks_for_confirmation(qtbot: QtBot, panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    with qtbot.assertNotEmitted(panel.buttons.cancel_requested):
        press(panel, "Discard…")
        press(panel, "Discard…")
        assert child(panel, AskBar).question() == "Discard this run and its 3 completed epochs?"
        assert button(panel, "Cancel").hasFocus()
        press(panel, "Cancel")
        assert child(panel, AskBar).question() == ""
        press(panel, "Discard…")
        panel.end("Finished.")
        assert child(panel, AskBar).question() == "", "there is nothing left to discard"


def test_buttons_stay_where_they_are(panel: RunPanel) -> None:
    texts = ("Train", "Stop", "Discard…")

    def places() -> list[QRect]:
        paused = "Resume" if any(b.text() == "Resume" for b in panel.findChildren(QPushButton)) else "Pause"
        return [button(panel, text).geometry() for text in (*texts, paused)]

    before = places()
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    assert places() == before
    panel.set_paused(True)
    assert places() == before
    press(panel, "Discard…")
    assert places() == before
    panel.end()
    assert places() == before
    stop, discard = button(panel, "Stop").geometry(), button(panel, "Discard…").geometry()
    assert discard.left() - stop.right() > 2 * STEP


def test_shortcuts_emit_signals(qtbot: QtBot, panel: RunPanel) -> None:
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    both = shift | Qt.KeyboardModifier.ControlModifier
    with qtbot.waitSignal(panel.buttons.train_requested):
        QTest.keyClick(panel, Qt.Key.Key_F5, none)
    panel.begin(RECIPE)
    for paused, signal in ((False, panel.buttons.pause_requested), (True, panel.buttons.unpause_requested)):
        panel.set_paused(paused)
        with qtbot.waitSignal(signal):
            QTest.keyClick(panel, Qt.Key.Key_F6, none)
    with qtbot.waitSignal(panel.buttons.stop_requested):
        QTest.keyClick(panel, Qt.Key.Key_F5, shift)
    with qtbot.assertNotEmitted(panel.buttons.cancel_requested):
        QTest.keyClick(panel, Qt.Key.Key_F5, both)
        qtbot.waitUntil(lambda: bool(child(panel, AskBar).question()))
    with qtbot.waitSignal(panel.buttons.cancel_requested):
        press(panel, "Discard")


def test_tool_tips_end_with_shortcuts(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.set_paused(True)
    for text, keys in (("Resume", "F6"), ("Stop", "Shift+F5"), ("Discard…", "Ctrl+Shift+F5")):
        assert button(panel, text).toolTip().endswith(f"({keys})")


def test_focus_moves_between_train_and_pause(panel: RunPanel) -> None:
    button(panel, "Train").setFocus()
    panel.begin(RECIPE)
    assert button(panel, "Pause").hasFocus()
    panel.end("Cancelled.")
    assert button(panel, "Train").hasFocus()


def test_buttons_are_disabled_while_the_run_stops(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    panel.set_ending("Stopping and keeping the best epoch…")
    panel.add_events([batch(4, 6)])
    assert status_of(panel) == "Stopping and keeping the best epoch…"
    assert not any(button(panel, text).isEnabled() for text in ("Pause", "Stop", "Discard…"))
    panel.set_paused(True)
    assert not any(button(panel, text).isEnabled() for text in ("Pause", "Stop", "Discard…"))


# ---------------------------------------------------------------------------------------- progress


def test_status_follows_events(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    statuses = []
    for event in (
        PreparationProgress(0, 3, message("Reading MNIST")),
        STARTED,
        batch(1, 1),
        TrainingEnded("patience", 2),
    ):
        panel.add_events([event])
        statuses.append(status_of(panel))
    assert statuses == [
        "Reading MNIST… (1 of 3)",
        "Training on 54,000 samples; 6,000 for validation, 10,000 for testing.",
        "Training epoch 1 of 20.",
        "Finishing…",
    ]
    panel.add_events([PreparationProgress(1, 3, message("Measuring"))])
    assert status_of(panel) == "Measuring… (2 of 3)"


def test_figures_and_bars_follow_events(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    assert figure(panel, "Speed") == "1,280 images/s"
    assert figure(panel, "Time") == "6 s · at most 33 s left"
    assert figure(panel, "Patience") == "1 of 5 epochs without improvement"
    assert figure(panel, "Kept epoch") == "2 · loss 0.1234 · accuracy 98.31 %"
    assert figure(panel, "Device") == "CPU, 4 threads · float32"
    assert child(panel, QProgressBar, "Epochs").text() == "3 of 20 epochs"
    assert child(panel, QProgressBar, "Batches of this epoch").text() == "5 of 10 batches"
    assert "Kept epoch: 2" in child(panel, Figures).accessibleDescription()


def test_a_single_epoch_and_batch_have_no_plural(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events([replace(STARTED, epochs=1, batches=1, training=1)])
    assert status_of(panel) == "Training on 1 sample; 6,000 for validation, 10,000 for testing."
    first = replace(batch(1, 1), epochs=1, batches=1)
    panel.add_events([first, replace(epoch_done(1, patience=1), epochs=1)])
    assert figure(panel, "Patience") == "0 of 1 epoch without improvement"
    assert child(panel, QProgressBar, "Epochs").text() == "1 of 1 epoch"
    assert child(panel, QProgressBar, "Batches of this epoch").text() == "1 of 1 batch"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("finished", "Finished after 3 epochs. Epoch 2 is kept."),
        ("stopped", "Stopped after 3 epochs. Epoch 2 is kept."),
        ("patience", "Stopped early: no improvement for 5 epochs. Epoch 2 is kept."),
        ("not a number", "the loss became NaN. Lower the learning rate. Epoch 2 is kept."),
    ],
)
def test_status_shows_why_the_run_ended(panel: RunPanel, reason: str, words: str) -> None:
    panel.begin(RECIPE)
    panel.add_events([*some_epochs(), TrainingEnded(reason, 2), RunFinished("model", reason == "stopped")])
    panel.end()
    assert status_of(panel).endswith(words)
    assert button(panel, "Train").isEnabled()
    assert panel.numbers()
    assert figure(panel, "Time") == "6 s"


def test_all_figures_of_a_finished_run_are_visible_in_a_low_panel(qtbot: QtBot, panel: RunPanel) -> None:
    panel.resize(744, 272)
    panel.begin(RECIPE)
    panel.add_events([*some_epochs(), TrainingEnded("finished", 3), RunFinished("model", False)])
    panel.end()
    figures = child(panel, Figures)
    qtbot.waitUntil(lambda: figures.visibleRegion().boundingRect() == figures.rect())


def test_legend_of_a_narrow_panel_has_two_lines(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    legend = child(panel, CurveLegend)
    assert [entry.text() for entry in legend.findChildren(CheckBox)] == ["Batches", "Training", "Validation"]
    assert legend.heightForWidth(258) < 3 * legend.findChildren(CheckBox)[0].sizeHint().height()


def test_next_run_starts_without_old_figures(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    panel.end("Cancelled. Nothing was kept.")
    assert status_of(panel) == "Cancelled. Nothing was kept."
    panel.begin(RECIPE)
    assert panel.numbers() == {}
    assert figure(panel, "Kept epoch") == "\N{EN DASH}"


def test_figures_have_the_title_of_their_run(draft: Draft, panel: RunPanel) -> None:
    panel.begin(RECIPE)
    assert title_of(panel) == "MLP 300-300"
    panel.add_events([replace(STARTED, title="MLP 300-300 · MNIST")])
    draft.set(replace(RECIPE, title="Another"))
    assert title_of(panel) == "MLP 300-300 · MNIST"
    assert next_run(panel).startswith("Next run: Another")
    panel.end("Cancelled.")
    assert title_of(panel) == "MLP 300-300 · MNIST"


def test_end_of_a_run_shows_its_test_accuracy_and_evaluation(qtbot: QtBot, panel: RunPanel) -> None:
    panel.begin(RECIPE)
    task = replace(STARTED, network=replace(NETWORK, task=RECIPE.task))
    panel.add_events([task, *some_epochs()[3:], TrainingEnded("finished", 2)])
    link = child(panel, QToolButton, "Show evaluation")
    assert not link.isVisible()
    panel.add_events([RunFinished("model", False, {"test_accuracy": 0.98614, "test_loss": 0.05})])
    panel.end()
    assert status_of(panel).endswith("Epoch 2 is kept. Test samples: accuracy 98.61\N{NO-BREAK SPACE}%.")
    with qtbot.waitSignal(panel.evaluation_requested):
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    panel.begin(RECIPE)
    assert not link.isVisible()


def test_advice_is_shown_next_to_the_curves(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events([STARTED])
    assert advice_of(panel) == ""
    panel.add_events([batch(1, 1), replace(epoch_done(1), metrics={"loss": 0.5, "accuracy": 0.9})])
    panel.add_events([replace(epoch_done(2), metrics={"loss": 4.0, "accuracy": 0.4})])
    assert advice_of(panel).startswith("The training loss rises: the learning rate is too high.")
    panel.begin(RECIPE)
    assert advice_of(panel) == ""


def test_start_of_overfitting_is_marked_on_the_curves(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events([STARTED])
    losses = zip((0.5, 0.3, 0.2, 0.1), (0.6, 0.4, 0.5, 0.6), strict=True)
    for number, (training, validation) in enumerate(losses, 1):
        assert b"overfitting" not in panel.exported_file("svg")
        metrics = {"loss": training, "accuracy": 0.9, "val_loss": validation, "val_accuracy": 0.9}
        panel.add_events([replace(epoch_done(number), metrics=metrics)])
    assert "Overfitting starts after epoch 2" in advice_of(panel)
    assert panel.exported_file("svg").count(b">overfitting starts</text>") == 2
    panel.begin(RECIPE)
    panel.add_events([STARTED, batch(1, 1), epoch_done(1)])
    assert b"overfitting" not in panel.exported_file("svg")


def test_events_while_hidden_are_shown_later(panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.set_active(False)
    panel.add_events(some_epochs())
    assert figure(panel, "Kept epoch") == "\N{EN DASH}"
    panel.set_active(True)
    assert figure(panel, "Kept epoch").startswith("2 ")


def test_resumed_run_shows_earlier_epochs(panel: RunPanel) -> None:
    panel.begin(None)
    history = RunHistory(
        ({"loss": 0.5, "val_loss": 0.4, "val_accuracy": 0.9}, {"loss": 0.3, "val_loss": 0.5}),
        {"loss": (0.9, 0.6, 0.4, 0.3), "accuracy": (0.5, 0.6, 0.7, 0.8)},
        batches_per_epoch=2,
    )
    panel.continue_from(EarlierRun(history, 1, 60.0, RECIPE))
    assert title_of(panel) == "MLP 300-300"
    panel.add_events([replace(STARTED, first_epoch=3), batch(3, 1, 0.5)])
    numbers = panel.numbers()
    assert numbers["loss: Training, by batch"][:, 0].tolist() == [0.5, 1, 1.5, 2, 2.1]
    assert numbers["loss: Validation"].tolist() == [[1, 0.4], [2, 0.5]]
    assert figure(panel, "Kept epoch") == "1 · loss 0.4 · accuracy 90.00 %"
    assert figure(panel, "Time") == "1 min 00 s"
    assert child(panel, QProgressBar, "Epochs").text() == "2 of 20 epochs"


def test_curves_are_exported(qtbot: QtBot, panel: RunPanel) -> None:
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    assert panel.is_plot
    assert panel.exported_widget() is child(panel, CurvesView)
    assert b"Learning rate" in view_svg(panel, "")
    assert view_image(panel).width() >= 2400
    assert panel.exported_file(TABLE).startswith(b"epoch,")


@pytest.mark.parametrize("size", [(1280, 300), (560, 600), (420, 560)])
def test_widgets_are_inside_the_panel(panel: RunPanel, size: tuple[int, int]) -> None:
    panel.resize(*size)
    panel.begin(RECIPE)
    panel.add_events(some_epochs())
    for widget in (
        child(panel, Figures),
        child(panel, QProgressBar, "Batches of this epoch"),
        button(panel, "Discard…"),
        panel.exported_widget(),
    ):
        left_top = widget.mapTo(panel, widget.rect().topLeft())
        right_bottom = widget.mapTo(panel, widget.rect().bottomRight())
        assert panel.rect().contains(left_top)
        assert panel.rect().contains(right_bottom)


def test_focusable_widgets_have_names(panel: RunPanel) -> None:
    panel.set_interrupted([InterruptedRun("run", "Old", 7, 20)])
    for widget in panel.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName() or getattr(widget, "text", lambda: "")()


# -------------------------------------------------------------------------------- interrupted runs


def test_interrupted_run_is_offered(qtbot: QtBot, panel: RunPanel) -> None:
    assert not row_of(panel).isVisible()
    panel.set_interrupted(
        [InterruptedRun("run-1", "MLP 300-300", 7, 20), InterruptedRun("run-2", "Other", 1, 3)]
    )
    assert row_of(panel).isVisible()
    text = "“MLP 300-300” was interrupted at epoch 7 of 20. 1 more run can be resumed in Runs."
    assert offered_text(panel) == text
    for text, signal in (
        ("Resume", panel.interrupted.resume_requested),
        ("Keep in Runs", panel.interrupted.dismiss_requested),
    ):
        with qtbot.waitSignal(signal) as wanted:
            press(panel, text)
        assert wanted.args == ["run-1"]
    panel.begin(RECIPE)
    assert not row_of(panel).isVisible()


def test_deleting_asks_for_confirmation(qtbot: QtBot, panel: RunPanel) -> None:
    panel.set_interrupted([InterruptedRun("run-1", "MLP 300-300", 7, 20)])
    with (
        qtbot.assertNotEmitted(panel.interrupted.delete_requested),
        qtbot.assertNotEmitted(panel.interrupted.dismiss_requested),
    ):
        press(panel, "Delete…")
        assert "Permanently delete" in offered_text(panel)
        assert button(panel, "Keep").hasFocus()
        press(panel, "Keep")
    press(panel, "Delete…")
    with qtbot.waitSignal(panel.interrupted.delete_requested) as wanted:
        press(panel, "Delete permanently")
    assert wanted.args == ["run-1"]


def test_buttons_do_nothing_after_the_last_run_has_disappeared(qtbot: QtBot, panel: RunPanel) -> None:
    panel.set_interrupted([InterruptedRun("run-1", "MLP 300-300", 7, 20)])
    buttons = row_of(panel).findChildren(QPushButton)
    panel.set_interrupted([])
    for each in buttons:
        with (
            qtbot.captureExceptions() as exceptions,
            qtbot.assertNotEmitted(panel.interrupted.resume_requested),
        ):
            each.click()
        assert not exceptions
