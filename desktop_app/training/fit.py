"""Fit: a recipe and its data become a trained network. All that is kept of it is in the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import Refusal
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.dataset import Dataset, Samples
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.checkpoint import Progress, read_checkpoint, write_checkpoint
from desktop_app.runs.events import Emit, Learned, Learning
from desktop_app.runs.recipe import Recipe, trace_recipe
from desktop_app.runs.run_folder import BEST, EPOCHS, LAST, TENSORBOARD, History, RunFolder
from desktop_app.training.architecture import build_network
from desktop_app.training.export import save_keras
from desktop_app.training.feed import batches_of, still_feed, training_feed
from desktop_app.training.optimizing import make_loss, make_optimizer
from desktop_app.training.quiet import without_remark
from desktop_app.training.watcher import Watcher, kept_weights

_ANSWER_BATCH = 1024


def fit(
    dataset: Dataset,
    recipe: Recipe,
    run: RunFolder,
    emit: Emit,
    control: RunControl,
    *,
    going_on: bool = False,
) -> keras.Model:
    """Train the recipe's network on the dataset.

    Args:
        dataset: what to learn from.
        recipe: how.
        run: begun already; its checkpoints, history and record are written after every epoch.
        emit: told of every batch and epoch.
        control: looked at after every batch.
        going_on: whether to continue from the run's checkpoint, with its optimizer.

    Returns:
        The float32 model with the weights that are kept.

    Raises:
        Refusal: the checkpoint does not fit, a file cannot be written, or the loss was no number any
            more before there was anything to keep.
        Stopped: cancelled, or left to be continued.
    """
    keras.utils.set_random_seed(recipe.seed)
    batches = batches_of(dataset.epochs[0], recipe)
    model = compiled(partial(plain_network, recipe), recipe, batches)
    progress, kept = _restored(model, run) if going_on else (Progress(), [])
    keeper = _Keeper(run, recipe, model)
    watcher = Watcher(recipe, batches, progress, emit, control, lambda metrics: keeper.keep(watcher, metrics))
    watcher.kept = kept
    emit(_learning(recipe, dataset, batches, progress.epochs + 1))
    if progress.epochs < recipe.fitting.epochs:
        # Every run has a network of its own, and each is traced once.
        with without_remark("tensorflow", "triggered tf.function retracing"):
            model.fit(
                training_feed(dataset.epochs, recipe, progress.epochs),
                epochs=recipe.fitting.epochs,
                initial_epoch=progress.epochs,
                steps_per_epoch=batches,
                validation_data=_validation(dataset, recipe),
                callbacks=[watcher, *_others(recipe, run)],
                shuffle=False,
                verbose=0,
            )
    if control.is_cancelled or control.is_left:
        raise Stopped
    if watcher.reason == "not a number" and watcher.progress.epochs == 0:
        raise Refusal(
            "The loss was no number any more before the first epoch was over; try a smaller learning rate."
        )
    run.change(
        state="learned",
        reason=watcher.reason,
        seconds=watcher.progress.seconds,
        best_epoch=_kept_epoch(watcher.progress, recipe),
    )
    write_checkpoint(run.path / BEST, watcher.kept, watcher.progress)
    emit(Learned(watcher.reason, _kept_epoch(watcher.progress, recipe)))
    trained = plain_network(recipe)
    trained.set_weights(watcher.kept)
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


def compiled(new_network: Callable[[], keras.Model], recipe: Recipe, batches: int) -> keras.Model:
    """A new network in the recipe's precision, ready to be trained on so many batches an epoch."""
    fitting = recipe.fitting
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(fitting.precision)
    try:
        model = new_network()
    finally:
        keras.config.set_dtype_policy(before)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.kernel_size == (1, 1) != layer.strides:
            _skip_before(layer)
    model.compile(
        make_optimizer(recipe, batches),
        make_loss(recipe),
        metrics=["accuracy"],
        steps_per_execution=steps_at_once(fitting.steps_per_execution, batches),
        jit_compile=fitting.jit_compile,
    )
    return model


def _skip_before(layer: keras.layers.Conv2D) -> None:
    """Have a 1x1 convolution leave places out before it multiplies, which gives the same.

    Where it has few channels, oneDNN, which computes for TensorFlow on processors, writes beyond its
    memory for the gradient of one that leaves them out itself: the whole program ends (its issue 6035).
    """
    rows, columns = layer.strides
    layer.convolution_op = lambda inputs, kernel: keras.ops.conv(inputs[:, ::rows, ::columns], kernel)


