"""Tests of the batches of lines."""

from __future__ import annotations

import numpy as np

from desktop_app.data.line_samples import LineSamples
from desktop_app.training.line_batches import BATCH_SIZE, batch_count, training_batches, validation_batches


def lines(count: int) -> LineSamples:
    """Return lines of 40 to 139 columns with one to three characters."""
    rng = np.random.default_rng(0)
    images = [np.full((32, int(width), 3), 127, np.int8) for width in rng.integers(40, 140, count)]
    return LineSamples(tuple(images), tuple((number % 10,) * (1 + number % 3) for number in range(count)))


def test_each_line_is_in_one_batch_with_lines_of_similar_width():
    samples = lines(150)
    batches = list(training_batches(samples, seed=1, epoch=0))
    assert len(batches) == batch_count(samples) == 2
    texts = [tuple(row[2 : 2 + row[1]]) for _, targets in batches for row in targets.tolist()]
    assert sorted(texts) == sorted(samples.texts)
    for inputs, targets in batches:
        assert inputs.shape[1:] == (32, inputs.shape[2], 3)
        # The text may use columns up to one after the line, all of them inside the image.
        assert targets[:, 0].max() < inputs.shape[2] // 4
        for image, columns in zip(inputs, targets[:, 0].tolist(), strict=True):
            assert not image[:, 4 * columns :].any()
    narrow, wide = sorted(batches, key=lambda batch: batch[0].shape[2])
    assert np.median(narrow[1][:, 0]) < np.median(wide[1][:, 0])


def test_epochs_differ_and_can_be_repeated():
    samples = lines(BATCH_SIZE // 2)
    (first, _), (again, _), (second, _) = (
        next(training_batches(samples, seed=1, epoch=epoch)) for epoch in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert first.shape != second.shape or not np.array_equal(first, second)


def test_line_that_became_too_narrow_for_its_text_is_not_augmented():
    image = np.full((32, 44, 3), 127, np.int8)
    samples = LineSamples((image,) * 20, ((1, 1, 1, 1, 1, 1),) * 20)
    ((_, targets),) = training_batches(samples, seed=1, epoch=0)
    assert targets[:, 0].min() >= 12


def test_validation_lines_are_not_augmented():
    samples = lines(100)
    found = 0
    for images, columns, texts in validation_batches(samples):
        assert len(images) == len(columns) == len(texts) <= BATCH_SIZE
        for image, count in zip(images, columns, strict=True):
            width = int(image.any(axis=(0, 2)).sum())
            assert image[:, :width].min() == 1
            assert count == (width + 4) // 4
            found += 1
    assert found == 100
