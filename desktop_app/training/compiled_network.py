"""The compiled network: its loss, metrics, optimizer and learning rate schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from desktop_app.training.loop_settings import LoopSettings

_WARM_UP_DIVISOR = 25
"""Warm-ups start at the largest learning rate divided by this."""

_ONE_CYCLE_RISE = 0.3
"""Default fraction of a run in which the one-cycle schedule rises."""

_SPANS_PER_EPOCH = 5
"""Moving statistics of batch normalization average over at most this fraction of an epoch."""

_SPANS_PER_RUN = 4
"""Averaged weights average over at most this fraction of a run."""


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
