"""Preparation of pages and its steps."""

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
from desktop_app.tasks.prepare import PREPARATIONS, prepare
from desktop_app.tasks.prepare_images import crop_image, fit_image
from desktop_app.tasks.prepare_ink import prepare_ink_map, prepare_inks
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Task

SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)]])
FIT = Task("picture", 16, 24, 3, "fit", ("cat", "dog"))
REDUCE = Task("restoration", 10, 10, 3, "reduce", (), scale=2)
REDUCE_DIGITS = Task("restoration", 14, 14, 1, "mnist-reduce", (), scale=2)


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


@pytest.mark.parametrize("task", [Task(), FIT, REDUCE, REDUCE_DIGITS])
def test_empty_page_gives_none(task: Task) -> None:
    assert prepare(Ink(), task) is None


@pytest.mark.parametrize("task", [FIT, REDUCE])
@pytest.mark.parametrize("page", [SEVEN, picture(30, 20), picture(7, 100), picture(1, 1)])
def test_inputs_have_the_shape_of_the_task(page: Page, task: Task) -> None:
    prepared = prepare(page, task)
    assert prepared is not None
    assert prepared.model_input.shape == task.input_shape
    assert prepared.model_input.dtype == np.float32
    assert not prepared.model_input.flags.writeable
    assert 0 <= prepared.model_input.min() < prepared.model_input.max() <= 1
    np.testing.assert_array_equal(prepared.steps[-1].image, prepared.model_input)


def test_image_of_input_size_stays_unchanged() -> None:
    page = picture(16, 24)
    prepared = prepare(page, FIT)
    assert prepared is not None
    np.testing.assert_array_equal(np.rint(prepared.model_input * 255), page.rgb)
    assert prepared.placement.point(3, 5) == (3, 5)


def test_fitted_image_keeps_its_aspect_ratio_and_is_centred() -> None:
    fitted = fit_image(np.full((20, 10, 3), 200, dtype=np.uint8), (16, 24, 3))
    covered = fitted.max(axis=2) > 0
    assert np.flatnonzero(covered.any(axis=1)).tolist() == list(range(16))
    assert np.flatnonzero(covered.any(axis=0)).tolist() == list(range(8, 16))
    assert set(np.unique(fitted)) == {0, 200}
    prepared = prepare(Picture(np.full((20, 10, 3), 200, np.uint8), np.zeros((20, 10), np.float32)), FIT)
    assert prepared is not None
    assert prepared.placement.point(8, 0) == pytest.approx((0, 0))
    assert prepared.placement.point(16, 16) == pytest.approx((10, 20))


def test_cropped_image_fills_the_input_with_its_middle() -> None:
    pixels = np.zeros((60, 20, 3), np.uint8)
    pixels[20:40] = (200, 100, 50)
    pixels[:20] = 255
    prepared = prepare(Picture(pixels, np.zeros((60, 20), np.float32)), replace(FIT, preparation="crop"))
    assert prepared is not None
    assert prepared.model_input.shape == (16, 24, 3)
    assert (prepared.pixels[2:-2] == (200, 100, 50)).all()
    # 20 pixels of width become 24, so 13 1/3 rows become 16.
    box = (0, 60 / 2 - 20 / 3, 20, 60 / 2 + 20 / 3)
    assert list(prepared.steps[0].boxes[0]) == pytest.approx(list(box))
    assert prepared.placement.point(0, 0) == pytest.approx(box[:2])
    assert prepared.placement.point(24, 16) == pytest.approx(box[2:])


@pytest.mark.parametrize("shape", [(16, 24, 3), (1, 90, 3), (90, 1, 3), (5, 7, 1)])
def test_image_of_this_size_is_not_changed_by_cropping(shape: tuple[int, ...]) -> None:
    pixels = picture(*shape[:2]).rgb
    cropped = crop_image(pixels, shape)
    assert cropped.shape == shape
    if shape[2] == 3:
        np.testing.assert_array_equal(cropped, pixels)
    assert crop_image(pixels, (16, 16, 3)).shape == (16, 16, 3)


def test_grey_input_is_the_luma_of_the_image() -> None:
    red = np.zeros((8, 8, 3), dtype=np.uint8)
    red[..., 0] = 255
    assert (fit_image(red, (8, 8, 1)) == 76).all()


def test_fitted_image_is_a_step_of_reduction() -> None:
    prepared = prepare(picture(20, 20), REDUCE)
    assert prepared is not None
    assert [(step.name, step.image.shape) for step in prepared.steps] == [
        ("picture", (20, 20, 3)),
        ("fitted", (20, 20, 3)),
        ("input", (10, 10, 3)),
    ]
    assert prepared.placement.point(10, 10) == pytest.approx((20, 20))


