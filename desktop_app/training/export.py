"""Export of a Keras network as a model folder."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import replace_file, sync_file
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.core.temporary import TemporaryFolder
from desktop_app.networks.card import NETWORK_FILE, DataSource, ModelCard, Thresholds, TrainingFacts
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.networks.model_folder import (
    KERAS_FILE,
    RECIPE_FILE,
    read_card,
    read_keras,
    write_model,
)
from desktop_app.networks.suffixes import HDF5_SUFFIXES
from desktop_app.networks.weights import write_weights
from desktop_app.runs.recipe import Recipe, recipe_to_json
from desktop_app.tasks.character_sets import SetOffsets
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.task import Task
from desktop_app.training.describe import as_graph, describe_layers, weights_of
from desktop_app.training.library_warnings import suppress_warning

_YEARS_OF_ZIP = range(1980, 2108)
"""Years that the dates in a ZIP archive can have, which a `.keras` file is."""


@dataclass(frozen=True)
class TrainingOutcome:
    """Results of a training besides the weights.

    Attributes:
        epochs: number of trained epochs.
        temperature: temperature of the calibration, already contained in the weights.
        seconds: duration of the training.
        sources: data sets used.
    """

    epochs: int
    temperature: float
    seconds: float
    sources: tuple[DataSource, ...]


@dataclass(frozen=True)
class CardFacts:
    """Contents of a model card that cannot be derived from the network.

    Attributes:
        name: name of the model and its folder.
        title: name shown to the user.
        task: task of the model.
        look_alikes: characters that are neither labels nor negatives.
        thresholds: smallest confidences of verdicts.
        set_offsets: offsets of the labels in sets of characters.
        recipe: recipe of the training; None for an imported model.
        outcome: results of the training; None for an imported model.
        evaluations: results on test samples, as JSON values.
    """

    name: str
    title: str
    task: Task
    look_alikes: tuple[str, ...] = ()
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(0.5))
    set_offsets: SetOffsets = field(default_factory=lambda: MappingProxyType({}))
    recipe: Recipe | None = None
    outcome: TrainingOutcome | None = None
    evaluations: tuple[dict[str, object], ...] = ()


def write_network(graph: keras.Model, path: Path) -> None:
    """Write a functional model as a LiteRT network whose outputs are the activations of all layers, by name.

    TensorFlow's converter blocks all other threads of the process, for 100 to 350 ms with the networks of the
    zoo.
    """
    import tensorflow as tf

    outputs = {
        operation.name: operation.output for operation in graph.operations if not _is_identity(operation)
    }
    inspectable = keras.Model(graph.inputs, outputs)
    with _resized_by_one_operation(graph):
        inspectable.export(
            str(path),
            format="litert",
            verbose=False,
            # The program's LiteRT runtime has no other operations.
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
        )


@contextmanager
def _resized_by_one_operation(graph: keras.Model) -> Iterator[None]:
    """Let UpSampling2D layers that repeat values resize images, which gives the same.

    Keras repeats rows and columns with reshapes, after which the converter does not know their number and
    cannot convert some convolutions that follow.
    """
    layers = [
        layer
        for layer in graph.layers
        if isinstance(layer, keras.layers.UpSampling2D)
        and layer.interpolation == "nearest"
        and layer.data_format == "channels_last"
    ]
    for layer in layers:
        layer.call = partial(keras.ops.image.resize, size=layer.output.shape[1:3], interpolation="nearest")
    try:
        yield
    finally:
        for layer in layers:
            del layer.call


def _is_identity(operation: Any) -> bool:
    kind = OPERATIONS.get(type(operation).__name__) if isinstance(operation, keras.Layer) else None
    return kind is not None and kind.is_identity


WriteNetwork: TypeAlias = Callable[[keras.Model, Path], None]
"""See `write_network`."""


def export_model(
    model: keras.Model, info: CardFacts, folder: Path, write: WriteNetwork = write_network
) -> None:
    """Write a model folder atomically.

    The folder contains the Keras model, the LiteRT network, the weights by layer for the filter view (the
    converter folds constants), the recipe if there is one, and the card with all hashes.

    Args:
        model: float32 network, functional or sequential, with one input and one output.
        info: further contents of the card.
        folder: folder to write; replaced if it exists.
        write: writes the LiteRT network.

    Raises:
        UserError: the model has another form or does not fit the task.
    """
    graph = as_graph(model)
    _check_shapes(graph, info.task)

    def write_files(draft: Path) -> None:
        save_keras(graph, draft / KERAS_FILE)
        write(graph, draft / NETWORK_FILE)
        write_weights(draft, weights_of(graph))
        if info.recipe is not None:
            (draft / RECIPE_FILE).write_text(recipe_to_json(info.recipe), encoding="utf-8")

    write_model(folder, _card(graph, info), write_files)


def check_date() -> None:
    """Check that the date of the computer can be the date of a model, before one is trained.

    Raises:
        UserError: it cannot.
    """
    year = time.localtime().tm_year
    if year not in _YEARS_OF_ZIP:
        raise UserError(
            "The date of this computer is in the year {year}; set the date and time, then try again.",
            year=str(year),
        )


def save_keras(model: keras.Model, path: Path) -> None:
    """Save a model as `.keras` or `.h5` atomically.

    Raises:
        UserError: the file cannot be written, the format cannot represent the model, or the date of the
            computer is impossible; an existing file is unchanged.
    """
    try:
        with TemporaryFolder(path.parent) as temporary:
            # Keras chooses the format by the suffix.
            draft = temporary / f"model{path.suffix.lower()}"
            if draft.suffix in HDF5_SUFFIXES:
                _save_hdf5(model, draft)
            else:
                check_date()
                model.save(draft)
            sync_file(draft)
            replace_file(draft, path)
    except OSError as error:
        raise UserError(
            "{name} cannot be saved: {reason}; choose another folder.",
            name=shown_name(path),
            reason=reason(error),
        ) from error


def save_as_h5(folder: Path, path: Path, should_stop: ShouldStop = lambda: False) -> None:
    """Save the Keras model of a model folder in the older HDF5 format.

    Raises:
        Stopped: should_stop returned true; nothing is written.
        UserError: there is no such model, it differs from its card, HDF5 cannot represent it, or the file
            cannot be written.
    """
    try:
        card = read_card(folder)
        read_keras(folder, card)
        model = keras.models.load_model(folder / KERAS_FILE, compile=False, safe_mode=True)
    except (UserError, OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            "The Keras file of this model is missing or damaged; train or import it again."
        ) from error
    raise_if_stopped(should_stop)
    save_keras(model, path)


class _InMemory(h5py.File):
    """An HDF5 file in memory, because the HDF5 library crashes the process when a disk is full.

    Keras accepts open files and derives the format from the end of str().
    """

    def __str__(self) -> str:
        return "model.h5"


def _outputs(model: keras.Model, inputs: NDArray[np.float32]) -> Any:
    """Return the outputs of a model with one input, in the structure that the model has; else Keras warns."""
    structure = model.inputs[0] if isinstance(model, keras.Sequential) else model.input
    return model(keras.tree.map_structure(lambda _: inputs, structure))


def _save_hdf5(model: keras.Model, path: Path) -> None:
    """Write an HDF5 file and check that Keras loads the same model from it.

    Raises:
        UserError: the format cannot represent the model; it has layers, but no operations between them.
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    inputs = np.random.default_rng(0).random((2, *model.inputs[0].shape[1:]), dtype=np.float32)
    try:
        with _InMemory(buffer, "w") as file, suppress_warning("absl", "HDF5 file"):
            model.save(file)
        path.write_bytes(buffer.getvalue())
        loaded = keras.models.load_model(path, compile=False, safe_mode=True)
        is_same = np.allclose(_outputs(loaded, inputs), _outputs(model, inputs), atol=1e-5)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
        is_same = False
    if not is_same:
        raise UserError("The HDF5 format cannot store all of this network; save it as .keras.")


