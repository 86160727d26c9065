from __future__ import annotations

import pytest

from desktop_app.runs.recipe import Fitting, Recipe, bounds, choices
from desktop_app.runs.recipe_fields import choice_field, flag_field, number_field
from desktop_app.tasks.augmentation import ImageAugmentation


def test_number_fields_have_bounds_and_defaults_of_the_recipe() -> None:
    epochs = number_field("fitting.epochs", "Epochs", "How often", step=2, unit=" times")
    assert (epochs.name, epochs.title, epochs.explanation) == ("fitting.epochs", "Epochs", "How often")
    assert (epochs.step, epochs.unit, epochs.reach) == (2, " times", None)
    assert (epochs.least, epochs.most) == bounds(Fitting, "epochs")
    assert epochs.default == Fitting.epochs
    assert epochs.is_whole
    assert number_field("seed", "Seed").most == bounds(Recipe, "seed")[1]


def test_optional_parts_of_a_recipe_have_fields() -> None:
    gamma = number_field("image_augmentation.gamma", "Contrast", step=0.01, reach=0.5)
    assert (gamma.default, gamma.least, gamma.most, gamma.reach) == (ImageAugmentation.gamma, 0, 1, 0.5)


def test_choice_fields_have_the_choices_of_the_recipe() -> None:
    words = {word: word.upper() for word in reversed(choices(Fitting, "optimizer"))}
    optimizer = choice_field("fitting.optimizer", "Optimizer", words, "How weights move")
    assert (optimizer.name, optimizer.title, optimizer.explanation) == (
        "fitting.optimizer",
        "Optimizer",
        "How weights move",
    )
    assert tuple(optimizer.choices) == choices(Fitting, "optimizer")
    assert optimizer.choices["adam"] == "ADAM"
    assert optimizer.default == Fitting.optimizer
    with pytest.raises(KeyError):
        choice_field("fitting.optimizer", "Optimizer", {"adam": "Adam"})


def test_flag_fields_have_defaults_of_the_recipe() -> None:
    compiles = flag_field("fitting.jit_compile", "Compile", "By XLA")
    assert (compiles.name, compiles.title, compiles.explanation) == (
        "fitting.jit_compile",
        "Compile",
        "By XLA",
    )
    assert compiles.default is Fitting.jit_compile
    assert flag_field("task.rejects", "Rejects").default is Recipe().task.rejects
