"""A model folder with a valid card and placeholder files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from desktop_app.networks.card import ModelCard, Thresholds
from desktop_app.networks.model_folder import write_card
from desktop_app.networks.network_info import LayerInfo
from desktop_app.tasks.task import Task

CONTENTS = {"model.keras": b"keras" * 1000, "network.tflite": b"tflite", "recipe.json": b"{}"}


def small_card(name: str = "small", title: str = "Small", threshold: float = 0.5) -> ModelCard:
    """Return the card of a network with a Flatten and a Dense layer."""
    task = Task(height=8, width=8)
    return ModelCard(
        name=name,
        title=title,
        task=task,
        preparation_version=1,
        layers=(
            LayerInfo("input", "InputLayer", task.input_shape),
            LayerInfo("flatten", "Flatten", (64,), ("input",)),
            LayerInfo("answers", "Dense", task.output_shape, ("flatten",), 650),
        ),
        files={file: hashlib.sha256(content).hexdigest() for file, content in CONTENTS.items()},
        thresholds=Thresholds(threshold),
        parameters=650,
    )


def write_small_model(folder: Path, card: ModelCard) -> None:
    """Write a model folder with this card."""
    folder.mkdir()
    for file, content in CONTENTS.items():
        (folder / file).write_bytes(content)
    write_card(folder, card)