def _check_shapes(graph: keras.Model, task: Task) -> None:
    given, output = (tuple(tensor.shape[1:]) for tensor in (graph.inputs[0], graph.outputs[0]))
    if output != task.output_shape:
        actual, expected = ("×".join(map(str, shape)) for shape in (output, task.output_shape))
        raise UserError(
            "The number of outputs of this model ({units}) differs from that of its labels "
            "({wanted}); make them equal.",
            units=actual,
            wanted=expected,
        )
    if given != task.input_shape:
        actual, expected = ("×".join(map(str, shape)) for shape in (given, task.input_shape))
        raise UserError(
            "This model takes inputs of {shape}, but its task has {wanted}; make them equal.",
            shape=actual,
            wanted=expected,
        )


def _card(graph: keras.Model, info: CardFacts) -> ModelCard:
    """Return the card without the hashes of the files."""
    card = ModelCard(
        name=info.name,
        title=info.title,
        task=info.task,
        preparation_version=PREPARATIONS[info.task.preparation].version,
        layers=describe_layers(graph),
        files={},
        look_alikes=info.look_alikes,
        thresholds=info.thresholds,
        set_offsets=info.set_offsets,
        parameters=int(graph.count_params()),
        figures=info.evaluations,
    )
    if info.outcome is None:
        return card
    training = TrainingFacts(
        info.outcome.epochs,
        round(info.outcome.seconds),
        keras.__version__,
        keras.backend.backend(),
        datetime.now().astimezone().date().isoformat(),
    )
    return replace(card, temperature=info.outcome.temperature, training=training, data=info.outcome.sources)
