"""Reading of output images by the default model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.networks.image_reader import default_reader
from desktop_app.tasks.task import Task

DIGITS = Task("restoration", 14, 14, 1, "mnist-reduce", (), scale=2)


def test_default_model_reads_output_images() -> None:
    reader = default_reader(DIGITS)
    assert reader is not None
    assert reader.labels == tuple("0123456789")
    inks = [
        Ink.from_points([[(0, 0), (0, 50), (0, 100)]]),
        Ink.from_points([[(0, 0), (60, 0), (20, 100)]]),
    ]
    normalized = [normalize(rasterize(ink), 28, 1) for ink in inks]
    images = np.stack([each.model_input for each in normalized if each is not None])
    assert reader.read(images).tolist() == ["1", "7"]
    assert reader.read(images[:0]).tolist() == []


@pytest.mark.parametrize(
    "task", [replace(DIGITS, height=16, width=16), replace(DIGITS, preparation="reduce"), Task()]
)
def test_other_images_are_not_read(task: Task) -> None:
    assert default_reader(task) is None


def test_nothing_is_read_without_the_default_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise UserError("There are no models.")

    monkeypatch.setattr("desktop_app.networks.image_reader.find_model", missing)
    assert default_reader(DIGITS) is None
