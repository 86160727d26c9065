"""Export: a Keras network becomes a model folder that a reading program can open."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import h5py
import keras
import numpy as np

from desktop_app.core.errors import Refusal, reason, shown_name
from desktop_app.data.dataset import Source
from desktop_app.ink.normalize import NORMALIZATION_VERSION
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.runs.recipe import Recipe, recipe_to_json
from desktop_app.training.describe import as_graph, describe_layers, weights_of

CARD_FORMAT = 2

_HDF5 = (".h5", ".hdf5")

MODEL, NETWORK, WEIGHTS, RECIPE, CARD = (
    "model.keras",
    "network.tflite",
    "weights.npz",
    "recipe.json",
    "card.json",
)


@dataclass(frozen=True)
class Outcome:
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
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Facts:
    """What a card says of a model that the model itself does not know.

    Attributes:
        name: of the model and its folder; title is what people see.
        labels: what its answers mean, in their order.
        rejects: whether one more answer, the last, means "not a character".
        look_alikes: characters that are neither labels nor negatives.
        read_threshold: confidence, 0..1, from which an answer counts as read.
        recipe: how to train it again; None where that is unknown.
        outcome: of its training; None where that is unknown.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    rejects: bool = True
    look_alikes: tuple[str, ...] = ()
    read_threshold: float = 0.5
    recipe: Recipe | None = None
    outcome: Outcome | None = None


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
    model: keras.Model, facts: Facts, folder: Path, writes: WriteNetwork = write_network
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
        Refusal: the model is of another form, or does not fit the labels.
    """
    graph = as_graph(model)
    _check_answers(graph, facts)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        save_keras(graph, draft / MODEL)
        writes(graph, draft / NETWORK)
        weights: dict[str, Any] = weights_of(graph)
        np.savez_compressed(draft / WEIGHTS, **weights)
        if facts.recipe is not None:
            (draft / RECIPE).write_text(recipe_to_json(facts.recipe), encoding="utf-8")
        card = _card(graph, facts) | {"files": {path.name: _hash(path) for path in sorted(draft.iterdir())}}
        (draft / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        _replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def copy_model(source: Path, folder: Path) -> None:
    """Copy a model folder: all of it or nothing.

    Raises:
        Refusal: it cannot be read or written; what was in the folder is untouched.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            draft = Path(scratch, folder.name)
            shutil.copytree(source, draft)
            _replace(draft, folder)
    except OSError as error:
        raise Refusal(f"The model {folder.name} cannot be written: {reason(error)}.") from error


def save_keras(model: keras.Model, path: Path) -> None:
    """Save a model as `.keras` or `.h5`: at every moment the file is the old one or the new one.

    Raises:
        Refusal: it cannot be written, or not in this format; what was there is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".save-", dir=path.parent) as scratch:
            # Keras chooses the format by the suffix, so the neighbour has it too.
            draft = Path(scratch, f"model{path.suffix.lower()}")
            if draft.suffix in _HDF5:
                _save_hdf5(model, draft)
            else:
                model.save(draft)
            with draft.open("rb") as stream:
                os.fsync(stream.fileno())
            draft.replace(path)
    except OSError as error:
        raise Refusal(
            f"{shown_name(path)} cannot be saved: {reason(error)}; choose another place."
        ) from error


def save_as_h5(folder: Path, path: Path) -> None:
    """Save the Keras model of a model folder in the older format, HDF5.

    Raises:
        Refusal: there is no such model, it is not what its card says, HDF5 cannot keep it, or the
            file cannot be written.
    """
    try:
        card = json.loads((folder / CARD).read_bytes())
        if _hash(folder / MODEL) != card["files"][MODEL]:
            raise Refusal("This model is not what its card says; train or import it again.")
        model = keras.models.load_model(folder / MODEL, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("This model has no Keras file that can be read; train or import it again.") from error
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
        Refusal: the format cannot keep it: it knows layers, and no operations between them.
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
        raise Refusal("The HDF5 format cannot keep all of this network; save it as .keras.")


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


def _check_answers(graph: keras.Model, facts: Facts) -> None:
    wanted = len(facts.labels) + facts.rejects
    shape = tuple(graph.outputs[0].shape[1:])
    if shape != (wanted,):
        given = "×".join(map(str, shape))
        raise Refusal(f"This model gives {given} answers, its labels ask for {wanted}; give one to each.")


def _replace(draft: Path, folder: Path) -> None:
    """Put the draft in the folder's place; the old folder goes only when the new one stands."""
    for path in draft.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    old = folder.with_name(f".{folder.name}-old")
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _card(graph: keras.Model, facts: Facts) -> dict[str, Any]:
    card = {
        "format": CARD_FORMAT,
        "name": facts.name,
        "title": facts.title,
        "task": "reads one handwritten character",
        "input": {"shape": list(graph.inputs[0].shape[1:]), "range": [0, 1], "ink": "light on dark"},
        "normalization_version": NORMALIZATION_VERSION,
        "labels": list(facts.labels),
        "rejects": facts.rejects,
        "look_alikes": list(facts.look_alikes),
        "parameters": int(graph.count_params()),
        "layers": describe_layers(graph),
        "thresholds": {"read": facts.read_threshold},
        "data": [],
        "figures": [],
    }
    return card if facts.outcome is None else card | _training(facts.outcome)


def _training(outcome: Outcome) -> dict[str, Any]:
    return {
        "temperature": outcome.temperature,
        "training": {
            "epochs": outcome.epochs,
            "seconds": round(outcome.seconds),
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
        },
        "data": [asdict(source) for source in outcome.sources],
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
