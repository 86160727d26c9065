"""What texts in a table mean: labels, one-hot labels, pixels, or names of columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from desktop_app.core.arrays import AnyArray
from desktop_app.tasks.task import MOST_LABELS

SQUARES = range(8, 129)
"""Valid sides of the square images."""

_INTEGER_CHARACTERS = b"0123456789, \n"


def is_square(count: int) -> bool:
    """Return whether a number of pixels is that of a square image of a valid size."""
    return math.isqrt(count) in SQUARES and math.isqrt(count) ** 2 == count


def one_hot_columns(values: Sequence[str]) -> int:
    """Return the number of columns of a one-hot label at the end of a row; 0 if there is none."""
    if is_square(len(values) - 1):
        return 0
    counts = range(2, min(len(values), MOST_LABELS + 1))
    fitting = (count for count in counts if is_square(len(values) - count))
    return next((count for count in fitting if one_hot_label(values[-count:]) is not None), 0)


def one_hot_label(values: Sequence[str]) -> int | None:
    """Return the position of the only 1 among zeros; None for other values."""
    if not are_numbers(values):
        return None
    numbers = [float(value) for value in values]
    return numbers.index(1) if set(numbers) == {0, 1} and sum(numbers) == 1 else None


def pixels_of(texts: Sequence[str]) -> AnyArray | None:
    """Parse rows of pixels, uint8 or float32 (n, pixels); None if a value is not a number from -1 to 255."""
    if not texts:
        return np.empty((0, 0), np.uint8)
    values = _numbers(texts)
    return values if values is not None and ((values >= -1) & (values <= 255)).all() else None


def _numbers(texts: Sequence[str]) -> AnyArray | None:
    """Parse rows of numbers as uint8, if possible, else as float32; None if a value is not a number."""
    # Parsing uint8 is ten times as fast; it would accept fractions with a warning.
    are_integers = not "\n".join(texts).encode().translate(None, _INTEGER_CHARACTERS)
    dtypes = (np.uint8, np.float32) if are_integers else (np.float32,)
    for dtype in dtypes:
        try:
            values: AnyArray = np.loadtxt(texts, dtype=dtype, delimiter=",", comments=None, ndmin=2)
        except ValueError:
            continue
        return values
    return None


def are_names(values: Sequence[str]) -> bool:
    """Return whether a first line has column names: no pixel is a number, or all are indices."""
    indices = [str(number) for number in range(len(values))]
    return list(values) == indices or not any(are_numbers([value]) for value in values[1:-1])


def is_label_last(firsts: Sequence[str], lasts: Sequence[str]) -> bool:
    """Return whether the last column has the labels: it has text, or rarer values than the first."""
    if is_text(firsts):
        return False
    if is_text(lasts):
        return True
    return max(Counter(lasts).values()) < max(Counter(firsts).values())


def is_text(texts: Sequence[str]) -> bool:
    """Return whether most values are no numbers."""
    return sum(count for text, count in Counter(texts).items() if not are_numbers([text])) > len(texts) / 2


def are_numbers(texts: Iterable[str]) -> bool:
    """Return whether all texts are finite numbers."""
    try:
        return all(math.isfinite(float(text)) for text in set(texts))
    except ValueError:
        return False


def labels_of(texts: Sequence[str]) -> AnyArray:
    """Return labels as numbers if all are, because 7 may be written as 7.0."""
    if not are_numbers(texts):
        return np.array(texts, dtype=np.str_)
    values = {text: float(text) for text in set(texts)}
    return np.array([values[text] for text in texts])
