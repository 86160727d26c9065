"""Tests of the progress of a run."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.runs import run_progress
from desktop_app.runs.run_progress import Points, RunProgress
from tests.runs.progress_events import STARTED, batch, epoch_done, some_epochs


@given(count=st.integers(0, 500))
def test_points_are_limited_and_keep_their_mean(count: int) -> None:
    most = 16
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_progress, "MOST_POINTS", most)
        points = Points(("loss", "accuracy"))
    for number in range(count):
        points.add(number, {"loss": number, "accuracy": 0.5})
    (x, losses), (_, accuracies) = points.column("loss"), points.column("accuracy")
    assert len(x) <= most
    assert np.all(np.diff(x) > 0)
    assert np.array_equal(x, losses)
    assert (accuracies == 0.5).all()
    if count:
        # The batches of the last, unfinished point are missing.
        assert math.isclose(x.mean(), (count - 1) / 2, abs_tol=count / most + 1)


def test_remaining_time_follows_from_the_batches_after_the_first_one() -> None:
    """The first batch takes long because the training step is compiled."""
    progress = RunProgress()
    progress.add(STARTED)
    assert progress.seconds_left is None
    progress.add(batch(1, 1, 30.0))
    assert progress.seconds_left is None
    progress.add(batch(1, 5, 30.8))
    assert progress.seconds_left == pytest.approx(2.0 * 19.5)
    for event in some_epochs(2)[3:]:
        progress.add(event)
    assert progress.seconds_left == pytest.approx(2.0 * 17.5)


def test_remaining_time_follows_latest_epochs() -> None:
    progress = RunProgress()
    progress.add(STARTED)
    # The first epochs are slow.
    for epoch, seconds in enumerate((30.0, 30.0, 30.0, 2.0, 2.0, 2.0), 1):
        progress.add(replace(epoch_done(epoch), seconds=seconds))
    assert progress.seconds_left == pytest.approx(2.0 * 14)