def test_fitted_ink_is_dark_on_white_with_its_placement() -> None:
    diagonal = Ink.from_points([[(0, 0), (100, 100)]])
    prepared = prepare(diagonal, Task("picture", 50, 50, 1, "fit", ("a", "b")))
    assert prepared is not None
    image = prepared.model_input[..., 0]
    assert image[0, -1] == image[-1, 0] == 1
    rows, columns = np.nonzero(image < 0.5)
    assert len(rows) >= 50
    corners = zip(columns.tolist(), rows.tolist(), strict=True)
    points = np.array([prepared.placement.point(x + 0.5, y + 0.5) for x, y in corners])
    assert np.abs(points[:, 0] - points[:, 1]).max() < 20


@pytest.mark.parametrize("shape", [(28, 14, 1), (4, 4, 1), (256, 256, 1), (28, 28, 2), (784,)])
def test_normalized_inputs_are_squares_of_some_sizes(shape: tuple[int, ...]) -> None:
    assert "squares of 8 to 128 pixels" in str(PREPARATIONS["mnist"].expected_inputs(shape))
    assert PREPARATIONS["mnist"].expected_inputs((28, 28, 3)) is None
    assert PREPARATIONS["fit"].expected_inputs((28, 14, 3)) is None


def test_ink_is_not_computed_for_image_classification() -> None:
    def fail() -> np.ndarray:
        raise AssertionError("the ink is not needed")

    page = Picture(picture(20, 20).rgb, fail)
    assert prepare(page, FIT) is not None
    with pytest.raises(AssertionError, match="not needed"):
        prepare(page, Task())


def test_image_is_fitted_into_the_output_and_downscaled_to_the_input() -> None:
    page = picture(40, 20)
    task = replace(REDUCE, width=12, scale=3)
    prepared = prepare(page, task)
    assert prepared is not None
    first, fitted, last = prepared.steps
    assert first.image is page.rgb
    expected = fit_image(page.rgb, (30, 36, 3))
    np.testing.assert_array_equal(fitted.image, expected.astype(np.float32) / np.float32(255))
    assert fitted.image.dtype == np.float32
    np.testing.assert_array_equal(last.image, prepared.model_input)
    assert prepared.original is not None
    assert not prepared.original.flags.writeable
    np.testing.assert_array_equal(prepared.original, fitted.image)
    np.testing.assert_array_equal(np.rint(prepared.model_input * 255), downscale_image(expected, 3))
    # 15 of 36 columns are covered, starting with the eleventh, which is in the fourth of the input.
    left, top = prepared.placement.point(10 / 3, 0)
    right, bottom = prepared.placement.point(25 / 3, 10)
    assert (left, top, right, bottom) == pytest.approx((0, 0, 20, 40))


def test_wide_image_is_centred_vertically() -> None:
    prepared = prepare(picture(10, 60), FIT)
    assert prepared is not None
    # 24 columns and 4 rows, with 6 rows above.
    assert prepared.placement.point(0, 6) == pytest.approx((0, 0))
    assert prepared.placement.point(24, 10) == pytest.approx((60, 10))
    rows = np.flatnonzero(prepared.model_input.any(axis=(1, 2)))
    assert rows.tolist() == [6, 7, 8, 9]


def test_steps_of_grey_inputs_are_grey() -> None:
    prepared = prepare(picture(9, 9), replace(REDUCE, channels=1))
    assert prepared is not None
    assert [step.name for step in prepared.steps] == ["picture", "fitted", "input"]
    assert [step.image.shape for step in prepared.steps] == [(9, 9, 3), (20, 20), (10, 10)]
    np.testing.assert_array_equal(prepared.steps[-1].image, prepared.model_input[..., 0])


def test_placement_of_fitted_ink() -> None:
    corners = Ink.from_points([[(100, 50)], [(300, 50)], [(100, 150)], [(300, 150)]])
    prepared = prepare(corners, Task("picture", 60, 60, 1, "fit", ("a", "b")))
    assert prepared is not None
    image = prepared.model_input[..., 0]
    assert prepared.steps[0].image.dtype == np.uint8
    rows, columns = np.flatnonzero((image < 0.5).sum(axis=1)), np.flatnonzero((image < 0.5).any(axis=0))
    # Above and below the image of the ink, the input is black.
    rows = np.array([row for row in rows if image[row].max() > 0.5])
    left, top = prepared.placement.point(columns[0], rows[0])
    right, bottom = prepared.placement.point(columns[-1] + 1, rows[-1] + 1)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((200, 100), abs=8)


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (56, 3)])
def test_ink_is_normalized_to_the_size_and_channels_of_the_task(size: int, channels: Literal[1, 3]) -> None:
    prepared = prepare(SEVEN, Task(height=size, width=size, channels=channels))
    assert prepared is not None
    assert prepared.model_input.shape == (size, size, channels)
    assert prepared.steps[-1].image.shape == (size, size)
    expected = normalize(rasterize(SEVEN), size, channels)
    assert expected is not None
    np.testing.assert_array_equal(prepared.model_input, expected.model_input)
    placement = ink_map_placement(SEVEN)
    assert placement is not None
    assert prepared.placement == expected.placement.on(placement)


