"""Detection of data whose characters are transposed, as those of EMNIST are."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from desktop_app.core.paths import resources_dir
from desktop_app.data.pages import sample_page_of
from desktop_app.data.sample_order import balanced_order
from desktop_app.data.sources.array_file import read_array_file
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.prepare_ink import prepare_ink_map
from desktop_app.tasks.task import DIGITS, Task

_MOST_CHECKED = 200
_LEAST_CHECKED = 30
_FONT_SIZE = 64


def upright(source: SourceSet) -> SourceSet:
    """Return a source, with rows and columns of its images exchanged if they seem to be transposed."""
    return source.transposed() if seems_transposed(source) else source


def seems_transposed(source: SourceSet) -> bool:
    """Return whether the characters of a source are like upright ones after transposition only.

    Up to 200 digits are compared with the means of the bundled digits, or else letters with those of a font
    (most similar by correlation), as they are and transposed.
    """
    if source.images is None:
        return False
    for kind in (_BUNDLED_DIGITS, _PRINTED_LETTERS):
        rows = np.flatnonzero(np.isin(source.labels, kind.labels))
        rows = rows[balanced_order(source.labels[rows], _MOST_CHECKED)]
        prepared = [(row, prepare(sample_page_of(source, int(row)), Task())) for row in rows]
        found = [(row, each.pixels[..., 0]) for row, each in prepared if each is not None]
        if len(found) >= _LEAST_CHECKED:
            labels, images = source.labels[[row for row, _ in found]], np.stack([each for _, each in found])
            return kind.fit_transposed_only(images, labels)
    return False


@dataclass(frozen=True)
class _Characters:
    """Upright characters.

    Attributes:
        labels: their labels.
        images: returns an image of each, uint8 (labels, height, width).
        least_accuracy: share of upright characters by other writers that are most similar to the image of
            their label, at least.
        least_gain: by which that share of transposed characters is lower, at least.
    """

    labels: tuple[str, ...]
    images: Callable[[], NDArray[np.uint8]]
    least_accuracy: float
    least_gain: float

    def fit_transposed_only(self, images: NDArray[np.uint8], labels: NDArray[np.str_]) -> bool:
        """Return whether images, uint8 (n, height, width), fit their labels after transposition only."""
        own = self.images().reshape(len(self.labels), -1).astype(np.float64)
        own -= own.mean(axis=1, keepdims=True)
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        names = np.char.lower(np.array(self.labels))

        def accuracy(images: NDArray[np.uint8]) -> float:
            nearest = (images.reshape(len(images), -1) @ own.T).argmax(axis=1)
            return float(np.mean(names[nearest] == np.char.lower(labels)))

        as_they_are, transposed = accuracy(images), accuracy(images.swapaxes(1, 2))
        return transposed >= self.least_accuracy and transposed - as_they_are >= self.least_gain


def _digit_images() -> NDArray[np.uint8]:
    """Return the mean image of each bundled digit."""
    path = resources_dir() / "samples" / "digits.npz"
    source = read_array_file(path, lambda _: None, lambda: False)
    prepared = [prepare(sample_page_of(source, row), Task()) for row in range(len(source))]
    images = np.stack([each.pixels[..., 0] for each in prepared if each is not None])
    means = [images[source.labels == digit].mean(axis=0) for digit in DIGITS]
    rounded: NDArray[np.uint8] = np.rint(means).astype(np.uint8)
    return rounded


def _letter_images() -> NDArray[np.uint8]:
    """Return the letters of Pillow's font."""
    font, images = ImageFont.load_default(_FONT_SIZE), []
    for letter in string.ascii_letters:
        canvas = Image.new("L", (2 * _FONT_SIZE, 2 * _FONT_SIZE))
        ImageDraw.Draw(canvas).text((_FONT_SIZE // 2, _FONT_SIZE // 4), letter, fill=255, font=font)
        prepared = prepare_ink_map(np.asarray(canvas, np.float32) / np.float32(255), Task())
        assert prepared is not None, "a letter has ink"
        images.append(prepared.pixels[..., 0])
    return np.stack(images)


# Of the digits in MNIST 0.59 are most similar to their mean, transposed 0.17. Of letters of UNIPEN 0.42
# (capitals) or 0.27 (small letters) are most similar to their letter in the font, transposed 0.06 or 0.04.
_BUNDLED_DIGITS = _Characters(DIGITS, _digit_images, 0.4, 0.2)
_PRINTED_LETTERS = _Characters(tuple(string.ascii_letters), _letter_images, 0.15, 0.1)
