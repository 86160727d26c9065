import io
import struct
import zipfile
from typing import Any

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.sources import array_source
from tests.user_errors import user_error

INK = {
    "points": np.arange(16, dtype=np.int16).reshape(8, 2),
    "stroke_offsets": np.array([0, 2, 3, 6, 8], dtype=np.int32),
    "character_offsets": np.array([0, 1, 3, 4], dtype=np.int32),
    "labels": np.array(["7", "4", "A"]),
    "writers": np.array(["ann", "bob", "ann"]),
}


@pytest.fixture
def saved(tmp_path):
    """Function that saves arrays as digits.npz."""

    def saved(**arrays):
        np.savez_compressed(tmp_path / "digits.npz", **arrays)
        return tmp_path / "digits.npz"

    return saved


def declared(shape, descr="|u1", body=b"", major=1):
    """An .npy array with an arbitrary header."""
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    length = struct.pack("<H" if major == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([major, 0]) + length + header + body


@pytest.fixture
def members(tmp_path):
    """Function that writes the members of an archive."""

    def members(**given):
        path = tmp_path / "digits.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in given.items():
                archive.writestr(f"{name}.npy", data)
        return path

    return members


# ------------------------------------------------------------------------------------------ reading


def test_keras_layout_with_test_part(saved, opened, images, labels):
    source = opened(saved(x_train=images[:8], y_train=labels[:8], x_test=images[8:], y_test=labels[8:, None]))
    assert np.array_equal(source.images, images)
    assert source.labels.tolist() == [str(label) for label in labels]
    assert source.is_test.tolist() == [False] * 8 + [True] * 4
    assert (source.title, source.file) == ("digits.npz", "digits.npz")
    assert not source.is_normalized
    assert source.writers is None


@pytest.mark.parametrize(("x", "y"), [("x", "y"), ("x_train", "y_train")])
def test_single_part_has_no_test_part(saved, opened, images, labels, x, y):
    source = opened(saved(**{x: images, y: labels}))
    assert np.array_equal(source.images, images)
    assert source.is_test is None


@pytest.mark.parametrize(
    "change",
    [
        lambda images: images[..., 0],
        lambda images: images.astype(np.int64),
        lambda images: images.astype(np.float64),
        lambda images: images / 255,
        lambda images: (images / 255).astype(np.float32)[..., 0],
        lambda images: np.repeat(images, 3, axis=3),
        lambda images: np.repeat(images, 3, axis=3) / np.float32(255),
        np.asfortranarray,
    ],
)
def test_types_and_scales_of_values_do_not_matter(saved, opened, images, labels, change):
    assert np.array_equal(opened(saved(x=change(images), y=labels)).images, images)


@pytest.mark.parametrize("scale", [1, np.float32(255)])
def test_colour_is_kept(saved, opened, labels, scale):
    colours = np.random.default_rng(2).integers(0, 256, (12, 8, 9, 3)).astype(np.uint8)
    source = opened(saved(x_train=colours / scale, y_train=labels))
    assert source.images.dtype == np.uint8
    assert np.array_equal(source.images, colours)


def test_binary_images_are_scaled(saved, opened, images, labels):
    assert np.array_equal(opened(saved(x=images > 99, y=labels)).images, (images > 99) * np.uint8(255))


def test_both_parts_have_the_same_scale(saved, opened, images, labels):
    faint = np.minimum(images[8:], 1).astype(np.float32)
    source = opened(saved(x_train=images[:8], y_train=labels[:8], x_test=faint, y_test=labels[8:]))
    assert source.images[8:].max() == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.arange(12.0), [str(number) for number in range(12)]),
        (np.array(list("abcdefghijkl")), list("abcdefghijkl")),
        (np.array([f" {c}é " for c in "abcdefghijkl"]), [f"{c}é" for c in "abcdefghijkl"]),
        (np.array([f"{c}é".encode() for c in "abcdefghijkl"]), [f"{c}é" for c in "abcdefghijkl"]),
        (np.arange(12) > 5, ["0"] * 6 + ["1"] * 6),
    ],
)
def test_labels_may_be_numbers_or_text(saved, opened, images, given, expected):
    assert opened(saved(x=images, y=given)).labels.tolist() == expected


