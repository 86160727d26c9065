"""Preparation of pages with the directions of the pen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop_app.ink.directions import grey_channels
from desktop_app.ink.picture import Picture
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.tasks.kinds import is_consistent, task_problem
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.prepare_ink import prepare_ink_maps, prepare_inks
from desktop_app.tasks.task import Task

TASK = Task(preparation="mnist-directions", channels=3)
GREY = Task()
SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)], [(25, 50), (50, 50)]])
INKS = (
    SEVEN,
    Ink.from_points([[(3, 3)]]),
    Ink((Stroke(np.array([(0, 0), (9, 30)]), width=5.0), Stroke(np.array([(4, 0)]), width=20.0))),
)


def test_ink_is_coloured_and_otherwise_normalized_as_usual() -> None:
    prepared, grey = prepare(SEVEN, TASK), prepare(SEVEN, GREY)
    assert prepared is not None
    assert grey is not None
    assert prepared.model_input.shape == (28, 28, 3)
    assert prepared.placement == grey.placement
    np.testing.assert_allclose(prepared.model_input.mean(axis=2) * 1.5, grey.model_input[..., 0], atol=1e-6)
    # The bar of the seven goes right.
    placed = prepared.placement
    column, row = int((35 - placed.left) / placed.scale_x), int((11 - placed.top) / placed.scale_y)
    red, green, blue = prepared.model_input[row, column]
    assert red > green > blue
    np.testing.assert_array_equal(prepared.steps[-1].image, prepared.model_input)


def test_many_inks_are_prepared_like_each_alone() -> None:
    for model_input, ink in zip(prepare_inks(INKS, TASK), INKS, strict=True):
        prepared = prepare(ink, TASK)
        assert prepared is not None
        np.testing.assert_array_equal(model_input, prepared.model_input)


def test_images_are_grey() -> None:
    ink_map = rasterize(SEVEN)
    picture = Picture(np.zeros((*ink_map.shape, 3), np.uint8), ink_map)
    prepared, grey = prepare(picture, TASK), prepare(picture, GREY)
    assert prepared is not None
    assert grey is not None
    np.testing.assert_array_equal(prepared.model_input, grey_channels(grey.model_input))
    (many,) = prepare_ink_maps([ink_map], TASK)
    np.testing.assert_array_equal(many, prepared.model_input)


def test_an_empty_page_has_no_input() -> None:
    assert prepare(Ink(), TASK) is None


def test_a_preparation_has_its_channels() -> None:
    assert GREY.with_preparation("mnist-directions") == TASK
    assert TASK.with_preparation("mnist") == GREY
    assert replace(GREY, channels=3).with_preparation("mnist") == GREY
    picture = Task("picture", 32, 32, 3, "fit", ("a", "b"))
    assert picture.with_preparation("crop") == replace(picture, preparation="crop")


def test_task_needs_three_channels() -> None:
    assert task_problem(TASK) is None
    assert is_consistent(TASK)
    problem = task_problem(replace(TASK, channels=1))
    assert problem is not None
    assert "three channels" in str(problem)
    assert task_problem(replace(GREY, channels=3)) is not None
