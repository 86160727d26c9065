from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.tasks.reliability import BINS, reliability


def test_error_of_calibrated_answers_is_zero() -> None:
    confidence = np.full(10, 0.7)
    right = np.arange(10) < 7
    assert reliability(confidence, right).error == pytest.approx(0.0)


def test_error_is_the_distance_of_confidence_and_accuracy() -> None:
    assert reliability(np.full(4, 1.0), np.array([True, True, False, False])).error == 0.5


def test_answers_are_counted_in_bins_of_confidence() -> None:
    bins = reliability(np.array([0.0, 0.99, 1.0, 0.5]), np.array([False, True, False, True]))
    assert bins.counts.tolist() == [1, *[0] * 6, 1, *[0] * 6, 2]
    assert bins.right.tolist() == [0, *[0] * 6, 1, *[0] * 6, 1]
    assert bins.confidence[[0, 7, 14]] == pytest.approx([0.0, 0.5, 1.99])


def test_error_without_answers_is_none() -> None:
    nothing = reliability(np.zeros(0), np.zeros(0, dtype=bool))
    assert nothing.counts.tolist() == [0] * BINS
    assert nothing.error is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_calibration_error_is_between_zero_and_one(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = (np.array(part) for part in zip(*pairs, strict=True))
    error = reliability(confidence, right).error
    assert error is not None
    assert 0 <= error <= 1 + 1e-9
