"""Fit: a recipe and its data become a trained network. All that is kept of it is in the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.dataset import Dataset
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.checkpoint import Progress, read_checkpoint, write_checkpoint
from desktop_app.runs.recipe import Recipe, trace_recipe
from desktop_app.runs.run_folder import BEST, EPOCHS, LAST, TENSORBOARD, RunFolder, RunHistory
from desktop_app.runs.training_events import Emit, TrainingEnded, TrainingStarted
from desktop_app.tasks.kinds import task_kind
from desktop_app.training.architecture import build_network
from desktop_app.training.event_callback import EventCallback
from desktop_app.training.export import save_keras
from desktop_app.training.library_warnings import suppress_warning
from desktop_app.training.loop import Augment, Settings, batches_per_epoch, compiled, kept_weights, learn


def fit(
    dataset: Dataset,
    recipe: Recipe,
    run: RunFolder,
    emit: Emit,
    control: RunControl,
    *,
    resume: bool = False,
) -> keras.Model:
    """Train the recipe's network on the dataset.

    Args:
        dataset: what to learn from.
        recipe: how.
        run: begun already; its checkpoints, history and record are written after every epoch.
        emit: told of every batch and epoch.
        control: looked at after every batch.
        resume: whether to continue from the run's checkpoint, with its optimizer, if an epoch was completed.

    Returns:
        The float32 model with the weights that are kept.

    Raises:
        UserError: the checkpoint does not fit, a file cannot be written, or the loss was no number any
            more before there was anything to keep.
        Stopped: cancelled, or left to be continued.
    """
    keras.utils.set_random_seed(recipe.seed)
    settings = loop_settings(recipe)
    batches = batches_per_epoch(dataset.epochs.shape[1], settings)
    model = compiled(partial(plain_network, recipe), settings, batches)
    progress, kept = _restored(model, run) if resume and run.record().epochs else (Progress(), [])
    keeper = _Keeper(run, recipe, model)
    watcher = EventCallback(
        recipe.metrics, settings, progress, emit, control, lambda metrics: keeper.keep(watcher, metrics)
    )
    watcher.weights = kept
    emit(_learning(recipe, dataset, batches, progress.epochs + 1))
    if progress.epochs < recipe.fitting.epochs:
        # Every run has a network of its own, and each is traced once.
        with suppress_warning("tensorflow", "triggered tf.function retracing"):
            learn(
                model,
                dataset.training,
                dataset.epochs,
                dataset.validation,
                settings,
                [watcher, *_others(recipe, run)],
                augment=augmentation(recipe),
                first_epoch=progress.epochs,
            )
    if control.is_cancelled or control.is_suspended:
        raise Stopped
    if watcher.reason == "not a number" and watcher.progress.epochs == 0:
        raise UserError(
            "The loss was no number any more before the first epoch was over; try a smaller learning rate."
        )
    run.change(
        state="learned",
        reason=watcher.reason,
        seconds=watcher.progress.seconds,
        best_epoch=_kept_epoch(watcher.progress, recipe),
    )
    write_checkpoint(run.path / BEST, watcher.weights, watcher.progress)
    emit(TrainingEnded(watcher.reason, _kept_epoch(watcher.progress, recipe)))
    trained = plain_network(recipe)
    trained.set_weights(watcher.weights)
    return trained


def plain_network(recipe: Recipe) -> keras.Model:
    """The recipe's network in float32, with fresh weights, whatever precision it is trained in."""
    return build_network(
        recipe.layers,
        recipe.task.input_shape,
        recipe.task.output_shape,
        seed=recipe.seed,
        name=_model_name(recipe),
    )


def loop_settings(recipe: Recipe) -> Settings:
    """What the training loop has to know of a recipe."""
    kind, fitting, schedule, keeping = task_kind(recipe.task), recipe.fitting, recipe.schedule, recipe.keeping
    monitored = recipe.monitored
    return Settings(
        seed=recipe.seed,
        epochs=fitting.epochs,
        batch_size=fitting.batch_size,
        loss=kind.loss(recipe.ends_in_probabilities),
        metrics=tuple(metric.name for metric in kind.metrics),
        classes=recipe.task.output_shape[0] if recipe.task.labels else 0,
        monitor=monitored.name,
        higher_is_better=monitored.higher_is_better,
        keep=keeping.weights,
        patience=keeping.patience,
        schedule=schedule.kind,
        rate=schedule.rate,
        warm_up=schedule.warm_up,
        every=schedule.every,
        factor=schedule.factor,
        optimizer=fitting.optimizer,
        momentum=fitting.momentum,
        weight_decay=fitting.weight_decay,
        label_smoothing=fitting.label_smoothing,
        average_momentum=fitting.average_momentum,
        steps_per_execution=fitting.steps_per_execution,
        jit_compile=fitting.jit_compile,
        recalibration_batches=fitting.recalibration_batches,
        precision=fitting.precision,
    )


