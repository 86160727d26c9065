from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.layer_list import Layer
from desktop_app.networks.library import library_entries
from desktop_app.runs.answers import Answers, write_answers
from desktop_app.runs.image_answers import answer_images, write_image_answers
from desktop_app.runs.measures import Evaluation
from desktop_app.runs.run_folder import RunFolder, RunRecord
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.tasks.task import Task
from desktop_app.views.evaluation.controller import EvaluationController, evaluate_run
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.source_button import SourceButton
from tests.finding import child
from tests.small_model import small_card, write_small_model
from tests.views.conftest import NETWORK, is_idle, workers_of

RECIPE = next(entry.recipe for entry in ZOO if not entry.recipe.task.rejects)


def run_in(folder: Path, title: str = "First try") -> RunFolder:
    """A trained run without answers to test samples."""
    run = RunFolder(folder)
    run.begin(RECIPE, RunRecord(title))
    run.release()
    return run


def answer_tests(run: RunFolder, wrong: int = 3) -> RunFolder:
    """Write a hundred answers to test samples, some of them wrong."""
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


def test_run_is_evaluated_with_its_labels_and_threshold(tmp_path: Path) -> None:
    run = answer_tests(run_in(tmp_path / "run"))
    write_small_model(run.path / "model", small_card(threshold=0.9))
    found = evaluate_run(run)
    assert found is not None
    evaluation, title, rejected = found
    assert isinstance(evaluation, Evaluation)
    assert title == "First try"
    assert rejected == ("not a digit" if RECIPE.task.rejects else "")
    assert evaluation.labels == RECIPE.task.labels
    assert evaluation.accuracy == pytest.approx(0.97)
    assert evaluation.at_threshold is not None
    assert evaluation.at_threshold.threshold == 0.9


def test_run_without_model_has_no_threshold(tmp_path: Path) -> None:
    found = evaluate_run(answer_tests(run_in(tmp_path / "run")))
    assert found is not None
    assert isinstance(found[0], Evaluation)
    assert found[0].at_threshold is None


def test_active_run_has_no_evaluation(tmp_path: Path) -> None:
    assert evaluate_run(run_in(tmp_path / "run")) is None


@pytest.mark.parametrize(
    "text", ["", "{}", '{"thresholds": {"read": 2}}', '{"thresholds": {"read": "x"}}', "[" * 9999]
)
def test_damaged_card_is_refused(tmp_path: Path, text: str) -> None:
    run = with_card(answer_tests(run_in(tmp_path / "run")), text)
    with pytest.raises(UserError, match="model of this run is damaged"):
        evaluate_run(run)


# -------------------------------------------------------------------------------------------- when


