"""Fixtures: small data, and a function that opens it."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders


@pytest.fixture
def opened(tmp_path):
    """Function that opens a source; relative paths are in the folder of the test."""

    def opened(source, emit=lambda event: None, should_stop=lambda: False):
        return open_source(str(source), DataFolders(tmp_path, tmp_path / "downloads"), emit, should_stop)

    return opened


@pytest.fixture(scope="session")
def images():
    """Twelve different images of 10×9 pixels, uint8 (12, 10, 9, 1), with values from 0 to 255."""
    images = np.random.default_rng(5).integers(0, 256, (12, 10, 9, 1)).astype(np.uint8)
    images[0, 0, :2, 0] = 0, 255
    return images


@pytest.fixture(scope="session")
def labels():
    """Labels of the twelve images."""
    return np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])


@pytest.fixture(scope="session")
def like_mnist():
    """Sixty crosses, (60, 28, 28, 1), that are normalized as MNIST."""
    rng = np.random.default_rng(3)
    images = np.zeros((60, 28, 28), np.uint8)
    for image in images:
        half = int(rng.integers(1, 4))
        image[4:24, 14 - half : 14 + half] = rng.integers(150, 256)
        image[14 - half : 14 + half, 4:24] = rng.integers(150, 256)
    return images[..., None]
