"""Tests of the training of a line network."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.line_samples import FULL, LineSamples
from desktop_app.lines.line_image import line_image
from desktop_app.training.fit_line_network import (
    CHECKPOINT,
    LineEpoch,
    LineSettings,
    best_labels,
    fit_line_network,
    prepare_run,
)
from tests.synthetic_numbers import number

TEXTS = "17", "71", "4", "0", "470", "14", "77", "01"
LABELS = "0147"


def lines() -> LineSamples:
    images = [line_image(number(text)) for text in TEXTS]
    pixels = [np.rint(image * FULL).astype(np.int8) for image in images if image is not None]
    return LineSamples(tuple(pixels), tuple(tuple(map(LABELS.index, text)) for text in TEXTS))


class Epochs:
    """Records epochs, and stops after one of them."""

    def __init__(self, stop_after: int = 0) -> None:
        self.events: list[LineEpoch] = []
        self._stop_after = stop_after

    def should_stop(self) -> bool:
        return bool(self._stop_after) and len(self.events) == self._stop_after


def train(run, epochs=4, *, stop_after=0, validation=None, identity=b"i" * 32) -> tuple[keras.Model, Epochs]:
    found, samples = Epochs(stop_after), lines()
    settings = LineSettings(len(LABELS) + 1, epochs, seed=3, identity=identity)
    held_out = samples if validation is None else validation
    model = fit_line_network(samples, held_out, settings, run, found.events.append, found.should_stop)
    return model, found


def test_few_steps_lower_the_loss(tmp_path):
    _, found = train(tmp_path / "run", epochs=10)
    losses = [event.loss for event in found.events]
    assert losses[-1] < losses[0] / 2
    assert [event.epoch for event in found.events] == list(range(1, 11))
    assert all(event.accuracy is not None and 0 <= event.accuracy <= 1 for event in found.events)


def test_resumed_training_gives_the_same_weights(tmp_path):
    unbroken, all_epochs = train(tmp_path / "unbroken")
    with pytest.raises(Stopped):
        train(tmp_path / "stopped", stop_after=2)
    resumed, later = train(tmp_path / "stopped")
    assert [event.epoch for event in later.events] == [3, 4]
    assert [event.loss for event in later.events] == [event.loss for event in all_epochs.events[2:]]
    for one, other in zip(resumed.get_weights(), unbroken.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_checkpoint_of_another_training_is_refused(tmp_path):
    train(tmp_path, epochs=1, validation=LineSamples((), ()))
    before = (tmp_path / CHECKPOINT).read_bytes()
    with pytest.raises(UserError, match="belongs to another training; choose another one"):
        prepare_run(tmp_path, b"j" * 32)
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_run_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "run").write_bytes(b"")
    with pytest.raises(UserError, match=re.escape("The folder run cannot be made")):
        prepare_run(tmp_path / "run", b"i" * 32)


def test_without_validation_lines_there_is_no_accuracy(tmp_path):
    _, found = train(tmp_path, epochs=1, validation=LineSamples((), ()))
    assert found.events[0].accuracy is None


def test_repeated_labels_of_neighbouring_columns_count_once():
    columns = np.eye(3, dtype=np.float32)[[2, 0, 0, 2, 0, 1, 1, 2]]
    assert best_labels(columns) == (0, 0, 1)
    assert best_labels(columns[:1]) == ()
