import os
import shutil
import zipfile
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.pages import page_of
from desktop_app.data.sources import class_folder
from desktop_app.data.sources.class_folder import list_folder, read_class_folder
from desktop_app.data.sources.file_samples import SampleMaker
from desktop_app.data.split import split_sources
from desktop_app.ink.image_file import load_picture
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import DataPart

SEVEN = Ink.from_points([[(30, 30), (110, 30), (60.25, 150.5)]])
FOUR = Ink.from_points([[(40, 10), (20, 90), (110, 90)], [(80, 50), (70, 160)]])
DOT = Ink.from_points([[(5, 5)]])


@pytest.fixture
def folder(tmp_path):
    """A folder to put files into: pictures dark on light or light on dark, and drawings."""
    folder = tmp_path / "hands"

    class Folder:
        path = folder

        def write(self, place, data):
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

        def draw(self, *names, ink=SEVEN):
            for place in names:
                self.write(place, inkml_bytes(ink))

        def paint(self, *names, ink=SEVEN, dark=True):
            for place in names:
                path = folder / place
                path.parent.mkdir(parents=True, exist_ok=True)
                grey = np.pad((rasterize(ink) * 255).astype(np.uint8), 40)
                Image.fromarray(255 - grey if dark else grey).save(path)

    return Folder()


def ink_of(source, row):
    """The ink map that is found in an image of a source."""
    page = page_of(source, row)
    assert isinstance(page, Picture)
    return page.ink_map


# ------------------------------------------------------------------------------------------ reading


def test_images_are_files_that_are_opened_later(folder, opened):
    folder.paint("4/a.png", "4/b.JPG", ink=FOUR)
    folder.paint("7/a.bmp", dark=False)
    source = opened(folder.path)
    assert source.labels.tolist() == ["4", "4", "7"]
    assert source.images is None
    assert [path.name for path in source.files] == ["a.png", "b.JPG", "a.bmp"]
    assert np.array_equal(ink_of(source, 2), load_picture(folder.path / "7/a.bmp").ink_map)
    assert source.is_test is None
    assert (source.title, source.file) == ("hands", "hands")


def test_making_samples_stops_after_each(folder, opened):
    """An image of another size is the last; samples of all others are made then."""
    made = []

    def make(pixels):
        made.append(pixels)
        return pixels[:1, :1], None

    for number in range(9):
        folder.paint(f"4/{number}.png", ink=FOUR)
    folder.paint("7/last.png", ink=SEVEN)
    maker = SampleMaker("corner", make)
    with pytest.raises(Stopped):
        read_class_folder(folder.path, lambda event: None, lambda: len(made) > 2, maker)
    assert len(made) == 3


def test_train_and_test_are_parts(folder, opened):
    folder.paint("Training/7/a.png", "Training/4/a.png", "testing/7/b.png", "other/8/a.png")
    source = opened(folder.path)
    assert source.labels.tolist() == ["4", "7", "7"]
    assert source.is_test.tolist() == [False, False, True]


def test_parts_of_the_same_kind_are_all_used(folder, opened):
    folder.paint("train/7/a.png", "training/4/a.png", "val/7/b.png", "valid/4/b.png", "test/7/c.png")
    source = opened(folder.path)
    assert source.labels.tolist() == ["7", "4", "7", "4", "7"]
    assert source.is_validation.tolist() == [False, False, True, True, False]
    assert source.is_test.tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("name", ["val", "valid", "Validation"])
def test_validation_folder_is_the_validation_part(folder, opened, name):
    folder.paint("train/7/a.png", "train/4/a.png", f"{name}/7/b.png", "test/7/c.png")
    source = opened(folder.path)
    assert source.is_validation.tolist() == [False, False, True, False]
    parts = split_sources([source], [DataPart("hands", validation=0.5, test=0.5)], seed=1)[0]
    assert [rows.tolist() for rows in (parts.training, parts.validation, parts.test)] == [[0, 1], [2], [3]]
    assert [file.name for file in source.files or ()] in ([], ["a.png", "a.png", "b.png", "c.png"])
    assert source.labels.tolist() == ["4", "7", "7", "7"]
    assert source.is_test.tolist() == [False, False, False, True]


def test_other_folders_and_files_beside_train_are_left_out(folder, opened):
    folder.paint("train/7/a.png", "train/4/a.png", "extra/7/a.png", "extra/4/a.png", "plan.png")
    source = opened(folder.path)
    assert source.labels.tolist() == ["4", "7"]
    assert source.is_test is None
    assert [(each.file, str(each.reason), each.samples) for each in source.left_out] == [
        ("extra", "The folder is beside train, val and test and is not one of them.", 2),
        ("plan.png", "The file is not in a folder for a label.", 1),
    ]


