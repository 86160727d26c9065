"""Tests of the cache of folders and archives."""

import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.stopping import Stopped
from desktop_app.data.dataset import build_dataset
from desktop_app.data.pages import pixels_of
from desktop_app.data.sources import file_samples
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.tasks.task import Task

SEVEN = Ink.from_points([[(30, 30), (110, 30), (60.25, 150.5)]])


def write(path, *, sizes=((20, 30),), seed=1):
    """Write eight images in two classes, two of them test samples, and a damaged one."""
    rng = np.random.default_rng(seed)
    for number in range(8):
        part = "test" if number > 5 else "train"
        file = path / part / ("cat", "dog")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        size = sizes[number % len(sizes)]
        Image.fromarray(rng.integers(0, 256, (*size, 3), np.uint8)).save(file)
    (path / "train" / "cat" / "damaged.png").write_bytes(b"\x89PNG nothing")
    return path


def draw(path):
    for name in ("a", "b"):
        (path / name).mkdir(parents=True)
        (path / name / "1.inkml").write_bytes(inkml_bytes(SEVEN))
    return path


def pack(path):
    with zipfile.ZipFile(f"{path}.zip", "w") as archive:
        for file in sorted(path.rglob("*.*")):
            archive.write(file, file.relative_to(path))
    return path.with_name(f"{path.name}.zip")


@pytest.fixture
def decoded(monkeypatch):
    """Images that are opened, one entry for each."""
    opened = []
    open_image = Image.open

    def counted(file, *arguments, **options):
        opened.append(file)
        return open_image(file, *arguments, **options)

    monkeypatch.setattr(Image, "open", counted)
    return opened


def read(path, tmp_path, should_stop=lambda: False):
    folders = DataFolders(None, tmp_path, tmp_path / "cache")
    return open_source(str(path), folders, lambda event: None, should_stop)


