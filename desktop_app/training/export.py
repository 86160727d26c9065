"""Export: a trained network becomes a model folder that a reading program can open."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from desktop_app.imaging.normalize import INPUT_SIZE, NORMALIZATION_VERSION
from desktop_app.training.dataset import Source
from desktop_app.training.recipe import Recipe, recipe_to_json

CARD_FORMAT = 1

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
        thresholds: confidence limits of the verdicts, by name.
        seconds: wall-clock time of the run.
        sources: the data files.
    """

    epochs: int
    temperature: float
    thresholds: dict[str, float]
    seconds: float
    sources: tuple[Source, ...]


def export_model(model: keras.Model, recipe: Recipe, outcome: Outcome, folder: Path) -> None:
    """Write the model folder: all of it or nothing.

    The folder holds the Keras model, a LiteRT network that answers with every layer's activation
    under the layer's name, the weights by layer for whoever wants to look at filters (converted
    constants are folded and no longer show them), the recipe, and the card with all hashes.

    Args:
        model: float32 network.
        recipe: how it was made.
        outcome: what the card says of the run.
        folder: replaced if it exists.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        model.save(draft / MODEL)
        _export_network(model, draft / NETWORK)
        weights: dict[str, Any] = _weights(model)
        np.savez_compressed(draft / WEIGHTS, **weights)
        (draft / RECIPE).write_text(recipe_to_json(recipe), encoding="utf-8")
        (draft / CARD).write_text(
            json.dumps(_card(model, recipe, outcome, draft), indent=2) + "\n", encoding="utf-8"
        )
        _replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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


def _shown_layers(model: keras.Model) -> list[keras.Layer]:
    """Layers whose activation says something of its own."""
    silent = (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.Flatten)
    return [layer for layer in model.layers if not isinstance(layer, silent)]


def _export_network(model: keras.Model, path: Path) -> None:
    import tensorflow as tf

    outputs = {layer.name: layer.output for layer in _shown_layers(model)}
    inspectable = keras.Model(model.inputs, outputs)
    inspectable.export(
        str(path),
        format="litert",
        verbose=False,
        # The reading program's runtime has no other operations.
        target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
    )


def _weights(model: keras.Model) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Every weight as "layer/weight"."""
    return {
        f"{layer.name}/{weight.name}": np.asarray(weight, dtype=np.float32)
        for layer in model.layers
        for weight in layer.weights
        if weight.name != "seed_generator_state"
    }


def _card(model: keras.Model, recipe: Recipe, outcome: Outcome, draft: Path) -> dict[str, Any]:
    return {
        "format": CARD_FORMAT,
        "name": recipe.name,
        "title": recipe.title,
        "task": "reads one handwritten character",
        "input": {"shape": [INPUT_SIZE, INPUT_SIZE, 1], "range": [0, 1], "ink": "light on dark"},
        "normalization_version": NORMALIZATION_VERSION,
        "labels": list(recipe.labels),
        "look_alikes": list(recipe.look_alikes),
        "parameters": int(model.count_params()),
        "layers": [
            {"name": layer.name, "kind": type(layer).__name__, "shape": list(layer.output.shape[1:])}
            for layer in _shown_layers(model)
        ],
        "thresholds": outcome.thresholds,
        "temperature": outcome.temperature,
        "training": {
            "epochs": outcome.epochs,
            "seconds": round(outcome.seconds),
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
        },
        "data": [asdict(source) for source in outcome.sources],
        "figures": [],
        "files": {path.name: _hash(path) for path in sorted(draft.iterdir())},
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
