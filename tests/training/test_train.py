"""Tests of a small training, from data files to a model folder."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.cli import evaluate
from desktop_app.cli.train import add_figures
from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.dataset import build_dataset
from desktop_app.data.samples import Samples
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.model_folder import copy_model, read_card, write_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.runs.answers import read_answers
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Recipe, Schedule, read_recipe
from desktop_app.runs.run_folder import RunFolder
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    PreparationProgress,
    RunFinished,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
    WeightSnapshot,
)
from desktop_app.runs.zoo.characters import convolutional, dense, residual
from desktop_app.tasks.task import Task
from desktop_app.training.batches import predict
from desktop_app.training.fit import loop_settings, new_network
from desktop_app.training.recalibration import compute_statistics, recalibrate
from desktop_app.training.train import train


def ignore(event: object) -> None:
    """Ignore an event."""


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def run(
    folders: DataFolders, small_recipe: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[TrainingEvent]]:
    """Folder and events of a complete run."""
    folder = tmp_path_factory.mktemp("runs") / "small"
    events: list[TrainingEvent] = []
    train(small_recipe, RunFolder(folder), folders, events.append, RunControl())
    return folder, events


def test_run_emits_its_events(run: tuple[Path, list[TrainingEvent]]) -> None:
    folder, events = run
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert isinstance(events[0], PreparationProgress)
    assert [event.epoch for event in epochs] == [1, 2]
    assert epochs[1].metrics["loss"] < epochs[0].metrics["loss"]
    assert {"accuracy", "val_accuracy", "val_loss", "learning_rate"} <= epochs[0].metrics.keys()
    batches = [event for event in events if isinstance(event, BatchEnded)]
    assert len(batches) == 2 * batches[0].batches
    assert [event.epoch for event in events if isinstance(event, WeightSnapshot)] == [0, 1, 2]
    assert TrainingEnded("finished", 2) in events
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert (end.folder, end.stopped) == (str(folder / "model"), False)
    assert "test_accuracy" in end.figures


def test_network_is_reported_before_training(run: tuple[Path, list[TrainingEvent]]) -> None:
    _, events = run
    (started,) = [event for event in events if isinstance(event, TrainingStarted)]
    assert started.network.layer("logits").shape == (11,)
    # 550 images, the digits of seven of ten writers twice, and as many negatives as the recipe says: their
    # two letters that look like no digit, scribbles and pairs.
    assert started.training == 550 + 2 * 7 * 10 + 120
    assert started.test == 40 + 2 * 10 + 2 * 12
    assert started.batches == -(-started.training // 64)
    first = next(event for event in events if isinstance(event, WeightSnapshot))
    assert first.weights["conv1/kernel"].shape == (5, 5, 1, 4)


def test_labels_of_two_characters_get_offsets_in_sets_of_characters(
    folders: DataFolders, small_recipe: Recipe, tmp_path: Path
) -> None:
    task = Task(labels=(*"0123456789", "A", "H"), aliases=(("a", "A"), ("h", "H")), rejects=True)
    recipe = replace(small_recipe, task=task, fitting=replace(small_recipe.fitting, epochs=1))
    train(recipe, RunFolder(tmp_path / "run"), folders, ignore, RunControl())
    card = read_card(tmp_path / "run" / "model")
    assert {name: len(offsets) for name, offsets in card.set_offsets.items()} == {
        "capitals": 2,
        "small-letters": 2,
    }
    # There are capitals among the samples, and no small letters.
    assert any(card.set_offsets["capitals"])
    assert not any(card.set_offsets["small-letters"])


def test_training_images_without_ink_are_an_error(small_recipe: Recipe, tmp_path: Path) -> None:
    np.savez(tmp_path / "blank.npz", x=np.full((20, 28, 28), -1.0), y=np.arange(20) % 10)
    recipe = replace(small_recipe, data=(DataPart(str(tmp_path / "blank.npz")),), ink_augmentation=None)
    run = RunFolder(tmp_path / "run")
    with pytest.raises(UserError, match="No training sample has ink"):
        train(recipe, run, DataFolders(None, tmp_path), ignore, RunControl())
    assert run.record().remark.startswith("No training sample has ink")


def test_training_does_not_begin_with_an_impossible_date(
    small_recipe: Recipe, folders: DataFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago, events = time.gmtime(0), list[TrainingEvent]()
    monkeypatch.setattr(time, "localtime", lambda *_: long_ago)
    run = RunFolder(tmp_path / "run")
    with pytest.raises(UserError, match="is in the year 1970; set the date and time"):
        train(small_recipe, run, folders, events.append, RunControl())
    assert not events
    assert run.record().state == "failed"


def test_batch_metrics_are_those_of_single_batches(run: tuple[Path, list[TrainingEvent]]) -> None:
    _, events = run
    epoch = next(event for event in events if isinstance(event, EpochEnded))
    batches = [event for event in events if isinstance(event, BatchEnded) and event.epoch == 1]
    losses = [event.metrics["loss"] for event in batches]
    assert np.mean(losses) == pytest.approx(epoch.metrics["loss"], rel=0.02)
    assert len(set(losses)) > 5


def test_record_and_history_contain_the_results(run: tuple[Path, list[TrainingEvent]]) -> None:
    folder, events = run
    record, history = RunFolder(folder).record(), RunFolder(folder).history()
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert (record.state, record.reason, record.epochs, record.best_epoch) == ("finished", "finished", 2, 2)
    assert record.figures["val_loss"] == epochs[1].metrics["val_loss"]
    assert [epoch["loss"] for epoch in history.epochs] == [event.metrics["loss"] for event in epochs]
    assert len(history.batches["loss"]) == 2 * history.batches_per_epoch
    assert not RunFolder(folder).is_locked()


def test_answers_to_test_samples_are_saved(run: tuple[Path, list[TrainingEvent]]) -> None:
    folder, _ = run
    answers, record = read_answers(folder / "test.npz"), RunFolder(folder).record()
    right = answers.probabilities.argmax(axis=1) == answers.classes
    assert record.figures["test_accuracy"] == pytest.approx(right.mean())
    assert answers.inputs.shape == (84, 28, 28, 1)


def test_model_folder_can_be_opened(run: tuple[Path, list[TrainingEvent]], small_recipe: Recipe) -> None:
    folder, _ = run
    recognizer = open_recognizer(folder / "model")
    assert recognizer.card.labels == tuple("0123456789")
    assert recognizer.info.layers[0].kind == "InputLayer"
    assert recognizer.info.output == "probabilities"
    assert read_recipe(folder / "model" / "recipe.json") == small_recipe


def test_residual_network_can_be_trained(folders: DataFolders, small_recipe: Recipe, tmp_path: Path) -> None:
    recipe = replace(small_recipe, layers=residual(4, 8, 8, 0.1))
    events: list[TrainingEvent] = []
    train(recipe, RunFolder(tmp_path / "other"), folders, events.append, RunControl())
    first, second = (event.metrics["loss"] for event in events if isinstance(event, EpochEnded))
    assert second < first
    assert open_recognizer(tmp_path / "other" / "model").info.layer("logits").shape == (11,)


def test_softmax_is_appended_to_network_that_ends_in_logits(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    layers = dense(24, 16, 0.1)[:-1]
    recipe = replace(plain_recipe, layers=layers)
    record = train(recipe, RunFolder(tmp_path / "logits"), folders, ignore, RunControl())
    assert record.figures["test_accuracy"] > 0.3
    recognizer = open_recognizer(tmp_path / "logits" / "model")
    assert (recognizer.info.output, recognizer.info.rejects) == ("probabilities", False)


def test_weights_are_saved_by_layer(run: tuple[Path, list[TrainingEvent]]) -> None:
    folder, _ = run
    with np.load(folder / "model" / "weights.npz", allow_pickle=False) as weights:
        assert weights["conv1/kernel"].shape == (5, 5, 1, 4)
        assert weights["logits/bias"].shape == (11,)


def test_figures_of_card_are_of_unseen_writers(
    run: tuple[Path, list[TrainingEvent]], folders: DataFolders, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = run
    add_figures(folder / "model", folders)
    card = json.loads((folder / "model" / "card.json").read_text(encoding="utf-8"))
    mnist, pendigits, unipen = card["figures"]
    assert (mnist["data"], mnist["count"]) == ("mnist.npz", 40)
    # Two of ten writers are in the test part; each wrote ten digits and, in UNIPEN, three letters.
    assert pendigits["count"] == 20
    assert unipen["count"] == 20
    assert unipen["other"]["count"] == 6
    assert unipen["other"]["without_look_alikes"]["count"] == 4
    assert np.array(pendigits["confusion"]).sum() == 20
    assert pendigits["writers"] == "never seen in training"
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_model_that_is_renamed_while_it_is_measured_keeps_its_title(
    run: tuple[Path, list[TrainingEvent]],
    folders: DataFolders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = tmp_path / "model"
    copy_model(run[0] / "model", model)
    measure = evaluate.evaluate

    def rename_and_measure(*args: Any) -> dict[str, Any]:
        write_card(model, replace(read_card(model), title="Renamed"))
        return measure(*args)

    monkeypatch.setattr(evaluate, "evaluate", rename_and_measure)
    add_figures(model, folders)
    card = read_card(model)
    assert (card.title, len(card.figures)) == ("Renamed", 3)


@pytest.mark.parametrize("average_momentum", [0.0, 0.999])
def test_validation_follows_the_training_if_an_epoch_has_few_batches(
    folders: DataFolders, tmp_path: Path, average_momentum: float
) -> None:
    recipe = Recipe(
        data=(DataPart("uci-digits"),),
        layers=convolutional(6, 8, 8, 0.0),
        fitting=Fitting(epochs=6, batch_size=128, average_momentum=average_momentum),
        schedule=Schedule("one-cycle", rate=0.02),
        keeping=Keeping(weights="last"),
    )
    record = train(recipe, RunFolder(tmp_path / "run"), folders, ignore, RunControl())
    history = RunFolder(tmp_path / "run").history()
    assert history.batches_per_epoch == 10
    assert history.epochs[-1]["accuracy"] > 0.9
    assert history.epochs[-1]["val_accuracy"] > 0.9
    assert record.figures["test_accuracy"] > 0.9


def test_stop_while_data_is_prepared_leaves_no_folder(
    folders: DataFolders, small_recipe: Recipe, tmp_path: Path
) -> None:
    control = RunControl()
    control.stop()
    with pytest.raises(Stopped):
        train(small_recipe, RunFolder(tmp_path / "none"), folders, ignore, control)
    assert list(tmp_path.iterdir()) == []


def test_training_ends_with_a_reason_if_its_folder_is_moved(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    run, elsewhere = RunFolder(tmp_path / "run"), RunFolder(tmp_path / "elsewhere")

    def move(event: TrainingEvent) -> None:
        if isinstance(event, BatchEnded) and run.path.exists():
            run.path.rename(elsewhere.path)

    with pytest.raises(UserError, match="The folder of the run run was deleted or moved"):
        train(plain_recipe, run, folders, move, RunControl())
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]
    assert elsewhere.record().is_in_first_epoch


def test_stopped_run_is_measured_with_as_many_samples_as_time_allows(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.training.train._BLOCK", 10)
    monkeypatch.setattr("desktop_app.training.train._MEASURING", 0.0)
    dataset = build_dataset(plain_recipe, folders, ignore, never)
    measured = []
    for stops in (False, True):
        control = RunControl()

        def emit(event: TrainingEvent, control: RunControl = control, stops: bool = stops) -> None:
            if stops and isinstance(event, EpochEnded):
                control.stop()

        folder = tmp_path / f"{stops}"
        record = train(plain_recipe, RunFolder(folder), folders, emit, control)
        answers = read_answers(folder / "test.npz")
        right = answers.probabilities.argmax(axis=1) == answers.classes
        assert record.figures["test_accuracy"] == pytest.approx(right.mean())
        measured.append(answers)
    whole, some = measured
    np.testing.assert_array_equal(whole.inputs, dataset.test.inputs)
    assert len(some) == 10
    # A random part, not the first samples.
    found = [np.flatnonzero((dataset.test.inputs == image).all(axis=(1, 2, 3)))[0] for image in some.inputs]
    assert max(found) >= 10
    np.testing.assert_array_equal(dataset.test.targets[found], some.classes)


def test_run_can_be_cancelled_while_it_is_measured(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    control = RunControl()

    def emit(event: TrainingEvent) -> None:
        if isinstance(event, PreparationProgress) and str(event.text) == "Measuring":
            control.cancel()

    with pytest.raises(Stopped):
        train(plain_recipe, RunFolder(tmp_path / "run"), folders, emit, control)
    assert list(tmp_path.iterdir()) == []


def test_recalibration_computes_statistics_of_the_samples(folders: DataFolders, small_recipe: Recipe) -> None:
    import keras

    dataset = build_dataset(small_recipe, folders, ignore, never)
    training = dataset.training
    recipe = replace(small_recipe, fitting=replace(small_recipe.fitting, recalibration_batches=150))
    model = new_network(recipe)
    momentum = model.get_layer("norm1").momentum
    rows = np.arange(len(training))
    settings = loop_settings(recipe)
    recalibrate(model, training, rows, dataset.validation, settings, augment=None, should_stop=never)
    before = keras.Model(model.inputs, model.get_layer("pool1").output)
    mean = predict(before, training.inputs).mean(axis=(0, 1, 2))
    np.testing.assert_allclose(model.get_layer("norm1").moving_mean, mean, atol=0.02)
    assert model.get_layer("norm1").momentum == momentum


@pytest.mark.parametrize("is_better", [True, False])
def test_recalibration_with_augmentation_is_kept_if_the_validation_loss_is_lower(
    folders: DataFolders, small_recipe: Recipe, is_better: bool
) -> None:
    dataset = build_dataset(small_recipe, folders, ignore, never)
    recipe = replace(small_recipe, fitting=replace(small_recipe.fitting, recalibration_batches=4))
    settings, rows = loop_settings(recipe), np.arange(len(dataset.training))

    def invert(inputs: Any, targets: Any, _strength: Any, _rng: Any) -> tuple[Any, Any]:
        return 1 - inputs, targets

    def images(samples: Samples, is_inverted: bool) -> Samples:
        return replace(samples, inputs=255 - samples.inputs) if is_inverted else samples

    # A network is better with statistics of images like those that it is validated on.
    model = new_network(recipe)
    training, validation = dataset.training, images(dataset.validation, is_better)
    compute_statistics(model, images(training, is_better), rows, settings, None, never)
    expected = model.get_layer("norm1").moving_mean.numpy()
    head = model.layers[-2] if not model.layers[-1].weights else model.layers[-1]
    kernel = np.linalg.lstsq(features(model, head, validation), one_hot(validation), rcond=None)[0]
    head.set_weights([20 * kernel, np.zeros(kernel.shape[1], np.float32)])
    recalibrate(model, training, rows, validation, settings, augment=invert, should_stop=never)
    np.testing.assert_allclose(model.get_layer("norm1").moving_mean, expected, atol=1e-5)


def features(model: Any, head: Any, samples: Samples) -> NDArray[np.float32]:
    """Return the inputs of the last dense layer."""
    import keras

    return predict(keras.Model(model.inputs, head.input), samples.inputs)


def one_hot(samples: Samples) -> NDArray[np.float32]:
    encoded: NDArray[np.float32] = np.eye(11, dtype=np.float32)[samples.targets]
    return encoded
