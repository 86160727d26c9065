from __future__ import annotations

import numpy as np
import pytest

from desktop_app.runs.thresholds import choose_threshold

ROWS = np.array(
    [[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.5, 0.4, 0.1], [0.2, 0.2, 0.6], [0.0, 0.1, 0.9]], dtype=np.float32
)
CLASSES = np.array([0, 1, 0, 1, 2])


@pytest.mark.parametrize(
    ("share", "threshold"), [(0.0, 0.0), (1 / 3, 0.5), (2 / 3, 0.7), (1.0, 0.9), (0.9, 0.84)]
)
def test_rejected_share_is_below_the_threshold(share: float, threshold: float) -> None:
    assert choose_threshold(ROWS, CLASSES, share, rejects=True) == threshold


def test_threshold_without_rejection() -> None:
    assert choose_threshold(ROWS, CLASSES, 0.0, rejects=False) == 0.5


def test_threshold_is_rounded_to_four_digits() -> None:
    row = np.array([[0.123456, 0.876544]], dtype=np.float32)
    assert choose_threshold(row, np.array([1]), 0.5, rejects=False) == 0.8765


@pytest.mark.parametrize("rejects", [True, False])
def test_threshold_rejects_the_given_share(rejects: bool) -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1.0, 1000).astype(np.float32)
    probabilities = np.stack([sure, (1 - sure) / 2, (1 - sure) / 2], axis=1)
    chosen = choose_threshold(probabilities, np.zeros(1000, np.int64), 0.1, rejects=rejects)
    assert np.mean(sure < chosen) == pytest.approx(0.1, abs=0.005)