def test_labels_may_be_called_train_and_test(folder, opened):
    folder.paint("train/a.png", "test/a.png")
    assert opened(folder.path).labels.tolist() == ["test", "train"]


def test_files_in_nested_folders_are_found(folder, opened):
    folder.paint("7/ann/a.png", "7/bob/a.png", "7/c.png")
    assert opened(folder.path).labels.tolist() == ["7"] * 3


@pytest.mark.parametrize("prefix", ["", "pets/", "my/pets/"])
def test_archive_may_have_folders_around_the_labels(tmp_path, folder, opened, prefix):
    folder.paint("cat/a.png", "dog/a.png", "cover.png")
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for path in sorted(folder.path.rglob("*.png")):
            archive.write(path, prefix + path.relative_to(folder.path).as_posix())
    source = opened(tmp_path / "pets.zip")
    assert source.labels.tolist() == ["cat", "dog"]
    (left_out,) = source.left_out
    assert (left_out.file, str(left_out.reason)) == (
        "cover.png",
        "The file is not in a folder for a label.",
    )


def test_inkml_files_are_ink(folder, opened):
    folder.draw("4/a.inkml", ink=FOUR)
    folder.draw("7/a.inkml")
    folder.draw("dot/a.inkml", ink=DOT)
    source = opened(folder.path)
    assert source.images is None
    assert source.writers is None
    assert source.labels.tolist() == source.inks.labels.tolist() == ["4", "7", "dot"]
    assert source.inks.writers.tolist() == [""] * 3
    for row, ink in enumerate((FOUR, SEVEN, DOT)):
        read = source.inks.ink(row)
        assert [len(stroke.points) for stroke in read.strokes] == [len(s.points) for s in ink.strokes]
        assert np.abs(rasterize(read) - rasterize(ink)).mean() < 0.03
    assert len(source.inks.select([2, 0])) == 2


def test_names_with_decomposed_characters_are_the_same_label(folder, opened):
    # As macOS writes them into archives.
    folder.draw("e\u0301/1.inkml", "é/2.inkml", "o/1.inkml")
    assert sorted(opened(folder.path).labels.tolist()) == ["o", "é", "é"]
    listed = list_folder(folder.path, lambda: False)
    assert sorted(listed.labels.tolist()) == ["o", "é", "é"]


def test_images_of_one_size_keep_their_colours(folder, opened):
    colours = np.random.default_rng(1).integers(0, 256, (2, 30, 20, 3)).astype(np.uint8)
    for name, image in zip("47", colours, strict=True):
        (folder.path / name).mkdir(parents=True)
        Image.fromarray(image).save(folder.path / name / "a.png")
    source = opened(folder.path)
    assert source.files is None
    assert np.array_equal(source.images, colours)
    assert np.array_equal(ink_of(source, 1), load_picture(folder.path / "7/a.png").ink_map)


def test_grey_images_of_one_size_have_one_channel(folder, opened, like_mnist):
    for number, image in enumerate(like_mnist):
        path = folder.path / str(number % 2) / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).convert("RGB").save(path)
    source = opened(folder.path)
    assert np.array_equal(source.images, np.concatenate([like_mnist[::2], like_mnist[1::2]]))
    assert source.is_normalized


def test_mixed_folder_contains_files(folder, opened):
    folder.draw("7/a.inkml")
    folder.paint("7/b.png")
    source = opened(folder.path)
    assert source.inks is None
    assert page_of(source, 0) == SEVEN
    assert np.array_equal(ink_of(source, 1), load_picture(folder.path / "7/b.png").ink_map)


def test_damaged_files_and_empty_drawings_are_left_out_with_the_reason(folder, opened):
    folder.paint("7/a.png", "7/._a.png", ".hidden/a.png", "__MACOSX/a.png", "beside.png")
    folder.write("7/sub/damaged.png", b"\x89PNG nothing")
    folder.write("7/Thumbs.db", b"nothing")
    folder.draw("7/empty.inkml", ink=Ink())
    source = opened(folder.path)
    assert len(source) == 1
    assert [each.file for each in source.left_out] == [
        "7/empty.inkml",
        "7/sub/damaged.png",
        "beside.png",
    ]
    assert str(source.left_out[0].reason) == "The drawing is empty."
    assert str(source.left_out[1].reason).startswith("damaged.png is not an image that can be opened")


