"""Checks and conversion of labels and pixels for all file formats, and hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.arrays import AnyArray
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.messages import Message, message
from desktop_app.core.text import shape_text
from desktop_app.tasks.task import MOST_LABELS

MOST_SAMPLES = 2_000_000
"""Maximum number of samples of a source."""

SIDES = range(8, 1025)
"""Valid heights and widths of images."""

LONGEST_LABEL = 40

_BLOCK_VALUES = 4_000_000
_MOST_LEVELS = 16
"""Largest value of images with few levels of grey, e.g. the UCI digits'."""

SampleName = Callable[[int], Message | str]
"""Returns the name of a sample by its row, for error messages, e.g. "digits.csv: row 17"."""


# ------------------------------------------------------------------------------------------- labels


def text_labels(values: AnyArray, name_of: SampleName, most: int = MOST_LABELS) -> NDArray[np.str_]:
    """Convert labels to stripped text; integers without a decimal point.

    Args:
        values: (n,), text, UTF-8 bytes, or integers of any type.
        name_of: returns the name of a sample.
        most: largest number of different labels.

    Returns:
        Text (n,).

    Raises:
        UserError: there are too many different labels, or a label is empty, too long, not
            printable, or a number that is not an integer.
    """
    kinds, first, number = np.unique(values, return_index=True, return_inverse=True)
    if len(kinds) > most:
        raise UserError(
            "With {sample} there are more than {limit} labels; choose data with fewer labels.",
            sample=name_of(int(np.sort(first)[most])),
            limit=most,
        )
    texts = [_label(kind, name_of(int(where))) for kind, where in zip(kinds.tolist(), first, strict=True)]
    labels: NDArray[np.str_] = np.array(texts, dtype=np.str_)[number.reshape(-1)]
    return labels


def _label(value: object, sample: Message | str) -> str:
    """Convert a label to text."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, float):
        if not value.is_integer():
            raise UserError(
                "{sample} has the label {value:g}, which is not a whole number; correct it.",
                sample=sample,
                value=value,
            )
        value = int(value)
    text = str(int(value) if isinstance(value, bool) else value).strip()
    if not text:
        raise UserError("{sample} has no label; add one.", sample=sample)
    if len(text) > LONGEST_LABEL:
        raise UserError(
            "{sample} has a label of more than {limit} characters; choose a shorter one.",
            sample=sample,
            limit=LONGEST_LABEL,
        )
    if printable(text) != text:
        raise UserError("{sample} has a label that cannot be displayed; choose another.", sample=sample)
    return text


# ------------------------------------------------------------------------------------------- pixels


def pixel_bytes(parts: Sequence[AnyArray], names_of: Sequence[SampleName]) -> NDArray[np.uint8]:
    """Convert the pixels of all parts to uint8 with a common scale.

    The range of the values is -1..1 if there are values of at most -0.5; 0 to the largest value if that is at
    most 16, e.g. 0..1 or 0..16; else 0..255.

    Args:
        parts: numbers of any type, (n, height, width) or (n, height, width, 1 or 3), of the same size.
        names_of: for each part, returns the name of a sample.

    Returns:
        uint8 (n, height, width, channels), the parts concatenated; 1 channel if all pixels are grey.

    Raises:
        UserError: a value is not a number, or outside of these ranges.
    """
    extremes = [_extremes(part, name_of) for part, name_of in zip(parts, names_of, strict=True)]
    lowest, highest = min(low for low, _ in extremes), max(high for _, high in extremes)
    is_signed = lowest <= -0.5 and highest <= 1
    if lowest < 0 and not is_signed:
        raise next(
            invalid_pixel(name_of(int((part < 0).reshape(len(part), -1).any(axis=1).argmax())))
            for part, name_of, (low, _) in zip(parts, names_of, extremes, strict=True)
            if low < 0
        )
    offset = 1.0 if is_signed else 0.0
    top = 2.0 if is_signed else max(1.0, highest) if highest <= _MOST_LEVELS else 255.0
    scale = np.float32(255.0 / top)
    return without_colour(np.concatenate([_scaled(part, scale, np.float32(offset)) for part in parts]))


def without_colour(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, height, width, channels) with 1 channel if all pixels are grey."""
    if images.shape[3] == 1:
        return images
    blocks = (images[rows] for rows in _slices(images))
    return images[..., :1] if all((block == block[..., :1]).all() for block in blocks) else images


