"""Tests of the samples of a recipe that are browsed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.augmented_examples import AugmentationRequest, augmented_examples
from desktop_app.data.collection import TEST, TRAINING, VALIDATION, Selection, collect
from desktop_app.data.dataset import build_dataset
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.recipe import DataPart, Negatives, Recipe
from tests.data.bars_and_hands import always, both, images, inks, never, recipe_of
from tests.other_tasks import MIXER, SHARPENER, write_pictures


def test_each_row_is_in_one_part() -> None:
    recipe = recipe_of(DataPart("bars", validation=12, test=0.3), DataPart("hands", validation=1, test=2))
    collection = collect(recipe, [images(60), inks()])
    assert len(collection) == 60 + 36
    assert collection.left_out == 0
    assert collection.counts().sum() == len(collection)
    folders = list(zip(collection.source_of.tolist(), collection.row_of.tolist(), strict=True))
    assert folders == sorted(set(folders))
    assert collection.counts().sum(axis=0).tolist() == [30 + 18, 12 + 6, 18 + 12]
    for part in (TRAINING, VALIDATION, TEST):
        chosen = collection.select(Selection(1, part))
        assert len(chosen) == collection.counts()[1, part]
        assert {collection.label(int(position)) for position in chosen} == {"7"}


def test_classes_alternate() -> None:
    collection = collect(recipe_of(DataPart("bars", validation=12, test=0.3)), [images(60)])
    collection = replace(collection, class_of=np.sort(collection.class_of))
    chosen = collection.select(Selection(part=TRAINING))
    positions = collection.alternate_classes(chosen)
    assert sorted(positions.tolist()) == chosen.tolist()
    classes = collection.class_of[positions]
    fewest = np.bincount(classes)[np.unique(classes)].min()
    assert fewest > 2
    cycle = np.unique(classes)
    np.testing.assert_array_equal(classes[: fewest * len(cycle)], np.tile(cycle, fewest))
    for number in cycle:
        assert (np.diff(positions[classes == number]) > 0).all()


@pytest.mark.parametrize("negatives", [None, Negatives(look_alikes=("x",)), Negatives(look_alikes=())])
def test_samples_are_those_of_the_run(tmp_path: Path, negatives: Negatives | None) -> None:
    source = images(60)
    assert source.images is not None
    codes = np.array([{"1": 1, "7": 7, "x": 3}[label] for label in source.labels.tolist()])
    path = tmp_path / "bars.npz"
    np.savez(path, x_train=source.images, y_train=codes)
    recipe = recipe_of(DataPart(str(path)), labels=("1", "7"), rejects=negatives is not None)
    if negatives is not None:
        recipe = replace(recipe, negatives=negatives)
    if negatives is not None and negatives.look_alikes:
        recipe = replace(recipe, negatives=Negatives(look_alikes=("3",)))
    folders = DataFolders(tmp_path, tmp_path)
    dataset = build_dataset(recipe, folders, lambda _: None, never)
    collection = collect(recipe, [open_source(str(path), folders, lambda _: None, never)])
    for part, samples in (
        (VALIDATION, dataset.validation),
        (TEST, dataset.test),
        (TRAINING, dataset.training),
    ):
        positions = collection.select(Selection(part=part))
        assert collection.class_of[positions].tolist() == samples.targets.tolist()
        np.testing.assert_array_equal(
            collection.inputs(positions), samples.inputs.astype(np.float32) / np.float32(255)
        )
    whole = negatives is not None and not negatives.look_alikes
    assert collection.left_out == (0 if whole else 20)
    assert collection.classes == (("1", "7") if negatives is None else ("1", "7", ""))


def test_inputs_are_model_inputs() -> None:
    source = images(12)
    assert source.images is not None
    plain = collect(recipe_of(DataPart("bars", normalize=False)), [source])
    np.testing.assert_array_equal(plain.inputs([3]), source.images[3:4] / np.float32(255))
    normalized = collect(recipe_of(DataPart("bars")), [source]).inputs(range(12))
    assert not np.array_equal(normalized[3], source.images[3] / np.float32(255))
    columns = np.flatnonzero(normalized[3, ..., 0].any(axis=0))
    assert abs(columns.mean() - 13.5) <= 0.5
    kept = collect(recipe_of(DataPart("bars")), [replace(source, is_normalized=True)])
    np.testing.assert_array_equal(kept.inputs([3]), source.images[3:4] / np.float32(255))
    assert plain.inputs([]).shape == (0, 28, 28, 1)


def test_images_of_another_size_need_normalization() -> None:
    with pytest.raises(UserError, match="are 32×32 pixels, not 28×28"):
        collect(recipe_of(DataPart("bars", normalize=False)), [images(12, 32)])
    assert collect(recipe_of(DataPart("bars")), [images(12, 32)]).inputs([0]).shape == (1, 28, 28, 1)


def test_data_without_label_of_the_recipe_raises_user_error() -> None:
    with pytest.raises(UserError, match="Bars has no sample with a label of this recipe"):
        collect(recipe_of(labels=("a", "b")), [images(12)])


def test_numbers_are_samples_as_for_the_run() -> None:
    """The program's own recipe of digits has a source of numbers only."""
    numbers = replace(images(12), labels=np.array(["17", "71", "117"] * 4))
    kept = collect(recipe_of(labels=("1", "7"), rejects=True), [numbers])
    assert len(kept) == 12
    assert kept.counts()[2].sum() == 12


