from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.tasks.reliability import BINS, reliability


def test_a_perfectly_calibrated_answer_has_no_error() -> None:
    confidence = np.full(10, 0.7)
    right = np.arange(10) < 7
    assert reliability(confidence, right).error == pytest.approx(0.0)


def test_overconfidence_is_the_distance() -> None:
    assert reliability(np.full(4, 1.0), np.array([True, True, False, False])).error == 0.5


def test_answers_lie_in_the_bins_of_their_confidence() -> None:
    bins = reliability(np.array([0.0, 0.99, 1.0, 0.5]), np.array([False, True, False, True]))
    assert bins.counts.tolist() == [1, *[0] * 6, 1, *[0] * 6, 2]
    assert bins.right.tolist() == [0, *[0] * 6, 1, *[0] * 6, 1]
    assert bins.confidence[[0, 7, 14]] == pytest.approx([0.0, 0.5, 1.99])


def test_without_answers_there_is_no_error() -> None:
    nothing = reliability(np.zeros(0), np.zeros(0, dtype=bool))
    assert nothing.counts.tolist() == [0] * BINS
    assert nothing.error is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_calibration_error_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = (np.array(part) for part in zip(*pairs, strict=True))
    error = reliability(confidence, right).error
    assert error is not None
    assert 0 <= error <= 1 + 1e-9
