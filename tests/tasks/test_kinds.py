"""Task kinds and consistency of tasks."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import pytest

from desktop_app.tasks.augment_images import augment_labelled, augment_pairs
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation
from desktop_app.tasks.calibration import calibration
from desktop_app.tasks.kinds import KINDS, augmentations, is_consistent, task_kind, task_problem
from desktop_app.tasks.metric import ACCURACY, PSNR
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.scores import image_scores, label_scores
from desktop_app.tasks.task import MOST_LABELS, Task
from tests.sentences import is_sentence

CHARACTER = Task(rejects=True)
PICTURE = Task("picture", 16, 24, 3, "fit", ("cat", "dog"))
RESTORATION = Task("restoration", 6, 8, 3, "reduce", (), scale=2)
TASKS = (CHARACTER, PICTURE, RESTORATION)


def test_kinds_are_registered_by_name() -> None:
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}
    assert [task_kind(task) for task in TASKS] == [KINDS[task.kind] for task in TASKS]
    assert {task.kind for task in TASKS} == set(KINDS)


@pytest.mark.parametrize("task", TASKS)
def test_consistent_tasks_have_no_problem(task: Task) -> None:
    assert is_consistent(task)
    assert task_problem(task) is None


@pytest.mark.parametrize(
    "task",
    [
        replace(CHARACTER, preparation="fit"),
        replace(PICTURE, preparation="mnist"),
        replace(RESTORATION, preparation="fit"),
        replace(CHARACTER, labels=(), rejects=False),
        replace(RESTORATION, rejects=True),
        replace(RESTORATION, labels=("a", "b")),
    ],
)
def test_inconsistent_preparations_and_labels_are_problems(task: Task) -> None:
    assert not is_consistent(task)
    assert is_sentence(str(task_problem(task)))


@pytest.mark.parametrize(
    ("task", "parts"),
    [
        (replace(CHARACTER, preparation="fit"), ("preparation fit", "choose mnist")),
        (replace(PICTURE, preparation="reduce"), ("preparation reduce", "choose fit")),
        (replace(CHARACTER, height=30), ("30×28×1", "8 to 128")),
        (replace(CHARACTER, height=4, width=4), ("4×4×1", "8 to 128")),
    ],
)
def test_impossible_inputs_are_named(task: Task, parts: tuple[str, ...]) -> None:
    problem = str(task_problem(task))
    assert is_sentence(problem)
    assert all(part in problem for part in parts)


ROMAN = tuple(f"{number}." for number in range(MOST_LABELS + 1))


@pytest.mark.parametrize("task", [Task(), PICTURE])
def test_labels_must_be_printable_and_unique(task: Task) -> None:
    for labels in (("a", "b"), ROMAN[:MOST_LABELS], ("é", "猫"), ("two words", "b")):
        assert task_problem(replace(task, labels=labels)) is None
    wrong: tuple[tuple[str, ...], ...] = (
        (),
        ("a",),
        ROMAN,
        ("a", "b", "a"),
        ("a", " "),
        ("a", "b\n"),
        ("\x07", "b"),
    )
    problems = [str(task_problem(replace(task, labels=labels))) for labels in wrong]
    assert all(map(is_sentence, problems))
    assert str(MOST_LABELS) in problems[2]
    # Too few, too many, repeated and not printable labels are different problems.
    assert len({*problems}) == 4


def test_only_image_outputs_have_a_scale() -> None:
    for task in (CHARACTER, PICTURE):
        assert is_sentence(str(task_problem(replace(task, scale=2))))
    assert task_problem(replace(RESTORATION, scale=3)) is None


def test_character_inputs_are_grey() -> None:
    assert is_sentence(str(task_problem(replace(CHARACTER, channels=3))))
    assert task_problem(replace(PICTURE, channels=1)) is None


def test_functions_of_kinds_with_labels() -> None:
    for task in (CHARACTER, PICTURE):
        kind = task_kind(task)
        assert kind.metrics == (ACCURACY,)
        assert kind.loss(True) == "categorical_crossentropy"
        assert kind.loss(False) == "categorical_crossentropy_from_logits"
        assert kind.output_problem(True) is kind.output_problem(False) is None
        assert (kind.augment, kind.evaluate, kind.calibrate) == (augment_labelled, label_scores, calibration)
        reading = kind.empty_reading(2.5)
        assert reading is not None
        assert (reading.verdict, reading.milliseconds) == (Verdict.NO_INK, 2.5)
        assert (reading.label, reading.not_a_character) == (None, 0)


def test_functions_of_kinds_with_images() -> None:
    kind = task_kind(RESTORATION)
    assert kind.metrics == (PSNR,)
    assert kind.loss(True) == kind.loss(False) == "mean_squared_error"
    assert is_sentence(str(kind.output_problem(True)))
    assert kind.output_problem(False) is None
    assert (kind.augment, kind.evaluate, kind.calibrate) == (augment_pairs, image_scores, None)
    output = np.zeros(RESTORATION.output_shape, np.float32)
    assert kind.read(output, RESTORATION, 0.5, 1.0) is None
    assert kind.empty_reading(1.0) is None


def test_augmentations_depend_on_the_task() -> None:
    characters, colour, pairs = (set(augmentations(task)) for task in TASKS)
    grey = set(augmentations(replace(PICTURE, channels=1)))
    known = {field.name for field in fields(ImageAugmentation)}
    assert characters | colour | pairs == known
    assert "flip" not in characters
    assert not {"thickness", "ink_strength"} & colour
    assert pairs == {"flip", "crop"}
    assert colour - grey == {"saturation"}


@pytest.mark.parametrize("task", TASKS)
def test_default_augmentation_uses_only_settings_that_suit_the_task(task: Task) -> None:
    default, suitable = asdict(task_kind(task).default_augmentation), augmentations(task)
    assert default != asdict(NO_AUGMENTATION)
    for name, value in asdict(NO_AUGMENTATION).items():
        assert name in suitable or default[name] == value


def test_titles_are_noun_phrases() -> None:
    for kind in KINDS.values():
        assert str(kind.title)[0].islower()
        assert not str(kind.title).endswith(".")


def random_image(height: int, width: int) -> Any:
    return np.random.default_rng(1).integers(1, 256, (height, width, 3), np.uint8)


def test_sample_of_image_classification_is_the_fitted_image() -> None:
    sample = task_kind(PICTURE).make_sample
    assert sample is not None
    picture = random_image(16, 24)
    model_input, target = sample(picture, PICTURE)
    np.testing.assert_array_equal(model_input, picture)
    assert target is None
    assert task_kind(CHARACTER).make_sample is None


def test_sample_of_image_restoration_is_the_downscaled_image() -> None:
    sample = task_kind(RESTORATION).make_sample
    assert sample is not None
    picture = random_image(12, 16)
    model_input, target = sample(picture, RESTORATION)
    np.testing.assert_array_equal(target, picture)
    assert model_input.shape == RESTORATION.input_shape
    np.testing.assert_array_equal(model_input, downscale_image(picture, 2))


def test_output_shapes() -> None:
    assert CHARACTER.output_shape == (11,)
    assert PICTURE.output_shape == (2,)
    assert RESTORATION.output_shape == (12, 16, 3)
    assert RESTORATION.input_shape == (6, 8, 3)
