"""Training of a line network: the loss, the optimizer, averaged weights, and checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.line_samples import LineSamples
from desktop_app.lines.line_columns import LINE_CHANNELS, LINE_HEIGHT
from desktop_app.runs.checkpoint import Arrays, Progress, read_checkpoint, write_checkpoint
from desktop_app.training.line_batches import batch_count, training_batches, validation_batches
from desktop_app.training.line_network import line_network

CHECKPOINT = "line-checkpoint.npz"

_RATE = 3e-3
_LONGEST_WARM_UP = 300
"""Steps in which the learning rate rises, at most a tenth of all."""

_WEIGHT_DECAY = 0.02
_CLIPNORM = 5.0

_AVERAGE = 0.998
"""Momentum of the averaged weights; smaller at the beginning."""


@dataclass(frozen=True)
class LineEpoch:
    """An epoch has ended.

    Attributes:
        epoch: its number, from 1.
        epochs: number of epochs of the training.
        loss: mean CTC loss per character.
        accuracy: share of validation lines that are read exactly; None without validation lines.
        seconds: duration of the training so far.
    """

    epoch: int
    epochs: int
    loss: float
    accuracy: float | None
    seconds: float


EmitEpoch: TypeAlias = Callable[[LineEpoch], None]


@dataclass(frozen=True)
class LineSettings:
    """Settings of the training of a line network.

    Attributes:
        outputs: number of labels, and one for "no label here".
        epochs: number of epochs.
        seed: random seed.
        identity: hash of everything that the training depends on, 32 bytes.
    """

    outputs: int
    epochs: int
    seed: int
    identity: bytes


def prepare_run(run: Path, identity: bytes) -> None:
    """Make the folder of a training, and check that it has no checkpoint of another one.

    Raises:
        UserError: it has, the checkpoint is damaged, or the folder cannot be made.
    """
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            "The folder {name} cannot be made: {reason}; choose another one.",
            name=shown_name(run),
            reason=reason(error),
        ) from error
    if (run / CHECKPOINT).exists():
        _read(run / CHECKPOINT, identity)


def fit_line_network(
    training: LineSamples,
    validation: LineSamples,
    settings: LineSettings,
    run: Path,
    emit: EmitEpoch,
    should_stop: ShouldStop,
) -> keras.Model:
    """Train a line network, from its checkpoint if there is one.

    Args:
        training: at least one line.
        validation: may be empty.
        settings: settings of the training.
        run: folder of the checkpoint, which is written after each epoch; see `prepare_run`.
        emit: receives an event after each epoch.
        should_stop: called before each batch.

    Returns:
        The network with averaged weights.

    Raises:
        UserError: the checkpoint is damaged or belongs to another training, it cannot be written, or the
            loss became NaN.
        Stopped: should_stop() returned True; epochs that have ended are in the checkpoint.
    """
    keras.utils.set_random_seed(settings.seed)
    trainer = _Trainer(settings, batch_count(training) * settings.epochs)
    progress = trainer.restore(run / CHECKPOINT) if (run / CHECKPOINT).exists() else Progress()
    for epoch in range(progress.epochs, settings.epochs):
        start = time.monotonic()
        loss = trainer.train_epoch(training, epoch, should_stop)
        if not np.isfinite(loss):
            raise UserError("Training diverged: the loss became NaN; train again with more lines.")
        accuracy = trainer.accuracy(validation, should_stop) if len(validation) else None
        seconds = progress.seconds + time.monotonic() - start
        progress = Progress(epochs=epoch + 1, seconds=seconds)
        trainer.write(run / CHECKPOINT, progress)
        emit(LineEpoch(epoch + 1, settings.epochs, loss, accuracy, seconds))
    return trainer.result()


class _Trainer:
    """A line network in training, with the moving average of its weights."""

    def __init__(self, settings: LineSettings, steps: int) -> None:
        self._settings = settings
        self._network = line_network(settings.outputs)
        # The loss takes logits: the input of the last layer.
        self._model = keras.Model(self._network.inputs, self._network.layers[-1].input)
        self._optimizer = _optimizer(steps)
        self._optimizer.build(self._model.trainable_variables)
        lines = tf.TensorSpec((None, LINE_HEIGHT, None, LINE_CHANNELS), tf.float32)
        targets = tf.TensorSpec((None, None), tf.int32)
        # One graph for all widths: with one for each, a resumed training would round differently.
        self._train = tf.function(self._train_batch, input_signature=[lines, targets])
        self._read = tf.function(self._model, input_signature=[lines])
        self._averages = self._model.get_weights()
        self._step = 0

    def train_epoch(self, lines: LineSamples, epoch: int, should_stop: ShouldStop) -> float:
        """Train an epoch and return the mean loss."""
        losses = []
        for inputs, targets in training_batches(lines, self._settings.seed, epoch):
            raise_if_stopped(should_stop)
            losses.append(float(self._train(inputs, targets)))
            self._average()
        return float(np.mean(losses))

    def accuracy(self, lines: LineSamples, should_stop: ShouldStop) -> float:
        """Return the share of lines that the averaged weights read exactly."""
        weights = self._model.get_weights()
        self._model.set_weights(self._averages)
        right = 0
        for images, columns, texts in validation_batches(lines):
            raise_if_stopped(should_stop)
            for output, count, text in zip(self._read(images).numpy(), columns, texts, strict=True):
                right += best_labels(output[:count]) == text
        self._model.set_weights(weights)
        return right / len(lines)

    def result(self) -> keras.Model:
        """Return the network with averaged weights; the training is over."""
        self._network.set_weights(self._averages)
        return self._network

    def write(self, path: Path, progress: Progress) -> None:
        """Write a checkpoint."""
        identity = np.frombuffer(self._settings.identity, np.uint8)
        state = [np.asarray(variable) for variable in self._state()]
        write_checkpoint(path, [identity, np.array(self._step), *self._averages, *state], progress)

    def restore(self, path: Path) -> Progress:
        """Read a checkpoint."""
        arrays, progress = _read(path, self._settings.identity)
        count, state = len(self._averages), self._state()
        self._step = int(arrays[1])
        self._averages = list(arrays[2 : 2 + count])
        for variable, array in zip(state, arrays[2 + count :], strict=True):
            variable.assign(array)
        return progress

    def _train_batch(self, inputs: Any, targets: Any) -> Any:
        """Update the weights and return the CTC loss (Graves et al., 2006) per character."""
        columns, lengths, labels = targets[:, 0], targets[:, 1], targets[:, 2:]
        blank = self._settings.outputs - 1
        with tf.GradientTape() as tape:
            logits = self._model(inputs, training=True)
            losses = keras.ops.ctc_loss(labels, logits, lengths, columns, mask_index=blank)
            loss = tf.reduce_mean(losses / tf.cast(lengths, tf.float32))
        variables = self._model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def _average(self) -> None:
        """Let the averages follow the weights, also the statistics of batch normalization."""
        self._step += 1
        momentum = np.float32(min(_AVERAGE, self._step / (self._step + 10)))
        pairs = zip(self._averages, self._model.get_weights(), strict=True)
        self._averages = [old + (1 - momentum) * (new - old) for old, new in pairs]

    def _state(self) -> list[Any]:
        """Return all variables that a resumed training needs: weights, seed states, and of the optimizer."""
        return [*self._model.variables, *self._optimizer.variables]


def _read(path: Path, identity: bytes) -> tuple[Arrays, Progress]:
    """Read a checkpoint.

    Raises:
        UserError: it is damaged, or belongs to another training.
    """
    arrays, progress = read_checkpoint(path)
    if not arrays or arrays[0].tobytes() != identity:
        raise UserError(
            "The folder {name} belongs to another training; choose another one.", name=shown_name(path.parent)
        )
    return arrays, progress


def _optimizer(steps: int) -> keras.optimizers.Optimizer:
    """Return AdamW with a learning rate that rises briefly and then decays along a cosine."""
    warm_up = min(_LONGEST_WARM_UP, steps // 10)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=_RATE / (warm_up + 1),
        decay_steps=max(1, steps - warm_up),
        warmup_target=_RATE,
        warmup_steps=max(1, warm_up),
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=_WEIGHT_DECAY, global_clipnorm=_CLIPNORM)
    # Weight decay does not help biases and batch normalization.
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer


def best_labels(outputs: NDArray[np.float32]) -> tuple[int, ...]:
    """Return the text of the best label of each column: repeated labels count once.

    Args:
        outputs: (columns, labels + 1); "no label here" is the last.
    """
    best: Sequence[int] = outputs.argmax(axis=1).tolist()
    before = (-1, *best)
    blank = outputs.shape[1] - 1
    return tuple(label for label, last in zip(best, before, strict=False) if label not in (last, blank))
