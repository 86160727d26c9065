"""Export: a Keras network becomes a model folder that a reading program can open."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import h5py
import keras
import numpy as np

from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.networks.card import NETWORK_FILE, DataSource, ModelCard, Thresholds, TrainingFacts
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.networks.model_folder import (
    KERAS_FILE,
    RECIPE_FILE,
    read_card,
    read_described,
    write_model,
)
from desktop_app.networks.suffixes import HDF5_SUFFIXES
from desktop_app.networks.weights import write_weights
from desktop_app.runs.recipe import Recipe, recipe_to_json
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.task import Task
from desktop_app.training.describe import as_graph, describe_layers, weights_of

_LARGEST_KERAS = 1_000_000_000


@dataclass(frozen=True)
class TrainingOutcome:
    """What a run found out besides the weights.

    Attributes:
        epochs: epochs that were trained.
        temperature: what the logits were divided by (already in the weights).
        seconds: wall-clock time of the run.
        sources: the data files.
    """

    epochs: int
    temperature: float
    seconds: float
    sources: tuple[DataSource, ...]


@dataclass(frozen=True)
class CardFacts:
    """What a card says of a model that the model itself does not know.

    Attributes:
        name: of the model and its folder; title is what people see.
        task: what it is for.
        look_alikes: characters that are neither labels nor negatives.
        read_threshold: confidence, 0..1, from which an answer counts as read.
        recipe: how to train it again; None where that is unknown.
        outcome: of its training; None where that is unknown.
    """

    name: str
    title: str
    task: Task
    look_alikes: tuple[str, ...] = ()
    read_threshold: float = 0.5
    recipe: Recipe | None = None
    outcome: TrainingOutcome | None = None


def write_network(graph: keras.Model, path: Path) -> None:
    """Write a functional model as a LiteRT network that answers with every layer's activation, by name.

    TensorFlow's converter holds up every other thread of the process, for 100 to 350 ms where the
    networks of the zoo are converted.
    """
    import tensorflow as tf

    outputs = {
        operation.name: operation.output for operation in graph.operations if not _passes_on(operation)
    }
    inspectable = keras.Model(graph.inputs, outputs)
    inspectable.export(
        str(path),
        format="litert",
        verbose=False,
        # The reading program's runtime has no other operations.
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
    )


def _passes_on(operation: Any) -> bool:
    kind = OPERATIONS.get(type(operation).__name__) if isinstance(operation, keras.Layer) else None
    return kind is not None and kind.passes_on


WriteNetwork: TypeAlias = Callable[[keras.Model, Path], None]
"""Writes a functional model as a LiteRT network; see `write_network`."""


def export_model(
    model: keras.Model, facts: CardFacts, folder: Path, writes: WriteNetwork = write_network
) -> None:
    """Write the model folder: all of it or nothing.

    The folder holds the Keras model, a LiteRT network that answers with every layer's activation
    under the layer's name, the weights by layer for whoever wants to look at filters (converted
    constants are folded and no longer show them), the recipe if there is one, and the card with all
    hashes.

    Args:
        model: float32 network, functional or sequential, from one input to one row of probabilities.
        facts: what else the card says.
        folder: replaced if it exists.
        writes: in place of `write_network`.

    Raises:
        UserError: the model is of another form, or does not fit the labels.
    """
    graph = as_graph(model)
    _check_shapes(graph, facts.task)

    def write_files(draft: Path) -> None:
        save_keras(graph, draft / KERAS_FILE)
        writes(graph, draft / NETWORK_FILE)
        write_weights(draft, weights_of(graph))
        if facts.recipe is not None:
            (draft / RECIPE_FILE).write_text(recipe_to_json(facts.recipe), encoding="utf-8")

    write_model(folder, _card(graph, facts), write_files)


def save_keras(model: keras.Model, path: Path) -> None:
    """Save a model as `.keras` or `.h5`: at every moment the file is the old one or the new one.

    Raises:
        UserError: it cannot be written, or not in this format; what was there is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".save-", dir=path.parent) as scratch:
            # Keras chooses the format by the suffix, so the neighbour has it too.
            draft = Path(scratch, f"model{path.suffix.lower()}")
            if draft.suffix in HDF5_SUFFIXES:
                _save_hdf5(model, draft)
            else:
                model.save(draft)
            with draft.open("rb") as stream:
                os.fsync(stream.fileno())
            draft.replace(path)
    except OSError as error:
        raise UserError(
            f"{shown_name(path)} cannot be saved: {reason(error)}; choose another place."
        ) from error


