"""The training loop: batches, the compiled network, epochs, recalibration and calibration.

The module needs only Keras, TensorFlow and NumPy. Exported scripts contain an unchanged copy of it, so they
train exactly as the program does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
"""Augments a batch: takes inputs, float32 (n, height, width, channels) in 0..1, targets as the loss takes
them, strength, float32 (n,), and a random generator; returns inputs and targets of the same shapes."""

_EVALUATION_BATCH = 256
_PREDICTION_BATCH = 1024

_WARM_UP_DIVISOR = 25
"""Warm-ups start at the largest learning rate divided by this."""

AUTOMATIC = "auto"
"""Precision that is chosen by the duration of a training step."""

_LEAST_SPEEDUP = 1.15
"""Speed that a lower precision needs, compared with float32."""

_TIMING_SECONDS, _MOST_TIMED_STEPS = 0.5, 10
"""Steps are timed until one of them is reached."""

_ONE_CYCLE_RISE = 0.3
"""Default fraction of a run in which the one-cycle schedule rises."""

_SPANS_PER_EPOCH = 5
"""Moving statistics of batch normalization average over at most this fraction of an epoch."""

_SPANS_PER_RUN = 4
"""Averaged weights average over at most this fraction of a run."""


class Samples(Protocol):
    """Samples in memory, never modified."""

    @property
    def inputs(self) -> NDArray[np.uint8]:
        """uint8 (n, height, width, channels)."""

    @property
    def targets(self) -> NDArray[Any]:
        """Classes int64 (n,), or images uint8 (n, height, width, channels)."""

    @property
    def strength(self) -> NDArray[np.float32]:
        """float32 (n,), augmentation strength."""


@dataclass(frozen=True)
class LoopSettings:
    """Settings of a training.

    Attributes:
        seed: random seed of initial weights, sample order and augmentation.
        loss: name of the loss, see `make_loss`.
        metrics: names of the metrics, see `make_metric`.
        classes: number of outputs where targets are classes; 0 where they are images.
        monitor: metric that selects the best epoch; on the validation samples if there are any.
        higher_is_better: direction of that metric.
        keep: "best" or "last", the epoch whose weights are kept.
        patience: epochs without improvement after which training stops; 0 to never stop early.
        schedule, rate, warm_up, every, factor, minimum: learning rate schedule, see `learning_rate`.
        weight_decay: decoupled from the gradient; not applied to biases and normalization.
        average_momentum: momentum of the moving average of the weights (EMA); 0 for none. It is lowered in
            short trainings.
        steps_per_execution: upper bound of Keras' option of the same name.
        momentum: momentum of SGD, beta_1 of Adam and AdamW.
        recalibration_batches: number of batches for `recalibrate`.
        precision: Keras dtype policy of the training, or AUTOMATIC, see `with_fastest_precision`; the kept
            weights are float32.
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
    minimum: float
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
    settings: LoopSettings,
    augment: Augment | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Return the training batches of all epochs, one epoch after another.

    Sample order and augmentation depend only on the seed and the epoch number, so a resumed run sees the
    same batches as an uninterrupted one.

    Args:
        samples: training samples.
        epochs: int64 (variants, n), rows of the samples; epoch e uses row e modulo the number of variants.
        settings: batch size, number of epochs and seed.
        augment: augments each batch; None for no augmentation.
        first_epoch: index, from 0, of the first epoch to return.

    Returns:
        Data set of (inputs, targets), both float32: inputs (batch, height, width, channels) in 0..1, targets
        one-hot (batch, classes) or images in 0..1. The last batch of an epoch may be smaller, except with
        `jit_compile`, which drops it.
    """
    (variants, count), size = epochs.shape, settings.batch_size
    drop_remainder = settings.jit_compile and count >= size
    rows_of_variants = tf.constant(epochs)

    def shuffled_rows(epoch: Any) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(count), tf.stack([settings.seed, epoch]))
        rows = tf.gather(rows_of_variants[epoch % variants], order)
        batches = tf.data.Dataset.from_tensor_slices(rows).batch(size, drop_remainder=drop_remainder)
        return batches.enumerate().map(lambda batch, rows: (tf.cast(epoch, tf.int64), batch, rows))

    numbers = tf.data.Dataset.range(first_epoch, settings.epochs).map(lambda e: tf.cast(e, tf.int32))
    if augment is None:
        load = _tensor_loader(samples, settings)
    else:
        load = _augmenting_loader(samples, settings, augment)
    return numbers.flat_map(shuffled_rows).map(load, num_parallel_calls=2).prefetch(8)


def evaluation_batches(samples: Samples, settings: LoopSettings) -> tf.data.Dataset:
    """Return batches of all samples in order, without augmentation."""
    batches = tf.data.Dataset.from_tensor_slices((samples.inputs, samples.targets)).batch(_EVALUATION_BATCH)
    return batches.map(
        lambda inputs, targets: (_to_unit_tensor(inputs), _encoded(targets, settings))
    ).prefetch(2)


def batches_per_epoch(count: int, settings: LoopSettings) -> int:
    """Return the number of training batches per epoch of so many samples."""
    whole, rest = divmod(count, settings.batch_size)
    return whole if settings.jit_compile and whole else whole + bool(rest)


def _to_unit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert uint8 to float32 in 0..1."""
    return pixels.astype(np.float32) / np.float32(255)