def augmentation(recipe: Recipe) -> Augment | None:
    """How batches are changed at random; None where they are learned as they are."""
    settings, augment = recipe.image_augmentation, task_kind(recipe.task).augment
    if settings is None:
        return None
    return lambda inputs, targets, strength, rng: augment(inputs, targets, strength, settings, rng)


def calibration(recipe: Recipe) -> Callable[[NDArray[np.float32], NDArray[np.int64]], tuple[float, float]]:
    """What finds the temperature and the offset of the recipe's network; its outputs are of labels."""
    calibrate = task_kind(recipe.task).calibrate
    assert calibrate is not None
    rejects, expected = recipe.task.rejects, recipe.negatives.expected_share
    return lambda outputs, classes: calibrate(outputs, classes, rejects=rejects, expected_share=expected)


def _model_name(recipe: Recipe) -> str:
    return recipe.name.replace("-", "_")


def _kept_epoch(progress: Progress, recipe: Recipe) -> int:
    return progress.epochs if recipe.keeping.weights == "last" else progress.best_epoch


def _others(recipe: Recipe, run: RunFolder) -> list[keras.callbacks.Callback]:
    """Callbacks that only some recipes ask for; the watcher comes before them."""
    callbacks: list[keras.callbacks.Callback] = []
    if recipe.keeping.tensorboard:
        from desktop_app.training.tensorboard_log import tensorboard_callback

        callbacks.append(tensorboard_callback(run.path / TENSORBOARD))
    return callbacks


def _learning(recipe: Recipe, dataset: Dataset, batches: int, first: int) -> TrainingStarted:
    layers = trace_recipe(recipe).infos()
    network = NetworkInfo(recipe.name, recipe.title, recipe.task, layers)
    sizes = (dataset.epochs.shape[1], len(dataset.validation), len(dataset.test))
    return TrainingStarted(network, device_name(), *sizes, recipe.fitting.epochs, batches, first)


def device_name() -> str:
    """What TensorFlow computes with: the graphics card it sees, else the processor."""
    import tensorflow as tf

    cards = tf.config.list_physical_devices("GPU")
    if not cards:
        return "CPU"
    details = tf.config.experimental.get_device_details(cards[0])
    return str(details.get("device_name", "GPU"))


def _state(model: keras.Model) -> list[Any]:
    """Every variable that a continued run needs: weights, random states, the optimizer's."""
    return [*model.variables, *model.optimizer.variables]


def _restored(model: keras.Model, run: RunFolder) -> tuple[Progress, list[NDArray[np.float32]]]:
    """Give the model the state of the run's checkpoint; and the weights that were kept so far."""
    model.optimizer.build(model.trainable_variables)
    state = _state(model)
    arrays, progress = read_checkpoint(run.path / LAST)
    kept, _ = read_checkpoint(run.path / BEST)
    _check_fits(state, arrays)
    _check_fits(model.weights, kept)
    for variable, array in zip(state, arrays, strict=True):
        variable.assign(array)
    return progress, [np.asarray(array, dtype=np.float32) for array in kept]


def _check_fits(variables: Sequence[Any], arrays: Sequence[NDArray[Any]]) -> None:
    if [tuple(v.shape) for v in variables] != [array.shape for array in arrays]:
        raise UserError("This run's checkpoint belongs to another network; it cannot go on.")


class _Keeper:
    """Writes what is kept of a run after each of its epochs."""

    def __init__(self, run: RunFolder, recipe: Recipe, model: keras.Model) -> None:
        self._run, self._recipe, self._model = run, recipe, model
        self._history = run.history()

    def keep(self, watcher: EventCallback, metrics: dict[str, float]) -> None:
        run, progress, keeping = self._run, watcher.progress, self._recipe.keeping
        if keeping.weights == "last" or progress.best_epoch == progress.epochs:
            write_checkpoint(run.path / BEST, watcher.weights, progress)
        # A run is continued from here; so this comes after what it would miss.
        state = [np.asarray(variable) for variable in _state(self._model)]
        write_checkpoint(run.path / LAST, state, progress)
        history, points = self._history, watcher.points
        self._history = RunHistory(
            (*history.epochs, metrics),
            {name: (*history.batches.get(name, ()), *values) for name, values in points.items()},
            len(points["loss"]),
        )
        run.write_history(self._history)
        best = self._history.epochs[_kept_epoch(progress, self._recipe) - 1]
        measured = [f"val_{metric.name}" for metric in self._recipe.metrics]
        figures = {name: best[name] for name in measured if name in best}
        run.change(
            epochs=progress.epochs,
            best_epoch=_kept_epoch(progress, self._recipe),
            seconds=progress.seconds,
            figures=figures,
        )
        if keeping.every_epoch:
            self._save_epoch(run.path / EPOCHS / f"epoch-{progress.epochs:03}.keras", watcher)

    def _save_epoch(self, path: Path, watcher: EventCallback) -> None:
        model = plain_network(self._recipe)
        model.set_weights(kept_weights(watcher.model))
        save_keras(model, path)
