"""The training loop: batches, a compiled network, epochs, and what comes after the last of them.

It knows neither recipes nor run folders nor tasks, and needs nothing but Keras, TensorFlow and NumPy: the
program trains with it, and an exported script takes this file as it is, so that both end alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Weights: TypeAlias = list[NDArray[np.float32]]
Augment: TypeAlias = Callable[
    [NDArray[np.float32], NDArray[Any], NDArray[np.float32], np.random.Generator],
    tuple[NDArray[np.float32], NDArray[Any]],
]
"""Takes inputs float32 (n, height, width, channels) in 0..1, targets, strength float32 (n,) and a source of
randomness; gives inputs and targets of the same shapes and types."""

_EVALUATION_BATCH = 256
_PREDICTION_BATCH = 1024

_START = 25
"""Warm-ups begin at the largest learning rate divided by this."""

_ONE_CYCLE_RISE = 0.3
"""Share of a run in which a one-cycle schedule rises, where nothing is said."""


class Samples(Protocol):
    """Samples in memory, which stay as they are."""

    @property
    def inputs(self) -> NDArray[np.uint8]:
        """uint8 (n, height, width, channels)."""

    @property
    def targets(self) -> NDArray[Any]:
        """Classes int64 (n,), or images uint8 (n, height, width, channels)."""

    @property
    def strength(self) -> NDArray[np.float32]:
        """float32 (n,), how far augmentation may go."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides how a network learns from samples.

    Attributes:
        seed: of weights, order and augmentation.
        loss: a name that `make_loss` knows.
        metrics: names that `make_metric` knows.
        classes: outputs, where targets are classes; 0 where they are images.
        monitor: the metric by which the best epoch is chosen, measured on the validation samples where
            there are any, and whether higher values of it are better.
        keep: the weights of the "best" epoch or of the "last".
        patience: epochs without a better one that end the run; 0: none do.
        schedule, rate, warm_up, every, factor: of the learning rate, see `learning_rate`.
        weight_decay: decoupled from the gradient; biases and normalization are spared.
        average_momentum: of the moving average of the weights that is kept in their place; 0: none.
        steps_per_execution: batches that TensorFlow takes without coming back, at most.
        recalibration_batches: that batch normalization is estimated anew from at the end.
        precision: Keras' dtype policy while training; what is kept is float32.
    """

    seed: int
    epochs: int
    batch_size: int
    loss: str
    metrics: tuple[str, ...]
    classes: int
    monitor: str
    higher_is_better: bool
    keep: str
    patience: int
    schedule: str
    rate: float
    warm_up: float
    every: int
    factor: float
    optimizer: str
    momentum: float
    weight_decay: float
    label_smoothing: float
    average_momentum: float
    steps_per_execution: int
    jit_compile: bool
    recalibration_batches: int
    precision: str


# -------------------------------------------------------------------------------------------- batches


def training_batches(
    samples: Samples,
    epochs: NDArray[np.int64],
    settings: Settings,
    augment: Augment | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Batches for all epochs of a run, one epoch after another.

    The order of an epoch's samples and their augmentation depend on the seed and the number of the epoch
    alone, so a run that is resumed learns from what it would have learned from.

    Args:
        samples: to learn from.
        epochs: int64 (variants, n), rows of them: epoch e learns from those of number e modulo the count of
            variants.
        settings: batch size, number of epochs, seed.
        augment: changes every batch at random; None: samples are learned as they are.
        first_epoch: from 0; where a resumed run begins.

    Returns:
        Of inputs float32 (batch, height, width, channels) in 0..1 and targets, float32: one-hot classes
        (batch, classes) or images in 0..1; the last batch of an epoch may be smaller.
    """
    (variants, count), size = epochs.shape, settings.batch_size
    exact = settings.jit_compile and count >= size
    rows_of = tf.constant(epochs)

    def epoch_of(epoch: Any) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(count), tf.stack([settings.seed, epoch]))
        chosen = tf.gather(rows_of[epoch % variants], order)
        rows = tf.data.Dataset.from_tensor_slices(chosen).batch(size, drop_remainder=exact)
        return rows.enumerate().map(lambda batch, rows: (tf.cast(epoch, tf.int64), batch, rows))

    numbers = tf.data.Dataset.range(first_epoch, settings.epochs).map(lambda e: tf.cast(e, tf.int32))
    taken = _augmented(samples, settings, augment) if augment is not None else _taken(samples)
    batches = numbers.flat_map(epoch_of).map(taken, num_parallel_calls=2)
    return batches.map(lambda inputs, targets: (inputs, _wanted(targets, settings))).prefetch(8)