@pytest.mark.parametrize("is_archive", [False, True])
@pytest.mark.parametrize("sizes", [[(40, 30)], [(40, 30), (20, 50)]])
@pytest.mark.parametrize("name", ["scan.tif", "moving.gif", "moving.png"])
def test_pages_after_the_first_are_left_out_with_one_reason(folder, opened, is_archive, sizes, name):
    for label, size in zip("74", sizes * 2, strict=False):
        first, *others = (Image.new("L", size, 10 * number) for number in range(12))
        folder.write(f"{label}/{name}", b"")
        first.save(folder.path / label / name, save_all=True, append_images=others)
        first.save(folder.path / label / "single.tif")
    path = shutil.make_archive(str(folder.path), "zip", folder.path) if is_archive else folder.path
    source = opened(path)
    assert len(source) == 4
    assert [(each.file, str(each.reason), each.samples) for each in source.left_out] == [
        (f"{label}/{name}", "Only the first of 12 pages is used; save the others as files of their own.", 11)
        for label in "47"
    ]


def test_the_hash_covers_names_and_contents(folder, opened):
    folder.paint("7/a.png", "4/a.png")
    hashes = {opened(folder.path).sha256}
    (folder.path / "7/a.png").rename(folder.path / "7/b.png")
    hashes.add(opened(folder.path).sha256)
    folder.paint("7/b.png", ink=FOUR)
    hashes.add(opened(folder.path).sha256)
    assert len(hashes) == 3
    assert opened(folder.path).sha256 in hashes


# ------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("names", [[], ["a.png"], [".hidden/a.png"]])
def test_folder_without_labels_raises_user_error(folder, opened, names):
    folder.path.mkdir()
    folder.paint(*names)
    folder.write("7/notes.txt", b"nothing")
    with pytest.raises(UserError, match="hands has no folders with images or InkML files"):
        opened(folder.path)


def test_label_without_valid_file_raises_user_error(folder, opened):
    folder.paint("4/a.png")
    folder.write("7/a.png", b"nothing")
    with pytest.raises(UserError, match="No file in the folder 7 can be used"):
        opened(folder.path)


def test_too_many_labels_raise_user_error(folder, opened):
    folder.draw(*(f"{number}/a.inkml" for number in range(201)))
    with pytest.raises(UserError, match="more than 200 folders"):
        opened(folder.path)


def test_too_many_files_raise_user_error(folder, opened, monkeypatch):
    monkeypatch.setattr(class_folder, "MOST_FILES", 3)
    folder.draw("7/a.inkml", "7/b.inkml", "4/a.inkml")
    assert len(opened(folder.path)) == 3
    folder.draw("4/b.inkml")
    with pytest.raises(UserError, match="more than 3 files"):
        opened(folder.path)


def test_folders_whose_names_cannot_be_labels_are_left_out(folder, opened):
    folder.draw("7/a.inkml", "a\u202eb/a.inkml", "a\u202eb/b.inkml", "seven" * 10 + "/a.inkml")
    source = opened(folder.path)
    assert source.labels.tolist() == ["7"]
    assert {(left.file[:5], str(left.reason), left.samples) for left in source.left_out} == {
        ("a\ufffdb", "The label cannot be displayed.", 2),
        ("seven", "The label has more than 40 characters.", 1),
    }


def test_only_folders_whose_names_cannot_be_labels_raise_user_error(folder, opened):
    folder.draw("seven" * 10 + "/a.inkml")
    with pytest.raises(UserError, match=r"is a label. The label has more than 40 characters\.$"):
        opened(folder.path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipes_and_circular_links_are_ignored(folder, opened):
    folder.draw("7/a.inkml")
    os.mkfifo(folder.path / "7/pipe.inkml")
    (folder.path / "7/circle").symlink_to(folder.path)
    assert len(opened(folder.path)) == 1


def test_reading_can_be_stopped(folder, opened):
    folder.draw("7/a.inkml", "7/b.inkml", "7/c.inkml")
    events: list[Any] = []
    with pytest.raises(Stopped):
        opened(folder.path, events.append, lambda: len(events) > 2)
    assert len(events) == 3


def test_progress_is_reported_per_percent(folder, opened):
    folder.draw(*(f"{number % 2}/{number:03}.inkml" for number in range(250)))
    events: list[Any] = []
    opened(folder.path, events.append)
    progress = events[1:]
    assert {event.steps for event in progress} == {250}
    assert all("hands" in str(event.text) for event in progress)
    assert [event.step * 100 // 250 for event in progress] == list(range(100))


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (255, 0, 0)])
def test_image_of_one_colour_is_a_sample(folder, opened, colour):
    folder.paint("7/a.png")
    Image.new("RGB", (40, 30), colour).save(folder.path / "7/sheet.png")
    source = opened(folder.path)
    assert len(source) == 2
    assert source.left_out == ()
