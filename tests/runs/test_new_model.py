"""Tests of the comparison of a new model with the model in use."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.core import paths
from desktop_app.networks.model_folder import read_card, write_card
from desktop_app.runs.answers import Answers, write_answers
from desktop_app.runs.new_model import ModelComparison, NewModel, compare_models
from desktop_app.runs.run_folder import MODEL, TEST, RunFolder
from desktop_app.tasks.prepare_ink import prepare_inks
from tests.synthetic_numbers import number

CURRENT = paths.models_dir() / "dense"


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A run whose model is right for 3 of 4 digits; the inputs are empty."""
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    shutil.copytree(paths.models_dir() / "digits", folder.path / MODEL)
    write_digits(folder, np.zeros((5, 28, 28, 3), np.uint8))
    return folder


def write_digits(folder: RunFolder, inputs: NDArray[np.uint8]) -> None:
    classes = np.array([1, 2, 3, 4, 10])
    probabilities = np.eye(11, dtype=np.float32)[[1, 2, 3, 9, 10]]
    write_answers(folder.path / TEST, Answers(probabilities, classes, inputs))


def test_both_models_are_measured_on_the_test_samples_with_a_label(run: RunFolder) -> None:
    comparison = compare_models(run, CURRENT)
    assert comparison is not None
    assert comparison.new == 0.75
    assert comparison.current in {0.0, 0.25}, "all inputs are alike"


@pytest.mark.parametrize(("new", "current"), [("digits", "dense"), ("dense", "digits")])
def test_models_with_and_without_directions_are_compared(run: RunFolder, new: str, current: str) -> None:
    inks = [number(digit) for digit in "12349"]
    models = paths.models_dir()
    shutil.rmtree(run.path / MODEL)
    shutil.copytree(models / new, run.path / MODEL)
    inputs = prepare_inks(inks, read_card(models / new).task)
    write_digits(run, np.rint(np.stack(inputs) * 255).astype(np.uint8))
    assert compare_models(run, models / current) == ModelComparison(0.75, 1.0)


def test_models_with_other_labels_are_not_compared(run: RunFolder) -> None:
    card = read_card(run.path / MODEL)
    letters = replace(card.task, labels=tuple("abcdefghij"))
    write_card(run.path / MODEL, replace(card, task=letters))
    assert compare_models(run, CURRENT) is None


def test_damaged_or_missing_files_are_not_compared(run: RunFolder, tmp_path: Path) -> None:
    assert compare_models(run, tmp_path / "missing") is None
    (run.path / TEST).write_bytes(b"damaged")
    assert compare_models(run, CURRENT) is None


@pytest.mark.parametrize(
    ("epochs", "comparison", "expected"),
    [
        (3, None, True),
        (3, ModelComparison(new=0.9, current=0.9), True),
        (3, ModelComparison(new=0.9, current=0.91), False),
        (0, None, False),
        (0, ModelComparison(new=0.9, current=0.8), False),
    ],
)
def test_only_a_trained_model_that_is_not_worse_replaces_the_current_one(
    epochs: int, comparison: ModelComparison | None, expected: bool
) -> None:
    assert NewModel("mine", "Mine", epochs, comparison).replaces_current is expected
