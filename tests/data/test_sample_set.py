from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.errors import UserError
from desktop_app.data.ink_set import read_ink_set
from desktop_app.data.sample_order import balanced_order
from desktop_app.data.sample_set import (
    MOST_FILES,
    MOST_SAMPLES,
    SampleSet,
    open_sample_set,
)
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.normalize import normalize
from desktop_app.ink.open_page import load_page
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.tasks.task import Task

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "samples" / "digits.npz"
HOOK = [(0, 0), (60, 0), (60, 90)]


def opened(path: Path, size: int = 28) -> SampleSet:
    samples = open_sample_set(path, Task(height=size, width=size))
    assert samples is not None
    return samples


def save_images(path: Path, images: np.ndarray, labels: list[int]) -> None:
    np.savez(path, x_test=images, y_test=np.array(labels))


def a_bar(left: int) -> np.ndarray:
    image = np.zeros((20, 24), dtype=np.uint8)
    image[3:17, left : left + 3] = 200
    return image


# ------------------------------------------------------------------------------ bundled samples


def test_bundled_samples_have_all_digits_by_many_writers() -> None:
    samples, ink_set = opened(BUNDLED), read_ink_set(BUNDLED)
    assert samples.name == "digits.npz"
    assert len(samples) == samples.total == len(ink_set) == 280
    assert Counter(samples.labels) == dict.fromkeys("0123456789", 28)
    assert len(set(ink_set.writers.tolist())) == 28
    assert len({sample.tobytes() for sample in samples.pixels}) == 280
    assert BUNDLED.stat().st_size < 100_000


def test_shipped_model_recognizes_the_bundled_samples() -> None:
    recognizer, ink_set = open_recognizer(find_model("digits")), read_ink_set(BUNDLED)
    labels = [recognizer.read(ink_set.ink(i)).label for i in range(0, 280, 7)]
    right = sum(label == truth for label, truth in zip(labels, ink_set.labels[::7].tolist(), strict=True))
    assert right >= 39


# --------------------------------------------------------------------------------------- reading


def test_ink_is_prepared() -> None:
    samples, ink_set = opened(BUNDLED, 32), read_ink_set(BUNDLED)
    expected = set()
    for number in range(len(ink_set)):
        normalized = normalize(rasterize(ink_set.ink(number)), 32, 1)
        assert normalized is not None
        expected.add(np.rint(normalized.model_input[..., 0] * 255).astype(np.uint8).tobytes())
    assert {sample.tobytes() for sample in samples.pixels} == expected


def test_images_are_prepared(tmp_path: Path) -> None:
    images = np.stack([a_bar(2), a_bar(9), np.zeros((20, 24), dtype=np.uint8)])
    save_images(tmp_path / "set.npz", images, [1, 7, 3])
    samples = opened(tmp_path / "set.npz")
    assert samples.total == 3
    # The empty image has no ink; the two bars are equal after normalization.
    assert sorted(samples.labels) == ["1", "7"]
    normalized = normalize(a_bar(2).astype(np.float32) / np.float32(255), 28, 1)
    assert normalized is not None
    assert abs(samples.model_inputs(0, 1)[0] - normalized.model_input).max() <= 0.5 / 255 + 1e-6
    assert (samples.pixels[0] == samples.pixels[1]).all()


def test_labels_of_files_are_names_of_their_folders(tmp_path: Path) -> None:
    (tmp_path / "train" / "seven").mkdir(parents=True)
    (tmp_path / "train" / "seven" / "a.inkml").write_bytes(inkml_bytes(Ink.from_points([HOOK])))
    Image.fromarray(255 - np.kron(a_bar(8), np.ones((4, 4), np.uint8))).save(tmp_path / "train" / "one.png")
    (tmp_path / "train" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "train" / "notes.txt").write_text("nothing to see")
    samples = opened(tmp_path)
    assert samples.total == 3
    assert sorted(samples.labels) == ["", "seven"]
    page = load_page(tmp_path / "train" / "seven" / "a.inkml")
    assert isinstance(page, Ink)
    normalized = normalize(rasterize(page), 28, 1)
    assert normalized is not None
    ink = samples.pixels[samples.labels.index("seven")]
    assert abs(ink / 255 - normalized.model_input).max() <= 0.5 / 255 + 1e-6


