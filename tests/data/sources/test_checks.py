"""What holds for samples from any file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.core.errors import reason
from desktop_app.data.sources.checks import (
    LONGEST_LABEL,
    MOST_SAMPLES,
    check_count,
    file_hash,
    files_hash,
    text_labels,
)
from desktop_app.data.sources.pixels import array_pixels, pixel_bytes, without_colour
from desktop_app.tasks.task import MOST_LABELS
from tests.user_errors import user_error


def row_of(row: int) -> str:
    """Names a sample."""
    return f"digits.csv: row {row}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([3, 10, 3]), ["3", "10", "3"]),
        (np.array([3.0, -0.0]), ["3", "0"]),
        (np.array([True, False]), ["1", "0"]),
        (np.array([" a ", "\tb"]), ["a", "b"]),
        (np.array(["é".encode(), b"b"]), ["é", "b"]),
        (np.array(["e\u0301", "é", "が"]), ["é", "é", "が"]),
        (np.array([[7], [8], [7]]), ["7", "8", "7"]),
        (np.array(["x" * LONGEST_LABEL]), ["x" * LONGEST_LABEL]),
        (np.arange(MOST_LABELS), [str(number) for number in range(MOST_LABELS)]),
    ],
)
def test_labels_are_text_without_space_around_it(values: NDArray[Any], expected: list[str]) -> None:
    labels = text_labels(values, row_of)
    assert labels.tolist() == expected
    assert labels.dtype == np.array(expected).dtype


@pytest.mark.parametrize(
    ("values", "row"),
    [
        (np.array(["a", " ", "b"]), 1),
        (np.array(["a", "b", "x" * (LONGEST_LABEL + 1)]), 2),
        (np.array(["a\u0007", "b"]), 0),
        (np.array([1.0, 2.0, 2.5]), 2),
        (np.append(np.arange(MOST_LABELS), [3, 500, 501]), MOST_LABELS + 1),
    ],
)
def test_a_label_that_cannot_be_used_is_named_by_its_place(values: NDArray[Any], row: int) -> None:
    with user_error(rf"digits\.csv: row {row} "):
        text_labels(values, row_of)


def test_bytes_that_are_no_text_have_a_mark() -> None:
    assert text_labels(np.array([b"a\xff"]), row_of).tolist() == ["a\N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize(("highest", "scale"), [(1, 255), (1.5, 170), (16, 255 / 16), (17, 1), (255, 1)])
def test_scale_is_found_by_the_largest_value_of_all_parts(highest: float, scale: float) -> None:
    first, second = np.full((2, 8, 8), 0.5), np.zeros((3, 8, 8))
    second[1, 2, 3] = highest
    pixels = pixel_bytes([array_pixels(first, row_of), array_pixels(second, row_of)])
    assert pixels.shape == (5, 8, 8, 1)
    assert pixels.dtype == np.uint8
    assert (pixels[:2] == round(0.5 * scale)).all()
    assert pixels[3, 2, 3, 0] == round(highest * scale)
    assert pixels.sum(dtype=int) == pixels[:2].sum(dtype=int) + pixels[3, 2, 3, 0]


@pytest.mark.parametrize("value", [-0.001, 255.5, np.nan, np.inf])
def test_a_value_that_is_no_pixel_is_named_by_its_place(value: float) -> None:
    parts = [np.zeros((2, 8, 8)), np.zeros((3, 8, 8))]
    parts[1][2, 7, 7] = value
    with user_error("second: row 2 "):
        pixel_bytes(
            [array_pixels(parts[0], row_of), array_pixels(parts[1], lambda row: f"second: row {row}")]
        )


def test_values_from_minus_1_to_1_are_recognized() -> None:
    parts = [np.full((2, 8, 8), -1.0), np.ones((2, 8, 8))]
    pixels = pixel_bytes([array_pixels(part, row_of) for part in parts])
    assert (pixels[:2] == 0).all()
    assert (pixels[2:] == 255).all()


def test_one_channel_is_enough_where_nothing_has_a_colour() -> None:
    grey = np.arange(64 * 2, dtype=np.uint8).reshape(2, 8, 8, 1)
    np.testing.assert_array_equal(without_colour(grey.repeat(3, axis=3)), grey)
    for channel in range(3):
        colour = grey.repeat(3, axis=3)
        colour[1, 7, 7, channel] += 1
        np.testing.assert_array_equal(without_colour(colour), colour)


def test_there_are_samples_and_not_too_many() -> None:
    for count in (1, MOST_SAMPLES):
        check_count(count, "digits.csv")
    for count in (0, MOST_SAMPLES + 1):
        with user_error(r"digits\.csv"):
            check_count(count, "digits.csv")


def test_hashes_are_sha256_over_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    files = [tmp_path / "b" / "é.png", tmp_path / "a.png"]
    for number, path in enumerate(files):
        path.write_bytes(bytes([number]) * 1000)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    assert [file_hash(path) for path in files] == hashes
    listed = f"a.png\0{hashes[1]}\nb/é.png\0{hashes[0]}\n"
    assert files_hash(files, tmp_path) == hashlib.sha256(listed.encode()).hexdigest()


def test_a_file_that_cannot_be_read_has_no_hash(tmp_path: Path) -> None:
    with user_error(rf"^gone\.png .*{reason(FileNotFoundError(2, ''))}"):
        file_hash(tmp_path / "gone.png")
