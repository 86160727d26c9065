"""What pages become for each preparation, and the steps that are shown."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.ink.normalize import normalize
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.prepare import PREPARATIONS, fit_picture, prepare, reduce_picture
from desktop_app.tasks.task import Task

SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)]])
FIT = Task("picture", 16, 24, 3, "fit", ("cat", "dog"))
REDUCE = Task("restoration", 10, 10, 3, "reduce", (), scale=2)


def picture(height: int, width: int) -> Picture:
    rng = np.random.default_rng(0)
    rgb = rng.integers(1, 256, (height, width, 3), dtype=np.uint8)
    return Picture(rgb, np.zeros((height, width), dtype=np.float32), "noise")


def test_ink_is_normalized_in_three_steps() -> None:
    prepared = prepare(SEVEN, Task())
    normalized = normalize(rasterize(SEVEN))
    assert prepared is not None
    assert normalized is not None
    assert [step.name for step in prepared.steps] == ["ink", "box", "input"]
    np.testing.assert_array_equal(prepared.model_input, normalized.model_input)
    assert list(prepared.steps[1].boxes[0]) == list(normalized.box)
    assert prepared.steps[1].crosses == (normalized.centre_of_mass,)
    np.testing.assert_array_equal(prepared.steps[-1].image, normalized.model_input[..., 0])


@pytest.mark.parametrize("task", [Task(), FIT, REDUCE])
def test_an_empty_page_becomes_nothing(task: Task) -> None:
    assert prepare(Ink(), task) is None


@pytest.mark.parametrize("task", [FIT, REDUCE])
@pytest.mark.parametrize("page", [SEVEN, picture(30, 20), picture(7, 100), picture(1, 1)])
def test_pages_become_inputs_of_the_tasks_shape(page: Page, task: Task) -> None:
    prepared = prepare(page, task)
    assert prepared is not None
    assert prepared.model_input.shape == task.input_shape
    assert prepared.model_input.dtype == np.float32
    assert not prepared.model_input.flags.writeable
    assert 0 <= prepared.model_input.min() < prepared.model_input.max() <= 1
    np.testing.assert_array_equal(prepared.steps[-1].image, prepared.model_input)


def test_a_picture_of_the_inputs_size_is_unchanged() -> None:
    page = picture(16, 24)
    prepared = prepare(page, FIT)
    assert prepared is not None
    np.testing.assert_array_equal(np.rint(prepared.model_input * 255), page.rgb)
    assert prepared.placement.point(3, 5) == (3, 5)


def test_a_fitted_picture_keeps_its_aspect_and_place() -> None:
    fitted = fit_picture(np.full((20, 10, 3), 200, dtype=np.uint8), (16, 24, 3))
    covered = fitted.max(axis=2) > 0
    assert np.flatnonzero(covered.any(axis=1)).tolist() == list(range(16))
    assert np.flatnonzero(covered.any(axis=0)).tolist() == list(range(8, 16))
    assert set(np.unique(fitted)) == {0, 200}
    prepared = prepare(Picture(np.full((20, 10, 3), 200, np.uint8), np.zeros((20, 10), np.float32)), FIT)
    assert prepared is not None
    assert prepared.placement.point(8, 0) == pytest.approx((0, 0))
    assert prepared.placement.point(16, 16) == pytest.approx((10, 20))


def test_a_grey_input_has_the_brightness_of_the_picture() -> None:
    red = np.zeros((8, 8, 3), dtype=np.uint8)
    red[..., 0] = 255
    assert (fit_picture(red, (8, 8, 1)) == 76).all()


def test_a_reduced_picture_has_the_mean_of_each_block() -> None:
    picture = np.arange(16, dtype=np.uint8).reshape(4, 4, 1)
    assert reduce_picture(picture, 2)[..., 0].tolist() == [[2, 4], [10, 12]]


def test_reducing_is_shown_between_the_picture_and_the_input() -> None:
    prepared = prepare(picture(20, 20), REDUCE)
    assert prepared is not None
    assert [(step.name, step.image.shape) for step in prepared.steps] == [
        ("picture", (20, 20, 3)),
        ("fitted", (20, 20, 3)),
        ("input", (10, 10, 3)),
    ]
    assert prepared.placement.point(10, 10) == pytest.approx((20, 20))


def test_ink_that_is_fitted_is_dark_on_white_and_lies_where_it_was_drawn() -> None:
    diagonal = Ink.from_points([[(0, 0), (100, 100)]])
    prepared = prepare(diagonal, Task("picture", 50, 50, 1, "fit", ("a", "b")))
    assert prepared is not None
    image = prepared.model_input[..., 0]
    assert image[0, -1] == image[-1, 0] == 1
    rows, columns = np.nonzero(image < 0.5)
    assert len(rows) >= 50
    x, y = prepared.placement.point(columns + 0.5, rows + 0.5)  # type: ignore[arg-type]
    assert np.abs(x - y).max() < 20


@pytest.mark.parametrize("shape", [(28, 14, 1), (4, 4, 1), (256, 256, 1), (28, 28, 2), (784,)])
def test_only_squares_of_some_sizes_can_be_normalized_into(shape: tuple[int, ...]) -> None:
    assert "squares of 8 to 128 pixels" in PREPARATIONS["mnist"].wanted(shape)
    assert PREPARATIONS["mnist"].wanted((28, 28, 3)) == ""
    assert PREPARATIONS["fit"].wanted((28, 14, 3)) == ""


def test_no_ink_is_looked_for_in_what_a_network_for_pictures_sees() -> None:
    def refused() -> np.ndarray:
        raise AssertionError("nobody needs the ink")

    page = Picture(picture(20, 20).rgb, refused)
    assert prepare(page, FIT) is not None
    with pytest.raises(AssertionError, match="nobody needs"):
        prepare(page, Task())
