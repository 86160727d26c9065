"""Training of the line network of a model, by the recipe of the model."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.line_samples import line_samples
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.card import ModelCard
from desktop_app.networks.line_network import write_line_network
from desktop_app.networks.model_folder import add_file, read_card
from desktop_app.runs.model_recipe import read_model_recipe
from desktop_app.runs.recipe import Recipe, recipe_to_json
from desktop_app.runs.training_events import Emit
from desktop_app.training.export import check_date, save_keras
from desktop_app.training.fit_line_network import (
    CHECKPOINT,
    EmitEpoch,
    LineSettings,
    fit_line_network,
    prepare_run,
)
from desktop_app.training.line_network import as_litert, line_network

LINE_KERAS_FILE = "line.keras"

_VALIDATION_SHARE = 0.1
_VALIDATION_LINES = 100, 1000
"""Smallest and largest number of validation lines."""


@dataclass(frozen=True)
class LineTraining:
    """How a line network is trained.

    Attributes:
        epochs: number of epochs.
        numbers: number of training lines.
        run: folder of the checkpoint; made if it is missing.
    """

    epochs: int
    numbers: int
    run: Path


def train_line_network(
    folder: Path,
    training: LineTraining,
    folders: DataFolders,
    emit: Emit,
    emit_epoch: EmitEpoch,
    should_stop: ShouldStop,
) -> ModelCard:
    """Train the line network of a model, write it into the model's folder, and list it in the card.

    The checkpoint is deleted at the end. Before, the same training resumes from it.

    Args:
        folder: the model folder.
        training: how the line network is trained.
        folders: folders with data sets.
        emit: receives an event for each step of the preparation.
        emit_epoch: receives an event after each epoch.
        should_stop: called often.

    Returns:
        The card.

    Raises:
        UserError: the model has no recipe or no labels of single characters, its data is missing or has no
            ink, the checkpoint belongs to another training, the date of the computer is impossible, a file
            cannot be written, or the model was removed or replaced in the meantime; the checkpoint stays.
        Stopped: should_stop() returned True.
    """
    card = read_card(folder)
    recipe = _recipe(folder, card)
    least, most = _VALIDATION_LINES
    counts = training.numbers, min(most, max(least, round(training.numbers * _VALIDATION_SHARE)))
    outputs = len(recipe.task.labels) + 1
    # Another version of the program may have another network.
    shapes = [variable.shape for variable in line_network(outputs).weights]
    identity = f"{recipe_to_json(recipe)} {training.numbers} {training.epochs} {shapes}"
    settings = LineSettings(
        outputs=outputs,
        epochs=training.epochs,
        seed=recipe.seed,
        identity=hashlib.sha256(identity.encode()).digest(),
    )
    # Before minutes of preparation.
    check_date()
    prepare_run(training.run, settings.identity)
    lines, validation = line_samples(recipe, folders, counts, emit, should_stop)
    model = fit_line_network(lines, validation, settings, training.run, emit_epoch, should_stop)
    saved = training.run / LINE_KERAS_FILE
    save_keras(model, saved)
    add_file(folder, card, LINE_KERAS_FILE, saved.read_bytes())
    card = write_line_network(folder, card, as_litert(model))
    with suppress(OSError):
        for path in (saved, training.run / CHECKPOINT):
            path.unlink()
        training.run.rmdir()
    return card


def _recipe(folder: Path, card: ModelCard) -> Recipe:
    """Return the recipe of a model whose labels are single characters.

    Raises:
        UserError: it has other labels or no recipe.
    """
    if not card.labels or any(len(label) > 1 for label in card.labels):
        raise UserError(
            "The model {title} does not read characters, so it cannot read lines; choose another model.",
            title=card.title,
        )
    return read_model_recipe(folder, card)
