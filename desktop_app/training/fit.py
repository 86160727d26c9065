"""Training of the network of a recipe, with checkpoints and history in the run folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped, raise_if_stopped
from desktop_app.data.dataset import Dataset
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.checkpoint import Progress, read_checkpoint, write_checkpoint
from desktop_app.runs.recipe import Recipe, check_recipe_layers
from desktop_app.runs.run_folder import BEST, EPOCHS, LAST, TENSORBOARD, RunFolder, RunHistory
from desktop_app.runs.training_events import Emit, PreparationProgress, TrainingEnded, TrainingStarted
from desktop_app.tasks.kinds import task_kind
from desktop_app.training.architecture import build_network
from desktop_app.training.batches import Augment, batches_per_epoch
from desktop_app.training.compiled_network import compile_network
from desktop_app.training.event_callback import EventCallback
from desktop_app.training.export import save_keras
from desktop_app.training.library_warnings import suppress_warning
from desktop_app.training.loop import averaged_weights, fit_network
from desktop_app.training.loop_settings import AUTOMATIC, LoopSettings
from desktop_app.training.precision import with_fastest_precision


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
        dataset: training, validation and test samples.
        recipe: the network and the settings of the training.
        run: run folder, already begun; checkpoints, history and record are written after each epoch.
        emit: receives an event for each batch and epoch.
        control: checked after each batch.
        resume: whether to start from the run's checkpoint, with its optimizer, if it has completed an epoch.

    Returns:
        The float32 network with the kept weights.

    Raises:
        UserError: the checkpoint does not fit the network, a file cannot be written, or the loss became NaN
            during the first epoch.
        Stopped: the run was cancelled or suspended.
    """
    settings = _settings_with_precision(recipe, dataset, run, emit, control)
    # After the choice of the precision, which builds networks of its own.
    keras.utils.set_random_seed(recipe.seed)
    batches = batches_per_epoch(dataset.epochs.shape[1], settings)
    model = compile_network(partial(new_network, recipe), settings, batches)
    progress, weights = _restore(model, recipe, run) if resume and run.record().epochs else (Progress(), [])
    writer = _EpochWriter(run, recipe, model)
    callback = EventCallback(
        recipe.metrics, settings, progress, emit, control, lambda metrics: writer.write(callback, metrics)
    )
    callback.weights = weights
    emit(_training_started(recipe, dataset, settings, progress.epochs + 1, run.record().title))
    if progress.epochs < recipe.fitting.epochs:
        # Each run builds a new network, so TensorFlow traces a new function.
        with suppress_warning("tensorflow", "triggered tf.function retracing"):
            fit_network(
                model,
                dataset.training,
                dataset.epochs,
                dataset.validation,
                settings,
                [callback, *_optional_callbacks(recipe, run)],
                augment=augmentation(recipe),
                first_epoch=progress.epochs,
            )
    if control.is_cancelled or control.is_suspended:
        raise Stopped
    if callback.reason == "not a number" and callback.progress.epochs == 0:
        raise UserError(
            "Training diverged: the loss became NaN in the first epoch. Lower the learning rate "
            "and train again."
        )
    run.update(
        state="learned",
        reason=callback.reason,
        seconds=callback.progress.seconds,
        best_epoch=callback.progress.kept_epoch(recipe.keeping),
    )
    write_checkpoint(run.path / BEST, callback.weights, callback.progress)
    emit(TrainingEnded(callback.reason, callback.progress.kept_epoch(recipe.keeping)))
    trained = new_network(recipe)
    trained.set_weights(callback.weights)
    return trained


def _settings_with_precision(
    recipe: Recipe, dataset: Dataset, run: RunFolder, emit: Emit, control: RunControl
) -> LoopSettings:
    """Return the settings of the training loop; the precision of a run is chosen once and recorded."""
    settings = loop_settings(recipe)
    if chosen := run.record().precision:
        return replace(settings, precision=chosen)
    if settings.precision == AUTOMATIC:
        emit(PreparationProgress(0, 1, message("Choosing the precision")))

    def build() -> keras.Model:
        raise_if_stopped(control.should_stop)
        return new_network(recipe)

    with suppress_warning("tensorflow", "triggered tf.function retracing"):
        settings = with_fastest_precision(build, settings, dataset.training)
    run.update(precision=settings.precision)
    return settings


def new_network(recipe: Recipe) -> keras.Model:
    """Build the network of a recipe with initial weights, under the current dtype policy of Keras."""
    return build_network(
        recipe.layers,
        recipe.task.input_shape,
        recipe.task.output_shape,
        seed=recipe.seed,
        name=_model_name(recipe),
    )