def test_model_inputs_have_the_channels_of_the_task() -> None:
    samples = open_sample_set(BUNDLED, Task(channels=3))
    assert samples is not None
    inputs = samples.model_inputs(3, 5)
    assert inputs.shape == (2, 28, 28, 3)
    assert inputs.dtype == np.float32
    assert (inputs[..., 0] == inputs[..., 2]).all()
    assert 0 <= inputs.min() < inputs.max() <= 1


def test_pictures_keep_their_colours(tmp_path: Path) -> None:
    colours = np.random.default_rng(4).integers(0, 256, (6, 16, 16, 3)).astype(np.uint8)
    np.savez(tmp_path / "set.npz", x=colours, y=np.arange(6) % 2)
    task = Task(kind="picture", height=16, width=16, channels=3, preparation="fit", labels=("0", "1"))
    samples = open_sample_set(tmp_path / "set.npz", task)
    assert samples is not None
    assert {picture.tobytes() for picture in samples.pixels} == {picture.tobytes() for picture in colours}


# ---------------------------------------------------------------------------------------- choice


def test_labels_alternate() -> None:
    labels = ["a"] * 50 + ["b"] * 3 + ["c"] * 10
    taken = balanced_order(labels, 20).tolist()
    assert len(set(taken)) == 20
    assert [labels[i] for i in taken[:9]] == ["a", "b", "c"] * 3
    assert Counter(labels[i] for i in taken) == {"a": 9, "b": 3, "c": 8}
    assert taken == balanced_order(labels, 20).tolist()
    assert sorted(balanced_order(labels, 1000).tolist()) == list(range(63))
    assert len(balanced_order([], 5)) == 0


def test_number_of_samples_is_limited(tmp_path: Path) -> None:
    images = np.stack([a_bar(2 + i % 16) for i in range(40)])
    save_images(tmp_path / "set.npz", np.tile(images, (60, 1, 1)), [i % 10 for i in range(2400)])
    samples = opened(tmp_path / "set.npz", 8)
    assert samples.total == 2400
    assert len(samples) == MOST_SAMPLES
    assert Counter(samples.labels) == dict.fromkeys("0123456789", MOST_SAMPLES // 10)


def test_number_of_files_is_limited(tmp_path: Path) -> None:
    content = inkml_bytes(Ink.from_points([HOOK]))
    for number in range(MOST_FILES + 20):
        (tmp_path / f"{number}.inkml").write_bytes(content)
    samples = opened(tmp_path, 8)
    assert (len(samples), samples.total) == (MOST_FILES, MOST_FILES + 20)


# ------------------------------------------------------------------------------ hash, stop, user error


def test_hash_depends_on_the_content(tmp_path: Path) -> None:
    images = np.stack([a_bar(2), a_bar(9)])
    hashes = set()
    for name, labels in (("a", [1, 2]), ("b", [1, 2]), ("c", [1, 3])):
        save_images(tmp_path / f"{name}.npz", images, labels)
        hashes.add(opened(tmp_path / f"{name}.npz").sha256)
    assert len(hashes) == 2
    assert opened(tmp_path / "a.npz", 32).sha256 not in hashes


def test_opening_can_be_stopped() -> None:
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    assert open_sample_set(BUNDLED, Task(), should_stop) is None
    assert len(asked) == 4


def test_data_without_samples_raises_user_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.npz").write_text("no archive")
    save_images(tmp_path / "dark.npz", np.zeros((2, 9, 9), dtype=np.uint8), [1, 2])
    for name in ("empty", "text.npz", "dark.npz", "missing.npz"):
        with pytest.raises(UserError, match=r"^[^;]*; choose [^.;]*\.$"):
            open_sample_set(tmp_path / name, Task())
