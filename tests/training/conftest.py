"""Saved Keras models."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from desktop_app.training import import_process
from tests.convert_here import convert_here
from tests.training.foreign_models import L, digits, small


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the same trained network as plain.keras and plain.h5."""
    folder = tmp_path_factory.mktemp("saved")
    model = small(
        L.Conv2D(4, 3, activation="relu", kernel_regularizer="l2", name="conv"),
        L.MaxPooling2D(name="pool"),
        L.BatchNormalization(name="norm"),
        L.Dropout(0.5, seed=2**40, name="dropout"),
        L.Flatten(name="flat"),
        digits(activation="softmax"),
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(np.random.default_rng(0).random((8, 8, 8, 1)), np.arange(8), verbose=0)
    for suffix in ("keras", "h5"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("absl.logging.warning", lambda *_: None)
            model.save(folder / f"plain.{suffix}")
    return folder


@pytest.fixture
def parts(saved: Path) -> dict[str, bytes]:
    """The three members of plain.keras."""
    with zipfile.ZipFile(saved / "plain.keras") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def quick(monkeypatch):
    """Convert in this process, which has imported Keras."""
    monkeypatch.setattr(import_process, "_run", convert_here)