def evaluation_batches(samples: Samples, settings: Settings) -> tf.data.Dataset:
    """Batches of samples as they are, in their order, to be measured by."""
    batches = tf.data.Dataset.from_tensor_slices((samples.inputs, samples.targets)).batch(_EVALUATION_BATCH)
    return batches.map(lambda inputs, targets: (_shares(inputs), _wanted(targets, settings))).prefetch(2)


def batches_per_epoch(count: int, settings: Settings) -> int:
    """How many batches an epoch of so many samples has."""
    whole, rest = divmod(count, settings.batch_size)
    return whole if settings.jit_compile and whole else whole + bool(rest)


def shares(inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Bytes as float32 in 0..1."""
    return inputs.astype(np.float32) / np.float32(255)


def _shares(pixels: Any) -> Any:
    return tf.cast(pixels, tf.float32) / 255.0


def _wanted(targets: Any, settings: Settings) -> Any:
    """What the network is to give: one-hot classes, or images in 0..1."""
    if settings.classes:
        return tf.one_hot(targets, settings.classes)
    return _shares(targets)


def _taken(samples: Samples) -> Callable[..., tuple[Any, Any]]:
    """Takes batches out of tensors, without Python."""
    inputs, targets = tf.constant(samples.inputs), tf.constant(samples.targets)

    def taken(_epoch: Any, _batch: Any, rows: Any) -> tuple[Any, Any]:
        return _shares(tf.gather(inputs, rows)), tf.gather(targets, rows)

    return taken


def _augmented(samples: Samples, settings: Settings, augment: Augment) -> Callable[..., tuple[Any, Any]]:
    """Takes batches of which each sample is augmented anew, by NumPy."""

    def numbers(epoch: int, batch: int, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        rng = np.random.default_rng((settings.seed, int(epoch), int(batch)))
        changed, targets = augment(
            shares(samples.inputs[rows]), samples.targets[rows], samples.strength[rows], rng
        )
        return changed.astype(np.float32), targets

    def taken(epoch: Any, batch: Any, rows: Any) -> tuple[Any, Any]:
        kind = tf.as_dtype(samples.targets.dtype)
        inputs, targets = tf.numpy_function(numbers, (epoch, batch, rows), (tf.float32, kind))
        inputs.set_shape((None, *samples.inputs.shape[1:]))
        targets.set_shape((None, *samples.targets.shape[1:]))
        return inputs, targets

    return taken


# ------------------------------------------------------------------------------- the compiled network


def compiled(new_network: Callable[[], keras.Model], settings: Settings, batches: int) -> keras.Model:
    """A new network in the precision of the settings, ready to be trained on so many batches an epoch."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(settings.precision)
    try:
        model = new_network()
    finally:
        keras.config.set_dtype_policy(before)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (1, 1) != layer.strides:
            _skip_before(layer)
    model.compile(
        make_optimizer(settings, batches),
        make_loss(settings.loss, settings.label_smoothing),
        metrics=[make_metric(name) for name in settings.metrics],
        steps_per_execution=steps_at_once(settings.steps_per_execution, batches),
        jit_compile=settings.jit_compile,
    )
    return model


def make_loss(name: str, label_smoothing: float = 0.0) -> keras.losses.Loss:
    """A loss by its name.

    "categorical_crossentropy" takes probabilities and one-hot classes, with "_from_logits" behind it plain
    sums; "mean_squared_error" takes images.
    """
    if name == "mean_squared_error":
        return keras.losses.MeanSquaredError()
    from_logits = name.endswith("_from_logits")
    return keras.losses.CategoricalCrossentropy(from_logits=from_logits, label_smoothing=label_smoothing)


def make_metric(name: str) -> Any:
    """A metric by its name: "accuracy", or "psnr" in decibels."""
    return keras.metrics.MeanMetricWrapper(_psnr, name="psnr") if name == "psnr" else name


def _psnr(wanted: Any, given: Any) -> Any:
    """The peak signal-to-noise ratio of each image in 0..1."""
    error = keras.ops.square(keras.ops.clip(keras.ops.cast(given, "float32"), 0.0, 1.0) - wanted)
    means = keras.ops.maximum(keras.ops.mean(error, axis=(1, 2, 3)), 1e-10)
    return -10.0 * keras.ops.log(means) / np.log(10.0)


def make_optimizer(settings: Settings, batches: int) -> keras.optimizers.Optimizer:
    """The optimizer with its schedule, for so many batches an epoch."""
    options: dict[str, Any] = {
        "learning_rate": learning_rate(settings, batches),
        "weight_decay": settings.weight_decay or None,
    }
    if settings.average_momentum:
        options |= {"use_ema": True, "ema_momentum": settings.average_momentum}
    optimizers = keras.optimizers
    if settings.optimizer == "sgd":
        optimizer = optimizers.SGD(momentum=settings.momentum, **options)
    else:
        kinds = {"adam": optimizers.Adam, "adamw": optimizers.AdamW, "rmsprop": optimizers.RMSprop}
        if settings.optimizer == "adamw":
            options["weight_decay"] = settings.weight_decay
        optimizer = kinds[settings.optimizer](**options)
    if settings.weight_decay:
        # Neither batch normalization nor biases gain from being pulled towards zero.
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer


def learning_rate(
    settings: Settings, batches: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """The learning rate over a run of so many batches an epoch.

    "constant" is the rate; "step" multiplies it by the factor every so many epochs; "cosine" lets it
    fall to nothing along a cosine, after a warm-up of so many epochs; "one-cycle" follows Smith and Topin
    (2018) in its rise and fall, along a line and a cosine, and rises in so large a share of the run;
    "plateau" is lowered by `Keep`.
    """
    schedules, epochs = keras.optimizers.schedules, settings.epochs
    if settings.schedule == "step":
        return schedules.ExponentialDecay(
            settings.rate, settings.every * batches, settings.factor, staircase=True
        )
    if settings.schedule in ("cosine", "one-cycle"):
        rise = settings.warm_up
        if settings.schedule == "one-cycle":
            rise = epochs * (settings.warm_up or _ONE_CYCLE_RISE)
        rising = round(min(rise, epochs) * batches)
        if not rising:
            return schedules.CosineDecay(settings.rate, epochs * batches)
        return schedules.CosineDecay(
            initial_learning_rate=settings.rate / _START,
            decay_steps=max(1, epochs * batches - rising),
            warmup_target=settings.rate,
            warmup_steps=rising,
        )
    return settings.rate


def steps_at_once(wished: int, batches: int) -> int:
    """Batches that TensorFlow takes without coming back: the most that divide an epoch, within the wish.

    With any other number an epoch would take some of the next one's.
    """
    return next(steps for steps in range(min(wished, batches), 0, -1) if batches % steps == 0)


def _skip_before(layer: keras.layers.Conv2D) -> None:
    """Have a 1x1 convolution leave places out before it multiplies, which gives the same.

    Where it has few channels, oneDNN, which computes for TensorFlow on processors, writes beyond its
    memory for the gradient of one that leaves them out itself: the whole program ends (its issue 6035).
    """
    rows, columns = layer.strides
    layer.convolution_op = lambda inputs, kernel: keras.ops.conv(inputs[:, ::rows, ::columns], kernel)


# ------------------------------------------------------------------------------------------- learning


class Keep(keras.callbacks.Callback):
    """Remembers the weights to keep, lowers the learning rate on a plateau, and ends a run early.

    Attributes:
        weights: those that are kept so far, as `model.get_weights()` gives them.
        best: the best value of the monitored metric, turned round where higher ones are better; None
            before the first epoch.
        best_epoch: from 1; 0 where there is none.
        waited: epochs since the best one.
        plateau: epochs since the learning rate was last lowered or a better one seen.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is kept yet."""
        super().__init__()
        self.settings = settings
        self.weights: Weights = []
        self.best: float | None = None
        self.best_epoch = self.waited = self.plateau = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Judge the epoch."""
        self.judge(epoch + 1, logs or {}, kept_weights(self.model))
        if self.settings.patience and self.waited >= self.settings.patience:
            self.model.stop_training = True

    def judge(self, epoch: int, metrics: dict[str, Any], weights: Weights) -> bool:
        """Take note of an epoch, from 1: whether it is the best so far."""
        settings = self.settings
        # Without validation samples it is measured on those that are learned.
        value = float(metrics.get(f"val_{settings.monitor}", metrics[settings.monitor]))
        if settings.higher_is_better:
            value = -value
        is_best = self.best is None or value < self.best
        if is_best:
            self.best, self.best_epoch, self.waited, self.plateau = value, epoch, 0, 0
        else:
            self.waited, self.plateau = self.waited + 1, self.plateau + 1
        if is_best or settings.keep == "last":
            self.weights = weights
        if settings.schedule == "plateau" and self.plateau >= settings.every:
            self.model.optimizer.learning_rate = current_rate(self.model) * settings.factor
            self.plateau = 0
        return is_best


def learn(  # noqa: PLR0913 (three of them are given by name)
    model: keras.Model,
    samples: Samples,
    epochs: NDArray[np.int64],
    validation: Samples,
    settings: Settings,
    callbacks: Sequence[keras.callbacks.Callback],
    *,
    augment: Augment | None = None,
    first_epoch: int = 0,
    verbose: int = 0,
) -> None:
    """Train a compiled network for the epochs that are left.

    Args:
        model: from `compiled`.
        samples, epochs: see `training_batches`.
        validation: samples to choose by; may be none.
        settings: how.
        callbacks: called in their order; the first keeps weights before averages take their place.
        augment: see `training_batches`.
        first_epoch: from 0.
        verbose: what Keras prints: 0 nothing, 2 a line an epoch.
    """
    # What is validated is what is kept.
    averages = [keras.callbacks.SwapEMAWeights()] if settings.average_momentum else []
    model.fit(
        training_batches(samples, epochs, settings, augment, first_epoch),
        epochs=settings.epochs,
        initial_epoch=first_epoch,
        steps_per_epoch=batches_per_epoch(epochs.shape[1], settings),
        validation_data=evaluation_batches(validation, settings) if len(validation.inputs) else None,
        callbacks=[*callbacks, *averages],
        shuffle=False,
        verbose=verbose,
    )


def current_rate(model: keras.Model) -> float:
    """The learning rate of the next step."""
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))


def kept_weights(model: keras.Model) -> Weights:
    """The model's weights, those that training changes as their moving average where there is one.

    Method: averaging of the weights (Polyak and Juditsky, 1992).
    """
    averages = [v for v in model.optimizer.variables if v.name.endswith("_average")]
    by_path = dict(zip((v.path for v in model.trainable_variables), averages, strict=False))
    return [np.asarray(by_path.get(v.path, v), dtype=np.float32) for v in model.weights]


# ----------------------------------------------------------------------------------- after the last epoch


def recalibrate(
    model: keras.Model,
    inputs: NDArray[np.uint8],
    settings: Settings,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Recalibrate batch normalization: estimate its statistics anew, from inputs that are not augmented.

    The average of weights along a run has never seen the statistics that it is used with, and warped
    images are softer than those that people bring. It is asked after every batch whether that is enough.
    """
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    if not layers or not settings.recalibration_batches:
        return
    usual = [layer.momentum for layer in layers]
    total = len(inputs)
    order = np.random.default_rng(settings.seed).permutation(total)
    size = settings.batch_size
    count = max(1, min(settings.recalibration_batches, total // size))
    for number, rows in enumerate(np.array_split(order[: count * size], count)):
        for layer in layers:
            # The plain mean over all batches so far.
            layer.momentum = number / (number + 1)
        model(shares(inputs[rows]), training=True)
        if is_over():
            break
    for layer, momentum in zip(layers, usual, strict=True):
        layer.momentum = momentum


def with_probabilities(model: keras.Model) -> keras.Model:
    """The network with a softmax at its end, where it ends in plain sums."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return model
    if getattr(last, "activation", None) is keras.activations.softmax:
        return model
    names = {layer.name for layer in model.layers}
    name = next(name for name in ("probabilities", "softmax", "answers") if name not in names)
    return keras.Model(model.inputs[0], keras.layers.Softmax(name=name)(model.outputs[0]), name=model.name)


def calibrate(
    model: keras.Model,
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    find: Callable[[NDArray[np.float32], NDArray[np.int64]], tuple[float, float]],
) -> float:
    """Make the probabilities of a network that ends in them mean what they say.

    The numbers that do so go into the last dense layer's weights, so that nothing else needs to know them.

    Args:
        model: whose last dense layer changes.
        probabilities: float32 (n, classes), its outputs for samples that nothing was learned from.
        classes: int64 (n,), what these are.
        find: the temperature that the layer's sums are divided by, and what is added to the last then.

    Returns:
        The temperature; 1 where there is nothing to calibrate by, or no dense layer at the end.
    """
    layer = _last_dense(model)
    if layer is None or len(classes) == 0:
        return 1.0
    temperature, offset = find(probabilities, classes)
    kernel, bias = (values / temperature for values in layer.get_weights())
    bias[-1] += offset
    layer.set_weights([kernel, bias])
    return temperature


def _last_dense(model: keras.Model) -> keras.layers.Dense | None:
    """The dense layer, with biases, whose sums the softmax at the end is of."""
    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense) and len(model.layers) > 1:
        last = model.layers[-2]
        if last.get_config().get("activation") != "linear":
            return None
    return last if isinstance(last, keras.layers.Dense) and last.use_bias else None


def predict(model: keras.Model, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The model's outputs, float32 (n, …), for inputs uint8 (n, height, width, channels).

    Keras' own predict() traces the network anew in every run, and TensorFlow complains of that after
    a few runs in one process.
    """
    starts = range(0, len(inputs), _PREDICTION_BATCH)
    batches = [shares(inputs[start : start + _PREDICTION_BATCH]) for start in starts]
    outputs = [np.asarray(model(batch, training=False), dtype=np.float32) for batch in batches]
    return np.concatenate(outputs) if outputs else np.zeros((0, *model.outputs[0].shape[1:]), np.float32)
