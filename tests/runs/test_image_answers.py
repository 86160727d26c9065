"""Output images for test samples: computation, file format and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.networks.image_reader import ImageReader
from desktop_app.runs.image_answers import (
    ENLARGEMENTS,
    MEASURES,
    ImageAnswers,
    answer_images,
    read_image_answers,
    write_image_answers,
)
from desktop_app.runs.image_measures import measure_images
from desktop_app.tasks.resampling import METHODS, downscale_image, enlarge_image
from tests.user_errors import user_error


def originals(count: int = 4) -> NDArray[np.uint8]:
    return np.random.default_rng(count).integers(0, 256, (count, 12, 16, 1), np.uint8)


def bright_reader(images: NDArray[np.float32]) -> NDArray[np.str_]:
    """Read "1" in images that are bright in the corner, "0" in others."""
    return np.where(images[:, 0, 0, 0] > 0.5, "1", "0")


def answers_of(
    targets: NDArray[np.uint8], *, reader: ImageReader | None = None, labels: Any = None
) -> ImageAnswers:
    """Return the answers of a network that is a quarter grey level away from the originals."""
    inputs = np.stack([downscale_image(image, 2) for image in targets])
    outputs = np.abs(targets / np.float32(255) - np.float32(0.25))
    labels = np.array(["?"] * len(targets)) if labels is None else labels
    return answer_images(inputs, outputs, targets, labels, reader)


def test_methods_are_compared_with_the_originals() -> None:
    targets = originals()
    evaluation = measure_images(answers_of(targets))
    assert [each.name for each in evaluation.enlargements] == ["nearest", "bicubic", "lanczos", "network"]
    for method, each in zip(METHODS, evaluation.enlargements, strict=False):
        images = [enlarge_image(downscale_image(image, 2), 2, method) for image in targets]
        errors = np.square((np.stack(images).astype(float) - targets) / 255).mean(axis=(1, 2, 3))
        assert each.psnr == pytest.approx(float((-10 * np.log10(errors)).mean()), abs=1e-3)
        assert each.accuracy is None
    psnr = {each.name: each.psnr for each in evaluation.enlargements}
    assert evaluation.gain == pytest.approx(psnr["network"] - psnr["bicubic"])
    assert evaluation.accuracy is None


def test_reading_stops_between_blocks_of_samples() -> None:
    read: list[int] = []

    def reading(images: NDArray[np.float32]) -> NDArray[np.str_]:
        read.append(len(images))
        return bright_reader(images)

    targets = np.repeat(originals(2), 400, axis=0)
    inputs = np.stack([downscale_image(image, 2) for image in targets])
    labels, outputs = np.array(["1"] * 800), (targets / 255).astype(np.float32)
    with pytest.raises(Stopped):
        answer_images(inputs, outputs, targets, labels, ImageReader(("0", "1"), reading), lambda: bool(read))
    assert 0 < max(read) <= 200
    assert len(read) == 1 + len(ENLARGEMENTS)


def test_worst_images_of_the_network_are_first() -> None:
    evaluation = measure_images(answers_of(originals(9)))
    psnr = evaluation.psnr_of("network")[evaluation.worst_first]
    assert psnr.tolist() == sorted(psnr.tolist())
    assert len(set(psnr.tolist())) > 1


def test_accuracy_counts_only_labels_that_the_reader_knows() -> None:
    targets = np.zeros((4, 8, 8, 1), np.uint8)
    targets[:2] = 255
    reader = ImageReader(("0", "1"), bright_reader)
    answers = answers_of(targets, reader=reader, labels=np.array(["1", "0", "A", "0"]))
    assert answers.labels.tolist() == ["1", "0", "", "0"]
    assert answers.readings[0].tolist() == ["1", "1", "0", "0"]
    evaluation = measure_images(answers)
    assert evaluation.accuracy == pytest.approx(2 / 3)
    assert [each.accuracy for each in evaluation.enlargements] == [pytest.approx(2 / 3)] * 4


def test_without_known_labels_there_is_no_accuracy() -> None:
    answers = answers_of(originals(), reader=ImageReader(("0", "1"), bright_reader))
    evaluation = measure_images(answers)
    assert evaluation.accuracy is None
    assert {each.accuracy for each in evaluation.enlargements} == {None}


@pytest.mark.parametrize("reader", [None, ImageReader(("0", "1"), bright_reader)])
def test_answers_are_written_and_read(tmp_path: Path, reader: ImageReader | None) -> None:
    written = answers_of(originals(), reader=reader, labels=np.array(["0", "1", "0", "1"]))
    write_image_answers(tmp_path / "test.npz", written)
    read = read_image_answers(tmp_path / "test.npz")
    assert len(read) == 4
    for name, before in vars(written).items():
        after = getattr(read, name)
        assert after.dtype == before.dtype
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": np.zeros((4, 6, 9, 1), np.uint8)},
        {"inputs": np.zeros((3, 6, 8, 1), np.uint8)},
        {"inputs": np.zeros((4, 0, 0, 1), np.uint8)},
        {"outputs": np.zeros((4, 12, 16, 1), np.float32)},
        {"outputs": np.zeros((4, 12, 16, 3), np.uint8)},
        {"originals": np.zeros((4, 12, 15, 1), np.uint8)},
        {"labels": np.array(["1"] * 3)},
        {"labels": np.array(["x" * 41] * 4)},
        {"labels": np.arange(4)},
        {"quality": np.zeros((len(ENLARGEMENTS), len(MEASURES), 3), np.float32)},
        {"quality": np.full((len(ENLARGEMENTS), len(MEASURES), 4), np.nan, np.float32)},
        {"readings": np.full((2, 4), "1")},
    ],
)
def test_inconsistent_answers_raise_user_error(tmp_path: Path, change: dict[str, Any]) -> None:
    arrays = {**vars(answers_of(originals())), **change}
    with pytest.raises(UserError, match="train again"):
        ImageAnswers(**arrays)
    np.savez(tmp_path / "test.npz", **arrays)
    with user_error("test.npz of this run is damaged"):
        read_image_answers(tmp_path / "test.npz")


@pytest.mark.parametrize("content", [b"", b"PK", b"not an archive"])
def test_damaged_file_raises_user_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "test.npz").write_bytes(content)
    with user_error("test.npz of this run is damaged"):
        read_image_answers(tmp_path / "test.npz")
    with pytest.raises(UserError):
        read_image_answers(tmp_path / "missing.npz")
