"""Optimizing: what changes the weights, how fast, and by which loss."""

from __future__ import annotations

import keras

from desktop_app.runs.recipe import Fitting, Recipe, Schedule

_START = 25
"""Warm-ups begin at the largest learning rate divided by this."""

_ONE_CYCLE_RISE = 0.3
"""Share of a run in which a one-cycle schedule rises, where the recipe does not say."""


def make_optimizer(recipe: Recipe, batches: int) -> keras.optimizers.Optimizer:
    """The recipe's optimizer with its schedule.

    Args:
        recipe: fitting and schedule are looked at.
        batches: in one epoch.
    """
    fitting = recipe.fitting
    rate = learning_rate(recipe.schedule, fitting.epochs, batches)
    options = {"learning_rate": rate, "weight_decay": fitting.weight_decay or None}
    if fitting.average_momentum:
        options |= {"use_ema": True, "ema_momentum": fitting.average_momentum}
    optimizer = _made(fitting, options)
    if fitting.weight_decay:
        # Neither batch normalization nor biases gain from being pulled towards zero.
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer


def _made(fitting: Fitting, options: dict[str, object]) -> keras.optimizers.Optimizer:
    optimizers = keras.optimizers
    if fitting.optimizer == "sgd":
        return optimizers.SGD(momentum=fitting.momentum, **options)
    kinds = {"adam": optimizers.Adam, "adamw": optimizers.AdamW, "rmsprop": optimizers.RMSprop}
    if fitting.optimizer == "adamw":
        options["weight_decay"] = fitting.weight_decay
    return kinds[fitting.optimizer](**options)


def learning_rate(
    schedule: Schedule, epochs: int, batches: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """The learning rate over a run of so many epochs of so many batches.

    "one-cycle" follows Smith and Topin (2018) in its rise and fall, along a line and a cosine.
    """
    schedules = keras.optimizers.schedules
    if schedule.kind == "step":
        return schedules.ExponentialDecay(
            schedule.rate, schedule.every * batches, schedule.factor, staircase=True
        )
    if schedule.kind in ("cosine", "one-cycle"):
        rise = schedule.warm_up
        if schedule.kind == "one-cycle":
            rise = epochs * (schedule.warm_up or _ONE_CYCLE_RISE)
        rising = round(min(rise, epochs) * batches)
        if not rising:
            return schedules.CosineDecay(schedule.rate, epochs * batches)
        return schedules.CosineDecay(
            initial_learning_rate=schedule.rate / _START,
            decay_steps=max(1, epochs * batches - rising),
            warmup_target=schedule.rate,
            warmup_steps=rising,
        )
    return schedule.rate


def make_loss(recipe: Recipe) -> keras.losses.Loss:
    """Crossentropy with one-hot classes, of probabilities or logits as the network ends."""
    return keras.losses.CategoricalCrossentropy(
        from_logits=not recipe.ends_in_probabilities, label_smoothing=recipe.fitting.label_smoothing
    )
