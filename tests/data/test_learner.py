"""Learning of a model from the user's samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.core.paths import models_dir
from desktop_app.core.stopping import Stopped
from desktop_app.data.learner import Learner
from desktop_app.data.my_samples import add_sample, list_samples
from desktop_app.ink.strokes import Ink


def test_learning_stops_after_each_sample(tmp_path: Path) -> None:
    for _ in range(5):
        add_sample(tmp_path / "samples", Ink.from_points([[(0, 0), (10, 90)]]), "1")
    learner, calls = Learner(models_dir() / "digits", tmp_path / "adaptations"), iter((False, False, True))
    with pytest.raises(Stopped):
        learner.learn(list_samples(tmp_path / "samples"), lambda: next(calls))
