"""Tests of the TensorBoard log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from desktop_app.core.errors import UserError
from desktop_app.training.tensorboard_log import histogram, tensorboard_callback


@dataclass(frozen=True)
class Logged:
    """A value in a log."""

    step: int
    tag: str
    plugin: str
    value: Any


@pytest.fixture(autouse=True)
def _many_short_runs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Hide TensorFlow's warning about many short runs in one process."""
    with caplog.at_level(logging.WARNING, "tensorflow"):
        yield


def read_log(folder: Path) -> list[Logged]:
    """Read all values of a log, in order; TensorFlow verifies the checksums."""
    values = []
    for file in sorted(folder.glob("events*")):
        for record in tf.data.TFRecordDataset(str(file)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                plugin = value.metadata.plugin_data.plugin_name
                values.append(Logged(event.step, value.tag, plugin, tf.make_ndarray(value.tensor)))
    return values


def trained(folder: Path, epochs: int, first: int = 0) -> tuple[keras.Model, dict[str, list[float]]]:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Dense(3, activation="softmax", name="out")]
    )
    model.compile(keras.optimizers.SGD(0.5), "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 4)).astype(np.float32), np.eye(3, dtype=np.float32)[rng.integers(0, 3, 20)]
    history = model.fit(
        x,
        y,
        epochs=epochs,
        initial_epoch=first,
        validation_data=(x[:5], y[:5]),
        callbacks=[tensorboard_callback(folder)],
        verbose=0,
    )
    return model, history.history


def test_each_epoch_is_logged(tmp_path: Path) -> None:
    model, history = trained(tmp_path / "log", 3)
    log = read_log(tmp_path / "log" / "train")
    losses = [each for each in log if each.tag == "epoch_loss"]
    assert [each.step for each in losses] == [0, 1, 2]
    assert [float(each.value) for each in losses] == pytest.approx(history["loss"], rel=1e-6)
    assert {each.plugin for each in losses} == {"scalars"}
    rates = [float(each.value) for each in log if each.tag == "epoch_learning_rate"]
    assert rates == [0.5, 0.5, 0.5]
    validation = [each for each in read_log(tmp_path / "log" / "validation") if each.tag == "epoch_accuracy"]
    assert [float(each.value) for each in validation] == pytest.approx(history["val_accuracy"], rel=1e-6)
    kernels = [each for each in log if each.tag == "out/kernel"]
    assert {each.plugin for each in kernels} == {"histograms"}
    assert [each.value[:, 2].sum() for each in kernels] == [12, 12, 12]
    assert kernels[-1].value[0, 0] == pytest.approx(np.asarray(model.weights[0]).min(), abs=1e-6)


def test_network_is_logged(tmp_path: Path) -> None:
    model, _ = trained(tmp_path, 1)
    (network,) = [each for each in read_log(tmp_path / "train") if each.plugin == "graph_keras_model"]
    assert network.value.item().decode() == model.to_json()


def test_resumed_run_appends_to_its_log(tmp_path: Path) -> None:
    trained(tmp_path, 1)
    trained(tmp_path, 3, first=1)
    steps = [each.step for each in read_log(tmp_path / "train") if each.tag == "epoch_loss"]
    assert sorted(steps) == [0, 1, 2]


def test_log_that_cannot_be_written_raises_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="log cannot be written: a part of its path is not a folder"):
        trained(tmp_path / "file" / "log", 1)


@given(arrays(np.float32, st.integers(0, 40), elements=st.floats(width=32)))
def test_histogram_counts_each_finite_value_once(values: Any) -> None:
    buckets = histogram(values)
    finite = values[np.isfinite(values)]
    assert buckets.dtype == np.float64
    assert buckets.shape == ((30, 3) if len(finite) else (0, 3))
    assert buckets[:, 2].sum() == len(finite)
    assert (buckets[:, 0] <= buckets[:, 1]).all()
