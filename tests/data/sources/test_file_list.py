"""Tests of tables with a file and a label in each row."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.user_errors import user_error


@pytest.fixture
def paint(tmp_path):
    """Function that saves images of the same size in a folder."""

    def paint(*names, side=20):
        for number, name in enumerate(names):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            grey = np.full((side, side), 255, np.uint8)
            grey[4:16, 8 : 10 + number % 3] = 0
            Image.fromarray(grey).save(path)

    return paint


LISTS = {
    "id,label\n1,7\n2,4\n": ["train/1.png", "train/2.png"],
    "image_id,class\r\n1.png,7\r\n2.png,4\r\n": ["1.png", "2.png"],
    "\ufeffFilename;Author;Label\na b.png;ann;7\nc.png;bob;4\n": ["a b.png", "c.png"],
    'label,file\n"7","one, two.png"\n4,c.png': ["one, two.png", "c.png"],
    "a/1.png 7\na/2.png 4\n": ["a/1.png", "a/2.png"],
    "7\tpictures\\1.PNG\n4\tpictures\\2.PNG\n": ["pictures/1.PNG", "pictures/2.PNG"],
}


@pytest.mark.parametrize("text", LISTS)
@pytest.mark.parametrize("name", ["train.csv", "labels.txt"])
def test_listed_files_are_read(tmp_path, opened, paint, text, name):
    paint(*LISTS[text], "other.png")
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    source = opened(name)
    assert source.labels.tolist() == ["7", "4"]
    assert source.images.shape == (2, 20, 20, 1)
    assert source.left_out == ()
    assert (source.title, len(source.sha256)) == (name, 64)


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        (["7.0", "", "10.0", "4."], ["7", "10", "4"]),
        (["7.0", "1.5", "4.0"], ["7.0", "1.5", "4.0"]),
        (["0042", "7.0"], ["0042", "7.0"]),
    ],
)
def test_whole_numbers_are_labels_without_decimals(tmp_path, opened, paint, labels, read):
    rows = [f"{number}.png,{label}" for number, label in enumerate(labels)]
    paint(*(f"{number}.png" for number in range(len(labels))))
    (tmp_path / "list.csv").write_text("\n".join(["file,label", *rows]))
    assert opened("list.csv").labels.tolist() == read


def test_files_that_cannot_be_used_are_left_out_with_the_reason(tmp_path, opened, paint):
    paint("data/a.png", "data/b.png", "outside.png", "data/c.png")
    (tmp_path / "data/damaged.png").write_bytes(b"nothing")
    (tmp_path / "data/link.png").symlink_to(tmp_path / "outside.png")
    absolute = tmp_path / "outside.png"
    lines = ["file,label", "a.png,7", "b.png,4", "missing.png,7", "../outside.png,7", f"{absolute},7"]
    lines += ["link.png,7", "damaged.png,7", "c.png,", "list.csv,7", ",7"]
    (tmp_path / "data/list.csv").write_text("\n".join(lines))
    source = opened("data/list.csv")
    assert source.labels.tolist() == ["7", "4"]
    reasons = {each.file: str(each.reason) for each in source.left_out}
    assert reasons.pop("damaged.png").endswith(".")
    assert reasons == {
        "missing.png": "The file does not exist.",
        "../outside.png": "The file is not in the folder of the list.",
        str(absolute): "The file is not in the folder of the list.",
        "link.png": "The file is not in the folder of the list.",
        "c.png": "The label is missing.",
        "list.csv": "The file is not an image or InkML file.",
        "list.csv:11": "The file is not in the folder of the list.",
    }


def test_list_without_any_of_its_files_raises_user_error(tmp_path, opened):
    (tmp_path / "list.csv").write_text("id,label\n1,7\n")
    with user_error(r"None of the files that list\.csv lists"):
        opened("list.csv")


def test_images_of_other_sizes_are_files(tmp_path, opened, paint):
    paint("a.png")
    paint("b.png", side=30)
    (tmp_path / "list.csv").write_text("a.png,7\nb.png,4\n")
    assert [file.name for file in opened("list.csv").files] == ["a.png", "b.png"]
