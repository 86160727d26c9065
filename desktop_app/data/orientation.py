"""Detection of data whose digits are transposed, as those of EMNIST are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.paths import resources_dir
from desktop_app.data.pages import sample_page_of
from desktop_app.data.sample_set import balanced_order, open_sample_set
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.task import DIGITS, Task

_MOST_CHECKED = 200
_LEAST_CHECKED = 30
_LEAST_ACCURACY = 0.4
"""Upright digits reach 0.59 on the test images of MNIST, transposed ones 0.17."""
_LEAST_GAIN = 0.2


def seems_transposed(source: SourceSet) -> bool:
    """Return whether the digits of a source are like the bundled sample digits after transposition only.

    Up to 200 digits are compared with the means of the bundled digits (nearest mean by correlation), as they
    are and transposed.
    """
    if source.images is None:
        return False
    rows = np.flatnonzero(np.isin(source.labels, DIGITS))
    rows = rows[balanced_order(source.labels[rows], _MOST_CHECKED)]
    prepared = [(row, prepare(sample_page_of(source, int(row)), Task())) for row in rows]
    found = [(row, each.pixels[..., 0]) for row, each in prepared if each is not None]
    if len(found) < _LEAST_CHECKED:
        return False
    labels, digits = source.labels[[row for row, _ in found]], np.stack([pixels for _, pixels in found])
    means = _means()
    upright, transposed = (_accuracy(each, labels, means) for each in (digits, digits.swapaxes(1, 2)))
    return transposed >= _LEAST_ACCURACY and transposed - upright >= _LEAST_GAIN


def _means() -> NDArray[np.float64]:
    """Return the mean image of each bundled digit, (10, pixels), with mean 0 and length 1."""
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", Task())
    assert samples is not None, "it is not stopped"
    images, labels = samples.pixels.reshape(len(samples), -1), np.array(samples.labels)
    means = np.stack([images[labels == digit].mean(axis=0) for digit in DIGITS])
    means -= means.mean(axis=1, keepdims=True)
    normalized: NDArray[np.float64] = means / np.linalg.norm(means, axis=1, keepdims=True)
    return normalized


def _accuracy(images: NDArray[np.uint8], labels: NDArray[np.str_], means: NDArray[np.float64]) -> float:
    nearest = (images.reshape(len(images), -1) @ means.T).argmax(axis=1)
    return float(np.mean(np.array(DIGITS)[nearest] == labels))