def steps_at_once(wished: int, batches: int) -> int:
    """Batches that TensorFlow takes without coming back: the most that divide an epoch, within the wish.

    With any other number an epoch would take some of the next one's.
    """
    return next(steps for steps in range(min(wished, batches), 0, -1) if batches % steps == 0)


def settle(
    model: keras.Model, samples: Samples, recipe: Recipe, is_over: Callable[[], bool] = lambda: False
) -> None:
    """Estimate what batch normalization remembers anew, from samples without image variety.

    The average of weights along a run has never seen the statistics that it is used with, and warped
    images are softer than those that people bring. It is asked after every batch whether that is enough.
    """
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    if not layers or not recipe.fitting.recalibration_batches:
        return
    usual = [layer.momentum for layer in layers]
    order = np.random.default_rng(recipe.seed).permutation(len(samples))
    size = recipe.fitting.batch_size
    count = max(1, min(recipe.fitting.recalibration_batches, len(samples) // size))
    for number, rows in enumerate(np.array_split(order[: count * size], count)):
        for layer in layers:
            # The plain mean over all batches so far.
            layer.momentum = number / (number + 1)
        model(shares(samples.inputs[rows]), training=True)
        if is_over():
            break
    for layer, momentum in zip(layers, usual, strict=True):
        layer.momentum = momentum


def predict(model: keras.Model, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The model's answers, float32 (n, …), to inputs uint8 (n, 28, 28).

    Keras' own predict() traces the network anew in every run, and TensorFlow complains of that after
    a few runs in one process.
    """
    batches = [inputs[start : start + _ANSWER_BATCH] for start in range(0, len(inputs), _ANSWER_BATCH)]
    answers = [np.asarray(model(shares(batch), training=False), dtype=np.float32) for batch in batches]
    return np.concatenate(answers) if answers else np.zeros((0, model.outputs[0].shape[-1]), np.float32)


def shares(inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Bytes (n, 28, 28) as model inputs, float32 (n, 28, 28, 1) in 0..1."""
    return inputs[..., None].astype(np.float32) / np.float32(255)


def _model_name(recipe: Recipe) -> str:
    return recipe.name.replace("-", "_")


def _validation(dataset: Dataset, recipe: Recipe) -> Any:
    return still_feed(dataset.validation, recipe.task.output_shape[0]) if len(dataset.validation) else None


def _kept_epoch(progress: Progress, recipe: Recipe) -> int:
    return progress.epochs if recipe.keeping.weights == "last" else progress.best_epoch


def _others(recipe: Recipe, run: RunFolder) -> list[keras.callbacks.Callback]:
    """Callbacks that only some recipes ask for; the watcher comes before them."""
    callbacks: list[keras.callbacks.Callback] = []
    if recipe.fitting.average_momentum:
        # What is validated is what is kept.
        callbacks.append(keras.callbacks.SwapEMAWeights())
    if recipe.keeping.tensorboard:
        from desktop_app.training.tensorboard_log import tensorboard_callback

        callbacks.append(tensorboard_callback(run.path / TENSORBOARD))
    return callbacks


def _learning(recipe: Recipe, dataset: Dataset, batches: int, first: int) -> Learning:
    layers = trace_recipe(recipe).infos()
    network = NetworkInfo(recipe.name, recipe.title, recipe.task, layers)
    sizes = (len(dataset.epochs[0]), len(dataset.validation), len(dataset.test))
    return Learning(network, device_name(), *sizes, recipe.fitting.epochs, batches, first)


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
        raise Refusal("This run's checkpoint belongs to another network; it cannot go on.")


class _Keeper:
    """Writes what is kept of a run after each of its epochs."""

    def __init__(self, run: RunFolder, recipe: Recipe, model: keras.Model) -> None:
        self._run, self._recipe, self._model = run, recipe, model
        self._history = run.history()

    def keep(self, watcher: Watcher, metrics: dict[str, float]) -> None:
        run, progress, keeping = self._run, watcher.progress, self._recipe.keeping
        if keeping.weights == "last" or progress.best_epoch == progress.epochs:
            write_checkpoint(run.path / BEST, watcher.kept, progress)
        # A run is continued from here; so this comes after what it would miss.
        state = [np.asarray(variable) for variable in _state(self._model)]
        write_checkpoint(run.path / LAST, state, progress)
        history, points = self._history, watcher.points
        self._history = History(
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

    def _save_epoch(self, path: Path, watcher: Watcher) -> None:
        model = plain_network(self._recipe)
        model.set_weights(kept_weights(watcher.model))
        save_keras(model, path)
