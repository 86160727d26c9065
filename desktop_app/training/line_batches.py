"""Batches of lines of similar width, for training and for validation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from desktop_app.data.line_samples import FULL, LineSamples
from desktop_app.lines.line_columns import COLUMN_WIDTH, LINE_CHANNELS, LINE_HEIGHT
from desktop_app.tasks.augment_lines import augment_line

BATCH_SIZE = 64

_WIDTH_NOISE = 12.0
"""Largest change of the widths by which lines are sorted, so that batches differ from epoch to epoch."""

_LEAST_MARGIN = 4
"""Empty pixels on the right, which the last character may need."""

Inputs = NDArray[np.float32]
Targets = NDArray[np.int32]


def batch_count(lines: LineSamples) -> int:
    """Return the number of batches of an epoch; no line is left out."""
    return max(1, len(lines) // BATCH_SIZE)


def training_batches(lines: LineSamples, seed: int, epoch: int) -> Iterator[tuple[Inputs, Targets]]:
    """Yield the augmented lines of an epoch in batches of similar width and random order.

    Args:
        lines: at least one.
        seed: of the training; each batch has random numbers of its own.
        epoch: number of the epoch.

    Yields:
        Float32 (n, LINE_HEIGHT, width, LINE_CHANNELS), and int32 (n, 2 + longest text): number of columns of
        the line, number of characters, classes.
    """
    rng = np.random.default_rng((seed, epoch))
    widths = np.array([image.shape[1] for image in lines.images])
    order = np.argsort(widths + rng.uniform(-_WIDTH_NOISE, _WIDTH_NOISE, len(widths)), kind="stable")
    batches = np.array_split(order, batch_count(lines))
    for number in rng.permutation(len(batches)).tolist():
        own = np.random.default_rng((seed, epoch, number))
        rows = batches[number].tolist()
        texts = [lines.texts[row] for row in rows]
        images = [_augmented(lines.images[row], len(lines.texts[row]), own) for row in rows]
        yield _stacked(images), _targets(images, texts)


def validation_batches(lines: LineSamples) -> Iterator[tuple[Inputs, list[int], list[tuple[int, ...]]]]:
    """Yield lines in batches of similar width: images, the number of columns of each, and texts."""
    order = np.argsort([image.shape[1] for image in lines.images], kind="stable")
    for start in range(0, len(order), BATCH_SIZE):
        rows = order[start : start + BATCH_SIZE].tolist()
        images = [_as_shares(lines.images[row]) for row in rows]
        yield _stacked(images), [_columns(image) for image in images], [lines.texts[row] for row in rows]


def _augmented(image: NDArray[np.int8], length: int, rng: np.random.Generator) -> Inputs:
    """Augment a line, unless that leaves too few columns for its text."""
    line = _as_shares(image)
    augmented = augment_line(line, rng)
    return augmented if _columns(augmented) >= 2 * length else line


def _as_shares(image: NDArray[np.int8]) -> Inputs:
    return image.astype(np.float32) / np.float32(FULL)


def _columns(image: Inputs) -> int:
    """Return the number of columns in which the text of a line is written."""
    return (int(image.shape[1]) + _LEAST_MARGIN) // COLUMN_WIDTH


def _stacked(images: list[Inputs]) -> Inputs:
    """Return images as one array, filled with 0 on the right."""
    columns = max(map(_columns, images)) + 1
    stacked = np.zeros((len(images), LINE_HEIGHT, columns * COLUMN_WIDTH, LINE_CHANNELS), np.float32)
    for row, image in enumerate(images):
        stacked[row, :, : image.shape[1]] = image
    return stacked


def _targets(images: list[Inputs], texts: list[tuple[int, ...]]) -> Targets:
    targets = np.zeros((len(texts), 2 + max(map(len, texts))), np.int32)
    for row, (image, text) in enumerate(zip(images, texts, strict=True)):
        targets[row, : 2 + len(text)] = (_columns(image), len(text), *text)
    return targets