def assert_equal(first, second):
    assert (first.title, first.file, first.sha256) == (second.title, second.file, second.sha256)
    assert first.labels.tolist() == second.labels.tolist()
    assert first.left_out == second.left_out
    assert (first.files, first.is_colour) == (second.files, second.is_colour)
    for name in ("images", "is_validation", "is_test"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert (first.inks is None) == (second.inks is None)
    for row in range(len(first)):
        np.testing.assert_array_equal(pixels_of(first, row), pixels_of(second, row))


@pytest.mark.parametrize("is_archive", [False, True])
@pytest.mark.parametrize("sizes", [((20, 30),), ((20, 30), (9, 40))])
def test_images_are_decoded_once(tmp_path, decoded, is_archive, sizes):
    path = write(tmp_path / "pets", sizes=sizes)
    path = pack(path) if is_archive else path
    first = read(path, tmp_path)
    assert len(decoded) == 9
    assert [str(each.file) for each in first.left_out] == ["train/cat/damaged.png"]
    again = read(path, tmp_path)
    assert len(decoded) == 9
    assert_equal(first, again)


def test_drawings_are_kept(tmp_path):
    path = draw(tmp_path / "hands")
    first, again = read(path, tmp_path), read(path, tmp_path)
    assert_equal(first, again)
    assert first.inks is not None
    assert again.inks.ink(1) == first.inks.ink(1)


def test_left_out_pages_are_kept(tmp_path, decoded):
    path = write(tmp_path / "pets")
    pages = [Image.new("RGB", (30, 20), (number, 0, 0)) for number in range(3)]
    pages[0].save(path / "train" / "cat" / "scan.tif", save_all=True, append_images=pages[1:])
    first = read(path, tmp_path)
    assert [(each.file, each.samples) for each in first.left_out] == [
        ("train/cat/damaged.png", 1),
        ("train/cat/scan.tif", 2),
    ]
    count = len(decoded)
    assert_equal(first, read(path, tmp_path))
    assert len(decoded) == count


def test_changed_files_are_read_again(tmp_path, decoded):
    path = write(tmp_path / "pets")
    first = read(path, tmp_path)
    changed = path / "train" / "dog" / "1.png"
    content = changed.read_bytes()
    changed.write_bytes((path / "train" / "cat" / "0.png").read_bytes())
    assert read(path, tmp_path).sha256 != first.sha256
    changed.write_bytes(content)
    os.utime(changed, ns=(1, 1))
    assert read(path, tmp_path).sha256 == first.sha256
    (path / "train" / "cat" / "0.png").rename(path / "train" / "cat" / "new.png")
    assert read(path, tmp_path).sha256 != first.sha256
    assert len(decoded) == 4 * 9


@pytest.mark.parametrize("damage", ["end", "middle", "labels"])
def test_damaged_cache_is_read_again(tmp_path, decoded, damage):
    path = write(tmp_path / "pets")
    first = read(path, tmp_path)
    (cached,) = (tmp_path / "cache").rglob("*.npz")
    data = cached.read_bytes()
    if damage == "labels":
        with np.load(cached) as arrays:
            np.savez(cached, **{**arrays, "labels": arrays["labels"][:3]})
    elif damage == "end":
        cached.write_bytes(data[:1000])
    else:
        position = data.index(first.images.tobytes()) + 5000
        cached.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
    assert_equal(first, read(path, tmp_path))
    assert len(decoded) == 18


def test_reading_from_the_cache_can_be_stopped(tmp_path):
    path = write(tmp_path / "pets")
    read(path, tmp_path)
    with pytest.raises(Stopped):
        read(path, tmp_path, lambda: True)


def dataset(path, tmp_path, task, *, cache="cache"):
    recipe = Recipe(data=(DataPart(str(path), validation=2),), task=task)
    folders = DataFolders(None, tmp_path, None if cache is None else tmp_path / cache)
    return build_dataset(recipe, folders, lambda event: None, lambda: False)


def assert_same_samples(first, second):
    for part in ("training", "validation", "test"):
        np.testing.assert_array_equal(getattr(first, part).inputs, getattr(second, part).inputs)
        np.testing.assert_array_equal(getattr(first, part).targets, getattr(second, part).targets)


PICTURES = Task("picture", 16, 16, 3, "fit", ("cat", "dog"))


@pytest.mark.parametrize("is_archive", [False, True])
@pytest.mark.parametrize("task", [PICTURES, Task("restoration", 8, 8, 3, "reduce", (), scale=2)])
def test_a_run_decodes_images_of_different_sizes_once(tmp_path, decoded, is_archive, task):
    path = write(tmp_path / "pets", sizes=((20, 30), (9, 40)))
    path = pack(path) if is_archive else path
    first, again = (dataset(path, tmp_path, task) for _ in range(2))
    assert len(decoded) == 9
    assert_same_samples(first, again)
    # The samples are those of files that are opened one by one.
    read(path, tmp_path / "other")
    assert_same_samples(first, dataset(path, tmp_path / "other", task))


def test_samples_of_another_task_are_made_again(tmp_path, decoded):
    path = write(tmp_path / "pets", sizes=((20, 30), (9, 40)))
    dataset(path, tmp_path, PICTURES)
    smaller = Task("picture", 8, 8, 3, "fit", ("cat", "dog"))
    first, again = (dataset(path, tmp_path, smaller) for _ in range(2))
    assert first.training.inputs.shape[1:] == (8, 8, 3)
    assert len(decoded) == 9 + 8
    assert_same_samples(first, again)


def test_samples_that_need_too_much_memory_are_made_later(tmp_path, decoded, monkeypatch):
    monkeypatch.setattr(file_samples, "MOST_BYTES", 5 * 16 * 16 * 3)
    path = write(tmp_path / "pets", sizes=((20, 30), (9, 40)))
    limited = dataset(path, tmp_path, PICTURES, cache=None)
    assert len(decoded) == 9 + 8
    monkeypatch.undo()
    assert_same_samples(limited, dataset(path, tmp_path, PICTURES, cache=None))
