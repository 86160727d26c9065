"""Tests of runs that are stopped, suspended, resumed, cancelled or killed."""

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
from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.paths import temporary_dir
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.core.temporary import remove_abandoned
from desktop_app.data.dataset import build_dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.runs.checkpoint import read_checkpoint
from desktop_app.runs.recipe import Fitting, Keeping, Recipe, Schedule, write_recipe
from desktop_app.runs.resuming import create_resumed_run
from desktop_app.runs.run_folder import BEST, LAST, RunFolder
from desktop_app.runs.run_store import interrupted_runs
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
    WeightSnapshot,
)
from desktop_app.runs.zoo.characters import convolutional
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.training import fit, precision
from desktop_app.training.compiled_network import compile_network
from desktop_app.training.fit import loop_settings
from desktop_app.training.loop_settings import LoopSettings
from desktop_app.training.precision import with_fastest_precision
from desktop_app.training.train import train


def with_fitting(recipe: Recipe, **values: Any) -> Recipe:
    return replace(recipe, fitting=replace(recipe.fitting, **values))


class Events(list[TrainingEvent]):
    """Events of a run; calls a function after the event for which a condition is true."""

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


def train_until(batch: object, recipe: Recipe, run: RunFolder, folders: DataFolders) -> None:
    """Train a run until it is suspended after a batch, see `is_batch`."""
    control = RunControl()
    with pytest.raises(Stopped):
        train(recipe, run, folders, Events(batch, control.suspend), control)


def weights_in(folder: Path, file: str = BEST) -> list[np.ndarray]:
    return list(read_checkpoint(folder / file)[0])


