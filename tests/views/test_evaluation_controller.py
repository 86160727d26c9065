from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.answers import Answers, write_answers
from desktop_app.runs.run_folder import RunFolder, RunRecord
from desktop_app.runs.zoo import ZOO
from desktop_app.tasks.task import Task
from desktop_app.views.evaluation.controller import EvaluationController, evaluate_run
from desktop_app.views.evaluation.panel import EvaluationPanel
from tests.small_model import small_card, write_small_model
from tests.views.conftest import is_idle, workers_of

RECIPE = next(entry.recipe for entry in ZOO if not entry.recipe.task.rejects)


def run_in(folder: Path, title: str = "First try") -> RunFolder:
    """A run that has learned and is not measured."""
    run = RunFolder(folder)
    run.begin(RECIPE, RunRecord(title))
    run.release()
    return run


def measured(run: RunFolder, wrong: int = 3) -> RunFolder:
    """A hundred answers to test samples, some of them wrong."""
    classes = np.arange(100) % 10
    answered = np.where(np.arange(100) < wrong, (classes + 1) % 10, classes)
    probabilities = np.full((100, 10), 0.01, dtype=np.float32)
    probabilities[np.arange(100), answered] = 0.91
    inputs = np.zeros((100, 28, 28, 1), dtype=np.uint8)
    write_answers(run.path / "test.npz", Answers(probabilities, classes, inputs))
    return run


def with_card(run: RunFolder, text: str) -> RunFolder:
    (run.path / "model").mkdir()
    (run.path / "model" / "card.json").write_text(text)
    return run


# -------------------------------------------------------------------------------- what is measured


def test_a_run_is_measured_with_its_own_labels_and_threshold(tmp_path: Path) -> None:
    run = measured(run_in(tmp_path / "run"))
    write_small_model(run.path / "model", small_card(threshold=0.9))
    found = evaluate_run(run)
    assert found is not None
    evaluation, title = found
    assert title == "First try"
    assert evaluation.labels == RECIPE.task.labels
    assert evaluation.accuracy == pytest.approx(0.97)
    assert evaluation.at_threshold is not None
    assert evaluation.at_threshold.threshold == 0.9


def test_without_a_model_there_is_no_threshold(tmp_path: Path) -> None:
    found = evaluate_run(measured(run_in(tmp_path / "run")))
    assert found is not None
    assert found[0].at_threshold is None


def test_a_run_that_still_learns_has_nothing_to_measure(tmp_path: Path) -> None:
    assert evaluate_run(run_in(tmp_path / "run")) is None


@pytest.mark.parametrize(
    "text", ["", "{}", '{"thresholds": {"read": 2}}', '{"thresholds": {"read": "x"}}', "[" * 9999]
)
def test_a_damaged_card_is_refused(tmp_path: Path, text: str) -> None:
    run = with_card(measured(run_in(tmp_path / "run")), text)
    with pytest.raises(UserError, match="model of this run is damaged"):
        evaluate_run(run)


# -------------------------------------------------------------------------------------------- when


class Bench:
    """A panel, and what works for it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.panel = EvaluationPanel()
        qtbot.addWidget(self.panel)
        self.panel.resize(640, 560)
        self.panel.show()
        self.controller = EvaluationController(self.panel)

    def shows(self, wrong: int) -> Callable[[], bool]:
        return lambda: len(self.panel.numbers().get("errors", ())) == wrong and bool(self.panel.numbers())

    def hint(self) -> str:
        label = self.panel.findChild(QLabel, "evaluation_hint")
        assert label is not None
        return "" if self.panel.numbers() else label.text()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.controller.close()


def test_a_run_is_measured_once_the_panel_is_seen(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.controller.set_run(measured(run_in(tmp_path / "run")))
    assert is_idle(bench.controller)
    bench.panel.set_active(True)
    assert "being measured" in bench.hint()
    qtbot.waitUntil(bench.shows(3))
    assert bench.hint() == ""
    shown = bench.panel.numbers()["errors"]
    bench.panel.set_active(False)
    bench.panel.set_active(True)
    qtbot.wait(1)
    np.testing.assert_array_equal(bench.panel.numbers()["errors"], shown)


def test_the_newest_choice_counts(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.panel.set_active(True)
    for wrong in range(1, 6):
        bench.controller.set_run(measured(run_in(tmp_path / f"run{wrong}"), wrong))
    assert bench.panel.numbers() == {}
    qtbot.waitUntil(bench.shows(5))
    bench.controller.set_run(None)
    assert "Train a network" in bench.hint()
    assert bench.panel.numbers() == {}


def test_an_answer_that_nobody_waits_for_any_more_is_dropped(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    bench.panel.set_active(True)
    bench.controller.set_run(measured(run_in(tmp_path / "run")))
    (worker,) = workers_of(bench.controller)
    with qtbot.waitSignal(worker.answered):
        bench.controller.set_run(None)
    assert bench.panel.numbers() == {}


def test_a_network_that_gives_images_is_not_measured_here(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    layers = (Layer("Conv2D", options={"filters": 1, "kernel_size": 3, "padding": "same"}),)
    task = Task("restoration", 8, 8, 1, "reduce", ())
    run = RunFolder(tmp_path / "run")
    run.begin(replace(RECIPE, task=task, layers=layers), RunRecord("Sharper"))
    run.release()
    bench.panel.set_active(True)
    bench.controller.set_run(run)
    qtbot.waitUntil(lambda: "This network gives images" in bench.hint())


def test_a_run_that_has_finished_meanwhile_is_measured_anew(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    bench.panel.set_active(True)
    run = run_in(tmp_path / "run")
    bench.controller.set_run(run)
    qtbot.waitUntil(lambda: "not answered to its test samples yet" in bench.hint())
    measured(run, wrong=7)
    bench.controller.set_run(run)
    qtbot.waitUntil(bench.shows(7))
    measured(run, wrong=2)
    bench.controller.set_run(RunFolder(run.path))
    assert bench.shows(7)()
    qtbot.waitUntil(bench.shows(2))


def test_a_run_that_cannot_be_read_is_told_and_another_one_can_be_chosen(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    bench.panel.set_active(True)
    broken = measured(run_in(tmp_path / "broken"))
    (broken.path / "test.npz").write_bytes(b"no archive")
    with qtbot.waitSignal(bench.controller.failed) as failed:
        bench.controller.set_run(broken)
    assert isinstance(failed.args[0], UserError)
    assert "test.npz" in str(failed.args[0])
    assert "choose another" in bench.hint()
    bench.controller.set_run(measured(run_in(tmp_path / "run"), wrong=4))
    qtbot.waitUntil(bench.shows(4))


def test_a_run_without_test_samples_says_what_to_do(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.panel.set_active(True)
    run = run_in(tmp_path / "run")
    nothing = (
        np.zeros((0, 10), dtype=np.float32),
        np.zeros(0, dtype=np.int64),
        np.zeros((0, 28, 28, 1), dtype=np.uint8),
    )
    write_answers(run.path / "test.npz", Answers(*nothing))
    with qtbot.waitSignal(bench.controller.failed) as failed:
        bench.controller.set_run(run)
    assert "test share" in str(failed.args[0])


def test_closing_in_the_middle_is_fine(bench: Bench, tmp_path: Path) -> None:
    bench.panel.set_active(True)
    bench.controller.set_run(measured(run_in(tmp_path / "run")))
    bench.controller.close()
    bench.controller.close()
    assert bench.panel.numbers() == {}