def _to_unit_tensor(pixels: Any) -> Any:
    return tf.cast(pixels, tf.float32) / 255.0


def _encoded(targets: Any, settings: LoopSettings) -> Any:
    """Return targets as the loss takes them: one-hot classes, or images in 0..1."""
    if settings.classes:
        return tf.one_hot(targets, settings.classes)
    return _to_unit_tensor(targets)


def _encoded_arrays(targets: NDArray[Any], settings: LoopSettings) -> NDArray[np.float32]:
    """Return the same as arrays."""
    if settings.classes:
        encoded: NDArray[np.float32] = np.eye(settings.classes, dtype=np.float32)[targets]
        return encoded
    return _to_unit(targets)


def _tensor_loader(samples: Samples, settings: LoopSettings) -> Callable[..., tuple[Any, Any]]:
    """Return a function that gathers a batch inside the TensorFlow graph."""
    inputs, targets = tf.constant(samples.inputs), tf.constant(samples.targets)

    def load(_epoch: Any, _batch: Any, rows: Any) -> tuple[Any, Any]:
        return _to_unit_tensor(tf.gather(inputs, rows)), _encoded(tf.gather(targets, rows), settings)

    return load


def _augmenting_loader(
    samples: Samples, settings: LoopSettings, augment: Augment
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that gathers a batch and augments it with NumPy."""
    target_shape = (settings.classes,) if settings.classes else samples.targets.shape[1:]

    def load_arrays(epoch: int, batch: int, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        rng = np.random.default_rng((settings.seed, int(epoch), int(batch)))
        targets = _encoded_arrays(samples.targets[rows], settings)
        inputs, targets = augment(_to_unit(samples.inputs[rows]), targets, samples.strength[rows], rng)
        return inputs.astype(np.float32, copy=False), targets.astype(np.float32, copy=False)

    def load(epoch: Any, batch: Any, rows: Any) -> tuple[Any, Any]:
        types = (tf.float32, tf.float32)
        inputs, targets = tf.numpy_function(load_arrays, (epoch, batch, rows), types)
        inputs.set_shape((None, *samples.inputs.shape[1:]))
        targets.set_shape((None, *target_shape))
        return inputs, targets

    return load


# ------------------------------------------------------------------------------- the compiled network


def compile_network(
    build: Callable[[], keras.Model], settings: LoopSettings, batches_per_epoch: int
) -> keras.Model:
    """Build a network under the dtype policy of the settings and compile it.

    With few batches per epoch, the moving statistics of batch normalization follow faster than their momentum
    says; otherwise validation would use statistics that are close to the initial ones.
    """
    default_policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(settings.precision)
    try:
        model = build()
    finally:
        keras.config.set_dtype_policy(default_policy)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (1, 1) != layer.strides:
            _subsample_before_convolution(layer)
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = _limited(layer.momentum, batches_per_epoch, _SPANS_PER_EPOCH)
    model.compile(
        make_optimizer(settings, batches_per_epoch),
        make_loss(settings.loss, settings.label_smoothing),
        metrics=[make_metric(name) for name in settings.metrics],
        steps_per_execution=_steps_per_execution(settings.steps_per_execution, batches_per_epoch),
        jit_compile=settings.jit_compile,
    )
    return model


def with_fastest_precision(
    build: Callable[[], keras.Model], settings: LoopSettings, samples: Samples
) -> LoopSettings:
    """Return settings in which AUTOMATIC is replaced by the precision with the fastest training step.

    A lower precision is chosen only if it is clearly faster than float32 on this computer: bfloat16 can be
    twice as fast on one processor and many times slower on another.

    Args:
        build: builds the network; called once for each precision.
        settings: settings of the training.
        samples: training samples.
    """
    if settings.precision != AUTOMATIC:
        return settings
    names = ["float32", "mixed_bfloat16"]
    if tf.config.list_physical_devices("GPU"):
        names.append("mixed_float16")
    candidates = [replace(settings, precision=name) for name in names]
    seconds = [step_seconds(build, candidate, samples) for candidate in candidates]
    fastest = min(range(len(names)), key=seconds.__getitem__)
    return candidates[fastest if seconds[0] >= _LEAST_SPEEDUP * seconds[fastest] else 0]


def step_seconds(build: Callable[[], keras.Model], settings: LoopSettings, samples: Samples) -> float:
    """Return the shortest duration of a training step, in seconds, after a first step that is not timed."""
    model = compile_network(build, replace(settings, steps_per_execution=1), 1)
    rows = np.arange(settings.batch_size) % len(samples.inputs)
    inputs, targets = _to_unit(samples.inputs[rows]), _encoded(samples.targets[rows], settings)
    model.train_on_batch(inputs, targets)
    durations: list[float] = []
    while sum(durations) < _TIMING_SECONDS and len(durations) < _MOST_TIMED_STEPS:
        start = time.perf_counter()
        model.train_on_batch(inputs, targets)
        durations.append(time.perf_counter() - start)
    return min(durations)


def make_loss(name: str, label_smoothing: float) -> keras.losses.Loss:
    """Create a loss by its name.

    Args:
        name: "categorical_crossentropy" for probabilities, "categorical_crossentropy_from_logits" for logits,
            both with one-hot targets, or "mean_squared_error" for images.
        label_smoothing: 0..1, of the crossentropies.
    """
    if name == "mean_squared_error":
        return keras.losses.MeanSquaredError()
    from_logits = name.endswith("_from_logits")
    return keras.losses.CategoricalCrossentropy(from_logits=from_logits, label_smoothing=label_smoothing)


def make_metric(name: str) -> Any:
    """Create a metric by its name: "accuracy", or "psnr" in decibels."""
    return keras.metrics.MeanMetricWrapper(_psnr, name="psnr") if name == "psnr" else name


def _psnr(targets: Any, outputs: Any) -> Any:
    """Return the peak signal-to-noise ratio of each image, in decibels."""
    error = keras.ops.square(keras.ops.clip(keras.ops.cast(outputs, "float32"), 0.0, 1.0) - targets)
    means = keras.ops.maximum(keras.ops.mean(error, axis=(1, 2, 3)), 1e-10)
    return -10.0 * keras.ops.log(means) / np.log(10.0)


def make_optimizer(settings: LoopSettings, batches_per_epoch: int) -> keras.optimizers.Optimizer:
    """Create the optimizer with its learning rate schedule."""
    options: dict[str, Any] = {
        "learning_rate": learning_rate(settings, batches_per_epoch),
        "weight_decay": settings.weight_decay or None,
    }
    if settings.average_momentum:
        momentum = _limited(settings.average_momentum, settings.epochs * batches_per_epoch, _SPANS_PER_RUN)
        options |= {"use_ema": True, "ema_momentum": momentum}
    optimizers = keras.optimizers
    if settings.optimizer == "sgd":
        optimizer = optimizers.SGD(momentum=settings.momentum, **options)
    else:
        kinds = {"adam": optimizers.Adam, "adamw": optimizers.AdamW, "rmsprop": optimizers.RMSprop}
        if settings.optimizer == "adamw":
            options["weight_decay"] = settings.weight_decay
        if settings.optimizer != "rmsprop":
            options["beta_1"] = settings.momentum
        optimizer = kinds[settings.optimizer](**options)
    if settings.weight_decay:
        # Weight decay does not help biases and batch normalization.
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer


def _limited(momentum: float, steps: int, spans: int) -> float:
    """Return the momentum of a moving average, lowered if the average would cover too many steps.

    In a short training an average of many steps is still close to the initial values.

    Args:
        momentum: 0..1; the average covers about 1 / (1 - momentum) steps.
        steps: number of steps in which the average has to follow.
        spans: the average covers at most one of so many parts of the steps.
    """
    return min(momentum, max(0.0, 1 - spans / steps))


def learning_rate(
    settings: LoopSettings, batches_per_epoch: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """Return the learning rate schedule.

    "constant" stays at `rate`; "step" multiplies it by `factor` every `every` epochs; "cosine" decays to 0
    after a linear warm-up of `warm_up` epochs; "one-cycle" (Smith and Topin, 2018) rises linearly during the
    fraction `warm_up` of the run and then decays along a cosine; "plateau" is lowered by `EpochMonitor`.
    """
    schedules, epochs = keras.optimizers.schedules, settings.epochs
    if settings.schedule == "step":
        return schedules.ExponentialDecay(
            settings.rate, settings.every * batches_per_epoch, settings.factor, staircase=True
        )
    if settings.schedule in ("cosine", "one-cycle"):
        warm_up = settings.warm_up
        if settings.schedule == "one-cycle":
            warm_up = epochs * (settings.warm_up or _ONE_CYCLE_RISE)
        steps = epochs * batches_per_epoch
        warm_up_steps = round(min(warm_up, epochs) * batches_per_epoch)
        if not warm_up_steps:
            return schedules.CosineDecay(settings.rate, steps)
        return schedules.CosineDecay(
            initial_learning_rate=settings.rate / _WARM_UP_DIVISOR,
            decay_steps=max(1, steps - warm_up_steps),
            warmup_target=settings.rate,
            warmup_steps=warm_up_steps,
        )
    return settings.rate


def _steps_per_execution(limit: int, batches_per_epoch: int) -> int:
    """Return the largest divisor of the batches per epoch within a limit.

    With any other value an epoch would consume batches of the next one.
    """
    steps = range(min(limit, batches_per_epoch), 0, -1)
    return next(count for count in steps if batches_per_epoch % count == 0)


def _subsample_before_convolution(layer: keras.layers.Conv2D) -> None:
    """Apply the strides of a 1x1 convolution before it, which gives the same result.

    oneDNN, TensorFlow's CPU library, writes beyond its memory in the gradient of a strided 1x1 convolution
    with few channels, and the process crashes (oneDNN issue 6035).
    """
    rows, columns = layer.strides
    layer.convolution_op = lambda inputs, kernel: keras.ops.conv(inputs[:, ::rows, ::columns], kernel)


# ------------------------------------------------------------------------------------------- learning


class EpochMonitor(keras.callbacks.Callback):
    """Callback that keeps the best weights, reduces the learning rate on a plateau, and stops early.

    Attributes:
        weights: kept weights, in the order of `model.get_weights()`.
        best: best value of the monitored metric, negated if higher is better; None before the first epoch.
        best_epoch: number of that epoch, from 1; 0 if there is none.
        waited: epochs since the best one.
        plateau: epochs since the best one or the last reduction of the learning rate.
    """

    def __init__(self, settings: LoopSettings) -> None:
        """Start without kept weights."""
        super().__init__()
        self.settings = settings
        self.weights: Weights = []
        self.best: float | None = None
        self.best_epoch = self.waited = self.plateau = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Record the epoch, and stop the training if patience is exhausted."""
        self.record(epoch + 1, logs or {}, averaged_weights(self.model))
        if self.settings.patience and self.waited >= self.settings.patience:
            self.model.stop_training = True

    def record(self, epoch: int, metrics: dict[str, Any], weights: Weights) -> bool:
        """Record the result of an epoch, counted from 1; return whether it is the best so far."""
        settings = self.settings
        # Without validation samples, the metric of the training samples decides.
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
            rate = current_learning_rate(self.model)
            lowered = max(rate * settings.factor, settings.minimum)
            self.model.optimizer.learning_rate = min(rate, lowered)
            self.plateau = 0
        return is_best


def fit_network(  # noqa: PLR0913 (three are keyword-only)
    model: keras.Model,
    samples: Samples,
    epochs: NDArray[np.int64],
    validation: Samples,
    settings: LoopSettings,
    callbacks: Sequence[keras.callbacks.Callback],
    *,
    augment: Augment | None = None,
    first_epoch: int = 0,
    verbose: int = 0,
) -> None:
    """Train a compiled network.

    Args:
        model: network from `compile_network`.
        samples, epochs: see `training_batches`.
        validation: validation samples; may be empty.
        settings: settings of the training.
        callbacks: Keras callbacks, called in this order, before averaged weights are swapped in.
        augment: see `training_batches`.
        first_epoch: index, from 0, of the first epoch to train.
        verbose: Keras' option of the same name.
    """
    # Validation uses the averaged weights, which are the ones that are kept.
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


def current_learning_rate(model: keras.Model) -> float:
    """Return the learning rate of the next step."""
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))