def test_normalized_images_are_detected(saved, opened, like_mnist):
    path = saved(x=like_mnist, y=np.arange(60) % 10)
    assert opened(path).is_normalized
    assert not opened(saved(x=255 - like_mnist, y=np.arange(60) % 10)).is_normalized


def test_ink_set_is_read_with_writers(saved, opened):
    source = opened(saved(**INK))
    assert source.labels.tolist() == ["7", "4", "A"]
    assert source.writers.tolist() == ["ann", "bob", "ann"]
    assert len(source.inks) == 3
    assert source.images is None


# ------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x_train": None}, "has no array x_train"),
        ({"y_train": None}, "has no array y_train"),
        ({"x_test": np.zeros((2, 10, 9))}, "has no array y_test"),
        ({"x_train": np.zeros((12, 90))}, "x_train is 12×90 of type float64"),
        ({"x_train": np.zeros((12, 10, 9, 4))}, "x_train is 12×10×9×4"),
        ({"x_train": np.zeros((12, 10, 9), complex)}, "type complex128"),
        ({"x_train": np.full((12, 10, 9), "7")}, "type <U1"),
        ({"x_train": np.full((12, 10, 9), {}, object)}, "contains Python objects in x_train"),
        ({"y_train": np.full(12, None)}, "contains Python objects in y_train"),
        ({"x_train": np.zeros((12, 4, 90))}, "images of 4×90 pixels"),
        ({"x_train": np.zeros((12, 2000, 9))}, "images of 2000×9 pixels"),
        ({"x_train": np.zeros((0, 10, 9))}, "digits.npz: x_train has no samples"),
        (
            {"x_train": np.zeros((11, 10, 9))},
            r"labels in y_train \(12\) differs from that of the images \(11\)",
        ),
        ({"x_train": np.full((12, 10, 9), 256)}, "sample 1 of x_train has a pixel that is not a number"),
        ({"x_train": np.full((12, 10, 9), -0.25)}, "sample 1 of x_train has a pixel"),
        (
            {"x_train": np.where(np.arange(12)[:, None, None] == 6, np.nan, np.zeros((12, 10, 9)))},
            "sample 7 of",
        ),
        (
            {"x_train": np.where(np.arange(12)[:, None, None] == 6, np.inf, np.zeros((12, 10, 9)))},
            "sample 7 of",
        ),
        ({"y_train": np.arange(24).reshape(12, 2)}, "sample 2 of y_train has no one-hot label"),
        ({"y_train": np.full(12, 0.5)}, "sample 1 of y_train has the label 0.5"),
        ({"y_train": np.full(12, np.nan)}, "sample 1 of y_train has the label nan"),
        ({"y_train": np.array([*"abcdefghijk", " "])}, "sample 12 of y_train has no label"),
        (
            {"y_train": np.array([*"abcdefghijk", "a\tb"])},
            "sample 12 of y_train has a label that cannot be displayed",
        ),
        (
            {"y_train": np.array([*"abcdefghijk", "a" * 41])},
            "sample 12 of y_train has a label of more than 40",
        ),
        (
            {"x_test": np.zeros((1, 11, 9)), "y_test": np.array([1])},
            "training and test images of digits.npz differ in size",
        ),
    ],
)
def test_invalid_arrays_raise_user_error(saved, opened, images, labels, arrays, sentence):
    given = {"x_train": images, "y_train": labels} | arrays
    with pytest.raises(UserError, match=sentence):
        opened(saved(**{name: array for name, array in given.items() if array is not None}))