def test_mean_of_selected_samples() -> None:
    collection = collect(recipe_of(DataPart("bars", normalize=False)), [images(60)])
    for selection in (Selection(), Selection(2), Selection(0, VALIDATION)):
        found = collection.mean(selection, never)
        assert found is not None
        expected = collection.inputs(collection.select(selection))
        assert found[1] == len(expected)
        np.testing.assert_allclose(found[0], expected.mean(axis=0), atol=1e-6)
    drawn = collect(recipe_of(DataPart("hands")), [inks(60)])
    found = drawn.mean(Selection(1), never)
    assert found is not None
    assert 0 < found[1] <= 300
    some = drawn.inputs(drawn.select(Selection(1)))
    assert np.abs(found[0] - some.mean(axis=0)).max() < 0.1
    assert drawn.mean(Selection(1), always) is None
    nothing = collect(recipe_of(DataPart("bars", test=0)), [images(60)])
    assert nothing.mean(Selection(part=TEST), never) is None


def test_class_without_samples_is_counted() -> None:
    collection = collect(recipe_of(labels=("1", "7", "x", "y")), [images(60)])
    assert collection.counts().shape == (4, 3)
    assert collection.counts()[3].tolist() == [0, 0, 0]
    assert collection.counts()[:3].sum() == 60
    assert collection.source_of.dtype == collection.class_of.dtype == np.int16
    assert collection.part_of.dtype == np.int8


def test_one_label_of_the_recipe_is_sufficient() -> None:
    source = replace(images(60), labels=np.array(["1"] * 60))
    for rejects in (False, True):
        collection = collect(recipe_of(rejects=rejects), [source])
        assert collection.counts()[0].sum() == len(collection) == 60
    with pytest.raises(UserError, match="Bars"):
        collect(recipe_of(rejects=True), [replace(images(60), labels=np.array(["a"] * 60))])


def test_all_sources_of_the_recipe_are_required() -> None:
    with pytest.raises(ValueError, match="argument 2 is longer"):
        collect(recipe_of(DataPart("bars"), DataPart("hands")), [images(60)])


def test_mean_includes_all_sources() -> None:
    for order in ([images(30), inks()], [inks(), images(30)]):
        parts = [DataPart(source.file, normalize=source.inks is not None) for source in order]
        collection = collect(recipe_of(*parts), order)
        found = collection.mean(Selection(), never)
        assert found is not None
        assert found[0].dtype == np.float32
        assert found[1] == len(collection) == 66
        np.testing.assert_allclose(found[0], collection.inputs(range(66)).mean(axis=0), atol=1e-6)


def test_mean_uses_samples_at_equal_distances_if_they_must_be_prepared() -> None:
    raw = collect(recipe_of(DataPart("bars", normalize=False)), [images(1500)])
    found = raw.mean(Selection(), never)
    assert found is not None
    assert found[1] == 1500
    np.testing.assert_allclose(found[0], raw.inputs(range(1500)).mean(axis=0), atol=1e-5)
    mixed = collect(recipe_of(DataPart("bars", normalize=False), DataPart("hands")), [images(564), inks()])
    found = mixed.mean(Selection(), never)
    assert found is not None
    assert found[1] == 300
    np.testing.assert_allclose(found[0], mixed.inputs(range(0, 600, 2)).mean(axis=0), atol=1e-6)


def test_preparing_inputs_stops_after_each_sample() -> None:
    calls = iter((False, False, True))
    with pytest.raises(Stopped):
        both().inputs(range(30), lambda: next(calls))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> DataFolders:
    """Folders with the data of MIXER and SHARPENER."""
    return write_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.mark.parametrize("recipe", [MIXER, SHARPENER], ids=lambda recipe: recipe.name)
def test_samples_of_other_tasks_are_those_of_the_run(pictures: DataFolders, recipe: Recipe) -> None:
    source = open_source(recipe.data[0].source, pictures, lambda _: None, lambda: False)
    collection = collect(recipe, [source])
    dataset = build_dataset(recipe, pictures, lambda _: None, lambda: False)
    assert collection.class_of.dtype == np.int16
    positions = collection.select(Selection(part=TEST))
    shown = collection.inputs(positions)
    np.testing.assert_array_equal(shown, dataset.test.inputs.astype(np.float32) / np.float32(255))
    found = collection.mean(Selection(part=TEST), lambda: False)
    assert found is not None
    mean, count = found
    assert count == len(positions)
    np.testing.assert_allclose(mean, shown.mean(axis=0), atol=1e-5)
    variation = AugmentationRequest((0, 1), 6, 0, None, recipe.image_augmentation)
    changed = augmented_examples(collection, variation, lambda: False)
    assert changed is not None
    assert changed.shape == (2, 7, *recipe.task.input_shape)
    assert not np.array_equal(changed[:, 1], changed[:, 2])
