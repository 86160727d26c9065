"""Tests of the data sets of runs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.augment_ink import unit_strokes
from desktop_app.data.dataset import Dataset, build_dataset
from desktop_app.data.ink_set import read_ink_set
from desktop_app.data.model_inputs import sample_of
from desktop_app.data.pages import page_of
from desktop_app.data.samples import Samples
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.ink.normalize import normalize
from desktop_app.ink.page import Page
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import DataPart, Negatives, Recipe
from desktop_app.runs.training_events import PreparationProgress, TrainingEvent
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.prepare_images import fit_image
from desktop_app.tasks.resampling import downscale_image
from desktop_app.tasks.task import Task
from tests.other_tasks import MIXER, SHARPENER, write_pictures
from tests.synthetic_numbers import number
from tests.training_fixtures import write_ink_set
from tests.user_errors import user_error

STRAIGHT = InkAugmentation(
    variants=2, repeats=3, rotation=0, shear=0, aspect=0, bend=0, stroke_shift=0, pen_share=(0.1, 0.1)
)
"""No augmentation of ink."""


def ignore(event: object) -> None:
    """Ignore an event."""


def never() -> bool:
    return False


def epochs_of(dataset: Dataset) -> list[Samples]:
    """Samples of each variant."""
    return [dataset.training.at(rows) for rows in dataset.epochs]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> DataFolders:
    """Folders with the data of MIXER and SHARPENER."""
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def test_training_and_test_have_different_writers(
    folders: DataFolders, small_recipe: Recipe, data_folder: Path
) -> None:
    dataset = build_dataset(small_recipe, folders, ignore, never)
    for source in dataset.sources[1:]:
        assert source.writers is not None
        parts = [
            set(part) for part in (source.writers.training, source.writers.validation, source.writers.test)
        ]
        assert not parts[0] & parts[1]
        assert not parts[0] & parts[2]
        assert not parts[1] & parts[2]
        everyone = read_ink_set(data_folder / source.file).writers
        assert set.union(*parts) == set(everyone.tolist())


def test_look_alikes_are_neither_labels_nor_negatives(folders: DataFolders, small_recipe: Recipe) -> None:
    recipe = replace(small_recipe, negatives=Negatives(per_epoch=120, look_alikes=("A", "H", "O")))
    dataset = build_dataset(recipe, folders, ignore, never)
    assert (dataset.validation.targets < 10).all()


def test_other_labels_are_not_used_without_negatives(folders: DataFolders, small_recipe: Recipe) -> None:
    recipe = replace(small_recipe, task=Task(labels=("3", "A")))
    dataset = build_dataset(recipe, folders, ignore, never)
    assert set(dataset.training.targets.tolist()) == {0, 1}
    assert set(dataset.test.targets.tolist()) == {0, 1}


def test_labels_without_samples_raise_user_error(folders: DataFolders, small_recipe: Recipe) -> None:
    with pytest.raises(UserError, match="MNIST has no sample with a label of this recipe"):
        build_dataset(replace(small_recipe, task=Task(labels=("x", "y"))), folders, ignore, never)


def test_data_set_is_reproducible(folders: DataFolders, small_recipe: Recipe) -> None:
    first, again = (build_dataset(small_recipe, folders, ignore, never) for _ in range(2))
    np.testing.assert_array_equal(first.training.inputs, again.training.inputs)
    np.testing.assert_array_equal(first.epochs, again.epochs)
    one, other = epochs_of(first)
    assert not np.array_equal(one.inputs, other.inputs)


def test_colour_pictures_are_fitted_into_the_input(pictures: DataFolders) -> None:
    dataset = build_dataset(MIXER, pictures, lambda _: None, lambda: False)
    (training,) = epochs_of(dataset)
    assert training.inputs.shape[1:] == (16, 16, 3)
    assert len(training) + len(dataset.validation) + len(dataset.test) == 72
    means = [training.inputs[training.targets == number].mean(axis=(0, 1, 2)) for number in range(3)]
    assert [int(mean.argmax()) for mean in means] == [0, 1, 2]


def test_samples_without_ink_are_not_used_to_recognize_characters(tmp_path: Path) -> None:
    images = np.full((40, 30, 30), 255, np.uint8)
    images[:30, 5:25, 12:18] = 0
    np.savez(tmp_path / "digits.npz", x=images, y=np.arange(40) % 2)
    recipe = Recipe(data=(DataPart("digits.npz", validation=0.25, test=0.25),), task=Task(labels=("0", "1")))
    dataset = build_dataset(recipe, DataFolders(tmp_path, tmp_path), ignore, never)
    parts = (dataset.training, dataset.validation, dataset.test)
    assert sum(map(len, parts)) == 30
    assert all(part.inputs.any(axis=(1, 2, 3)).all() for part in parts)
    flat = replace(recipe, task=Task("picture", 30, 30, 3, "fit", ("0", "1")))
    assert len(build_dataset(flat, DataFolders(tmp_path, tmp_path), ignore, never).training) == 20


def test_restoration_inputs_are_reduced_targets(pictures: DataFolders) -> None:
    dataset = build_dataset(SHARPENER, pictures, lambda _: None, lambda: False)
    test = dataset.test
    assert (test.inputs.shape[1:], test.targets.shape[1:]) == ((8, 8, 3), (16, 16, 3))
    with np.load(pictures.downloads / "images.npz") as arrays:
        images = arrays["x"]
    assert all((images == target).all(axis=(1, 2, 3)).any() for target in test.targets)
    reduced = [downscale_image(target, 2) for target in test.targets]
    np.testing.assert_array_equal(test.inputs, np.stack(reduced))


REDUCE_DIGITS = Task("restoration", 14, 14, 1, "mnist-reduce", (), scale=2)


def test_reduced_digits_of_mnist_are_not_normalized_again(folders: DataFolders) -> None:
    recipe = Recipe(task=REDUCE_DIGITS, data=(DataPart("mnist"),), layers=())
    test = build_dataset(recipe, folders, ignore, never).test
    assert folders.folder is not None
    with np.load(folders.folder / "mnist.npz") as arrays:
        images = arrays["x_test"]
    np.testing.assert_array_equal(test.targets[..., 0], images)
    reduced = [downscale_image(image[..., None], 2) for image in images]
    np.testing.assert_array_equal(test.inputs, np.stack(reduced))


def test_reduced_digits_of_strokes_are_those_of_drawings(folders: DataFolders) -> None:
    source = open_source("pendigits", folders, ignore, never)
    model_input, target = sample_of(source, 3, REDUCE_DIGITS)
    prepared = prepare(page_of(source, 3), REDUCE_DIGITS)
    assert prepared is not None
    assert prepared.original is not None
    assert target is not None
    np.testing.assert_array_equal(model_input, prepared.pixels)
    np.testing.assert_array_equal(target / np.float32(255), prepared.original)
    recipe = Recipe(task=REDUCE_DIGITS, data=(DataPart("pendigits", validation=0, test=0),), layers=())
    training = build_dataset(recipe, folders, ignore, never).training
    assert (training.inputs == model_input).all(axis=(1, 2, 3)).any()
    assert (training.targets == target).all(axis=(1, 2, 3)).any()


def test_reduced_digits_need_images_of_the_output_size_without_normalization(tmp_path: Path) -> None:
    images = np.full((8, 28, 28), 200, np.uint8)
    np.savez(tmp_path / "digits.npz", x=images, y=np.arange(8) % 2)
    data = (DataPart("digits.npz", validation=0, test=0, normalize=False),)
    recipe = Recipe(task=REDUCE_DIGITS, data=data, layers=())
    training = build_dataset(recipe, DataFolders(tmp_path, tmp_path), ignore, never).training
    np.testing.assert_array_equal(training.targets[..., 0], images)
    smaller = replace(recipe, task=replace(REDUCE_DIGITS, height=10, width=10))
    with user_error("28×28 pixels, not 20×20"):
        build_dataset(smaller, DataFolders(tmp_path, tmp_path), ignore, never)


def test_sources_have_files_and_hashes(folders: DataFolders, small_recipe: Recipe) -> None:
    sources = build_dataset(small_recipe, folders, ignore, never).sources
    assert [source.file for source in sources] == ["mnist.npz", "pendigits.npz", "unipen_characters.npz"]
    assert folders.folder is not None
    assert [source.sha256 for source in sources] == [
        hashlib.sha256((folders.folder / source.file).read_bytes()).hexdigest() for source in sources
    ]
    assert sources[0].writers is None


def test_parts_may_be_empty(folders: DataFolders, pictures: DataFolders) -> None:
    for recipe, source_folders in ((ink_recipe("pendigits"), folders), (SHARPENER, pictures)):
        alone = replace(recipe, data=(replace(recipe.data[0], validation=0, test=0),))
        dataset = build_dataset(alone, source_folders, ignore, never)
        for part in (dataset.validation, dataset.test):
            assert len(part) == 0
            assert part.inputs.shape[1:] == dataset.training.inputs.shape[1:] == recipe.task.input_shape
            assert part.targets.shape[1:] == dataset.training.targets.shape[1:]
            assert part.targets.dtype == dataset.training.targets.dtype
            assert part.strength.dtype == np.float32


@pytest.mark.parametrize("side", [15, 16, 20])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_size_become_inputs(tmp_path: Path, side: int, channels: Literal[1, 3]) -> None:
    colours = np.random.default_rng(2).integers(0, 256, (10, side, side, 3), np.uint8)
    np.savez(tmp_path / "colours.npz", x=colours, y=np.arange(10) % 2)
    task = Task("picture", 16, 16, channels, "fit", ("0", "1"))
    recipe = Recipe(data=(DataPart("colours.npz", validation=0, test=0),), task=task)
    training = build_dataset(recipe, DataFolders(tmp_path, tmp_path), ignore, never).training
    assert training.inputs.shape == (10, 16, 16, channels)
    for picture, model_input in zip(colours, training.inputs, strict=True):
        np.testing.assert_array_equal(model_input, fit_image(picture, task.input_shape))


# ----------------------------------------------------------------------------------- augmented ink


def ink_recipe(source: str, **changes: Any) -> Recipe:
    """A recipe for an ink set of ten writers, seven of them in the training part."""
    recipe = Recipe(data=(DataPart(source, validation=0.1, test=0.2),), ink_augmentation=STRAIGHT)
    return replace(recipe, **changes)


def drawn(ink: Ink, pen_share: float) -> NDArray[np.int16]:
    """Model input of ink."""
    normalized = normalize(rasterize(Ink.from_points(unit_strokes(ink)), pen_share), 28, 1)
    assert normalized is not None
    return np.rint(normalized.model_input * 255).astype(np.int16)


def test_each_epoch_contains_each_character_as_often_as_requested(
    folders: DataFolders, data_folder: Path
) -> None:
    dataset = build_dataset(ink_recipe("pendigits"), folders, ignore, never)
    assert len(dataset.epochs) == 2
    ink_set = read_ink_set(data_folder / "pendigits.npz")
    (writers,) = (source.writers for source in dataset.sources)
    assert writers is not None
    rows = np.flatnonzero(np.isin(ink_set.writers, writers.training))
    characters = np.stack([drawn(ink_set.ink(int(row)), 0.1) for row in rows])
    for epoch in epochs_of(dataset):
        found = [np.abs(characters - model_input).mean(axis=(1, 2, 3)) for model_input in epoch.inputs]
        assert max(distances.min() for distances in found) < 0.5
        of = rows[[distances.argmin() for distances in found]]
        assert Counter(of.tolist()) == dict.fromkeys(rows.tolist(), 3)
        assert ink_set.labels[of].astype(int).tolist() == epoch.targets.tolist()


@pytest.mark.parametrize(("per_epoch", "negatives"), [(50, 50), (10, 10), (0, 0)])
def test_negatives_are_letters_scribbles_and_pairs(
    folders: DataFolders, per_epoch: int, negatives: int
) -> None:
    # The training writers wrote 14 letters A and H; O is a look-alike. The others are scribbles and pairs.
    recipe = ink_recipe(
        "unipen", task=Task(rejects=True), negatives=Negatives(per_epoch=per_epoch, look_alikes=("O",))
    )
    dataset = build_dataset(recipe, folders, ignore, never)
    for epoch in epochs_of(dataset):
        assert np.bincount(epoch.targets, minlength=11).tolist() == [21] * 10 + [negatives]
        assert len(epoch) == len(epoch.inputs) == len(epoch.strength)
        # Two drawings may be the same after normalization.
        assert len({image.tobytes() for image in epoch.inputs[epoch.targets == 10]}) >= negatives - 3
    if per_epoch == 10:
        first, second = ({image.tobytes() for image in of_class(epoch, 10)} for epoch in epochs_of(dataset))
        assert first != second


def of_class(samples: Samples, number: int) -> NDArray[np.uint8]:
    return samples.at(np.flatnonzero(samples.targets == number)).inputs


def test_candidates_of_numbers_are_samples_of_their_label_or_negatives(tmp_path: Path) -> None:
    write_ink_set(tmp_path / "unipen_characters.npz", "0123456789" * 2, writers=10, seed=2)
    folders = DataFolders(tmp_path, tmp_path)
    recipe = ink_recipe("unipen", task=Task(rejects=True), negatives=Negatives(per_epoch=0, numbers=20))
    dataset = build_dataset(recipe, folders, ignore, never)
    for epoch in epochs_of(dataset):
        counts = np.bincount(epoch.targets, minlength=11)
        more = counts[:10] - 42
        assert (more >= 0).all()
        # Most characters have too many strokes for a candidate.
        assert more.any()
        assert 40 <= counts[10] <= 2 * 120
    first, second = epochs_of(dataset)
    assert first.inputs[-50:].tobytes() != second.inputs[-50:].tobytes()
    again = build_dataset(recipe, folders, ignore, never)
    np.testing.assert_array_equal(dataset.training.inputs, again.training.inputs)


def test_numbers_of_a_source_are_used(tmp_path: Path) -> None:
    write_numbers(tmp_path / "unipen_numbers.npz", ["12", "407"])
    recipe = ink_recipe(
        "unipen-numbers", task=Task(rejects=True), negatives=Negatives(per_epoch=0, numbers=1)
    )
    dataset = build_dataset(recipe, DataFolders(tmp_path, tmp_path), ignore, never)
    counts = np.bincount(dataset.training.targets[dataset.epochs[0]], minlength=11)
    assert (counts[[0, 1, 2, 4, 7]] >= 5).all()
    assert counts[[3, 5, 6, 8, 9]].sum() == 0
    assert counts[10] > 20
    # Whole numbers are not a digit.
    assert dataset.test.targets.tolist() == [10] * 4


def write_numbers(path: Path, texts: Sequence[str]) -> None:
    """Write numbers of each of ten writers as an ink set."""
    inks = [number(text) for text in texts]
    strokes = [stroke.points for ink in inks for stroke in ink.strokes] * 10
    np.savez(
        path,
        points=np.rint(np.concatenate(strokes)).astype(np.int16),
        stroke_offsets=np.cumsum([0, *map(len, strokes)]),
        character_offsets=np.cumsum([0, *[len(ink.strokes) for ink in inks] * 10]),
        labels=np.array([*texts] * 10),
        writers=np.repeat([f"writer-{number}" for number in range(10)], len(texts)),
    )


def test_pen_widths_are_in_their_range(folders: DataFolders) -> None:
    amounts = []
    for pens in ((0.05, 0.05), (0.05, 0.3), (0.3, 0.3)):
        recipe = ink_recipe("pendigits", ink_augmentation=replace(STRAIGHT, variants=1, pen_share=pens))
        (epoch,) = epochs_of(build_dataset(recipe, folders, ignore, never))
        amounts.append(of_class(epoch, 8).sum(axis=(1, 2, 3), dtype=np.int64))
    thin, mixed, thick = amounts
    assert thin.max() < thick.min()
    assert np.all((thin.min() <= mixed) & (mixed <= thick.max()))
    assert np.ptp(mixed) > 0.5 * (thick.mean() - thin.mean())


def test_half_of_augmented_ink_has_no_directions(folders: DataFolders) -> None:
    settings = replace(STRAIGHT, variants=1, repeats=20)
    coloured = Task(preparation="mnist-directions", channels=3)
    recipe = ink_recipe("pendigits", ink_augmentation=settings)
    grey = build_dataset(recipe, folders, ignore, never)
    dataset = build_dataset(replace(recipe, task=coloured), folders, ignore, never)
    for epoch, plain in zip(epochs_of(dataset), epochs_of(grey), strict=True):
        is_coloured = np.ptp(epoch.inputs, axis=3).max(axis=(1, 2)) > 20
        assert 0.45 < is_coloured.mean() < 0.55
        assert not np.ptp(epoch.inputs[~is_coloured], axis=3).any()
        assert sorted(epoch.targets.tolist()) == sorted(plain.targets.tolist())
        ink = plain.inputs * (2 / 3)
        for image in epoch.inputs[~is_coloured][:10]:
            assert np.abs(ink - image[..., :1]).max(axis=(1, 2, 3)).min() <= 1
    assert all(np.ptp(image, axis=2).max() > 20 for image in dataset.test.inputs)


def test_ink_gets_less_image_augmentation(folders: DataFolders, small_recipe: Recipe) -> None:
    dataset = build_dataset(small_recipe, folders, ignore, never)
    for epoch in epochs_of(dataset):
        assert epoch.strength.dtype == np.float32
        assert Counter(epoch.strength.tolist()) == {1.0: 550, 0.5: len(epoch) - 550}
    assert (dataset.validation.strength == 1).all()
    alone = build_dataset(replace(small_recipe, image_augmentation=None), folders, ignore, never)
    assert (alone.training.strength == 1).all()


def test_ink_without_augmentation_is_prepared_as_for_recognition(
    folders: DataFolders, data_folder: Path
) -> None:
    dataset = build_dataset(ink_recipe("pendigits", ink_augmentation=None), folders, ignore, never)
    (epoch,) = epochs_of(dataset)
    ink_set = read_ink_set(data_folder / "pendigits.npz")
    (writers,) = (source.writers for source in dataset.sources)
    assert writers is not None
    for samples, names in ((epoch, writers.training), (dataset.test, writers.test)):
        rows = np.flatnonzero(np.isin(ink_set.writers, names))
        assert samples.targets.tolist() == ink_set.labels[rows].astype(int).tolist()
        for row, model_input in zip(rows.tolist(), samples.inputs, strict=True):
            normalized = normalize(rasterize(ink_set.ink(row)), 28, 1)
            assert normalized is not None
            np.testing.assert_array_equal(model_input, np.rint(normalized.model_input * 255))


def test_ink_is_not_augmented_for_picture_tasks(folders: DataFolders) -> None:
    task = replace(MIXER.task, labels=tuple("0123456789"))
    dataset = build_dataset(ink_recipe("pendigits", task=task), folders, ignore, never)
    assert dataset.epochs.tolist() == [list(range(70))]
    assert len(dataset.training) == 70
    assert (np.ptp(dataset.training.inputs, axis=(1, 2, 3)) > 100).all()


def test_samples_without_augmentation_are_stored_once(folders: DataFolders, small_recipe: Recipe) -> None:
    dataset = build_dataset(small_recipe, folders, ignore, never)
    variants, count = dataset.epochs.shape
    own = count - 550
    assert variants == 2
    assert len(dataset.training) == 550 + 2 * own
    assert (dataset.epochs[:, :550] == np.arange(550)).all()
    assert dataset.epochs[:, 550:].ravel().tolist() == list(range(550, 550 + 2 * own))


# --------------------------------------------------------------------------- images without preparation


def test_images_get_the_channels_of_the_input(tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (20, 28, 28, 3), np.uint8)
    np.savez(tmp_path / "colour.npz", x=colours, y=np.arange(20) % 2)
    np.savez(tmp_path / "grey.npz", x=colours[..., 0], y=np.arange(20) % 2)
    cases: tuple[tuple[str, Literal[1, 3]], ...] = (("grey", 1), ("grey", 3), ("colour", 1), ("colour", 3))
    for name, channels in cases:
        part = DataPart(f"{name}.npz", validation=0, test=0, normalize=False)
        recipe = Recipe(data=(part,), task=Task(channels=channels, labels=("0", "1")))
        (epoch,) = epochs_of(build_dataset(recipe, DataFolders(tmp_path, tmp_path), ignore, never))
        images = colours if name == "colour" else colours[..., :1]
        if channels < images.shape[3]:
            images = np.rint(images @ np.array([[0.299], [0.587], [0.114]]))
        assert epoch.inputs.shape == (20, 28, 28, channels)
        np.testing.assert_allclose(epoch.inputs, np.broadcast_to(images, epoch.inputs.shape), atol=1)
        assert epoch.targets.tolist() == [0, 1] * 10


def test_images_have_no_directions(tmp_path: Path) -> None:
    images = np.random.default_rng(1).integers(0, 256, (20, 28, 28), np.uint8)
    np.savez(tmp_path / "grey.npz", x=images, y=np.arange(20) % 2)
    part = DataPart("grey.npz", validation=0, test=0, normalize=False)
    task = Task(preparation="mnist-directions", channels=3, labels=("0", "1"))
    dataset = build_dataset(Recipe(data=(part,), task=task), DataFolders(tmp_path, tmp_path), ignore, never)
    expected = np.repeat(np.rint(images * (2 / 3))[..., None], 3, axis=3)
    np.testing.assert_array_equal(dataset.training.inputs, expected)


# -------------------------------------------------------------------------- progress and stopping


def prepared(recipe: Recipe, folders: DataFolders) -> list[PreparationProgress]:
    events: list[TrainingEvent] = []
    build_dataset(recipe, folders, events.append, never)
    return [event for event in events if isinstance(event, PreparationProgress)]


def test_progress_counts_sources_parts_and_variants(folders: DataFolders, small_recipe: Recipe) -> None:
    events = prepared(small_recipe, folders)
    # Three sources, samples for validation and test, two variants.
    assert {event.steps for event in events} == {7}
    steps = [event.step for event in events]
    assert steps == sorted(steps)
    assert set(steps) == set(range(7))
    assert {event.step for event in events if "mnist.npz" in str(event.text)} == {0}
    assert {event.step for event in events if "Pen digits" in str(event.text)} == {1}
    assert {event.step for event in events if "UNIPEN" in str(event.text)} == {2}


@pytest.mark.parametrize("step", range(7))
def test_each_step_can_be_stopped(folders: DataFolders, small_recipe: Recipe, step: int) -> None:
    events: list[PreparationProgress] = []

    def emit(event: TrainingEvent) -> None:
        if isinstance(event, PreparationProgress):
            events.append(event)

    with pytest.raises(Stopped):
        build_dataset(small_recipe, folders, emit, lambda: bool(events) and events[-1].step == step)
    assert events[-1].step == step


def test_preparing_files_stops_after_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    for label, row in product("01", range(20)):
        path = tmp_path / "scans" / label / f"{row}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (40 + row, 40), 255).save(path)
    page = PageFile.page

    def page_noting(file: PageFile) -> Page:
        opened.append(file.name)
        return page(file)

    monkeypatch.setattr(PageFile, "page", page_noting)
    recipe = Recipe(data=(DataPart("scans"),), task=Task(labels=("0", "1")))
    with pytest.raises(Stopped):
        build_dataset(recipe, DataFolders(tmp_path, tmp_path), ignore, lambda: len(opened) > 1)
    assert len(opened) == 2


# ------------------------------------------------------------------------------------------ memory


def test_too_large_data_set_raises_user_error_before_preparation(tmp_path: Path) -> None:
    np.savez(tmp_path / "many.npz", x=np.zeros((3000, 8, 8), np.uint8), y=np.arange(3000) % 2)
    task = Task("picture", 1024, 1024, 3, "fit", ("0", "1"))
    recipe = Recipe(data=(DataPart("many.npz"),), task=task)
    steps: list[str] = []

    def emit(event: TrainingEvent) -> None:
        assert isinstance(event, PreparationProgress)
        steps.append(str(event.text))

    def is_drawing() -> bool:
        return any("drawing" in step for step in steps)

    # 3000 inputs of 3 MB are 9.4 GB.
    with pytest.raises(UserError, match="9 GB"):
        build_dataset(recipe, DataFolders(tmp_path, tmp_path), emit, is_drawing)
    assert not is_drawing()


def test_limit_applies_to_all_samples_together(
    folders: DataFolders, pictures: DataFolders, small_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejecting = ink_recipe("unipen", task=Task(rejects=True), negatives=Negatives(per_epoch=10))
    for recipe, source_folders in (
        (ink_recipe("pendigits"), folders),
        (rejecting, folders),
        (ink_recipe("pendigits", ink_augmentation=None), folders),
        (MIXER, pictures),
        (SHARPENER, pictures),
    ):
        dataset = build_dataset(recipe, source_folders, ignore, never)
        parts = (dataset.training, dataset.validation, dataset.test)
        images = [part.inputs.nbytes for part in parts]
        images += [part.targets.nbytes for part in parts if not recipe.task.labels]
        with monkeypatch.context() as patch:
            patch.setattr("desktop_app.data.dataset.MOST_BYTES", sum(images))
            build_dataset(recipe, source_folders, ignore, never)
            patch.setattr("desktop_app.data.dataset.MOST_BYTES", sum(images) - 1)
            with pytest.raises(UserError):
                build_dataset(recipe, source_folders, ignore, never)