def loop_settings(recipe: Recipe) -> LoopSettings:
    """Return the settings of the training loop for a recipe."""
    kind, fitting, schedule, keeping = task_kind(recipe.task), recipe.fitting, recipe.schedule, recipe.keeping
    monitored = recipe.monitored
    return LoopSettings(
        seed=recipe.seed,
        epochs=fitting.epochs,
        batch_size=fitting.batch_size,
        loss=kind.loss(recipe.ends_in_probabilities),
        metrics=tuple(metric.name for metric in kind.metrics),
        classes=recipe.task.output_shape[0] if kind.has_labels else 0,
        monitor=monitored.name,
        higher_is_better=monitored.higher_is_better,
        keep=keeping.weights,
        patience=keeping.patience,
        schedule=schedule.kind,
        rate=schedule.rate,
        warm_up=schedule.warm_up,
        every=schedule.every,
        factor=schedule.factor,
        minimum=schedule.minimum,
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
    """Return the function that augments batches; None for no augmentation."""
    settings, augment = recipe.image_augmentation, task_kind(recipe.task).augment
    if settings is None:
        return None
    return lambda inputs, targets, strength, rng: augment(inputs, targets, strength, settings, rng)


def calibration(recipe: Recipe) -> Callable[[NDArray[np.float32], NDArray[np.int64]], tuple[float, float]]:
    """Return the function that fits temperature and offset; only for tasks that can be calibrated."""
    calibrate = task_kind(recipe.task).calibrate
    assert calibrate is not None
    rejects, expected = recipe.task.rejects, recipe.negatives.expected_share
    return lambda outputs, classes: calibrate(outputs, classes, rejects=rejects, expected_share=expected)


def _model_name(recipe: Recipe) -> str:
    return recipe.name.replace("-", "_")


def _optional_callbacks(recipe: Recipe, run: RunFolder) -> list[keras.callbacks.Callback]:
    callbacks: list[keras.callbacks.Callback] = []
    if recipe.keeping.tensorboard:
        from desktop_app.training.tensorboard_log import tensorboard_callback

        callbacks.append(tensorboard_callback(run.path / TENSORBOARD))
    return callbacks


def _training_started(
    recipe: Recipe, dataset: Dataset, settings: LoopSettings, first_epoch: int, title: str
) -> TrainingStarted:
    layers = check_recipe_layers(recipe).infos()
    network = NetworkInfo(recipe.name, recipe.title, recipe.task, layers)
    sizes = (dataset.epochs.shape[1], len(dataset.validation), len(dataset.test))
    batches = batches_per_epoch(sizes[0], settings)
    device = device_name()
    return TrainingStarted(
        network,
        device,
        *sizes,
        settings.epochs,
        batches,
        first_epoch,
        precision=settings.precision,
        title=title,
    )


def device_name() -> str:
    """Return the name of the GPU that TensorFlow uses, or "CPU"."""
    import tensorflow as tf

    cards = tf.config.list_physical_devices("GPU")
    if not cards:
        return "CPU"
    details = tf.config.experimental.get_device_details(cards[0])
    return str(details.get("device_name", "GPU"))


def _state(model: keras.Model) -> list[Any]:
    """Return all variables that a resumed run needs: weights, seed states and optimizer variables."""
    return [*model.variables, *model.optimizer.variables]


def _restore(
    model: keras.Model, recipe: Recipe, run: RunFolder
) -> tuple[Progress, list[NDArray[np.float32]]]:
    """Load the run's checkpoint into the model; return the progress and the weights kept so far.

    Raises:
        UserError: a file is damaged, or they belong to a network of another shape or with other labels.
    """
    model.optimizer.build(model.trainable_variables)
    state = _state(model)
    arrays, progress = read_checkpoint(run.path / LAST)
    kept, _ = read_checkpoint(run.path / BEST)
    if progress.labels not in ((), recipe.task.labels):
        raise UserError(
            "The checkpoint of this run was trained with other labels than those of its recipe; start a "
            "new run."
        )
    _check_fits(state, arrays)
    _check_fits(model.weights, kept)
    for variable, array in zip(state, arrays, strict=True):
        variable.assign(array)
    return progress, [np.asarray(array, dtype=np.float32) for array in kept]


def _check_fits(variables: Sequence[Any], arrays: Sequence[NDArray[Any]]) -> None:
    if [tuple(v.shape) for v in variables] != [array.shape for array in arrays]:
        raise UserError("The checkpoint of this run belongs to another network; start a new run.")


class _EpochWriter:
    """Writes checkpoints, history and record of a run after each epoch."""

    def __init__(self, run: RunFolder, recipe: Recipe, model: keras.Model) -> None:
        self._run, self._recipe, self._model = run, recipe, model
        self._history = run.history()

    def write(self, callback: EventCallback, metrics: dict[str, float]) -> None:
        run, keeping = self._run, self._recipe.keeping
        # Writing would create the folder again, with a part of the run.
        run.check_in_place()
        progress = replace(callback.progress, labels=self._recipe.task.labels)
        if keeping.weights == "last" or progress.best_epoch == progress.epochs:
            write_checkpoint(run.path / BEST, callback.weights, progress)
        # Resuming needs both checkpoints; this one is written last.
        state = [np.asarray(variable) for variable in _state(self._model)]
        write_checkpoint(run.path / LAST, state, progress)
        history, points = self._history, callback.points
        self._history = RunHistory(
            (*history.epochs, metrics),
            {name: (*history.batches.get(name, ()), *values) for name, values in points.items()},
            len(points["loss"]),
        )
        run.write_history(self._history)
        best = self._history.epochs[progress.kept_epoch(keeping) - 1]
        measured = [f"val_{metric.name}" for metric in self._recipe.metrics]
        figures = {name: best[name] for name in measured if name in best}
        run.update(
            epochs=progress.epochs,
            best_epoch=progress.kept_epoch(keeping),
            seconds=progress.seconds,
            figures=figures,
        )
        if keeping.every_epoch:
            self._save_epoch(run.path / EPOCHS / f"epoch-{progress.epochs:03}.keras", callback)

    def _save_epoch(self, path: Path, callback: EventCallback) -> None:
        model = new_network(self._recipe)
        model.set_weights(averaged_weights(callback.model))
        save_keras(model, path)
