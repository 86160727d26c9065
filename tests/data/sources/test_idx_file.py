import gzip
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def idx(array, kind=8):
    """Content of an IDX file; images without channels."""
    array = array[..., 0] if array.ndim == 4 else array
    sides = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, kind, array.ndim]) + sides + array.astype(np.uint8).tobytes()


@pytest.fixture
def written(tmp_path):
    """Function that writes files, compressed if their names end in .gz, and returns the first path."""

    def written(**contents):
        for name, content in contents.items():
            (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return tmp_path / next(iter(contents))

    return written


@pytest.fixture
def train(images, labels):
    return {TRAIN_IMAGES: idx(images[:8]), TRAIN_LABELS: idx(labels[:8])}


@pytest.fixture
def test(images, labels):
    return {TEST_IMAGES: idx(images[8:]), TEST_LABELS: idx(labels[8:])}


# ------------------------------------------------------------------------------------------ reading


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("chosen", [TRAIN_IMAGES, TRAIN_LABELS])
def test_all_four_files_are_found(written, opened, images, labels, train, test, packed, chosen):
    path = written(**{name + packed: content for name, content in (train | test).items()})
    source = opened(path.with_name(chosen + packed))
    assert np.array_equal(source.images, images)
    assert source.labels.tolist() == [str(label) for label in labels]
    assert source.is_test.tolist() == [False] * 8 + [True] * 4
    assert source.file == source.title == TRAIN_IMAGES + packed


def test_some_files_may_be_compressed(written, opened, images, train, test):
    renamed = {TRAIN_IMAGES: train[TRAIN_IMAGES], f"{TRAIN_LABELS}.gz": train[TRAIN_LABELS]}
    renamed |= {f"{TEST_IMAGES}.gz": test[TEST_IMAGES], TEST_LABELS: test[TEST_LABELS]}
    assert np.array_equal(opened(written(**renamed)).images, images)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz"),
        ("Mine-IDX3", "Mine-idx1"),
    ],
)
def test_other_common_names_are_found(written, opened, images, labels, one, other):
    source = opened(written(**{one: idx(images), other: idx(labels)}))
    assert np.array_equal(source.images, images)
    assert source.is_test is None


def test_test_files_are_read_alone(written, opened, images, train, test):
    source = opened(written(**test, **train))
    assert np.array_equal(source.images, images[8:])
    assert source.is_test is None


def test_hash_covers_all_files(written, opened, train, test):
    path = written(**train, **test)
    before = opened(path).sha256
    assert opened(path).sha256 == before
    written(**{TEST_LABELS: idx(np.zeros(4))})
    assert opened(path).sha256 != before


def test_normalized_images_are_detected(written, opened, like_mnist):
    assert opened(
        written(**{TRAIN_IMAGES: idx(like_mnist), TRAIN_LABELS: idx(np.arange(60) % 10)})
    ).is_normalized


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    images=st.tuples(st.integers(1, 6), st.integers(8, 12), st.integers(8, 12)).flatmap(
        lambda shape: arrays(np.uint8, shape)
    ),
    packed=st.booleans(),
    data=st.data(),
)
def test_random_images_are_read(written, opened, images, packed, data):
    images[0, 0, 0] = 255  # else 0 and 1 are shares
    labels = data.draw(arrays(np.uint8, len(images)))
    end = ".gz" if packed else ""
    source = opened(written(**{TRAIN_IMAGES + end: idx(images), TRAIN_LABELS + end: idx(labels)}))
    assert np.array_equal(source.images[..., 0], images)
    assert source.labels.tolist() == [str(label) for label in labels]
    for name in (TRAIN_IMAGES, TRAIN_LABELS):
        written(**{name + end: b""}).unlink()


# ------------------------------------------------------------------------------------------- errors


def test_missing_labels_raise_user_error(written, opened, train, test):
    path = written(**{TRAIN_IMAGES: train[TRAIN_IMAGES]})
    with pytest.raises(UserError, match=f"no labels in the same folder; put {TRAIN_LABELS} there"):
        opened(path)
    written(**{TRAIN_LABELS: train[TRAIN_LABELS], TEST_IMAGES: test[TEST_IMAGES]})
    with pytest.raises(UserError, match=f"{TEST_IMAGES} has no labels"):
        opened(path)


def test_missing_images_raise_user_error(written, opened, train):
    with pytest.raises(UserError, match="its images are not in the same folder"):
        opened(written(**{TRAIN_LABELS: train[TRAIN_LABELS]}))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not an IDX file with 3-dimensional values"),
        (b"\0\0\x08\x03\0\0", "is not an IDX file with 3-dimensional values"),
        (idx(np.zeros(900)), "is not an IDX file with 3-dimensional values"),
        (b"\x89PNG" + bytes(30), "is not an IDX file with 3-dimensional values"),
        (idx(np.zeros((8, 10, 9)), kind=13), "does not contain unsigned bytes"),
        (idx(np.zeros((8, 10, 9)))[:-1], "does not contain the 8 samples"),
        (idx(np.zeros((8, 10, 9))) + b"0", "does not contain the 8 samples"),
        (idx(np.zeros((0, 10, 9))), "has no samples"),
        (idx(np.zeros((8, 4, 9))), "images of 4×9 pixels"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 2**32 - 1, 28, 28), "more than 2,000,000 samples"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 8, 2**31, 28), "pixels"),
        (b"\0\0\x08\x03" + struct.pack(">3I", 2_000_000, 1024, 1024), "too large"),
        (idx(np.zeros((7, 10, 9))), r"differ in the number of samples \(8 and 7\)"),
    ],
)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_malicious_images_raise_user_error(written, opened, train, content, sentence, packed):
    path = written(**{TRAIN_IMAGES + packed: content, TRAIN_LABELS: train[TRAIN_LABELS]})
    with pytest.raises(UserError, match=sentence):
        opened(path)


def test_malicious_labels_raise_user_error(written, opened, train, images):
    path = written(**{TRAIN_IMAGES: train[TRAIN_IMAGES], TRAIN_LABELS: idx(images)})
    with pytest.raises(UserError, match=f"{TRAIN_LABELS} is not an IDX file with 1-dimensional values"):
        opened(path)


def test_parts_with_different_sizes_raise_user_error(written, opened, train, labels):
    test = {TEST_IMAGES: idx(np.zeros((4, 11, 9))), TEST_LABELS: idx(labels[:4])}
    with pytest.raises(UserError, match="of different sizes"):
        opened(written(**train, **test))


def test_decompression_bomb_is_read_up_to_the_declared_size(written, opened, train):
    tracemalloc = pytest.importorskip("tracemalloc")
    content = idx(np.zeros((8, 10, 9))) + bytes(60_000_000)
    path = written(**{f"{TRAIN_IMAGES}.gz": content, TRAIN_LABELS: train[TRAIN_LABELS]})
    del content
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match="does not contain the 8 samples"):
            opened(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:40],
        lambda data: data[:-4] + b"0000",
        lambda data: b"nothing",
        lambda data: b"\x1f\x8b" * 9,
    ],
)
def test_damaged_compression_raises_user_error(written, opened, train, damage):
    path = written(**{f"{TRAIN_IMAGES}.gz": train[TRAIN_IMAGES], TRAIN_LABELS: train[TRAIN_LABELS]})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError, match="damaged or incomplete"):
        opened(path)


def test_reading_can_be_stopped(written, opened, train):
    answers = iter([False, True])
    with pytest.raises(Stopped):
        opened(written(**train), should_stop=lambda: next(answers))