def test_stopped_run_keeps_best_weights(folders: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    control = RunControl()
    events = Events(is_batch(3, 2), control.stop)
    record = train(
        with_fitting(plain_recipe, epochs=50), RunFolder(tmp_path / "run"), folders, events, control
    )
    assert (record.state, record.reason, record.epochs) == ("finished", "stopped", 2)
    # No further batch was trained.
    assert (events.batches()[-1].epoch, events.batches()[-1].batch) == (3, 2)
    best = next(event for event in events if isinstance(event, TrainingEnded)).best_epoch
    snapshots = [event for event in events if isinstance(event, WeightSnapshot) and event.epoch == best]
    np.testing.assert_array_equal(snapshots[0].weights["hidden1/kernel"], weights_in(tmp_path / "run")[0])
    assert open_recognizer(tmp_path / "run" / "model").card.title == "Plain · MNIST"


def test_cancelled_run_leaves_no_folder(folders: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    control = RunControl()
    events = Events(is_batch(2, 1), control.cancel)
    with pytest.raises(Stopped):
        train(plain_recipe, RunFolder(tmp_path / "run"), folders, events, control)
    assert list(tmp_path.iterdir()) == []


def test_paused_run_continues(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, clock = RunControl(), time.perf_counter
    counts: list[int] = []

    def pause() -> None:
        control.pause()
        # From another thread, because the thread of the run is waiting.
        threading.Timer(0.2, resume).start()

    def resume() -> None:
        counts.append(len(events))
        # Simulate a long pause.
        monkeypatch.setattr(time, "perf_counter", lambda: clock() + 1e6)
        control.resume()

    events = Events(is_batch(1, 2), pause)
    record = train(
        with_fitting(plain_recipe, epochs=1), RunFolder(tmp_path / "run"), folders, events, control
    )
    assert record.epochs == 1
    assert isinstance(events[counts[0] - 1], BatchEnded)
    assert events[counts[0] - 1] == events.batches()[1]
    # The pause does not count as training time.
    assert 0 < record.seconds == events.epochs()[0].seconds < 1e6
    uninterrupted = Events()
    train(
        with_fitting(plain_recipe, epochs=1),
        RunFolder(tmp_path / "uninterrupted"),
        folders,
        uninterrupted,
        RunControl(),
    )
    assert uninterrupted.epochs()[0].metrics["loss"] == pytest.approx(
        events.epochs()[0].metrics["loss"], rel=1e-5
    )


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
def test_resumed_run_gives_the_result_of_an_uninterrupted_run(
    changed: dict[str, Any], folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(plain_recipe, **changed)
    uninterrupted = Events()
    train(recipe, RunFolder(tmp_path / "uninterrupted"), folders, uninterrupted, RunControl())
    train_until(is_batch(3, 2), recipe, RunFolder(tmp_path / "suspended"), folders)
    (run,) = interrupted_runs(tmp_path)
    assert run.record.epochs == 2
    resumed, new = Events(), RunFolder(tmp_path / "resumed")
    record = train(create_resumed_run(run.folder, new), new, folders, resumed, RunControl(), resume=True)
    assert [event.epoch for event in resumed.epochs()] == [3, 4]
    assert len(new.history().epochs) == record.epochs == 4
    for one, other in zip(uninterrupted.epochs()[2:], resumed.epochs(), strict=True):
        for name in ("loss", "val_loss", "learning_rate"):
            assert other.metrics[name] == pytest.approx(one.metrics[name], rel=1e-4)
    weights = zip(weights_in(tmp_path / "uninterrupted"), weights_in(tmp_path / "resumed"), strict=True)
    for expected, resumed_weights in weights:
        np.testing.assert_allclose(resumed_weights, expected, atol=1e-5)


def test_run_stopped_in_first_epoch_keeps_trained_weights(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    control = RunControl()
    events = Events(is_batch(1, 6), control.stop)
    record = train(plain_recipe, RunFolder(tmp_path / "run"), folders, events, control)
    assert (record.state, record.reason, record.epochs, record.best_epoch) == ("finished", "stopped", 0, 0)
    initial = next(event for event in events if isinstance(event, WeightSnapshot)).weights["hidden1/kernel"]
    assert not np.array_equal(initial, weights_in(tmp_path / "run")[0])


def test_divergence_in_first_epoch_leaves_no_model(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    layers = [Layer("Flatten"), *(Layer("Dense", options={"units": 24}) for _ in range(4))]
    recipe = replace(
        with_fitting(plain_recipe, optimizer="sgd"),
        layers=with_names([*layers, Layer("Dense", "logits", options={"units": CLASSES})]),
        schedule=Schedule(rate=10.0),
    )
    run = RunFolder(tmp_path / "run")
    with pytest.raises(UserError, match="Lower the learning rate"):
        train(recipe, run, folders, Events(), RunControl())
    assert run.record().state == "failed"
    assert not (run.path / "model").exists()


@pytest.mark.parametrize("layer", ["hidden2", "logits"])
def test_nan_weights_end_the_run(
    layer: str, folders: DataFolders, plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models: list[keras.Model] = []

    def compile_and_record(
        build: Callable[[], keras.Model], settings: LoopSettings, batches: int
    ) -> keras.Model:
        models.append(compile_network(build, settings, batches))
        return models[0]

    monkeypatch.setattr(fit, "compile_network", compile_and_record)

    def set_nan() -> None:
        bias = models[0].get_layer(layer).bias
        bias.assign(np.full(bias.shape, np.nan, np.float32))

    events = Events(is_batch(3, 1), set_nan)
    record = train(
        with_fitting(plain_recipe, epochs=9), RunFolder(tmp_path / "run"), folders, events, RunControl()
    )
    assert (record.reason, record.epochs, record.state) == ("not a number", 2, "finished")
    last = events.batches()[-1]
    # On some CPUs the ReLU after hidden2 turns NaN into 0; then it is found at the end of the epoch.
    assert (last.epoch, last.batch) == (3, 2) or (layer == "hidden2" and last.epoch == 3)
    assert all(np.isfinite(array).all() for array in weights_in(tmp_path / "run"))
    assert record.figures["test_accuracy"] > 0.3


def test_steps_per_execution_divides_the_epoch(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    # With ten batches per epoch, four steps are reduced to two.
    single, several = Events(), Events()
    train(plain_recipe, RunFolder(tmp_path / "one"), folders, single, RunControl())
    recipe = with_fitting(plain_recipe, steps_per_execution=4)
    train(recipe, RunFolder(tmp_path / "four"), folders, several, RunControl())
    assert [event.batch for event in several.batches() if event.epoch == 1] == [2, 4, 6, 8, 10]
    for one, other in zip(single.epochs(), several.epochs(), strict=True):
        assert other.metrics["loss"] == pytest.approx(one.metrics["loss"], rel=1e-5)


def test_strided_convolution_learns_like_pooling_and_convolution(plain_recipe: Recipe) -> None:
    """oneDNN computes a wrong gradient of strided 1x1 convolutions with few channels."""

    def network(*layers: keras.Layer) -> keras.Model:
        keras.utils.set_random_seed(1)
        flat = [keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
        return keras.Sequential([keras.Input((9, 9, 4)), *layers, *flat])

    def strided() -> keras.Model:
        return network(keras.layers.Conv2D(8, 1, strides=2, padding="same"))

    def pooled() -> keras.Model:
        return network(keras.layers.MaxPooling2D(1, strides=2), keras.layers.Conv2D(8, 1))

    rng = np.random.default_rng(2)
    inputs = rng.random((48, 9, 9, 4), dtype=np.float32)
    classes = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 48)]
    start, learned = strided().get_weights(), []
    for build in (strided, pooled):
        model = compile_network(build, loop_settings(plain_recipe), 3)
        model.set_weights(start)
        for _ in range(6):
            model.train_on_batch(inputs, classes)
        learned.append(model.get_weights())
    for one, other in zip(*learned, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_patience_stops_the_run(folders: DataFolders, plain_recipe: Recipe, tmp_path: Path) -> None:
    # The rate is so low that no later epoch is better.
    recipe = replace(
        with_fitting(plain_recipe, epochs=60),
        keeping=Keeping(monitor="val_accuracy", patience=2, every_epoch=True),
        schedule=Schedule(rate=1e-9),
    )
    events = Events()
    record = train(recipe, RunFolder(tmp_path / "run"), folders, events, RunControl())
    assert (record.reason, record.epochs, record.best_epoch) == ("patience", 3, 1)
    assert [(event.is_kept, event.patience_used) for event in events.epochs()] == [
        (True, 0),
        (False, 1),
        (False, 2),
    ]
    epochs = sorted(path.name for path in (tmp_path / "run" / "epochs").iterdir())
    assert epochs == ["epoch-001.keras", "epoch-002.keras", "epoch-003.keras"]


def test_every_epoch_is_kept_so_far_where_the_last_weights_are_kept(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    # The rate is so low that no later epoch is better.
    recipe = replace(
        with_fitting(plain_recipe, epochs=3),
        keeping=Keeping(monitor="val_accuracy", weights="last"),
        schedule=Schedule(rate=1e-9),
    )
    events = Events()
    record = train(recipe, RunFolder(tmp_path / "run"), folders, events, RunControl())
    assert [event.is_kept for event in events.epochs()] == [True, True, True]
    assert record.best_epoch == 3


def test_plateau_schedule_reduces_the_learning_rate(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(
        with_fitting(plain_recipe, epochs=4),
        keeping=Keeping(monitor="val_accuracy"),
        schedule=Schedule("plateau", rate=1e-9, every=1, factor=0.5, minimum=0.3e-9),
    )
    events = Events()
    train(recipe, RunFolder(tmp_path / "run"), folders, events, RunControl())
    rates = [event.metrics["learning_rate"] for event in events.epochs()]
    # The first epoch is the best; the rate is reduced after each later one, down to the minimum.
    assert rates == pytest.approx([1e-9, 1e-9, 0.5e-9, 0.3e-9], rel=1e-3)


def test_run_with_variants_of_augmented_ink(
    folders: DataFolders, small_recipe: Recipe, tmp_path: Path
) -> None:
    recipe = replace(
        small_recipe, image_augmentation=None, ink_augmentation=InkAugmentation(variants=2, repeats=1)
    )
    events = Events()
    train(recipe, RunFolder(tmp_path / "run"), folders, events, RunControl())
    assert len(events.epochs()) == 2


def test_run_suspended_in_first_epoch_starts_again(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    train_until(is_batch(1, 1), plain_recipe, RunFolder(tmp_path / "run"), folders)
    (run,) = interrupted_runs(tmp_path)
    events, new = Events(), RunFolder(tmp_path / "new")
    record = train(create_resumed_run(run.folder, new), new, folders, events, RunControl(), resume=True)
    assert [event.epoch for event in events.epochs()] == [1, 2, 3]
    assert (record.state, record.epochs) == ("finished", 3)


def test_damaged_checkpoint_raises_user_error(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    train_until(is_batch(2, 1), plain_recipe, RunFolder(tmp_path / "run"), folders)
    path = tmp_path / "run" / LAST
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UserError, match="damaged"):
        create_resumed_run(RunFolder(tmp_path / "run"), RunFolder(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_checkpoint_of_another_network_raises_user_error(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:
    run = RunFolder(tmp_path / "run")
    train_until(is_batch(2, 1), plain_recipe, run, folders)
    other = replace(plain_recipe, layers=convolutional(2, 2, 2, 0.0))
    with pytest.raises(UserError, match="another network"):
        train(other, run, folders, Events(), RunControl(), resume=True)
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


def emit(event):
    if isinstance(event, BatchEnded) and (event.epoch, event.batch) == (3, 1):
        print("now", flush=True)
        sys.stdin.read()


train(read_recipe(recipe), RunFolder(run), DataFolders(data, data), emit, RunControl())
"""


def remaining(folder: Path) -> list[Path]:
    """Files in a folder after abandoned ones, of any age, were removed."""
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    remove_abandoned(folder)
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_killed_run_loses_no_complete_epoch(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path
) -> None:

    assert folders.folder is not None
    (tmp_path / "system").mkdir()
    write_recipe(plain_recipe, tmp_path / "recipe.json")
    arguments = [tmp_path / "recipe.json", folders.folder, tmp_path / "runs" / "killed"]
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path / "system")},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"now\n"
        while_running = interrupted_runs(tmp_path / "runs")
        generated = remaining(temporary_dir())
        child.send_signal(signal.SIGKILL)
    assert while_running == ()
    # What TensorFlow leaves behind is removed at the next start.
    assert any(path.suffix == ".py" for path in generated)
    assert remaining(tmp_path / "system") == []
    assert remaining(temporary_dir()) == []
    (run,) = interrupted_runs(tmp_path / "runs")
    assert run.record.epochs == 2
    new = RunFolder(tmp_path / "runs" / "again")
    events = Events()
    record = train(create_resumed_run(run.folder, new), new, folders, events, RunControl(), resume=True)
    assert [event.epoch for event in events.epochs()] == [3]
    assert (record.state, record.epochs) == ("finished", 3)


# --------------------------------------------------------------------------------------- precision


def timed(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> list[str]:
    """Replace the durations of training steps; return the precisions that are timed."""
    names: list[str] = []

    def step_seconds(_build: object, settings: LoopSettings, _samples: object) -> float:
        names.append(settings.precision)
        return seconds[settings.precision]

    monkeypatch.setattr(precision, "step_seconds", step_seconds)
    return names


@pytest.mark.parametrize(
    ("seconds", "chosen"), [(0.8, "mixed_bfloat16"), (0.9, "float32"), (12.0, "float32")]
)
def test_automatic_precision_is_the_clearly_fastest(
    folders: DataFolders,
    plain_recipe: Recipe,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    chosen: str,
) -> None:
    timed(monkeypatch, float32=1.0, mixed_bfloat16=seconds)
    recipe, run, events = (
        with_fitting(plain_recipe, precision="auto", epochs=1),
        RunFolder(tmp_path),
        Events(),
    )
    record = train(recipe, run, folders, events, RunControl())
    assert record.precision == chosen
    assert run.recipe().fitting.precision == "auto"
    started = next(event for event in events if isinstance(event, TrainingStarted))
    assert started.precision == chosen
    explicit = RunFolder(tmp_path / "explicit")
    train(with_fitting(recipe, precision=chosen), explicit, folders, Events(), RunControl())
    for weights, others in zip(weights_in(run.path), weights_in(explicit.path), strict=True):
        np.testing.assert_allclose(weights, others, atol=1e-5)


@pytest.mark.parametrize("labels", ["1023456789", "012"])
def test_run_whose_recipe_has_other_labels_than_its_checkpoint_is_not_resumed(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path, labels: str
) -> None:
    train_until(is_batch(2, 1), plain_recipe, RunFolder(tmp_path / "run"), folders)
    (run,) = interrupted_runs(tmp_path)
    changed = replace(plain_recipe, task=replace(plain_recipe.task, labels=tuple(labels)))
    write_recipe(changed, run.folder.path / "recipe.json")
    new = RunFolder(tmp_path / "new")
    with pytest.raises(UserError, match="trained with other labels than those of its recipe"):
        train(create_resumed_run(run.folder, new), new, folders, Events(), RunControl(), resume=True)


def test_resumed_run_keeps_its_precision(
    folders: DataFolders, plain_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = timed(monkeypatch, float32=1.0, mixed_bfloat16=0.5)
    recipe = with_fitting(plain_recipe, precision="auto", epochs=2)
    train_until(is_batch(2, 1), recipe, RunFolder(tmp_path / "run"), folders)
    assert names == ["float32", "mixed_bfloat16"]
    timed(monkeypatch, float32=0.5, mixed_bfloat16=1.0)
    (suspended,) = interrupted_runs(tmp_path)
    new = RunFolder(tmp_path / "new")
    resumed = create_resumed_run(suspended.folder, new)
    record = train(resumed, new, folders, Events(), RunControl(), resume=True)
    assert (record.epochs, record.precision) == (2, "mixed_bfloat16")


def test_real_steps_are_timed(plain_recipe: Recipe, folders: DataFolders) -> None:
    samples = build_dataset(plain_recipe, folders, lambda _: None, lambda: False).training
    settings = loop_settings(with_fitting(plain_recipe, precision="auto", steps_per_execution=5))
    chosen = with_fastest_precision(lambda: fit.new_network(plain_recipe), settings, samples)
    assert chosen.precision in ("float32", "mixed_bfloat16")
    assert chosen == replace(settings, precision=chosen.precision)
