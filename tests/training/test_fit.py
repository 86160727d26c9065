"""Runs that end early, go on, or are broken off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.runs.checkpoint import read_checkpoint
from desktop_app.runs.recipe import Fitting, Keeping, Recipe, Schedule
from desktop_app.runs.run_folder import BEST, LAST, RunFolder
from desktop_app.runs.run_store import interrupted, resume_from
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    TrainingEnded,
    TrainingEvent,
    WeightSnapshot,
)
from desktop_app.runs.zoo import convolutional
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.training import fit
from desktop_app.training.fit import loop_settings
from desktop_app.training.loop import Settings, compiled
from desktop_app.training.train import train


def fitted(recipe: Recipe, **values: object) -> Recipe:
    return replace(recipe, fitting=replace(recipe.fitting, **values))  # type: ignore[arg-type]


class Told(list[TrainingEvent]):
    """What a run has told; does something when a wanted event comes."""

    def __init__(self, when: object = None, then: object = None) -> None:
        super().__init__()
        self._when, self._then = when, then

    def __call__(self, event: TrainingEvent) -> None:
        self.append(event)
        if callable(self._when) and callable(self._then) and self._when(event):
            self._then()

    def epochs(self) -> list[EpochEnded]:
        return [event for event in self if isinstance(event, EpochEnded)]

    def batches(self) -> list[BatchEnded]:
        return [event for event in self if isinstance(event, BatchEnded)]


def is_batch(epoch: int, batch: int) -> object:
    return lambda event: isinstance(event, BatchEnded) and (event.epoch, event.batch) == (epoch, batch)


def weights_in(folder: Path, file: str = BEST) -> list[np.ndarray]:
    return list(read_checkpoint(folder / file)[0])


def test_a_stopped_run_keeps_its_best(places: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    control = RunControl()
    told = Told(is_batch(3, 2), control.stop)
    record = train(fitted(plain_recipe, epochs=50), RunFolder(tmp_path / "run"), places, told, control)
    assert (record.state, record.reason, record.epochs) == ("finished", "stopped", 2)
    # Not one batch more was learned.
    assert (told.batches()[-1].epoch, told.batches()[-1].batch) == (3, 2)
    best = next(event for event in told if isinstance(event, TrainingEnded)).best_epoch
    kept = [event for event in told if isinstance(event, WeightSnapshot) and event.epoch == best]
    np.testing.assert_array_equal(kept[0].weights["hidden1/kernel"], weights_in(tmp_path / "run")[0])
    assert open_recognizer(tmp_path / "run" / "model").card.title == "Plain"


def test_a_cancelled_run_leaves_nothing(places: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    control = RunControl()
    told = Told(is_batch(2, 1), control.cancel)
    with pytest.raises(Stopped):
        train(plain_recipe, RunFolder(tmp_path / "run"), places, told, control)
    assert list(tmp_path.iterdir()) == []


def test_a_paused_run_goes_on_where_it_was(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, clock = RunControl(), time.perf_counter
    held: list[int] = []

    def pause() -> None:
        control.pause()
        # From another thread, as a click would: the run's own waits.
        threading.Timer(0.2, go_on).start()

    def go_on() -> None:
        held.append(len(told))
        # The pause was longer than any epoch.
        monkeypatch.setattr(time, "perf_counter", lambda: clock() + 1e6)
        control.resume()

    told = Told(is_batch(1, 2), pause)
    record = train(fitted(plain_recipe, epochs=1), RunFolder(tmp_path / "run"), places, told, control)
    assert record.epochs == 1
    assert isinstance(told[held[0] - 1], BatchEnded)
    assert told[held[0] - 1] == told.batches()[1]
    # The pause is no time of learning.
    assert 0 < record.seconds == told.epochs()[0].seconds < 1e6
    whole = Told()
    train(fitted(plain_recipe, epochs=1), RunFolder(tmp_path / "whole"), places, whole, RunControl())
    assert whole.epochs()[0].metrics["loss"] == pytest.approx(told.epochs()[0].metrics["loss"], rel=1e-5)


@pytest.mark.parametrize(
    "changed",
    [
        {"fitting": Fitting(epochs=4, batch_size=50, optimizer="adam")},
        {"fitting": Fitting(epochs=4, batch_size=50, optimizer="sgd", average_momentum=0.9)},
        {
            "fitting": Fitting(epochs=4, batch_size=50),
            "schedule": Schedule("plateau", rate=0.01, every=1, factor=0.5),
        },
    ],
)
def test_a_run_that_goes_on_ends_as_if_it_had_never_ended(
    changed: dict[str, object], places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(plain_recipe, **changed)  # type: ignore[arg-type]
    whole = Told()
    train(recipe, RunFolder(tmp_path / "whole"), places, whole, RunControl())
    control = RunControl()
    with pytest.raises(Stopped):
        train(recipe, RunFolder(tmp_path / "broken"), places, Told(is_batch(3, 2), control.suspend), control)
    (run,) = interrupted(tmp_path)
    assert run.record.epochs == 2
    again, new = Told(), RunFolder(tmp_path / "again")
    record = train(resume_from(run.folder, new), new, places, again, RunControl(), resume=True)
    assert [event.epoch for event in again.epochs()] == [3, 4]
    assert len(new.history().epochs) == record.epochs == 4
    for one, other in zip(whole.epochs()[2:], again.epochs(), strict=True):
        for name in ("loss", "val_loss", "learning_rate"):
            assert other.metrics[name] == pytest.approx(one.metrics[name], rel=1e-4)
    weights = zip(weights_in(tmp_path / "whole"), weights_in(tmp_path / "again"), strict=True)
    for before, after in weights:
        np.testing.assert_allclose(before, after, atol=1e-5)


def test_who_stops_in_the_first_epoch_keeps_what_was_learned(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    control = RunControl()
    told = Told(is_batch(1, 6), control.stop)
    record = train(plain_recipe, RunFolder(tmp_path / "run"), places, told, control)
    assert (record.state, record.reason, record.epochs, record.best_epoch) == ("finished", "stopped", 0, 0)
    begun = next(event for event in told if isinstance(event, WeightSnapshot)).weights["hidden1/kernel"]
    assert not np.array_equal(begun, weights_in(tmp_path / "run")[0])


def test_a_loss_that_is_no_number_from_the_beginning_leaves_no_model(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    layers = [Layer("Flatten"), *(Layer("Dense", options={"units": 24}) for _ in range(4))]
    wild = replace(
        fitted(plain_recipe, optimizer="sgd"),
        layers=with_names([*layers, Layer("Dense", "logits", options={"units": CLASSES})]),
        schedule=Schedule(rate=10.0),
    )
    run = RunFolder(tmp_path / "run")
    with pytest.raises(UserError, match="smaller learning rate"):
        train(wild, run, places, Told(), RunControl())
    assert run.record().state == "failed"
    assert not (run.path / "model").exists()


@pytest.mark.parametrize("layer", ["hidden2", "logits"])
def test_weights_that_are_no_numbers_end_the_run(
    layer: str, places: DataFolders, plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models: list[keras.Model] = []

    def noted(new_network: Callable[[], keras.Model], settings: Settings, batches: int) -> keras.Model:
        models.append(compiled(new_network, settings, batches))
        return models[0]

    monkeypatch.setattr(fit, "compiled", noted)

    def spoil() -> None:
        bias = models[0].get_layer(layer).bias
        bias.assign(np.full(bias.shape, np.nan, np.float32))

    told = Told(is_batch(3, 1), spoil)
    record = train(fitted(plain_recipe, epochs=9), RunFolder(tmp_path / "run"), places, told, RunControl())
    assert (record.reason, record.epochs, record.state) == ("not a number", 2, "finished")
    last = told.batches()[-1]
    # Behind hidden2 is a ReLU, of which some processors make 0: there only the epoch's end tells.
    assert (last.epoch, last.batch) == (3, 2) or (layer == "hidden2" and last.epoch == 3)
    assert all(np.isfinite(array).all() for array in weights_in(tmp_path / "run"))
    assert record.figures["test_accuracy"] > 0.3


def test_epochs_end_where_they_end_however_many_batches_are_taken_at_once(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    # Ten batches an epoch: four at once do not divide it, two do.
    one_by_one, at_once = Told(), Told()
    train(plain_recipe, RunFolder(tmp_path / "one"), places, one_by_one, RunControl())
    recipe = fitted(plain_recipe, steps_per_execution=4)
    train(recipe, RunFolder(tmp_path / "four"), places, at_once, RunControl())
    assert [event.batch for event in at_once.batches() if event.epoch == 1] == [2, 4, 6, 8, 10]
    for one, other in zip(one_by_one.epochs(), at_once.epochs(), strict=True):
        assert other.metrics["loss"] == pytest.approx(one.metrics["loss"], rel=1e-5)


def test_a_convolution_that_skips_places_learns_as_one_behind_a_pool_that_does(plain_recipe: Recipe) -> None:
    """With few channels this used to write beyond its memory, and its gradient was wrong."""

    def network(*layers: keras.Layer) -> keras.Model:
        keras.utils.set_random_seed(1)
        flat = [keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
        return keras.Sequential([keras.Input((9, 9, 4)), *layers, *flat])

    def skipping() -> keras.Model:
        return network(keras.layers.Conv2D(8, 1, strides=2, padding="same"))

    def pooled() -> keras.Model:
        return network(keras.layers.MaxPooling2D(1, strides=2), keras.layers.Conv2D(8, 1))

    rng = np.random.default_rng(2)
    inputs = rng.random((48, 9, 9, 4), dtype=np.float32)
    classes = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 48)]
    start, learned = skipping().get_weights(), []
    for new_network in (skipping, pooled):
        model = compiled(new_network, loop_settings(plain_recipe), 3)
        model.set_weights(start)
        for _ in range(6):
            model.train_on_batch(inputs, classes)
        learned.append(model.get_weights())
    for one, other in zip(*learned, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_patience_ends_a_run(places: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    # Too slow a rate for the loss to be any better by more than rounding: never the best again.
    recipe = replace(
        fitted(plain_recipe, epochs=60),
        keeping=Keeping(monitor="val_accuracy", patience=2, every_epoch=True),
        schedule=Schedule(rate=1e-9),
    )
    told = Told()
    record = train(recipe, RunFolder(tmp_path / "run"), places, told, RunControl())
    assert (record.reason, record.epochs, record.best_epoch) == ("patience", 3, 1)
    assert [(event.is_best, event.patience_used) for event in told.epochs()] == [
        (True, 0),
        (False, 1),
        (False, 2),
    ]
    epochs = sorted(path.name for path in (tmp_path / "run" / "epochs").iterdir())
    assert epochs == ["epoch-001.keras", "epoch-002.keras", "epoch-003.keras"]


def test_a_plateau_lowers_the_learning_rate(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(
        fitted(plain_recipe, epochs=4),
        keeping=Keeping(monitor="val_accuracy"),
        schedule=Schedule("plateau", rate=1e-9, every=1, factor=0.5),
    )
    told = Told()
    train(recipe, RunFolder(tmp_path / "run"), places, told, RunControl())
    rates = [event.metrics["learning_rate"] for event in told.epochs()]
    # The first epoch is the best; from the second on every one has waited long enough.
    assert rates == pytest.approx([1e-9, 1e-9, 0.5e-9, 0.25e-9], rel=1e-3)


def test_ink_is_drawn_anew_for_each_variant(
    places: DataFolders, small_recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(
        small_recipe, image_augmentation=None, ink_augmentation=InkAugmentation(variants=2, repeats=1)
    )
    told = Told()
    train(recipe, RunFolder(tmp_path / "run"), places, told, RunControl())
    assert len(told.epochs()) == 2


def test_a_run_that_was_left_in_its_first_epoch_begins_again(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    control = RunControl()
    with pytest.raises(Stopped):
        train(
            plain_recipe, RunFolder(tmp_path / "run"), places, Told(is_batch(1, 1), control.suspend), control
        )
    (run,) = interrupted(tmp_path)
    told, new = Told(), RunFolder(tmp_path / "new")
    record = train(resume_from(run.folder, new), new, places, told, RunControl(), resume=True)
    assert [event.epoch for event in told.epochs()] == [1, 2, 3]
    assert (record.state, record.epochs) == ("finished", 3)


def test_a_damaged_checkpoint_is_refused(places: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    control = RunControl()
    with pytest.raises(Stopped):
        train(
            plain_recipe, RunFolder(tmp_path / "run"), places, Told(is_batch(2, 1), control.suspend), control
        )
    path = tmp_path / "run" / LAST
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UserError, match="damaged"):
        resume_from(RunFolder(tmp_path / "run"), RunFolder(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_checkpoint_of_another_network_is_refused(
    places: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    control = RunControl()
    run = RunFolder(tmp_path / "run")
    with pytest.raises(Stopped):
        train(plain_recipe, run, places, Told(is_batch(2, 1), control.suspend), control)
    other = replace(plain_recipe, layers=convolutional(2, 2, 2, 0.0))
    with pytest.raises(UserError, match="another network"):
        train(other, run, places, Told(), RunControl(), resume=True)
    assert run.record().state == "failed"


_KILLED = """
import sys
from pathlib import Path
from desktop_app.core.run_control import RunControl
from desktop_app.runs.training_events import BatchEnded
from desktop_app.runs.recipe import read_recipe
from desktop_app.runs.run_folder import RunFolder
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.training.train import train

recipe, data, run = map(Path, sys.argv[1:])


def tell(event):
    if isinstance(event, BatchEnded) and (event.epoch, event.batch) == (3, 1):
        print("now", flush=True)
        sys.stdin.read()


train(read_recipe(recipe), RunFolder(run), DataFolders(data, data), tell, RunControl())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_a_killed_run_loses_no_whole_epoch(places: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    from desktop_app.runs.recipe import write_recipe

    assert places.folder is not None
    write_recipe(plain_recipe, tmp_path / "recipe.json")
    arguments = [tmp_path / "recipe.json", places.folder, tmp_path / "runs" / "killed"]
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"now\n"
        held = interrupted(tmp_path / "runs")
        child.send_signal(signal.SIGKILL)
    assert held == ()
    (run,) = interrupted(tmp_path / "runs")
    assert run.record.epochs == 2
    new = RunFolder(tmp_path / "runs" / "again")
    told = Told()
    record = train(resume_from(run.folder, new), new, places, told, RunControl(), resume=True)
    assert [event.epoch for event in told.epochs()] == [3]
    assert (record.state, record.epochs) == ("finished", 3)
