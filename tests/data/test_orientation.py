"""Tests of the detection of transposed characters."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from desktop_app.core.errors import UserError
from desktop_app.core.paths import resources_dir
from desktop_app.data.collection import collect
from desktop_app.data.dataset import build_dataset
from desktop_app.data.orientation import seems_transposed
from desktop_app.data.sample_set import open_sample_set
from desktop_app.data.source_summary import summarize_source
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.tasks.task import Task


@pytest.fixture(scope="module")
def digits() -> SourceSet:
    """Bundled digits of many writers, 8×8 pixels."""
    folders = DataFolders(None, resources_dir())
    return open_source("uci-digits", folders, lambda _: None, lambda: False)


def test_transposed_digits_are_noticed(digits: SourceSet) -> None:
    assert seems_transposed(digits.transposed())
    assert summarize_source(digits.transposed()).seems_transposed


@pytest.fixture(scope="module")
def letters() -> SourceSet:
    """Slanted letters, 32×32 pixels, dark on light."""
    rng, font, images = np.random.default_rng(3), ImageFont.load_default(20), []
    labels = [each for each in string.ascii_letters for _ in range(3)]
    for label in labels:
        canvas = Image.new("L", (32, 32), 255)
        ImageDraw.Draw(canvas).text((9, 3), label, fill=0, font=font)
        slant = float(rng.uniform(-0.3, 0.3))
        matrix = (1, slant, -16 * slant, 0, float(rng.uniform(0.8, 1.2)), 0)
        slanted = canvas.transform(
            (32, 32), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=255
        )
        images.append(np.asarray(slanted))
    return SourceSet("letters", "letters.npz", "", np.array(labels), images=np.stack(images)[..., None])


def test_transposed_letters_are_noticed(letters: SourceSet) -> None:
    assert seems_transposed(letters.transposed())
    assert not seems_transposed(letters)
    shuffled = replace(letters, labels=np.random.default_rng(1).permutation(letters.labels))
    assert not seems_transposed(shuffled)
    assert not seems_transposed(shuffled.transposed())


def test_sample_set_is_turned_upright(digits: SourceSet, tmp_path: Path) -> None:
    assert digits.images is not None
    images = digits.images[:100]
    np.savez(tmp_path / "emnist.npz", x=images.swapaxes(1, 2), y=digits.labels[:100])
    np.savez(tmp_path / "upright.npz", x=images, y=digits.labels[:100])
    turned, upright = (open_sample_set(tmp_path / name, Task()) for name in ("emnist.npz", "upright.npz"))
    assert turned is not None
    assert upright is not None
    np.testing.assert_array_equal(turned.pixels, upright.pixels)


def test_upright_digits_are_not_suspected(digits: SourceSet) -> None:
    assert not seems_transposed(digits)
    assert not summarize_source(digits).seems_transposed


def test_other_characters_are_not_suspected(digits: SourceSet) -> None:
    """Numbers from 1 may stand for letters, so that labels do not fit the images."""
    shifted = np.array([str((int(label) + 3) % 10) for label in digits.labels])
    assert not seems_transposed(replace(digits.transposed(), labels=shifted))
    assert not seems_transposed(replace(digits.transposed(), labels=np.full(len(digits), "A")))


def test_recipe_turns_images_upright(digits: SourceSet, tmp_path: Path) -> None:
    rows = slice(0, 100)
    images = digits.images
    assert images is not None
    np.savez(tmp_path / "emnist.npz", x=images[rows].swapaxes(1, 2), y=digits.labels[rows])
    np.savez(tmp_path / "upright.npz", x=images[rows], y=digits.labels[rows])
    folders = DataFolders(tmp_path, tmp_path)
    recipes = [
        Recipe(data=(DataPart("emnist.npz", transpose=True),), layers=()),
        Recipe(data=(DataPart("upright.npz"),), layers=()),
    ]
    built = [build_dataset(recipe, folders, lambda _: None, lambda: False) for recipe in recipes]
    np.testing.assert_array_equal(built[0].training.inputs, built[1].training.inputs)
    shown = [
        collect(recipe, [open_source(recipe.data[0].source, folders, lambda _: None, lambda: False)])
        for recipe in recipes
    ]
    np.testing.assert_array_equal(shown[0].inputs(range(5)), shown[1].inputs(range(5)))


def test_files_of_other_sizes_cannot_be_transposed(digits: SourceSet) -> None:
    with pytest.raises(UserError, match="no images of equal size"):
        replace(digits, images=None, files=()).transposed()
