"""Random images, and checks of random draws."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray


def assert_uniform(values: NDArray[np.float64], extent: float) -> None:
    """Assert that values are uniformly distributed in -extent..extent."""
    assert np.abs(values).max() <= extent * 1.001
    assert values.min() < -0.95 * extent
    assert values.max() > 0.95 * extent
    assert abs(values.mean()) < 0.1 * extent
    assert values.std() == pytest.approx(extent / np.sqrt(3), rel=0.1)


def random_images(count: int, channels: int = 3, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((count, 8, 10, channels), np.float32)
