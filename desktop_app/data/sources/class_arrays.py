"""Arrays of images with one array for each label, e.g. train0 to train9."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from desktop_app.data.sources.array_names import PART_WORDS
from desktop_app.data.sources.stored_array import Readable, StoredArray

_NAME = re.compile(rf"({'|'.join(PART_WORDS)}|digit|class|x|)_?(\d\d?|[A-Za-z])")


def join_classes(arrays: Mapping[str, StoredArray]) -> dict[str, StoredArray]:
    """Join arrays (n, pixels) whose names are a part, or none, and a label.

    Returns:
        Images and labels by their names in `array_names.PAIRS`; empty if there are no such arrays of at least
        two labels, of one type and with the same number of pixels.
    """
    parts: dict[str, dict[str, StoredArray]] = {}
    for name, array in arrays.items():
        if (match := _NAME.fullmatch(name)) is not None and len(array.shape) == 2:
            parts.setdefault(PART_WORDS.get(match[1], ""), {})[match[2]] = array
    joined: dict[str, StoredArray] = {}
    for part, classes in parts.items():
        images = [classes[label] for label in sorted(classes)]
        if len(images) < 2 or len({(each.shape[1], each.dtype, each.is_fortran) for each in images}) > 1:
            continue
        labels = np.repeat(sorted(classes), [each.shape[0] for each in images])
        joined |= {f"x{part}": _joined(images), f"y{part}": _stored(labels)}
    return joined


def _joined(images: Sequence[StoredArray]) -> StoredArray:
    """Return the rows of arrays as one array, read one array after the other."""

    @contextlib.contextmanager
    def opened() -> Iterator[Readable]:
        yield _Chain(images)

    count = sum(each.shape[0] for each in images)
    return StoredArray((count, images[0].shape[1]), images[0].dtype, False, opened)


class _Chain:
    """Rows of arrays, read one array after the other."""

    def __init__(self, arrays: Sequence[StoredArray]) -> None:
        self._arrays, self._rest = iter(arrays), b""

    def read(self, count: int, /) -> bytes:
        """Return at most this number of bytes; nothing at the end."""
        while not self._rest and (array := next(self._arrays, None)) is not None:
            self._rest = np.ascontiguousarray(array.values(lambda _: None)).tobytes()
        data, self._rest = self._rest[:count], self._rest[count:]
        return data


def _stored(values: np.ndarray[tuple[int, ...], np.dtype[np.str_]]) -> StoredArray:
    """Return an array in memory as a stored one."""
    data = np.ascontiguousarray(values).tobytes()
    return StoredArray(values.shape, values.dtype, False, lambda: contextlib.nullcontext(io.BytesIO(data)))
