"""Fit: a recipe and its data become a trained, calibrated network."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.training_events import BatchDone, Emit, EpochDone, ShouldStop
from desktop_app.training.architecture import build_network
from desktop_app.training.dataset import Dataset, Samples
from desktop_app.training.recipe import Recipe
from desktop_app.training.vary_images import vary_images

_SETTLING_BATCHES = 150
_ANSWER_BATCH = 1024


class VariedBatches(keras.utils.PyDataset):
    """The training batches of one epoch after another, each image varied anew."""

    def __init__(self, dataset: Dataset, recipe: Recipe) -> None:
        """Serve the dataset in the recipe's batch size; deterministic by the recipe's seed."""
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=8)
        self._dataset = dataset
        self._recipe = recipe
        self._epoch = -1
        self.on_epoch_begin()

    def on_epoch_begin(self) -> None:
        """Take the next variant of the samples, in a new order."""
        self._epoch += 1
        self._samples = self._dataset.epochs[self._epoch % len(self._dataset.epochs)]
        self._order = np.random.default_rng((self._recipe.seed, self._epoch)).permutation(len(self._samples))

    def __len__(self) -> int:
        """Batches in an epoch; a last, smaller one is left out."""
        return len(self._samples) // self._recipe.batch_size

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Inputs (batch, 28, 28, 1) in 0..1 and one-hot classes (batch, labels + 1)."""
        size = self._recipe.batch_size
        rows = self._order[index * size : (index + 1) * size]
        rng = np.random.default_rng((self._recipe.seed, self._epoch, index))
        images = self._samples.inputs[rows].astype(np.float32) / np.float32(255)
        varied = vary_images(images, self._samples.strength[rows], self._recipe.image_variety, rng)
        return varied[..., None], _one_hot(self._samples.classes[rows], self._recipe)


def _one_hot(classes: NDArray[np.int64], recipe: Recipe) -> NDArray[np.float32]:
    return np.eye(len(recipe.labels) + 1, dtype=np.float32)[classes]


class _Reporter(keras.callbacks.Callback):
    """Turns Keras' callbacks into events, and a wish to stop into an early end.

    Training and validation batches both look at the wish, because fit resets stop_training when it
    starts and validation would otherwise run to its end first.
    """

    def __init__(self, epochs: int, batches: int, emit: Emit, should_stop: ShouldStop) -> None:
        super().__init__()
        self._epochs, self._batches = epochs, batches
        self._emit, self._should_stop = emit, should_stop
        self._epoch, self._started = 0, 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch, self._started = epoch + 1, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self._should_stop():
            self.model.stop_training = True
        logs = logs or {}
        loss, accuracy = float(logs.get("loss", math.nan)), float(logs.get("accuracy", math.nan))
        self._emit(BatchDone(self._epoch, self._epochs, batch + 1, self._batches, loss, accuracy))

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self._should_stop():
            self.model.stop_evaluating = True
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        self._emit(EpochDone(epoch + 1, self._epochs, metrics, time.perf_counter() - self._started))


def fit(
    dataset: Dataset, recipe: Recipe, emit: Emit, should_stop: ShouldStop, checkpoint: Path | None = None
) -> tuple[keras.Model, bool]:
    """Train the recipe's network on the dataset.

    AdamW under a cosine schedule with warm-up; the result is the moving average of the weights
    (Polyak and Juditsky, 1992), settled on undisturbed samples.

    Args:
        dataset: what to learn from.
        recipe: how.
        emit: told of every batch and epoch.
        should_stop: asked after every batch; a run that is asked to stop keeps what it has learned.
        checkpoint: a file ending in .weights.h5 for the weights after each epoch, or None.

    Returns:
        The float32 model, and whether the run was stopped early.
    """
    keras.utils.set_random_seed(recipe.seed)
    batches = VariedBatches(dataset, recipe)
    model = _compiled(recipe, len(batches))
    validation = _arrays(dataset.validation, recipe)
    callbacks: list[keras.callbacks.Callback] = [_Reporter(recipe.epochs, len(batches), emit, should_stop)]
    if checkpoint is not None:
        callbacks.append(keras.callbacks.ModelCheckpoint(checkpoint, save_weights_only=True))
    history = model.fit(
        batches,
        epochs=recipe.epochs,
        validation_data=validation,
        validation_batch_size=1024,
        callbacks=callbacks,
        shuffle=False,
        verbose=0,
    )
    trained = _as_float32(model, recipe)
    settle(trained, dataset.epochs[0], recipe)
    return trained, len(history.epoch) < recipe.epochs or should_stop()