def save_as_h5(folder: Path, path: Path) -> None:
    """Save the Keras model of a model folder in the older format, HDF5.

    Raises:
        UserError: there is no such model, it is not what its card says, HDF5 cannot keep it, or the
            file cannot be written.
    """
    try:
        card = read_card(folder)
        read_described(folder / KERAS_FILE, card, _LARGEST_KERAS)
        model = keras.models.load_model(folder / KERAS_FILE, compile=False, safe_mode=True)
    except (UserError, OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            "This model has no Keras file that can be read, or another one than its card says; "
            "train or import it again."
        ) from error
    save_keras(model, path)


class _InMemory(h5py.File):
    """An HDF5 file in memory: where a disk is full, the library brings down the process.

    Keras writes to open files too, and tells the format by the last letters of what str() gives.
    """

    def __str__(self) -> str:
        return "model.h5"


def _save_hdf5(model: keras.Model, path: Path) -> None:
    """Write an HDF5 file that Keras opens as this very model.

    Raises:
        UserError: the format cannot keep it: it knows layers, and no operations between them.
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    inputs = np.random.default_rng(0).random((2, *model.inputs[0].shape[1:]), dtype=np.float32)
    try:
        with _InMemory(buffer, "w") as file, _without_remark():
            model.save(file)
        path.write_bytes(buffer.getvalue())
        again = keras.models.load_model(path, compile=False, safe_mode=True)
        kept = np.allclose(again(inputs), model(inputs), atol=1e-5)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
        kept = False
    if not kept:
        raise UserError("The HDF5 format cannot keep all of this network; save it as .keras.")


@contextlib.contextmanager
def _without_remark() -> Iterator[None]:
    """Keras logs that HDF5 is the older format; whoever chose it knows."""
    log = logging.getLogger("absl")

    def is_news(record: logging.LogRecord) -> bool:
        return "HDF5 file" not in record.getMessage()

    log.addFilter(is_news)
    try:
        yield
    finally:
        log.removeFilter(is_news)


def _check_shapes(graph: keras.Model, task: Task) -> None:
    given, output = (tuple(tensor.shape[1:]) for tensor in (graph.inputs[0], graph.outputs[0]))
    if output != task.output_shape:
        told, wanted = ("×".join(map(str, shape)) for shape in (output, task.output_shape))
        raise UserError(f"This model gives {told} answers, its labels ask for {wanted}; give one to each.")
    if given != task.input_shape:
        told, wanted = ("×".join(map(str, shape)) for shape in (given, task.input_shape))
        raise UserError(
            f"This model takes inputs of {told} values, its task gives {wanted}; make them alike."
        )


def _card(graph: keras.Model, facts: CardFacts) -> ModelCard:
    """The card, but for the files."""
    card = ModelCard(
        name=facts.name,
        title=facts.title,
        task=facts.task,
        preparation_version=PREPARATIONS[facts.task.preparation].version,
        layers=describe_layers(graph),
        files={},
        look_alikes=facts.look_alikes,
        thresholds=Thresholds(facts.read_threshold),
        parameters=int(graph.count_params()),
    )
    if facts.outcome is None:
        return card
    training = TrainingFacts(
        facts.outcome.epochs, round(facts.outcome.seconds), keras.__version__, keras.backend.backend()
    )
    return replace(card, temperature=facts.outcome.temperature, training=training, data=facts.outcome.sources)
