"""One small training from data files to a folder that the reading program opens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.cli.train import add_figures
from desktop_app.core.training_events import BatchDone, EpochDone, Finished, Preparing, TrainingEvent
from desktop_app.imaging.ink_set import read_ink_set
from desktop_app.recognition.recognizer import open_recognizer
from desktop_app.training.architecture import build_network
from desktop_app.training.dataset import Stopped, build_dataset
from desktop_app.training.fit import settle
from desktop_app.training.recipe import Recipe, read_recipe
from desktop_app.training.thresholds import choose_threshold
from desktop_app.training.train import train


@pytest.fixture(scope="module")
def run(
    data_folder: Path, small_recipe: Recipe, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[TrainingEvent]]:
    """The model folder and the events of one whole run."""
    folder = tmp_path_factory.mktemp("models") / "small"
    events: list[TrainingEvent] = []
    train(small_recipe, data_folder, folder, events.append, lambda: False)
    return folder, events


def test_the_run_tells_its_story(run: tuple[Path, list[TrainingEvent]]) -> None:
    folder, events = run
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert isinstance(events[0], Preparing)
    assert [event.epoch for event in epochs] == [1, 2]
    assert epochs[1].metrics["loss"] < epochs[0].metrics["loss"]
    assert {"accuracy", "val_accuracy", "val_loss"} <= epochs[0].metrics.keys()
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert len(batches) == 2 * batches[0].batches
    assert events[-1] == Finished(str(folder), stopped=False)


def test_the_reading_program_opens_the_model(
    run: tuple[Path, list[TrainingEvent]], small_recipe: Recipe
) -> None:
    folder, _ = run
    recognizer = open_recognizer(folder)
    assert recognizer.card.labels == tuple("0123456789")
    assert recognizer.info.layers[0].kind == "InputLayer"
    assert recognizer.info.output == "probabilities"
    assert read_recipe(folder / "recipe.json") == small_recipe


@pytest.mark.parametrize(("architecture", "filters"), [("dense", (12, 8)), ("residual", (4, 8, 8))])
def test_other_architectures_learn_as_well(
    data_folder: Path, small_recipe: Recipe, tmp_path: Path, architecture: str, filters: tuple[int, ...]
) -> None:
    recipe = replace(small_recipe, architecture=architecture, filters=filters)
    events: list[TrainingEvent] = []
    train(recipe, data_folder, tmp_path / "other", events.append, lambda: False)
    first, second = (event.metrics["loss"] for event in events if isinstance(event, EpochDone))
    assert second < first
    assert open_recognizer(tmp_path / "other").info.layer("logits").shape == (11,)


def test_weights_are_kept_by_layer(run: tuple[Path, list[TrainingEvent]]) -> None:
    folder, _ = run
    with np.load(folder / "weights.npz", allow_pickle=False) as weights:
        assert weights["conv1/kernel"].shape == (5, 5, 1, 4)
        assert weights["logits/bias"].shape == (11,)


def test_the_card_is_measured_on_unseen_writers(
    run: tuple[Path, list[TrainingEvent]], data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = run
    add_figures(folder, data_folder)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    mnist, pendigits, unipen = card["figures"]
    assert (mnist["data"], mnist["count"]) == ("mnist.npz", 40)
    # Two of ten writers are kept for testing; each wrote ten digits and, here, three letters.
    assert pendigits["count"] == 20
    assert unipen["count"] == 20
    assert unipen["other"]["count"] == 6
    assert unipen["other"]["without_look_alikes"]["count"] == 4
    assert np.array(pendigits["confusion"]).sum() == 20
    assert pendigits["writers"] == "never seen in training"
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_training_and_test_share_no_writer(data_folder: Path, small_recipe: Recipe) -> None:
    dataset = build_dataset(data_folder, small_recipe, lambda event: None, lambda: False)
    for source in dataset.sources[1:]:
        assert source.writers is not None
        parts = [
            set(part) for part in (source.writers.training, source.writers.validation, source.writers.test)
        ]
        assert not parts[0] & parts[1]
        assert not parts[0] & parts[2]
        assert not parts[1] & parts[2]
        everyone = read_ink_set(data_folder / source.file).writers
        assert set.union(*parts) == set(everyone.tolist())


def test_look_alikes_are_neither_labels_nor_negatives(data_folder: Path, small_recipe: Recipe) -> None:
    recipe = replace(small_recipe, look_alikes=("A", "H", "O"))
    dataset = build_dataset(data_folder, recipe, lambda event: None, lambda: False)
    assert (dataset.validation.classes < 10).all()


def test_preparing_repeats_exactly(data_folder: Path, small_recipe: Recipe) -> None:
    first, again = (
        build_dataset(data_folder, small_recipe, lambda event: None, lambda: False) for _ in range(2)
    )
    np.testing.assert_array_equal(first.epochs[1].inputs, again.epochs[1].inputs)
    assert not np.array_equal(first.epochs[0].inputs, first.epochs[1].inputs)


def test_a_stopped_run_keeps_what_it_learned(data_folder: Path, small_recipe: Recipe, tmp_path: Path) -> None:
    events: list[TrainingEvent] = []

    def stop_in_second_batch() -> bool:
        return any(isinstance(event, BatchDone) and event.batch == 2 for event in events)

    folder = tmp_path / "stopped"
    train(replace(small_recipe, epochs=50), data_folder, folder, events.append, stop_in_second_batch)
    assert events[-1] == Finished(str(folder), stopped=True)
    assert sum(isinstance(event, BatchDone) for event in events) <= 4
    assert open_recognizer(folder).card.title == "Small"


def test_stopping_while_data_is_prepared_writes_nothing(
    data_folder: Path, small_recipe: Recipe, tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        train(small_recipe, data_folder, tmp_path / "none", lambda event: None, lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_settling_takes_the_statistics_of_the_given_samples(data_folder: Path, small_recipe: Recipe) -> None:
    import keras

    samples = build_dataset(data_folder, small_recipe, lambda event: None, lambda: False).epochs[0]
    model = build_network(small_recipe)
    momentum = model.get_layer("norm1").momentum
    settle(model, samples, small_recipe)
    before = keras.Model(model.inputs, model.get_layer("pool1").output)
    seen = np.asarray(before(samples.inputs[..., None].astype(np.float32) / np.float32(255)))
    np.testing.assert_allclose(model.get_layer("norm1").moving_mean, seen.mean(axis=(0, 1, 2)), atol=0.02)
    assert model.get_layer("norm1").momentum == momentum


def test_the_threshold_lets_the_given_share_go() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1.0, 1000).astype(np.float32)
    probabilities = np.stack([sure, (1 - sure) / 2, (1 - sure) / 2], axis=1)
    chosen = choose_threshold(probabilities, np.zeros(1000, np.int64), 0.1)
    assert np.mean(sure < chosen) == pytest.approx(0.1, abs=0.005)