class Setup:
    """A panel and its controller."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.panel = EvaluationPanel()
        qtbot.addWidget(self.panel)
        self.panel.resize(640, 560)
        self.panel.show()
        folders = DataFolders(None, folder)
        self.controller = EvaluationController(self.panel, lambda: folders, FileDialogs(self.panel))

    def shows(self, wrong: int) -> Callable[[], bool]:
        return lambda: len(self.panel.numbers().get("errors", ())) == wrong and bool(self.panel.numbers())

    def hint(self) -> str:
        label = child(self.panel, QLabel, "evaluation_hint")
        return "" if self.panel.numbers() else label.text()


@pytest.fixture
def setup(qtbot: QtBot, tmp_path: Path) -> Iterator[Setup]:
    made = Setup(qtbot, tmp_path / "data")
    yield made
    made.controller.close()


def test_run_is_evaluated_when_the_panel_is_visible(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.controller.set_run(answer_tests(run_in(tmp_path / "run")))
    assert is_idle(setup.controller)
    setup.panel.set_active(True)
    assert "Evaluating" in setup.hint()
    qtbot.waitUntil(setup.shows(3))
    assert setup.hint() == ""
    shown = setup.panel.numbers()["errors"]
    setup.panel.set_active(False)
    setup.panel.set_active(True)
    qtbot.wait(1)
    np.testing.assert_array_equal(setup.panel.numbers()["errors"], shown)


def test_newest_run_is_shown(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    for wrong in range(1, 6):
        setup.controller.set_run(answer_tests(run_in(tmp_path / f"run{wrong}"), wrong))
    assert setup.panel.numbers() == {}
    qtbot.waitUntil(setup.shows(5))
    setup.controller.set_run(None)
    assert "Train a model" in setup.hint()
    assert setup.panel.numbers() == {}


def test_outdated_result_is_dropped(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    setup.controller.set_run(answer_tests(run_in(tmp_path / "run")))
    (worker,) = workers_of(setup.controller)
    with qtbot.waitSignal(worker.answered):
        setup.controller.set_run(None)
    assert setup.panel.numbers() == {}


def image_run(folder: Path) -> RunFolder:
    """A finished run of a network that outputs images."""
    layers = (Layer("Conv2D", options={"filters": 1, "kernel_size": 3, "padding": "same"}),)
    task = Task("restoration", 8, 8, 1, "reduce", ())
    run = RunFolder(folder)
    run.begin(replace(RECIPE, task=task, layers=layers), RunRecord("Sharper"))
    run.update(state="finished")
    run.release()
    return run


def test_image_model_without_saved_images_shows_a_hint(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    setup.controller.set_run(image_run(tmp_path / "run"))
    qtbot.waitUntil(lambda: "output images of this run were not saved" in setup.hint())


def test_image_model_is_compared_with_interpolation(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    run = image_run(tmp_path / "run")
    images = np.random.default_rng(1).integers(0, 256, (5, 8, 8, 1), np.uint8)
    outputs = images.astype(np.float32) / np.float32(255)
    answers = answer_images(images, outputs, images, np.array([""] * 5), None)
    write_image_answers(run.path / "test.npz", answers)
    setup.panel.set_active(True)
    setup.controller.set_run(run)
    qtbot.waitUntil(lambda: "quality" in setup.panel.numbers())
    np.testing.assert_array_equal(setup.panel.numbers()["quality_of_samples"], answers.quality)


def test_finished_run_is_evaluated_again(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    run = run_in(tmp_path / "run")
    setup.controller.set_run(run)
    qtbot.waitUntil(lambda: "not evaluated yet" in setup.hint())
    answer_tests(run, wrong=7)
    setup.controller.set_run(run)
    qtbot.waitUntil(setup.shows(7))
    answer_tests(run, wrong=2)
    setup.controller.set_run(RunFolder(run.path))
    assert setup.shows(7)()
    qtbot.waitUntil(setup.shows(2))


def test_unreadable_run_is_reported_and_another_can_be_selected(
    qtbot: QtBot, setup: Setup, tmp_path: Path
) -> None:
    setup.panel.set_active(True)
    broken = answer_tests(run_in(tmp_path / "broken"))
    (broken.path / "test.npz").write_bytes(b"no archive")
    with qtbot.waitSignal(setup.controller.failed) as failed:
        setup.controller.set_run(broken)
    assert isinstance(failed.args[0], UserError)
    assert "test.npz" in str(failed.args[0])
    assert "Choose another" in setup.hint()
    setup.controller.set_run(answer_tests(run_in(tmp_path / "run"), wrong=4))
    qtbot.waitUntil(setup.shows(4))


def test_run_without_test_samples_shows_a_hint(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    run = run_in(tmp_path / "run")
    nothing = (
        np.zeros((0, 10), dtype=np.float32),
        np.zeros(0, dtype=np.int64),
        np.zeros((0, 28, 28, 1), dtype=np.uint8),
    )
    write_answers(run.path / "test.npz", Answers(*nothing))
    with qtbot.waitSignal(setup.controller.failed) as failed:
        setup.controller.set_run(run)
    assert "test share" in str(failed.args[0])


def test_close_while_evaluating(setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    setup.controller.set_run(answer_tests(run_in(tmp_path / "run")))
    setup.controller.close()
    setup.controller.close()
    assert setup.panel.numbers() == {}


# --------------------------------------------------------------------------- any model on any data


def data_in(folder: Path, count: int = 30, letter: str = "W") -> Path:
    """A file with images of ones, the last of them labelled with a letter, dark on light."""
    images = np.full((count + 1, 40, 40), 255, np.uint8)
    images[:, 5:35, 18:21] = 0
    labels = np.array(["1"] * count + [letter])
    path = folder / "ones.npz"
    np.savez(path, x=images, y=labels)
    return path


def evaluate(setup: Setup, model: str, data: Path) -> None:
    """Choose a model with keys and data with the dialog's signal, and click Evaluate."""
    setup.controller.set_network(replace(NETWORK, library=library_entries()))
    box = child(setup.panel, NarrowBox)
    box.setFocus()
    box.setCurrentIndex(0)
    while box.currentData() != model:
        QTest.keyClick(box, Qt.Key.Key_Down)
    setup.panel.bar.set_source(data)
    click(setup, "Evaluate")


