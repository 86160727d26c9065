"""Versions of an image, and their quality."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.image_quality import image_quality
from desktop_app.tasks.task import Task
from desktop_app.views.enlargement.versions import (
    Version,
    Versions,
    comparable_names,
    difference,
    gain,
    version_names,
    versions_of,
)
from tests.views.enlargements import COLOUR_TASK, SAME_SIZE_TASK, TASK, cross, observed


def made(task: Task, observation: Observation | None = None) -> Versions:
    versions = versions_of(observation or observed(task), task)
    assert versions is not None
    return versions


def named(versions: Versions, name: str) -> Version:
    pair = versions.pair(name, name)
    assert pair is not None
    return pair[0]


@pytest.mark.parametrize("task", [TASK, COLOUR_TASK, SAME_SIZE_TASK])
def test_all_versions_have_their_size_and_quality(task: Task) -> None:
    versions = made(task)
    assert tuple(version.name for version in versions.versions) == version_names(task)
    original = named(versions, "original").image
    assert original.shape == task.output_shape
    for version in versions.versions:
        assert version.image.dtype == np.float32
        assert (version.image.shape == original.shape) == (version.name in comparable_names(task))
        is_compared = version.name in comparable_names(task) and version.name != "original"
        assert (version.quality is not None) == is_compared


def test_an_image_that_is_not_enlarged_is_not_interpolated() -> None:
    assert version_names(SAME_SIZE_TASK) == ("input", "model", "original")
    assert comparable_names(SAME_SIZE_TASK) == ("input", "model", "original")
    quality = named(made(SAME_SIZE_TASK), "input").quality
    assert quality is not None
    assert quality.ssim == pytest.approx(1)


def test_interpolation_is_that_of_pillow() -> None:
    observation = observed(TASK)
    assert observation.prepared is not None
    small = Image.fromarray(observation.prepared.pixels[..., 0])
    enlarged = np.asarray(small.resize((16, 16), Image.Resampling.BICUBIC)) / 255
    np.testing.assert_allclose(named(made(TASK), "bicubic").image[..., 0], enlarged, atol=1e-6)


def test_the_original_is_what_was_opened() -> None:
    expected = cross().rgb[..., :1].astype(np.float32) / 255
    np.testing.assert_allclose(named(made(TASK), "original").image, expected, atol=1e-6)


def test_quality_is_measured_against_the_original() -> None:
    versions = made(TASK)
    model, bicubic, original = (named(versions, name) for name in ("model", "bicubic", "original"))
    expected = image_quality(model.image[None], original.image[None])
    assert model.quality is not None
    measures = (expected.psnr, expected.ssim, expected.psnr_in_box, expected.ssim_in_box)
    np.testing.assert_allclose(model.quality.values(), np.concatenate(measures), rtol=1e-6)
    assert bicubic.quality is not None
    assert gain(bicubic, model) == pytest.approx(model.quality.psnr - bicubic.quality.psnr)
    assert gain(bicubic, model) > 5
    np.testing.assert_allclose(difference(model, original), 0.1 * original.image[..., 0], atol=1e-6)


def test_an_output_that_is_not_finite_is_compared_as_black() -> None:
    observation = observed(TASK, np.full(TASK.output_shape, np.nan, np.float32))
    assert not named(made(TASK, observation), "model").image.any()


def test_an_empty_page_has_no_versions() -> None:
    assert versions_of(Observation(None), TASK) is None


def test_a_missing_version_has_no_pair() -> None:
    assert made(SAME_SIZE_TASK).pair("bicubic", "model") is None
