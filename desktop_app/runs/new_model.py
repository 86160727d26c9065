"""A model that a run has added to the library, and its comparison with the model in use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.ink.directions import grey_channels, ink_of
from desktop_app.networks.card import ModelCard
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.runs.answers import read_answers
from desktop_app.runs.run_folder import MODEL, TEST, RunFolder
from desktop_app.tasks.task import Task

_MOST_SAMPLES = 2000
"""Number of test samples on which two models are compared, which takes about a second."""


@dataclass(frozen=True)
class ModelComparison:
    """Accuracies, 0..1, of a new model and of the model in use on the same test samples."""

    new: float
    current: float


@dataclass(frozen=True)
class NewModel:
    """A model that a run has added to the library.

    Attributes:
        name: its name in the library.
        title: its title for users.
        epochs: number of epochs that the run has completed.
        comparison: with the model in use; None if they cannot be compared.
    """

    name: str
    title: str
    epochs: int
    comparison: ModelComparison | None = None

    @property
    def is_worse(self) -> bool:
        """Whether the model in use is right more often."""
        return self.comparison is not None and self.comparison.new < self.comparison.current

    @property
    def replaces_current(self) -> bool:
        """Whether the model is used for reading without a question."""
        return self.epochs > 0 and not self.is_worse


def compare_models(run: RunFolder, current: Path) -> ModelComparison | None:
    """Compare the model of a run with another one on test samples of the run.

    Args:
        run: a finished run.
        current: folder of the other model.

    Returns:
        The accuracies; None if the models have other labels or inputs, a file of them is damaged, or the run
        has no test samples.
    """
    try:
        new, card = read_card(run.path / MODEL), read_card(current)
        if not _are_comparable(new, card):
            return None
        answers = read_answers(run.path / TEST)
        recognizer = open_recognizer(current)
    except UserError:
        return None
    rows = np.flatnonzero(answers.classes < len(card.labels))
    if not len(rows):
        return None
    rows = np.random.default_rng(1).permutation(rows)[:_MOST_SAMPLES]
    inputs = _inputs_for(card.task, answers.inputs[rows].astype(np.float32) / np.float32(255), new.task)
    outputs = recognizer.predict(inputs)
    classes = answers.classes[rows]
    return ModelComparison(_accuracy(answers.probabilities[rows], classes), _accuracy(outputs, classes))


def _are_comparable(first: ModelCard, second: ModelCard) -> bool:
    """Return whether both models give the same labels for the same inputs, apart from directions."""
    tasks = first.task.without_directions, second.task.without_directions
    kinds = {(task.kind, task.labels, task.input_shape, task.preparation) for task in tasks}
    return bool(first.labels) and len(kinds) == 1


def _inputs_for(task: Task, inputs: NDArray[np.float32], given: Task) -> NDArray[np.float32]:
    """Return inputs of another task as those of a task; ink gains no directions, but may lose them."""
    if task.sees_directions == given.sees_directions:
        return inputs
    return grey_channels(inputs) if task.sees_directions else ink_of(inputs)[..., None]


def _accuracy(outputs: NDArray[np.float32], classes: NDArray[np.int64]) -> float:
    return float((outputs.argmax(axis=1) == classes).mean())