def test_ink_map_without_ink_gives_none() -> None:
    assert prepare_ink_map(np.zeros((20, 20), np.float32), Task()) is None
    full = prepare_ink_map(np.ones((20, 20), np.float32), Task())
    assert full is not None
    # The ink map is the page: its 20 pixels become the middle 20 of 28.
    assert full.placement.point(4, 4) == pytest.approx((0, 0))
    np.testing.assert_array_equal(full.steps[0].image, np.ones((20, 20)))
    np.testing.assert_array_equal(full.steps[1].image, np.ones((20, 20)))


def test_normalized_inputs_have_one_or_three_channels() -> None:
    expected = PREPARATIONS["mnist"].expected_inputs
    for size in (8, 128):
        assert expected((size, size, 1)) == expected((size, size, 3)) is None
    for shape in ((7, 7, 1), (129, 129, 1), (28, 28, 4), (28, 29, 1), (28, 28), (28, 28, 1, 1)):
        assert expected(shape)


def test_ink_of_an_image_is_normalized() -> None:
    ink_map = rasterize(SEVEN)
    page = Picture(np.zeros((*ink_map.shape, 3), np.uint8), ink_map, "seven")
    task = Task(height=56, width=56, channels=3)
    seen, drawn = prepare(page, task), prepare(SEVEN, task)
    assert seen is not None
    assert drawn is not None
    np.testing.assert_array_equal(seen.model_input, drawn.model_input)
    assert prepare(Picture(page.rgb, np.zeros_like(ink_map), "blank"), task) is None


def test_thin_image_is_at_least_one_pixel_high() -> None:
    fitted = fit_image(np.full((1, 100, 3), 9, np.uint8), (8, 8, 3))
    assert np.flatnonzero(fitted.any(axis=(1, 2))).tolist() == [3]
    assert fitted.dtype == np.uint8


def test_enlarged_image_has_no_overshoot() -> None:
    edge = np.zeros((4, 4, 3), np.uint8)
    edge[:, 2:], edge[:, :2] = 200, 50
    fitted = fit_image(edge, (16, 16, 3))
    assert (fitted.min(), fitted.max()) == (50, 200)


def test_reduction_by_scale_one_is_fitting() -> None:
    prepared = prepare(picture(10, 10), replace(REDUCE, scale=1))
    assert prepared is not None
    assert [step.name for step in prepared.steps] == ["picture", "input"]


def test_ink_is_normalized_at_the_output_size_and_downscaled() -> None:
    prepared, normalized = prepare(SEVEN, REDUCE_DIGITS), prepare(SEVEN, Task())
    assert prepared is not None
    assert normalized is not None
    assert [(step.name, step.image.shape) for step in prepared.steps[1:]] == [
        ("box", rasterize(SEVEN).shape),
        ("normalized", (28, 28)),
        ("input", (14, 14)),
    ]
    assert prepared.original is not None
    assert prepared.original.shape == (28, 28, 1)
    np.testing.assert_array_equal(np.rint(prepared.original * 255), normalized.pixels)
    reduced = downscale_image(normalized.pixels, 2)
    np.testing.assert_array_equal(prepared.model_input, reduced.astype(np.float32) / np.float32(255))
    assert not prepared.model_input.flags.writeable
    # A pixel of the input is two pixels of the normalized ink wide.
    assert prepared.placement.point(3, 5) == pytest.approx(normalized.placement.point(6, 10))


def test_ink_at_scale_one_is_normalized_only() -> None:
    task = replace(REDUCE_DIGITS, height=28, width=28, scale=1)
    prepared, normalized = prepare(SEVEN, task), prepare(SEVEN, Task())
    assert prepared is not None
    assert normalized is not None
    assert [step.name for step in prepared.steps] == ["ink", "box", "input"]
    np.testing.assert_array_equal(prepared.pixels, normalized.pixels)
    assert prepared.original is not None
    np.testing.assert_array_equal(prepared.original, prepared.model_input)


def test_inputs_of_reduced_digits_are_squares() -> None:
    expected = PREPARATIONS["mnist-reduce"].expected_inputs
    assert expected((4, 4, 1)) == expected((14, 14, 3)) is None
    assert "squares of 4 to 128 pixels" in str(expected((14, 12, 1)))


def test_only_tasks_with_output_images_have_an_original() -> None:
    for task in (Task(), FIT):
        prepared = prepare(SEVEN, task)
        assert prepared is not None
        assert prepared.original is None


def test_many_inks_are_prepared_like_each_alone() -> None:
    rng = np.random.default_rng(0)
    inks = [Ink.from_points(rng.normal(0, 50, (count, 6, 2))) for count in rng.integers(1, 4, 150)]
    inputs = prepare_inks(inks, Task())
    for ink, model_input in zip(inks, inputs, strict=True):
        prepared = prepare(ink, Task())
        assert prepared is not None
        np.testing.assert_array_equal(model_input, prepared.model_input)
    assert prepare_inks([], Task()) == []
