"""What pages become for each preparation, and the steps that are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from desktop_app.ink.normalize import normalize
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.rasterize import ink_map_placement, rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.prepare import PREPARATIONS, fit_picture, prepare, prepare_ink_map, reduce_picture
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
    normalized = normalize(rasterize(SEVEN), 28, 1)
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
    assert "squares of 8 to 128 pixels" in str(PREPARATIONS["mnist"].expected_inputs(shape))
    assert PREPARATIONS["mnist"].expected_inputs((28, 28, 3)) is None
    assert PREPARATIONS["fit"].expected_inputs((28, 14, 3)) is None


def test_no_ink_is_looked_for_in_what_a_network_for_pictures_sees() -> None:
    def refused() -> np.ndarray:
        raise AssertionError("nobody needs the ink")

    page = Picture(picture(20, 20).rgb, refused)
    assert prepare(page, FIT) is not None
    with pytest.raises(AssertionError, match="nobody needs"):
        prepare(page, Task())


def test_a_picture_is_fitted_into_the_output_and_reduced_to_the_input() -> None:
    page = picture(40, 20)
    task = replace(REDUCE, width=12, scale=3)
    prepared = prepare(page, task)
    assert prepared is not None
    first, fitted, last = prepared.steps
    assert first.image is page.rgb
    wanted = fit_picture(page.rgb, (30, 36, 3))
    np.testing.assert_array_equal(fitted.image, wanted.astype(np.float32) / np.float32(255))
    assert fitted.image.dtype == np.float32
    np.testing.assert_array_equal(last.image, prepared.model_input)
    np.testing.assert_array_equal(np.rint(prepared.model_input * 255), reduce_picture(wanted, 3))
    # 15 of 36 columns are covered, the first of them the tenth, which lies in the input's fourth.
    left, top = prepared.placement.point(10 / 3, 0)
    right, bottom = prepared.placement.point(25 / 3, 10)
    assert (left, top, right, bottom) == pytest.approx((0, 0, 20, 40))


def test_a_wide_picture_lies_in_the_middle_of_the_rows() -> None:
    prepared = prepare(picture(10, 60), FIT)
    assert prepared is not None
    # 24 columns and 4 rows: the first of the rows is the sixth.
    assert prepared.placement.point(0, 6) == pytest.approx((0, 0))
    assert prepared.placement.point(24, 10) == pytest.approx((60, 10))
    rows = np.flatnonzero(prepared.model_input.any(axis=(1, 2)))
    assert rows.tolist() == [6, 7, 8, 9]


def test_a_grey_network_sees_grey_steps() -> None:
    prepared = prepare(picture(9, 9), replace(REDUCE, channels=1))
    assert prepared is not None
    assert [step.name for step in prepared.steps] == ["picture", "fitted", "input"]
    assert [step.image.shape for step in prepared.steps] == [(9, 9, 3), (20, 20), (10, 10)]
    np.testing.assert_array_equal(prepared.steps[-1].image, prepared.model_input[..., 0])


def test_fitted_ink_lies_where_it_was_drawn() -> None:
    corners = Ink.from_points([[(100, 50)], [(300, 50)], [(100, 150)], [(300, 150)]])
    prepared = prepare(corners, Task("picture", 60, 60, 1, "fit", ("a", "b")))
    assert prepared is not None
    image = prepared.model_input[..., 0]
    assert prepared.steps[0].image.dtype == np.uint8
    rows, columns = np.flatnonzero((image < 0.5).sum(axis=1)), np.flatnonzero((image < 0.5).any(axis=0))
    # Above and below the picture of the ink there is nothing, which is black.
    rows = np.array([row for row in rows if image[row].max() > 0.5])
    left, top = prepared.placement.point(columns[0], rows[0])
    right, bottom = prepared.placement.point(columns[-1] + 1, rows[-1] + 1)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((200, 100), abs=8)


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (56, 3)])
def test_ink_is_normalized_into_the_tasks_size_and_channels(size: int, channels: Literal[1, 3]) -> None:
    prepared = prepare(SEVEN, Task(height=size, width=size, channels=channels))
    assert prepared is not None
    assert prepared.model_input.shape == (size, size, channels)
    assert prepared.steps[-1].image.shape == (size, size)
    wanted = normalize(rasterize(SEVEN), size, channels)
    assert wanted is not None
    np.testing.assert_array_equal(prepared.model_input, wanted.model_input)
    placement = ink_map_placement(SEVEN)
    assert placement is not None
    assert prepared.placement == wanted.placement.on(placement)


def test_an_ink_map_without_ink_becomes_nothing() -> None:
    assert prepare_ink_map(np.zeros((20, 20), np.float32), Task()) is None
    full = prepare_ink_map(np.ones((20, 20), np.float32), Task())
    assert full is not None
    # Without a page of its own it lies on itself: 20 pixels become the middle 20 of 28.
    assert full.placement.point(4, 4) == pytest.approx((0, 0))
    np.testing.assert_array_equal(full.steps[0].image, np.ones((20, 20)))
    np.testing.assert_array_equal(full.steps[1].image, np.ones((20, 20)))


def test_reducing_rounds_to_the_nearest() -> None:
    blocks = np.array([[0, 1, 1, 1], [0, 0, 1, 0], [255, 255, 7, 9], [255, 255, 9, 7]], np.uint8)
    assert reduce_picture(blocks[..., None], 2)[..., 0].tolist() == [[0, 1], [255, 8]]
    tall = np.repeat(blocks[:, :2, None], 3, axis=2)
    assert reduce_picture(tall, 1) is not None
    np.testing.assert_array_equal(reduce_picture(tall, 1), tall)
    assert reduce_picture(tall, 2).dtype == np.uint8


def test_normalizing_takes_squares_of_one_or_three_channels() -> None:
    wanted = PREPARATIONS["mnist"].expected_inputs
    for size in (8, 128):
        assert wanted((size, size, 1)) == wanted((size, size, 3)) is None
    for shape in ((7, 7, 1), (129, 129, 1), (28, 28, 4), (28, 29, 1), (28, 28), (28, 28, 1, 1)):
        assert wanted(shape)


def test_the_ink_of_a_picture_is_normalized() -> None:
    ink_map = rasterize(SEVEN)
    page = Picture(np.zeros((*ink_map.shape, 3), np.uint8), ink_map, "seven")
    task = Task(height=56, width=56, channels=3)
    seen, drawn = prepare(page, task), prepare(SEVEN, task)
    assert seen is not None
    assert drawn is not None
    np.testing.assert_array_equal(seen.model_input, drawn.model_input)
    assert prepare(Picture(page.rgb, np.zeros_like(ink_map), "blank"), task) is None


def test_a_thin_picture_stays_one_pixel_thin() -> None:
    fitted = fit_picture(np.full((1, 100, 3), 9, np.uint8), (8, 8, 3))
    assert np.flatnonzero(fitted.any(axis=(1, 2))).tolist() == [3]
    assert fitted.dtype == np.uint8


def test_an_enlarged_picture_has_no_brighter_and_no_darker_edges() -> None:
    edge = np.zeros((4, 4, 3), np.uint8)
    edge[:, 2:], edge[:, :2] = 200, 50
    fitted = fit_picture(edge, (16, 16, 3))
    assert (fitted.min(), fitted.max()) == (50, 200)


def test_a_network_that_enlarges_nothing_sees_the_fitted_picture() -> None:
    prepared = prepare(picture(10, 10), replace(REDUCE, scale=1))
    assert prepared is not None
    assert [step.name for step in prepared.steps] == ["picture", "input"]