def click(setup: Setup, words: str) -> None:
    QTest.mouseClick(child(setup.panel.bar, QPushButton, words), Qt.MouseButton.LeftButton)


def title_of(setup: Setup) -> str:
    label = child(setup.panel, QLabel, "run_title")
    return label.text()


def test_any_model_is_evaluated_on_any_data(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    evaluate(setup, "dense", data_in(tmp_path, letter="O"))
    qtbot.waitUntil(lambda: bool(setup.panel.numbers()))
    numbers = setup.panel.numbers()
    assert numbers["support"].tolist() == [0, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert numbers["confusion"].sum() == 30
    assert "Digits, dense" in title_of(setup)
    assert "ones.npz" in title_of(setup)
    assert "left out" in title_of(setup)
    assert not child(setup.panel.bar, QProgressBar).isVisible()


def test_other_labels_are_the_rejected_class(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    evaluate(setup, "digits", data_in(tmp_path, count=3))
    qtbot.waitUntil(lambda: bool(setup.panel.numbers()))
    assert setup.panel.numbers()["support"].tolist() == [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert "left out" not in title_of(setup)


def test_model_that_outputs_images_is_evaluated_on_data(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    evaluate(setup, "super-resolution", data_in(tmp_path, count=3))
    qtbot.waitUntil(lambda: "quality" in setup.panel.numbers())


def test_names_of_data_are_shown_as_they_are(setup: Setup) -> None:
    bar = setup.panel.bar
    bar.set_source("/somewhere/R&D")
    assert child(bar, SourceButton).text() == "R&&D"
    bar.set_progress("Reading 50%pages.zip: 3 of 10", 3, 10)
    assert child(bar, QProgressBar).text() == "Reading 50%pages.zip: 3 of 10"


def test_stopped_evaluation_keeps_what_is_shown(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    setup.controller.set_run(answer_tests(run_in(tmp_path / "run"), wrong=4))
    qtbot.waitUntil(setup.shows(4))
    evaluate(setup, "digits", data_in(tmp_path, count=20_000))
    assert child(setup.panel.bar, QProgressBar).isVisible()
    click(setup, "Stop")
    qtbot.waitUntil(lambda: not child(setup.panel.bar, QProgressBar).isVisible())
    assert setup.shows(4)()
    assert title_of(setup) == "First try"


def test_data_without_known_labels_is_refused(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    path = tmp_path / "letters.npz"
    np.savez(path, x=np.full((2, 40, 40), 255, np.uint8), y=np.array(["O", "O"]))
    with qtbot.waitSignal(setup.controller.failed) as failed:
        evaluate(setup, "dense", path)
    assert "knows no label of letters.npz" in str(failed.args[0])


def test_model_that_must_answer_refuses_data_without_its_classes(
    qtbot: QtBot, setup: Setup, tmp_path: Path
) -> None:
    setup.panel.set_active(True)
    with qtbot.waitSignal(setup.controller.failed) as failed:
        evaluate(setup, "pictures", data_in(tmp_path, count=3))
    sentence = "knows airplane, automobile, bird, cat, …, but none of the labels of this data (1, W)."
    assert sentence in str(failed.args[0])


def test_model_for_handwriting_refuses_colour_images_of_other_things(
    qtbot: QtBot, setup: Setup, tmp_path: Path
) -> None:
    setup.panel.set_active(True)
    path = tmp_path / "photos.npz"
    np.savez(path, x=np.full((2, 40, 40, 3), (30, 120, 40), np.uint8), y=np.array(["frog", "ship"]))
    with qtbot.waitSignal(setup.controller.failed) as failed:
        evaluate(setup, "digits", path)
    sentence = "expects handwriting, but photos.npz has colour images (frog, ship); choose other data"
    assert sentence in str(failed.args[0])


def test_current_model_is_chosen_and_data_are_chosen_in_the_menu(setup: Setup) -> None:
    entries = library_entries()
    folder = next(entry.folder for entry in entries if entry.name == "residual")
    setup.controller.set_network(replace(NETWORK, library=entries, folder=folder))
    assert child(setup.panel, NarrowBox).currentData() == "residual"
    button = child(setup.panel, SourceButton)
    assert button.text().strip() == "UCI digits"
    menu = button.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "My samples").trigger()
    assert button.text().strip() == "My samples"