def averaged_weights(model: keras.Model) -> Weights:
    """Return all weights; trainable ones as their moving average if the optimizer keeps one.

    Method: weight averaging (Polyak and Juditsky, 1992).
    """
    averages = [v for v in model.optimizer.variables if v.name.endswith("_average")]
    by_path = dict(zip((v.path for v in model.trainable_variables), averages, strict=False))
    return [np.asarray(by_path.get(v.path, v), dtype=np.float32) for v in model.weights]


# ---------------------------------------------------------------------------------- after the last epoch


def recalibrate(  # noqa: PLR0913 (two are keyword-only)
    model: keras.Model,
    training: Samples,
    rows: NDArray[np.int64],
    validation: Samples,
    settings: LoopSettings,
    *,
    augment: Augment | None,
    should_stop: Callable[[], bool],
) -> None:
    """Recalibrate batch normalization: compute its statistics again, for the kept weights.

    The moving statistics belong to the weights before averaging. The statistics are computed from images
    without augmentation, which are less smooth, and then with the augmentation of the training, where they do
    not depend on details that the network knows from the training samples. The ones with the lower loss on
    the validation samples are kept; without validation samples those without augmentation.

    Args:
        model: network; its batch normalization changes.
        training: training samples.
        rows: int64 (n,), rows of the samples to use.
        validation: validation samples, may be empty.
        settings: batches, loss and seed.
        augment: augmentation of the training; None for none.
        should_stop: called after each batch; ends the computation early.
    """
    has_statistics = any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
    if not has_statistics or not settings.recalibration_batches:
        return
    compute_statistics(model, training, rows, settings, None, should_stop)
    if augment is None or not len(validation.inputs) or should_stop():
        return
    plain, loss_of_plain = model.get_weights(), _loss(model, validation, settings)
    compute_statistics(model, training, rows, settings, augment, should_stop)
    if should_stop() or _loss(model, validation, settings) >= loss_of_plain:
        model.set_weights(plain)