def _slices(images: AnyArray) -> list[slice]:
    """Return slices of rows that need little memory when converted to floats."""
    count = max(1, _BLOCK_VALUES // max(1, images[:1].size))
    return [slice(first, first + count) for first in range(0, len(images), count)]


def _extremes(images: AnyArray, name_of: SampleName) -> tuple[float, float]:
    """Check that all values are numbers in -1..255; return the smallest, at most 0, and the largest."""
    lowest, highest = 0.0, 0.0
    for rows in _slices(images):
        block = images[rows].reshape(len(images[rows]), -1)
        is_valid = ((block >= -1) & (block <= 255)).all(axis=1)
        if not is_valid.all():
            raise invalid_pixel(name_of(rows.start + int(is_valid.argmin())))
        highest = max(highest, float(block.max(initial=0)))
        lowest = min(lowest, float(block.min(initial=0)))
    return lowest, highest


def invalid_pixel(sample: Message | str) -> UserError:
    """Return the error for a sample with an invalid pixel."""
    return UserError("{sample} has a pixel that is not a number from 0 to 255; correct it.", sample=sample)


def _scaled(images: AnyArray, scale: np.float32, offset: np.float32) -> NDArray[np.uint8]:
    """Return values plus an offset, scaled, as uint8 with channels; bytes of the scale 1 are not copied."""
    images = images[..., None] if images.ndim == 3 else images
    if images.dtype == np.uint8 and scale == 1:
        return images
    scaled = np.empty(images.shape, dtype=np.uint8)
    for rows in _slices(images):
        scaled[rows] = np.rint((images[rows].astype(np.float32) + offset) * scale)
    return scaled


def check_sides(height: int, width: int, name: str) -> None:
    """Check the size of images.

    Raises:
        UserError: height or width is not in SIDES.
    """
    if height not in SIDES or width not in SIDES:
        raise UserError(
            "{name} has images of {height}×{width} pixels; choose images of {least} to {most} pixels a side.",
            name=name,
            height=height,
            width=width,
            least=SIDES[0],
            most=SIDES[-1],
        )


def check_count(count: int, name: str) -> None:
    """Check the number of samples.

    Raises:
        UserError: there are no samples, or more than MOST_SAMPLES.
    """
    if count < 1:
        raise UserError("{name} has no samples; choose other data.", name=name)
    if count > MOST_SAMPLES:
        raise UserError(
            "{name} has more than {limit:,} samples; choose a part of it.", name=name, limit=MOST_SAMPLES
        )


# ------------------------------------------------------------------------------------------- hashes


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal.

    Raises:
        UserError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UserError(
            "{name} cannot be read: {reason}.", name=shown_name(path), reason=reason(error)
        ) from error


def files_hash(files: Sequence[Path], folder: Path) -> str:
    """Return the SHA-256 of files in a folder and their names, hexadecimal.

    Raises:
        UserError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(folder).as_posix().encode("utf-8", "replace")
        digest.update(name + b"\0" + file_hash(path).encode() + b"\n")
    return digest.hexdigest()


def shown_size(shape: Sequence[int]) -> Message | str:
    """Return a shape as text, e.g. "60000×28×28"."""
    return shape_text(shape) or message("a single value")


def sample_of(path: Path, array: str) -> SampleName:
    """Return a function that names the samples of an array in a file, counted from 1."""
    return lambda row: message(
        "{name}: sample {number} of {array}", name=shown_name(path), number=row + 1, array=array
    )