def test_too_many_labels_raise_user_error(saved, opened):
    images = np.zeros((402, 8, 8), np.uint8)
    with pytest.raises(UserError, match="sample 201 of y brings the labels to more than 200"):
        opened(saved(x=images, y=np.arange(402)))
    half = np.arange(201) // 2
    path = saved(x_train=images[:201], y_train=half, x_test=images[201:], y_test=1000 + half)
    with pytest.raises(UserError, match="more than 200"):
        opened(path)


def test_other_arrays_raise_user_error(saved, opened, images):
    with pytest.raises(UserError, match="has no arrays with known names"):
        opened(saved(pictures=images))


def test_labels_of_an_ink_set_are_checked(saved, opened):
    with pytest.raises(UserError, match="sample 2 of labels has no label"):
        opened(saved(**INK | {"labels": np.array(["7", "", "A"])}))


@pytest.mark.parametrize(
    "member",
    [
        declared((2**40, 28, 28)),
        declared((60_000, 1000, 1000)),
        declared((4, 28, 28), descr="|V1000000000"),
        declared((4, -28, 28)),
        declared((4, 28, 28), body=bytes(100)),
        declared((4, 28, 28), descr="|O", body=b"cos\nsystem\n(S'true'\ntR."),
        b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1) + bytes(40_000_000),
        b"\x93NUMPY\x03\x00" + struct.pack("<I", 200_000_000) + bytes(1_000_000),
        b"\x93NUMPY\x01\x00\x05\x00{'a':",
        b"nothing",
        b"",
    ],
)
def test_malicious_members_are_rejected_before_reading(members, opened, member):
    tracemalloc = pytest.importorskip("tracemalloc")
    path = members(x=member, y=declared((4,), body=bytes(4)))
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"digits\.npz"):
            opened(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_too_many_arrays_raise_user_error(members, opened):
    with pytest.raises(UserError):
        opened(members(**{f"x{number}": declared((1,), body=b"0") for number in range(100)}))


@pytest.mark.parametrize("cut", [0, 1, 20, 200, -30])
def test_damaged_archive_raises_user_error(saved, opened, images, labels, cut):
    path = saved(x=images, y=labels)
    data = path.read_bytes()
    path.write_bytes(data[:cut])
    with pytest.raises(UserError):
        opened(path)
    path.write_bytes(data[:400] + bytes(byte ^ 255 for byte in data[400:440]) + data[440:])
    with pytest.raises(UserError):
        opened(path)


def test_size_limit_includes_all_arrays(saved, opened, images, labels, monkeypatch):
    monkeypatch.setattr(array_source, "MOST_BYTES", images.nbytes + labels.nbytes - 1)
    with pytest.raises(UserError, match="too large"):
        opened(saved(x=images, y=labels))


def test_large_arrays_are_converted_in_blocks(saved, opened, images, labels, monkeypatch):
    monkeypatch.setattr("desktop_app.data.sources.pixels._BLOCK_VALUES", 200)
    assert np.array_equal(opened(saved(x=images / 255, y=labels)).images, images)
    bad = images.astype(float)
    bad[10, 3, 3] = 300
    with pytest.raises(UserError, match="sample 11 of x"):
        opened(saved(x=bad, y=labels))


@pytest.mark.parametrize(("dtype", "most_megabytes"), [(np.uint8, 100), (np.float64, 60)])
def test_small_file_with_large_arrays_costs_little_more_than_its_images(saved, opened, dtype, most_megabytes):
    images = np.zeros((40_000, 40, 40), dtype) if dtype == np.uint8 else np.zeros((8000, 40, 40), dtype)
    path = saved(x=images, y=np.arange(len(images)) % 10)
    assert path.stat().st_size < 500_000
    expected, most = images.size, 0
    del images
    tracemalloc = pytest.importorskip("tracemalloc")
    tracemalloc.start()
    try:
        assert opened(path).images.nbytes == expected
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < expected + most_megabytes * 1_000_000


def test_reading_can_be_stopped_within_an_array(saved, opened):
    path = saved(x=np.zeros((40_000, 28, 28), np.uint8), y=np.zeros(40_000, np.uint8))
    events: list[Any] = []
    with pytest.raises(Stopped):
        opened(path, events.append, lambda: len(events) > 2)
    assert 0 < events[-1].step < 100


def test_nested_archive_raises_user_error(tmp_path, opened):
    inner = io.BytesIO()
    np.savez(inner, x=np.zeros((2, 8, 8)), y=np.zeros(2))
    with zipfile.ZipFile(tmp_path / "digits.npz", "w") as archive:
        archive.writestr("digits.npz", inner.getvalue())
    with pytest.raises(UserError, match="no arrays"):
        opened("digits.npz")


def test_progress_is_reported_in_percent_of_the_bytes(saved, opened, images, labels):
    events: list[Any] = []
    opened(saved(x_train=images[:8], y_train=labels[:8], x_test=images[8:], y_test=labels[8:]), events.append)
    steps = [event.step for event in events[1:]]
    assert steps == sorted(set(steps))
    assert steps[-1] == 100
    assert {event.steps for event in events[1:]} == {100}
    assert all("digits.npz" in str(event.text) for event in events)


@pytest.mark.parametrize(
    ("height", "width", "fits"),
    [(8, 8, True), (7, 8, False), (8, 7, False), (1024, 8, True), (8, 1025, False)],
)
def test_image_sizes_have_bounds(saved, opened, height, width, fits):
    path = saved(x=np.zeros((2, height, width), np.uint8), y=np.array([0, 1]))
    if fits:
        assert opened(path).images.shape == (2, height, width, 1)
    else:
        with pytest.raises(UserError, match=rf"{height}×{width}.* 8 to 1024 "):
            opened(path)


@pytest.mark.parametrize("order", ["<", ">"])
def test_labels_with_invalid_characters_raise_user_error(saved, opened, images, labels, order):
    codes = np.full(len(images), 0x110000, dtype=f"{order}u4")
    with pytest.raises(UserError, match="damaged"):
        opened(saved(x=images, y=codes.view(f"{order}U1")))


CASES = {
    "capitals": lambda x, y: {"X": x, "Y": y},
    "medmnist": lambda x, y: {"train_images": x, "train_labels": y[:, None]},
    "channels first": lambda x, y: {"x_train": x[:, None], "y_train": y},
    "colour, channels first": lambda x, y: {"x_train": np.repeat(x[:, None], 3, axis=1), "y_train": y},
    "one-hot": lambda x, y: {"x": x, "y": np.eye(10)[y]},
    "minus 1 to 1": lambda x, y: {"x": x / 127.5 - 1, "y": y},
}


@pytest.mark.parametrize("case", CASES)
def test_other_layouts_are_read(saved, opened, images, labels, case):
    source = opened(saved(**CASES[case](images[..., 0], labels)))
    assert np.array_equal(source.images, images)
    assert source.labels.tolist() == [str(label) for label in labels]
    assert source.is_test is None


def test_flat_images_are_squares(saved, opened, like_mnist):
    labels = np.arange(60) % 10
    source = opened(saved(x=like_mnist.reshape(60, -1), y=labels))
    assert np.array_equal(source.images, like_mnist)


def test_parts_of_the_file_are_kept(saved, opened, images, labels):
    arrays: dict[str, np.ndarray] = {}
    for part, rows in (("train", slice(0, 6)), ("val", slice(6, 8)), ("test", slice(8, 12))):
        arrays |= {f"{part}_images": images[rows], f"{part}_labels": labels[rows]}
    source = opened(saved(**arrays))
    assert np.array_equal(source.images, images)
    assert source.is_validation.tolist() == [False] * 6 + [True] * 2 + [False] * 4
    assert source.is_test.tolist() == [False] * 8 + [True] * 4


@pytest.mark.parametrize("words", [False, True])
def test_colour_images_in_keras_layout_are_read(saved, opened, words):
    x = np.random.default_rng(1).integers(0, 256, (6, 32, 32, 3), np.uint8)
    y = np.array([["frog"], ["ship"]] * 3) if words else np.array([[6], [8]] * 3, np.uint8)
    source = opened(saved(x_train=x[:4], y_train=y[:4], x_test=x[4:], y_test=y[4:]))
    assert np.array_equal(source.images, x)
    assert source.labels.tolist() == [str(label) for label in y[:, 0]]
    assert source.is_test.tolist() == [False] * 4 + [True] * 2


# ----------------------------------------------------------------------------------------- .npy files


NPY_NAMES = [
    ("X_train.npy", "y_train.npy"),
    ("x.npy", "y.npy"),
    ("images.npy", "labels.npy"),
    ("data.npy", "target.npy"),
    ("digits-train-images.npy", "digits-train-labels.npy"),
    ("trainX.npy", "trainY.npy"),
    ("train_data.npy", "train_labels.npy"),
]


@pytest.mark.parametrize(("x", "y"), NPY_NAMES)
@pytest.mark.parametrize("chosen", [0, 1])
def test_npy_pair_is_opened_by_either_file(tmp_path, opened, images, labels, x, y, chosen):
    np.save(tmp_path / x, images[..., 0])
    np.save(tmp_path / y, labels)
    np.save(tmp_path / "weights.npy", np.zeros(3))
    source = opened(tmp_path / (x, y)[chosen])
    assert np.array_equal(source.images, images)
    assert source.labels.tolist() == [str(label) for label in labels]
    assert source.title == (x, y)[chosen]
    assert len(source.sha256) == 64


@pytest.mark.parametrize("chosen", ["", "y_test.npy"])
def test_npy_files_of_all_parts_are_found(tmp_path, opened, images, labels, chosen):
    for part, rows in (("train", slice(0, 6)), ("val", slice(6, 8)), ("test", slice(8, 12))):
        np.save(tmp_path / f"x_{part}.npy", np.asfortranarray(images[rows, ..., 0] / 255))
        np.save(tmp_path / f"y_{part}.npy", np.eye(10)[labels[rows]])
    source = opened(tmp_path / chosen)
    assert np.array_equal(source.images, images)
    assert source.labels.tolist() == [str(label) for label in labels]
    assert source.is_validation.tolist() == [False] * 6 + [True] * 2 + [False] * 4
    assert source.is_test.tolist() == [False] * 8 + [True] * 4


def test_npy_files_of_other_data_sets_are_not_mixed(tmp_path, opened, images, labels):
    for name, first in (("ann", 0), ("bob", 4)):
        np.save(tmp_path / f"{name}_x.npy", images[first:])
        np.save(tmp_path / f"{name}_y.npy", labels[first:])
    assert np.array_equal(opened(tmp_path / "ann_x.npy").images, images)
    assert np.array_equal(opened(tmp_path / "bob_y.npy").images, images[4:])


@pytest.mark.parametrize("name", ["x.npy", "weights.npy"])
def test_single_npy_file_raises_user_error(tmp_path, opened, images, name):
    np.save(tmp_path / name, images)
    with user_error(f"{name} is a single array"):
        opened(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"nothing", declared((4, -28, 28)), declared((2**40, 28, 28))])
def test_damaged_npy_file_raises_user_error(tmp_path, opened, content):
    (tmp_path / "x.npy").write_bytes(content)
    np.save(tmp_path / "y.npy", np.zeros(4))
    with user_error(r"npy"):
        opened(tmp_path / "y.npy")


def test_npy_file_with_objects_raises_user_error(tmp_path, opened, images):
    np.save(tmp_path / "x.npy", images)
    np.save(tmp_path / "y.npy", np.array([{}] * len(images)), allow_pickle=True)
    with user_error("Python objects in y"):
        opened(tmp_path / "x.npy")
