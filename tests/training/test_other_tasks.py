"""Tests of training for other tasks: picture classification and image restoration."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from desktop_app.core.run_control import RunControl
from desktop_app.data.dataset import build_dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.answers import read_answers
from desktop_app.runs.image_answers import read_image_answers
from desktop_app.runs.image_measures import measure_images
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.runs.run_folder import MODEL, RunFolder
from desktop_app.runs.run_folder import TEST as TEST_FILE
from desktop_app.runs.training_events import BatchEnded, EpochEnded, TrainingEvent
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.training.batches import predict
from desktop_app.training.script import export_script
from desktop_app.training.train import train
from tests.other_tasks import MIXER, SHARPENER, write_pictures


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> DataFolders:
    """Folders with the data of both recipes."""
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def test_picture_classifier_is_trained_and_exported(pictures: DataFolders, tmp_path: Path) -> None:
    events: list[TrainingEvent] = []
    run = RunFolder(tmp_path / "run")
    record = train(MIXER, run, pictures, events.append, RunControl())
    assert set(record.figures) == {"val_loss", "val_accuracy", "test_loss", "test_accuracy"}
    assert record.figures["test_accuracy"] > 0.6
    answers = read_answers(run.path / TEST_FILE)
    assert answers.inputs.shape[1:] == (16, 16, 3)
    model = keras.saving.load_model(run.path / MODEL / "model.keras", compile=False)
    np.testing.assert_allclose(predict(model, answers.inputs), answers.probabilities, atol=1e-4)
    assert (run.path / MODEL / "network.tflite").is_file()


def test_restoration_network_is_trained_and_exported(pictures: DataFolders, tmp_path: Path) -> None:
    events: list[TrainingEvent] = []
    run = RunFolder(tmp_path / "run")
    record = train(SHARPENER, run, pictures, events.append, RunControl())
    assert set(record.figures) == {"val_loss", "val_psnr", "test_loss", "test_psnr"}
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    values = [event.metrics["val_psnr"] for event in epochs]
    assert record.best_epoch == 1 + int(np.argmax(values))
    assert values[-1] > values[0]
    assert {tuple(event.metrics) for event in events if isinstance(event, BatchEnded)} == {("loss", "psnr")}
    history = run.history()
    assert set(history.batches) == {"loss", "psnr"}
    assert len(history.batches["psnr"]) == 4 * history.batches_per_epoch
    dataset = build_dataset(SHARPENER, pictures, lambda _: None, lambda: False)
    answers = read_image_answers(run.path / TEST_FILE)
    np.testing.assert_array_equal(answers.originals, dataset.test.targets)
    np.testing.assert_array_equal(answers.inputs, dataset.test.inputs)
    assert len(answers.readings) == 0, "pictures are not read"
    (*_, network) = measure_images(answers).enlargements
    assert network.psnr == pytest.approx(record.figures["test_psnr"], abs=1e-3)
    model = keras.saving.load_model(run.path / MODEL / "model.keras", compile=False)
    error = np.square(predict(model, dataset.test.inputs) - dataset.test.targets / np.float32(255)).mean()
    assert record.figures["test_loss"] == pytest.approx(float(error), rel=1e-4)


def test_enlarged_test_digits_are_read(folders: DataFolders, tmp_path: Path) -> None:
    recipe = zoo_entry("super-resolution").recipe
    recipe = replace(
        recipe,
        data=(DataPart("mnist", validation=0.1, normalize=False),),
        layers=recipe.layers[:1] + recipe.layers[-4:],
        fitting=replace(recipe.fitting, epochs=1, average_momentum=0.0),
    )
    run = RunFolder(tmp_path / "run")
    train(recipe, run, folders, lambda _: None, RunControl())
    answers = read_image_answers(run.path / TEST_FILE)
    assert answers.readings.shape == (5, len(answers))
    assert set(answers.labels) <= set("0123456789")
    evaluation = measure_images(answers)
    assert evaluation.accuracy is not None
    assert all(each.accuracy is not None for each in evaluation.enlargements)


@pytest.mark.parametrize("recipe", [MIXER, SHARPENER], ids=lambda recipe: recipe.name)
def test_script_gives_the_result_of_the_program(
    recipe: Recipe,
    pictures: DataFolders,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = replace(recipe, fitting=replace(recipe.fitting, epochs=2))
    export_script(recipe, build_dataset(recipe, pictures, lambda _: None, lambda: False), tmp_path / "script")
    monkeypatch.syspath_prepend(tmp_path / "script")
    runpy.run_path(str(tmp_path / "script" / "train.py"), run_name="__main__")
    output = capfd.readouterr().out
    record = train(recipe, RunFolder(tmp_path / "run"), pictures, lambda _: None, RunControl())
    printed = dict(pair.rsplit(" ", 1) for pair in output.splitlines()[-1].split(", "))
    expected = {name: value for name, value in record.figures.items() if name.startswith("test_")}
    metrics = {name.replace(" ", "_"): float(value) for name, value in printed.items()}
    assert metrics == pytest.approx(expected, abs=1e-4)
