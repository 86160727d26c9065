"""Weights of a run that are kept."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.runs.training_events import WeightSnapshot
from desktop_app.runs.weight_snapshots import MOST_BYTES, MOST_SNAPSHOTS, WeightSnapshots, thinned


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=200, unique=True).map(sorted), st.integers(2, 70))
def test_thinned_keeps_first_and_last_and_is_limited(epochs: list[int], most: int) -> None:
    kept = thinned(epochs, most)
    assert len(kept) == min(len(epochs), most)
    assert (kept[0], kept[-1]) == (epochs[0], epochs[-1])
    assert set(kept) <= set(epochs)
    assert list(kept) == sorted(kept)


def test_thinned_is_even_at_any_time() -> None:
    kept: tuple[int, ...] = ()
    for epoch in range(500):
        kept = thinned((*kept, epoch), 60)
        assert len(kept) == min(epoch + 1, 60)
        assert np.diff(kept).max(initial=0) <= 4 * max(1, epoch / 60)
    assert kept[0] == 0
    assert kept[-1] == 499


def snapshot(epoch: int, size: int = 40) -> WeightSnapshot:
    """Return a snapshot of so many bytes; large ones repeat the same value in memory."""
    return WeightSnapshot(epoch, {"conv/kernel": np.broadcast_to(np.zeros(1, np.uint8), size)})


def test_snapshots_are_limited_in_number_and_size() -> None:
    many, large = WeightSnapshots(), WeightSnapshots()
    for epoch in range(100):
        many.add(snapshot(epoch))
        large.add(snapshot(epoch, MOST_BYTES // 4))
    assert len(many.epochs) == MOST_SNAPSHOTS
    assert len(large.epochs) == 4
    for kept in (many, large):
        assert kept.epochs[0] == 0
        assert kept.epochs[-1] == 99
        assert kept.newest is not None
        assert kept.newest.epoch == 99
        assert [each.epoch for each in kept.newest_first()] == sorted(kept.epochs, reverse=True)


def test_newest_snapshot_is_always_kept() -> None:
    kept = WeightSnapshots()
    for epoch in range(3):
        kept.add(snapshot(epoch, MOST_BYTES + 1))
    assert kept.epochs == (2,)


def test_dropped_epoch_is_replaced_by_the_one_before() -> None:
    kept = WeightSnapshots()
    for epoch in (0, 2, 4):
        kept.add(snapshot(epoch))
    found = [each.epoch if (each := kept.at(epoch)) else None for epoch in (-1, 0, 3, 4, 9)]
    assert found == [None, 0, 2, 4, 4]
    kept.add(snapshot(4))
    assert kept.epochs == (0, 2, 4)
