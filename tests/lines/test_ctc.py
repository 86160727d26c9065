"""Tests of the probabilities of texts."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.lines.ctc import ANY, log_probabilities, probable_texts

BLANK = 3


def columns_of(count: int, seed: int) -> NDArray[np.float64]:
    """Return random logarithms of probabilities of three labels and the blank."""
    values = np.random.default_rng(seed).normal(0, 2, (count, BLANK + 1))
    columns: NDArray[np.float64] = values - np.log(np.exp(values).sum(axis=1, keepdims=True))
    return columns


def every_text(columns: NDArray[np.float64]) -> dict[tuple[int, ...], float]:
    """Return the probability of each text, summed over all labels of the columns."""
    found: dict[tuple[int, ...], float] = {}
    for path in product(range(BLANK + 1), repeat=len(columns)):
        text = tuple(label for label, _ in groupby(path) if label != BLANK)
        found[text] = found.get(text, 0.0) + float(np.exp(columns[range(len(columns)), path].sum()))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_probability_of_a_text_is_the_sum_over_all_columns(seed: int) -> None:
    columns = columns_of(5, seed)
    expected = every_text(columns)
    texts = list(expected)
    found = np.exp(log_probabilities(columns, texts))
    assert np.allclose(found, [expected[text] for text in texts])
    assert np.isclose(found.sum(), 1.0)


def test_any_label_sums_over_all_labels() -> None:
    columns = columns_of(5, 1)
    (found,) = np.exp(log_probabilities(columns, [(2, ANY)]))
    texts = every_text(columns)
    assert texts[2, 0] + texts[2, 1] <= found <= 1.0
    for label in range(BLANK):
        assert found >= np.exp(log_probabilities(columns, [(2, label)]))[0] or label == 2


def test_a_text_that_does_not_fit_into_the_columns_is_impossible() -> None:
    columns = columns_of(3, 0)
    short, repeated, long = log_probabilities(columns, [(0, 1, 2), (1, 1, 1), (0, 1, 0, 1)])
    assert np.isfinite(short)
    assert repeated == long == -np.inf


@pytest.mark.parametrize("seed", range(5))
def test_the_most_probable_texts_are_found(seed: int) -> None:
    columns = columns_of(6, seed)
    texts = every_text(columns)
    expected = sorted(texts, key=lambda text: -texts[text])
    assert probable_texts(columns, 1)[0] == expected[0]
    assert set(probable_texts(columns, 3)) <= set(expected[:6])


def test_sure_blanks_extend_no_text_and_separate_equal_labels() -> None:
    sure = np.full((5, BLANK + 1), -40.0)
    sure[[0, 2, 4], BLANK] = 0.0
    sure[[1, 3], 0] = 0.0
    assert probable_texts(sure, 1) == ((0, 0),)


def test_no_column_is_an_empty_text() -> None:
    assert probable_texts(np.zeros((0, BLANK + 1)), 2) == ((),)
