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
from desktop_app.core.text import composed, shape_text
from desktop_app.tasks.task import MOST_LABELS

MOST_SAMPLES = 2_000_000
"""Maximum number of samples of a source."""

SIDES = range(8, 1025)
"""Valid heights and widths of images."""

LONGEST_LABEL = 40

SampleName = Callable[[int], Message | str]
"""Returns the name of a sample by its row, for error messages, e.g. "digits.csv: row 17"."""


# ------------------------------------------------------------------------------------------- labels


def text_labels(values: AnyArray, name_of: SampleName, most: int = MOST_LABELS) -> NDArray[np.str_]:
    """Convert labels to stripped text with composed characters; integers without a decimal point.

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
            "{sample} brings the labels to more than {limit}; choose data with fewer labels.",
            sample=name_of(int(np.sort(first)[most])),
            limit=most,
        )
    texts = [_label(kind, name_of(int(where))) for kind, where in zip(kinds.tolist(), first, strict=True)]
    labels: NDArray[np.str_] = np.array(texts, dtype=np.str_)[number.reshape(-1)]
    return labels


def label_problem(label: str, *, is_number: bool) -> Message | None:
    """Return why a text of a table cannot be a label; None if it can.

    Args:
        label: the text.
        is_number: whether the labels of the table are numbers.
    """
    if not label:
        return message("The label is missing.")
    if len(label) > LONGEST_LABEL:
        return message("The label has more than {limit} characters.", limit=LONGEST_LABEL)
    if printable(label) != label:
        return message("The label cannot be displayed.")
    if is_number and not float(label).is_integer():
        return message("The label {label} is not a whole number.", label=label)
    return None


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
    text = composed(str(int(value) if isinstance(value, bool) else value).strip())
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


# -------------------------------------------------------------------------------------------- sizes


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
