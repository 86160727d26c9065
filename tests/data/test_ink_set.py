import io
import zipfile

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.data import ink_set
from desktop_app.data.ink_set import is_ink_set, read_ink_set
from desktop_app.ink.strokes import Ink

POINTS = np.arange(16, dtype=np.int16).reshape(8, 2)
LABELS = np.array(["7", "4", "A"])

# Three characters with one, two and one stroke.
ARRAYS = {
    "points": POINTS,
    "stroke_offsets": np.array([0, 2, 3, 6, 8], dtype=np.int32),
    "character_offsets": np.array([0, 1, 3, 4], dtype=np.int32),
    "labels": LABELS,
    "writers": np.array(["ann", "bob", "ann"]),
}


@pytest.fixture
def saved(tmp_path):
    """Function that saves arrays as an ink set and returns its path."""

    def saved(**arrays):
        path = tmp_path / "set.npz"
        np.savez_compressed(path, **arrays)
        return path

    return saved


def test_ink_set_is_read(saved):
    inks = read_ink_set(saved(**ARRAYS))
    assert len(inks) == 3
    assert inks.labels.tolist() == ["7", "4", "A"]
    assert inks.ink(0) == Ink.from_points([[(0, 1), (2, 3)]])
    assert inks.ink(1) == Ink.from_points([[(4, 5)], [(6, 7), (8, 9), (10, 11)]])


@pytest.mark.parametrize(
    ("which", "chosen"),
    [([2, 0], [2, 0]), ([False, True, True], [1, 2]), (np.array([], dtype=int), []), ([1, 1], [1, 1])],
)
def test_selection_contains_the_same_characters(saved, which, chosen):
    inks = read_ink_set(saved(**ARRAYS))
    selected = inks.select(which)
    assert len(selected) == len(chosen)
    for place, index in enumerate(chosen):
        assert selected.ink(place) == inks.ink(index)
        assert selected.labels[place] == inks.labels[index]
        assert selected.writers[place] == inks.writers[index]
    assert selected.stroke_offsets[-1] == len(selected.points)


@pytest.mark.parametrize(
    "change",
    [
        {"points": POINTS.astype(float)},
        {"points": POINTS.ravel()},
        {"points": np.zeros((8, 3), dtype=np.int16)},
        {"points": POINTS[:7]},
        {"stroke_offsets": np.array([0, 3, 2, 6, 8])},
        {"stroke_offsets": np.array([0, 2, 2, 6, 8])},
        {"stroke_offsets": np.array([-1, 2, 3, 6, 8])},
        {"stroke_offsets": np.array([0, 2, 3, 6, 9])},
        {"stroke_offsets": np.array([0.0, 2, 3, 6, 8])},
        {"stroke_offsets": np.array([], dtype=int)},
        {"character_offsets": np.array([0, 1, 3, 5])},
        {"character_offsets": np.array([[0, 1, 3, 4]])},
        {"labels": LABELS[:2]},
        {"labels": np.array([7, 4, 1])},
        {"labels": np.array(["x" * 300, "", ""])},
        {"writers": np.array([["ann", "bob", "ann"]])},
        {"writers": np.array([{}, {}, {}])},
    ],
    ids=str,
)
def test_inconsistent_ink_sets_raise_user_error(saved, change):
    with pytest.raises(
        UserError, match=r"^set\.npz (cannot be used as a data set|is damaged or not a data set)"
    ):
        read_ink_set(saved(**ARRAYS | change))


@pytest.mark.parametrize("missing", ARRAYS)
def test_missing_array_is_named(saved, missing):
    path = saved(**{name: array for name, array in ARRAYS.items() if name != missing})
    assert not is_ink_set(path)
    with pytest.raises(UserError, match=missing):
        read_ink_set(path)


def declared(shape, dtype="|u1", body=b""):
    """An .npy array whose header declares another shape than its data has."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": dtype, "fortran_order": False, "shape": shape})
    return stream.getvalue() + body


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (declared((2**20, 1000, 1000)), "[Tt]he data set .* is too large"),
        (declared((2**62, 2**62, 2**62)), "[Tt]he data set .* is too large"),
        (declared((-(2**40), 1, 1)), "is damaged or not a data set"),
        (declared((4, 6, 5)), "is damaged or not a data set"),
        (declared((4, 6, 5), "|O", b"cos\nsystem\n(S'true'\ntR."), "is damaged or not a data set"),
        (b"no array", "is damaged or not a data set"),
        (b"", "is damaged or not a data set"),
    ],
)
def test_malicious_arrays_are_rejected_before_reading(tmp_path, member, sentence):
    path = tmp_path / "hostile.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ARRAYS:
            archive.writestr(f"{name}.npy", member if name == "points" else declared((4,), body=bytes(4)))
    with pytest.raises(UserError, match=sentence):
        read_ink_set(path)


def test_too_large_ink_set_raises_user_error(saved, monkeypatch):
    path, size = saved(**ARRAYS), sum(np.asarray(array).nbytes for array in ARRAYS.values())
    monkeypatch.setattr(ink_set, "MOST_BYTES", size - 1)
    with pytest.raises(UserError, match="too large"):
        read_ink_set(path)
    monkeypatch.setattr(ink_set, "MOST_BYTES", size)
    assert len(read_ink_set(path)) == 3


def test_other_files_raise_user_error(tmp_path, saved):
    whole = saved(**ARRAYS).read_bytes()
    for name, data in {"text": b"hello", "empty": b"", "half": whole[: len(whole) // 2]}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError, match=f"^{name} is damaged or not a data set"):
            read_ink_set(tmp_path / name)
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    (tmp_path / "flipped").write_bytes(flipped)
    with pytest.raises(UserError, match="flipped"):
        read_ink_set(tmp_path / "flipped")
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(UserError, match="does not exist or is not a file"):
            read_ink_set(path)


def test_archive_with_too_many_members_raises_user_error(tmp_path):
    path = tmp_path / "many.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.npy", declared((1,), body=b"0"))
    with pytest.raises(UserError, match="not a data set"):
        is_ink_set(path)