def predict(model: keras.Model, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The model's answers, float32 (n, …), to inputs (n, 28, 28, 1).

    Keras' own predict() traces the network anew in every run, and TensorFlow complains of that after
    a few runs in one process.
    """
    batches = [inputs[start : start + _ANSWER_BATCH] for start in range(0, len(inputs), _ANSWER_BATCH)]
    return np.concatenate([np.asarray(model(batch, training=False), dtype=np.float32) for batch in batches])


def settle(model: keras.Model, samples: Samples, recipe: Recipe) -> None:
    """Estimate what batch normalization knows anew, on samples without image variety.

    Warped images are softer than those that people bring: after the first convolution their
    variance is a quarter smaller. Normalized by it, sharp images look strange to the network.
    """
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    usual = [layer.momentum for layer in layers]
    order = np.random.default_rng(recipe.seed).permutation(len(samples))
    for number in range(min(_SETTLING_BATCHES, len(samples) // recipe.batch_size)):
        rows = order[number * recipe.batch_size :][: recipe.batch_size]
        for layer in layers:
            # The plain mean over all batches so far.
            layer.momentum = number / (number + 1)
        model(samples.inputs[rows][..., None].astype(np.float32) / np.float32(255), training=True)
    for layer, momentum in zip(layers, usual, strict=True):
        layer.momentum = momentum


def _arrays(samples: Samples, recipe: Recipe) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    inputs = samples.inputs[..., None].astype(np.float32) / np.float32(255)
    return inputs, _one_hot(samples.classes, recipe)


def _compiled(recipe: Recipe, batches: int) -> keras.Model:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        model = build_network(recipe)
    finally:
        keras.config.set_dtype_policy(before)
    warm_up = round(recipe.warm_up_epochs * batches)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 25,
        decay_steps=max(1, recipe.epochs * batches - warm_up),
        warmup_target=recipe.learning_rate,
        warmup_steps=warm_up,
    )
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=recipe.average_momentum
    )
    # Neither batch normalization nor biases gain from being pulled towards zero.
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing)
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


def _as_float32(model: keras.Model, recipe: Recipe) -> keras.Model:
    """The same weights in a network that computes in float32."""
    plain = build_network(recipe)
    plain.set_weights(model.get_weights())
    return plain


def calibrate(model: keras.Model, dataset: Dataset, recipe: Recipe) -> float:
    """Make the probabilities mean what they say, on the validation writers.

    Method: temperature scaling (Guo, Pleiss, Sun and Weinberger, 2017), together with an offset for
    "not a character". Negatives are far more common in training than on anybody's paper; here they
    weigh as much as the recipe expects. The two numbers that minimize the weighted negative log
    likelihood go into the last layer's weights, so that nothing else needs to know them.

    Returns:
        The temperature.
    """
    from scipy.optimize import minimize

    inputs, targets = _arrays(dataset.validation, recipe)
    weights = _expected_weights(dataset.validation.classes, recipe)
    logits_of = keras.Model(model.inputs, model.get_layer("logits").output)
    logits = predict(logits_of, inputs).astype(np.float64)

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = logits / np.exp(parameters[0])
        scaled[:, -1] += parameters[1]
        scaled -= scaled.max(axis=1, keepdims=True)
        log_probability = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(log_probability * targets).sum(axis=1) @ weights)

    log_temperature, offset = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    temperature = float(np.exp(log_temperature))
    last = model.get_layer("logits")
    kernel, bias = (values / temperature for values in last.get_weights())
    bias[-1] += offset
    last.set_weights([kernel, bias])
    return temperature


def _expected_weights(classes: NDArray[np.int64], recipe: Recipe) -> NDArray[np.float64]:
    """Weights of samples, summing to 1, by which negatives are as rare as the recipe expects."""
    negative = classes == len(recipe.labels)
    share = recipe.negative_share if negative.any() else 0.0
    weights = np.full(len(classes), (1 - share) / max(1, (~negative).sum()))
    weights[negative] = share / max(1, negative.sum())
    return weights