def compute_statistics(
    model: keras.Model,
    samples: Samples,
    rows: NDArray[np.int64],
    settings: LoopSettings,
    augment: Augment | None,
    should_stop: Callable[[], bool],
) -> None:
    """Set the statistics of batch normalization to their means over random batches; see `recalibrate`."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    order = rows[np.random.default_rng(settings.seed).permutation(len(rows))]
    size = settings.batch_size
    count = max(1, min(settings.recalibration_batches, len(rows) // size))
    for number, chosen in enumerate(np.array_split(order[: count * size], count)):
        for layer in layers:
            # This momentum gives the mean over all batches so far.
            layer.momentum = number / (number + 1)
        model(_batch_of_inputs(samples, chosen, settings, augment, number), training=True)
        if should_stop():
            break
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum


def _batch_of_inputs(
    samples: Samples, rows: NDArray[np.int64], settings: LoopSettings, augment: Augment | None, number: int
) -> NDArray[np.float32]:
    inputs = _to_unit(samples.inputs[rows])
    if augment is None:
        return inputs
    rng = np.random.default_rng((settings.seed, number))
    targets = _encoded_arrays(samples.targets[rows], settings)
    return augment(inputs, targets, samples.strength[rows], rng)[0].astype(np.float32, copy=False)


def _loss(model: keras.Model, samples: Samples, settings: LoopSettings) -> float:
    """Return the loss on samples."""
    loss = make_loss(settings.loss, settings.label_smoothing)
    return float(loss(_encoded_arrays(samples.targets, settings), predict(model, samples.inputs)))


def with_probabilities(model: keras.Model) -> keras.Model:
    """Return the network with a softmax appended if it ends in logits."""
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
    fit_calibration: Callable[[NDArray[np.float32], NDArray[np.int64]], tuple[float, float]],
) -> float:
    """Calibrate the probabilities of a network by changing the weights of its last dense layer.

    Args:
        model: network that ends in probabilities; its weights change.
        probabilities: float32 (n, classes), its outputs for samples that were not used for training.
        classes: int64 (n,), the true classes.
        fit_calibration: returns the temperature, which divides the logits, and an offset, which is then added
            to the last logit.

    Returns:
        The temperature; 1 if there are no samples or no dense layer at the end.
    """
    layer = _last_dense(model)
    if layer is None or len(classes) == 0:
        return 1.0
    temperature, offset = fit_calibration(probabilities, classes)
    kernel, bias = (values / temperature for values in layer.get_weights())
    bias[-1] += offset
    layer.set_weights([kernel, bias])
    return temperature


def _last_dense(model: keras.Model) -> keras.layers.Dense | None:
    """Return the dense layer, with biases, that computes the logits; None if there is none."""
    last = model.layers[-1]
    if not isinstance(last, keras.layers.Dense) and len(model.layers) > 1:
        last = model.layers[-2]
        if last.get_config().get("activation") != "linear":
            return None
    return last if isinstance(last, keras.layers.Dense) and last.use_bias else None


def predict(model: keras.Model, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the outputs, float32 (n, …), for inputs, uint8 (n, height, width, channels).

    `Model.predict` would trace the network again in each run, and TensorFlow warns about that.
    """
    starts = range(0, len(inputs), _PREDICTION_BATCH)
    batches = [_to_unit(inputs[start : start + _PREDICTION_BATCH]) for start in starts]
    outputs = [np.asarray(model(batch, training=False), dtype=np.float32) for batch in batches]
    return np.concatenate(outputs) if outputs else np.zeros((0, *model.outputs[0].shape[1:]), np.float32)
