"""Train: a recipe becomes a model folder. A plain function, for a test, a window or the command line."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from desktop_app.core.training_events import Emit, EpochDone, Finished, ShouldStop, TrainingEvent
from desktop_app.training.dataset import build_dataset
from desktop_app.training.export import Facts, Outcome, export_model
from desktop_app.training.fit import calibrate, fit, predict
from desktop_app.training.recipe import Recipe
from desktop_app.training.thresholds import choose_threshold


def train(recipe: Recipe, data: Path, folder: Path, emit: Emit, should_stop: ShouldStop) -> None:
    """Train the recipe's network and write its model folder.

    A run that is asked to stop keeps and exports what it has learned so far.

    Args:
        recipe: everything that decides the outcome.
        data: folder of the data files.
        folder: where the model goes; replaced when the run is over, not before.
        emit: told of every step, batch and epoch; called in the calling thread.
        should_stop: asked after every batch.

    Raises:
        Refusal: a data file is missing or damaged.
        Stopped: asked to stop before learning began.
    """
    started = time.perf_counter()
    trained = 0

    def count_epochs(event: TrainingEvent) -> None:
        nonlocal trained
        if isinstance(event, EpochDone):
            trained = event.epoch
        emit(event)

    dataset = build_dataset(data, recipe, emit, should_stop)
    model, stopped = fit(dataset, recipe, count_epochs, should_stop)
    temperature = calibrate(model, dataset, recipe)
    inputs = dataset.validation.inputs[..., None].astype(np.float32) / np.float32(255)
    probabilities = predict(model, inputs)
    threshold = choose_threshold(probabilities, dataset.validation.classes, recipe.rejected_share)
    seconds = time.perf_counter() - started
    facts = Facts(
        name=recipe.name,
        title=recipe.title,
        labels=recipe.labels,
        look_alikes=recipe.look_alikes,
        read_threshold=threshold,
        recipe=recipe,
        outcome=Outcome(trained, temperature, seconds, dataset.sources),
    )
    export_model(model, facts, folder)
    emit(Finished(str(folder), stopped))
