"""Tests of the reader for CIFAR-10 in binary form."""

import io
import tarfile

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped

NAMES = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]


@pytest.fixture
def write(tmp_path):
    """Function that writes an archive with files of these names and contents."""

    def write(files):
        path = tmp_path / "cifar-10-binary.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, data in files.items():
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return path

    return write


def batches():
    """Six batches of three records."""
    rng = np.random.default_rng(1)
    return {
        name: b"".join(bytes([(number + row) % 10]) + rng.bytes(3072) for row in range(3))
        for number, name in enumerate(NAMES)
    }


def test_batches_are_read_in_their_order(write, opened):
    files = batches()
    path = write({"readme.html": b"<p>", "test_batch.bin": files["test_batch.bin"], **files})
    source = opened(path)
    assert source.images.shape == (18, 32, 32, 3)
    assert source.images.flags.c_contiguous
    assert source.labels[:4].tolist() == ["airplane", "automobile", "bird", "automobile"]
    assert source.is_test.tolist() == [False] * 15 + [True] * 3
    record = np.frombuffer(files["data_batch_2.bin"], np.uint8)[1:3073]
    assert source.images[3, 5, 7].tolist() == [record[plane * 1024 + 5 * 32 + 7] for plane in range(3)]


def test_cifar_is_read_from_the_downloaded_archive(write, opened):
    write(batches())
    source = opened("cifar10")
    assert (source.title, source.file, len(source)) == ("CIFAR-10", "cifar-10-binary.tar.gz", 18)


@pytest.mark.parametrize(
    "change",
    [
        {"data_batch_3.bin": b""},
        {"data_batch_3.bin": b"\0" * 3072},
        {"data_batch_3.bin": b"\x0a" + b"\0" * 3072},
        {"data_batch_3.bin": b"\0" * 3073 * 10_001},
        {f"{number}.txt": b"" for number in range(30)},
    ],
)
def test_other_content_raises_user_error(write, opened, change):
    with pytest.raises(UserError, match="does not contain CIFAR-10 in binary form"):
        opened(write(batches() | change))


def test_missing_batch_raises_user_error(write, opened):
    files = batches()
    del files["data_batch_5.bin"]
    with pytest.raises(UserError, match="does not contain CIFAR-10"):
        opened(write(files))


@pytest.mark.parametrize("end", [0, 10, 5000])
def test_incomplete_archive_raises_user_error(write, opened, end):
    path = write(batches())
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(UserError, match=r"damaged or incomplete|cannot be read"):
        opened(path)


def test_reading_can_be_stopped(write, opened):
    events: list[object] = []
    path = write(batches())
    with pytest.raises(Stopped):
        opened(path, events.append, lambda: len(events) > 2)
