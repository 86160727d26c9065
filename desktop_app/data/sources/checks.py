"""What holds for samples from any file: labels that can be shown, pixels that make sense, hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.text import shape_text
from desktop_app.tasks.task import MOST_LABELS

MOST_SAMPLES = 2_000_000
"""Largest number of samples of one source."""

SIDES = range(8, 1025)
"""Heights and widths that images may have."""

LONGEST_LABEL = 40

_VALUES_AT_ONCE = 4_000_000
_BLOCK = 1 << 20

Place = Callable[[int], str]
"""The beginning of a sentence that names a sample by its position, e.g. "digits.csv: row 17"."""


# ------------------------------------------------------------------------------------------- labels


def text_labels(values: AnyArray, place: Place) -> NDArray[np.str_]:
    """Labels as text without space around it; whole numbers without a decimal point.

    Args:
        values: text, bytes in UTF-8, or whole numbers of any type, (n,).
        place: names a sample.

    Returns:
        Text (n,), as narrow as the longest label.

    Raises:
        UserError: there are more than `MOST_LABELS` different labels, or one is empty, too long, not
            printable, or no whole number.
    """
    kinds, first, number = np.unique(values, return_index=True, return_inverse=True)
    if len(kinds) > MOST_LABELS:
        raise UserError(
            f"{place(int(np.sort(first)[MOST_LABELS]))} brings the labels to more than {MOST_LABELS}; "
            "choose data with fewer different labels."
        )
    texts = [_label(kind, place(int(where))) for kind, where in zip(kinds.tolist(), first, strict=True)]
    labels: NDArray[np.str_] = np.array(texts, dtype=np.str_)[number.reshape(-1)]
    return labels


def _label(value: object, place: str) -> str:
    """One label as text."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, float):
        if not value.is_integer():
            raise UserError(f"{place} has {value:g} as its label, which is no whole number; mend it.")
        value = int(value)
    text = str(int(value) if isinstance(value, bool) else value).strip()
    if not text:
        raise UserError(f"{place} has no label; give it one.")
    if len(text) > LONGEST_LABEL:
        raise UserError(
            f"{place} has a label of more than {LONGEST_LABEL} characters; give it a shorter one."
        )
    if printable(text) != text:
        raise UserError(f"{place} has a label that cannot be shown; give it another.")
    return text


# ------------------------------------------------------------------------------------------- pixels


def pixel_bytes(parts: Sequence[AnyArray], places: Sequence[Place]) -> NDArray[np.uint8]:
    """Pixels of all parts as bytes, on one scale.

    Values up to 1 are shares of full brightness where no part has a larger one, else all are steps
    of 0 to 255.

    Args:
        parts: numbers of any type, (n, height, width) for grey, or (n, height, width, 1 or 3); of one
            height, width and number of channels.
        places: names the samples of each part.

    Returns:
        uint8 (n, height, width, channels), the parts one after another; 1 channel where all pixels
        are grey.

    Raises:
        UserError: a value is no number, below 0 or above 255.
    """
    highest = max(_highest(part, place) for part, place in zip(parts, places, strict=True))
    scale = 255.0 if highest <= 1 else 1.0
    return without_colour(np.concatenate([_scaled(part, np.float32(scale)) for part in parts]))


def without_colour(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Images (n, height, width, channels) with one channel where none of them has any colour."""
    if images.shape[3] == 1:
        return images
    some = (images[rows] for rows in _slices(images))
    return images[..., :1] if all((rows == rows[..., :1]).all() for rows in some) else images


def _slices(images: AnyArray) -> list[slice]:
    """Consecutive samples, few enough to be worked on as floats."""
    many = max(1, _VALUES_AT_ONCE // max(1, images[:1].size))
    return [slice(first, first + many) for first in range(0, len(images), many)]


def _highest(images: AnyArray, place: Place) -> float:
    """The largest value, after every one was found to be a number in 0..255."""
    highest = 0.0
    for rows in _slices(images):
        some = images[rows].reshape(len(images[rows]), -1)
        fits = ((some >= 0) & (some <= 255)).all(axis=1)
        if not fits.all():
            raise no_pixel(place(rows.start + int(fits.argmin())))
        highest = max(highest, float(some.max(initial=0)))
    return highest


def no_pixel(place: str) -> UserError:
    """What to say of a sample that has something else where a pixel should be."""
    return UserError(f"{place} has a pixel that is no number from 0 to 255; mend it.")


def _scaled(images: AnyArray, scale: np.float32) -> NDArray[np.uint8]:
    """Values times scale as bytes with channels; bytes that stay as they are are not copied."""
    images = images[..., None] if images.ndim == 3 else images
    if images.dtype == np.uint8 and scale == 1:
        return images
    scaled = np.empty(images.shape, dtype=np.uint8)
    for rows in _slices(images):
        scaled[rows] = np.rint(images[rows].astype(np.float32) * scale)
    return scaled


def check_sides(height: int, width: int, name: str) -> None:
    """Look whether images have a size that characters are seen at.

    Raises:
        UserError: a side is outside SIDES.
    """
    if height not in SIDES or width not in SIDES:
        raise UserError(
            f"{name} has images of {height}×{width} pixels; "
            f"choose images of {SIDES[0]} to {SIDES[-1]} pixels a side."
        )


def check_count(count: int, name: str) -> None:
    """Look whether there are samples, and not too many.

    Raises:
        UserError: there is none, or there are more than MOST_SAMPLES.
    """
    if count < 1:
        raise UserError(f"There is no sample in {name}; choose other data.")
    if count > MOST_SAMPLES:
        raise UserError(f"{name} has more than {MOST_SAMPLES:,} samples; choose a smaller part of it.")


# ------------------------------------------------------------------------------------------- hashes


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal.

    Raises:
        UserError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{shown_name(path)} cannot be read: {reason(error)}.") from error


def files_hash(files: Sequence[Path], folder: Path) -> str:
    """SHA-256 over some files in a folder and their names, hexadecimal.

    Raises:
        UserError: one cannot be read.
    """
    together = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(folder).as_posix().encode("utf-8", "replace")
        together.update(name + b"\0" + file_hash(path).encode() + b"\n")
    return together.hexdigest()


def shown_size(shape: Sequence[int]) -> str:
    """A shape in words, e.g. "60000×28×28"."""
    return shape_text(shape) or "a single value"


def sample_of(path: Path, array: str) -> Place:
    """Names samples of an array in a file, counted from 1."""
    return lambda row: f"{shown_name(path)}: sample {row + 1} of {array}"
