import hashlib
import os
import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.model_inputs import sample_of
from desktop_app.data.sources.built_in import BUILT_IN, describe
from desktop_app.data.sources.checks import file_hash
from desktop_app.data.sources.download import MissingData
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.data.split import split_sources
from desktop_app.runs.recipe import DataPart
from desktop_app.tasks.task import Task


def test_bundled_digits_need_no_file(opened):
    source = opened("uci-digits")
    assert source.images.shape == (1797, 12, 12, 1)
    assert all(sample_of(source, row, Task())[0].any() for row in range(1797)), "in each there is ink"
    assert source.images.dtype == np.uint8
    assert (source.images.min(), source.images.max()) == (0, 255)
    assert source.kinds() == tuple("0123456789")
    assert not source.is_normalized
    assert source.is_test is None
    assert source.title == "UCI digits"


def test_bundled_digits_equal_the_original(opened):
    source = opened("uci-digits")
    levels = np.rint(source.images[:, 2:-2, 2:-2] * (16 / 255)).astype(np.uint8)
    labels = source.labels.astype(np.uint8)
    hashes = [hashlib.sha256(values.tobytes()).hexdigest() for values in (levels, labels)]
    assert hashes == [
        "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
        "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
    ]


def test_built_in_data_sets_are_found_in_data_and_download_folder(data_folder, tmp_path):
    for folders in (
        DataFolders(data_folder, tmp_path),
        DataFolders(None, data_folder),
        DataFolders(tmp_path, data_folder),
    ):
        mnist = open_source("mnist", folders, lambda event: None, lambda: False)
        assert (mnist.title, mnist.file, mnist.is_normalized) == ("MNIST", "mnist.npz", True)
        assert mnist.sha256 == file_hash(data_folder / "mnist.npz")
        assert mnist.is_test is not None
        assert mnist.is_test.sum() == 40
        for name, title in (("pendigits", "Pen digits"), ("unipen", "UNIPEN characters")):
            inks = open_source(name, folders, lambda event: None, lambda: False)
            assert inks.title == title
            assert inks.inks is not None
            assert inks.writers is not None
            assert len(inks.inks) == len(inks) == len(inks.writers)


def test_missing_data_sets_are_to_be_downloaded_or_chosen(opened):
    with pytest.raises(MissingData, match="is not on this computer; download it"):
        opened("mnist")
    with pytest.raises(MissingData, match=r"pendigits\.npz is not in the folder with data sets") as caught:
        opened("pendigits")
    assert caught.value.source.download is None


def test_built_in_data_sets_are_described(data_folder):
    strokes = ["pendigits", "unipen", "unipen-words", "unipen-numbers"]
    names = ["mnist", "uci-digits", *strokes, "bhmsds", "cifar10"]
    assert [info.name for info in BUILT_IN] == names
    for info in BUILT_IN:
        source = open_source(
            info.name, DataFolders(data_folder, data_folder), lambda event: None, lambda: False
        )
        assert source.title == info.title == describe(info.name)
        assert str(info.description).endswith(".")
        assert info.origin
        assert info.count >= len(source)
    assert describe("/data/hands/digits.csv") == "digits.csv"
    assert describe("/data/hands/") == "hands"


def test_relative_path_is_searched_in_the_folders(opened, tmp_path, images, labels):
    (tmp_path / "downloads").mkdir()
    np.savez(tmp_path / "downloads/late.npz", x=images, y=labels)
    np.savez(tmp_path / "early.npz", x=images, y=labels)
    assert len(opened("late.npz")) == len(opened("early.npz")) == 12


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.npz", "There is no data called missing.npz"),
        ("mnits", "There is no data called mnits"),
        ("a\0b", "There is no data"),
        ("x" * 4000, "cannot be read: its name is too long"),
        ("drawing.inkml", "is a single drawing; choose a folder"),
        ("notes.md", "has an unknown format"),
    ],
)
def test_other_files_raise_user_error(opened, tmp_path, name, sentence):
    for file in ("drawing.inkml", "notes.md"):
        (tmp_path / file).write_bytes(b"nothing")
    (tmp_path / "downloads").mkdir()
    with pytest.raises(UserError, match=sentence):
        opened(name)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["a.npz", "a.csv", "a.csv.gz", "a-idx3-ubyte", "a-idx3-ubyte.gz", "7/a.png", "7/a.inkml"]
    ),
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"\x1f\x8b\x08\0", b"\0\0\x08\x03", b"\x89PNG\r\n\x1a\n", b"<ink>"]
    ),
    data=st.binary(max_size=300),
)
@example("a.csv", b"", b",\n" * 100)
def test_random_bytes_raise_user_error(opened, tmp_path, name, start, data):
    path = tmp_path / "any" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(start + data)
    (tmp_path / "any/a-idx1-ubyte").write_bytes(start + data)
    with pytest.raises(UserError):
        opened(path if path.parent.name == "any" else "any")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipe_raises_user_error(opened, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UserError, match="There is no data"):
        opened("pipe.csv")


def test_opening_can_be_stopped(opened):
    with pytest.raises(Stopped):
        opened("uci-digits", should_stop=lambda: True)


def test_source_can_be_split(opened, tmp_path, images, labels):
    np.savez(
        tmp_path / "digits.npz", x_train=images[:8], y_train=labels[:8], x_test=images[8:], y_test=labels[8:]
    )
    parts = split_sources([opened("digits.npz")], [DataPart("digits.npz", validation=2)], 1)[0]
    assert (len(parts.training), len(parts.validation), len(parts.test)) == (6, 2, 4)
    assert all(a < b for a, b in pairwise(parts.test))


def test_opening_needs_no_keras(tmp_path, images, labels):
    np.savez(tmp_path / "digits.npz", x=images, y=labels)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from desktop_app.data.sources import download, open_source, source_set\n"
        "folders = source_set.DataFolders(None, Path(sys.argv[1]))\n"
        "print(len(open_source.open_source('digits.npz', folders, lambda event: None, lambda: False)))\n"
        "heavy = {'keras', 'tensorflow', 'sklearn', 'requests', 'PySide6'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=300, check=True
    )
    assert process.stdout.split("\n")[:2] == ["12", "[]"]


def test_source_is_reported_first(opened, tmp_path, images, labels):
    np.savez(tmp_path / "digits.npz", x=images, y=labels)
    for source, name in (("uci-digits", "UCI digits"), ("digits.npz", "digits.npz")):
        events: list[Any] = []
        opened(source, events.append)
        assert (events[0].step, events[0].steps) == (0, 1)
        assert name in str(events[0].text)


def test_folder_can_be_listed_without_opening_files(tmp_path):
    for place in ("train/7/a.png", "train/4/b.inkml", "test/7/c.jpg", "beside.png", "test/7/notes.txt"):
        path = tmp_path / "hands" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"never opened")

    def listed(folder):
        folders = DataFolders(tmp_path, tmp_path)
        return open_source(folder, folders, lambda event: None, lambda: False, list_only=True)

    source = listed("hands")
    assert (source.title, source.file, source.sha256) == ("hands", "hands", "")
    assert [path.name for path in source.files] == ["b.inkml", "a.png", "c.jpg"]
    assert source.labels.tolist() == ["4", "7", "7"]
    assert source.is_test.tolist() == [False, False, True]
    assert (source.images, source.inks, source.writers) == (None, None, None)
    alone = listed("hands/test")
    assert alone.labels.tolist() == ["7"]
    assert alone.is_test is None
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="empty"):
        listed("empty")
